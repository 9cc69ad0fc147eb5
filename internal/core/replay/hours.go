package replay

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ledger"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// CodeTwoCurrencies is the fault of a contract whose price changed its currency: contract, one,
// other. Its cost over the history cannot be added up.
const CodeTwoCurrencies reason.Code = "replay.two_currencies"

// Hours is what the work of a history would have taken from the pools of a contract.
// Amounts are whole minutes.
type Hours struct {
	Pools []PoolHours
	// Unpooled is work that no pool of the contract takes.
	Unpooled int
	// Cost is the monthly price of the months of the history and the overruns at the rates of
	// the contract; zero when the contract is not priced, or not for all of the months.
	Cost contract.Money
}

// PoolHours is one pool over the history.
type PoolHours struct {
	Pool    *contract.Pool
	Periods []PeriodHours
}

// PeriodHours is one period of a pool.
type PeriodHours struct {
	First    calendar.Date
	Allotted int // anew in this period
	Carried  int // in from earlier periods
	Used     int // weighed, the overrun with it
	Overrun  int // beyond what there was: waits for approval or a change
	Expired  int
}

// HoursOf posts the work of a history, in the order of days, to a new ledger of the contract
// and reads what became of its pools up to the end of the history. Work that has only a day
// is not weighed by the time of day, whatever the contract says of after-hours.
//
// It fails with the faults of the ledger, and with CodeTwoCurrencies.
func HoursOf(k Contract, work []ledger.Work, first, end time.Time) (Hours, error) {
	zone := k.Terms[0].Zone
	begins := calendar.DateOf(first, zone)
	if len(work) > 0 && work[0].Day.Before(begins) {
		begins = work[0].Day
	}
	book := ledger.New(inForce(k.Terms, begins), begins)
	h := hoursCounter{contract: k, zone: zone, rate: map[int]contract.Money{}}
	for _, w := range work {
		entries, err := book.Post(w, w.Day.AddDays(1).Start(zone))
		if err != nil {
			return Hours{}, err
		}
		h.count(entries)
	}
	h.count(book.Settle(end))
	h.price(begins, calendar.DateOf(end, zone))
	if h.other != "" {
		return Hours{}, fault.New(fault.Invalid, CodeTwoCurrencies, "contract", k.Name, "one", h.Cost.Currency, "other", h.other)
	}
	if h.priced && h.free { // months without a price are unknown, not for nothing
		h.Cost = contract.Money{}
	}
	return h.Hours, nil
}

// inForce are terms of which the first version is in force on a day. A contract is held
// against a history that is older than it, and then its first version rules from the start.
func inForce(terms contract.Terms, day calendar.Date) contract.Terms {
	begins := day.Start(terms[0].Zone)
	if !terms[0].Effective.After(begins) {
		return terms
	}
	first := *terms[0]
	first.Effective = begins
	return append(contract.Terms{&first}, terms[1:]...)
}

// hoursCounter adds up the entries of a ledger.
type hoursCounter struct {
	Hours
	contract Contract
	zone     *time.Location
	rate     map[int]contract.Money // of the role that worked, by number of entry
	other    string                 // a second currency, "" for none

	priced, free bool // some month has a monthly price, some month has none
}

func (h *hoursCounter) count(entries []ledger.Entry) {
	for _, e := range entries {
		if e.Kind == ledger.Untaken {
			h.Unpooled += e.Minutes
			continue
		}
		p := h.period(&e)
		switch e.Kind {
		case ledger.Allotted:
			p.Allotted += e.Minutes
		case ledger.CarriedIn:
			p.Carried += e.Minutes
		case ledger.Worked, ledger.Adjusted:
			p.Used += e.Minutes
			h.rate[e.Number] = h.version(e.Day).Capacity.Rate(e.Work.Role)
		case ledger.Overrun:
			p.Overrun += e.Minutes
			h.charge(h.rate[e.Of], e.Minutes)
		case ledger.Expired:
			p.Expired += e.Minutes
		}
	}
}

// charge adds minutes at the price of an hour, rounded half up to the minor unit.
func (h *hoursCounter) charge(hour contract.Money, minutes int) {
	hour.Minor = (hour.Minor*int64(minutes) + 30) / 60
	h.pay(hour)
}

// pay adds an amount. Amounts of two currencies have no sum.
func (h *hoursCounter) pay(amount contract.Money) {
	switch {
	case amount.Minor == 0:
	case h.Cost.IsZero() || h.Cost.Currency == amount.Currency:
		h.Cost.Currency = amount.Currency
		h.Cost.Minor += amount.Minor
	default:
		h.other = amount.Currency
	}
}

// price adds the monthly price for each month of the history that began.
func (h *hoursCounter) price(first, last calendar.Date) {
	for month := contract.Month.Begin(first); !last.Before(month); month = contract.Month.Next(month) {
		price := h.version(month).Capacity.MonthlyPrice
		h.pay(price)
		if price.IsZero() {
			h.free = true
		} else {
			h.priced = true
		}
	}
}

func (h *hoursCounter) version(day calendar.Date) *contract.Version {
	return h.contract.Terms.At(day.Start(h.zone))
}

// period finds or adds the period that an entry counts in.
func (h *hoursCounter) period(e *ledger.Entry) *PeriodHours {
	i := slices.IndexFunc(h.Pools, func(p PoolHours) bool { return p.Pool.Name == e.Pool })
	if i < 0 {
		i = len(h.Pools)
		h.Pools = append(h.Pools, PoolHours{Pool: h.pool(e.Pool)})
	}
	pool := &h.Pools[i]
	j := slices.IndexFunc(pool.Periods, func(p PeriodHours) bool { return p.First == e.Period })
	if j < 0 {
		j = len(pool.Periods)
		pool.Periods = append(pool.Periods, PeriodHours{First: e.Period})
	}
	return &pool.Periods[j]
}

// pool returns a pool as the latest version that has it says.
func (h *hoursCounter) pool(name string) *contract.Pool {
	for _, v := range slices.Backward(h.contract.Terms) {
		for _, p := range v.Capacity.Pools {
			if p.Name == name {
				return p
			}
		}
	}
	return &contract.Pool{Name: name}
}

// Used is the work that was taken from the pools, overruns with it.
func (h Hours) Used() int { return h.sum(func(p PeriodHours) int { return p.Used }) }

// Allotted is what the pools with a limit were given.
func (h Hours) Allotted() int { return h.sum(func(p PeriodHours) int { return p.Allotted }) }

// Overrun is the work beyond the pools.
func (h Hours) Overrun() int { return h.sum(func(p PeriodHours) int { return p.Overrun }) }

// Enough tells whether the allotted hours were enough: what went beyond the pools, and what no
// pool takes, is at most OverrunTolerance of what was allotted. Where nothing was, that is none.
func (h Hours) Enough() bool {
	return 100*(h.Overrun()+h.Unpooled) <= OverrunTolerance*h.Allotted()
}

func (h Hours) sum(of func(PeriodHours) int) int {
	total := 0
	for _, pool := range h.Pools {
		for _, p := range pool.Periods {
			total += of(p)
		}
	}
	return total
}
