package app

import (
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// TestOneTicketDoesNotKeepOthersFromBeingSettled has an entry that this program cannot read.
func TestOneTicketDoesNotKeepOthersFromBeingSettled(t *testing.T) {
	t.Parallel()
	name := storetest.SQLiteName(t)
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	s := storetest.Open(t, name)
	s.Now = func() time.Time { return now }
	a := &App{store: s}
	h := Import{Client: "Anker", Contract: []*contract.Document{document(t, goldHotfix)}, Tickets: past("HD-1", "HD-2", "HD-3"), Progress: silent}
	if _, err := a.ImportHistory(t.Context(), operator, h); err != nil {
		t.Fatal(err)
	}
	amended := strings.NewReplacer("version: 1", "version: 2", "2026-01-01", "2026-12-01", "gold", "platinum").Replace(goldHotfix)
	h.Contract, h.Tickets = append(h.Contract, document(t, amended)), past("HD-4")
	if _, err := a.ImportHistory(t.Context(), operator, h); err != nil {
		t.Fatal(err)
	}
	tamper(t, name, "UPDATE entries SET fact = 'x' || fact WHERE seq = 2 AND stream = (SELECT stream FROM streams WHERE key = 'INC-000002')")

	var late []time.Duration
	a.ObserveSettling(func(l time.Duration) { late = append(late, l) })
	settle := func(want int, fails bool) {
		t.Helper()
		n, err := a.Settle(t.Context(), worker)
		if n != want || isFault(err, CodeUnsettled) != fails || (err != nil) != fails {
			t.Errorf("settled %d, %v", n, err)
		}
	}
	settle(3, true)
	settle(0, false)
	for _, wait := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		now = now.Add(wait - time.Millisecond)
		settle(0, false)
		now = now.Add(time.Millisecond)
		settle(1, true)
	}
	tamper(t, name, "UPDATE entries SET fact = substr(fact, 2) WHERE fact > 'x'")
	now = now.Add(8 * time.Minute)
	late = nil
	settle(1, false)
	settle(0, false)
	if len(late) != 1 || late[0] != 0 {
		t.Errorf("late by %v, want by nothing, once", late)
	}
}

// TestLateness tells how late each is that was settled: not those that an amendment touched, and
// not by the length of a leap of the clock.
func TestLateness(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		var late []time.Duration
		m.ObserveSettling(func(l time.Duration) { late = append(late, l) })
		m.log()
		wake, err := m.Idle(m.t.Context(), Unasked())
		m.must(err)
		m.now = m.now.Add(wake + 3*time.Second)
		_, err = m.Settle(m.t.Context(), worker)
		m.must(err)
		m.same(late, []time.Duration{3 * time.Second})
	})
}
