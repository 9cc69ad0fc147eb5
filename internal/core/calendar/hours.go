package calendar

import (
	"cmp"
	"slices"
	"sort"

	"github.com/watchbill/watchbill/internal/core/reason"
)

// Why a stretch of time is open or shut.
const (
	CodeAlways  reason.Code = "calendar.always"  // open: the calendar never shuts
	CodeWeekly  reason.Code = "calendar.weekly"  // open: weekly hours
	CodeOpening reason.Code = "calendar.opening" // open: extra opening
	CodeOutside reason.Code = "calendar.outside" // shut: outside the weekly hours
	CodeHoliday reason.Code = "calendar.holiday" // shut: holiday
	CodeClosure reason.Code = "calendar.closure" // shut: closure
	CodeBeyond  reason.Code = "calendar.beyond"  // shut: outside the years that a calendar knows
)

// verdict says whether wall time is open, and why.
type verdict struct {
	open    bool
	why     reason.Code
	holiday string
}

var (
	always  = verdict{open: true, why: CodeAlways}
	weekly  = verdict{open: true, why: CodeWeekly}
	opening = verdict{open: true, why: CodeOpening}
	outside = verdict{why: CodeOutside}
	closure = verdict{why: CodeClosure}
	beyond  = verdict{why: CodeBeyond}
)

// piece is a part of one local date with one verdict.
type piece struct {
	from, to Minute
	verdict
}

// hours answers what is open on a wall clock. It knows nothing of zones and clock changes:
// the same wall time always gets the same verdict.
type hours struct {
	weekly   [7][]piece     // a plain date, by weekday
	opens    bool           // whether any plain date has open time
	holidays map[int]string // names by day number
	closures []wallSpan
	openings []wallSpan
}

// wallSpan is a window in wall minutes.
type wallSpan struct{ from, to int }

func newHours(spec Spec) hours {
	var h hours
	if spec.Always {
		for day := range h.weekly {
			h.weekly[day] = []piece{{0, minutesPerDay, always}}
		}
		h.opens = true
		return h
	}
	for day := range h.weekly {
		h.weekly[day] = plainDay(spec.Weekly[day], spec.Weekly[(day+6)%7])
		h.opens = h.opens || len(spec.Weekly[day]) > 0
	}
	h.holidays = make(map[int]string, len(spec.Holidays))
	for _, holiday := range slices.Backward(spec.Holidays) {
		h.holidays[holiday.Date.number()] = holiday.Name
	}
	h.closures, h.openings = union(spec.Closures), union(spec.Openings)
	return h
}

// plainDay partitions a date that has only weekly hours: its own, and the tails of those
// that began the day before.
func plainDay(today, yesterday []Interval) []piece {
	pieces := []piece{{0, minutesPerDay, outside}}
	for _, i := range yesterday {
		if i.To <= i.From {
			pieces = paint(pieces, piece{0, i.To, weekly})
		}
	}
	for _, i := range today {
		to := i.To
		if i.To <= i.From {
			to = minutesPerDay
		}
		pieces = paint(pieces, piece{i.From, to, weekly})
	}
	return pieces
}

// day partitions a date, given by its number. The four layers are painted one over the
// other: weekly hours, holiday, closures, openings.
func (h *hours) day(n int) []piece {
	pieces := h.weekly[weekday(n)]
	if name, shut := h.holidays[n]; shut {
		pieces = []piece{{0, minutesPerDay, verdict{why: CodeHoliday, holiday: name}}}
	}
	for _, i := range on(h.closures, n) {
		pieces = paint(pieces, piece{i.From, i.To, closure})
	}
	for _, i := range on(h.openings, n) {
		pieces = paint(pieces, piece{i.From, i.To, opening})
	}
	return pieces
}

// mayOpen is false when no date from one day number up to another has open time.
func (h *hours) mayOpen(from, to int) bool {
	return h.opens || len(touching(h.openings, from*minutesPerDay, to*minutesPerDay)) > 0
}

// paint puts a piece over others and returns a new partition.
func paint(under []piece, over piece) []piece {
	if over.from >= over.to {
		return under
	}
	painted := make([]piece, 0, len(under)+2)
	for _, p := range under {
		if p.from < over.from {
			p.to = min(p.to, over.from)
			painted = append(painted, p)
		}
	}
	painted = append(painted, over)
	for _, p := range under {
		if p.to > over.to {
			p.from = max(p.from, over.to)
			painted = append(painted, p)
		}
	}
	return painted
}

// union returns windows sorted and without overlap.
func union(windows []Window) []wallSpan {
	spans := make([]wallSpan, len(windows))
	for i, w := range windows {
		spans[i] = wallSpan{w.From.wallMinute(), w.To.wallMinute()}
	}
	slices.SortFunc(spans, func(a, b wallSpan) int { return cmp.Compare(a.from, b.from) })
	merged := spans[:0]
	for _, s := range spans {
		if last := len(merged) - 1; last >= 0 && s.from <= merged[last].to {
			merged[last].to = max(merged[last].to, s.to)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}

// touching returns those spans of a union that have a minute in [from, to).
func touching(spans []wallSpan, from, to int) []wallSpan {
	first := sort.Search(len(spans), func(i int) bool { return spans[i].to > from })
	end := sort.Search(len(spans), func(i int) bool { return spans[i].from >= to })
	return spans[first:max(first, end)]
}

// on returns the parts of a union that lie on a date.
func on(spans []wallSpan, day int) []Interval {
	midnight := day * minutesPerDay
	touching := touching(spans, midnight, midnight+minutesPerDay)
	if len(touching) == 0 {
		return nil
	}
	parts := make([]Interval, len(touching))
	for i, s := range touching {
		parts[i] = Interval{Minute(max(s.from-midnight, 0)), Minute(min(s.to-midnight, minutesPerDay))}
	}
	return parts
}
