package calendar

import (
	"cmp"
	"fmt"
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// Date is a civil date: a day on the wall calendar of some zone, not an instant. The zero
// Date is no date.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ParseDate reads "2006-01-02". The error is a *fault.Fault with CodeDateUnreadable.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return Date{}, fault.New(fault.Invalid, CodeDateUnreadable, "text", text).Because(err)
	}
	return DateOf(t, time.UTC), nil
}

// DateOf returns the date that the wall calendar of a zone shows at an instant.
func DateOf(at time.Time, zone *time.Location) Date {
	year, month, day := at.In(zone).Date()
	return Date{year, month, day}
}

// String gives "2006-01-02", and "" for the zero Date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// IsZero reports whether d is no date.
func (d Date) IsZero() bool { return d == Date{} }

// AddDays returns the date n days later, or earlier when n is negative.
func (d Date) AddDays(n int) Date { return dateOfNumber(d.number() + n) }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return weekday(d.number()) }

// Before reports whether d is earlier than other.
func (d Date) Before(other Date) bool { return d.Compare(other) < 0 }

// Compare returns -1, 0 or +1 as d is earlier than, equal to or later than other.
func (d Date) Compare(other Date) int {
	return cmp.Or(cmp.Compare(d.Year, other.Year), cmp.Compare(d.Month, other.Month), cmp.Compare(d.Day, other.Day))
}

// Start returns the first instant, in UTC, at which the wall calendar of a zone shows d or
// a later date. That is midnight, or the first instant after it where midnight is skipped
// by a clock change, or the start of the next date where all of d is skipped.
func (d Date) Start(zone *time.Location) time.Time {
	midnight := int64(d.number()) * secondsPerDay
	for r := range regimes(zone, midnight-2*secondsPerDay, midnight+2*secondsPerDay) {
		if at := max(r.from, midnight-r.offset); at < r.to {
			return time.Unix(at, 0).UTC()
		}
	}
	panic("calendar: a zone more than two days from UTC")
}

// MarshalText writes d as String does.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes. The error is that of ParseDate.
func (d *Date) UnmarshalText(text []byte) (err error) {
	if len(text) == 0 {
		*d = Date{}
		return nil
	}
	*d, err = ParseDate(string(text))
	return err
}

// exists is false for dates such as 30 February.
func (d Date) exists() bool { return d == dateOfNumber(d.number()) }

// Days are numbered from 1970-01-01, so that code can count with them.
const (
	minutesPerDay = 24 * 60
	secondsPerDay = minutesPerDay * 60
)

func (d Date) number() int {
	return int(time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

func dateOfNumber(n int) Date {
	return DateOf(time.Unix(int64(n)*secondsPerDay, 0).UTC(), time.UTC)
}

// weekday of a day number: 1970-01-01 was a Thursday.
func weekday(n int) time.Weekday {
	return time.Weekday(((n+int(time.Thursday))%7 + 7) % 7)
}
