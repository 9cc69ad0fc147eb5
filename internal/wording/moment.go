package wording

import (
	"fmt"
	"time"
)

// Moment writes an instant as short as it can be read beside now: "14:50" on the same date,
// "Tue 24 Nov 14:50" in the same year, else with the year. It uses the locations that the
// times carry, so a caller converts both first.
func Moment(l Language, t, now time.Time) string {
	year, month, day := t.Date()
	nowYear, nowMonth, nowDay := now.Date()
	hour := t.Format("15:04")
	if year == nowYear && month == nowMonth && day == nowDay {
		return hour
	}
	weekday, name := t.Format("Mon"), t.Format("Jan")
	if l == Dutch {
		weekday, name = dutchWeekdays[t.Weekday()], dutchMonths[month-1]
	}
	if year == nowYear {
		return fmt.Sprintf("%s %d %s %s", weekday, day, name, hour)
	}
	return fmt.Sprintf("%s %d %s %d %s", weekday, day, name, year, hour)
}

// Exact writes an instant with all that there is to say of it: date, seconds, zone and offset,
// "Thu 19 Nov 2026 14:50:00 CET (UTC+01:00)".
func Exact(l Language, t time.Time) string {
	said := t.Format("Mon 2 Jan 2006")
	if l == Dutch {
		said = fmt.Sprintf("%s %d %s %d", dutchWeekdays[t.Weekday()], t.Day(), dutchMonths[t.Month()-1], t.Year())
	}
	if name, offset := t.Zone(); offset == 0 {
		return said + " " + t.Format("15:04:05 ") + name
	}
	return said + " " + t.Format("15:04:05 MST (UTC-07:00)")
}

// Day writes the date of an instant without its year: "Mon 16 Nov".
func Day(l Language, t time.Time) string {
	if l == Dutch {
		return fmt.Sprintf("%s %d %s", dutchWeekdays[t.Weekday()], t.Day(), dutchMonths[t.Month()-1])
	}
	return t.Format("Mon 2 Jan")
}
