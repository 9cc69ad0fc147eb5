package clock

import (
	"iter"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// View looks at the clocks of a ticket as they stood at an instant, round by round. It may
// look at one ticket after the other and then asks for no new memory. The zero View is
// ready to look; it is not safe for concurrent use.
type View struct {
	at    time.Time
	marks []mark
	round Round
}

// Round is one run of one clock: its reading, and what can be asked beyond it.
type Round struct {
	Clock
	m  machine
	at time.Time // of the reading
}

// end is where the round ended, or the instant of the reading.
func (r *Round) end() time.Time {
	if r.Stopped.IsZero() {
		return r.at
	}
	return r.Stopped
}

// Look turns the view to a ticket. Entries and contract versions after the instant change
// nothing.
func (v *View) Look(terms contract.Terms, tl *ticket.Timeline, at time.Time) {
	v.at = at
	v.marks = collect(v.marks[:0], terms, tl, at)
}

// TicketKind is the kind of the ticket, 0 while it is not logged.
func (v *View) TicketKind() catalog.Kind {
	if len(v.marks) == 0 {
		return 0
	}
	return v.marks[0].kind
}

// Amended is when a version last took effect that reaches the ticket, zero when none has.
func (v *View) Amended() time.Time {
	for _, m := range slices.Backward(v.marks) {
		if m.what == amended {
			return m.at
		}
	}
	return time.Time{}
}

// Rounds yields the rounds of one clock in the order of time. A clock that has not started
// yields nothing. A Round is valid until the next one is yielded.
func (v *View) Rounds(kind contract.TargetKind) iter.Seq[*Round] {
	return func(yield func(*Round) bool) {
		r := &v.round
		r.m, r.at = machine{target: kind}, v.at
		for i := range v.marks {
			k := &v.marks[i]
			a := r.m.action(k)
			if r.m.ends(k, a) {
				r.Clock = r.m.finish(k)
				if r.Phase != None && !yield(r) {
					return
				}
			}
			r.m.apply(k, a)
		}
		r.Clock = r.m.read(v.at)
		if r.Phase > NotStarted {
			yield(r)
		}
	}
}

// All yields the rounds of all clocks, in the order of the kinds of target.
func (v *View) All() iter.Seq[*Round] {
	return func(yield func(*Round) bool) {
		for kind := range contract.TargetKind(contract.NumTargets) {
			for r := range v.Rounds(kind) {
				if !yield(r) {
					return
				}
			}
		}
	}
}

// Uses is the instant at which a percentage of the target is used up, in open time; false
// when it never is, as things stand. With a due agreed by hand it is that percentage of the
// open time from the start of the round to the agreed due, since pauses do not move that.
func (r *Round) Uses(percent int) (time.Time, bool) {
	cal := r.Target.Calendar
	if r.Agreed {
		return cal.Due(r.Since, share(cal.Between(r.Since, r.Due), percent))
	}
	if r.Target.WorkDays > 0 && r.ContractDue.IsZero() {
		return time.Time{}, false
	}
	_, used := r.m.count(r.end(), share(r.Allowed, percent))
	return used, !used.IsZero()
}

// share is a percentage, rounded up to a whole second so that a warning never precedes it,
// but never more than the whole.
func share(of time.Duration, percent int) time.Duration {
	part := of / 100 * time.Duration(percent) // in this order, since years of percents overflow
	return min(of, (part + time.Second - 1).Truncate(time.Second))
}
