package ledger

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Post records work. The contract as it was on the day worked says which pool takes it and
// what it weighs; work that runs over the end of a period is split there. A pool never
// refuses work: what goes beyond it is overrun that waits for approval. Post returns all
// entries that were added, also those that had fallen due before.
//
// It fails, and adds nothing, with CodeNoMinutes, with CodeNotBegun before the book begins,
// and with CodeAhead when the work ends after now.
func (b *Book) Post(w Work, now time.Time) ([]Entry, error) {
	if w.Minutes <= 0 {
		return nil, fault.New(fault.Invalid, CodeNoMinutes, "minutes", w.Minutes)
	}
	if !w.From.IsZero() {
		w.From = w.From.UTC().Truncate(time.Minute)
		w.Day = calendar.DateOf(w.From, b.zone)
	}
	now = later(b.recorded, now)
	today := calendar.DateOf(now, b.zone)
	if today.Before(b.begins) {
		return nil, fault.New(fault.Invalid, CodeNotBegun, "day", today, "begins", b.begins)
	}
	if today.Before(w.Day) || (!w.From.IsZero() && w.to().After(now)) {
		return nil, fault.New(fault.Invalid, CodeAhead, "day", w.Day, "today", today)
	}
	b.start(now)
	for rest := w; rest.Minutes > 0; {
		draw := b.on(rest.Day).Capacity.DrawFor(rest.Activity, rest.Role)
		if draw == nil {
			b.add(Entry{Kind: Untaken, At: b.instant(&rest), Day: rest.Day, Minutes: rest.Minutes, By: rest.Person, Work: rest})
			break
		}
		var part Work
		part, rest = b.split(b.named[draw.Pool.Name], rest)
		if part.Minutes > 0 {
			b.post(draw.Pool, part)
		}
	}
	return b.fresh, nil
}

// split cuts work at the end of the period of the pool in which it began.
func (b *Book) split(a *account, w Work) (part, rest Work) {
	if w.From.IsZero() {
		return w, Work{}
	}
	over := a.periods[0].opens
	if i := a.on(w.Day); i >= 0 {
		over = a.periods[i].over
	}
	fits := int(over.Sub(w.From) / time.Minute)
	if w.Minutes <= fits {
		return w, Work{}
	}
	part, rest = w, w
	part.Minutes = fits
	rest.From, rest.Day, rest.Minutes = over, calendar.DateOf(over, b.zone), w.Minutes-fits
	return part, rest
}

// post adds work that lies within one period: in that period or, when its books are closed,
// in the first open one.
func (b *Book) post(pool *contract.Pool, w Work) {
	a := b.named[pool.Name]
	kind, i := Worked, a.on(w.Day)
	if i < a.open {
		kind, i = Adjusted, a.open
	}
	e := b.add(Entry{
		Kind: kind, At: b.instant(&w), Pool: a.name, Period: a.periods[i].begins, Day: w.Day,
		Minutes: weigh(pool.AfterHours, &w), By: w.Person, Work: w,
	})
	b.follow(a, i, e)
}

// weigh counts the minutes of work: those outside the calendar by the factor, the sum rounded
// half up to whole minutes. Work of which only the day is known is taken as it is.
func weigh(a contract.AfterHours, w *Work) int {
	if a.Calendar == nil || a.Percent == 100 || w.From.IsZero() {
		return w.Minutes
	}
	all := time.Duration(w.Minutes) * time.Minute
	inside := a.Calendar.Between(w.From, w.to())
	weighed := inside*100 + (all-inside)*time.Duration(a.Percent)
	return int((weighed + 50*time.Minute) / (100 * time.Minute))
}

// instant is when work began, or the start of its day.
func (b *Book) instant(w *Work) time.Time {
	if w.From.IsZero() {
		return w.Day.Start(b.zone)
	}
	return w.From
}
