package clock_test

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// desk is a weekday calendar in Amsterdam with a few holidays.
func desk(tb testing.TB) *calendar.Calendar {
	tb.Helper()
	spec := calendar.Spec{Zone: "Europe/Amsterdam"}
	for day := time.Monday; day <= time.Friday; day++ {
		spec.Weekly[day] = []calendar.Interval{{From: 9 * 60, To: 17*60 + 30}}
	}
	for _, d := range []calendar.Date{{Year: 2026, Month: 4, Day: 6}, {Year: 2026, Month: 4, Day: 27}, {Year: 2026, Month: 12, Day: 25}} {
		spec.Holidays = append(spec.Holidays, calendar.Holiday{Date: d})
	}
	cal, err := calendar.New(spec)
	if err != nil {
		tb.Fatal(err)
	}
	return cal
}

// sixTargets are terms with every kind of target for an incident.
func sixTargets(tb testing.TB) contract.Terms {
	tb.Helper()
	v := &contract.Version{Number: 1, Effective: utc("2026-01-01T00:00"), PriorityChange: contract.Retroactive}
	hours := [contract.NumTargets]int{1, 2, 4, 8, 40, 0}
	cal := desk(tb)
	for p := catalog.P1; p <= catalog.P4; p++ {
		for kind := range hours {
			t := &contract.Target{Open: time.Duration(hours[kind]*int(p)) * time.Hour, Calendar: cal, CalendarName: "desk", Warn: []int{75, 90}}
			if kind == int(contract.RootCause) {
				t.WorkDays = 5
			}
			v.Targets[catalog.Incident][p][kind] = t
		}
	}
	for _, kind := range []contract.TargetKind{contract.Restoration, contract.Resolution} {
		v.Pauses[kind] = catalog.PartiesOf(catalog.Client, catalog.ThirdParty)
	}
	return contract.Terms{v}
}

func utc(text string) time.Time {
	at, err := time.Parse("2006-01-02T15:04", text)
	if err != nil {
		panic(err)
	}
	return at
}

// said makes a timeline of alternating instants and facts, each recorded as it happened.
func said(instantsAndFacts ...any) *ticket.Timeline {
	tl := &ticket.Timeline{}
	for i := 0; i < len(instantsAndFacts); i += 2 {
		at := utc(instantsAndFacts[i].(string))
		tl.Append(ticket.Entry{At: at, Recorded: at, Fact: instantsAndFacts[i+1].(ticket.Fact)})
	}
	return tl
}

func tenEntries() *ticket.Timeline {
	return said(
		"2026-03-05T08:10", ticket.Logged{Kind: catalog.Incident, Priority: catalog.P3},
		"2026-03-05T08:30", ticket.Acknowledged{},
		"2026-03-05T09:00", ticket.Classified{Priority: catalog.P2},
		"2026-03-05T10:00", ticket.Replied{},
		"2026-03-05T11:00", ticket.Waits{For: catalog.Client},
		"2026-03-06T09:00", ticket.Wrote{},
		"2026-03-06T09:01", ticket.Resumed{},
		"2026-03-06T10:00", ticket.Replied{},
		"2026-03-09T10:00", ticket.Restored{},
		"2026-03-09T12:00", ticket.Closed{},
	)
}

func BenchmarkRead(b *testing.B) {
	terms, tl := sixTargets(b), tenEntries()
	at := utc("2026-03-10T10:00")
	b.ReportAllocs()
	for b.Loop() {
		clock.Read(terms, tl, at)
	}
}
