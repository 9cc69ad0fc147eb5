package app_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
)

func (s *searcher) finds(who, text string, want ...string) {
	s.T().Helper()
	got := s.As(who).Lists(app.Filter{QueueQuery: app.Query{Text: text}}, 1)
	if diff := cmp.Diff(want, got); diff != "" {
		s.T().Errorf("%s looks for %q: %s", who, text, diff)
	}
}

type searcher struct{ *desktest.Desk }

func TestFind(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t, s := d.T(), &searcher{d}
		mine := d.As("rik").Logs(d.Incident(desktest.Boei, "Checkout hangs"))
		d.Pass(time.Second)
		hers := d.As("ria").Logs(d.Incident(desktest.Boei, "Checkout is slow"))
		d.Pass(time.Second)
		d.As("dirk").Logs(d.Incident(desktest.Kompas, "Checkout of Kompas"))
		s.finds("ann", "checkout") // not before it was brought in
		d.Work()
		s.finds("ann", "checkout", "Checkout of Kompas", "Checkout is slow", "Checkout hangs")
		s.finds("cor", "checkout", "Checkout is slow", "Checkout hangs")
		s.finds("rik", "checkout", "Checkout hangs")
		s.finds("dirk", "checkout", "Checkout of Kompas")
		s.finds("rik", "nine", "Checkout hangs") // of the description

		d.As("ann").Takes(mine, "The pool of MySQL is full", ticket.Noted{})
		d.As("ann").Takes(mine, "We restarted Varnish.", ticket.Replied{})
		d.As("rik").Takes(mine, "Now Klarna fails.", ticket.Wrote{})
		d.As("bo").Takes(hers, "Category pages are slow", ticket.Titled{})
		d.Work()
		s.finds("ann", "mysql", "Checkout hangs")
		s.finds("ona", "mysql", "Checkout hangs")
		for _, who := range []string{"rik", "cor"} {
			s.finds(who, "mysql")
			s.finds(who, "#mysql")
			s.finds(who, "varnish klarna", "Checkout hangs")
		}
		s.finds("ria", "klarna")
		s.finds("ria", "category slow", "Category pages are slow")
		page, err := d.Find(t.Context(), d.Actor("ann"), "checkout", app.Filter{QueueQuery: app.Query{States: []ticket.State{ticket.StateNew}}}, app.Place{}, 2)
		if wants(t, "find", err, ""); len(page.Rows) != 2 || !page.More {
			t.Errorf("%d rows, more %v", len(page.Rows), page.More)
		}
		n, err := d.Count(t.Context(), d.Actor("cor"), app.Filter{QueueQuery: app.Query{Text: "mysql"}})
		if wants(t, "count", err, ""); n != 0 {
			t.Error("the client learns by counting what is in a note")
		}

		s.erase(mine, "Now Klarna fails.")
		s.finds("ann", "klarna")
		d.Work()
		s.finds("ann", "klarna")
		s.finds("ann", "varnish", "Checkout hangs")
	})
}

// erase erases a text of a ticket.
func (s *searcher) erase(ref app.Ref, text string) {
	s.T().Helper()
	s.Must(s.Store.Update(s.T().Context(), access.Everything(), func(tx *store.Tx) error {
		c, err := tx.Client(ref.Client)
		if err != nil {
			return err
		}
		stream, err := c.Ticket(ref.Key)
		if err != nil {
			return err
		}
		contents, err := c.Contents(stream.ID)
		for _, k := range contents {
			if k.Text == text {
				return c.EraseContent(k.ID)
			}
		}
		s.T().Fatalf("%v, no text %q", err, text)
		return nil
	}))
}

func TestJump(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		d.As("rik").Logs(d.Incident(desktest.Boei, "First of Boei"))
		d.Pass(time.Second)
		d.As("ria").Logs(d.Incident(desktest.Boei, "Second of Boei"))
		d.Pass(time.Second)
		request := d.Incident(desktest.Kompas, "Request of Kompas")
		request.Kind = catalog.ServiceRequest
		d.As("ann").Logs(request)
		for _, c := range []struct {
			who, typed string
			want       []string
		}{
			{"ann", "1", []string{"Request of Kompas", "First of Boei"}},
			{"ann", "inc 1", nil},
			{"ann", "inc-1", []string{"First of Boei"}},
			{"ann", "REQ-000001", []string{"Request of Kompas"}},
			{"rik", "1", []string{"First of Boei"}},
			{"rik", "INC-000002", nil},
			{"cor", "INC-000002", []string{"Second of Boei"}},
			{"dirk", "INC-000001", nil},
		} {
			rows, err := d.Jump(t.Context(), d.Actor(c.who), c.typed, 5)
			var got []string
			for _, r := range rows {
				got = append(got, r.Title)
			}
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%s types %q: %v %s", c.who, c.typed, err, diff)
			}
		}
	})
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t, ann := d.T(), d.As("ann")
		logs := func(client, title string) app.Ref {
			d.Pass(time.Minute)
			return ann.Logs(d.Incident(client, title))
		}
		logs(desktest.Kompas, "iDEAL payments fail at the bank")
		open := logs(desktest.Boei, "iDEAL payments fail at the bank")
		fresh := logs(desktest.Boei, "iDEAL payments fail at my bank")
		s, err := d.Suggest(t.Context(), d.Actor("ann"), fresh)
		if wants(t, "suggest", err, ""); len(s.Duplicates) != 1 || s.Duplicates[0].Key != open.Key || len(s.Related) != 0 || s.Priority != catalog.P2 {
			t.Errorf("%+v", s)
		}
		many, err := d.SuggestMany(t.Context(), d.Actor("ann"), []app.Ref{fresh, open, {Client: fresh.Client, Key: "INC-000099"}, {Client: "none", Key: "INC-000001"}})
		if wants(t, "many", err, ""); len(many) != 2 || len(many[fresh].Duplicates) != 1 || len(many[open].Duplicates) != 0 {
			t.Errorf("%+v", many)
		}
		_, err = d.Merge(t.Context(), d.Actor("ann"), fresh, app.Command{}, s.Duplicates[0].Key, false)
		wants(t, "take it", err, "")
		s, err = d.Suggest(t.Context(), d.Actor("ann"), fresh)
		if wants(t, "of a merged one", err, ""); s.Priority != 0 || len(s.Duplicates)+len(s.Related) > 0 {
			t.Errorf("%+v", s)
		}
		_, err = d.Suggest(t.Context(), d.Actor("cor"), open)
		wants(t, "for the client", err, access.CodeDenied)
		_, err = d.SuggestMany(t.Context(), d.Actor("ann"), make([]app.Ref, 51))
		wants(t, "too many", err, app.CodeTooMany)
	})
}
