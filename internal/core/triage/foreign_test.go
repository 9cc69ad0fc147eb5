package triage_test

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/triage"
)

// TestForeign measures suggestions on incidents of another desk that nothing here was tuned
// to. They have no titles: category, subcategory and symptom stand for one. The history of each
// is the three hundred before it. What it demands is little below what it measured.
func TestForeign(t *testing.T) {
	t.Parallel()
	all := readForeign(t)
	const window, measured = 300, 1500
	all = all[max(0, len(all)-window-measured):]
	var priority, team tally
	same := 0
	for i := window; i < len(all); i++ {
		h := triage.NewHistory("a", all[i-window:i])
		fresh := triage.Ticket{Client: "a", Key: all[i].Key, Kind: catalog.Incident, Title: all[i].Title, Opened: all[i].Opened}
		s := h.Suggest(&fresh)
		priority.add(s.Priority.String(), all[i].Priority.String())
		team.add(s.Team, all[i].Team)
		if all[i].Priority == catalog.P3 {
			same++
		}
	}
	t.Logf("priority: %d suggested of %d, %d %% right (P3 each time: %d %%)", priority.said, priority.wanted, priority.precision(), 100*same/priority.wanted)
	t.Logf("team: %d suggested of %d, %d %% right", team.said, team.wanted, team.precision())
	if priority.precision() < 93 || team.precision() < 45 {
		t.Error("suggestions have become worse")
	}
}

// readForeign reads incidents as they stood in the end, in the order in which they came.
func readForeign(t *testing.T) []triage.Ticket {
	t.Helper()
	shared := os.Getenv("WATCHBILL_SHARED")
	if shared == "" {
		shared = "../../../../shared"
	}
	file, err := os.Open(filepath.Join(shared, "data", "tickets", "uci_incident_event_log_5000.csv.gz"))
	if err != nil {
		t.Skip("sample data are not here: ", err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(unpacked).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	last := map[string]int{}
	var all []triage.Ticket
	for _, row := range rows[1:] {
		get := func(name string) string {
			return strings.ReplaceAll(strings.ReplaceAll(row[column[name]], "?", ""), " ", "")
		}
		opened, err := time.Parse("2/1/2006 15:04", row[column["opened_at"]])
		if err != nil {
			continue
		}
		one := triage.Ticket{
			Client: "a", Key: get("number"), Kind: catalog.Incident, State: ticket.StateClosed, Opened: opened, Team: get("assignment_group"),
			Title: get("category") + " " + get("subcategory") + " " + get("u_symptom") + " " + get("cmdb_ci"), Priority: catalog.Priority(get("priority")[0] - '0'),
		}
		if i, known := last[one.Key]; known {
			all[i] = one
			continue
		}
		last[one.Key] = len(all)
		all = append(all, one)
	}
	if len(all) < 4000 {
		t.Fatalf("%d incidents: they were read wrongly", len(all))
	}
	return all
}
