package app_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
)

func TestMerge(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		older := d.As("ria").Logs(d.Incident(desktest.Boei, "Checkout hangs"))
		d.Pass(time.Minute)
		younger := d.As("rik").Logs(d.Incident(desktest.Boei, "Checkout hangs, too"))
		d.Must(d.Watch(t.Context(), d.Actor("cor"), younger, true))
		d.Pass(time.Minute)
		elsewhere := d.As("ann").Logs(d.Incident(desktest.Kompas, "Checkout hangs"))
		merge := func(who string, ref app.Ref, into string) error {
			_, err := d.Merge(t.Context(), d.Actor(who), ref, app.Command{}, into, false)
			return err
		}
		for _, c := range []struct {
			name string
			err  error
			want reason.Code
		}{
			{"into itself", merge("ann", younger, younger.Key), ticket.CodeItself},
			{"into a younger one", merge("ann", older, younger.Key), ticket.CodeIntoYounger},
			{"into none", merge("ann", younger, "INC-000099"), store.CodeStreamUnknown},
			{"by the client", merge("cor", younger, older.Key), ticket.CodeStepNotYours},
			{"by who only reads", merge("ona", younger, older.Key), access.CodeDenied},
			// Keys count per client, so the key of another client's ticket is one's own or none.
			{"of another client", merge("dirk", younger, older.Key), store.CodeClientUnknown},
			{"younger into older", merge("ann", younger, older.Key), ""},
			{"a second time", merge("ann", younger, older.Key), ticket.CodeStepNotNow},
			{"into a merged one", merge("ann", elsewhere, "INC-000002"), store.CodeStreamUnknown},
		} {
			wants(t, c.name, c.err, c.want)
		}
		merged, kept := d.As("ann").Opens(younger), d.As("ann").Opens(older)
		if merged.Ticket.State != ticket.StateMerged || merged.Ticket.MergedInto != older.Key || !slices.Contains(kept.Ticket.Links, ticket.Link{Relation: ticket.Absorbs, Key: younger.Key}) {
			t.Errorf("%+v, %+v", merged.Ticket, kept.Ticket)
		}
		// Who watched it goes on with the other one; who sees only their own did not see that.
		if diff := cmp.Diff([]string{d.Actor("cor").ID}, kept.Watchers); diff != "" {
			t.Error(diff)
		}
		_, err := d.Ticket(t.Context(), d.Actor("rik"), older)
		wants(t, "opened by who raised the other", err, store.CodeStreamUnknown)
		d.As("rik").Opens(younger)
		// Unless they are let in, or it is their own.
		for _, who := range []string{"rik", "ria"} {
			d.Pass(time.Minute)
			_, err := d.Merge(t.Context(), d.Actor("ann"), d.As(who).Logs(d.Incident(desktest.Boei, "Again")), app.Command{}, older.Key, who == "rik")
			wants(t, "merged for "+who, err, "")
		}
		want := []string{d.Actor("rik").ID, d.Actor("ria").ID, d.Actor("cor").ID}
		slices.Sort(want)
		if diff := cmp.Diff(want, slices.Sorted(slices.Values(d.As("ann").Opens(older).Watchers))); diff != "" {
			t.Error(diff)
		}
		d.As("rik").Opens(older)
		d.Work()
		_, err = d.Verify(t.Context(), d.Actor("ada"), func(diff app.Difference) { t.Errorf("%+v", diff) })
		wants(t, "verify", err, "")
	})
}

func TestLink(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		one := d.As("ann").Logs(d.Incident(desktest.Boei, "One"))
		two := d.As("ann").Logs(d.Incident(desktest.Boei, "Two"))
		d.As("ann").Logs(d.Incident(desktest.Kompas, "Canary"))
		link := func(who string, r ticket.Relation, key string) error {
			_, err := d.Link(t.Context(), d.Actor(who), one, app.Command{}, r, key)
			return err
		}
		wants(t, "to itself", link("ann", ticket.Relates, one.Key), ticket.CodeItself)
		wants(t, "to none", link("ann", ticket.Relates, "INC-000003"), store.CodeStreamUnknown)
		wants(t, "as nothing", link("ann", ticket.Absorbs, two.Key), "catalog.unknown_word")
		wants(t, "by the client", link("cor", ticket.Relates, two.Key), ticket.CodeStepNotYours)
		wants(t, "as its cause", link("ann", ticket.CausedBy, two.Key), "")
		// Nothing is written twice, from neither side.
		heads := func() (n int) {
			return len(d.As("ann").Opens(one).Entries) + len(d.As("ann").Opens(two).Entries)
		}
		written := heads()
		wants(t, "a second time", link("ann", ticket.CausedBy, two.Key), ticket.CodeLinkedAlready)
		_, err := d.Link(t.Context(), d.Actor("ann"), two, app.Command{}, ticket.Causes, one.Key)
		wants(t, "a second time from the other side", err, ticket.CodeLinkedAlready)
		_, err = d.Unlink(t.Context(), d.Actor("ann"), one, app.Command{}, ticket.Relates, two.Key)
		wants(t, "unlink what is not linked", err, ticket.CodeNotLinked)
		if n := heads(); n != written {
			t.Errorf("%d entries were written for nothing", n-written)
		}
		related := func(ref app.Ref) []app.Related { return d.As("ann").Opens(ref).Related }
		got := append(related(one), related(two)...)
		if len(got) != 2 || got[0].Relation != ticket.CausedBy || got[0].Title != "Two" || !got[0].Known || got[1].Relation != ticket.Causes || got[1].Title != "One" {
			t.Errorf("%+v", got)
		}
		_, err = d.Unlink(t.Context(), d.Actor("ann"), two, app.Command{}, ticket.Causes, one.Key)
		if wants(t, "unlink from the other side", err, ""); len(related(one))+len(related(two)) > 0 {
			t.Errorf("%+v %+v", related(one), related(two))
		}
	})
}

func TestAttach(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		ref := d.As("rik").Logs(d.Incident(desktest.Boei, "Checkout hangs"))
		attach := func(who string, n app.NewFile) error {
			_, err := d.Attach(t.Context(), d.Actor(who), ref, app.Command{}, n)
			return err
		}
		png := []byte("\x89PNG\r\n\x1a\n0000")
		wants(t, "nothing", attach("ann", app.NewFile{Name: "a.txt"}), app.CodeFileEmpty)
		wants(t, "too much", attach("ann", app.NewFile{Name: "a.txt", Body: make([]byte, app.MaxFile+1)}), app.CodeFileLarge)
		wants(t, "to another's ticket", attach("ria", app.NewFile{Name: "a.txt", Body: png}), store.CodeStreamUnknown)
		wants(t, "by who only reads", attach("ona", app.NewFile{Name: "a.txt", Body: png}), access.CodeDenied)
		wants(t, "internal", attach("ann", app.NewFile{Name: "canary.log", Body: []byte("canary"), Internal: true}), "")
		wants(t, "by the client, who has nothing internal", attach("rik", app.NewFile{Name: `C:\tmp\..\scr"een.svg`, Body: png, Internal: true}), "")
		files := func(who string) []store.File { return d.As(who).Opens(ref).Files }
		if got := files("rik"); len(got) != 1 || got[0].Name != "screen.svg" || got[0].Media != "image/png" || got[0].Size != len(png) {
			t.Fatalf("%+v", got)
		}
		if got := files("ann"); len(got) != 2 {
			t.Fatalf("%+v", got)
		}
		for _, f := range files("ann") {
			want := reason.Code("")
			if f.Name == "canary.log" {
				want = store.CodeFileUnknown
			}
			_, body, err := d.File(t.Context(), d.Actor("rik"), ref, f.ID)
			if wants(t, "the client opens "+f.Name, err, want); err == nil && !bytes.Equal(body, png) {
				t.Errorf("%q", body)
			}
			if _, _, err := d.File(t.Context(), d.Actor("ann"), ref, f.ID); err != nil {
				t.Errorf("the desk opens %s: %v", f.Name, err)
			}
			other := d.As("rik").Logs(d.Incident(desktest.Boei, "Another"))
			_, _, err = d.File(t.Context(), d.Actor("ann"), other, f.ID)
			wants(t, "by another ticket", err, store.CodeFileUnknown)
			_, _, err = d.File(t.Context(), d.Actor("ria"), ref, f.ID)
			wants(t, "not one's own", err, store.CodeStreamUnknown)
		}
	})
}

func TestWatch(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		ref := d.As("rik").Logs(d.Incident(desktest.Boei, "Checkout hangs"))
		wants(t, "not one's own", d.Watch(t.Context(), d.Actor("ria"), ref, true), store.CodeStreamUnknown)
		wants(t, "of another client", d.Watch(t.Context(), d.Actor("dirk"), ref, true), store.CodeClientUnknown)
		for range 2 {
			d.Must(d.Watch(t.Context(), d.Actor("bo"), ref, true))
		}
		if v := d.As("bo").Opens(ref); !v.Watching || len(v.Watchers) != 1 {
			t.Errorf("%+v", v.Watchers)
		}
		for range 2 {
			d.Must(d.Watch(t.Context(), d.Actor("bo"), ref, false))
		}
		if v := d.As("bo").Opens(ref); v.Watching || len(v.Watchers) != 0 {
			t.Errorf("%+v", v.Watchers)
		}
	})
}
