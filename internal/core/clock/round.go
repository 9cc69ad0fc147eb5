package clock

import (
	"iter"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// round is one run of a clock, from what starts it to what stops it for good.
//
// It holds two layers over time: legs say which terms count, spans say whether the clock
// runs. Forward changes add a leg; retroactive ones rewrite the legs there are. Open time is
// counted where the layers meet, so nothing is counted twice.
type round struct {
	since   time.Time
	stopped time.Time // zero while it runs or waits
	legs    list[leg]
	spans   list[span]
	// stated is the priorities as they were given, for a version that judges them anew from
	// the start; missed is the versions that took effect while the round was stopped.
	stated list[stated]
	missed list[*contract.Version]
}

// stated is a priority that was given at an instant.
type stated struct {
	from     time.Time
	priority catalog.Priority
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
	entry    int           // the number of the entry that began it
}

// forever stands for "as long as things stay as they are".
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

func (r *round) begin(k *mark, first leg, waitsFor catalog.Party) {
	r.since, r.stopped = k.at, time.Time{}
	r.legs.reset()
	r.legs.add(first)
	r.stated.reset()
	r.stated.add(stated{k.at, first.priority})
	r.missed.reset()
	r.spans.reset()
	r.spans.add(span{from: k.at, waitsFor: waitsFor, entry: k.entry})
}

func (r *round) wait(k *mark, party catalog.Party) {
	r.spans.add(span{from: k.at, waitsFor: party, entry: k.entry})
}

func (r *round) halt(k *mark) {
	r.stopped = k.at
	r.spans.add(span{from: k.at, halted: true, entry: k.entry})
}

// resume goes on after a reopening. Changes made while the round was stopped take effect
// now, in their order: before, they could not change a verdict that had been given.
func (r *round) resume(k *mark, p catalog.Priority) {
	r.stopped = time.Time{}
	r.spans.add(span{from: k.at, entry: k.entry})
	for i := range r.missed.n {
		r.amend(k.at, *r.missed.at(i))
	}
	r.missed.reset()
	r.prioritise(k.at, p)
}

// amend puts the round under another version.
func (r *round) amend(at time.Time, v *contract.Version) {
	now := *r.legs.last()
	switch {
	case now.version == v:
	case v.OpenTickets == contract.Forward:
		r.legs.add(leg{at, v, now.priority})
	case v.PriorityChange == contract.Forward:
		r.legs.reset()
		for i := range r.stated.n {
			said := r.stated.at(i)
			r.legs.add(leg{said.from, v, said.priority})
		}
	default:
		r.legs.reset()
		r.legs.add(leg{r.since, v, now.priority})
	}
}

// prioritise puts the round under another priority.
func (r *round) prioritise(at time.Time, p catalog.Priority) {
	now := *r.legs.last()
	if now.priority == p {
		return
	}
	r.stated.add(stated{at, p})
	if now.version.PriorityChange == contract.Forward {
		r.legs.add(leg{at, now.version, p})
		return
	}
	for i := range r.legs.n {
		r.legs.at(i).priority = p
	}
	r.join()
}

// join makes one of neighbouring legs that became the same.
func (r *round) join() {
	all := r.legs.n
	r.legs.n = 1
	for i := 1; i < all; i++ {
		next := *r.legs.at(i)
		if last := r.legs.last(); last.version != next.version || last.priority != next.priority {
			r.legs.add(next)
		}
	}
}

// piece is where one leg and one span meet: [from, to), judged by the leg's target.
type piece struct {
	from, to time.Time
	leg
	span
	target *contract.Target // nil when the leg has none: then nothing counts
}

// counts tells whether open time within the piece is counted.
func (p *piece) counts(kind contract.TargetKind) bool {
	return p.target != nil && !p.halted && !p.version.Pauses[kind].Has(p.waitsFor)
}

// pieces yields the pieces of the first so many spans of a round, from its start until an
// instant that is not before its last change.
func (m *machine) pieces(spans int, until time.Time) iter.Seq[piece] {
	return func(yield func(piece) bool) {
		r, l := &m.round, 0
		for i := range spans {
			from, end := r.spans.at(i).from, until
			if i+1 < spans {
				end = r.spans.at(i + 1).from
			}
			for from.Before(end) {
				for l+1 < r.legs.n && !r.legs.at(l+1).from.After(from) {
					l++
				}
				to := end
				if l+1 < r.legs.n {
					to = earlier(end, r.legs.at(l+1).from)
				}
				p := piece{from: from, to: to, leg: *r.legs.at(l), span: *r.spans.at(i)}
				p.target = p.version.Target(m.kind, p.priority, m.target)
				if !yield(p) {
					return
				}
				from = to
			}
		}
	}
}

// onward yields the pieces that a round would have if it were not stopped and all stayed as
// it is: the due of a stopped clock is the one that it would have had, had it gone on. The
// last piece, and only that, lasts forever.
func (m *machine) onward() iter.Seq[piece] {
	spans := m.round.spans.n
	if !m.running() {
		spans-- // the halt
	}
	return m.pieces(spans, forever)
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
	for p := range m.onward() {
		if !p.counts(m.target) {
			continue
		}
		open := p.target.Calendar.Between(p.from, earlier(p.to, until))
		if !isReached && (counted+open >= amount || p.to.Equal(forever)) {
			reached, _ = p.target.Calendar.Due(p.from, amount-counted)
			isReached = true
		}
		counted += open
	}
	return counted, reached
}

// closes is the n-th closing time that the clock runs up to, zero when it never comes, as
// things stand. A date counts once, whatever calendars close it, and not while the clock
// stands still at its close: nothing may break while somebody else has the turn.
func (m *machine) closes(n int) time.Time {
	var last calendar.Date // the date that was counted last
	for p := range m.onward() {
		if !p.counts(m.target) {
			continue
		}
		cal := p.target.Calendar
		for from := p.from; ; {
			closes, ok := cal.CloseOfDay(from, 1)
			if !ok || closes.After(p.to) {
				break
			}
			from = closes
			date := calendar.DateOf(closes.Add(-1), cal.Zone())
			if !last.Before(date) {
				continue // counted before a change of terms
			}
			if last, n = date, n-1; n == 0 {
				return closes
			}
		}
	}
	return time.Time{}
}

// held is a due that the contract gives: a forward change never puts it before itself.
func (m *machine) held(due time.Time) time.Time {
	if change := m.round.legs.last().from; !due.IsZero() && due.Before(change) {
		return change
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
	now := r.legs.last()
	c.Version, c.Priority = now.version.Number, now.priority
	c.Target = now.version.Target(m.kind, now.priority, m.target)
	if c.Target == nil {
		return c
	}
	c.Promise, c.Since, c.Stopped = c.Target.Promise, r.since, r.stopped
	end := at
	switch state := r.spans.last(); {
	case state.halted:
		c.Phase, end = Stopped, r.stopped
	case now.version.Pauses[m.target].Has(state.waitsFor):
		c.Phase, c.WaitsFor = Paused, state.waitsFor
	default:
		c.Phase = Running
	}
	return m.judge(c, end)
}

// judge fills in what was counted, allowed and left at an instant, and the verdict.
func (m *machine) judge(c Clock, end time.Time) Clock {
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
	c.Remaining = m.remaining(&c, end)
	c.Verdict = m.verdict(&c, end)
	return c
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
	if m.unmeasured {
		return NotMeasurable
	}
	return judge(c.Promise, c.Due, end)
}

// judge holds the instant that a clock has come to against its due.
func judge(p contract.Promise, due, end time.Time) Verdict {
	switch late := !due.IsZero() && end.After(due); {
	case late && p == contract.SLA:
		return Breached
	case late:
		return Missed
	default:
		return Within
	}
}
