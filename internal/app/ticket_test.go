package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
)

// wants holds the code of an error, "" for none.
func wants(tb testing.TB, what string, err error, want reason.Code) {
	tb.Helper()
	got := reason.Code("")
	if faults := fault.All(err); len(faults) > 0 {
		got = faults[0].Code
	}
	if got != want || (err == nil) != (want == "") {
		tb.Errorf("%s: got %v, want %q", what, err, want)
	}
}

func TestLogTicket(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		n := d.Incident(desktest.Boei, "  Checkout \u202ehangs\u200b ")
		n.Site, n.Watchers = " shop.example\x00 ", []string{d.Actor("rik").ID}
		ref := d.As("ann").Logs(n)
		v := d.As("ann").Opens(ref)
		if v.Title != "Checkout hangs" || v.Description != "Since nine." || v.Ticket.Priority != catalog.P2 || v.Ticket.Level != catalog.L1 ||
			v.Ticket.Site != "shop.example" || v.Ticket.Requester != d.Actor("ann").ID || !v.Ticket.Opened.Equal(d.Now()) || v.Ball != catalog.Provider {
			t.Errorf("%q %q %+v", v.Title, v.Description, v.Ticket)
		}
		if diff := cmp.Diff(n.Watchers, v.Watchers); diff != "" {
			t.Error(diff)
		}
		if ref.Key != "INC-000001" || v.Head != 2 {
			t.Errorf("%s with %d entries", ref.Key, v.Head)
		}
	})
}

func TestLogTicketRefusals(t *testing.T) {
	t.Parallel()
	d := desktest.New(t, newStore(t))
	for _, c := range []struct {
		name   string
		by     string
		change func(n *app.NewTicket)
		want   reason.Code
	}{
		{"no title", "ann", func(n *app.NewTicket) { n.Title = " \u200b " }, ticket.CodeNoTitle},
		{"a title of two lines", "ann", func(n *app.NewTicket) { n.Title = "a\nb" }, ticket.CodeTitleLines},
		{"a long title", "ann", func(n *app.NewTicket) { n.Title = strings.Repeat("é", 201) }, ticket.CodeTitleLong},
		{"a long text", "ann", func(n *app.NewTicket) { n.Text = strings.Repeat("é", 60_001) }, ticket.CodeTextLong},
		{"no kind", "ann", func(n *app.NewTicket) { n.Kind = 0 }, ticket.CodeNoKind},
		{"no priority", "ann", func(n *app.NewTicket) { n.Impact = 0 }, ticket.CodeNoPriority},
		{"a priority by the client", "rik", func(n *app.NewTicket) { n.Priority = catalog.P1 }, ticket.CodePriorityHand},
		{"another contract", "ann", func(n *app.NewTicket) { n.Contract = "other" }, store.CodeContractUnknown},
		{"ahead", "ann", func(n *app.NewTicket) { n.At = d.Now().Add(time.Minute) }, ticket.CodeAhead},
		{"too long ago", "ann", func(n *app.NewTicket) { n.At = d.Now().AddDate(0, 0, -9) }, ticket.CodeTooLate},
		{"dated back by the client", "cor", func(n *app.NewTicket) { n.At = d.Now().Add(-time.Hour) }, access.CodeDenied},
		{"for a stranger", "ann", func(n *app.NewTicket) { n.Requester = "nobody" }, app.CodeNotForThem},
		{"for somebody of another client", "ann", func(n *app.NewTicket) { n.Requester = d.Actor("dirk").ID }, app.CodeNotForThem},
		{"watched by somebody of another client", "ann", func(n *app.NewTicket) { n.Watchers = []string{d.Actor("dirk").ID} }, app.CodeNotForThem},
		{"for another by who sees only their own", "rik", func(n *app.NewTicket) { n.Requester = d.Actor("ria").ID }, app.CodeNotForThem},
		{"at another client", "rik", func(n *app.NewTicket) { n.Client = d.Client(desktest.Anker) }, store.CodeClientUnknown},
		{"at no client", "rik", func(n *app.NewTicket) { n.Client = "none" }, store.CodeClientUnknown},
		{"by who only reads", "ona", func(*app.NewTicket) {}, access.CodeDenied},
	} {
		n := d.Incident(desktest.Boei, "Checkout hangs")
		c.change(&n)
		_, err := d.LogTicket(t.Context(), d.Actor(c.by), n)
		wants(t, c.name, err, c.want)
	}
	if got := d.As("ada").Lists(app.Filter{}, 10); len(got) > 0 {
		t.Errorf("kept %v", got)
	}
}

// TestLoggedOnce submits twice.
func TestLoggedOnce(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		n := d.Incident(desktest.Boei, "Checkout hangs")
		n.Once = "k1"
		first := d.As("ann").Logs(n)
		d.Pass(time.Minute)
		if again := d.As("ann").Logs(n); again != first {
			t.Errorf("made %v and %v", first, again)
		}
		other := n
		other.Title = "Search hangs"
		_, err := d.LogTicket(t.Context(), d.Actor("ann"), other)
		wants(t, "the key for another ticket", err, store.CodeOnceReused)
		if of := d.As("bo").Logs(n); of == first {
			t.Error("somebody else's key is not one's own")
		}
		n.Client = d.Client(desktest.Anker)
		d.As("ann").Logs(n)
		if got := d.As("ann").Lists(app.Filter{}, 10); len(got) != 3 {
			t.Errorf("there are %v", got)
		}

		wrote := ticket.Wrote{}
		_, err = d.As("rik").Tries(first, app.Command{Once: "k"}, "hello", wrote)
		wants(t, "not his", err, store.CodeStreamUnknown)
		head, err := d.As("cor").Tries(first, app.Command{Once: "k"}, "hello", wrote)
		wants(t, "first", err, "")
		again, err := d.As("cor").Tries(first, app.Command{Once: "k"}, "hello", wrote)
		wants(t, "again", err, "")
		_, err = d.As("cor").Tries(first, app.Command{Once: "k"}, "hello!", wrote)
		wants(t, "another text", err, store.CodeOnceReused)
		if v := d.As("cor").Opens(first); again != head || v.Head != head {
			t.Errorf("answered %d and %d, there are %d entries", head, again, v.Head)
		}
	})
}

// TestOnceIsForAWeek submits again just before the answer is forgotten and just after.
func TestOnceIsForAWeek(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		n := d.Incident(desktest.Boei, "Checkout hangs")
		n.Once = "k1"
		first := d.As("ann").Logs(n)
		d.Advance(time.Minute)
		later := n
		later.Once = "k2"
		second := d.As("ann").Logs(later)

		d.Advance(7*24*time.Hour - time.Minute) // to the end of the week, and not beyond
		if again := d.As("ann").Logs(n); again != first {
			t.Errorf("within the week made %v besides %v", again, first)
		}
		d.Advance(time.Millisecond)
		if again := d.As("ann").Logs(n); again == first {
			t.Errorf("the answer %v is still kept", again)
		}
		if again := d.As("ann").Logs(later); again != second {
			t.Errorf("forgot the younger %v, made %v", second, again)
		}
	})
}

// TestClientPeople shows what people of the client see: their own or all of the client, nothing
// that the desk keeps to itself, and nothing at all of others.
func TestClientPeople(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		mine := d.As("rik").Logs(d.Incident(desktest.Boei, "Of Rik"))
		d.Pass(time.Second)
		hers := d.As("ria").Logs(d.Incident(desktest.Boei, "Of Ria"))
		d.Pass(time.Second)
		other := d.As("dirk").Logs(d.Incident(desktest.Kompas, "Of Dirk"))
		ann := d.Actor("ann").ID
		d.As("ann").Takes(mine, "canary", ticket.Noted{}, ticket.Assigned{Level: catalog.L2, Person: ann}, ticket.Worked{Minutes: 30})
		d.As("ann").Takes(mine, "We look into it.", ticket.Replied{})
		_, err := d.Link(t.Context(), d.Actor("ann"), mine, app.Command{}, ticket.CausedBy, hers.Key)
		wants(t, "link", err, "")
		d.Must(d.Watch(t.Context(), d.Actor("ann"), mine, true))
		for _, c := range []struct {
			who  string
			ref  app.Ref
			want reason.Code
		}{
			{"rik", mine, ""},
			{"rik", hers, store.CodeStreamUnknown},
			{"rik", app.Ref{Client: mine.Client, Key: "INC-000099"}, store.CodeStreamUnknown},
			{"cor", mine, ""},
			{"cor", hers, ""},
			{"cor", other, store.CodeClientUnknown},
			{"dirk", mine, store.CodeClientUnknown},
			{"dirk", app.Ref{Client: "none", Key: mine.Key}, store.CodeClientUnknown},
			{"dirk", other, ""},
			{"ona", mine, ""},
		} {
			v, err := d.Ticket(t.Context(), d.Actor(c.who), c.ref)
			wants(t, c.who+" opens "+c.ref.Key, err, c.want)
			if err == nil && c.who != "ona" {
				hidesTheDesk(t, v)
			}
		}
		for who, want := range map[string][]string{
			"rik": {"Of Rik"}, "ria": {"Of Ria"}, "cor": {"Of Ria", "Of Rik"}, "dirk": {"Of Dirk"}, "ann": {"Of Dirk", "Of Ria", "Of Rik"},
		} {
			f := app.Filter{QueueQuery: app.Query{Order: app.ByNewest}}
			if diff := cmp.Diff(want, d.As(who).Lists(f, 1)); diff != "" {
				t.Errorf("%s sees %s", who, diff)
			}
			f.Clients = []string{d.Client(desktest.Kompas), d.Client(desktest.Boei)}
			if diff := cmp.Diff(want, d.As(who).Lists(f, 10)); diff != "" {
				t.Errorf("%s sees by clients %s", who, diff)
			}
		}
		page, err := d.Queue(t.Context(), d.Actor("rik"), app.Filter{}, app.Place{}, 5)
		wants(t, "list", err, "")
		for _, r := range page.Rows {
			if r.Person != "" || r.Team != "" || r.Minutes != 0 || r.Escalated {
				t.Errorf("the client sees in the list %+v", r.Ticket)
			}
		}
		_, err = d.Count(t.Context(), d.Actor("rik"), app.Filter{QueueQuery: app.Query{Persons: []string{ann}}})
		wants(t, "who has it, by a filter", err, access.CodeDenied)
	})
}

// hidesTheDesk demands that a view holds nothing that the desk keeps to itself.
func hidesTheDesk(tb testing.TB, v *app.TicketView) {
	tb.Helper()
	for _, e := range v.Entries {
		if !e.Public || strings.Contains(e.Text, "canary") {
			tb.Errorf("%s shows %s %q", v.Key, e.Fact.Name(), e.Text)
		}
	}
	hidden := v.Ticket.Person + v.Ticket.Team + string(v.Routed.Code)
	if hidden != "" || v.Ticket.Minutes != 0 || len(v.Watchers)+len(v.Works)+len(v.Pools)+len(v.Related)+len(v.Ticket.Links) > 0 {
		tb.Errorf("%s shows %+v, watched by %v, routed %v, related %v", v.Key, v.Ticket, v.Watchers, v.Routed, v.Related)
	}
}
