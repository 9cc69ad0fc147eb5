package ledger

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// Settle decides all that fell due up to now: periods that begin, and books that close. It
// returns the entries that were added, in order. Whoever settles late gets the same entries,
// but for Recorded.
func (b *Book) Settle(now time.Time) []Entry {
	b.start(now)
	return b.fresh
}

// Next is the instant at which Settle next has something to decide.
func (b *Book) Next() time.Time { return b.next }

func (b *Book) settle() {
	for !b.recorded.Before(b.next) {
		for _, a := range b.accounts {
			if at, closes := a.due(); at.Equal(b.next) {
				b.rollOver(a, at, closes)
				break
			}
		}
		b.next = b.due()
	}
}

// due is when the next thing falls due in any pool.
func (b *Book) due() time.Time {
	next := never
	for _, a := range b.accounts {
		if at, _ := a.due(); at.Before(next) {
			next = at
		}
	}
	return next
}

// due is when the next period begins or the books of the first open one close. A period
// begins before the one that hands hours on to it closes.
func (a *account) due() (at time.Time, closes bool) {
	if len(a.periods) == 0 {
		return a.opens, false
	}
	begins := a.periods[len(a.periods)-1].over
	if a.open < len(a.periods) && a.periods[a.open].closes.Before(begins) {
		return a.periods[a.open].closes, true
	}
	return begins, false
}

func (b *Book) rollOver(a *account, at time.Time, closes bool) {
	if closes {
		b.closeBooks(a, at)
		return
	}
	begins := a.starts
	if n := len(a.periods); n > 0 {
		begins = a.periods[n-1].ends
	}
	rule, _ := b.rule(a, begins)
	b.add(Entry{Kind: Allotted, At: at, Pool: a.name, Period: begins, Day: begins, Minutes: rule.Allotment(begins)})
	a.reckon(len(a.periods) - 1)
}

// closeBooks says what becomes of the hours of the first open period that were not used.
func (b *Book) closeBooks(a *account, at time.Time) {
	p, next := a.periods[a.open], a.periods[a.open+1]
	e := Entry{At: at, Pool: a.name, Period: p.begins}
	for _, l := range p.remains() {
		entry := e
		entry.Minutes, entry.Lot, entry.Expires = l.Minutes, l.From, l.Expires
		if !p.ends.Before(l.Expires) {
			entry.Kind, entry.Day = Expired, l.Expires
			b.add(entry)
			continue
		}
		entry.Kind = CarriedOut
		b.add(entry)
		entry.Kind, entry.Period = CarriedIn, next.begins
		b.add(entry)
	}
	e.Kind = Closed
	b.add(e)
	a.reckon(a.open)
}

// rule finds the terms of a period: those of the version in force when it begins or, where
// that does not know the pool, of the first one within the period that does. A pool that no
// version knows any more has months without hours, in which what it carried is used up.
func (b *Book) rule(a *account, begins calendar.Date) (rule *contract.Pool, closesAfter int) {
	v := b.on(begins)
	if pool := poolOf(v, a.name); pool != nil {
		return pool, v.Capacity.ClosesAfter
	}
	for i, from := range b.effective {
		pool := poolOf(b.terms[i], a.name)
		if pool != nil && begins.Before(from) && from.Before(pool.Period.Next(begins)) {
			return pool, b.terms[i].Capacity.ClosesAfter
		}
	}
	return &contract.Pool{Name: a.name}, v.Capacity.ClosesAfter
}

// openPeriod adds the period that begins on a date.
func (b *Book) openPeriod(a *account, begins calendar.Date, minutes int) {
	rule, closesAfter := b.rule(a, begins)
	ends := rule.Period.Next(begins)
	p := &period{
		begins: begins, ends: ends, opens: begins.Start(b.zone), over: ends.Start(b.zone),
		closes: ends.AddDays(closesAfter).Start(b.zone), rule: rule, allotted: minutes,
	}
	p.months = make([]int, (ends.Year-begins.Year)*12+int(ends.Month-begins.Month))
	if n := len(a.periods); n > 0 {
		p.closes = later(p.closes, a.periods[n-1].closes)
	}
	a.periods = append(a.periods, p)
}
