package app_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

func newStore(t *testing.T) *store.Store { t.Helper(); return storetest.SQLite(t) }

// TestADay takes an incident from a new one to a closed one, under each model of contract.
func TestADay(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		for _, client := range []string{desktest.Anker, desktest.Boei, desktest.Kompas, desktest.Loods} {
			ref := d.As("ann").Logs(d.Incident(client, "Checkout hangs"))
			bo, ann := d.As("bo"), d.As("ann")
			states := func(want ticket.State, ball catalog.Party) {
				t.Helper()
				if client == desktest.Anker && ball == catalog.Provider {
					ball = catalog.Client // whose people are its first level
				}
				if v := ann.Opens(ref); v.Ticket.State != want || v.Ball != ball {
					t.Errorf("%s: %v, ball at %v, want %v, %v", client, v.Ticket.State, v.Ball, want, ball)
				}
			}
			states(ticket.StateNew, catalog.Provider)
			bo.Takes(ref, "", ticket.Acknowledged{})
			states(ticket.StateWorking, catalog.Provider)
			bo.Takes(ref, "Which browser?", ticket.Replied{}, ticket.Waits{For: catalog.Client})
			states(ticket.StateWaiting, catalog.Client)
			d.Advance(time.Hour)
			bo.Takes(ref, "", ticket.Resumed{}, ticket.Worked{Minutes: 20})
			bo.Takes(ref, "Works again.", ticket.Replied{}, ticket.Restored{Workaround: true})
			states(ticket.StateRestored, catalog.Provider)
			ann.Takes(ref, "", ticket.Reopened{})
			ann.Takes(ref, "", ticket.Resolved{}, ticket.RootCausePublished{}, ticket.Closed{})
			states(ticket.StateClosed, 0)
			if v := ann.Opens(ref); v.Ticket.Minutes != 20 || v.Ticket.Reopened != 1 || len(v.Clocks) == 0 {
				t.Errorf("%s: %+v with %d clocks", client, v.Ticket, len(v.Clocks))
			}
		}
		found, err := d.Verify(t.Context(), d.Actor("ada"), func(diff app.Difference) { t.Errorf("%+v", diff) })
		if wants(t, "verify", err, ""); found.Tickets != 4 {
			t.Errorf("looked at %d", found.Tickets)
		}
	})
}

// TestStepsOfOneCommand are judged one after the other, and taken all or none.
func TestStepsOfOneCommand(t *testing.T) {
	t.Parallel()
	d := desktest.New(t, newStore(t))
	ref := d.As("ann").Logs(d.Incident(desktest.Boei, "Checkout hangs"))
	try := func(name string, want reason.Code, facts ...ticket.Fact) {
		t.Helper()
		before := d.As("ann").Opens(ref).Head
		_, err := d.As("ann").Tries(ref, app.Command{}, "text", facts...)
		wants(t, name, err, want)
		if head := d.As("ann").Opens(ref).Head; want != "" && head != before {
			t.Errorf("%s: %d entries were kept", name, head-before)
		}
	}
	try("resumed twice", ticket.CodeStepNotNow, ticket.Waits{For: catalog.Client}, ticket.Resumed{}, ticket.Resumed{})
	try("the last one may not be taken", ticket.CodeStepNotNow, ticket.Noted{}, ticket.Closed{})
	try("more than a day has", ticket.CodeLongDay, ticket.Worked{Minutes: 800}, ticket.Worked{Minutes: 800})
	try("acknowledged and resolved", "", ticket.Acknowledged{}, ticket.Resolved{})
	try("reopened and resolved", "", ticket.Reopened{}, ticket.Resolved{})
}

func TestStepRefusals(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		ref := d.As("rik").Logs(d.Incident(desktest.Boei, "Checkout hangs"))
		opened := d.Now()
		hour := func(n int) time.Time { return opened.Add(time.Duration(n) * time.Hour) }
		d.Advance(2 * time.Hour)
		today := calendar.DateOf(d.Now(), time.UTC)
		for _, c := range []struct {
			name, by string
			step     app.Step
			want     reason.Code
		}{
			{"a reply without words", "ann", app.Step{Fact: ticket.Replied{}, Text: " "}, ticket.CodeNoText},
			{"a title of two lines", "ann", app.Step{Fact: ticket.Titled{}, Text: "a\nb"}, ticket.CodeTitleLines},
			{"not in this state", "ann", app.Step{Fact: ticket.Closed{}}, ticket.CodeStepNotNow},
			{"by the client", "rik", app.Step{Fact: ticket.Restored{}}, ticket.CodeStepNotYours},
			{"an internal note by the client", "rik", app.Step{Fact: ticket.Noted{}, Text: "x"}, ticket.CodeStepNotYours},
			{"not one's own", "ria", app.Step{Fact: ticket.Wrote{}, Text: "x"}, store.CodeStreamUnknown},
			{"of another client", "dirk", app.Step{Fact: ticket.Wrote{}, Text: "x"}, store.CodeClientUnknown},
			{"by who only reads", "ona", app.Step{Fact: ticket.Acknowledged{}}, access.CodeDenied},
			{"the client's message by the provider", "ann", app.Step{Fact: ticket.Wrote{}, Text: "x"}, ticket.CodeStepOutside},
			{"no priority", "ann", app.Step{Fact: ticket.Classified{}}, ticket.CodeNoPriority},
			{"to somebody of the client", "ann", app.Step{Fact: ticket.Assigned{Person: d.Actor("cor").ID}}, app.CodeNotForThem},
			{"to a team that is not there", "ann", app.Step{Fact: ticket.Assigned{Team: "none"}}, store.CodeTeamUnknown},
			{"merging has its own way", "ann", app.Step{Fact: ticket.Merged{Into: "INC-000009"}}, app.CodeOwnWay},
			{"ahead", "ann", app.Step{Fact: ticket.Acknowledged{}, At: hour(3)}, ticket.CodeAhead},
			{"before it was logged", "ann", app.Step{Fact: ticket.Acknowledged{}, At: hour(-1)}, ticket.CodeBeforeLogged},
			{"dated back by the client", "rik", app.Step{Fact: ticket.Wrote{}, Text: "x", At: hour(1)}, access.CodeDenied},
			{"no minutes", "ann", app.Step{Fact: ticket.Worked{}}, ticket.CodeMinutes},
			{"work of tomorrow", "ann", app.Step{Fact: ticket.Worked{Minutes: 5, Day: today.AddDays(1)}}, ticket.CodeDayAhead},
			{"work of no activity", "ann", app.Step{Fact: ticket.Worked{Minutes: 5, Activity: "dreaming"}}, ticket.CodeActivity},
			{"work by the client", "cor", app.Step{Fact: ticket.Worked{Minutes: 5}}, ticket.CodeStepNotYours},
			{"no such work", "ann", app.Step{Fact: ticket.WorkWithdrawn{Entry: 1}}, ticket.CodeNotWork},
			{"reported late", "ann", app.Step{Fact: ticket.Acknowledged{}, At: hour(1)}, ""},
		} {
			_, err := d.Take(t.Context(), d.Actor(c.by), ref, app.Command{}, c.step)
			wants(t, c.name, err, c.want)
		}
		v := d.As("ann").Opens(ref)
		i := slices.IndexFunc(v.Entries, func(e app.EntryView) bool { return e.Fact == ticket.Acknowledged{} })
		if i < 0 || !v.Entries[i].At.Equal(hour(1)) || v.Entries[i].Recorded.Before(d.Now()) || !v.Ticket.Responded.Equal(hour(1)) {
			t.Errorf("reported late: %+v", v.Entries)
		}
	})
}

// TestTwoPeople work on one ticket that both have open.
func TestTwoPeople(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		ref := d.As("ann").Logs(d.Incident(desktest.Boei, "Checkout hangs"))
		seen := app.Command{Seen: d.As("ann").Opens(ref).Head}
		d.As("bo").Takes(ref, "", ticket.Classified{Priority: catalog.P1})
		d.Pass(time.Minute)
		_, err := d.As("ann").Tries(ref, seen, "", ticket.Classified{Priority: catalog.P3})
		wants(t, "another priority", err, ticket.CodeMeanwhile)
		_, err = d.As("ann").Tries(ref, seen, "I call them.", ticket.Noted{})
		wants(t, "words", err, "")
		_, err = d.As("ann").Tries(ref, seen, "", ticket.Waits{For: catalog.Client})
		wants(t, "what bo did not touch", err, "")
		_, err = d.As("ann").Tries(ref, app.Command{}, "", ticket.Classified{Priority: catalog.P3})
		wants(t, "without looking", err, "")
		if v := d.As("bo").Opens(ref); v.Ticket.Priority != catalog.P3 || v.Ticket.State != ticket.StateWaiting {
			t.Errorf("%+v", v.Ticket)
		}
	})
}

func TestTakeOnMany(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		var refs []app.Ref
		for _, client := range []string{desktest.Boei, desktest.Anker, desktest.Boei} {
			refs = append(refs, d.As("ann").Logs(d.Incident(client, "Checkout hangs")))
		}
		d.As("bo").Takes(refs[1], "", ticket.Acknowledged{})
		refs = append(refs, app.Ref{Client: refs[0].Client, Key: "INC-000099"})
		cmd := app.Command{Once: "all"}
		for range 2 { // the second time it is answered again
			done, err := d.TakeOnMany(t.Context(), d.Actor("ann"), refs, cmd, app.Step{Fact: ticket.Acknowledged{}})
			wants(t, "many", err, "")
			var heads []int
			for i, want := range []reason.Code{"", ticket.CodeStepNotNow, "", store.CodeStreamUnknown} {
				wants(t, refs[i].Key, done[i].Err, want)
				heads = append(heads, done[i].Head)
			}
			if diff := cmp.Diff([]int{3, 0, 3, 0}, heads); diff != "" {
				t.Error(diff)
			}
		}
		_, err := d.TakeOnMany(t.Context(), d.Actor("ann"), make([]app.Ref, 201), cmd, app.Step{Fact: ticket.Acknowledged{}})
		wants(t, "too many", err, app.CodeTooMany)
		_, err = d.TakeOnMany(t.Context(), d.Actor("cor"), refs[:1], cmd, app.Step{Fact: ticket.Closed{}})
		wants(t, "by the client", err, access.CodeDenied)
	})
}

// TestTakersAreWhoCanBeGivenATicket asks for those who take tickets of clients, where bo sees
// one of them only and lea is gone, and gives a ticket to some who do and some who do not.
func TestTakersAreWhoCanBeGivenATicket(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		anker, boei := d.Client(desktest.Anker), d.Client(desktest.Boei)
		d.Must(d.ChangePerson(t.Context(), d.Actor("ada"), d.Actor("bo").ID, app.Position{Role: access.Agent, Clients: []string{boei}}))
		d.Must(d.Deactivate(t.Context(), d.Actor("ada"), d.Actor("lea").ID))
		for _, c := range []struct {
			clients []string
			want    []string
		}{
			{[]string{boei}, []string{"ada", "ann", "bo", "mo"}},
			{[]string{anker}, []string{"ada", "ann", "mo"}},
			{[]string{boei, anker}, []string{"ada", "ann", "mo"}},
			{[]string{boei, "nothing"}, []string{"ada", "ann", "bo", "mo"}},
			{[]string{"nothing"}, nil},
			{nil, nil},
		} {
			people, err := d.Takers(t.Context(), d.Actor("ann"), c.clients...)
			d.Must(err)
			var names []string
			for _, p := range people {
				names = append(names, p.Name)
			}
			if !slices.Equal(names, c.want) {
				t.Errorf("for %v: %v, want %v", c.clients, names, c.want)
			}
		}
		ref := d.As("ann").Logs(d.Incident(desktest.Anker, "Down"))
		for name, want := range map[string]reason.Code{
			"ann": "", "mo": "", "bo": app.CodeNotForThem, "lea": app.CodeNotForThem, "ona": app.CodeNotForThem, "cor": app.CodeNotForThem,
		} {
			_, err := d.As("ann").Tries(ref, app.Command{}, "", ticket.Assigned{Person: d.Actor(name).ID})
			wants(t, "to "+name, err, want)
		}
	})
}
