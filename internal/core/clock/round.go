package clock

import (
	"slices"
	"time"

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

func (m *machine) walk(spans []span, until time.Time) walk {
	return walk{m: m, spans: spans, until: until, piece: piece{to: m.round.since}}
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

// asIfRunning is the spans without the one that stopped the round: the due of a stopped
// clock is the one that it would have had, had it gone on.
func (r *round) asIfRunning() []span {
	if r.stopped.IsZero() {
		return r.spans
	}
	return r.spans[:len(r.spans)-1]
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// elapsed is the open time counted until an instant.
func (m *machine) elapsed(until time.Time) time.Duration {
	var sum time.Duration
	for w := m.walk(m.round.spans, until); w.next(); {
		if w.counts(m.target) {
			sum += w.target.Calendar.Between(w.from, w.to)
		}
	}
	return sum
}

// reaches is the earliest instant at which the counted time amounts to a span; false when
// it never does, as things stand.
func (m *machine) reaches(amount time.Duration) (time.Time, bool) {
	if amount <= 0 {
		return m.round.since, true
	}
	for w := m.walk(m.round.asIfRunning(), forever); w.next(); {
		if !w.counts(m.target) {
			continue
		}
		if w.to.Equal(forever) {
			return w.target.Calendar.Due(w.from, amount)
		}
		open := w.target.Calendar.Between(w.from, w.to)
		if open >= amount {
			return w.target.Calendar.Due(w.from, amount)
		}
		amount -= open
	}
	return time.Time{}, false
}

// closes is the close of the n-th local date on which the clock counted; false when it
// never comes, as things stand.
func (m *machine) closes(days int) (time.Time, bool) {
	var lastClose time.Time // of the date that was counted last
	for w := m.walk(m.round.asIfRunning(), forever); w.next(); {
		if !w.counts(m.target) {
			continue
		}
		from := w.from
		if from.Before(lastClose) { // this date counted already
			from = lastClose
		}
		for from.Before(w.to) {
			opens, ok := w.target.Calendar.NextOpen(from)
			if !ok || !opens.Before(w.to) {
				break
			}
			lastClose, _ = w.target.Calendar.CloseOfDay(opens, 1)
			if days--; days == 0 {
				return lastClose, true
			}
			from = lastClose
		}
	}
	return time.Time{}, false
}

// contractDue is the due by the contract alone, zero when it is never reached as things stand.
func (m *machine) contractDue(t *contract.Target) time.Time {
	var due time.Time
	var ok bool
	if t.WorkDays > 0 {
		due, ok = m.closes(t.WorkDays)
	} else {
		due, ok = m.reaches(t.Open)
	}
	if !ok {
		return time.Time{}
	}
	// A forward change never puts the due before itself.
	if last := m.round.legs[len(m.round.legs)-1]; due.Before(last.from) {
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
	c.Elapsed = m.elapsed(end)
	c.ContractDue = m.contractDue(c.Target)
	c.Due, c.Agreed = c.ContractDue, !m.agreed.IsZero()
	if c.Agreed {
		c.Due = m.agreed
	}
	m.measure(&c, end)
	c.Verdict = m.verdict(&c, end)
	return c
}

// measure fills in what was allowed and what is left at an instant.
func (m *machine) measure(c *Clock, end time.Time) {
	cal := c.Target.Calendar
	switch {
	case c.Target.WorkDays == 0:
		c.Allowed = c.Target.Open
	case !c.ContractDue.IsZero():
		c.Allowed = m.elapsed(c.ContractDue)
	}
	switch {
	case !c.Agreed && c.Target.WorkDays == 0:
		c.Remaining = c.Allowed - c.Elapsed
	case c.Due.IsZero():
		// A paused clock in working days has no due, and so nothing to measure against.
	case end.After(c.Due):
		c.Remaining = -cal.Between(c.Due, end)
	default:
		c.Remaining = cal.Between(end, c.Due)
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
