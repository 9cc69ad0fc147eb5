package calendar_test

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// oracle is the definition of open time, written down once more and as plainly as can be.
// It looks at one UTC minute after the other, asks only time.Time.In what the wall clock
// shows, and shares nothing with the package but the types of the spec.
type oracle struct {
	calendar.Spec
	zone *time.Location
}

func newOracle(spec calendar.Spec) oracle {
	zone, err := time.LoadLocation(spec.Zone)
	if err != nil {
		panic(err)
	}
	return oracle{spec, zone}
}

// at judges the UTC minute that an instant lies in.
func (o oracle) at(instant time.Time) (open bool, why reason.Code, holiday string) {
	if o.Always {
		return true, calendar.CodeAlways, ""
	}
	wall := o.wall(instant)
	switch {
	case within(o.Openings, wall):
		return true, calendar.CodeOpening, ""
	case within(o.Closures, wall):
		return false, calendar.CodeClosure, ""
	}
	for _, h := range o.Holidays {
		if h.Date == wall.Date {
			return false, calendar.CodeHoliday, h.Name
		}
	}
	today := time.Date(wall.Date.Year, wall.Date.Month, wall.Date.Day, 0, 0, 0, 0, time.UTC).Weekday()
	for _, i := range o.Weekly[today] {
		overnight := i.To <= i.From
		if i.From <= wall.Minute && (overnight || wall.Minute < i.To) {
			return true, calendar.CodeWeekly, ""
		}
	}
	for _, i := range o.Weekly[(today+6)%7] {
		if i.To <= i.From && wall.Minute < i.To {
			return true, calendar.CodeWeekly, ""
		}
	}
	return false, calendar.CodeOutside, ""
}

func (o oracle) wall(instant time.Time) calendar.LocalTime {
	t := instant.Truncate(time.Minute).In(o.zone)
	return calendar.LocalTime{
		Date:   calendar.Date{Year: t.Year(), Month: t.Month(), Day: t.Day()},
		Minute: calendar.Minute(t.Hour()*60 + t.Minute()),
	}
}

func within(windows []calendar.Window, wall calendar.LocalTime) bool {
	for _, w := range windows {
		if !wallTime(wall).Before(wallTime(w.From)) && wallTime(wall).Before(wallTime(w.To)) {
			return true
		}
	}
	return false
}

func wallTime(t calendar.LocalTime) time.Time {
	return time.Date(t.Date.Year, t.Date.Month, t.Date.Day, 0, int(t.Minute), 0, 0, time.UTC)
}

// minutes calls visit with each UTC minute of [from, to), cut to fit, until it says stop.
func minutes(from, to time.Time, visit func(start, end time.Time) (goOn bool)) {
	for start := from; start.Before(to); {
		end := start.Truncate(time.Minute).Add(time.Minute)
		if end.After(to) {
			end = to
		}
		if !visit(start, end) {
			return
		}
		start = end
	}
}

func (o oracle) between(from, to time.Time) (open time.Duration) {
	minutes(from, to, func(start, end time.Time) bool {
		if isOpen, _, _ := o.at(start); isOpen {
			open += end.Sub(start)
		}
		return true
	})
	return open
}

// due looks no further than limit.
func (o oracle) due(from, limit time.Time, want time.Duration) (due time.Time, ok bool) {
	if want <= 0 {
		return from, true
	}
	minutes(from, limit, func(start, end time.Time) bool {
		isOpen, _, _ := o.at(start)
		switch length := end.Sub(start); {
		case isOpen && length >= want:
			due, ok = start.Add(want), true
		case isOpen:
			want -= length
		}
		return !ok
	})
	return due, ok
}

func (o oracle) nextOpen(from, limit time.Time) (at time.Time, ok bool) {
	minutes(from, limit, func(start, _ time.Time) bool {
		if isOpen, _, _ := o.at(start); isOpen {
			at, ok = start, true
		}
		return !ok
	})
	return at, ok
}

// closes gives, for each local date with open time in [from, limit), where that time ends.
func (o oracle) closes(from, limit time.Time) map[calendar.Date]time.Time {
	closes := map[calendar.Date]time.Time{}
	minutes(from, limit, func(start, end time.Time) bool {
		if isOpen, _, _ := o.at(start); isOpen {
			closes[o.wall(start).Date] = end
		}
		return true
	})
	return closes
}

func (o oracle) stretches(from, to time.Time) (all []calendar.Stretch) {
	minutes(from, to, func(start, end time.Time) bool {
		open, why, holiday := o.at(start)
		if n := len(all); n > 0 && all[n-1].Why == why && all[n-1].Holiday == holiday {
			all[n-1].To = end
		} else {
			all = append(all, calendar.Stretch{From: start, To: end, Open: open, Why: why, Holiday: holiday})
		}
		return true
	})
	return all
}
