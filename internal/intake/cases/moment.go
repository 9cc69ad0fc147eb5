package cases

import (
	"slices"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// wallForm is how text cases write an instant: wall time of the stated zone. Where a wall
// time occurs twice, because clocks go back, its offset from UTC follows.
const wallForm = "Mon 2006-01-02 15:04"

var weekdayWords = []string{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"}

// reader of moments: it knows the zone and the date of the line before.
type moments struct {
	zone *time.Location
	date calendar.Date
}

// take reads a moment from the front of words: an optional weekday, a date (which may be
// left out when it is that of the moment before), a time of day, and an optional offset.
func (m *moments) take(words []string) (at time.Time, rest []string, err *fault.Fault) {
	all := words
	said := func(n int) string { return strings.Join(all[:min(n, len(all))], " ") }
	weekday := -1
	if len(words) > 0 {
		if weekday = slices.Index(weekdayWords, words[0]); weekday >= 0 {
			words = words[1:]
		}
	}
	if len(words) > 0 && strings.Count(words[0], "-") == 2 {
		date, problem := calendar.ParseDate(words[0])
		if problem != nil {
			return at, nil, fault.New(fault.Invalid, CodeMoment, "text", words[0])
		}
		m.date, words = date, words[1:]
	}
	if len(words) == 0 || m.date.IsZero() {
		return at, nil, fault.New(fault.Invalid, CodeMoment, "text", said(3))
	}
	clock, problem := time.Parse("15:04:05", words[0])
	if problem != nil {
		clock, problem = time.Parse("15:04", words[0])
	}
	if problem != nil {
		return at, nil, fault.New(fault.Invalid, CodeMoment, "text", words[0])
	}
	if weekday >= 0 && time.Weekday(weekday) != m.date.Weekday() {
		return at, nil, fault.New(fault.Invalid, CodeWeekday, "text", said(2), "weekday", weekdayWords[m.date.Weekday()])
	}
	words = words[1:]
	wall := time.Date(m.date.Year, m.date.Month, m.date.Day, clock.Hour(), clock.Minute(), clock.Second(), 0, time.UTC)
	if len(words) > 0 {
		if offset, problem := time.Parse("-07:00", words[0]); problem == nil {
			_, east := offset.Zone()
			return wall.Add(-time.Duration(east) * time.Second), words[1:], nil
		}
	}
	switch found := instantsOf(wall, m.zone); len(found) {
	case 1:
		return found[0], words, nil
	case 0:
		return at, nil, fault.New(fault.Invalid, CodeSkipped, "text", wall.Format(wallForm), "zone", m.zone.String())
	default:
		return at, nil, fault.New(fault.Invalid, CodeTwice, "text", wall.Format(wallForm), "zone", m.zone.String(),
			"first", offsetOf(found[0], m.zone), "second", offsetOf(found[1], m.zone))
	}
}

// instantsOf lists the instants at which the wall clock of a zone shows a time, given as if
// it were UTC: none when a clock change skips it, two when one repeats it.
func instantsOf(wall time.Time, zone *time.Location) []time.Time {
	var found []time.Time
	for _, near := range []time.Duration{-24 * time.Hour, 24 * time.Hour} {
		_, east := wall.Add(near).In(zone).Zone()
		at := wall.Add(-time.Duration(east) * time.Second)
		_, shown := at.In(zone).Zone()
		if shown == east && !slices.ContainsFunc(found, at.Equal) {
			found = append(found, at)
		}
	}
	return found
}

func offsetOf(at time.Time, zone *time.Location) string { return at.In(zone).Format("-07:00") }

// wallText writes an instant as take reads it, "never" for none.
func wallText(at time.Time, zone *time.Location) string {
	if at.IsZero() {
		return "never"
	}
	local := at.In(zone)
	text := local.Format(wallForm)
	if local.Second() != 0 {
		text += local.Format(":05")
	}
	_, east := local.Zone()
	if len(instantsOf(at.Add(time.Duration(east)*time.Second), zone)) > 1 {
		text += local.Format(" -07:00")
	}
	return text
}

// spanText writes a length of time: "1h30m", "45s", "-2h", "0m".
func spanText(d time.Duration) string {
	if d == 0 {
		return "0m"
	}
	text := d.String() // such as 1h30m0s
	if strings.HasSuffix(text, "m0s") {
		text = strings.TrimSuffix(text, "0s")
	}
	if strings.HasSuffix(text, "h0m") {
		text = strings.TrimSuffix(text, "0m")
	}
	return text
}
