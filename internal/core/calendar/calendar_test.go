package calendar_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// at reads an instant, and fails the test when it is not one.
func at(tb testing.TB, text string) time.Time {
	tb.Helper()
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		tb.Fatal(err)
	}
	return t
}

func date(tb testing.TB, text string) calendar.Date {
	tb.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

func mustNew(tb testing.TB, spec calendar.Spec) *calendar.Calendar {
	tb.Helper()
	c, err := calendar.New(spec)
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

// everyDay gives all weekdays the same hours.
func everyDay(zone string, intervals ...calendar.Interval) calendar.Spec {
	spec := calendar.Spec{Zone: zone}
	for day := range spec.Weekly {
		spec.Weekly[day] = intervals
	}
	return spec
}

func TestNewFindsAllFaults(t *testing.T) {
	t.Parallel()
	feb30 := calendar.Date{Year: 2026, Month: 2, Day: 30}
	noon := calendar.LocalTime{Date: calendar.Date{Year: 2026, Month: 3, Day: 2}, Minute: 720}
	one := calendar.LocalTime{Date: noon.Date, Minute: 780}
	spec := calendar.Spec{
		Zone:     "Europe/Atlantis",
		Holidays: []calendar.Holiday{{Date: feb30}},
		Closures: []calendar.Window{{From: noon, To: one}, {From: one, To: noon}, {From: noon, To: calendar.LocalTime{Date: feb30}}},
		Openings: []calendar.Window{{From: noon, To: noon}, {From: noon, To: calendar.LocalTime{Date: noon.Date, Minute: 1441}}},
	}
	spec.Weekly[time.Monday] = []calendar.Interval{{From: -1, To: 60}, {From: 0, To: 1440}}
	_, err := calendar.New(spec)
	var codes []reason.Code
	for _, f := range fault.All(err) {
		codes = append(codes, f.Code)
	}
	want := []reason.Code{
		calendar.CodeZoneUnknown, calendar.CodeIntervalInvalid, calendar.CodeHolidayInvalid,
		calendar.CodeClosureBackwards, calendar.CodeClosureInvalid,
		calendar.CodeOpeningBackwards, calendar.CodeOpeningInvalid,
	}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("faults (-want +got):\n%s", diff)
	}
}

func TestNewWantsAZoneThatIsTheSameEverywhere(t *testing.T) {
	t.Parallel()
	for zone, want := range map[string]reason.Code{
		"": calendar.CodeZoneMissing, "Local": calendar.CodeZoneUnknown, "../UTC": calendar.CodeZoneUnknown,
	} {
		_, err := calendar.New(calendar.Spec{Zone: zone})
		if faults := fault.All(err); len(faults) != 1 || faults[0].Code != want {
			t.Errorf("zone %q: %v, want %s", zone, err, want)
		}
	}
}

func TestCalendarKeepsNoHoldOfTheSpec(t *testing.T) {
	t.Parallel()
	hours := []calendar.Interval{{From: 0, To: 1440}}
	c := mustNew(t, everyDay("UTC", hours...))
	hours[0].To = 1
	c.Spec().Weekly[0][0].To = 1
	if got := c.Spec().Weekly[0][0].To; got != 1440 {
		t.Errorf("the spec was changed from outside: open until %v", got)
	}
	if !c.IsOpen(at(t, "2026-11-24T12:00:00Z")) {
		t.Error("the hours were changed from outside")
	}
}

// TestManyAskAtOnce is for the race detector: years are compiled while others read.
func TestManyAskAtOnce(t *testing.T) {
	t.Parallel()
	c := mustNew(t, everyDay("Europe/Amsterdam", calendar.Interval{From: 9 * 60, To: 17 * 60}))
	from := at(t, "2026-11-24T08:00:00Z")
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if due, ok := c.Due(from, 8000*time.Hour); !ok || c.Between(from, due) != 8000*time.Hour {
				t.Errorf("due %v %v", due, ok)
			}
		})
	}
	all.Wait()
}

func TestAlwaysLooksAtNothingElse(t *testing.T) {
	t.Parallel()
	never := calendar.Window{To: calendar.LocalTime{Date: calendar.Date{Year: 2100, Month: 1, Day: 1}}}
	c := mustNew(t, calendar.Spec{Always: true, Zone: "Europe/Amsterdam", Closures: []calendar.Window{never}})
	from := at(t, "1900-06-01T12:00:00Z")
	if got := c.Between(from, from.Add(time.Hour)); got != time.Hour {
		t.Errorf("between: %v", got)
	}
	if got, ok := c.Due(from, time.Second); !ok || !got.Equal(from.Add(time.Second)) {
		t.Errorf("due: %v %v", got, ok)
	}
	if got, ok := c.CloseOfDay(at(t, "2026-03-28T22:59:00Z"), 2); !ok || !got.Equal(at(t, "2026-03-29T22:00:00Z")) {
		t.Errorf("close of the second day: %v %v, want midnight in Amsterdam after the clock change", got, ok)
	}
}

func TestYearsThatACalendarKnows(t *testing.T) {
	t.Parallel()
	c := mustNew(t, everyDay("UTC", calendar.Interval{From: 0, To: 1440}))
	if got := c.Between(time.Time{}, at(t, "1950-01-01T00:00:01Z")); got != time.Second {
		t.Errorf("open before 1950: %v", got)
	}
	if got := c.Between(at(t, "2199-12-31T23:59:59Z"), at(t, "9999-01-01T00:00:00Z")); got != time.Second {
		t.Errorf("open after 2199: %v", got)
	}
	all := c.Between(calendar.FirstInstant, calendar.LastInstant)
	if due, ok := c.Due(time.Time{}, all); !ok || !due.Equal(calendar.LastInstant) {
		t.Errorf("due when all is used up: %v %v", due, ok)
	}
	if due, ok := c.Due(time.Time{}, all+1); ok {
		t.Errorf("due after the last year: %v", due)
	}
	want := []calendar.Stretch{
		{From: at(t, "1949-12-31T00:00:00Z"), To: calendar.FirstInstant, Why: calendar.CodeBeyond},
		{From: calendar.FirstInstant, To: calendar.LastInstant, Open: true, Why: calendar.CodeWeekly},
		{From: calendar.LastInstant, To: at(t, "2200-01-02T00:00:00Z"), Why: calendar.CodeBeyond},
	}
	if diff := cmp.Diff(want, slices.Collect(c.Stretches(want[0].From, want[2].To))); diff != "" {
		t.Errorf("stretches (-want +got):\n%s", diff)
	}
}

func TestNeverOpens(t *testing.T) {
	t.Parallel()
	skipped := calendar.Window{
		From: calendar.LocalTime{Date: calendar.Date{Year: 2011, Month: 12, Day: 30}},
		To:   calendar.LocalTime{Date: calendar.Date{Year: 2011, Month: 12, Day: 30}, Minute: 1440},
	}
	for zone, never := range map[string]bool{"Pacific/Apia": true, "Europe/Amsterdam": false} {
		c := mustNew(t, calendar.Spec{Zone: zone, Openings: []calendar.Window{skipped}})
		if got := c.NeverOpens(); got != never {
			t.Errorf("only open on 30 December 2011 in %s: never opens %v, want %v", zone, got, never)
		}
	}
	if mustNew(t, calendar.Spec{Always: true}).NeverOpens() {
		t.Error("always open, and never opens")
	}
}

func TestCloseOfDay(t *testing.T) {
	t.Parallel()
	office := everyDay("Europe/Amsterdam", calendar.Interval{From: 9 * 60, To: 17 * 60})
	office.Weekly[time.Saturday], office.Weekly[time.Sunday] = nil, nil
	office.Holidays = []calendar.Holiday{{Date: date(t, "2026-11-25")}}
	night := everyDay("Europe/Amsterdam", calendar.Interval{From: 22 * 60, To: 6 * 60})
	for _, c := range []struct {
		name string
		spec calendar.Spec
		from string
		n    int
		want string
	}{
		{"today, since time remains", office, "2026-11-24T15:59:59Z", 1, "2026-11-24T16:00:00Z"},
		{"closing time is too late for today; a holiday is no day", office, "2026-11-24T16:00:00Z", 1, "2026-11-26T16:00:00Z"},
		{"five working days over a weekend", office, "2026-11-24T08:00:00Z", 5, "2026-12-01T16:00:00Z"},
		{"a night belongs to two dates", night, "2026-11-24T04:00:00Z", 1, "2026-11-24T23:00:00Z"},
		// At 00:01 on 1 November 2009 the clocks of St John's went back to 23:01 on 31 October.
		{"yesterday comes back", everyDay("America/St_Johns", calendar.Interval{From: 0, To: 1440}), "2009-11-01T02:30:30Z", 1, "2009-11-01T03:30:00Z"},
		{"and today after it", everyDay("America/St_Johns", calendar.Interval{From: 0, To: 1440}), "2009-11-01T02:30:30Z", 2, "2009-11-02T03:30:00Z"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got, ok := mustNew(t, c.spec).CloseOfDay(at(t, c.from), c.n)
			if want := at(t, c.want); !ok || !got.Equal(want) {
				t.Errorf("got %v %v, want %v", got, ok, want)
			}
		})
	}
	if _, ok := mustNew(t, office).CloseOfDay(at(t, "2026-11-24T08:00:00Z"), 0); ok {
		t.Error("there is no day 0")
	}
}

func TestStretchesSayWhy(t *testing.T) {
	t.Parallel()
	spec := everyDay("Europe/Amsterdam", calendar.Interval{From: 9 * 60, To: 17 * 60})
	christmas, boxing := date(t, "2026-12-25"), date(t, "2026-12-26")
	spec.Holidays = []calendar.Holiday{{Date: boxing, Name: "Second Christmas Day"}, {Date: christmas, Name: "First Christmas Day"}, {Date: christmas, Name: "not this one"}}
	spec.Closures = []calendar.Window{{From: calendar.LocalTime{Date: christmas.AddDays(-1), Minute: 960}, To: calendar.LocalTime{Date: christmas}}}
	spec.Openings = []calendar.Window{{From: calendar.LocalTime{Date: boxing, Minute: 720}, To: calendar.LocalTime{Date: boxing, Minute: 780}}}
	want := []calendar.Stretch{
		{From: at(t, "2026-12-24T14:59:59.5Z"), To: at(t, "2026-12-24T15:00:00Z"), Open: true, Why: calendar.CodeWeekly},
		{From: at(t, "2026-12-24T15:00:00Z"), To: at(t, "2026-12-24T23:00:00Z"), Why: calendar.CodeClosure},
		{From: at(t, "2026-12-24T23:00:00Z"), To: at(t, "2026-12-25T23:00:00Z"), Why: calendar.CodeHoliday, Holiday: "First Christmas Day"},
		{From: at(t, "2026-12-25T23:00:00Z"), To: at(t, "2026-12-26T11:00:00Z"), Why: calendar.CodeHoliday, Holiday: "Second Christmas Day"},
		{From: at(t, "2026-12-26T11:00:00Z"), To: at(t, "2026-12-26T12:00:00Z"), Open: true, Why: calendar.CodeOpening},
		{From: at(t, "2026-12-26T12:00:00Z"), To: at(t, "2026-12-26T23:00:00Z"), Why: calendar.CodeHoliday, Holiday: "Second Christmas Day"},
		{From: at(t, "2026-12-26T23:00:00Z"), To: at(t, "2026-12-27T08:00:00Z"), Why: calendar.CodeOutside},
		{From: at(t, "2026-12-27T08:00:00Z"), To: at(t, "2026-12-27T08:00:01Z"), Open: true, Why: calendar.CodeWeekly},
	}
	c := mustNew(t, spec)
	if diff := cmp.Diff(want, slices.Collect(c.Stretches(want[0].From, want[len(want)-1].To))); diff != "" {
		t.Errorf("stretches (-want +got):\n%s", diff)
	}
	for range c.Stretches(want[0].From, want[7].To) {
		break // a caller may stop early
	}
}
