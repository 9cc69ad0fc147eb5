package calendar

import (
	"fmt"
	"strings"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// Minute is a time on the wall clock in minutes after midnight, 0 to 1440. 1440 is
// "24:00", the end of the day.
type Minute int

// ParseMinute reads "08:30" or "24:00". The error is a *fault.Fault with
// CodeMinuteUnreadable.
func ParseMinute(text string) (Minute, error) {
	if len(text) == 5 && text[2] == ':' {
		hour, okHour := twoDigits(text[:2])
		minute, okMinute := twoDigits(text[3:])
		m := Minute(hour*60 + minute)
		if okHour && okMinute && minute < 60 && m.exists() {
			return m, nil
		}
	}
	return 0, fault.New(fault.Invalid, CodeMinuteUnreadable, "text", text)
}

func twoDigits(text string) (n int, ok bool) {
	tens, ones := text[0]-'0', text[1]-'0'
	return int(tens)*10 + int(ones), tens < 10 && ones < 10
}

// String gives "08:30".
func (m Minute) String() string { return fmt.Sprintf("%02d:%02d", int(m)/60, int(m)%60) }

// MarshalText writes m as String does.
func (m Minute) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText reads a minute. The error is that of ParseMinute.
func (m *Minute) UnmarshalText(text []byte) (err error) {
	*m, err = ParseMinute(string(text))
	return err
}

func (m Minute) exists() bool { return 0 <= m && m <= minutesPerDay }

// Interval is the wall times from From up to, not including, To. Where To is not later
// than From, it runs past midnight into the next date.
type Interval struct{ From, To Minute }

// String gives "08:30-17:00".
func (i Interval) String() string { return i.From.String() + "-" + i.To.String() }

// LocalTime is a date and a time on the wall clock of a zone that is known from elsewhere.
type LocalTime struct {
	Date   Date
	Minute Minute
}

// ParseLocalTime reads "2018-05-17T19:00"; the time may be 24:00. The error is a
// *fault.Fault with CodeDateUnreadable or CodeMinuteUnreadable.
func ParseLocalTime(text string) (LocalTime, error) {
	date, minute, _ := strings.Cut(text, "T")
	d, err := ParseDate(date)
	if err != nil {
		return LocalTime{}, err
	}
	m, err := ParseMinute(minute)
	if err != nil {
		return LocalTime{}, err
	}
	return LocalTime{d, m}, nil
}

// String gives "2018-05-17T19:00".
func (t LocalTime) String() string { return t.Date.String() + "T" + t.Minute.String() }

// MarshalText writes t as String does.
func (t LocalTime) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

// UnmarshalText reads a local time. The error is that of ParseLocalTime.
func (t *LocalTime) UnmarshalText(text []byte) (err error) {
	*t, err = ParseLocalTime(string(text))
	return err
}

func (t LocalTime) exists() bool { return t.Date.exists() && t.Minute.exists() }

// wallMinute counts minutes on the wall calendar from 1970-01-01 on, as if no clock ever
// changed.
func (t LocalTime) wallMinute() int { return t.Date.number()*minutesPerDay + int(t.Minute) }

// Window is the wall times from From up to, not including, To.
type Window struct{ From, To LocalTime }
