package ical_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/intake/ical"
)

// file makes an iCalendar file of events, given as their lines.
func file(events ...string) string {
	var b strings.Builder
	b.WriteString("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//test//EN\n")
	for i, e := range events {
		fmt.Fprintf(&b, "BEGIN:VEVENT\nUID:%d@test\n%s\nEND:VEVENT\n", i, e)
	}
	b.WriteString("END:VCALENDAR\n")
	return strings.ReplaceAll(b.String(), "\n", "\r\n")
}

// list writes holidays as "2026-12-25 Christmas Day".
func list(holidays []calendar.Holiday) []string {
	var lines []string
	for _, h := range holidays {
		lines = append(lines, h.Date.String()+" "+h.Name)
	}
	return lines
}

func TestRead(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		events []string
		want   []string
	}{
		{"one day, with an exclusive end", []string{"SUMMARY:Inventory\nDTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260303"}, []string{"2026-03-02 Inventory"}},
		{"no end, and an escaped name", []string{"SUMMARY:Night\\, long\nDTSTART;VALUE=DATE:20260302"}, []string{"2026-03-02 Night, long"}},
		{"an end that is the start", []string{"SUMMARY:A\nDTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260302"}, []string{"2026-03-02 A"}},
		{"several days, some of another year", []string{"SUMMARY:Party\nDTSTART;VALUE=DATE:20251231\nDTEND;VALUE=DATE:20260103"}, []string{"2026-01-01 Party", "2026-01-02 Party"}},
		{"a duration", []string{"SUMMARY:A\nDTSTART;VALUE=DATE:20260302\nDURATION:P2D"}, []string{"2026-03-02 A", "2026-03-03 A"}},
		{
			"yearly, over the end of a year",
			[]string{"SUMMARY:New Year\nDTSTART;VALUE=DATE:20201231\nDTEND;VALUE=DATE:20210102\nRRULE:FREQ=YEARLY"},
			[]string{"2026-01-01 New Year", "2026-12-31 New Year", "2027-01-01 New Year", "2027-12-31 New Year"},
		},
		{"yearly until", []string{"SUMMARY:A\nDTSTART;VALUE=DATE:20200501\nRRULE:FREQ=YEARLY;UNTIL=20260501"}, []string{"2026-05-01 A"}},
		{"yearly by weekday", []string{"SUMMARY:Thanks\nDTSTART;VALUE=DATE:20201126\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH"}, []string{"2026-11-26 Thanks", "2027-11-25 Thanks"}},
		{"in order of date; cancelled ones are left out", []string{
			"SUMMARY:B\nDTSTART;VALUE=DATE:20260601", "SUMMARY:C\nSTATUS:CANCELLED\nDTSTART:20260501T100000Z", "SUMMARY:A\nDTSTART:20260401",
		}, []string{"2026-04-01 A", "2026-06-01 B"}},
		{"a folded line", []string{"SUMMARY:Founders'\n  Day\nDTSTART;VALUE=DATE:20260302"}, []string{"2026-03-02 Founders' Day"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			holidays, err := ical.Read(strings.NewReader(file(c.events...)), 2026, 2027)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, list(holidays)); diff != "" {
				t.Errorf("holidays (-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadFindsAllFaults(t *testing.T) {
	t.Parallel()
	text := file(
		"SUMMARY:Meeting\nDTSTART:20260302T090000Z\nDTEND:20260302T100000Z",
		"SUMMARY:Good\nDTSTART;VALUE=DATE:20260302",
		"SUMMARY:No date",
		"SUMMARY:Long ago\nDTSTART;VALUE=DATE:00010101\nRRULE:FREQ=YEARLY",
		"SUMMARY:Backwards\nDTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260228",
		"SUMMARY:Hours\nDTSTART;VALUE=DATE:20260302\nDURATION:PT2H",
		"SUMMARY:Weekly\nDTSTART;VALUE=DATE:20260302\nRRULE:FREQ=WEEKLY",
		"SUMMARY:Clockwork\nDTSTART;VALUE=DATE:20260302\nRRULE:FREQ=YEARLY;BYWEEKNO=1",
		"SUMMARY:Gibberish\nDTSTART;VALUE=DATE:20260302\nRRULE:OFTEN",
		"SUMMARY:But not then\nDTSTART;VALUE=DATE:20260302\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20270302",
	)
	holidays, err := ical.Read(strings.NewReader(text), 2026, 2027)
	if holidays != nil {
		t.Errorf("holidays: %v", holidays)
	}
	type finding struct {
		Line int
		Code reason.Code
	}
	var got []finding
	for _, f := range fault.All(err) {
		got = append(got, finding{f.Where.Line, f.Code})
	}
	want := []finding{
		{4, ical.CodeNotAllDay},
		{15, ical.CodeDateUnreadable},
		{19, ical.CodeDateUnreadable},
		{25, ical.CodeLengthInvalid},
		{31, ical.CodeLengthInvalid},
		{37, ical.CodeRuleUnsupported},
		{43, ical.CodeRuleUnsupported},
		{49, ical.CodeRuleUnsupported},
		{55, ical.CodePropertyUnsupported},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestReadRefusesFiles(t *testing.T) {
	t.Parallel()
	whole := file("SUMMARY:A\nDTSTART;VALUE=DATE:20260302")
	many := make([]string, 501)
	for i := range many {
		many[i] = "DTSTART;VALUE=DATE:20260302"
	}
	for _, c := range []struct {
		name, text string
		want       reason.Code
	}{
		{"empty", "", ical.CodeUnreadable},
		{"not a calendar", "<html></html>", ical.CodeUnreadable},
		{"cut off", whole[:len(whole)-20], ical.CodeUnreadable},
		{"a broken event", strings.Replace(whole, "END:VEVENT", "END:VTODO", 1), ical.CodeUnreadable},
		{"no events", file(), ical.CodeNoEvents},
		{"too many events", file(many...), ical.CodeTooManyEvents},
		{"too large", whole + strings.Repeat("\n", 1<<20), ical.CodeTooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := ical.Read(strings.NewReader(c.text), 2026, 2027)
			if faults := fault.All(err); len(faults) != 1 || faults[0].Code != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func FuzzRead(f *testing.F) {
	f.Add(file("SUMMARY:A\nDTSTART;VALUE=DATE:20260302\nDTEND;VALUE=DATE:20260304"))
	f.Add(file("SUMMARY:A\nDTSTART;VALUE=DATE:20260302\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=4TH;COUNT=3"))
	f.Add(file("SUMMARY:A\nDTSTART;VALUE=DATE:20260302\nDURATION:P1W\nRRULE:FREQ=YEARLY;INTERVAL=2;UNTIL=20300101"))
	f.Add(file("DTSTART:20260302T090000Z"))
	f.Fuzz(func(t *testing.T, text string) {
		holidays, err := ical.Read(strings.NewReader(text), 2026, 2030)
		if err != nil {
			if len(fault.All(err)) == 0 || holidays != nil {
				t.Fatalf("%v with holidays %v", err, holidays)
			}
			return
		}
		for i, h := range holidays {
			if h.Date.Year < 2026 || h.Date.Year > 2030 || i > 0 && h.Date.Before(holidays[i-1].Date) {
				t.Fatalf("%v is out of place", h)
			}
		}
	})
}
