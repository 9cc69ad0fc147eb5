package api

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
)

// cpu is the time that the process has spent on the processors.
func cpu(tb testing.TB) time.Duration {
	tb.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		tb.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// measured reports the processor time of each of what ran.
func measured(b *testing.B, run func()) {
	b.Helper()
	b.ReportAllocs()
	before := cpu(b)
	b.ResetTimer()
	run()
	b.StopTimer()
	b.ReportMetric(float64((cpu(b)-before).Microseconds())/float64(b.N), "cpu-µs/op")
}

const newTicket = `{"kind":"incident","title":"Checkout is down","description":"Paying fails with 502 since nine.","impact":"I1","urgency":"U1"}`

func (s *stage) create(w http.ResponseWriter, title string) {
	r := httptest.NewRequestWithContext(s.tb.Context(), http.MethodPost, "/api/v1/clients/anker/tickets", strings.NewReader(title))
	r.Header.Set("Authorization", "Bearer "+s.Token("ann"))
	r.Header.Set("Content-Type", "application/json")
	s.handler.ServeHTTP(w, r)
}

// BenchmarkCreateTicket creates tickets through the API, without the network: all that the
// program spends on one. Durable: each is synced to the disk.
func BenchmarkCreateTicket(b *testing.B) {
	s := newStage(b)
	b.SetParallelism(4) // on two processors: eight clients
	measured(b, func() {
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				w := httptest.NewRecorder()
				if s.create(w, newTicket); w.Code != http.StatusCreated {
					b.Errorf("status %d: %s", w.Code, w.Body)
				}
			}
		})
	})
}

// BenchmarkCreateTicketOverHTTP is that over a connection, with the client's share of the
// processors.
func BenchmarkCreateTicketOverHTTP(b *testing.B) {
	s := newStage(b)
	b.SetParallelism(4)
	measured(b, func() {
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				if a := s.ask("ann", http.MethodPost, "/api/v1/clients/anker/tickets", newTicket); a.status != http.StatusCreated {
					b.Errorf("status %d: %s", a.status, a.body)
				}
			}
		})
	})
}

// BenchmarkLogTicket is what of it the use case costs.
func BenchmarkLogTicket(b *testing.B) {
	s := newStage(b)
	actor := s.As("ann")
	n := app.NewTicket{Client: s.Anker, Kind: catalog.Incident, Title: "Checkout is down", Text: "Paying fails with 502 since nine.", Impact: 1, Urgency: 1}
	b.SetParallelism(4)
	measured(b, func() {
		b.RunParallel(func(p *testing.PB) {
			for p.Next() {
				if _, err := s.App.LogTicket(b.Context(), actor, n); err != nil {
					b.Error(err)
				}
			}
		})
	})
}

// BenchmarkRefused is what a request costs that comes no further than the use case: signing
// in by token, reading, and writing the problem.
func BenchmarkRefused(b *testing.B) {
	s := newStage(b)
	measured(b, func() {
		for b.Loop() {
			w := httptest.NewRecorder()
			if s.create(w, `{"kind":"incident","title":"x","impact":"I9"}`); w.Code != http.StatusUnprocessableEntity {
				b.Fatal(w.Code)
			}
		}
	})
}

func BenchmarkReadJSON(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var n NewTicket
		if err := readJSON([]byte(newTicket), &n); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGetTicket(b *testing.B) {
	s := newStage(b)
	key := s.log1("ann", "anker", "Checkout is down")
	for range 14 {
		s.ask("ann", "POST", at("anker", key)+"/reply", Reply{Message{Text: "We look."}}).want(200, nil)
		s.ask("ann", "POST", at("anker", key)+"/note", Note{Message{Text: "Log of the proxy."}}).want(200, nil)
	}
	measured(b, func() {
		for b.Loop() {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, at("anker", key), http.NoBody)
			r.Header.Set("Authorization", "Bearer "+s.Token("ann"))
			w := httptest.NewRecorder()
			if s.handler.ServeHTTP(w, r); w.Code != http.StatusOK {
				b.Fatal(w.Code)
			}
		}
	})
}
