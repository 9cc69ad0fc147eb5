package clock

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// Lane is the group of a list of tickets that a face belongs to, the most pressing first.
type Lane uint8

// The lanes. Within the first three a list goes by Rank.
const (
	LaneDue      Lane = iota // a clock runs towards its due, or is broken and runs on
	LanePaused               // all clocks that go on stand still
	LaneMeasured             // only a key figure runs, beyond its due: nothing was promised
	LaneNone                 // no clock goes on
)

// Face is what a list shows of the clocks of a ticket: the one that asks for attention first.
// It holds for the instant of its reading; Left carries it on.
type Face struct {
	Lane     Lane
	Kind     contract.TargetKind // nothing below is set in LaneNone
	Phase    Phase
	Promise  contract.Promise
	Due      time.Time     // zero when it has none as things stand
	Left     time.Duration // open time, negative when over
	Allowed  time.Duration
	Version  int // of the contract, that rules the clock
	Priority catalog.Priority
	Agreed   bool
	// Risky is when little of a service level is left: see Near. Never for anything else.
	Risky time.Time
}

// Never is an instant that does not come.
var Never = forever

// Face picks the clock that a list shows: of those that run, the one that falls due first; a
// key figure beyond its due gives way to every other. Where all stand still it is the one with
// the least time left.
func (v *View) Face() Face {
	best := Face{Lane: LaneNone, Risky: Never}
	for kind := range contract.TargetKind(contract.NumTargets) {
		var f Face
		for r := range v.Rounds(kind) {
			f = r.face() // the last one is the one that goes on
		}
		if f.Phase != None && f.before(&best) {
			best = f
		}
	}
	return best
}

// face reads what a list would show of a round; the zero Face when it does not go on, or when
// the history cannot show that it was met: no time that is left would mean anything.
func (r *Round) face() Face {
	if r.Phase != Running && r.Phase != Paused || r.Verdict == NotMeasurable {
		return Face{}
	}
	f := Face{
		Kind: r.Kind, Phase: r.Phase, Promise: r.Promise, Due: r.Due, Left: r.Remaining, Allowed: r.Allowed,
		Version: r.Version, Priority: r.Priority, Agreed: r.Agreed, Risky: Never,
	}
	// The same as Remaining, but where a change of terms kept a due from lying before itself.
	f.Left = f.LeftAt(r.Target, r.at)
	switch {
	case r.Promise == contract.KPI && r.Verdict.Late():
		f.Lane = LaneMeasured
	case r.Phase == Paused && r.Due.IsZero():
		f.Lane = LanePaused
	default:
		f.Lane = LaneDue
		if r.Promise == contract.SLA && r.Phase == Running && !r.Due.IsZero() {
			f.Risky = r.risky()
		}
	}
	return f
}

// risky is the first instant at which the clock is not calm: see Nearness. It counts open time,
// to the millisecond, so a clock that has little left in the evening is near in the morning.
func (r *Round) risky() time.Time {
	calm := max(CloseTo, (r.Allowed*NearPercent+99)/100)            // the least with which it is
	calm = (calm + time.Millisecond - 1).Truncate(time.Millisecond) // as instants are
	cal := r.Target.Calendar
	used := cal.Between(r.Since, r.Due) - calm + time.Millisecond
	if used <= 0 {
		return r.Since
	}
	risky, ok := cal.Due(r.Since, used)
	if !ok {
		return r.Due
	}
	return risky
}

// Rank orders the faces of a lane: it rises from the most pressing on.
func (f *Face) Rank() int64 {
	switch f.Lane {
	case LaneDue, LaneMeasured:
		if f.Due.IsZero() {
			return forever.UnixMilli()
		}
		return f.Due.UnixMilli()
	case LanePaused:
		return f.Left.Milliseconds()
	default:
		return 0
	}
}

func (f *Face) before(other *Face) bool {
	if f.Lane != other.Lane {
		return f.Lane < other.Lane
	}
	if a, b := f.Rank(), other.Rank(); a != b {
		return a < b
	}
	return f.Promise < other.Promise // a service level before a key figure
}

// Turns is when a face that nothing happens to is another one: a key figure that passes its
// due leaves its lane. Never for most.
func (f *Face) Turns() time.Time {
	if f.Lane == LaneDue && f.Promise == contract.KPI && !f.Due.IsZero() {
		return f.Due.Add(time.Millisecond) // late is later than due
	}
	return Never
}

// LeftAt is the open time left at a later instant, to which nothing has happened to the
// ticket. The target is that of the version and priority of the face, nil when it is gone.
func (f *Face) LeftAt(t *contract.Target, at time.Time) time.Duration {
	switch {
	case f.Due.IsZero() || t == nil || t.Calendar == nil:
		return f.Left
	case at.After(f.Due):
		return -t.Calendar.Between(f.Due, at)
	default:
		return t.Calendar.Between(at, f.Due)
	}
}

// Verdict is that of the clock at a later instant, to which nothing has happened to the
// ticket. A face of LaneNone has nothing to judge: it is Within.
func (f *Face) Verdict(at time.Time) Verdict { return judge(f.Promise, f.Due, at) }
