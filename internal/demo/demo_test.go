package demo

import (
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// moments are instants at which somebody may start the demonstration.
var moments = map[string]string{
	"a Thursday afternoon":        "2026-11-19T13:32:00Z",
	"a Monday before opening":     "2026-06-08T05:10:00Z",
	"at opening":                  "2026-06-08T07:00:00Z",
	"a minute before closing":     "2026-06-09T15:59:00Z",
	"a night":                     "2026-02-11T01:45:00Z",
	"a Saturday":                  "2026-08-15T11:00:00Z",
	"a Sunday night":              "2026-08-16T23:30:00Z",
	"Christmas":                   "2026-12-25T10:00:00Z",
	"between the holidays":        "2026-12-27T09:00:00Z",
	"New Year, to the second":     "2026-12-31T23:00:00Z",
	"the day on which DST begins": "2026-03-29T01:30:00Z",
	"the day on which it ends":    "2026-10-25T00:30:00Z",
	"a leap day":                  "2028-02-29T12:00:00Z",
	"the first of a month":        "2027-03-01T08:20:00Z",
}

func at(tb testing.TB, text string) time.Time {
	tb.Helper()
	instant, err := time.Parse(time.RFC3339, text)
	if err != nil {
		tb.Fatal(err)
	}
	return instant
}

// nameCast casts everybody under their own first name.
func nameCast() *cast {
	c := &cast{ids: map[string]string{}, teams: slices.Clone(teams)}
	for _, m := range members {
		c.ids[m.first] = m.first
	}
	for i := range c.teams {
		c.teams[i].ID = c.teams[i].Name
	}
	return c
}

// told makes up the past of all shops for a moment.
func told(tb testing.TB, now time.Time) []*shop {
	tb.Helper()
	shops, err := tell(Seed, now, nameCast())
	if err != nil {
		tb.Fatal(err)
	}
	return shops
}

func (l *life) timeline() *ticket.Timeline {
	past := l.past()
	for i := range past.Entries {
		past.Entries[i].Recorded = past.Entries[i].At
	}
	return ticket.NewTimeline(past.Entries...)
}

// picture counts the open tickets of the shops by what somebody looks for in a list.
func picture(shops []*shop, now time.Time) map[string]int {
	n := map[string]int{}
	for _, s := range shops {
		for _, l := range s.lives {
			n["tickets"]++
			tl := l.timeline()
			folded, _ := ticket.Fold(tl, now)
			if !folded.State.Open() {
				continue
			}
			n["open"]++
			if folded.Person == "" && folded.State == ticket.StateNew {
				n["untriaged"]++
			}
			if folded.WaitingFor != 0 {
				n["waits for "+folded.WaitingFor.String()]++
			}
			var v clock.View
			v.Look(s.terms, tl, now)
			face := v.Face()
			if face.Lane != clock.LaneNone && face.Promise == contract.KPI {
				n["KPI"]++
			}
			n[face.Group(now).String()]++
		}
	}
	return n
}

// TestPictureHolds starts the demonstration at all sorts of moments.
func TestPictureHolds(t *testing.T) {
	t.Parallel()
	least := map[string]int{
		"tickets": 600, "open": 35, "broken": 1, "soon": 3, "later": 8, "paused": 6, "measured": 1, "none": 3, "untriaged": 4, "KPI": 10,
		"waits for client": 3, "waits for third_party": 1, "waits for platform": 1,
	}
	for name, moment := range moments {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			now := at(t, moment)
			n := picture(told(t, now), now)
			for what, want := range least {
				if n[what] < want {
					t.Errorf("%d %s, want at least %d", n[what], what, want)
				}
			}
			if n["open"] > 45 || n["broken"] > 3 || n["tickets"] > 1000 {
				t.Errorf("too much of it: %v", n)
			}
		})
	}
}

// TestHistoryIsLawful holds each entry against the workflow, as if it were made live.
func TestHistoryIsLawful(t *testing.T) {
	t.Parallel()
	for _, moment := range []string{"a Thursday afternoon", "Christmas"} {
		t.Run(moment, func(t *testing.T) {
			t.Parallel()
			now := at(t, moments[moment])
			for _, s := range told(t, now) {
				for _, l := range s.lives {
					l.isLawful(t, now)
				}
			}
		})
	}
}

func (l *life) isLawful(t *testing.T, now time.Time) {
	t.Helper()
	tl := ticket.NewTimeline()
	for i, e := range l.said {
		where := l.shop.slug + " " + l.key + " " + l.story.ID + " " + e.Fact.Name()
		folded, logged := ticket.Fold(tl, e.At)
		if _, logs := e.Fact.(ticket.Logged); logs != (i == 0) {
			t.Errorf("%s is entry %d", where, i+1)
		}
		if e.At.After(now) || i > 0 && e.At.Before(l.said[i-1].At) {
			t.Errorf("%s at %v", where, e.At)
		}
		if logged && !e.By.Automated {
			if err := ticket.May(e.By, l.shop.terms.At(e.At), folded, ticket.StepOf(e.Fact)); err != nil {
				t.Errorf("%s at %v: %v", where, e.At, err)
			}
		}
		if faults := ticket.CheckText(e.Fact, e.text); len(faults) > 0 {
			t.Errorf("%s: %v", where, faults)
		}
		if i == 0 && len(ticket.CheckTitle(ticket.Title(e.text))) > 0 || strings.ContainsAny(e.text, "{}") {
			t.Errorf("%s: %q", where, e.text)
		}
		e.Recorded = e.At
		tl.Append(e.Entry)
	}
}

// TestRelationsHaveTwoSides finds the opposite of each relation.
func TestRelationsHaveTwoSides(t *testing.T) {
	t.Parallel()
	relations := map[string]int{}
	for _, s := range told(t, at(t, moments["a Thursday afternoon"])) {
		facts := map[string][]ticket.Fact{}
		for _, l := range s.lives {
			for _, e := range l.said {
				facts[l.key] = append(facts[l.key], e.Fact)
			}
		}
		for key, some := range facts {
			for _, f := range some {
				var opposite ticket.Fact
				var other string
				switch f := f.(type) {
				case ticket.Merged:
					other, opposite = f.Into, ticket.Absorbed{Key: key}
				case ticket.Absorbed:
					other, opposite = f.Key, ticket.Merged{Into: key}
				case ticket.Linked:
					other, opposite = f.Key, ticket.Linked{Relation: f.Relation.Opposite(), Key: key}
				default:
					continue
				}
				relations[f.Name()]++
				if !slices.Contains(facts[other], opposite) {
					t.Errorf("%s: %s has %#v, and %s not the opposite", s.slug, key, f, other)
				}
			}
		}
	}
	if relations["merged"] < 3 || relations["linked"] < 40 {
		t.Errorf("few relations: %v", relations)
	}
}

// TestNobodyNamesAnotherClient looks for names of one client in the words at another.
func TestNobodyNamesAnotherClient(t *testing.T) {
	t.Parallel()
	for _, s := range told(t, at(t, moments["a Thursday afternoon"])) {
		for _, l := range s.lives {
			for _, e := range l.said {
				for _, other := range brands {
					named := strings.Contains(e.text, other.site) || strings.Contains(e.text, other.name)
					if other.slug != s.slug && (named || slices.Contains(other.people, e.By.ID)) {
						t.Errorf("%s %s: %q by %s", s.slug, l.key, e.text, e.By.ID)
					}
				}
			}
		}
	}
}

func TestSameSeedSameHistory(t *testing.T) {
	t.Parallel()
	now := at(t, moments["a Thursday afternoon"])
	pasts := func(seed uint64) (all []app.PastTicket) {
		shops, err := tell(seed, now, nameCast())
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range shops {
			for _, l := range s.lives {
				all = append(all, l.past())
			}
		}
		return all
	}
	one := pasts(Seed)
	if !reflect.DeepEqual(one, pasts(Seed)) {
		t.Error("the same seed told another history")
	}
	if reflect.DeepEqual(one, pasts(Seed+1)) {
		t.Error("another seed told the same history")
	}
}

// TestDesk makes a whole desk at a moment and looks at it as people would.
func TestDesk(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		now := at(t, moments["a Thursday afternoon"])
		time.Sleep(time.Until(now)) // the clock of the machine, within this test
		ctx := t.Context()
		a, err := app.Create(ctx, filepath.Join(t.TempDir(), "desk.db"))
		if err != nil {
			t.Fatal(err)
		}
		defer a.Close()
		made, err := Make(ctx, a, Seed, now, func() {})
		if err != nil {
			t.Fatal(err)
		}
		done, err := a.Verify(ctx, operator, func(d app.Difference) { t.Error(d) })
		if err != nil || done.Tickets != made.Tickets || done.Entries != made.Entries || done.Differences != 0 {
			t.Errorf("made %d tickets with %d entries; %+v, %v", made.Tickets, made.Entries, done, err)
		}
		looksRight(t, a, made)
	})
}

// looksRight signs people in and reads what they see.
func looksRight(t *testing.T, a *app.App, made *Desk) {
	t.Helper()
	everybody, err := a.People(t.Context(), operator)
	if err != nil || len(everybody) != len(made.People) {
		t.Fatalf("%d people, want %d: %v", len(everybody), len(made.People), err)
	}
	for _, p := range everybody {
		list, err := a.Queue(t.Context(), p.Actor(), app.Filter{}, store.QueuePlace{}, 200)
		if err != nil || len(list.Rows) == 0 {
			t.Fatalf("%s sees %d tickets: %v", p.Name, len(list.Rows), err)
		}
		for _, row := range list.Rows {
			if p.Client != "" && row.Client != p.Client {
				t.Errorf("%s sees %s of %s", p.Name, row.Key, row.ClientName)
			}
			if row.Title == "" {
				t.Errorf("%s has no title", row.Key)
			}
		}
	}
	noor := everybody[slices.IndexFunc(everybody, func(p *person.Person) bool { return p.Name == "Noor de Wit" })].Actor()
	for client, want := range map[string]map[string][2]int{ // least and most percent of the pools
		"fietswereld":  {"monthly": {60, 90}},
		"bloemenhuis":  {"monthly": {75, 99}},
		"nordic-audio": {"dev": {101, 130}, "sa": {60, 95}},
		"casa-linnen":  {"dev": {40, 90}},
	} {
		v, err := a.Ticket(t.Context(), noor, app.Ref{Client: client, Key: "ENH-000001"})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range v.Pools {
			if between, ok := want[m.Pool]; ok {
				percent := 100 * m.Used() / (m.Allotted + m.CarriedIn)
				if percent < between[0] || percent > between[1] {
					t.Errorf("%s used %d %% of %s", client, percent, m.Pool)
				}
				delete(want, m.Pool)
			}
		}
		if len(want) > 0 {
			t.Errorf("%s has no pools %v", client, want)
		}
	}
}
