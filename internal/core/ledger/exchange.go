package ledger

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Swap turns hours of one pool into hours of another, both in the period of a date.
type Swap struct {
	From, Into string
	Day        calendar.Date
	Minutes    int    // given up by From, above zero
	By         string // a pseudonym
}

// Exchange turns hours of one pool into hours of another at the percent that the contract
// names, rounded half up to whole minutes. Only the period's own hours can be given up, and
// only those that are not used; hours that were carried in or approved stay.
//
// It fails with CodeNoMinutes, CodeNoPool, CodeNoPeriod, CodeNoLimit, CodeNoExchange,
// CodeBooksClosed or CodeTooFew. Entries that fell due before are returned also with an error,
// and are to be kept.
func (b *Book) Exchange(s Swap, now time.Time) ([]Entry, error) {
	now = b.start(now)
	giver, i, err := b.decidable(Decision{Pool: s.From, Day: s.Day, Minutes: s.Minutes})
	if err != nil {
		return b.fresh, err
	}
	taker, j, err := b.decidable(Decision{Pool: s.Into, Day: s.Day, Minutes: s.Minutes})
	if err != nil {
		return b.fresh, err
	}
	p, into := giver.periods[i], taker.periods[j]
	terms := slices.IndexFunc(p.rule.Exchange, func(e contract.Exchange) bool { return e.Into == s.Into })
	switch {
	case terms < 0:
		return b.fresh, fault.New(fault.Forbidden, CodeNoExchange, "from", s.From, "into", s.Into, "clause", p.rule.Clause.String())
	case p.closed:
		return b.fresh, booksClosed(p, b.zone)
	case into.closed:
		return b.fresh, booksClosed(into, b.zone)
	case s.Minutes > p.now.own:
		return b.fresh, fault.New(fault.Conflict, CodeTooFew, "pool", s.From, "left", span(p.now.own))
	}
	percent := p.rule.Exchange[terms].Percent
	e := Entry{
		Kind: ExchangedOut, At: now, Day: s.Day, Pool: s.From, Other: s.Into, Period: p.begins,
		Minutes: s.Minutes, Percent: percent, By: s.By,
	}
	out := b.add(e)
	e.Kind, e.Pool, e.Other, e.Period = ExchangedIn, s.Into, s.From, into.begins
	e.Minutes = (s.Minutes*percent + 50) / 100
	e.Of = out.Number
	in := *b.add(e)
	b.follow(giver, i, &in)
	b.follow(taker, j, &in)
	return b.fresh, nil
}
