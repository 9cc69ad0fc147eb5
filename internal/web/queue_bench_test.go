package web

import (
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// benchTickets names the environment variable with the number of tickets of the desk that is
// measured, 100,000 when it says nothing.
const benchTickets = "WATCHBILL_BENCH_TICKETS"

var problems = [...]string{
	"Order export to the warehouse stalls", "iDEAL payment fails with 502 after the bank is chosen", "Product pages slow in SE and NO, median 7.8 s",
	"Refund mail sent twice for split shipments", "Track-and-trace codes missing for parcels to Belgium", "Search finds nothing for “e-bike accu”",
}

// large fills a desk with tickets of twenty clients, one in five of them open.
func (s *stage) large(tickets int) {
	s.tb.Helper()
	const clients = 20
	ids := make([]string, clients)
	for i := range ids {
		name := fmt.Sprintf("Webshop %02d", i)
		id, err := s.CreateClient(s.tb.Context(), s.Actor("ada"), name)
		s.Must(err)
		draft := contract.Draft{
			Model: contract.ManagedService, Tier: contract.Gold, Client: name, Zone: "Europe/Amsterdam", Effective: calendar.Date{Year: 2025, Month: 1, Day: 1},
		}
		doc, faults := contract.Parse("contract.yaml", draft.YAML())
		if len(faults) > 0 {
			s.tb.Fatal(faults)
		}
		s.Must(s.AddContractVersion(s.tb.Context(), s.Actor("ada"), id, doc))
		ids[i] = id
	}
	people := []string{"", s.Actor("ann").ID, s.Actor("bo").ID, s.Actor("lea").ID}
	random := rand.New(rand.NewPCG(19, 14))
	for batch := range slices.Chunk(make([]struct{}, tickets), 5000) {
		s.Must(s.Store.Update(s.tb.Context(), access.Everything(), func(tx *store.Tx) error {
			for range batch {
				c, err := tx.Client(ids[random.IntN(clients)])
				if err != nil {
					return err
				}
				contracts, err := c.Contracts()
				if err != nil {
					return err
				}
				stream, err := c.AddTicket(catalog.Incident, contracts[0].Name, "")
				if err != nil {
					return err
				}
				logged := ticket.Entry{At: tx.Now, Recorded: tx.Now, Fact: ticket.Logged{Kind: catalog.Incident, Priority: catalog.P3}}
				if err := c.Append(stream, []store.Written{{Entry: logged}}); err != nil {
					return err
				}
				if err := c.PutTicket(anyTicket(random, s.Now(), stream, contracts[0].Name, people)); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	s.Must(s.Store.Update(s.tb.Context(), access.Everything(), (*store.Tx).CountRows))
}

// anyTicket makes the row of a ticket as a busy desk has them.
func anyTicket(random *rand.Rand, now time.Time, s *store.Stream, under string, people []string) *store.TicketRow {
	p := catalog.Priority(1 + random.IntN(4))
	opened := now.Add(-time.Duration(random.IntN(300*24*60)) * time.Minute)
	row := &store.TicketRow{
		Stream: s.ID, Key: s.Key, Contract: under, Title: problems[random.IntN(len(problems))], Head: 6, Ball: catalog.Provider, Accountable: catalog.Provider,
		Terms: 1, Settled: now, Wake: now.Add(90 * 24 * time.Hour), Changed: opened,
		Ticket: ticket.Ticket{
			Kind: catalog.Incident, State: ticket.StateClosed, Priority: p, Opened: opened, Level: catalog.L2, Person: people[random.IntN(len(people))],
		},
		Face: clock.Face{Lane: clock.LaneNone, Risky: clock.Never},
	}
	if random.IntN(5) > 0 {
		return row
	}
	row.State = ticket.StateWorking
	row.Face = clock.Face{
		Lane: clock.LaneDue, Kind: contract.Restoration, Phase: clock.Running, Promise: contract.SLA, Allowed: 8 * time.Hour, Version: 1, Priority: p,
		Due: now.Add(time.Duration(random.IntN(60*24*60)-20) * time.Minute),
	}
	row.Face.Risky = row.Face.Due.Add(-2 * time.Hour)
	switch random.IntN(6) {
	case 0:
		row.State, row.Person = ticket.StateNew, ""
	case 1:
		row.State, row.WaitingFor, row.Ball = ticket.StateWaiting, catalog.Client, catalog.Client
		row.Face.Lane, row.Face.Phase, row.Face.Due, row.Face.Left, row.Face.Risky = clock.LanePaused, clock.Paused, time.Time{}, 3*time.Hour, clock.Never
	}
	return row
}

// BenchmarkQueue measures the pages of lists on a large desk, from the request to the last byte
// of HTML. It reports the middle and the slowest of a hundred, and the size.
func BenchmarkQueue(b *testing.B) {
	tickets := 100_000
	if n, err := strconv.Atoi(os.Getenv(benchTickets)); err == nil {
		tickets = n
	}
	s := newStage(b)
	s.large(tickets)
	lea := s.enter("lea")
	lea.get("/queue")
	next := lea.page.link("Next")
	for _, e := range []struct{ name, address string }{
		{"due", "/queue"},
		{"next", next},
		{"mine", "/queue?person=me"},
		{"client", "/queue?client=webshop-07"},
		{"priority", "/queue?priority=P1"},
		{"risky", "/queue?risky=1"},
		{"nobody", "/queue?new=1&person=nobody"},
		{"newest", "/queue?sort=newest"},
		{"closed", "/queue?state=closed"},
	} {
		b.Run(e.name, func(b *testing.B) {
			var took []time.Duration
			var size int
			b.ReportAllocs()
			for b.Loop() {
				before := b.Elapsed()
				p := lea.exchange("GET", e.address, nil)
				took = append(took, b.Elapsed()-before)
				size = p.Body.Len()
				if p.Code != 200 {
					b.Fatal(p.Code)
				}
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(size)/1024, "KB")
		})
	}
}
