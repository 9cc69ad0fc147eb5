package history_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/intake/history"
)

// renamed gives people the number of their first appearance: the CSV has numbers where the
// XES has names.
func renamed(tickets []history.Ticket) []history.Ticket {
	numbers := map[string]string{}
	number := func(name string) string {
		if _, ok := numbers[name]; !ok {
			numbers[name] = string(rune('a' + len(numbers)))
		}
		return numbers[name]
	}
	for _, one := range tickets {
		for i, e := range one.Entries {
			one.Entries[i].By.ID = number(e.By.ID)
			if a, ok := e.Fact.(ticket.Assigned); ok {
				a.Person = number(a.Person)
				one.Entries[i].Fact = a
			}
		}
	}
	return tickets
}

func TestBPIProblemsAreTheSameInCSVAndXES(t *testing.T) {
	t.Parallel()
	var read [2][]history.Ticket
	for i, name := range []string{"bpi2013_closed_problems.csv.gz", "bpi2013_closed_problems.xes.gz"} {
		r, err := history.Open(shared(t, name), name, history.Options{})
		if err != nil {
			t.Fatal(err)
		}
		read[i] = renamed(readAll(t, r))
		if got := r.Mapping().Profile; got != "bpi2013_problems" {
			t.Errorf("%s: profile %q", name, got)
		}
		s := r.Summary()
		if s.Tickets != 1487 || s.Used != 6660 || len(s.Skipped) > 0 || len(s.Noted) > 0 {
			t.Errorf("%s: %d tickets of %d rows, %d skipped, noted %v", name, s.Tickets, s.Used, len(s.Skipped), s.Noted)
		}
	}
	different := 0
	for i, one := range read[0] {
		one.Line, read[1][i].Line = 0, 0
		if d := diff(one, read[1][i]); d != "" {
			if different++; different < 3 {
				t.Errorf("%s (-csv +xes):\n%s", one.Key, d)
			}
		}
	}
	if different > 0 {
		t.Errorf("%d of %d tickets differ", different, len(read[0]))
	}
	causes := 0
	for _, one := range read[0] {
		if one.Kind != catalog.Problem {
			t.Fatalf("%s is a %s", one.Key, one.Kind)
		}
		for _, e := range one.Entries {
			if _, ok := e.Fact.(ticket.RootCausePublished); ok {
				causes++
			}
		}
	}
	if causes != 1487 {
		t.Errorf("%d problems with a root cause, want one for each", causes)
	}
}
