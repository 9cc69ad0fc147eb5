package web

import (
	"fmt"
	"net/http"
	"slices"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
)

// thirty is a ticket with thirty entries of all kinds, and its address.
func (s *stage) thirty() string {
	s.tb.Helper()
	ref := s.As("ann").Logs(s.Incident(desktest.Boei, "iDEAL payment fails with 502 after the bank is chosen"))
	other := s.As("ann").Logs(s.Incident(desktest.Boei, "Issuer errors come back every few weeks"))
	_, err := s.Link(s.tb.Context(), s.Actor("ann"), ref, app.Command{}, ticket.CausedBy, other.Key)
	s.Must(err)
	s.As("ann").Takes(ref, "", ticket.Acknowledged{})
	for n := 0; s.As("ann").Opens(ref).Head < 30; n++ {
		s.Advance(10 * time.Minute)
		switch n % 5 {
		case 0:
			s.As("bo").Takes(ref, fmt.Sprintf("Cause %d is looked into. Next update within half an hour.", n), ticket.Replied{})
		case 1:
			s.As("ann").Takes(ref, "Still one in three. Their gateway sends the callback without a port.", ticket.Noted{})
		case 2:
			s.As("ann").Takes(ref, "Which bank was chosen?", ticket.Waits{For: catalog.Client})
		case 3:
			s.As("ann").Takes(ref, "", ticket.Resumed{})
		default:
			s.As("bo").Takes(ref, "", ticket.Worked{Minutes: 15})
		}
	}
	return "/tickets/boei/" + ref.Key
}

// BenchmarkTicket opens a ticket of thirty entries, as a page and as what changes of it.
func BenchmarkTicket(b *testing.B) {
	s := newStage(b)
	path := s.thirty()
	ann := s.browse("ann")
	for name, live := range map[string]bool{"page": false, "renewed": true} {
		b.Run(name, func(b *testing.B) {
			ann.live = live
			var took []time.Duration
			size := 0
			for b.Loop() {
				began := time.Now()
				w := ann.exchange("GET", path, nil, ann.headers()...)
				took = append(took, time.Since(began))
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
				size = w.Body.Len()
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(size), "bytes")
		})
	}
}
