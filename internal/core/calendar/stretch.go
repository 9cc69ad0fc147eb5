package calendar

import (
	"iter"
	"time"

	"github.com/watchbill/watchbill/internal/core/reason"
)

// Stretch is time that is open, or shut, for one reason.
type Stretch struct {
	From, To time.Time // UTC
	Open     bool
	Why      reason.Code // CodeAlways, CodeWeekly, CodeOpening, CodeOutside, CodeHoliday, CodeClosure or CodeBeyond
	Holiday  string      // its name, with CodeHoliday
}

// Stretches partitions [from, to): the stretches are in order, each begins where the one
// before it ends, and neighbours differ in more than their times. There are none when to is
// not after from.
func (c *Calendar) Stretches(from, to time.Time) iter.Seq[Stretch] {
	return func(yield func(Stretch) bool) {
		var run Stretch
		for f := range c.fragments(from.UTC(), to.UTC()) {
			if run.goesOnWith(f) {
				run.To = f.To
				continue
			}
			if run != (Stretch{}) && !yield(run) {
				return
			}
			run = f
		}
		if run != (Stretch{}) {
			yield(run)
		}
	}
}

func (s Stretch) goesOnWith(next Stretch) bool {
	return s.Open == next.Open && s.Why == next.Why && s.Holiday == next.Holiday
}

// fragments partitions [from, to) at every midnight and clock change too.
func (c *Calendar) fragments(from, to time.Time) iter.Seq[Stretch] {
	return func(yield func(Stretch) bool) {
		cut := func(start, end time.Time, v verdict) bool {
			start, end = latest(start, from), earliest(end, to)
			return !start.Before(end) || yield(Stretch{start, end, v.open, v.why, v.holiday})
		}
		if c.Always() {
			cut(from, to, always)
			return
		}
		if !cut(from, FirstInstant, beyond) {
			return
		}
		for p := range c.walk(minuteOf(clamp(from)), minuteOf(clamp(to)+int64(time.Minute)-1)) {
			if !cut(time.Unix(p.from, 0).UTC(), time.Unix(p.to, 0).UTC(), p.verdict) {
				return
			}
		}
		cut(LastInstant, to, beyond)
	}
}

// minuteOf gives the Unix second at which the minute of an instant began.
func minuteOf(nanos int64) int64 { return floorDiv(nanos, int64(time.Minute)) * 60 }

func latest(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earliest(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}
