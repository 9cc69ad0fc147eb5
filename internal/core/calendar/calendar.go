// Package calendar tells when support is open: the open time between two instants, and the
// instant at which a promised amount of open time is used up.
//
// Hours are wall time in a zone. A UTC minute is open when the wall time that it shows is
// open; so what a clock change skips never counts, and what it repeats counts twice.
// Results are instants in UTC and exact to the nanosecond.
package calendar

import (
	"sort"
	"sync/atomic"
	"time"
)

// Calendar is a set of support hours. It cannot be changed and is safe for concurrent use.
//
// It knows the years 1950 to 2199 and is shut outside them, except that an always-open
// calendar is open without end.
type Calendar struct {
	spec  Spec
	zone  *time.Location
	hours hours
	years [lastYear - firstYear + 1]atomic.Pointer[year]
}

// Spec returns a copy of what the calendar was made from.
func (c *Calendar) Spec() Spec { return c.spec.clone() }

// Zone returns where the calendar's wall clock hangs.
func (c *Calendar) Zone() *time.Location { return c.zone }

// Always reports whether every second counts.
func (c *Calendar) Always() bool { return c.spec.Always }

// NeverOpens reports whether there is no open time at all, in any year.
func (c *Calendar) NeverOpens() bool {
	_, opens := c.NextOpen(FirstInstant)
	return !opens
}

// IsOpen reports whether an instant is open.
func (c *Calendar) IsOpen(at time.Time) bool {
	opens, ok := c.NextOpen(at)
	return ok && opens.Equal(at)
}

// Between returns the open time in [from, to), 0 when to is not after from.
func (c *Calendar) Between(from, to time.Time) time.Duration {
	if !from.Before(to) {
		return 0
	}
	if c.Always() {
		return to.Sub(from)
	}
	start, end := clamp(from), clamp(to)
	var open int64
	for i, last := index(start), min(index(end), len(c.years)-1); i <= last; i++ {
		y := c.year(i)
		open += y.openBefore(end) - y.openBefore(start)
	}
	return time.Duration(open)
}

// Due returns the earliest instant before which the given open time has passed since from:
// closing time itself when the last of it is used up then, and from when there is nothing
// to use up. It is not ok when the calendar's years end first.
func (c *Calendar) Due(from time.Time, open time.Duration) (due time.Time, ok bool) {
	if open <= 0 {
		return from.UTC(), true
	}
	if c.Always() {
		return from.UTC().Add(open), true
	}
	start, left := clamp(from), int64(open)
	for i := index(start); i < len(c.years); i++ {
		y := c.year(i)
		past := y.openBefore(start)
		if past+left <= y.total {
			return instant(y.reach(past + left)), true
		}
		left -= y.total - past
	}
	return time.Time{}, false
}

// NextOpen returns the first open instant at or after from. It is not ok when there is none
// in the calendar's years.
func (c *Calendar) NextOpen(from time.Time) (time.Time, bool) {
	if c.Always() {
		return from.UTC(), true
	}
	start := clamp(from)
	for i := index(start); i < len(c.years); i++ {
		y := c.year(i)
		if next := y.find(start); next < len(y.spans) {
			return instant(max(start, y.spans[next].from)), true
		}
	}
	return time.Time{}, false
}

// CloseOfDay returns the close of the n-th local date, counting from 1, that still has open
// time at or after from. A date closes where its last open time ends; hours that run past
// midnight belong to two dates, of which the first closes at midnight. It is not ok when n
// is less than 1 or the calendar's years end first.
func (c *Calendar) CloseOfDay(from time.Time, n int) (time.Time, bool) {
	if n < 1 {
		return time.Time{}, false
	}
	start := clamp(from)
	for i := index(start); i < len(c.years); i++ {
		closes := c.year(i).closes
		next := sort.Search(len(closes), func(i int) bool { return closes[i] > start })
		if last := next + n - 1; last < len(closes) {
			return instant(closes[last]), true
		}
		n -= len(closes) - next
	}
	return time.Time{}, false
}
