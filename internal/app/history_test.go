package app

import (
	"context"
	"errors"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

const goldHotfix = `
client: Anker
contract: support
template: sla_hotfix@1
tier: gold
version: 1
effective: 2026-01-01
zone: UTC
calendars: {business: {holidays: [2026-12-25]}}
`

func document(tb testing.TB, text string) *contract.Document {
	tb.Helper()
	d, faults := contract.Parse("contract.yaml", []byte(text))
	if len(faults) > 0 {
		tb.Fatal(faults)
	}
	return d
}

// past yields tickets that were each logged on Monday at 9 and acknowledged some hours later.
func past(keys ...string) iter.Seq2[PastTicket, error] {
	return func(yield func(PastTicket, error) bool) {
		for i, key := range keys {
			logged := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
			t := PastTicket{Key: key, Kind: catalog.Incident, Entries: []ticket.Entry{
				{At: logged, Fact: ticket.Logged{Kind: catalog.Incident, Priority: catalog.P2}},
				{At: logged.Add(time.Duration(i+1) * time.Hour), Fact: ticket.Acknowledged{}},
				{At: logged.Add(5 * time.Hour), Fact: ticket.Closed{}},
			}}
			if !yield(t, nil) {
				return
			}
		}
	}
}

func newApp(tb testing.TB) *App {
	tb.Helper()
	s := storetest.SQLite(tb)
	s.Now = func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }
	return &App{store: s}
}

func silent() {}

// everything lists all entries of a client, by the key in the other system.
func (a *App) everything(tb testing.TB, client string) map[string][]ticket.Entry {
	tb.Helper()
	all := map[string][]ticket.Entry{}
	err := a.store.View(tb.Context(), access.Everything(), func(tx *store.Tx) error {
		c, err := tx.ClientNamed(client)
		if err != nil {
			return err
		}
		streams, err := c.Streams("", 1000)
		for _, s := range streams {
			entries, more := c.Entries(s.ID)
			err = errors.Join(err, more)
			all[s.Origin] = entries
		}
		return err
	})
	if err != nil && !isFault(err, store.CodeClientUnknown) {
		tb.Fatal(err)
	}
	return all
}

func TestImportDecidesWhatFollowed(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	h := Import{Client: "Anker", Contract: []*contract.Document{document(t, goldHotfix)}, Tickets: past("HD-1", "HD-2", "HD-3"), Progress: silent}
	done, err := a.ImportHistory(t.Context(), operator, h)
	if err != nil {
		t.Fatal(err)
	}
	kept := a.everything(t, "Anker")
	// Two hours of working time for the response: the third ticket was late, after warnings
	// at 75 and 90 percent, and its cadence and restoration have their own.
	var names []string
	for _, e := range kept["HD-3"] {
		names = append(names, e.Fact.Name())
		if !e.Decided() && !e.Recorded.Equal(e.At) {
			t.Errorf("%s of %v was recorded at %v", e.Fact.Name(), e.At, e.Recorded)
		}
	}
	want := []string{"logged", "warned", "warned", "breached", "acknowledged"}
	if len(names) < 6 || !slices.Equal(names[:5], want) {
		t.Errorf("got %v, want them to begin with %v", names, want)
	}
	if done.Tickets != 3 || done.Reported != 9 || len(kept) != 3 {
		t.Errorf("imported %+v, kept %d", done, len(kept))
	}
	entries := 0
	for _, e := range kept {
		entries += len(e)
	}
	if entries != done.Reported+done.Decided {
		t.Errorf("%d entries are kept, %+v counted", entries, done)
	}
}

func TestImportKeepsAllOrNothing(t *testing.T) {
	t.Parallel()
	broken := errors.New("line 7 is torn")
	for name, c := range map[string]struct {
		change func(*Import)
		want   func(error) bool
	}{
		"torn history": {func(h *Import) {
			h.Tickets = func(yield func(PastTicket, error) bool) {
				for t, err := range past("HD-1", "HD-2") {
					if !yield(t, err) {
						return
					}
				}
				yield(PastTicket{}, broken)
			}
		}, func(err error) bool { return errors.Is(err, broken) }},
		"twice the same ticket":     {func(h *Import) { h.Tickets = past("HD-1", "HD-1") }, faulty(store.CodeOriginExists)},
		"no tickets":                {func(h *Import) { h.Tickets = past() }, faulty(CodeNothingPast)},
		"contract of somebody else": {func(h *Import) { h.Client = "Boei" }, faulty(CodeOtherClient)},
		"a ticket of tomorrow": {func(h *Import) {
			h.Tickets = func(yield func(PastTicket, error) bool) {
				at := time.Date(2026, 11, 25, 12, 0, 0, 0, time.UTC)
				yield(PastTicket{Key: "HD-1", Kind: catalog.Incident, Entries: []ticket.Entry{{At: at, Fact: ticket.Logged{Kind: catalog.Incident}}}}, nil)
			}
		}, faulty(ticket.CodeAhead)},
		"never logged": {func(h *Import) {
			h.Tickets = func(yield func(PastTicket, error) bool) {
				yield(PastTicket{Key: "HD-1", Kind: catalog.Incident, Entries: []ticket.Entry{{At: monday, Fact: ticket.Closed{}}}}, nil)
			}
		}, faulty(CodeNotLogged)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			a := newApp(t)
			h := Import{Client: "Anker", Contract: []*contract.Document{document(t, goldHotfix)}, Tickets: past("HD-1"), Progress: silent}
			c.change(&h)
			done, err := a.ImportHistory(t.Context(), operator, h)
			if !c.want(err) || done != (Imported{}) {
				t.Errorf("got %+v, %v", done, err)
			}
			if kept := a.everything(t, h.Client); len(kept) != 0 {
				t.Errorf("%d tickets were kept", len(kept))
			}
		})
	}
}

func faulty(code reason.Code) func(error) bool {
	return func(err error) bool { return isFault(err, code) }
}

func TestInterruptedImportKeepsNothing(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	ctx, cancel := context.WithCancel(t.Context())
	h := Import{
		Client: "Anker", Contract: []*contract.Document{document(t, goldHotfix)}, Tickets: past("HD-1", "HD-2", "HD-3"),
		Progress: func() { cancel() },
	}
	if _, err := a.ImportHistory(ctx, operator, h); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if kept := a.everything(t, "Anker"); len(kept) != 0 {
		t.Errorf("%d tickets were kept", len(kept))
	}
}

func TestImportAddsToWhatIsThere(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	h := Import{Client: "Anker", Contract: []*contract.Document{document(t, goldHotfix)}, Tickets: past("HD-1"), Progress: silent}
	if _, err := a.ImportHistory(t.Context(), operator, h); err != nil {
		t.Fatal(err)
	}
	h.Tickets = past("HD-2", "HD-3")
	if _, err := a.ImportHistory(t.Context(), operator, h); err != nil {
		t.Errorf("other tickets: %v", err)
	}
	if _, err := a.ImportHistory(t.Context(), operator, h); !isFault(err, store.CodeOriginExists) {
		t.Errorf("the same tickets: got %v", err)
	}
	if kept := a.everything(t, "Anker"); len(kept) != 3 {
		t.Errorf("%d tickets are kept, want 3", len(kept))
	}
}

func TestUseCasesAskForPermission(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	nobody := access.Actor{ID: "n", Scope: access.Everything()}
	d := document(t, goldHotfix)
	for name, try := range map[string]func() error{
		"create client": func() error { _, err := a.CreateClient(t.Context(), nobody, "Anker"); return err },
		"amend":         func() error { return a.AddContractVersion(t.Context(), nobody, "x", d) },
		"import": func() error {
			_, err := a.ImportHistory(t.Context(), nobody, Import{Client: "Anker", Contract: []*contract.Document{d}, Tickets: past("HD-1"), Progress: silent})
			return err
		},
		"settle": func() error { _, err := a.Settle(t.Context(), nobody); return err },
		"forget": func() error { _, err := a.ForgetAnswers(t.Context(), nobody); return err },
		"takers": func() error { _, err := a.Takers(t.Context(), nobody, "x"); return err },
		"verify": func() error { _, err := a.Verify(t.Context(), nobody, func(Difference) {}); return err },
		"log":    func() error { _, err := a.logTicket(t.Context(), nobody, "x", "y", report{}); return err },
		"record": func() error { return a.record(t.Context(), nobody, access.RecordEntries, "x", "y") },
	} {
		if err := try(); !isFault(err, access.CodeDenied) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestScopeHidesOtherClients(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	id, err := a.CreateClient(t.Context(), operator, "Anker")
	if err != nil {
		t.Fatal(err)
	}
	stranger := access.Actor{ID: "s", Role: access.Operator, Scope: access.Only("another")}
	err = a.AddContractVersion(t.Context(), stranger, id, document(t, goldHotfix))
	if f := fault.All(err); len(f) != 1 || f[0].Kind != fault.NotFound {
		t.Errorf("got %v, want not found", err)
	}
}

func TestImportKeepsWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	logged := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	told := PastTicket{
		Kind: catalog.Incident, Watchers: []string{"ann"},
		Entries: []ticket.Entry{
			{At: logged, Fact: ticket.Logged{Kind: catalog.Incident, Priority: catalog.P2}},
			{At: logged.Add(3 * time.Hour), By: ticket.Actor{ID: "bo", Party: catalog.Provider}, Fact: ticket.Replied{}}, // late: the rules decide before it
			{At: logged.Add(3 * time.Hour), By: ticket.Actor{ID: "bo", Party: catalog.Provider}, Fact: ticket.Worked{
				Minutes: 30, Activity: catalog.IncidentManagement, Day: calendar.DateOf(logged, time.UTC),
			}},
			{At: logged.Add(4 * time.Hour), Fact: ticket.Closed{}},
		},
		Texts: []string{"Search is down\nNothing is found.", "We look at it."},
	}
	_, err := a.ImportHistory(t.Context(), operator, Import{
		Client: "Anker", Contract: []*contract.Document{document(t, goldHotfix)}, Progress: silent,
		Tickets: func(yield func(PastTicket, error) bool) { yield(told, nil) },
	})
	if err != nil {
		t.Fatal(err)
	}
	v, err := a.Ticket(t.Context(), access.Actor{ID: "cas", Role: access.Agent, Scope: access.Everything()}, Ref{"anker", "INC-000001"})
	if err != nil {
		t.Fatal(err)
	}
	if v.Title != "Search is down" || v.Description != "Nothing is found." {
		t.Errorf("title %q, description %q", v.Title, v.Description)
	}
	for _, e := range v.Entries {
		if _, replied := e.Fact.(ticket.Replied); (e.Text == "We look at it.") != replied {
			t.Errorf("%s has the text %q", e.Fact.Name(), e.Text)
		}
	}
	if !slices.Equal(v.Watchers, []string{"ann"}) || len(v.Works) != 1 {
		t.Errorf("watchers %v, works %v", v.Watchers, v.Works)
	}
	if done, err := a.Verify(t.Context(), operator, func(d Difference) { t.Error(d) }); err != nil || done.Tickets != 1 {
		t.Errorf("verified %+v, %v", done, err)
	}
}
