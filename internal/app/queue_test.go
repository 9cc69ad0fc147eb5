package app_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// TestQueueFilters asks for each thing that a list can be asked for.
func TestQueueFilters(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t, ann := d.T(), d.As("ann")
		logs := func(client, title string, change func(n *app.NewTicket)) app.Ref {
			n := d.Incident(client, title)
			if change != nil {
				change(&n)
			}
			return ann.Logs(n)
		}
		bo := d.Actor("bo").ID
		urgent := logs(desktest.Boei, "urgent", func(n *app.NewTicket) { n.Priority = catalog.P1; n.Requester = d.Actor("rik").ID })
		waiting := logs(desktest.Boei, "waiting", func(n *app.NewTicket) { n.Watchers = []string{d.Actor("rik").ID} })
		ann.Takes(waiting, "Which shop?", ticket.Replied{}, ticket.Waits{For: catalog.Client})
		given := logs(desktest.Kompas, "given", func(n *app.NewTicket) { n.Kind = catalog.ServiceRequest })
		ann.Takes(given, "", ticket.Assigned{Level: catalog.L3, Person: bo})
		over := logs(desktest.Loods, "over", nil)
		ann.Takes(over, "", ticket.Acknowledged{}, ticket.Resolved{}, ticket.Closed{})
		ask := func(q app.Query) app.Filter { return app.Filter{QueueQuery: q} }
		group := func(g clock.Group) app.Filter { return app.Filter{Group: &g} }
		check := func(when string, cases map[string]struct {
			f    app.Filter
			want []string
		},
		) {
			t.Helper()
			for name, c := range cases {
				got := ann.Lists(c.f, 2)
				slices.Sort(got)
				slices.Sort(c.want)
				if !slices.Equal(got, c.want) {
					t.Errorf("%s, %s: got %q, want %q", when, name, got, c.want)
				}
				if n, err := d.Count(t.Context(), d.Actor("ann"), c.f); n != len(c.want) || err != nil {
					t.Errorf("%s, %s: counted %d, %v", when, name, n, err)
				}
			}
		}
		type cases = map[string]struct {
			f    app.Filter
			want []string
		}
		check("at once", cases{
			"all":            {ask(app.Query{}), []string{"urgent", "waiting", "given", "over"}},
			"open":           {ask(app.Query{Open: true}), []string{"urgent", "waiting", "given"}},
			"closed":         {ask(app.Query{Closed: true}), []string{"over"}},
			"two clients":    {ask(app.Query{Clients: []string{d.Client(desktest.Boei), d.Client(desktest.Loods)}}), []string{"urgent", "waiting", "over"}},
			"kind":           {ask(app.Query{Kinds: []catalog.Kind{catalog.ServiceRequest}}), []string{"given"}},
			"states":         {ask(app.Query{States: []ticket.State{ticket.StateWaiting, ticket.StateClosed}}), []string{"waiting", "over"}},
			"priority":       {ask(app.Query{Priorities: []catalog.Priority{catalog.P1}}), []string{"urgent"}},
			"level":          {ask(app.Query{Levels: []catalog.Level{catalog.L3}}), []string{"given"}},
			"ball":           {ask(app.Query{Balls: []catalog.Party{catalog.Client}}), []string{"waiting"}},
			"person":         {ask(app.Query{Persons: []string{bo}}), []string{"given"}},
			"nobody":         {ask(app.Query{Persons: []string{""}, Open: true}), []string{"urgent", "waiting"}},
			"his":            {ask(app.Query{Requester: d.Actor("rik").ID}), []string{"urgent", "waiting"}},
			"all of it":      {ask(app.Query{Open: true, Priorities: []catalog.Priority{catalog.P2}, Clients: []string{d.Client(desktest.Boei)}}), []string{"waiting"}},
			"soon":           {group(clock.GroupSoon), []string{"urgent", "waiting"}},
			"none goes on":   {group(clock.GroupNone), []string{"given", "over"}},
			"at risk":        {app.Filter{Risky: true}, nil},
			"broken already": {app.Filter{Breaking: true}, nil},
		})
		d.Pass(55 * time.Minute) // the response of P1 is due in an hour; the worker is down
		check("later", cases{"at risk": {app.Filter{Risky: true}, []string{"urgent"}}, "broken": {app.Filter{Breaking: true}, nil}})
		d.Pass(6 * time.Minute)
		check("too late", cases{"broken": {app.Filter{Breaking: true}, []string{"urgent"}}, "group": {group(clock.GroupBroken), []string{"urgent"}}})
		ann.Takes(urgent, "", ticket.Acknowledged{})
		check("answered", cases{"the next clock": {group(clock.GroupSoon), []string{"urgent", "waiting"}}})
	})
}

// TestQueueOrder lists what asks for attention first, and says how it stands now.
func TestQueueOrder(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t, ann := d.T(), d.As("ann")
		for _, c := range []struct {
			title    string
			priority catalog.Priority
		}{{"third", catalog.P3}, {"first", catalog.P1}, {"second", catalog.P2}} {
			n := d.Incident(desktest.Loods, c.title)
			n.Priority = c.priority
			ann.Logs(n)
			d.Pass(time.Second)
		}
		if diff := cmp.Diff([]string{"first", "second", "third"}, ann.Lists(app.Filter{}, 1)); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"second", "first", "third"}, ann.Lists(app.Filter{QueueQuery: app.Query{Order: app.ByNewest}}, 1)); diff != "" {
			t.Error(diff)
		}
		before, err := d.Queue(t.Context(), d.Actor("ann"), app.Filter{}, app.Place{}, 1)
		d.Must(err)
		d.Pass(7 * time.Minute) // nobody writes anything meanwhile
		after, err := d.Queue(t.Context(), d.Actor("ann"), app.Filter{}, app.Place{}, 1)
		d.Must(err)
		if spent := before.Rows[0].Left - after.Rows[0].Left; spent != 7*time.Minute {
			t.Errorf("%v were spent, of %+v", spent, before.Rows[0].Face)
		}
	})
}

// TestQueuePagesLaw pages through a list while others work on it: what nobody touches is
// there once, whatever happens to the rest.
func TestQueuePagesLaw(t *testing.T) {
	t.Parallel()
	d := desktest.New(t, storetest.SQLite(t))
	var refs []app.Ref
	clients := []string{desktest.Anker, desktest.Boei, desktest.Kompas, desktest.Loods}
	for i := range 24 {
		n := d.Incident(clients[i%4], fmt.Sprint("ticket ", i))
		n.Priority = catalog.Priority(1 + i%3)
		refs = append(refs, d.As("ann").Logs(n))
		if i%5 == 0 {
			d.Pass(time.Minute)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		d.Pass(time.Second)
		f := app.Filter{QueueQuery: rapid.SampledFrom([]app.Query{{Order: app.ByDue, Open: true}, {Order: app.ByNewest, Open: true}}).Draw(t, "list")}
		limit := rapid.IntRange(1, 6).Draw(t, "limit")
		touched, seen := map[string]bool{}, map[string]int{}
		was := map[string]bool{}
		for _, title := range d.As("ann").Lists(f, 100) {
			was[title] = true
		}
		place := app.Place{}
		for range 1000 {
			page, err := d.Queue(t.Context(), d.Actor("ann"), f, place, limit)
			if err != nil {
				t.Fatal(err)
			}
			for i := range page.Rows {
				seen[page.Rows[i].Title]++
				place = page.Rows[i].Place()
			}
			if !page.More {
				break
			}
			ref := refs[rapid.IntRange(0, len(refs)-1).Draw(t, "who")]
			v := d.As("bo").Opens(ref)
			touched[v.Title] = true
			step := rapid.SampledFrom([]ticket.Fact{
				ticket.Acknowledged{}, ticket.Waits{For: catalog.Client}, ticket.Resumed{}, ticket.Restored{}, ticket.Reopened{}, ticket.Classified{Priority: catalog.P1},
			}).Draw(t, "step")
			_, _ = d.As("bo").Tries(ref, app.Command{}, "", step) // not every one may be taken
		}
		for title := range was {
			if !touched[title] && seen[title] != 1 {
				t.Fatalf("%s was shown %d times", title, seen[title])
			}
		}
	})
}
