package store_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// TestALeapIsOneNotice has the machine sleep for a day while sixty tickets of two clients fall
// due, more than are settled at once. Each lead is told once, on screen and by mail, of as many
// as they may know of.
//
// Seen red with each clock told by itself, and with the count of the first batch only.
func TestALeapIsOneNotice(t *testing.T) {
	t.Parallel()
	monday := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		t.Helper()
		r := newRoom(t, s, monday, "UTC")
		boei := r.Client(desktest.Boei)
		scoped := person.Person{Name: "lou", Email: "lou@mail.test", Role: access.Lead, Active: true, Scope: access.Only(boei)}
		r.Must(s.Update(t.Context(), access.Everything(), func(tx *store.Tx) error { return tx.AddPerson(&scoped) }))
		for i := range 59 {
			client := []string{boei, r.ref.Client}[i%2]
			_, err := r.LogTicket(t.Context(), r.Actor("ann"), app.NewTicket{
				Client: client, Kind: catalog.Incident, Title: fmt.Sprint("Down ", i), Impact: 1, Urgency: 1,
			})
			r.Must(err)
		}
		worst := time.Duration(0)
		r.ObserveSettling(func(late time.Duration) { worst = max(worst, late) })
		r.pass(time.Minute, 24*time.Hour) // it slept
		r.pass(time.Minute, 0)
		r.pass(time.Minute, 0)
		if worst > time.Minute {
			t.Errorf("what fell due in the leap counts as late by %v", worst)
		}
		counts := map[string]int{}
		for who, actor := range map[string]access.Actor{"lea": r.Actor("lea"), "lou": scoped.Actor()} {
			all, err := r.Notices(t.Context(), actor, "", 200)
			r.Must(err)
			if len(all) != 1 || all[0].Kind != notice.Leapt {
				t.Fatalf("%s was told %d times: %+v", who, len(all), all)
			}
			if l := notice.LeapOf(all[0].Args); l.To.Sub(l.From).Round(time.Minute) != 24*time.Hour {
				t.Errorf("%s was told of a leap of %v", who, l.To.Sub(l.From))
			}
			counts[who] = notice.Count(all[0].Args)
		}
		if counts["lea"] < 60 || counts["lou"] < 30 || counts["lou"] >= counts["lea"] {
			t.Errorf("told of %v promises", counts)
		}
		letters := map[string]int{}
		var mu sync.Mutex // they are handed over at once
		lease, _, err := r.Acquire(t.Context(), app.Unasked(), "worker", "test", time.Hour)
		r.Must(err)
		for more := true; more; {
			r.now = r.now.Add(20 * time.Second)
			done, err := r.Deliver(t.Context(), app.Unasked(), lease, app.Channels{notice.Mail: func(_ context.Context, m *notice.Message) error {
				mu.Lock()
				defer mu.Unlock()
				if m.Kind == notice.Leapt {
					letters[m.Name] += 1000 + notice.Count(m.Args)
				}
				return nil
			}})
			r.Must(err)
			more = done.Total() > 0
		}
		for who, n := range counts {
			if letters[who] != 1000+n {
				t.Errorf("letters to %s: %d, want one of %d", who, letters[who], n)
			}
		}
		// What falls due later is told as ever.
		_, err = r.LogTicket(t.Context(), r.Actor("ann"), app.NewTicket{Client: boei, Kind: catalog.Incident, Title: "Later", Impact: 1, Urgency: 1})
		r.Must(err)
		r.pass(6*time.Hour, 0)
		if all, err := r.Notices(t.Context(), r.Actor("lea"), "", 200); err != nil || len(all) < 2 || all[0].Kind == notice.Leapt {
			t.Errorf("later the lead was told %+v, %v", all, err)
		}
	})
}
