package calendar_test

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
)

// office is a weekday calendar of eight hours with the holidays of the Netherlands.
func office(tb testing.TB) *calendar.Calendar {
	tb.Helper()
	spec := calendar.Spec{Zone: "Europe/Amsterdam"}
	for day := time.Monday; day <= time.Friday; day++ {
		spec.Weekly[day] = []calendar.Interval{{From: 9 * 60, To: 17 * 60}}
	}
	for year := 2020; year < 2040; year++ {
		for _, day := range []calendar.Date{{Month: 1, Day: 1}, {Month: 4, Day: 27}, {Month: 12, Day: 25}, {Month: 12, Day: 26}} {
			day.Year = year
			spec.Holidays = append(spec.Holidays, calendar.Holiday{Date: day})
		}
	}
	return mustNew(tb, spec)
}

var friday = time.Date(2026, 11, 20, 13, 14, 15, 0, time.UTC)

func BenchmarkDue8h(b *testing.B)    { benchmarkDue(b, 8*time.Hour) }
func BenchmarkDue80h(b *testing.B)   { benchmarkDue(b, 80*time.Hour) }
func BenchmarkDue8000h(b *testing.B) { benchmarkDue(b, 8000*time.Hour) }

func benchmarkDue(b *testing.B, open time.Duration) {
	b.Helper()
	c := office(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := c.Due(friday, open); !ok {
			b.Fatal("never due")
		}
	}
}

func BenchmarkBetween(b *testing.B) {
	c := office(b)
	quarter := friday.AddDate(0, 3, 0)
	b.ReportAllocs()
	for b.Loop() {
		if c.Between(friday, quarter) == 0 {
			b.Fatal("never open")
		}
	}
}

func BenchmarkCloseOfDay5(b *testing.B) {
	c := office(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := c.CloseOfDay(friday, 5); !ok {
			b.Fatal("never closes")
		}
	}
}

// BenchmarkNewAndFirstDue is what a calendar costs that is asked once.
func BenchmarkNewAndFirstDue(b *testing.B) {
	spec := office(b).Spec()
	b.ReportAllocs()
	for b.Loop() {
		c := mustNew(b, spec)
		c.Due(friday, 8*time.Hour)
	}
}

// BenchmarkNeverDue is the worst question: all years are looked through, for nothing.
func BenchmarkNeverDue(b *testing.B) {
	spec := office(b).Spec()
	for b.Loop() {
		c := mustNew(b, spec)
		if _, ok := c.Due(friday, 250*365*24*time.Hour); ok {
			b.Fatal("due")
		}
	}
}
