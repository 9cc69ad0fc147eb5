package ledger

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Decision is what the client's side says about hours beyond a pool.
type Decision struct {
	Pool    string
	Day     calendar.Date // any date of the period that it is about
	Minutes int           // above zero
	By      string        // a pseudonym
	Change  string        // the key of the approved change that says so, "" without one
}

// Approve brings hours to a period of a pool. Overrun that waits is covered first, and the
// client may approve hours before they are worked; what is left of them when the books close
// expires. Where the contract lets only changes bring hours, Change must be set. After the
// books closed, no more can be approved than went beyond the pool.
//
// It fails with CodeNoMinutes, CodeNoPool, CodeNoPeriod, CodeNoLimit, CodeChangeOnly or
// CodeNotWaiting. Entries that fell due before are returned also with an error, and are to be kept.
func (b *Book) Approve(d Decision, now time.Time) ([]Entry, error) {
	now = b.start(now)
	a, i, err := b.decidable(d)
	if err != nil {
		return b.fresh, err
	}
	p := a.periods[i]
	switch {
	case p.rule.Overrun == contract.ChangeOnly && d.Change == "":
		return b.fresh, fault.New(fault.Forbidden, CodeChangeOnly, "pool", a.name, "clause", p.rule.Clause.String())
	case p.closed && d.Minutes > p.now.beyond:
		return b.fresh, notWaiting(a, p, p.now.beyond)
	}
	b.follow(a, i, b.add(d.entry(Approved, p, now)))
	return b.fresh, nil
}

// Refuse says that overrun that waits is not approved. It stays recorded, and the provider
// bears it. It fails as Approve does, without CodeChangeOnly.
func (b *Book) Refuse(d Decision, now time.Time) ([]Entry, error) {
	now = b.start(now)
	a, i, err := b.decidable(d)
	if err != nil {
		return b.fresh, err
	}
	p := a.periods[i]
	if d.Minutes > p.pending {
		return b.fresh, notWaiting(a, p, p.pending)
	}
	b.follow(a, i, b.add(d.entry(Refused, p, now)))
	return b.fresh, nil
}

func (b *Book) decidable(d Decision) (*account, int, error) {
	if d.Minutes <= 0 {
		return nil, 0, fault.New(fault.Invalid, CodeNoMinutes, "minutes", d.Minutes)
	}
	a, i, err := b.find(d.Pool, d.Day)
	if err == nil && a.periods[i].rule.Unlimited {
		err = fault.New(fault.Invalid, CodeNoLimit, "pool", a.name)
	}
	return a, i, err
}

// find returns the account of a pool and the index of the period that a date lies in.
func (b *Book) find(pool string, day calendar.Date) (*account, int, error) {
	a := b.named[pool]
	if a == nil {
		return nil, 0, fault.New(fault.NotFound, CodeNoPool, "pool", pool)
	}
	i := a.on(day)
	if i < 0 || i == len(a.periods) {
		return nil, 0, fault.New(fault.NotFound, CodeNoPeriod, "pool", pool, "day", day)
	}
	return a, i, nil
}

func (d *Decision) entry(kind Kind, p *period, now time.Time) Entry {
	return Entry{Kind: kind, At: now, Pool: d.Pool, Period: p.begins, Minutes: d.Minutes, By: d.By, Change: d.Change}
}

func notWaiting(a *account, p *period, minutes int) error {
	return fault.New(fault.Conflict, CodeNotWaiting, "pool", a.name, "period", p.begins, "minutes", span(minutes))
}
