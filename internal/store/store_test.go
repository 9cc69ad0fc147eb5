package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// desk is a store with two clients, each with a contract.
type desk struct {
	*store.Store
	t    *testing.T
	a, b string // ids of the clients

	ownNow func() time.Time // of the store, which newDesk sets to nine o'clock
}

// onEach runs a test on both engines, each time on a desk of its own.
func onEach(t *testing.T, test func(d *desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		t.Helper()
		test(newDesk(t, s))
	})
}

func newDesk(t *testing.T, s *store.Store) *desk {
	t.Helper()
	d := &desk{Store: s, t: t, ownNow: s.Now}
	s.Now = func() time.Time { return nine }
	d.update(func(tx *store.Tx) error {
		for name, id := range map[string]*string{"Anker": &d.a, "Boei": &d.b} {
			c, err := tx.AddClient(name)
			if err != nil {
				return err
			}
			*id = c.ID
			if err := c.AddVersion(store.ContractVersion{Contract: "support", Number: 1, Effective: nine, Document: "of " + name}); err != nil {
				return err
			}
		}
		return nil
	})
	return d
}

func (d *desk) update(fn func(tx *store.Tx) error) {
	d.t.Helper()
	if err := d.Update(d.t.Context(), access.Everything(), fn); err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) view(fn func(tx *store.Tx) error) {
	d.t.Helper()
	if err := d.View(d.t.Context(), access.Everything(), fn); err != nil {
		d.t.Fatal(err)
	}
}

// with changes the data of one client.
func (d *desk) with(client string, fn func(c *store.Client) error) {
	d.t.Helper()
	d.update(func(tx *store.Tx) error {
		c, err := tx.Client(client)
		if err != nil {
			return err
		}
		return fn(c)
	})
}

// addTicket makes a ticket that was logged.
func (d *desk) addTicket(client string) *store.Stream {
	d.t.Helper()
	var s *store.Stream
	d.with(client, func(c *store.Client) (err error) {
		s, err = logged(c, catalog.Incident, "support", "")
		return err
	})
	return s
}

// logged adds a ticket with its first entry.
func logged(c *store.Client, kind catalog.Kind, contract, origin string) (*store.Stream, error) {
	s, err := c.AddTicket(kind, contract, origin)
	if err != nil {
		return nil, err
	}
	return s, c.Append(s, []store.Written{written(nine, ticket.Logged{Kind: kind, Priority: catalog.P2})})
}

func written(at time.Time, f ticket.Fact) store.Written {
	return store.Written{Entry: ticket.Entry{At: at, Recorded: at, By: ticket.Actor{ID: "p1", Party: catalog.Provider}, Fact: f}}
}

func isFault(err error, code reason.Code) bool {
	return errors.Is(err, &fault.Fault{Reason: reason.New(code)})
}

var comparesFacts = cmp.Comparer(func(a, b ticket.Fact) bool { return a == b })

func TestEntriesComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		late := nine.Add(90*time.Minute + 7*time.Millisecond)
		more := []store.Written{
			{Entry: ticket.Entry{At: nine.Add(time.Hour), Recorded: late, By: ticket.Actor{ID: "ж'\"$1", Party: catalog.Client, Automated: true}, Fact: ticket.Wrote{}}},
			{Entry: ticket.Entry{At: nine.Add(time.Hour), Recorded: late, Fact: ticket.Warned{Target: contract.Response, Round: nine, Percent: 80}}},
		}
		d.with(d.a, func(c *store.Client) error {
			s, err := c.Ticket(stream.Key)
			if err != nil {
				return err
			}
			return c.Append(s, more)
		})
		d.with(d.a, func(c *store.Client) error {
			got, err := c.Entries(stream.ID)
			if err != nil {
				return err
			}
			want := []ticket.Entry{written(nine, ticket.Logged{Kind: catalog.Incident, Priority: catalog.P2}).Entry, more[0].Entry, more[1].Entry}
			if diff := cmp.Diff(want, got, comparesFacts); diff != "" {
				t.Error(diff)
			}
			again, err := c.Stream(stream.ID)
			if err != nil {
				return err
			}
			wantStream := store.Stream{
				ID: stream.ID, Kind: store.StreamTicket, Key: "INC-000001", Contract: "support", Head: 3, Recorded: late,
			}
			if diff := cmp.Diff(&wantStream, again); diff != "" {
				t.Error(diff)
			}
			return nil
		})
	})
}

func TestOutOfScopeIsNotFound(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		ofB := d.addTicket(d.b)
		ofA := d.addTicket(d.a)
		err := d.Update(t.Context(), access.Only(d.a), func(tx *store.Tx) error {
			for _, find := range []func() (*store.Client, error){
				func() (*store.Client, error) { return tx.Client(d.b) },
				func() (*store.Client, error) { return tx.ClientNamed("Boei") },
				func() (*store.Client, error) { return tx.Client("never-was") },
				func() (*store.Client, error) { return tx.Client("") },
			} {
				if _, err := find(); !isFault(err, store.CodeClientUnknown) {
					t.Errorf("got %v, want %s", err, store.CodeClientUnknown)
				}
			}
			seen, err := tx.Clients()
			if err != nil {
				return err
			}
			if len(seen) != 1 || seen[0].ID != d.a {
				t.Errorf("sees %d clients, want its own", len(seen))
			}
			return d.peek(tx, ofA, ofB)
		})
		if err != nil {
			t.Error(err)
		}
		if err := d.View(t.Context(), access.Scope{}, func(tx *store.Tx) error {
			_, err := tx.Client(d.a)
			return err
		}); !isFault(err, store.CodeClientUnknown) {
			t.Errorf("without a scope: got %v", err)
		}
	})
}

// peek tries to reach a ticket of the other client through one's own.
func (d *desk) peek(tx *store.Tx, mine, theirs *store.Stream) error {
	c, err := tx.Client(d.a)
	if err != nil {
		return err
	}
	if _, err := c.Stream(theirs.ID); !isFault(err, store.CodeStreamUnknown) {
		d.t.Errorf("a stream of another client: got %v", err)
	}
	// Human keys count per client: the same key is another ticket.
	if got, err := c.Ticket(theirs.Key); err != nil || got.ID != mine.ID {
		d.t.Errorf("ticket %s is %+v, %v", theirs.Key, got, err)
	}
	if got, err := c.Entries(theirs.ID); err != nil || len(got) != 0 {
		d.t.Errorf("%d entries of another client, %v", len(got), err)
	}
	stolen := *theirs
	if err := c.Append(&stolen, []store.Written{written(nine, ticket.Closed{})}); !isFault(err, store.CodeHeadMoved) {
		d.t.Errorf("an entry for another client's stream: got %v", err)
	}
	return nil
}

// TestReferencesHoldTheClient shows that the database itself refuses what points into the
// data of another client.
func TestReferencesHoldTheClient(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		theirs := d.addTicket(d.b)
		for name, trespass := range map[string]func(c *store.Client) error{
			"contract": func(c *store.Client) error {
				_, err := logged(c, catalog.Incident, "only theirs", "")
				return err
			},
			"stream": func(c *store.Client) error {
				return c.PutTicket(&store.TicketRow{Stream: theirs.ID, Contract: "support"})
			},
		} {
			err := d.Update(t.Context(), access.Only(d.a), func(tx *store.Tx) error {
				c, err := tx.Client(d.a)
				if err != nil {
					return err
				}
				return trespass(c)
			})
			if err == nil {
				t.Errorf("a reference to another client's %s was kept", name)
			}
		}
	})
}

func TestHumanKeysCountPerClient(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		var keys []string
		add := func(client string, kind catalog.Kind) {
			d.with(client, func(c *store.Client) error {
				s, err := c.AddTicket(kind, "support", "")
				if err == nil {
					keys = append(keys, s.Key)
				}
				return err
			})
		}
		add(d.a, catalog.Incident)
		add(d.a, catalog.Incident)
		add(d.b, catalog.Incident)
		add(d.a, catalog.Problem)
		add(d.a, catalog.Incident)
		want := []string{"INC-000001", "INC-000002", "INC-000001", "PRB-000001", "INC-000003"}
		if diff := cmp.Diff(want, keys); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOriginIsTakenOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		add := func(client string) error {
			return d.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
				c, err := tx.Client(client)
				if err != nil {
					return err
				}
				_, err = logged(c, catalog.Incident, "support", "HD-7")
				return err
			})
		}
		if err := errors.Join(add(d.a), add(d.b)); err != nil {
			t.Error(err)
		}
		if err := add(d.a); !isFault(err, store.CodeOriginExists) {
			t.Errorf("the second time: got %v", err)
		}
	})
}

func TestAppendExpectsTheHead(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		stale := *stream
		d.with(d.a, func(c *store.Client) error {
			return c.Append(stream, []store.Written{written(nine, ticket.Acknowledged{})})
		})
		err := d.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
			c, err := tx.Client(d.a)
			if err != nil {
				return err
			}
			return c.Append(&stale, []store.Written{written(nine, ticket.Closed{})})
		})
		if !isFault(err, store.CodeHeadMoved) {
			t.Errorf("got %v, want %s", err, store.CodeHeadMoved)
		}
		if f := fault.All(err); len(f) != 1 || f[0].Kind != fault.Conflict {
			t.Errorf("%v is no conflict", err)
		}
		if stale.Head != 1 {
			t.Errorf("a failed append moved its stream to %d", stale.Head)
		}
	})
}

func TestRecordedNeverGoesBack(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		early, next := nine.Add(-time.Millisecond), nine.Add(time.Millisecond)
		for _, now := range []time.Time{early, nine, next} {
			if got := stream.After(now); !got.Equal(next) {
				t.Errorf("at %v a new command is recorded at %v, want %v", now, got, next)
			}
		}
		err := d.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
			c, err := tx.Client(d.a)
			if err != nil {
				return err
			}
			return c.Append(stream, []store.Written{written(early, ticket.Closed{})})
		})
		if !errors.Is(err, store.ErrRecordedBack) {
			t.Errorf("got %v", err)
		}
	})
}

func TestErasedWordsLeaveTheirDigest(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		said := written(nine, ticket.Wrote{})
		said.Text = "Call me, Ann — 06 1234"
		d.with(d.a, func(c *store.Client) error { return c.Append(stream, []store.Written{said}) })
		d.with(d.a, func(c *store.Client) error {
			found, err := c.Contents(stream.ID)
			if err != nil {
				return err
			}
			if len(found) != 1 || found[0].Text != said.Text || found[0].Seq != 2 || !found[0].Intact() {
				t.Fatalf("got %+v", found)
			}
			forged := found[0]
			forged.Text += "!"
			if forged.Intact() {
				t.Error("another text has the same digest")
			}
			return c.EraseContent(found[0].ID)
		})
		d.with(d.a, func(c *store.Client) error {
			found, err := c.Contents(stream.ID)
			if len(found) != 0 {
				t.Errorf("still there: %+v", found)
			}
			entries, more := c.Entries(stream.ID)
			if len(entries) != 2 {
				t.Errorf("%d entries, want both", len(entries))
			}
			return errors.Join(err, more)
		})
	})
}

func TestVersionsOfAContract(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		second := store.ContractVersion{Contract: "support", Number: 2, Effective: nine.AddDate(0, 1, 0), Document: "amended: \"€\"\n"}
		d.with(d.a, func(c *store.Client) error { return c.AddVersion(second) })
		for name, v := range map[string]store.ContractVersion{
			"number taken": {Contract: "support", Number: 2, Effective: nine.AddDate(0, 2, 0)},
			"date taken":   {Contract: "support", Number: 3, Effective: second.Effective},
		} {
			err := d.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
				c, err := tx.Client(d.a)
				if err != nil {
					return err
				}
				return c.AddVersion(v)
			})
			if !isFault(err, store.CodeVersionExists) {
				t.Errorf("%s: got %v", name, err)
			}
		}
		d.with(d.a, func(c *store.Client) error {
			got, err := c.Versions("support")
			if err != nil {
				return err
			}
			if len(got) != 2 || got[0].Document != "of Anker" || got[1].Document != second.Document ||
				!got[1].Effective.Equal(second.Effective) || !got[1].Recorded.Equal(nine) || !got[1].Intact() {
				t.Errorf("got %+v", got)
			}
			contracts, err := c.Contracts()
			if len(contracts) != 1 || contracts[0] != (store.Contract{Name: "support", Newest: 2}) {
				t.Errorf("contracts %+v, %v", contracts, err)
			}
			if _, err := c.Versions("other"); !isFault(err, store.CodeContractUnknown) {
				t.Errorf("unknown contract: got %v", err)
			}
			return nil
		})
	})
}

func TestTicketRowsComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		row := store.TicketRow{
			Stream: stream.ID, Key: stream.Key, Contract: "support", Title: "Payment fails", Head: 7, Terms: 3,
			Settled: nine, Wake: nine.Add(time.Hour), Changed: nine.Add(time.Minute), Ball: catalog.Client, Accountable: catalog.Provider,
			Face: clock.Face{
				Lane: clock.LanePaused, Kind: contract.Restoration, Phase: clock.Paused, Promise: contract.KPI, Due: nine.Add(time.Hour),
				Left: time.Minute, Allowed: time.Hour, Version: 2, Priority: catalog.P3, Agreed: true, Risky: nine.Add(time.Minute),
			},
			Ticket: ticket.Ticket{
				Requester: "p1", Via: ticket.ViaMail, Site: "shop.example",
				Kind: catalog.Incident, State: ticket.StateWaiting, Impact: 1, Urgency: 2, Priority: catalog.P2,
				WaitingFor: catalog.Client, Level: catalog.L2, Team: "web", Person: "p7", Escalated: true, Workaround: true,
				MergedInto: "INC-000009", Opened: nine, Responded: nine.Add(time.Minute), Restored: nine.Add(2 * time.Minute),
				Solved: nine.Add(3 * time.Minute), Closed: nine.Add(4 * time.Minute), RootCause: nine.Add(time.Hour), Reopened: 2, Minutes: 45,
			},
		}
		for i := range reflect.TypeFor[ticket.Ticket]().NumField() {
			name := reflect.TypeFor[ticket.Ticket]().Field(i).Name
			if name != "Links" && reflect.ValueOf(row.Ticket).Field(i).IsZero() {
				t.Errorf("the test has no value for %s: is there a column for it?", name)
			}
		}
		// The second time it replaces the first.
		for _, r := range []store.TicketRow{{Stream: stream.ID, Contract: "support", Face: clock.Face{Lane: clock.LaneNone}}, row} {
			d.with(d.a, func(c *store.Client) error { return c.PutTicket(&r) })
			d.with(d.a, func(c *store.Client) error {
				got, ok, err := c.TicketRow(stream.ID)
				if diff := cmp.Diff(r, got); !ok || diff != "" {
					t.Errorf("there %v, %s", ok, diff)
				}
				return err
			})
		}
		d.with(d.a, func(c *store.Client) error {
			if _, ok, err := c.TicketRow("none"); ok || err != nil {
				t.Errorf("a row that is not there: %v, %v", ok, err)
			}
			return nil
		})
	})
}

func TestDueAndStale(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		var ids []string
		for i, hours := range []int{3, 1, 2, 9} {
			wake := nine.Add(time.Duration(hours) * time.Hour)
			stream := d.addTicket(d.a)
			ids = append(ids, stream.ID)
			d.with(d.a, func(c *store.Client) error {
				return c.PutTicket(&store.TicketRow{Stream: stream.ID, Contract: "support", Terms: i, Wake: wake})
			})
		}
		other := d.addTicket(d.b)
		d.with(d.b, func(c *store.Client) error {
			return c.PutTicket(&store.TicketRow{Stream: other.ID, Contract: "support", Wake: nine})
		})
		wake := func(client string, i, hours int) store.Wake {
			return store.Wake{At: nine.Add(time.Duration(hours) * time.Hour), Client: client, Stream: append(ids, other.ID)[i]}
		}
		for limit, want := range map[int][]store.Wake{
			2: {wake(d.b, 4, 0), wake(d.a, 1, 1)}, 9: {wake(d.b, 4, 0), wake(d.a, 1, 1), wake(d.a, 2, 2), wake(d.a, 0, 3)},
		} {
			d.view(func(tx *store.Tx) error {
				due, err := tx.Due(nine.Add(3*time.Hour), limit)
				if diff := cmp.Diff(want, due); diff != "" {
					t.Error("due:", diff)
				}
				return err
			})
		}
		err := d.View(t.Context(), access.Only(d.a), func(tx *store.Tx) error {
			due, err := tx.Due(nine.Add(3*time.Hour), 1)
			if diff := cmp.Diff([]store.Wake{wake(d.a, 1, 1)}, due); diff != "" {
				t.Error("due in scope:", diff)
			}
			if next, err := tx.NextWake(); err != nil || !next.Equal(nine) {
				t.Errorf("next wake %v, %v", next, err)
			}
			all, more := tx.NewestVersions()
			if diff := cmp.Diff(map[string][]store.Contract{d.a: {{Name: "support", Newest: 1}}}, all); diff != "" {
				t.Error("newest:", diff)
			}
			return errors.Join(err, more)
		})
		if err != nil {
			t.Error(err)
		}
		d.with(d.a, func(c *store.Client) error {
			stale, err := c.Stale(store.Contract{Name: "support", Newest: 2}, 10)
			if diff := cmp.Diff([]string{ids[0], ids[1]}, stale); diff != "" {
				t.Error("stale:", diff)
			}
			return err
		})
	})
}

func TestPostponedIsNeitherDueNorStale(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		s := d.addTicket(d.a)
		d.with(d.a, func(c *store.Client) error {
			return errors.Join(c.PutTicket(&store.TicketRow{Stream: s.ID, Contract: "support", Wake: nine}),
				c.Postpone(s.ID, 1, nine.Add(time.Minute)))
		})
		d.with(d.a, func(c *store.Client) error {
			stale, err := c.Stale(store.Contract{Name: "support", Newest: 1}, 10)
			if len(stale) > 0 {
				t.Error("still stale")
			}
			return err
		})
		d.view(func(tx *store.Tx) error {
			early, err := tx.Due(nine.Add(59*time.Second), 10)
			due, more := tx.Due(nine.Add(time.Minute), 10)
			if len(early) != 0 || len(due) != 1 {
				t.Errorf("due %v, then %v", early, due)
			}
			return errors.Join(err, more)
		})
	})
}

func TestStreamsComeInPages(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		var want []string
		d.with(d.a, func(c *store.Client) error {
			want = nil
			for range 7 {
				s, err := logged(c, catalog.Incident, "support", "")
				if err != nil {
					return err
				}
				want = append(want, s.Key)
			}
			return nil
		})
		var got []string
		d.with(d.a, func(c *store.Client) error {
			got = nil
			after := ""
			for {
				page, err := c.Streams(after, 3)
				if err != nil || len(page) == 0 {
					return err
				}
				for _, s := range page {
					got = append(got, s.Key)
				}
				after = page[len(page)-1].ID
			}
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error("keys do not sort by the time at which they were made:", diff)
		}
	})
}

func TestFailedUpdateLeavesNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		boom := errors.New("boom")
		err := d.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
			if _, err := tx.AddClient("Ghost"); err != nil {
				return err
			}
			return boom
		})
		if !errors.Is(err, boom) {
			t.Errorf("got %v", err)
		}
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			_ = d.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
				if _, err := tx.AddClient("Ghost"); err != nil {
					return err
				}
				panic("boom")
			})
		}()
		d.view(func(tx *store.Tx) error {
			if _, err := tx.ClientNamed("Ghost"); !isFault(err, store.CodeClientUnknown) {
				t.Errorf("got %v", err)
			}
			return nil
		})
	})
}

func TestViewChangesNothing(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		err := d.View(t.Context(), access.Everything(), func(tx *store.Tx) error {
			_, err := tx.AddClient("Ghost")
			return err
		})
		if err == nil {
			t.Error("a view took on a client")
		}
	})
}

// TestNobodyIsInTheWay has many write to one stream at once: each entry is kept once.
func TestNobodyIsInTheWay(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		const writers, each = 4, 5
		errs := make([]error, writers)
		var done sync.WaitGroup
		for w := range writers {
			done.Go(func() {
				for i := range each {
					errs[w] = errors.Join(errs[w], d.Update(t.Context(), access.Only(d.a), func(tx *store.Tx) error {
						c, err := tx.Client(d.a)
						if err != nil {
							return err
						}
						s, err := c.Stream(stream.ID)
						if err != nil {
							return err
						}
						return c.Append(s, []store.Written{written(nine, ticket.Assigned{Team: fmt.Sprint(w, i)})})
					}))
				}
			})
		}
		done.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		d.with(d.a, func(c *store.Client) error {
			entries, err := c.Entries(stream.ID)
			teams := map[string]bool{}
			for _, e := range entries[1:] {
				teams[e.Fact.(ticket.Assigned).Team] = true
			}
			if len(entries) != 1+writers*each || len(teams) != writers*each {
				t.Errorf("%d entries of %d teams", len(entries), len(teams))
			}
			return err
		})
	})
}

func TestInterruptedTransaction(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		ctx, cancel := context.WithCancel(t.Context())
		err := d.Update(ctx, access.Everything(), func(tx *store.Tx) error {
			cancel()
			_, err := tx.AddClient("Ghost")
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
}

func TestInstantIsWholeMilliseconds(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		amsterdam, err := time.LoadLocation("Europe/Amsterdam")
		if err != nil {
			t.Fatal(err)
		}
		d.Now = func() time.Time { return nine.Add(1_999_999).In(amsterdam) }
		if err := d.View(t.Context(), access.Everything(), func(tx *store.Tx) error {
			if want := nine.Add(time.Millisecond); tx.Now != want {
				t.Errorf("got %v, want %v", tx.Now, want)
			}
			return nil
		}); err != nil {
			t.Error(err)
		}
	})
}

// TestInstantsAreThoseOfTheClock has the store tell the time by itself.
func TestInstantsAreThoseOfTheClock(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		d.Now = d.ownNow
		before := time.Now()
		d.view(func(tx *store.Tx) error {
			if off := tx.Now.Sub(before); off < -time.Second || off > time.Minute {
				t.Errorf("the instant is off by %v", off)
			}
			return nil
		})
		if skew := d.ClockSkew(); skew.Followed.Abs() > time.Second || skew.Node.Abs() > time.Second || skew.Leap != (notice.Leap{}) {
			t.Errorf("skew %+v", skew)
		}
	})
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	text := filepath.Join(dir, "list.csv")
	if err := os.WriteFile(text, []byte("id,state\n1,new\n, more than a header\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, dsn string
		create    bool
		want      reason.Code
	}{
		{"no file", filepath.Join(dir, "none.db"), false, store.CodeMissing},
		{"no directory", filepath.Join(dir, "none", "new.db"), true, store.CodeUnreachable},
		{"another file", text, false, store.CodeNotDatabase},
		{"no server", "postgres:///x?host=" + dir, false, store.CodeUnreachable},
		{"no address", "postgres://[", false, store.CodeUnreachable},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			open := store.Open
			if c.create {
				open = store.Create
			}
			if _, err := open(t.Context(), c.dsn); !isFault(err, c.want) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestTwoProcessesCreateOneFile(t *testing.T) {
	t.Parallel()
	name := filepath.Join(t.TempDir(), "odd name #1?.db")
	errs := make([]error, 4)
	var done sync.WaitGroup
	for i := range errs {
		done.Go(func() {
			s, err := store.Create(t.Context(), name)
			if err == nil {
				err = s.Close()
			}
			errs[i] = err
		})
	}
	done.Wait()
	if err := errors.Join(errs...); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(name); err != nil {
		t.Error(err)
	}
}

// TestManyEntriesAtOnce adds more entries than go into one statement.
func TestManyEntriesAtOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		var many []store.Written
		for i := range 117 {
			w := written(nine.Add(time.Duration(i)*time.Minute), ticket.Assigned{Team: fmt.Sprint(i)})
			if i%50 == 0 {
				w.Text = fmt.Sprint("text ", i)
			}
			many = append(many, w)
		}
		d.with(d.a, func(c *store.Client) error {
			s := *stream
			return c.Append(&s, many)
		})
		d.with(d.a, func(c *store.Client) error {
			entries, err := c.Entries(stream.ID)
			if len(entries) != 118 {
				t.Fatalf("%d entries", len(entries))
			}
			for i, e := range entries[1:] {
				if e.Fact != many[i].Fact || !e.At.Equal(many[i].At) {
					t.Fatalf("entry %d is %+v", i+2, e)
				}
			}
			texts, more := c.Contents(stream.ID)
			if len(texts) != 3 || texts[2].Seq != 102 || texts[2].Text != "text 100" || !texts[2].Intact() {
				t.Errorf("texts %+v", texts)
			}
			return errors.Join(err, more)
		})
	})
}
