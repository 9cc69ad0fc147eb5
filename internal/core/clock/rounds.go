package clock

import (
	"iter"
	"time"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Round is one run of one clock, with what can be asked about it beyond its reading.
type Round struct {
	Clock
	m machine
}

// Rounds yields every round of every clock of a ticket as it stood at an instant, in the
// order of the kinds of target and, within one, in the order of time. Clocks that have not
// started yield nothing. A Round is valid until the next one is yielded.
func Rounds(terms contract.Terms, tl *ticket.Timeline, at time.Time) iter.Seq[*Round] {
	return func(yield func(*Round) bool) {
		var buffer [markBuffer]mark
		var lent memory
		marks := collect(buffer[:0], terms, tl, at)
		var r Round
		for kind := range contract.TargetKind(contract.NumTargets) {
			r.m = newMachine(kind, &lent)
			for i := range marks {
				if r.m.ends(&marks[i]) {
					r.Clock = r.m.finish(marks[i].at)
					if r.Phase != None && !yield(&r) {
						return
					}
				}
				r.m.apply(&marks[i])
			}
			r.Clock = r.m.read(at)
			if r.Phase > NotStarted && !yield(&r) {
				return
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
	return r.m.reaches(share(r.Allowed, percent))
}

// share rounds up to a whole second, so that a warning never precedes its percentage.
func share(of time.Duration, percent int) time.Duration {
	part := of * time.Duration(percent)
	return (part + 100*time.Second - 1) / (100 * time.Second) * time.Second
}
