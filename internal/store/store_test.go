package store_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
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
