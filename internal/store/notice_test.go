package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/store"
)

func told(person string, seq int) *store.Notice {
	return &store.Notice{Person: person, Stream: "s1", Seq: seq, Kind: notice.Breached, Args: map[string]string{"target": "response"}}
}

func TestNoticesAreOfOnePerson(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		for range 2 { // the second time changes nothing
			d.at(nine)
			d.with(d.a, func(c *store.Client) error { return c.AddNotice(told("ann", 1)) })
			d.at(nine.Add(time.Second))
			d.with(d.b, func(c *store.Client) error { return c.AddNotice(told("ann", 2)) })
			d.at(nine.Add(2 * time.Second))
			d.with(d.a, func(c *store.Client) error { return c.AddNotice(told("bo", 1)) })
			d.update(func(tx *store.Tx) error { return tx.AddNotice(told("ann", 3)) })
		}
		list := func(scope access.Scope, person string) (found []store.Notice, unseen int) {
			err := d.View(t.Context(), scope, func(tx *store.Tx) (err error) {
				if found, err = tx.Notices(person, "", 10); err != nil {
					return err
				}
				unseen, err = tx.UnseenNotices(person)
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			return found, unseen
		}
		all, unseen := list(access.Everything(), "ann")
		if len(all) != 3 || unseen != 3 || all[0].Seq != 3 || all[2].Seq != 1 {
			t.Fatalf("ann sees %+v, %d unseen", all, unseen)
		}
		want := *told("ann", 1)
		want.ID, want.Client, want.At = all[2].ID, d.a, nine
		if diff := cmp.Diff(want, all[2]); diff != "" {
			t.Error(diff)
		}
		if some, unseen := list(access.Only(d.b), "ann"); len(some) != 1 || unseen != 1 || some[0].Client != d.b {
			t.Errorf("in the scope of one client ann sees %+v, %d unseen", some, unseen)
		}

		d.at(nine.Add(time.Hour))
		d.update(func(tx *store.Tx) error { return tx.SeeNotice("bo", all[2].ID) })
		if _, unseen := list(access.Everything(), "ann"); unseen != 3 {
			t.Error("bo has read what ann was told")
		}
		d.update(func(tx *store.Tx) error { return tx.SeeNotice("ann", all[2].ID) })
		if now, unseen := list(access.Everything(), "ann"); unseen != 2 || !now[2].Seen.Equal(nine.Add(time.Hour)) {
			t.Errorf("%d unseen, the one that was read says %v", unseen, now[2].Seen)
		}
		d.update(func(tx *store.Tx) error { return tx.SeeNotices("ann", all[1].ID) })
		if now, unseen := list(access.Everything(), "ann"); unseen != 1 || !now[0].Seen.IsZero() {
			t.Errorf("%d unseen of the one that came after", unseen)
		}
		if _, unseen := list(access.Everything(), "bo"); unseen != 1 {
			t.Error("ann has read what bo was told")
		}
	})
}
