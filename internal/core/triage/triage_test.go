package triage_test

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/triage"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// wanted is what a person would have suggested.
type wanted struct{ priority, team, duplicate string }

// readSample reads testdata/sample.txt.
func readSample(tb testing.TB) (before, incoming []triage.Ticket, want []wanted) {
	tb.Helper()
	content, err := os.ReadFile("testdata/sample.txt")
	if err != nil {
		tb.Fatal(err)
	}
	for line := range strings.Lines(string(content)) {
		f := strings.Split(strings.TrimSpace(line), "|")
		for i := range f {
			f[i] = strings.TrimSpace(f[i])
		}
		switch f[0] {
		case "past":
			days, err := strconv.Atoi(f[2])
			if err != nil {
				tb.Fatal(line, err)
			}
			t := triage.Ticket{
				Client: "a", Key: f[1], Kind: catalog.Incident, Team: f[5], Level: catalog.L2, Person: "p-" + f[5], Title: f[6],
				Opened: nine.AddDate(0, 0, -days),
			}
			if err := t.State.UnmarshalText([]byte(f[3])); err != nil {
				tb.Fatal(line, err)
			}
			if err := t.Priority.UnmarshalText([]byte(f[4])); err != nil {
				tb.Fatal(line, err)
			}
			before = append(before, t)
		case "new":
			incoming = append(incoming, triage.Ticket{
				Client: "a", Key: fmt.Sprintf("INC-%d", 100+len(incoming)), Kind: catalog.Incident, Title: f[4], Text: f[5], Opened: nine,
			})
			want = append(want, wanted{f[1], f[2], f[3]})
		}
	}
	return before, incoming, want
}

// tally counts how often something was suggested, rightly, and should have been.
type tally struct{ said, right, wanted int }

func (c *tally) add(said, want string) {
	if said != "" {
		c.said++
	}
	if want != "-" {
		c.wanted++
	}
	if said == want {
		c.right++
	}
}

func (c *tally) precision() int { return 100 * c.right / max(1, c.said) }
func (c *tally) recall() int    { return 100 * c.right / max(1, c.wanted) }

// TestSample measures suggestions on the sample. Better no suggestion than a wrong one.
func TestSample(t *testing.T) {
	t.Parallel()
	before, incoming, want := readSample(t)
	h := triage.NewHistory("a", before)
	var priority, team, duplicate tally
	for i := range incoming {
		s := h.Suggest(&incoming[i])
		double := ""
		if len(s.Duplicates) > 0 {
			double = s.Duplicates[0].Key
		}
		for _, c := range []struct {
			*tally
			said, want string
		}{{&priority, s.Priority.String(), want[i].priority}, {&team, s.Team, want[i].team}, {&duplicate, double, want[i].duplicate}} {
			c.add(c.said, c.want)
			if c.said != c.want && (c.said != "" || c.want != "-") {
				t.Logf("%q: said %q, want %q", incoming[i].Title, c.said, c.want)
			}
		}
	}
	for _, c := range []struct {
		name string
		tally
		precision, recall int
	}{{"priority", priority, 95, 80}, {"team", team, 95, 75}, {"duplicate", duplicate, 95, 95}} {
		t.Logf("%s: %d suggested, %d %% right, %d %% of those wanted", c.name, c.said, c.tally.precision(), c.tally.recall())
		if c.tally.precision() < c.precision || c.tally.recall() < c.recall {
			t.Errorf("%s: want %d and %d", c.name, c.precision, c.recall)
		}
	}
}

func TestReasons(t *testing.T) {
	t.Parallel()
	before, _, _ := readSample(t)
	h := triage.NewHistory("a", before)
	got := h.Suggest(&triage.Ticket{Client: "a", Key: "INC-100", Kind: catalog.Incident, Title: "Apple Pay button missing on Safari", Opened: nine})
	want := reason.New(triage.CodeDuplicate, "key", "INC-27", "score", 100, "words", []string{"apple", "button", "missing", "pay", "safari"})
	if len(got.Duplicates) != 1 || !sameWords(got.Duplicates[0].Why, want) {
		t.Errorf("got %+v, want %+v", got.Duplicates, want)
	}
	got = h.Suggest(&triage.Ticket{Client: "a", Key: "INC-100", Kind: catalog.Incident, Title: "Banner", Text: "Everything is quiet. Nobody can pay.", Opened: nine})
	if diff := cmp.Diff(reason.New(triage.CodeSignal, "priority", catalog.P1, "words", []string{"nobody can pay"}), got.PriorityWhy); diff != "" {
		t.Error(diff)
	}
	got = h.Suggest(&triage.Ticket{Client: "a", Key: "INC-100", Kind: catalog.Incident, Title: "Banner", Text: "Nobody is here. We can wait. They pay later.", Opened: nine})
	if got.Priority != 0 {
		t.Errorf("words of three sentences: %v", got.PriorityWhy)
	}
	got = h.Suggest(&triage.Ticket{Client: "a", Key: "CHG-1", Kind: catalog.Change, Title: "Text for when the checkout is down", Opened: nine})
	if got.Priority != 0 {
		t.Errorf("a change is urgent by its words: %v", got.PriorityWhy)
	}
}

func sameWords(a, b reason.Reason) bool {
	list := func(r reason.Reason) []string {
		words, _ := r.Get("words").([]string)
		return slices.Sorted(slices.Values(words))
	}
	return a.Code == b.Code && a.Get("key") == b.Get("key") && a.Get("score") == b.Get("score") && cmp.Equal(list(a), list(b))
}

// TestLaw draws histories of two clients out of few words, and holds every suggestion against
// what must never happen.
func TestLaw(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfN(rapid.SampledFrom([]string{"checkout", "down", "payment", "fails", "stock", "erp", "search", "the"}), 1, 4)
		var all []triage.Ticket
		for i := range rapid.IntRange(0, 30).Draw(t, "tickets") {
			client := rapid.SampledFrom([]string{"a", "canary"}).Draw(t, "client")
			all = append(all, triage.Ticket{
				Client: client, Key: fmt.Sprintf("%s-%d", client, i), Kind: catalog.Kind(rapid.IntRange(1, 2).Draw(t, "kind")),
				Title: strings.Join(words.Draw(t, "title"), " "), State: ticket.State(rapid.IntRange(0, int(ticket.StateMerged)).Draw(t, "state")),
				Priority: catalog.Priority(rapid.IntRange(0, 4).Draw(t, "priority")), Team: rapid.SampledFrom([]string{"", client + "-web", client + "-int"}).Draw(t, "team"),
				Opened: nine.AddDate(0, 0, -rapid.IntRange(0, 30).Draw(t, "days")), Site: rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "site"),
			})
		}
		fresh := triage.Ticket{
			Client: "a", Key: "a-new", Kind: catalog.Incident, Title: strings.Join(words.Draw(t, "new"), " "), Opened: nine,
			Site: rapid.SampledFrom([]string{"", "x"}).Draw(t, "at"),
		}
		s := triage.NewHistory("a", all).Suggest(&fresh)
		if strings.Contains(fmt.Sprintf("%+v", s), "canary") {
			t.Fatalf("a ticket of another client: %+v", s)
		}
		for _, m := range s.Duplicates {
			one := all[slices.IndexFunc(all, func(o triage.Ticket) bool { return o.Key == m.Key })]
			if one.State > ticket.StateWaiting || one.Kind != fresh.Kind || !one.Opened.Before(fresh.Opened) || nine.Sub(one.Opened) > 14*24*time.Hour ||
				one.Site != "" && fresh.Site != "" && one.Site != fresh.Site {
				t.Fatalf("%+v as a duplicate of %+v", fresh, one)
			}
		}
		for _, m := range slices.Concat(s.Duplicates, s.Related) {
			if m.Key == fresh.Key || m.Score < 35 || m.Score > 100 || len(m.Words) == 0 {
				t.Fatalf("%+v", m)
			}
			for _, w := range m.Words {
				if !strings.Contains(fresh.Title, w) {
					t.Fatalf("the ticket does not say %q", w)
				}
			}
		}
		if (s.Priority == 0) != (s.PriorityWhy.Code == "") || (s.Team == "") != (s.TeamWhy.Code == "") {
			t.Fatalf("a suggestion without its reason: %+v", s)
		}
		shuffled := rapid.Permutation(all).Draw(t, "shuffled")
		if diff := cmp.Diff(s, triage.NewHistory("a", shuffled).Suggest(&fresh)); diff != "" {
			t.Fatalf("the order in which the past is read changes it: %s", diff)
		}
		if other := triage.NewHistory("canary", all).Suggest(&fresh); len(other.Duplicates)+len(other.Related) > 0 || other.Team != "" {
			t.Fatalf("the history of another client: %+v", other)
		}
	})
}

func BenchmarkSuggest(b *testing.B) {
	before, incoming, _ := readSample(b)
	var many []triage.Ticket
	for i := range 300 {
		t := before[i%len(before)]
		t.Key = fmt.Sprint("INC-", i)
		many = append(many, t)
	}
	for b.Loop() {
		h := triage.NewHistory("a", many)
		for i := range incoming[:20] {
			h.Suggest(&incoming[i])
		}
	}
}
