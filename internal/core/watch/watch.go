// Package watch composes the rules: everything that is due about a case at an instant, in
// one place, read from top to bottom.
//
// The live desk and the replay both go through Record and Settle. What they decide depends
// on the reported entries, the terms and the instants at which entries were recorded, never
// on how often anybody looked: a process that was down decides the same entries later.
package watch

import (
	"cmp"
	"iter"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Case is a ticket under the terms of its contract. It may be turned to one ticket after
// the other and then asks for no new memory; it is not safe for concurrent use.
type Case struct {
	Terms    contract.Terms
	Timeline *ticket.Timeline

	// quiet is the instant before which nothing falls due unless a fact is reported; zero when
	// that is not known.
	quiet time.Time

	view clock.View
	told told
	due  []ticket.Entry
}

// Of makes the case of a ticket.
func Of(terms contract.Terms, tl *ticket.Timeline) *Case {
	c := &Case{}
	c.Turn(terms, tl)
	return c
}

// Turn turns the case to another ticket.
func (c *Case) Turn(terms contract.Terms, tl *ticket.Timeline) {
	c.Terms, c.Timeline, c.quiet = terms, tl, time.Time{}
}

// Never is the instant to look again at a case that has nothing more to decide.
var Never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// tick is the resolution of an instant. A clock is late one tick after its due.
const tick = time.Millisecond

// Record settles what fell due up to now, adds what one command reports, and settles what
// follows from all of it together. The entries are recorded now, which must be later than
// what was recorded before: by that a replay tells one command from the next. It returns
// the entries that were added, in order.
func (c *Case) Record(now time.Time, reported ...ticket.Entry) []ticket.Entry {
	before := c.Timeline.Len()
	c.Settle(now)
	for _, e := range reported {
		e.Recorded = now
		c.Timeline.Append(e)
	}
	c.quiet = time.Time{}
	c.Settle(now)
	return slices.Clip(c.Timeline.Entries()[before:])
}

// Commands yields the reported entries of a recorded timeline as they came in: those of one
// command together. Decided entries are left out.
func Commands(recorded []ticket.Entry) iter.Seq[[]ticket.Entry] {
	return func(yield func([]ticket.Entry) bool) {
		var command []ticket.Entry
		for _, e := range recorded {
			if e.Decided() {
				continue
			}
			if len(command) > 0 && !e.Recorded.Equal(command[0].Recorded) {
				if !yield(command) {
					return
				}
				command = command[:0]
			}
			command = append(command, e)
		}
		if len(command) > 0 {
			yield(command)
		}
	}
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
	settled := c.settled()
	for _, v := range c.Terms {
		if v.Effective.After(settled) && !v.Effective.After(now) {
			c.decide(v.Effective.Add(-tick), now)
			c.decide(v.Effective, now)
		}
	}
	c.quiet = c.decide(now, now)
	return slices.Clip(c.Timeline.Entries()[before:])
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
	c.view.Look(c.Terms, c.Timeline, at)
	c.told.read(c.Timeline)
	c.due = c.due[:0]
	next, cause := c.nextAmendment(at), c.cause()
	for kind := range contract.TargetKind(contract.NumTargets) {
		if !c.Terms.Promises(c.view.TicketKind(), kind) {
			continue
		}
		for r := range c.view.Rounds(kind) {
			next = earlier(next, c.judge(r, at, cause))
		}
	}
	// A round that no longer exists (a late fact began or ended it elsewhere) breaks nothing.
	for i := range c.told {
		if r := &c.told[i]; r.breached && !r.exists {
			c.withdraw(r, cause)
		}
	}
	slices.SortStableFunc(c.due, chronologically)
	for _, e := range c.due {
		e.Recorded = now
		c.Timeline.Append(e)
	}
	return next
}

// judge tells of what one round calls for, and returns when to look at it again.
func (c *Case) judge(r *clock.Round, at, cause time.Time) time.Time {
	told := c.told.of(r.Kind, r.Since)
	told.exists = true
	binds := r.Promise == contract.SLA && r.Verdict != clock.NotMeasurable
	late := binds && r.Verdict == clock.Breached
	switch {
	case late && !told.breached:
		c.add(later(r.Due, cause), ticket.Breached{Target: r.Kind, Round: r.Since})
	case !late && told.breached && (!binds || !onItsDue(r, at)):
		c.withdraw(told, cause)
	}
	next := Never
	if !binds {
		return next
	}
	for _, percent := range r.Target.Warn {
		if !told.warned.has(percent) {
			next = earlier(next, c.warn(r, percent, at, cause))
		}
	}
	if r.Phase != clock.Stopped && !r.Due.IsZero() && !late {
		next = earlier(next, r.Due.Add(tick))
	}
	return next
}

// onItsDue tells whether a round that goes on is looked at in the very instant of its due.
// A forward change may put the due of a broken round there: it will be late again with the
// next tick, and nobody must be told that it was mended in between.
func onItsDue(r *clock.Round, at time.Time) bool {
	return r.Phase != clock.Stopped && at.Equal(r.Due)
}

// warn tells that a part of the target was used up while the clock ran. When it will be
// used up only later, that is when to look again.
func (c *Case) warn(r *clock.Round, percent int, at, cause time.Time) time.Time {
	used, ok := r.Uses(percent)
	if !ok {
		return Never
	}
	if used.After(at) {
		if r.Phase == clock.Stopped {
			return Never
		}
		return used
	}
	tell := later(used, cause)
	stoppedBefore := !r.Stopped.IsZero() && tell.After(r.Stopped)
	tooLate := !r.Due.IsZero() && tell.After(r.Due)
	if !stoppedBefore && !tooLate {
		c.add(tell, ticket.Warned{Target: r.Kind, Round: r.Since, Percent: percent})
	}
	return Never
}

func (c *Case) withdraw(told *toldRound, cause time.Time) {
	c.add(later(told.breachAt, cause), ticket.Withdrawn{Target: told.kind, Round: told.since})
}

func (c *Case) add(at time.Time, f ticket.Fact) {
	c.due = append(c.due, ticket.Entry{At: at, Fact: f})
}

// cause is the At of the command or amendment that came last: whatever turned a verdict
// since the case was last settled was that. Of the facts of one command the latest counts.
func (c *Case) cause() time.Time {
	cause := c.view.Amended()
	var command time.Time
	for _, e := range slices.Backward(c.Timeline.Entries()) {
		switch {
		case e.Decided():
		case command.IsZero():
			command, cause = e.Recorded, later(cause, e.At)
		case e.Recorded.Equal(command):
			cause = later(cause, e.At)
		default:
			return cause
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
