package clock

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// round is one run of a clock, from what starts it to what stops it for good.
//
// It holds two layers over time: legs say which terms count, spans say whether the clock
// runs. Forward changes add a leg; retroactive ones rewrite the legs there are. Open time is
// counted where the layers meet, so nothing is counted twice and no order matters.
type round struct {
	since   time.Time
	stopped time.Time // zero while it runs or waits
	legs    []leg
	spans   []span
}

// memory is what an ordinary round needs. A reader lends it to its rounds one after the
// other, so that reading asks for no memory.
type memory struct {
	legs  [4]leg
	spans [12]span
}

// leg is a stretch of time that is judged by one version and one priority, from an instant
// until the next leg.
type leg struct {
	from     time.Time
	version  *contract.Version
	priority catalog.Priority
}

// span is a stretch of time in which the clock does one thing, from an instant until the
// next span.
type span struct {
	from     time.Time
	waitsFor catalog.Party // 0: the provider works on it
	halted   bool          // stopped, until a reopening
}

// forever stands for "as long as things stay as they are".
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (r *round) begin(at time.Time, first leg, waitsFor catalog.Party) {
	r.since, r.stopped = at, time.Time{}
	r.legs = append(r.legs[:0], first)
	r.spans = append(r.spans[:0], span{from: at, waitsFor: waitsFor})
}

func (r *round) wait(at time.Time, party catalog.Party) {
	r.spans = append(r.spans, span{from: at, waitsFor: party})
}

func (r *round) halt(at time.Time) {
	r.stopped = at
	r.spans = append(r.spans, span{from: at, halted: true})
}

// resume goes on after a reopening. Changes made while the round was stopped take effect
// now: before, they could not change a verdict that had been given.
func (r *round) resume(at time.Time, v *contract.Version, p catalog.Priority) {
	r.stopped = time.Time{}
	r.spans = append(r.spans, span{from: at})
	if last := r.legs[len(r.legs)-1]; last.version != v {
		r.amend(at, v)
	}
	r.prioritise(at, p)
}

func (r *round) amend(at time.Time, v *contract.Version) {
	r.change(leg{at, v, r.legs[len(r.legs)-1].priority}, v.OpenTickets, func(l *leg) { l.version = v })
}

func (r *round) prioritise(at time.Time, p catalog.Priority) {
	last := r.legs[len(r.legs)-1]
	if last.priority == p {
		return
	}
	r.change(leg{at, last.version, p}, last.version.PriorityChange, func(l *leg) { l.priority = p })
}

// change adds a leg, or rewrites all legs and joins those that became the same.
func (r *round) change(next leg, mode contract.Mode, rewrite func(*leg)) {
	if mode == contract.Forward {
		r.legs = append(r.legs, next)
		return
	}
	for i := range r.legs {
		rewrite(&r.legs[i])
	}
	r.legs = slices.CompactFunc(r.legs, func(a, b leg) bool {
		return a.version == b.version && a.priority == b.priority
	})
}

// piece is where one leg and one span meet: [from, to), judged by the leg's target.
type piece struct {
	from, to time.Time
	leg      *leg
	span     *span
	target   *contract.Target // nil when the leg has none: then nothing counts
}

// counts tells whether open time within the piece is counted.
func (p *piece) counts(kind contract.TargetKind) bool {
	return p.target != nil && !p.span.halted && !p.leg.version.Pauses[kind].Has(p.span.waitsFor)
}

// walk goes over the pieces of a round, from its start until an instant.
type walk struct {
	m     *machine
	spans []span
	until time.Time
	s, l  int // the span and the leg that come next
	piece
}

// walk goes over what happened in the round.
func (m *machine) walk(until time.Time) walk {
	return walk{m: m, spans: m.round.spans, until: until, piece: piece{to: m.round.since}}
}

// walkOn goes over the round as if it were not stopped and all stayed as it is: the due of a
// stopped clock is the one that it would have had, had it gone on. The last piece, and only
// that, lasts forever.
func (m *machine) walkOn() walk {
	w := m.walk(forever)
	if !m.running() {
		w.spans = w.spans[:len(w.spans)-1]
	}
	return w
}

// next moves to the next piece. It reports false after the last one.
func (w *walk) next() bool {
	legs := w.m.round.legs
	for ; w.s < len(w.spans); w.s++ {
		end := w.until
		if w.s+1 < len(w.spans) {
			end = earlier(end, w.spans[w.s+1].from)
		}
		from := w.to
		if !from.Before(end) {
			continue
		}
		for w.l+1 < len(legs) && !legs[w.l+1].from.After(from) {
			w.l++
		}
		if w.l+1 < len(legs) {
			end = earlier(end, legs[w.l+1].from)
		}
		g := &legs[w.l]
		w.piece = piece{from, end, g, &w.spans[w.s], g.version.Target(w.m.kind, g.priority, w.m.target)}
		return true
	}
	return false
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// count goes over the round once. It gives the open time counted until an instant that is
// not before the last change, and the earliest instant at which an amount is reached: zero
// when it never is, as things stand.
func (m *machine) count(until time.Time, amount time.Duration) (counted time.Duration, reached time.Time) {
	isReached := amount <= 0
	if isReached {
		reached = m.round.since
	}
	for w := m.walkOn(); w.next(); {
		if !w.counts(m.target) {
			continue
		}
		open := w.target.Calendar.Between(w.from, earlier(w.to, until))
		if !isReached && (counted+open >= amount || w.to.Equal(forever)) {
			reached, _ = w.target.Calendar.Due(w.from, amount-counted)
			isReached = true
		}
		counted += open
	}
	return counted, reached
}

// closes is the close of the n-th local date on which the clock counted, zero when it never
// comes, as things stand.
func (m *machine) closes(n int) time.Time {
	var last calendar.Date // the date that was counted last
	for w := m.walkOn(); w.next(); {
		if !w.counts(m.target) {
			continue
		}
		cal, from := w.target.Calendar, w.from
		for {
			opens, ok := cal.NextOpen(from)
			if !ok || !opens.Before(w.to) {
				break
			}
			if from, ok = cal.CloseOfDay(opens, 1); !ok {
				break
			}
			date := calendar.DateOf(opens, cal.Zone())
			if date == last {
				continue
			}
			if last, n = date, n-1; n == 0 {
				return from
			}
		}
	}
	return time.Time{}
}

// held is a due that the contract gives: a forward change never puts it before itself.
func (m *machine) held(due time.Time) time.Time {
	last := m.round.legs[len(m.round.legs)-1]
	if !due.IsZero() && due.Before(last.from) {
		return last.from
	}
	return due
}

// read gives the reading of the current round at an instant.
func (m *machine) read(at time.Time) Clock {
	c := Clock{Kind: m.target}
	if m.version == nil {
		return c // the ticket is not logged yet
	}
	if !m.started {
		c.Target = m.version.Target(m.kind, m.priority, m.target)
		if c.Target != nil {
			c.Phase, c.Version, c.Priority, c.Promise = NotStarted, m.version.Number, m.priority, c.Target.Promise
		}
		return c
	}
	r := &m.round
	now := r.legs[len(r.legs)-1]
	c.Version, c.Priority = now.version.Number, now.priority
	c.Target = now.version.Target(m.kind, now.priority, m.target)
	if c.Target == nil {
		return c
	}
	c.Promise, c.Since, c.Stopped = c.Target.Promise, r.since, r.stopped
	end := at
	switch state := r.spans[len(r.spans)-1]; {
	case state.halted:
		c.Phase, end = Stopped, r.stopped
	case now.version.Pauses[m.target].Has(state.waitsFor):
		c.Phase, c.WaitsFor = Paused, state.waitsFor
	default:
		c.Phase = Running
	}
	m.judge(&c, end)
	return c
}

// judge fills in what was counted, allowed and left at an instant, and the verdict.
func (m *machine) judge(c *Clock, end time.Time) {
	c.Allowed = c.Target.Open
	if days := c.Target.WorkDays; days > 0 {
		c.ContractDue = m.held(m.closes(days))
		c.Allowed, _ = m.count(c.ContractDue, 0)
	}
	var reached time.Time
	c.Elapsed, reached = m.count(end, c.Allowed)
	if c.Target.WorkDays == 0 {
		c.ContractDue = m.held(reached)
	}
	c.Due, c.Agreed = c.ContractDue, !m.agreed.IsZero()
	if c.Agreed {
		c.Due = m.agreed
	}
	c.Remaining = m.remaining(c, end)
	c.Verdict = m.verdict(c, end)
}

// remaining is the open time left until due. Pauses do not move a due that was agreed or
// that is the close of a day, so there it is what the calendar has until then.
func (m *machine) remaining(c *Clock, end time.Time) time.Duration {
	cal := c.Target.Calendar
	switch {
	case !c.Agreed && c.Target.WorkDays == 0:
		return c.Allowed - c.Elapsed
	case c.Due.IsZero():
		return 0 // a paused clock in working days has nothing to measure against
	case end.After(c.Due):
		return -cal.Between(c.Due, end)
	default:
		return cal.Between(end, c.Due)
	}
}

func (m *machine) verdict(c *Clock, end time.Time) Verdict {
	late := !c.Due.IsZero() && end.After(c.Due)
	switch {
	case m.unmeasured:
		return NotMeasurable
	case late && c.Promise == contract.SLA:
		return Breached
	case late:
		return Missed
	default:
		return Within
	}
}
