package calendar

import (
	"slices"
	"sort"
	"time"
)

// The years that a calendar knows. They keep every instant and every sum of open time
// within an int64 of nanoseconds, so that no part of a second is ever lost or rounded.
const (
	firstYear = 1950
	lastYear  = 2199
)

// FirstInstant and LastInstant bound what a calendar other than an always-open one knows:
// it is shut before the first and from the last on.
var (
	FirstInstant = time.Date(firstYear, 1, 1, 0, 0, 0, 0, time.UTC)
	LastInstant  = time.Date(lastYear+1, 1, 1, 0, 0, 0, 0, time.UTC)
)

// clamp brings an instant into the years that a calendar knows, as Unix nanoseconds.
func clamp(at time.Time) int64 {
	switch {
	case at.Before(FirstInstant):
		at = FirstInstant
	case at.After(LastInstant):
		at = LastInstant
	}
	return at.UnixNano()
}

func instant(nanos int64) time.Time { return time.Unix(0, nanos).UTC() }

// begins holds where each of the years begins, and where the last one ends, as Unix
// nanoseconds.
var begins = func() (all [lastYear - firstYear + 2]int64) {
	for i := range all {
		all[i] = time.Date(firstYear+i, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano()
	}
	return all
}()

// index of the year of an instant. That of LastInstant is one past the end.
func index(nanos int64) int {
	// As if all years were leap years: not too late, and at most one too early.
	const longestYear = 366 * secondsPerDay * int64(time.Second)
	i := int((nanos - begins[0]) / longestYear)
	if i+1 < len(begins) && nanos >= begins[i+1] {
		i++
	}
	return i
}

// year holds the open time of one UTC year. Instants are Unix nanoseconds.
type year struct {
	spans  []span // in order, apart from each other
	total  int64
	closes []int64 // where each local date's last open time ends, in order
}

// span is a run of open time.
type span struct {
	from, to int64
	before   int64 // open time of the year before this span
}

// year returns a year of the calendar, compiling it on first use. Two goroutines may both
// compile it; they find the same.
func (c *Calendar) year(i int) *year {
	if y := c.years[i].Load(); y != nil {
		return y
	}
	y := c.compile(firstYear + i)
	c.years[i].Store(y)
	return y
}

func (c *Calendar) compile(number int) *year {
	from := time.Date(number, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	to := time.Date(number+1, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	y := &year{}
	if !c.hours.mayOpen(floorDay(from)-1, floorDay(to)+1) {
		return y
	}
	// Dates that end in the year are seen whole, even one that clocks gone back let last for
	// two days.
	const longestDate = 2 * secondsPerDay
	end := min(to+longestDate, LastInstant.Unix())
	first := floorDay(from) - 1
	closes := slices.Repeat([]int64{from}, floorDay(end)+2-first) // by date; from: not at all
	for p := range c.walk(from, end) {
		if p.open {
			closes[p.day-first] = p.to
			y.add(p.from, min(p.to, to))
		}
	}
	slices.Sort(closes)
	for _, at := range closes {
		if from < at && at <= to {
			y.closes = append(y.closes, at*int64(time.Second))
		}
	}
	return y
}

// add appends open time, in Unix seconds and in order. There is none when to is not after
// from.
func (y *year) add(from, to int64) {
	if from >= to {
		return
	}
	start, end := from*int64(time.Second), to*int64(time.Second)
	if last := len(y.spans) - 1; last >= 0 && y.spans[last].to == start {
		y.spans[last].to = end
	} else {
		y.spans = append(y.spans, span{start, end, y.total})
	}
	y.total += end - start
}

// find returns the index of the first span that ends after an instant.
func (y *year) find(at int64) int {
	if len(y.spans) == 0 || at < y.spans[0].to {
		return 0 // the usual case in all years but the first of a question
	}
	return sort.Search(len(y.spans), func(i int) bool { return y.spans[i].to > at })
}

// openBefore returns how much of the year's open time lies before an instant, which may be
// outside the year.
func (y *year) openBefore(at int64) int64 {
	i := y.find(at)
	if i == len(y.spans) {
		return y.total
	}
	return y.spans[i].before + max(0, at-y.spans[i].from)
}

// reach returns the earliest instant before which that much of the year's open time lies.
// It wants 0 < open <= y.total.
func (y *year) reach(open int64) int64 {
	i := sort.Search(len(y.spans), func(i int) bool { return y.spans[i].before >= open }) - 1
	return y.spans[i].from + open - y.spans[i].before
}
