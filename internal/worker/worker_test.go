package worker

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

const aroundTheClock = `
client: Anker
contract: support
template: sla_hotfix@1
tier: platinum
version: 1
effective: 1999-12-01
zone: UTC
calendars: {business: {holidays: [2000-12-25]}}
`

// desk is a desk with an admin, who is the lead too, and one client.
type desk struct {
	*app.App
	t      *testing.T
	name   string // of the database
	admin  access.Actor
	client string

	mu      sync.Mutex
	letters []string
	hold    chan struct{} // letters are not taken before this is closed
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, name: storetest.SQLiteName(t)}
	d.App = d.open()
	operator := access.Actor{ID: "operator", Role: access.Operator, Scope: access.Everything()}
	token, err := d.SetUpToken(t.Context(), operator)
	d.must(err)
	id, err := d.SetUp(t.Context(), token, app.FirstPerson{Email: "ann@mail.test", Name: "Ann", Password: "plum tart on the porch"})
	d.must(err)
	d.admin = access.Actor{ID: id, Role: access.Admin, Scope: access.Everything()}
	d.client, err = d.CreateClient(t.Context(), d.admin, "Anker")
	d.must(err)
	parsed, faults := contract.Parse("support.yaml", []byte(aroundTheClock))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	d.must(d.AddContractVersion(t.Context(), d.admin, d.client, parsed))
	return d
}

// open opens the database as another process would.
func (d *desk) open() *app.App {
	d.t.Helper()
	a, err := app.Open(d.t.Context(), d.name)
	d.must(err)
	d.t.Cleanup(func() { d.must(a.Close()) })
	return a
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

// log opens a ticket that is given to ann.
func (d *desk) log() {
	d.t.Helper()
	key, err := d.LogTicket(d.t.Context(), d.admin, app.NewTicket{
		Client: d.client, Kind: catalog.Incident, Title: "Down", Impact: 1, Urgency: 1,
	})
	d.must(err)
	_, err = d.Take(d.t.Context(), d.admin, app.Ref{Client: d.client, Key: key}, app.Command{},
		app.Step{Fact: ticket.Assigned{Level: catalog.L1, Person: d.admin.ID}})
	d.must(err)
}

// mail is a channel that notes when it took which letter.
func (d *desk) mail(ctx context.Context, m *notice.Message) error {
	d.mu.Lock()
	hold := d.hold
	d.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.letters = append(d.letters, fmt.Sprintf("%s %s at %s", m.Kind, m.Args[notice.ArgClocks], time.Now().UTC().Format("15:04:05")))
	return nil
}

func (d *desk) got() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	letters := d.letters
	d.letters = nil
	return letters
}

// work starts a worker on a handle of the database; what it returns ends it and waits.
func (d *desk) work(on *app.App) (w *Worker, stop func()) {
	d.t.Helper()
	w = New(on, app.Channels{notice.Mail: d.mail}, slog.New(slog.NewTextHandler(io.Discard, nil)))
	ctx, cancel := context.WithCancel(d.t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		w.Run(ctx)
	}()
	return w, sync.OnceFunc(func() {
		cancel()
		<-done
	})
}

// TestWhatFallsDueIsTold lets an hour go by in which a clock runs out.
func TestWhatFallsDueIsTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		w, stop := d.work(d.App)
		defer stop()
		d.log()
		time.Sleep(61 * time.Minute)
		want := []string{
			"warned response:warned:75 at 00:45:00", "warned response:warned:90 at 00:54:00", "breached response:breached:0 at 01:00:00",
		}
		if got := d.got(); !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
		if h := w.Health(); !h.Leads || len(h.Stalled) > 0 || len(h.Failing) > 0 {
			t.Errorf("%+v", h)
		}
	})
}

// TestOneWorksAtATime has two processes on one database, of which the working one ends
// properly, and then one that falls silent.
func TestOneWorksAtATime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		first, stopFirst := d.work(d.App)
		time.Sleep(time.Second)
		second, stopSecond := d.work(d.open())
		defer stopSecond()
		d.log()
		time.Sleep(50 * time.Minute)
		if !first.Health().Leads || second.Health().Leads || len(d.got()) != 1 {
			t.Error("both work, or the wrong one")
		}
		stopFirst()
		time.Sleep(2 * time.Second)
		if first.Health().Leads || !second.Health().Leads {
			t.Error("the work was not passed on")
		}
		time.Sleep(5 * time.Minute)
		if got := d.got(); len(got) != 1 {
			t.Errorf("got %q", got)
		}

		// A process that is gone keeps the work for as long as its lease lasts.
		stopSecond()
		gone, ok, err := d.Acquire(t.Context(), app.Unasked(), leaseName, "gone", leaseLength)
		if !ok || err != nil {
			t.Fatal(gone, err)
		}
		third, stopThird := d.work(d.open())
		defer stopThird()
		time.Sleep(leaseLength - time.Second)
		if third.Health().Leads {
			t.Error("took work that is somebody else's")
		}
		time.Sleep(3 * time.Second)
		if !third.Health().Leads {
			t.Error("did not take work that is nobody's")
		}
	})
}

// TestALostLeaseEndsTheWork has another process take the lease, as it may when this one
// seemed dead.
func TestALostLeaseEndsTheWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		w, stop := d.work(d.App)
		defer stop()
		time.Sleep(time.Second)
		tamper(t, d.name, "UPDATE leases SET holder = 'other', fence = fence + 1, until = until + 3600000")
		time.Sleep(renewEvery + time.Second)
		if h := w.Health(); h.Leads {
			t.Errorf("%+v", h)
		}
		d.log()
		time.Sleep(50 * time.Minute)
		if got := d.got(); len(got) > 0 {
			t.Errorf("did the work of another: %q", got)
		}
	})
}

// TestOldAnswersAreForgotten has two answers, of which one was kept long ago.
func TestOldAnswersAreForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		log := func(once string) string {
			key, err := d.LogTicket(t.Context(), d.admin, app.NewTicket{
				Client: d.client, Kind: catalog.Incident, Title: "Down", Impact: 1, Urgency: 1, Once: once,
			})
			d.must(err)
			return key
		}
		old, young := log("old"), log("young")
		tamper(t, d.name, "UPDATE commands SET recorded = 0 WHERE once = 'old'")
		_, stop := d.work(d.App)
		defer stop()
		time.Sleep(2 * time.Second)
		if again := log("old"); again == old {
			t.Errorf("the answer %s is still kept", again)
		}
		if again := log("young"); again != young {
			t.Errorf("made %s besides %s", again, young)
		}
	})
}

func tamper(t *testing.T, name, change string) {
	t.Helper()
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	// The worker may be writing.
	if _, err := db.ExecContext(t.Context(), "PRAGMA busy_timeout = 5000; "+change); err != nil {
		t.Fatal(err)
	}
}

// TestAStalledLoopIsReported has a channel that never answers.
func TestAStalledLoopIsReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.hold = make(chan struct{})
		w, stop := d.work(d.App)
		defer stop()
		d.log()
		time.Sleep(45*time.Minute + 20*time.Second)
		if h := w.Health(); len(h.Stalled) > 0 {
			t.Errorf("after 20 s: %+v", h)
		}
		time.Sleep(20 * time.Second)
		if h := w.Health(); !slices.Equal(h.Stalled, []string{"deliver"}) {
			t.Errorf("after 40 s: %+v", h)
		}
		close(d.hold)
		time.Sleep(time.Second)
		if h := w.Health(); len(h.Stalled) > 0 {
			t.Errorf("afterwards: %+v", h)
		}
	})
}

// TestWhatWasBegunIsEnded stops the program while a letter is on its way.
func TestWhatWasBegunIsEnded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.hold = make(chan struct{})
		_, stop := d.work(d.App)
		d.log()
		time.Sleep(45*time.Minute + time.Second)
		time.AfterFunc(3*time.Second, func() { close(d.hold) })
		stop()
		items, err := d.Outbox(t.Context(), d.admin, "", 1)
		d.must(err)
		if len(items) != 1 || items[0].State != "sent" || len(d.got()) != 1 {
			t.Errorf("left %+v", items)
		}
		if _, ok, err := d.Acquire(t.Context(), app.Unasked(), leaseName, "next", leaseLength); !ok || err != nil {
			t.Errorf("the lease was not given back: %v", err)
		}
	})
}

// TestAPanicEndsOneRound has a loop whose work panics, fails, and goes well.
func TestAPanicEndsOneRound(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		w := New(d.App, nil, slog.New(slog.NewTextHandler(io.Discard, nil)))
		ctx, cancel := context.WithCancel(t.Context())
		rounds := 0
		began := time.Now()
		w.loop(ctx, "test", pace, nil, func() (bool, error) {
			rounds++
			switch rounds {
			case 1:
				panic("once")
			case 2:
				return false, errors.New("twice")
			case 3:
				return true, nil
			}
			cancel()
			return false, nil
		})
		if took := time.Since(began); rounds != 4 || took < 2*afterFailure || took > 2*afterFailure+time.Second {
			t.Errorf("%d rounds in %v", rounds, took)
		}
	})
}
