package history_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/intake/history"
)

// shared finds a file that is handed to developers outside the repository.
func shared(tb testing.TB, name string) *os.File {
	tb.Helper()
	root := os.Getenv("WATCHBILL_SHARED")
	if root == "" {
		root = "../../../../shared"
	}
	f, err := os.Open(filepath.Join(root, "data", "tickets", name))
	if err != nil {
		tb.Skipf("no shared data (set WATCHBILL_SHARED): %v", err)
	}
	tb.Cleanup(func() { f.Close() }) //nolint:errcheck // it was only read
	return f
}

func readAll(tb testing.TB, r *history.Reader) []history.Ticket {
	tb.Helper()
	var all []history.Ticket
	for one, err := range r.Tickets() {
		if err != nil {
			tb.Fatal(err)
		}
		all = append(all, one)
	}
	return all
}

func open(tb testing.TB, text string, o history.Options) *history.Reader {
	tb.Helper()
	r, err := history.Open(strings.NewReader(text), "history.csv", o)
	if err != nil {
		tb.Fatal(err)
	}
	return r
}

// diff compares tickets, with what each entry says.
func diff(want, got any) string {
	return cmp.Diff(want, got, cmp.Comparer(func(a, b ticket.Fact) bool { return a == b }))
}

func TestUCITotals(t *testing.T) {
	t.Parallel()
	var want struct {
		Incidents  int            `json:"incidents"`
		Rows       int            `json:"rows"`
		ByState    map[string]int `json:"rows_by_state"`
		ByPriority map[string]int `json:"incidents_by_final_priority"`
		NotNew     int            `json:"incidents_not_starting_with_state_New"`
		Waiting    int            `json:"incidents_with_an_awaiting_state"`
		Back       int            `json:"incidents_where_sys_updated_at_goes_back_in_sys_mod_count_order"`
		Priority   int            `json:"incidents_whose_priority_changed"`
		Minus100   int            `json:"rows_with_state_minus_100"`
		Duplicates int            `json:"exact_duplicate_rows"`
		First      string         `json:"first_opened_at"`
		Last       string         `json:"last_updated_at"`
		Groups     int            `json:"distinct_assignment_groups"`
		Reopened   int            `json:"incidents_reopened"`
	}
	if err := json.NewDecoder(shared(t, "uci_totals.json")).Decode(&want); err != nil {
		t.Fatal(err)
	}
	r, err := history.Open(shared(t, "uci_incident_event_log_5000.csv.gz"), "uci.csv.gz", history.Options{Zone: "UTC"})
	if err != nil {
		t.Fatal(err)
	}
	groups := map[string]bool{}
	for _, one := range readAll(t, r) {
		groups[one.Group] = true
	}
	s := r.Summary()
	byPriority := map[string]int{
		"1 - Critical": s.TicketsByPriority[catalog.P1], "2 - High": s.TicketsByPriority[catalog.P2],
		"3 - Moderate": s.TicketsByPriority[catalog.P3], "4 - Low": s.TicketsByPriority[catalog.P4],
	}
	instant := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02T15:04:05", s, time.UTC)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, c := range []struct {
		what      string
		want, got any
	}{
		{"tickets", want.Incidents, s.Tickets},
		{"rows", want.Rows, s.Rows},
		{"rows used", want.Rows - want.Duplicates, s.Used},
		{"by state", want.ByState, s.RowsByState},
		{"by priority", want.ByPriority, byPriority},
		{"not new", want.NotNew, s.NotNew},
		{"waited", want.Waiting, s.Waited},
		{"back", want.Back, s.TimeBack},
		{"priority changed", want.Priority, s.PriorityChanged},
		{"-100", want.Minus100, s.UnknownState},
		{"first", instant(want.First), s.First},
		{"last", instant(want.Last), s.Last},
		{"reopened", want.Reopened, s.Reopened},
	} {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.what, diff)
		}
	}
	t.Logf("%d last groups; %v", len(groups), s.Totals)
}
