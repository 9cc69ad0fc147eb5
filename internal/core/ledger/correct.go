package ledger

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Correct takes an entry back by a counter-entry. The entry is work or an approval that this
// book handed out; it stays as it is. Where the books of its period are closed, work that was
// beyond the pool is taken back there, and the rest is credited in the first open period.
//
// It fails with CodeNotCorrectable, with CodeTakenBack when that was done before, and with
// CodeBooksClosed for an approval in a closed period. Entries that fell due before are
// returned also with an error, and are to be kept.
func (b *Book) Correct(e Entry, by string, now time.Time) ([]Entry, error) {
	now = b.start(now)
	a := b.named[e.Pool]
	isWork := e.Kind == Worked || e.Kind == Adjusted || e.Kind == Untaken
	switch {
	case e.Of != 0 || !isWork && e.Kind != Approved || a == nil && e.Kind != Untaken:
		return b.fresh, fault.New(fault.Invalid, CodeNotCorrectable, "number", e.Number, "kind", e.Kind.String())
	case b.takenBack[e.Number]:
		return b.fresh, fault.New(fault.Conflict, CodeTakenBack, "number", e.Number)
	}
	counter := e
	counter.At, counter.Minutes, counter.Of, counter.By = now, -e.Minutes, e.Number, by
	if e.Kind == Untaken {
		b.add(counter)
		return b.fresh, nil
	}
	i, p := a.find(e.Period)
	switch {
	case p == nil:
		return b.fresh, fault.New(fault.Invalid, CodeNotCorrectable, "number", e.Number, "kind", e.Kind.String())
	case !p.closed:
		b.follow(a, i, b.add(counter))
	case e.Kind == Approved:
		return b.fresh, booksClosed(p, b.zone)
	default:
		b.correctClosed(a, i, counter)
	}
	return b.fresh, nil
}

// correctClosed takes work back after the books of its period closed. What the period had of
// its own hours has been carried over or has expired by then, so only overrun can be undone in it.
func (b *Book) correctClosed(a *account, i int, counter Entry) {
	p := a.periods[i]
	minutes := -counter.Minutes
	undone := min(minutes, p.now.beyond)
	if undone > 0 || minutes == 0 { // work can weigh nothing
		counter.Minutes = -undone
		b.follow(a, i, b.add(counter))
	}
	if minutes > undone {
		counter.Kind, counter.Minutes, counter.Period = Credited, minutes-undone, a.periods[a.open].begins
		b.follow(a, a.open, b.add(counter))
	}
}

// find returns the period that begins on a date, nil when there is none.
func (a *account) find(begins calendar.Date) (int, *period) {
	i := a.on(begins)
	if i < 0 || i == len(a.periods) || a.periods[i].begins != begins {
		return 0, nil
	}
	return i, a.periods[i]
}

func booksClosed(p *period, zone *time.Location) error {
	return fault.New(fault.Conflict, CodeBooksClosed, "period", p.begins, "closed", calendar.DateOf(p.closes, zone))
}
