// Package watch composes the rules: everything that is due about a case at an instant, in
// one place, read from top to bottom.
//
// The live desk and the replay both go through Record and Settle. What they decide depends
// on the reported entries, the terms and the instants at which entries were recorded, never
// on how often anybody looked: a process that was down decides the same entries later.
package watch

import (
	"cmp"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Case is a ticket under the terms of its contract, with what is known of the next instant
// at which something may fall due.
type Case struct {
	Terms    contract.Terms
	Timeline *ticket.Timeline

	// quiet is the instant before which nothing falls due unless a fact is reported; zero when
	// that is not known.
	quiet time.Time
}

// Never is the instant to look again at a case that has nothing more to decide.
var Never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// tick is the resolution of an instant. A clock is late one tick after its due.
const tick = time.Millisecond

// Record settles what fell due up to now, adds one reported entry, and settles what follows
// from it. The entry is recorded now. It returns the entries that were added, in order.
func (c *Case) Record(e ticket.Entry, now time.Time) []ticket.Entry {
	before := c.Timeline.Len()
	c.Settle(now)
	e.Recorded = now
	c.Timeline.Append(e)
	c.quiet = time.Time{}
	c.Settle(now)
	return c.Timeline.Entries()[before:]
}

// Settle decides everything that fell due up to now and adds it to the timeline. It returns
// the entries that were added, in order.
func (c *Case) Settle(now time.Time) []ticket.Entry {
	before := c.Timeline.Len()
	if !c.quiet.IsZero() && now.Before(c.quiet) {
		return nil
	}
	// Between facts only an amendment makes a verdict turn, so the state just before each
	// amendment is settled first: else a breach that it lifts would go unseen, depending on
	// when somebody looked.
	for _, v := range c.Terms {
		if v.Effective.After(c.settled()) && !v.Effective.After(now) {
			c.decide(v.Effective.Add(-tick), now)
			c.decide(v.Effective, now)
		}
	}
	c.quiet = c.decide(now, now)
	return c.Timeline.Entries()[before:]
}

// Next is the instant at which Settle may next have something to decide, Never when there is
// none. It is known after Record or Settle.
func (c *Case) Next() time.Time { return c.quiet }

// settled is the instant up to which the case was settled when its last entry was recorded.
func (c *Case) settled() time.Time {
	entries := c.Timeline.Entries()
	if len(entries) == 0 {
		return Never
	}
	return entries[len(entries)-1].Recorded
}

// decide adds what the state at an instant calls for, recorded now, and returns when to
// look again.
func (c *Case) decide(at, now time.Time) time.Time {
	told := readTold(c.Timeline)
	cause := c.cause(at)
	next := c.nextAmendment(at)
	var due []ticket.Entry
	for r := range clock.Rounds(c.Terms, c.Timeline, at) {
		round := told.of(r.Kind, r.Since)
		round.exists = true
		if r.Promise == contract.SLA && r.Verdict != clock.NotMeasurable {
			due = breach(due, r, round, cause)
			due = warnings(due, r, round, cause, at)
			next = earlier(next, look(r, round, at))
		} else if round.breached {
			due = append(due, withdrawal(r.Kind, r.Since, round, cause))
		}
	}
	// A round that no longer exists (a late fact began or ended it elsewhere) breaks nothing.
	for i := range told {
		if !told[i].exists && told[i].breached {
			due = append(due, withdrawal(told[i].kind, told[i].since, &told[i], cause))
		}
	}
	slices.SortStableFunc(due, chronologically)
	for _, e := range due {
		e.Recorded = now
		c.Timeline.Append(e)
	}
	return next
}

// breach tells of a service level that was broken, or takes back that it was.
func breach(due []ticket.Entry, r *clock.Round, told *round, cause time.Time) []ticket.Entry {
	switch late := r.Verdict == clock.Breached; {
	case late && !told.breached:
		fact := ticket.Breached{Target: r.Kind, Round: r.Since}
		return append(due, ticket.Entry{At: later(r.Due, cause), Fact: fact})
	case !late && told.breached:
		return append(due, withdrawal(r.Kind, r.Since, told, cause))
	default:
		return due
	}
}

func withdrawal(kind contract.TargetKind, since time.Time, told *round, cause time.Time) ticket.Entry {
	return ticket.Entry{At: later(told.breachAt, cause), Fact: ticket.Withdrawn{Target: kind, Round: since}}
}

// warnings tells of each part of the target that was used up while the clock ran, once.
func warnings(due []ticket.Entry, r *clock.Round, told *round, cause, at time.Time) []ticket.Entry {
	for _, percent := range r.Target.Warn {
		if slices.Contains(told.warned, percent) {
			continue
		}
		used, ok := r.Uses(percent)
		tellAt := later(used, cause)
		stoppedBefore := !r.Stopped.IsZero() && tellAt.After(r.Stopped)
		tooLate := !r.Due.IsZero() && tellAt.After(r.Due)
		if !ok || used.After(at) || stoppedBefore || tooLate {
			continue
		}
		fact := ticket.Warned{Target: r.Kind, Round: r.Since, Percent: percent}
		due = append(due, ticket.Entry{At: tellAt, Fact: fact})
	}
	return due
}

// look is when a running round next calls for a decision.
func look(r *clock.Round, told *round, at time.Time) time.Time {
	next := Never
	if r.Phase == clock.Stopped {
		return next
	}
	if !r.Due.IsZero() && !at.After(r.Due) {
		next = r.Due.Add(tick)
	}
	for _, percent := range r.Target.Warn {
		if slices.Contains(told.warned, percent) {
			continue
		}
		if used, ok := r.Uses(percent); ok && used.After(at) {
			next = earlier(next, used)
		}
	}
	return next
}

// cause is the At of the fact or amendment that came last: whatever turned a verdict since
// the case was last settled was that.
func (c *Case) cause(at time.Time) time.Time {
	var cause time.Time
	for _, e := range slices.Backward(c.Timeline.Entries()) {
		if !e.Decided() {
			cause = e.At
			break
		}
	}
	for _, v := range c.Terms[1:] {
		if !v.Effective.After(at) {
			cause = later(cause, v.Effective)
		}
	}
	return cause
}

func (c *Case) nextAmendment(at time.Time) time.Time {
	for _, v := range c.Terms[1:] {
		if v.Effective.After(at) {
			return v.Effective
		}
	}
	return Never
}

// chronologically orders decided entries as a process that never slept would have decided
// them. Of what falls due at one instant, warnings come first: a clock is late only after it.
func chronologically(a, b ticket.Entry) int {
	return cmp.Or(a.At.Compare(b.At), cmp.Compare(rank(a.Fact), rank(b.Fact)))
}

func rank(f ticket.Fact) int {
	switch f.(type) {
	case ticket.Warned:
		return 0
	case ticket.Breached:
		return 1
	default:
		return 2
	}
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
