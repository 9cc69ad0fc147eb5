package contract

import (
	"slices"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
)

// aroundTheClock is how a file says that every second counts.
const aroundTheClock = "24x7"

var weekdays = []string{"sun", "mon", "tue", "wed", "thu", "fri", "sat"}

// week reads the weekly hours: 24x7, "Mon-Fri 09:00-18:00", a list of such lines, or a
// mapping from days to hours.
func (r *reader) week(into *calendar.Spec) func(*node) {
	return func(n *node) {
		into.Always, into.Weekly = false, [7][]calendar.Interval{}
		switch {
		case n.Shape == yamlfile.Mapping:
			for _, p := range n.Pairs {
				r.Every(p.Value, func(hours *node) { r.weekLine(into, hours.Where, p.Key+" "+hours.Text) })
			}
		case n.Shape == yamlfile.Scalar && n.Text == aroundTheClock:
			into.Always = true
		default:
			r.Every(n, func(line *node) { r.weekLine(into, line.Where, r.Text(line)) })
		}
	}
}

// weekLine reads "Mon-Fri 09:00-12:30, 13:00-18:00".
func (r *reader) weekLine(into *calendar.Spec, where fault.Position, line string) {
	if line == "" {
		return
	}
	words := strings.Fields(line)
	days, ok := daysOf(words[0])
	hours := words[1:]
	for _, h := range hours {
		interval, fine := intervalOf(strings.TrimSuffix(h, ","))
		ok = ok && fine
		for _, day := range days {
			into.Weekly[day] = append(into.Weekly[day], interval)
		}
	}
	if !ok || len(hours) == 0 {
		r.Fault(where, CodeWeek, "text", line)
	}
}

// daysOf reads "Mon", "Mon-Fri", "Sat,Sun" or "Fri-Mon".
func daysOf(text string) ([]time.Weekday, bool) {
	var days []time.Weekday
	for part := range strings.SplitSeq(strings.ToLower(text), ",") {
		first, last, isRange := strings.Cut(part, "-")
		if !isRange {
			last = first
		}
		from, to := slices.Index(weekdays, first), slices.Index(weekdays, last)
		if from < 0 || to < 0 {
			return nil, false
		}
		for day := from; ; day = (day + 1) % 7 {
			days = append(days, time.Weekday(day))
			if day == to {
				break
			}
		}
	}
	return days, true
}

// intervalOf reads "09:00-18:00".
func intervalOf(text string) (calendar.Interval, bool) {
	from, to, _ := strings.Cut(text, "-")
	opens, errFrom := calendar.ParseMinute(from)
	closes, errTo := calendar.ParseMinute(to)
	return calendar.Interval{From: opens, To: closes}, errFrom == nil && errTo == nil && opens != closes
}

// windows reads closures and extra openings: "2026-11-28 09:00-22:00", "2026-12-24", or
// "2026-12-31 18:00 to 2027-01-01 08:00"; a date without times is the whole day.
func (r *reader) windows(into *[]calendar.Window) func(*node) {
	return func(n *node) {
		*into = nil
		r.Every(n, func(item *node) {
			t := r.Text(item)
			if t == "" {
				return
			}
			w, ok := windowOf(t)
			if !ok {
				r.Fault(item.Where, CodeWindow, "text", t)
				return
			}
			*into = append(*into, w)
		})
	}
}

func windowOf(text string) (calendar.Window, bool) {
	if first, last, two := strings.Cut(text, " to "); two {
		from, _, okFrom := momentOf(strings.TrimSpace(first))
		_, to, okTo := momentOf(strings.TrimSpace(last))
		return calendar.Window{From: from, To: to}, okFrom && okTo
	}
	day, hours, timed := strings.Cut(text, " ")
	from, to, ok := momentOf(day)
	if !timed {
		return calendar.Window{From: from, To: to}, ok
	}
	interval, okHours := intervalOf(strings.TrimSpace(hours))
	from.Minute, to.Minute = interval.From, interval.To
	if interval.To <= interval.From {
		to.Date = to.Date.AddDays(1)
	}
	return calendar.Window{From: from, To: to}, ok && okHours
}

// momentOf reads "2026-12-31 18:00", or a date alone: then from its start or to its end.
func momentOf(text string) (start, end calendar.LocalTime, ok bool) {
	day, clock, timed := strings.Cut(text, " ")
	date, err := calendar.ParseDate(day)
	if err != nil {
		return start, end, false
	}
	start, end = calendar.LocalTime{Date: date}, calendar.LocalTime{Date: date, Minute: 24 * 60}
	if timed {
		start.Minute, err = calendar.ParseMinute(strings.TrimSpace(clock))
		end = start
	}
	return start, end, err == nil
}

// holidayOf reads "2026-12-25" or "2026-12-25 Christmas Day".
func holidayOf(text string) (calendar.Holiday, error) {
	day, name, _ := strings.Cut(text, " ")
	date, err := calendar.ParseDate(day)
	return calendar.Holiday{Date: date, Name: strings.TrimSpace(name)}, err
}
