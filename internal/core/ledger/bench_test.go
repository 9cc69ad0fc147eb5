package ledger_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ledger"
)

// BenchmarkPost posts work as a replay does: in order of recording, one record after the
// other, each half an hour after the last, under each of the standard contracts.
func BenchmarkPost(b *testing.B) {
	standard, err := contract.Standard("Europe/Amsterdam")
	if err != nil {
		b.Fatal(err)
	}
	for i, terms := range standard {
		b.Run(contract.Standards[i].Name(), func(b *testing.B) {
			from := calendar.Date{Year: 2026, Month: time.January, Day: 1}
			now := from.Start(amsterdam)
			book := ledger.New(terms, from)
			b.ReportAllocs()
			for b.Loop() {
				work := ledger.Work{From: now, Minutes: 30, Activity: catalog.IncidentManagement, Role: catalog.Developer}
				now = work.From.Add(30 * time.Minute)
				if _, err := book.Post(work, now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkPostLate posts work of the last forty days into a book of so many years.
func BenchmarkPostLate(b *testing.B) {
	standard, err := contract.Standard("Europe/Amsterdam")
	if err != nil {
		b.Fatal(err)
	}
	for _, years := range []int{1, 10, 100} {
		b.Run(fmt.Sprintf("%d_years", years), func(b *testing.B) {
			from := calendar.Date{Year: 2026, Month: time.January, Day: 1}
			book := ledger.New(standard[0], from)
			today := calendar.Date{Year: 2026 + years, Month: time.January, Day: 1}
			now := today.Start(amsterdam)
			book.Settle(now)
			b.ReportAllocs()
			for i := 0; b.Loop(); i++ {
				work := ledger.Work{Day: today.AddDays(-i % 40), Minutes: 30, Activity: catalog.IncidentManagement, Role: catalog.Developer}
				if _, err := book.Post(work, now); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
