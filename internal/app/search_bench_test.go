package app_test

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// BenchmarkIndex measures what it costs to bring a new ticket into the search, in batches of a
// hundred as the worker does.
func BenchmarkIndex(b *testing.B) {
	for name, open := range map[string]func(testing.TB) *store.Store{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		b.Run(name, func(b *testing.B) {
			d := desktest.New(b, open(b))
			n := d.Incident(desktest.Boei, "Checkout hangs for shoppers who pay with iDEAL")
			n.Text = "Since nine this morning the page stays white after the redirect. Order 10001 and others, mostly on phones; " +
				"the log of the shop says that the answer of the payment service took longer than thirty seconds."
			for b.Loop() {
				b.StopTimer()
				for range 100 {
					d.As("ann").Logs(n)
					d.Pass(time.Second)
				}
				b.StartTimer()
				if _, err := d.Index(b.Context(), app.Unasked()); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(100*b.N), "µs/ticket")
		})
	}
}
