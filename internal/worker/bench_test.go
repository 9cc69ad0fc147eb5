package worker

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

const (
	duePerSecond = 300
	dueSeconds   = 10
	// dueAfter is when the first warning falls due after a ticket was opened.
	dueAfter = 45 * time.Minute
)

// BenchmarkWhatFallsDue measures how late 300 warnings a second are, in ten seconds, on a desk
// with many open tickets: 20,000, or as many as WATCHBILL_BENCH_OPEN says. With a million it
// takes many minutes to fill the desk.
func BenchmarkWhatFallsDue(b *testing.B) {
	open := 20_000
	if n, err := strconv.Atoi(os.Getenv("WATCHBILL_BENCH_OPEN")); err == nil {
		open = n
	}
	b.Run("sqlite", func(b *testing.B) { benchDue(b, storetest.SQLiteName(b), open) })
	b.Run("postgres", func(b *testing.B) { benchDue(b, storetest.PostgresName(b), open) })
}

func benchDue(b *testing.B, name string, open int) {
	b.Helper()
	for b.Loop() {
		b.StopTimer()
		s := storetest.Open(b, name)
		fillDesk(b, s, open)
		begin := time.Now().Add(5 * time.Second)
		dueTickets(b, s, begin)
		if err := s.Update(b.Context(), access.Everything(), (*store.Tx).CountRows); err != nil {
			b.Fatal(err)
		}
		b.StartTimer()
		late, busy := worked(b, name, begin)
		if len(late) != duePerSecond*dueSeconds {
			b.Fatalf("%d of %d were settled", len(late), duePerSecond*dueSeconds)
		}
		slices.Sort(late)
		for percent, of := range map[string]int{"p50": 50, "p99": 99, "max": 100} {
			b.ReportMetric(float64(late[(len(late)-1)*of/100].Milliseconds()), "ms-late-"+percent)
		}
		b.ReportMetric(float64(busy.Microseconds())/float64(len(late)), "us-cpu/ticket")
	}
}

// worked lets a worker run until all is due and a little longer, and tells how late each
// warning was, and how long processors worked.
func worked(b *testing.B, name string, begin time.Time) (late []time.Duration, busy time.Duration) {
	b.Helper()
	desk, err := app.Open(b.Context(), name)
	if err != nil {
		b.Fatal(err)
	}
	defer desk.Close()
	ctx, cancel := context.WithDeadline(b.Context(), begin.Add((dueSeconds+5)*time.Second))
	defer cancel()
	before := processorTime()
	New(desk, nil, slog.New(slog.NewTextHandler(io.Discard, nil))).Run(ctx)
	busy = processorTime() - before
	s := storetest.Open(b, name)
	err = s.View(b.Context(), access.Everything(), func(tx *store.Tx) error {
		c, err := tx.ClientNamed("due")
		if err != nil {
			return err
		}
		for after, more := "", true; more; {
			streams, err := c.Streams(after, 500)
			if err != nil {
				return err
			}
			for _, stream := range streams {
				after = stream.ID
				entries, err := c.Entries(stream.ID)
				if err != nil {
					return err
				}
				for _, e := range entries {
					if _, ok := e.Fact.(ticket.Warned); ok {
						late = append(late, e.Recorded.Sub(e.At))
					}
				}
			}
			more = len(streams) == 500
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	return late, busy
}

func processorTime() time.Duration {
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		return 0
	}
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// fillDesk makes twenty clients with open tickets that are not due for a day.
func fillDesk(b *testing.B, s *store.Store, open int) {
	b.Helper()
	wake := time.Now().Add(24 * time.Hour)
	for i := range 20 {
		for made := 0; made == 0 || made < open/20; made += 1000 {
			err := s.Update(b.Context(), access.Everything(), func(tx *store.Tx) error {
				c, err := benchClient(tx, fmt.Sprintf("client %d", i))
				if err != nil {
					return err
				}
				for range min(1000, open/20-made) {
					if err := addOpen(c, tx.Now, wake); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
	}
}

// benchClient finds or makes a client with its contract.
func benchClient(tx *store.Tx, name string) (*store.Client, error) {
	if c, err := tx.ClientNamed(name); err == nil {
		return c, nil
	}
	c, err := tx.AddClient(name)
	if err != nil {
		return nil, err
	}
	d, faults := contract.Parse("support.yaml", []byte(aroundTheClock))
	if len(faults) > 0 {
		return nil, faults
	}
	v, faults := d.Version()
	if len(faults) > 0 {
		return nil, faults
	}
	err = c.AddVersion(store.ContractVersion{Contract: "support", Number: 1, Effective: v.Effective, Document: string(d.YAML())})
	return c, err
}

// addOpen adds a ticket that was logged at an instant and is looked at again at another.
func addOpen(c *store.Client, at, wake time.Time) error {
	s, err := c.AddTicket(catalog.Incident, "support", "")
	if err != nil {
		return err
	}
	logged := ticket.Logged{Kind: catalog.Incident, Impact: 1, Urgency: 1, Priority: catalog.P1}
	at = at.UTC().Truncate(time.Millisecond)
	e := ticket.Entry{At: at, Recorded: at, By: ticket.Actor{ID: "x", Party: catalog.Client}, Fact: logged}
	if err := c.Append(s, []store.Written{{Entry: e}}); err != nil {
		return err
	}
	return c.PutTicket(&store.TicketRow{
		Stream: s.ID, Key: s.Key, Contract: "support", Head: 1, Terms: 1, Settled: at, Wake: wake,
		Ticket: ticket.Ticket{Kind: catalog.Incident, Impact: 1, Urgency: 1, Priority: catalog.P1, Opened: at, Requester: "x"},
	})
}

// dueTickets adds tickets whose first warning falls due one after the other.
func dueTickets(b *testing.B, s *store.Store, begin time.Time) {
	b.Helper()
	for second := range dueSeconds {
		err := s.Update(b.Context(), access.Everything(), func(tx *store.Tx) error {
			c, err := benchClient(tx, "due")
			if err != nil {
				return err
			}
			for i := range duePerSecond {
				due := begin.Add(time.Duration(second)*time.Second + time.Duration(i)*time.Second/duePerSecond)
				if err := addOpen(c, due.Add(-dueAfter), due); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			b.Fatal(err)
		}
	}
}
