package store_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
	"github.com/watchbill/watchbill/internal/worker"
)

// room is a desk on a machine whose clocks a test has in its hands. What is true is what the
// wall clock would say if nobody set it.
type room struct {
	*desktest.Desk
	t      *testing.T
	began  time.Time
	now    time.Time     // what is true
	off    time.Duration // by how much the wall clock is set ahead
	warned []reason.Code
	ref    app.Ref
}

// newRoom opens a desk at an instant, with one ticket: its contract promises the first answer
// within an hour around the clock, and the service within four business hours.
func newRoom(t *testing.T, s *store.Store, at time.Time, zone string) *room {
	t.Helper()
	paced := s.Now
	r := &room{Desk: desktest.New(t, s), t: t, began: at, now: at}
	s.SetClocks(func() (time.Time, time.Duration) { return r.now.Add(r.off), r.now.Sub(r.began) })
	s.Now = paced
	s.Warn = func(n reason.Reason) { r.warned = append(r.warned, n.Code) }
	client, err := r.CreateClient(t.Context(), r.Actor("ada"), "Zone")
	r.Must(err)
	draft := contract.Draft{
		Model: contract.ManagedService, Tier: contract.Gold, Client: "Zone", Zone: zone, Effective: calendar.DateOf(at.AddDate(-1, 0, 0), time.UTC),
	}
	doc, faults := contract.Parse("zone.yaml", draft.YAML())
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	r.Must(r.AddContractVersion(t.Context(), r.Actor("ada"), client, doc))
	key, err := r.LogTicket(t.Context(), r.Actor("ann"), app.NewTicket{Client: client, Kind: catalog.Incident, Title: "Down", Impact: 1, Urgency: 1})
	r.Must(err)
	r.ref = app.Ref{Client: client, Key: key}
	return r
}

// pass lets true time go by, sets the wall clock, and has the worker go round.
func (r *room) pass(length, step time.Duration) {
	r.t.Helper()
	r.now = r.now.Add(length)
	r.off += step
	r.Work()
}

// told lists what the lead was told, the oldest first: of what, and how long after the
// beginning by the instants of the desk.
func (r *room) told() (what []string, after []time.Duration) {
	r.t.Helper()
	all, err := r.Notices(r.t.Context(), r.Actor("lea"), "", 200)
	r.Must(err)
	slices.Reverse(all)
	for _, n := range all {
		what = append(what, string(n.Kind)+" "+n.Args[notice.ArgClocks])
		after = append(after, n.At.Sub(r.began))
	}
	return what, after
}

// move is some true time, and then a hand on the wall clock.
type move struct{ pass, step time.Duration }

const (
	round  = 5 * time.Minute // between two rounds of the worker when nothing happens
	played = 27 * time.Hour
)

// play makes the moves, and then goes on until a day and more is over.
func (r *room) play(moves []move) {
	r.t.Helper()
	for _, m := range moves {
		for ; m.pass > round; m.pass -= round {
			r.pass(round, 0)
		}
		r.pass(m.pass, m.step)
		skew := r.Store.ClockSkew()
		if off := skew.Followed; m.step.Abs() > 2*time.Second && r.off.Abs() > 2*time.Second && off.Abs() <= 2*time.Second {
			r.t.Errorf("the clock is off by %v, and %v is shown", r.off, off)
		}
	}
	for r.now.Sub(r.began) < played {
		r.pass(round, 0)
	}
}

// TestClockIsSet sets the wall clock of a machine by an hour and by a day, back and forth. What
// falls due is told when it is due, once, and not before; and the operator hears of it.
func TestClockIsSet(t *testing.T) {
	t.Parallel()
	monday := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		t.Helper()
		straight := newRoom(t, s, monday, "UTC")
		straight.play(nil)
		want, at := straight.told()
		if !slices.ContainsFunc(want, func(w string) bool {
			return strings.HasPrefix(w, "breached response") || strings.Contains(w, "response")
		}) || len(want) < 2 {
			t.Fatalf("told %q", want)
		}
		t.Logf("told %q after %v", want, at)
		jitter := []move{{10 * time.Minute, 0}}
		for range 20 {
			jitter = append(jitter, move{10 * time.Second, 24 * time.Hour}, move{10 * time.Second, -24 * time.Hour}, move{10 * time.Second, -time.Hour}, move{10 * time.Second, time.Hour})
		}
		for _, c := range []struct {
			name  string
			moves []move
			warns reason.Code
			leaps bool // the clock is believed, so that things happen by it
		}{
			{"an hour back", []move{{10 * time.Minute, -time.Hour}}, store.CodeClockBack, false},
			{"an hour back, and mended", []move{{10 * time.Minute, -time.Hour}, {10 * time.Minute, time.Hour}}, store.CodeClockBack, false},
			{"a day back", []move{{10 * time.Minute, -24 * time.Hour}}, store.CodeClockBack, false},
			{"a second before a due, back", []move{{time.Hour - time.Second, -time.Hour}}, store.CodeClockBack, false},
			{"a second after a due, back", []move{{time.Hour + time.Second, -time.Hour}}, store.CodeClockBack, false},
			{"an hour ahead, and mended", []move{{10 * time.Minute, time.Hour}, {20 * time.Second, 0}, {5 * time.Second, -time.Hour}}, store.CodeClockAhead, false},
			{"a day ahead, and mended", []move{{10 * time.Minute, 24 * time.Hour}, {25 * time.Second, -24 * time.Hour}}, store.CodeClockAhead, false},
			{"back and forth", jitter, store.CodeClockAhead, false},
			{"an hour ahead", []move{{10 * time.Minute, time.Hour}, {time.Minute, 0}}, store.CodeClockLeapt, true},
			{"a day ahead", []move{{10 * time.Minute, 24 * time.Hour}, {time.Minute, 0}}, store.CodeClockLeapt, true},
			{"a day ahead, and back after it was believed", []move{{10 * time.Minute, 24 * time.Hour}, {time.Minute, 0}, {time.Minute, -24 * time.Hour}}, store.CodeClockBack, true},
		} {
			t.Run(c.name, func(t *testing.T) {
				r := newRoom(t, fresh(t, s), monday, "UTC")
				r.play(c.moves)
				what, after := r.told()
				if !slices.Equal(what, want) {
					if c.leaps {
						r.once(what, want)
					} else {
						t.Errorf("told %q, want %q", what, want)
					}
				}
				for i := range min(len(after), len(at)) {
					if late := after[i] - at[i]; !c.leaps && late.Abs() > round+2*time.Second {
						t.Errorf("%s after %v, want after %v", what[i], after[i], at[i])
					}
				}
				if !slices.Contains(r.warned, c.warns) {
					t.Errorf("the operator heard %q, want %s", r.warned, c.warns)
				}
			})
		}
	})
}

// fresh is another empty database of the same engine.
func fresh(t *testing.T, like *store.Store) *store.Store {
	t.Helper()
	if like.Local() {
		return storetest.SQLite(t)
	}
	return storetest.Postgres(t)
}

// once demands that nothing was told twice, and of what broke nothing was left out. After a
// leap, warnings before a breach may be left out: the breach is what there is to tell.
func (r *room) once(what, want []string) {
	r.t.Helper()
	seen := map[string]bool{}
	for _, w := range what {
		if seen[w] {
			r.t.Errorf("%s was told twice: %q", w, what)
		}
		seen[w] = true
	}
	// What fell due in the leap is counted, and not told one by one.
	leapt := slices.Contains(what, "leapt ")
	if !leapt {
		r.t.Errorf("nothing was told of the leap: %q", what)
	}
	for _, w := range want {
		if !leapt && strings.HasPrefix(w, "breached") && !seen[w] && !slices.ContainsFunc(what, func(one string) bool { return covers(one, w) }) {
			r.t.Errorf("%s was left out: %q", w, what)
		}
	}
}

// covers tells whether one notice, which may be about several clocks, says what another does.
func covers(one, other string) bool {
	_, clocks, _ := strings.Cut(other, " ")
	return strings.HasPrefix(one, "breached") && strings.Contains(one, clocks)
}

// TestClockGoesOverEdges has dues on the other side of where calendars and counters turn.
func TestClockGoesOverEdges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone, at, due string // of four business hours, from nine to half past five
	}{
		{"summer begins", "Europe/Amsterdam", "2026-03-27T16:00:00+01:00", "2026-03-30T11:30:00+02:00"},
		{"summer ends", "Europe/Amsterdam", "2026-10-23T16:00:00+02:00", "2026-10-26T11:30:00+01:00"},
		{"leap day", "UTC", "2028-02-28T16:00:00Z", "2028-02-29T11:30:00Z"},
		{"end of 31 bits", "UTC", "2038-01-18T16:00:00Z", "2038-01-19T11:30:00Z"},
		{"no leap day", "UTC", "2100-02-26T16:00:00Z", "2100-03-01T11:30:00Z"},
		{"end of the century", "UTC", "2099-12-31T16:00:00Z", "2100-01-01T11:30:00Z"},
		{"an hour that is not there", "Europe/Amsterdam", "2026-03-29T01:30:00+01:00", "2026-03-30T13:00:00+02:00"},
		{"an hour that is there twice", "Europe/Amsterdam", "2026-10-25T02:30:00+02:00", "2026-10-26T13:00:00+01:00"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			at, err := time.Parse(time.RFC3339, c.at)
			if err != nil {
				t.Fatal(err)
			}
			due, err := time.Parse(time.RFC3339, c.due)
			if err != nil {
				t.Fatal(err)
			}
			r := newRoom(t, storetest.SQLite(t), at.UTC(), c.zone)
			r.breaks("response", at.Add(time.Hour))
			r.breaks("restoration", due)
			what, _ := r.told()
			if seen := map[string]bool{}; len(what) > 0 {
				for _, w := range what {
					if seen[w] {
						t.Errorf("%s was told twice: %q", w, what)
					}
					seen[w] = true
				}
			}
			if len(r.warned) > 0 {
				t.Errorf("the operator heard %q", r.warned)
			}
		})
	}
}

// breaks goes to a second before a due, and to a second after it.
func (r *room) breaks(target string, due time.Time) {
	r.t.Helper()
	broke := func() (n int) {
		what, _ := r.told()
		for _, w := range what {
			if strings.HasPrefix(w, "breached") && strings.Contains(w, target) {
				n++
			}
		}
		return n
	}
	r.pass(due.Add(-time.Second).Sub(r.now), 0)
	if n := broke(); n != 0 {
		r.t.Errorf("%s is broken a second before %v", target, due)
	}
	r.pass(2*time.Second, 0)
	if n := broke(); n != 1 {
		what, _ := r.told()
		r.t.Errorf("%s is broken %d times a second after %v: %q", target, n, due, what)
	}
}

// TestNodesDisagree has two programs on one PostgreSQL, one of which is five minutes off. Each
// letter leaves once, and the second goes on when the first has ended.
func TestNodesDisagree(t *testing.T) {
	t.Parallel()
	name := storetest.PostgresName(t)
	first, second := storetest.Open(t, name), storetest.Open(t, name)
	d := desktest.New(t, first)
	first.Now, second.Now = first.Instant, second.Instant
	var mu sync.Mutex
	sent := map[string]int{}
	mail := func(_ context.Context, m *notice.Message) error {
		mu.Lock()
		defer mu.Unlock()
		sent[m.ID]++
		return nil
	}
	var warned []reason.Code
	second.Warn = func(r reason.Reason) {
		mu.Lock()
		defer mu.Unlock()
		warned = append(warned, r.Code)
	}
	second.SetNode(5 * time.Minute)
	d.Must(second.AskTime(t.Context()))
	if off := second.ClockSkew().Node; (off - 5*time.Minute).Abs() > 2*time.Second {
		t.Errorf("%v is shown, want 5 m", off)
	}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	run := func(s *store.Store) (stop func()) {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			worker.New(app.On(s), app.Channels{notice.Mail: mail}, log).Run(ctx)
		}()
		return sync.OnceFunc(func() { cancel(); <-ended })
	}
	stopFirst, stopSecond := run(first), run(second)
	defer stopFirst()
	defer stopSecond()
	rik := d.Actor("rik")
	logged := 0
	write := func(n int) {
		for range n {
			logged++
			key, err := d.LogTicket(t.Context(), rik, d.Incident(desktest.Boei, fmt.Sprintf("Down %d", logged)))
			d.Must(err)
			d.As("ann").Takes(app.Ref{Client: d.Client(desktest.Boei), Key: key}, "We look.", ticket.Replied{})
		}
	}
	settled := func() {
		for end := time.Now().Add(30 * time.Second); ; {
			waiting, _, err := d.OutboxBacklog(t.Context(), app.Unasked())
			d.Must(err)
			if waiting == 0 {
				return
			}
			if time.Now().After(end) {
				t.Fatalf("%d letters still wait", waiting)
			}
			select {
			case <-t.Context().Done():
				return
			case <-time.After(50 * time.Millisecond):
			}
		}
	}
	write(8)
	settled()
	stopFirst()
	write(8)
	settled()
	mu.Lock()
	defer mu.Unlock()
	for id, n := range sent {
		if n > 1 {
			t.Errorf("%s left %d times", id, n)
		}
	}
	if len(sent) < logged {
		t.Errorf("%d letters left, want one for each of %d", len(sent), logged)
	}
	if !slices.Contains(warned, store.CodeNodeClock) {
		t.Errorf("the operator heard %q", warned)
	}
}
