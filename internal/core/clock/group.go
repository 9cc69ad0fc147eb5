package clock

import (
	"math"
	"time"
)

// Group is the part of a list that a face stands in at an instant.
type Group uint8

// The groups, in the order of a list.
const (
	GroupBroken   Group = iota // a promise is broken, and the clock runs on
	GroupSoon                  // falls due within soon
	GroupLater                 // falls due after that
	GroupPaused                // stands still
	GroupMeasured              // a key figure beyond its due
	GroupNone                  // no clock goes on
)

var groupNames = [...]string{"broken", "soon", "later", "paused", "measured", "none"}

// String returns the word of wording and the API.
func (g Group) String() string { return groupNames[g] }

// soon is how far the first group of what falls due looks ahead.
const soon = 4 * time.Hour

// Group is where the face stands in a list at an instant. Lists go by lane and rank, so that
// groups follow each other in them.
func (f *Face) Group(at time.Time) Group {
	switch {
	case f.Lane == LanePaused:
		return GroupPaused
	case f.Lane == LaneMeasured:
		return GroupMeasured
	case f.Lane == LaneNone:
		return GroupNone
	case !f.Due.IsZero() && at.After(f.Due):
		return GroupBroken
	case !f.Due.IsZero() && !f.Due.After(at.Add(soon)):
		return GroupSoon
	default:
		return GroupLater
	}
}

// Span is a stretch of a list in its order: the faces of a lane whose ranks are from From to
// Until, both included.
type Span struct {
	Lane        Lane
	From, Until int64
}

// Span is the stretch of a list that the faces of a group take up at an instant.
func (g Group) Span(at time.Time) Span {
	now, end := at.UnixMilli(), at.Add(soon).UnixMilli()
	switch g {
	case GroupBroken:
		return Span{LaneDue, math.MinInt64, now - 1}
	case GroupSoon:
		return Span{LaneDue, now, end}
	case GroupLater:
		return Span{LaneDue, end + 1, math.MaxInt64}
	case GroupPaused:
		return Span{LanePaused, math.MinInt64, math.MaxInt64}
	case GroupMeasured:
		return Span{LaneMeasured, math.MinInt64, math.MaxInt64}
	default:
		return Span{LaneNone, math.MinInt64, math.MaxInt64}
	}
}

// Groups lists the groups in the order of a list.
var Groups = [...]Group{GroupBroken, GroupSoon, GroupLater, GroupPaused, GroupMeasured, GroupNone}
