package calendar_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
)

func TestDateStart(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, date, zone, want string }{
		{"an ordinary midnight", "2026-11-24", "Europe/Amsterdam", "2026-11-23T23:00:00Z"},
		{"midnight is skipped", "2018-11-04", "America/Sao_Paulo", "2018-11-04T03:00:00Z"},
		{"midnight comes twice", "2026-11-01", "America/Havana", "2026-11-01T04:00:00Z"},
		{"the date comes twice", "2009-11-01", "America/St_Johns", "2009-11-01T02:30:00Z"},
		{"the date is skipped", "2011-12-30", "Pacific/Apia", "2011-12-30T10:00:00Z"},
		{"the offset has seconds", "1960-01-01", "Africa/Monrovia", "1960-01-01T00:44:30Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			zone, err := time.LoadLocation(c.zone)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := date(t, c.date).Start(zone), at(t, c.want); !got.Equal(want) {
				t.Errorf("%s in %s starts at %v, want %v", c.date, c.zone, got, want)
			}
		})
	}
}

func TestDateArithmetic(t *testing.T) {
	t.Parallel()
	leap := date(t, "2024-02-29")
	if got := leap.AddDays(1).String(); got != "2024-03-01" {
		t.Errorf("the day after: %s", got)
	}
	if got := leap.AddDays(-366).String(); got != "2023-02-28" {
		t.Errorf("366 days before: %s", got)
	}
	if got := date(t, "1961-04-12").Weekday(); got != time.Wednesday {
		t.Errorf("weekday before 1970: %v", got)
	}
	if !leap.Before(leap.AddDays(1)) || leap.Before(leap) || leap.Compare(date(t, "2023-12-31")) != 1 {
		t.Error("order is wrong")
	}
}

func TestTextOfWallTimes(t *testing.T) {
	t.Parallel()
	type document struct {
		Date   calendar.Date
		None   calendar.Date
		Window calendar.Window
		Hours  calendar.Interval
	}
	const text = `{"Date":"2026-12-25","None":"","Window":{"From":"2018-05-17T19:00","To":"2018-05-17T24:00"},"Hours":{"From":"08:05","To":"24:00"}}`
	var d document
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		t.Fatal(err)
	}
	if !d.None.IsZero() || d.Date.IsZero() || d.Hours.To != 1440 {
		t.Errorf("read: %+v", d)
	}
	if got, err := json.Marshal(d); err != nil || string(got) != text {
		t.Errorf("written: %s %v", got, err)
	}
}

func TestUnreadableText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "24:01", "8:30", "08.30", "08:60", "-1:00", "08:3x", "٠٨:٣٠", "08:300"} {
		_, err := calendar.ParseMinute(text)
		if faults := fault.All(err); len(faults) != 1 || faults[0].Code != calendar.CodeMinuteUnreadable {
			t.Errorf("minute %q: %v", text, err)
		}
	}
	for _, text := range []string{"", "2026-02-30", "2026-2-3", "26-02-03", "2026-02-03T00:00"} {
		_, err := calendar.ParseDate(text)
		if faults := fault.All(err); len(faults) != 1 || faults[0].Code != calendar.CodeDateUnreadable {
			t.Errorf("date %q: %v", text, err)
		}
	}
	for _, text := range []string{"", "2026-02-03", "2026-02-03T", "T12:00", "2026-02-03 12:00"} {
		if _, err := calendar.ParseLocalTime(text); len(fault.All(err)) != 1 {
			t.Errorf("local time %q: %v", text, err)
		}
	}
}
