package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

func outgoing(seq int) *store.Outgoing {
	return &store.Outgoing{
		Stream: "s1", Seq: seq, Rule: "told", Recipient: "p1", Channel: notice.Mail, Kind: notice.Warned,
		Args: map[string]string{"percent": "80"}, Expires: nine.Add(24 * time.Hour),
	}
}

// lease takes the lease of the deliveries.
func (d *desk) lease(holder string) store.Lease {
	d.t.Helper()
	var l store.Lease
	d.update(func(tx *store.Tx) error {
		got, ok, err := tx.Acquire("work", holder, time.Minute)
		if err == nil && !ok {
			d.t.Fatalf("%s did not get the lease", holder)
		}
		l = got
		return err
	})
	return l
}

// claim claims what is due under a lease, for half a minute.
func (d *desk) claim(l store.Lease) []store.Item {
	d.t.Helper()
	var items []store.Item
	d.update(func(tx *store.Tx) (err error) {
		items, err = tx.ClaimDue(l, 10, tx.Now.Add(30*time.Second))
		return err
	})
	return items
}

func (d *desk) conclude(it store.Item, o store.Outcome) error {
	return d.Update(d.t.Context(), access.Everything(), func(tx *store.Tx) error { return tx.Conclude(&it, o) })
}

func (d *desk) items() (items []store.Item) {
	d.t.Helper()
	d.view(func(tx *store.Tx) (err error) {
		items, err = tx.Items("", 100)
		return err
	})
	return items
}

// at moves the clock of the store.
func (d *desk) at(now time.Time) { d.Now = func() time.Time { return now } }

func TestTheSameKeyGoesOutOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		other := outgoing(3)
		other.Step = "2"
		for range 2 {
			d.with(d.a, func(c *store.Client) error { return c.Enqueue(outgoing(3)) })
			d.with(d.b, func(c *store.Client) error { return c.Enqueue(outgoing(3)) })
			d.update(func(tx *store.Tx) error { return tx.Enqueue(outgoing(3)) })
			d.update(func(tx *store.Tx) error { return tx.Enqueue(other) })
		}
		if got := d.items(); len(got) != 4 {
			t.Errorf("kept %d items, want one for each of four keys", len(got))
		}
	})
}

func TestItemsComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		d.with(d.a, func(c *store.Client) error { return c.Enqueue(outgoing(3)) })
		l := d.lease("one")
		got := d.claim(l)
		want := []store.Item{{
			Outgoing: *outgoing(3), ID: got[0].ID, Client: d.a, State: store.Claimed, Recorded: nine, Attempts: 1, Fence: l.Fence,
		}}
		want[0].Due = nine.Add(30 * time.Second)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff(want, d.items()); diff != "" {
			t.Error(diff)
		}
	})
}

func TestAnItemIsClaimedOnceAndConcluded(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		d.with(d.a, func(c *store.Client) error { return c.Enqueue(outgoing(1)) })
		l := d.lease("one")
		first := d.claim(l)
		if again := d.claim(l); len(first) != 1 || len(again) != 0 {
			t.Fatalf("claimed %d, then %d again", len(first), len(again))
		}
		retry := nine.Add(20 * time.Second)
		if err := d.conclude(first[0], store.Outcome{State: store.Failed, Next: retry, Problem: "notify.refused"}); err != nil {
			t.Fatal(err)
		}
		if err := d.conclude(first[0], store.Outcome{State: store.Sent}); !isFault(err, store.CodeClaimLost) {
			t.Errorf("concluded twice: %v", err)
		}
		if early := d.claim(l); len(early) != 0 {
			t.Error("handed over before the next attempt was due")
		}
		d.at(retry)
		second := d.claim(l)
		if len(second) != 1 || second[0].ID != first[0].ID || second[0].Attempts != 2 || second[0].Problem != "notify.refused" {
			t.Fatalf("second attempt: %+v", second)
		}
		if err := d.conclude(second[0], store.Outcome{State: store.Sent}); err != nil {
			t.Fatal(err)
		}
		d.at(nine.Add(99 * time.Hour))
		if more := d.claim(l); len(more) != 0 {
			t.Error("handed over after it was sent")
		}
		if got := d.items()[0]; got.State != store.Sent || !got.Sent.Equal(retry) || got.Problem != "" {
			t.Errorf("kept %+v", got)
		}
	})
}

func TestAClaimThatNobodyReportsOnComesBack(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		d.with(d.a, func(c *store.Client) error { return c.Enqueue(outgoing(1)) })
		l := d.lease("one")
		lost := d.claim(l)[0]
		d.at(nine.Add(31 * time.Second))
		again := d.claim(l)
		if len(again) != 1 || again[0].ID != lost.ID {
			t.Fatalf("got %+v", again)
		}
		if err := d.conclude(lost, store.Outcome{State: store.Parked}); !isFault(err, store.CodeClaimLost) {
			t.Errorf("the first claim still counts: %v", err)
		}
		if err := d.conclude(again[0], store.Outcome{State: store.Sent}); err != nil {
			t.Error(err)
		}
	})
}

// TestAFrozenHolderDoesNothing has one process sleep through the end of its lease, on two
// stores of one database, as two machines have.
func TestAFrozenHolderDoesNothing(t *testing.T) {
	t.Parallel()
	for engine, name := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteName, "postgres": storetest.PostgresName} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			address := name(t)
			frozen := newDesk(t, storetest.Open(t, address))
			for i := range 2 {
				frozen.with(frozen.a, func(c *store.Client) error { return c.Enqueue(outgoing(i)) })
			}
			old := frozen.lease("frozen")
			claimed := frozen.claim(old)

			awake := &desk{Store: storetest.Open(t, address), t: t, a: frozen.a, b: frozen.b}
			awake.at(nine.Add(2 * time.Minute))
			taken := awake.lease("awake")
			if taken.Fence <= old.Fence {
				t.Errorf("the fence went from %d to %d", old.Fence, taken.Fence)
			}
			if again := awake.claim(taken); len(again) != 2 {
				t.Fatalf("claimed %d of 2", len(again))
			}

			// The frozen one wakes, with a clock that stood still.
			err := frozen.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
				_, err := tx.ClaimDue(old, 10, tx.Now.Add(time.Minute))
				return err
			})
			if !isFault(err, store.CodeLeaseLost) {
				t.Errorf("claimed under a lost lease: %v", err)
			}
			if err := frozen.conclude(claimed[0], store.Outcome{State: store.Sent}); !isFault(err, store.CodeClaimLost) {
				t.Errorf("concluded under a lost lease: %v", err)
			}
			err = frozen.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
				_, err := tx.Renew(old, time.Minute)
				return err
			})
			if !isFault(err, store.CodeLeaseLost) {
				t.Errorf("renewed a lost lease: %v", err)
			}
			frozen.update(func(tx *store.Tx) error { return tx.Release(old) })
			awake.update(func(tx *store.Tx) error { return tx.Hold(taken) })
			for _, it := range awake.items() {
				if it.State != store.Claimed || it.Fence != taken.Fence {
					t.Errorf("the frozen holder changed %+v", it)
				}
			}
		})
	}
}

func TestLeaseIsHeldByOne(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		first := d.lease("one")
		tries := func(holder string) (ok bool) {
			d.update(func(tx *store.Tx) (err error) {
				_, ok, err = tx.Acquire("work", holder, time.Minute)
				return err
			})
			return ok
		}
		d.at(nine.Add(59 * time.Second))
		if tries("two") {
			t.Error("two hold one lease")
		}
		d.update(func(tx *store.Tx) (err error) {
			first, err = tx.Renew(first, time.Minute)
			return err
		})
		d.at(nine.Add(70 * time.Second))
		if tries("two") {
			t.Error("the lease was renewed for nothing")
		}
		d.update(func(tx *store.Tx) error { return tx.Release(first) })
		if !tries("two") {
			t.Error("a lease that was given back is not to be had")
		}
	})
}

func TestItemsInScopeNewestFirst(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		for i := range 5 {
			d.at(nine.Add(time.Duration(i) * time.Second))
			d.with(d.a, func(c *store.Client) error { return c.Enqueue(outgoing(i)) })
			d.with(d.b, func(c *store.Client) error { return c.Enqueue(outgoing(i)) })
			d.update(func(tx *store.Tx) error { return tx.Enqueue(outgoing(i)) })
		}
		for scope, want := range map[string][]string{
			"everything": {d.a, d.b, ""}, "one": {d.a}, "none": nil,
		} {
			s := access.Everything()
			if scope != "everything" {
				s = access.Only(want...)
			}
			var seen []string
			before := ""
			for range 20 {
				err := d.View(t.Context(), s, func(tx *store.Tx) error {
					page, err := tx.Items(before, 2)
					for _, it := range page {
						seen, before = append(seen, fmt.Sprint(it.Client, it.Seq)), it.ID
					}
					return err
				})
				if err != nil {
					t.Fatal(err)
				}
			}
			if len(seen) != 5*len(want) {
				t.Errorf("%s: saw %d of %d", scope, len(seen), 5*len(want))
			}
			for i, one := range seen {
				if want := 4 - i/len(want); one[len(one)-1] != byte('0'+want) {
					t.Errorf("%s: item %d is %s", scope, i, one)
				}
			}
		}
		err := d.View(t.Context(), access.Only(d.a), func(tx *store.Tx) error {
			some, err := tx.ClaimDue(store.Lease{}, 10, nine)
			if len(some) > 0 {
				t.Error("claimed in a scope that is not all")
			}
			return err
		})
		if !isFault(err, store.CodeLeaseLost) {
			t.Error(err)
		}
	})
}

func TestWaitingIsToldWithItsAge(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		next := func() (at time.Time) {
			d.view(func(tx *store.Tx) (err error) {
				at, err = tx.NextDue()
				return err
			})
			return at
		}
		waiting := func() (n int, since time.Time) {
			d.view(func(tx *store.Tx) (err error) {
				n, since, err = tx.Waiting()
				return err
			})
			return n, since
		}
		if n, since := waiting(); n != 0 || !since.IsZero() || next().Year() != 9999 {
			t.Errorf("nothing waits: %d since %v, next %v", n, since, next())
		}
		d.with(d.a, func(c *store.Client) error { return c.Enqueue(outgoing(1)) })
		d.at(nine.Add(3 * time.Hour))
		d.with(d.b, func(c *store.Client) error { return c.Enqueue(outgoing(1)) })
		if n, since := waiting(); n != 2 || !since.Equal(nine) || !next().Equal(nine) {
			t.Errorf("%d wait since %v, next %v", n, since, next())
		}
		l := d.lease("one")
		for _, it := range d.claim(l) {
			if err := d.conclude(it, store.Outcome{State: store.Parked}); err != nil {
				t.Fatal(err)
			}
		}
		if n, _ := waiting(); n != 0 {
			t.Errorf("%d wait, all were given up", n)
		}
		id := d.items()[0].ID
		d.update(func(tx *store.Tx) error { return tx.Requeue(id) })
		if n, _ := waiting(); n != 1 {
			t.Errorf("%d wait, one was to be sent again", n)
		}
		for _, scope := range []access.Scope{access.Only(d.a), access.Everything()} {
			err := d.Update(t.Context(), scope, func(tx *store.Tx) error { return tx.Requeue(id) })
			if !isFault(err, store.CodeItemUnknown) {
				t.Errorf("out of scope, or waiting already: %v", err)
			}
		}
	})
}
