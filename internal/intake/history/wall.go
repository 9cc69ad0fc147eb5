package history

import "time"

// wallClock turns wall times into instants. A wall time that a clock change skipped is
// moved on by what was skipped; one that occurs twice is taken for the first. Both are
// counted.
type wallClock struct {
	zone *time.Location // nil when every timestamp carries its own offset
	// days remembers the offset of days on which no clock changes, because a history comes
	// back to the same days again and again.
	days [256]dayOffset

	gaps, twice int
}

type dayOffset struct {
	day    int64
	known  bool
	steady bool
	offset int64
}

// instant returns milliseconds since 1970, UTC.
func (w *wallClock) instant(c civil) int64 {
	wall := c.seconds()
	if c.hasOffset || w.zone == nil {
		return (wall-int64(c.offset))*1000 + int64(c.milli)
	}
	return w.fromWall(wall)*1000 + int64(c.milli)
}

func (w *wallClock) fromWall(wall int64) int64 {
	day := wall / 86400
	if wall%86400 < 0 {
		day--
	}
	d := &w.days[uint64(day)%uint64(len(w.days))]
	if !d.known || d.day != day {
		before, after := w.offsetAt((day-1)*86400), w.offsetAt((day+2)*86400)
		*d = dayOffset{day: day, known: true, steady: before == after, offset: before}
	}
	if d.steady {
		return wall - d.offset
	}
	return w.nearChange(wall)
}

// nearChange looks at the offsets in force on both sides of a wall time.
func (w *wallClock) nearChange(wall int64) int64 {
	before, after := w.offsetAt(wall-86400), w.offsetAt(wall+86400)
	first, second := wall-before, wall-after
	holdsFirst, holdsSecond := w.offsetAt(first) == before, w.offsetAt(second) == after
	switch {
	case holdsFirst && holdsSecond && first != second:
		w.twice++
		return min(first, second)
	case holdsFirst:
		return first
	case holdsSecond:
		return second
	default:
		w.gaps++
		return first
	}
}

// offsetAt is seconds east of UTC at an instant.
func (w *wallClock) offsetAt(unix int64) int64 {
	_, offset := time.Unix(unix, 0).In(w.zone).Zone()
	return int64(offset)
}
