package app

import (
	"slices"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ledger"
	"github.com/watchbill/watchbill/internal/store"
)

// Meter is how a capacity pool stands in its present period. Hours are whole minutes.
type Meter struct {
	ledger.Balance
	Roles []catalog.Role // whose work it takes, none for all
	Warn  []int          // percents at which the contract warns

	draws []contract.Draw // that give it work
}

// takes tells whether the pool takes work of an activity, of some role.
func (m *Meter) takes(activity catalog.Activity) bool {
	return slices.ContainsFunc(m.draws, func(d contract.Draw) bool {
		return len(d.Activities) == 0 || slices.Contains(d.Activities, activity)
	})
}

// metersFor reads the pools that take work of an activity under a contract. Work is posted in
// the order in which it was entered, as the ledger does.
func (a *App) metersFor(c *store.Client, name string, terms contract.Terms, activity catalog.Activity, now time.Time) ([]Meter, error) {
	all, err := a.meters(c, name, terms, now)
	return slices.DeleteFunc(slices.Clone(all), func(m Meter) bool { return !m.takes(activity) }), err
}

// meters reads all pools of a contract that have begun.
func (a *App) meters(c *store.Client, name string, terms contract.Terms, now time.Time) ([]Meter, error) {
	touched, err := c.WorksTouched(name)
	if err != nil {
		return nil, err
	}
	on := calendar.DateOf(now, terms[0].Zone)
	key := meterKey{c.ID, name}
	state := meterState{touched, on, terms[len(terms)-1].Number}
	if known, ok := a.metered.get(key, state); ok {
		return known, nil
	}
	book, err := postAll(c, name, terms, on, now)
	if err != nil {
		return nil, err
	}
	capacity := &terms.At(now).Capacity
	var all []Meter
	for _, pool := range capacity.Pools {
		balance, err := book.Balance(pool.Name, on)
		if isFault(err, ledger.CodeNoPeriod) {
			continue
		}
		if err != nil {
			return nil, err
		}
		m := Meter{Balance: balance, Roles: pool.Roles, Warn: pool.Warn}
		for _, d := range capacity.Draws {
			if d.Pool == pool {
				m.draws = append(m.draws, d)
			}
		}
		all = append(all, m)
	}
	a.metered.put(key, state, all)
	return all, nil
}

func postAll(c *store.Client, name string, terms contract.Terms, today calendar.Date, now time.Time) (*ledger.Book, error) {
	works, err := c.WorksUnder(name, calendar.Date{}, today)
	if err != nil {
		return nil, err
	}
	zone, begins := terms[0].Zone, today
	if effective := calendar.DateOf(terms[0].Effective, zone); effective.Before(begins) {
		begins = effective
	}
	for _, w := range works {
		if w.Day.Before(begins) {
			begins = w.Day
		}
	}
	book := ledger.New(terms, begins)
	for _, w := range works {
		if w.Withdrawn {
			continue
		}
		recorded := w.Recorded
		if day := w.Day.Start(zone); recorded.Before(day) { // another zone was a day ahead
			recorded = day
		}
		work := ledger.Work{Minutes: w.Minutes, Activity: w.Activity, Role: w.Role, Person: w.Person, Day: w.Day}
		if _, err := book.Post(work, recorded); err != nil {
			return nil, err
		}
	}
	book.Settle(now)
	return book, nil
}

// metered remembers the meters of each contract until work is entered or taken back, the
// contract is amended, or a day has passed.
type metered struct {
	mutex sync.Mutex
	known map[meterKey]knownMeters
}

type meterKey struct{ client, contract string }

type meterState struct {
	touched time.Time
	day     calendar.Date
	version int
}

type knownMeters struct {
	state  meterState
	meters []Meter
}

func (m *metered) get(key meterKey, state meterState) ([]Meter, bool) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	known, ok := m.known[key]
	return known.meters, ok && known.state == state
}

func (m *metered) put(key meterKey, state meterState, meters []Meter) {
	m.mutex.Lock()
	defer m.mutex.Unlock()
	if m.known == nil {
		m.known = map[meterKey]knownMeters{}
	}
	m.known[key] = knownMeters{state, meters}
}
