//go:build unix

package store_test

import (
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// cpu is the time that this process has spent on the processors.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// benchmarkCallers has callers do the work b.N times in all, each time with another number.
func benchmarkCallers(b *testing.B, callers int, work func(n int) error) {
	b.Helper()
	var next atomic.Int64
	var done sync.WaitGroup
	before := cpu(b)
	b.ResetTimer()
	for range callers {
		done.Go(func() {
			for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
				if err := work(int(n)); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	done.Wait()
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "op/s")
}

var everything = access.Everything()

// newBenchDesk gives an empty database a client with a contract.
func newBenchDesk(b *testing.B, name string) (s *store.Store, client string) {
	b.Helper()
	s = storetest.Open(b, name)
	if err := s.Update(b.Context(), everything, func(tx *store.Tx) error {
		c, err := tx.AddClient("Anker")
		if err != nil {
			return err
		}
		client = c.ID
		return c.AddVersion(store.ContractVersion{Contract: "support", Number: 1, Effective: nine, Document: "terms"})
	}); err != nil {
		b.Fatal(err)
	}
	return s, client
}

// logTicket is what the store does for a new ticket: a key, a stream, two entries with a
// text, and a row.
func logTicket(tx *store.Tx, client string) error {
	c, err := tx.Client(client)
	if err != nil {
		return err
	}
	s, err := c.AddTicket(catalog.Incident, "support", "")
	if err != nil {
		return err
	}
	logged := written(tx.Now, ticket.Logged{Kind: catalog.Incident, Priority: catalog.P2})
	logged.Text = "The checkout answers 502 since the release of this morning."
	if err := c.Append(s, []store.Written{logged, written(tx.Now, ticket.Assigned{Team: "second line"})}); err != nil {
		return err
	}
	row := store.TicketRow{Stream: s.ID, Contract: "support", Terms: 1, Settled: tx.Now}
	row.Kind, row.Priority, row.Opened = catalog.Incident, catalog.P2, tx.Now
	return c.PutTicket(&row)
}

// BenchmarkUpdate is one durable transaction: the smallest there is, and a new ticket.
func BenchmarkUpdate(b *testing.B) {
	for _, callers := range []int{1, 8} {
		b.Run(fmt.Sprintf("small/callers=%d", callers), func(b *testing.B) {
			s, _ := newBenchDesk(b, storetest.SQLiteName(b))
			benchmarkCallers(b, callers, func(n int) error {
				return s.Update(b.Context(), everything, func(tx *store.Tx) error {
					_, err := tx.AddClient(fmt.Sprint("Client ", n))
					return err
				})
			})
		})
		b.Run(fmt.Sprintf("ticket/callers=%d", callers), func(b *testing.B) {
			s, client := newBenchDesk(b, storetest.SQLiteName(b))
			benchmarkCallers(b, callers, func(int) error {
				return s.Update(b.Context(), access.Only(client), func(tx *store.Tx) error { return logTicket(tx, client) })
			})
		})
	}
}

// BenchmarkView is one reading transaction: a client, a stream and its entries.
func BenchmarkView(b *testing.B) {
	for _, callers := range []int{1, 8} {
		b.Run(fmt.Sprintf("callers=%d", callers), func(b *testing.B) {
			s, client := newBenchDesk(b, storetest.SQLiteName(b))
			if err := s.Update(b.Context(), everything, func(tx *store.Tx) error { return logTicket(tx, client) }); err != nil {
				b.Fatal(err)
			}
			benchmarkCallers(b, callers, func(int) error {
				return s.View(b.Context(), access.Only(client), readFirst(client))
			})
		})
	}
}

// readFirst reads the first ticket of a client.
func readFirst(client string) func(*store.Tx) error {
	return func(tx *store.Tx) error {
		c, err := tx.Client(client)
		if err != nil {
			return err
		}
		t, err := c.Ticket("INC-000001")
		if err != nil {
			return err
		}
		_, err = c.Entries(t.ID)
		return err
	}
}

// BenchmarkOpen opens a file with a million entries and reads one ticket, as a program does
// that starts: nothing in that may look at all of the file.
func BenchmarkOpen(b *testing.B) {
	if testing.Short() {
		b.Skip("a million entries take too long for a short run")
	}
	name := storetest.SQLiteName(b)
	client := fill(b, name, 10_000, 100)
	b.ResetTimer()
	for range b.N {
		s, err := store.Open(b.Context(), name)
		if err != nil {
			b.Fatal(err)
		}
		if err := s.View(b.Context(), everything, readFirst(client)); err != nil {
			b.Fatal(err)
		}
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// fill adds tickets with entries, and gives the id of their client.
func fill(b *testing.B, name string, tickets, entries int) (client string) {
	b.Helper()
	s, client := newBenchDesk(b, name)
	if err := s.UpdateAlone(b.Context(), everything, func(tx *store.Tx) error {
		c, err := tx.Client(client)
		if err != nil {
			return err
		}
		all := []store.Written{written(nine, ticket.Logged{Kind: catalog.Incident})}
		for len(all) < entries {
			all = append(all, written(nine, ticket.Assigned{Team: "second line"}))
		}
		for range tickets {
			t, err := c.AddTicket(catalog.Incident, "support", "")
			if err != nil {
				return err
			}
			if err := c.Append(t, all); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		b.Fatal(err)
	}
	return client
}
