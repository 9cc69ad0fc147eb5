package calendar

import (
	"iter"
	"time"
)

// regime is a run of Unix seconds during which a zone keeps one offset from UTC. Clock
// changes happen between regimes; inside one, wall time is plain arithmetic.
type regime struct{ from, to, offset int64 }

// regimes yields those of [from, to) in order; the first and the last are cut to fit.
func regimes(zone *time.Location, from, to int64) iter.Seq[regime] {
	return func(yield func(regime) bool) {
		for from < to {
			at := time.Unix(from, 0).In(zone)
			_, offset := at.Zone()
			end := to
			if _, change := at.ZoneBounds(); !change.IsZero() {
				end = min(to, change.Unix())
			}
			if end <= from {
				// ZoneBounds takes all years that follow a rule for 365 days long. On the last day
				// of a leap year it gives the start of that day, when no rule changes anything in
				// the rest of it.
				end = min(to, from-from%secondsPerDay+secondsPerDay)
			}
			if !yield(regime{from, end, int64(offset)}) {
				return
			}
			from = end
		}
	}
}

// part is a piece of a local date where it lies in real time, in Unix seconds. A date that
// a clock change cuts or repeats has several parts for one piece.
type part struct {
	from, to int64
	day      int
	verdict
}

// walk yields the parts of [from, to), both on a whole minute, in order and without gaps.
//
// This is where the definition of open time is applied: a UTC minute gets the verdict of
// the wall time that it shows. So wall times that a clock change skips never appear, and
// those that it repeats appear twice. In zones whose offset has seconds (before 1972) the
// wall time at the start of the UTC minute decides, which ceilMinute brings about.
func (c *Calendar) walk(from, to int64) iter.Seq[part] {
	return func(yield func(part) bool) {
		for r := range regimes(c.zone, from, to) {
			for day := floorDay(r.from + r.offset); ; day++ {
				midnight := int64(day)*secondsPerDay - r.offset
				if midnight >= r.to {
					break
				}
				for _, p := range c.hours.day(day) {
					start := ceilMinute(max(r.from, midnight+int64(p.from)*60))
					end := ceilMinute(min(r.to, midnight+int64(p.to)*60))
					if start < end && !yield(part{start, end, day, p.verdict}) {
						return
					}
				}
			}
		}
	}
}

func floorDay(seconds int64) int { return int(floorDiv(seconds, secondsPerDay)) }

func ceilMinute(seconds int64) int64 { return -floorDiv(-seconds, 60) * 60 }

// floorDiv rounds down where / rounds towards zero: there was time before 1970.
func floorDiv(a, b int64) int64 {
	if a%b < 0 {
		return a/b - 1
	}
	return a / b
}
