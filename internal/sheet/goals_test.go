package sheet_test

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/sheet"
	"github.com/watchbill/watchbill/internal/wording"
)

// raised is a contract that wanted half of P3 kept, and from April on 95 %.
func raised(t *testing.T) []replay.Contract {
	t.Helper()
	var versions []*contract.Document
	for _, head := range []string{"version: 1\neffective: 2026-01-01", "version: 2\neffective: 2026-04-01"} {
		goal := "50"
		if len(versions) > 0 {
			goal = "95"
		}
		d, faults := contract.Parse("c.yaml", []byte("client: Fietswereld\ncontract: Raised\n"+head+`
template: sla_hotfix@1
tier: gold
zone: Europe/Amsterdam
calendars: {business: {holidays: [NL@1]}}
targets:
  incident:
    P3: {respond: 1h, update: none, answer: none, restore: none, resolve: none, root_cause: none, goal: `+goal+`}
pools: {monthly: {hours: 10}}
`))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		versions = append(versions, d)
	}
	terms, faults := contract.History(versions)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return []replay.Contract{{Name: "Raised", Terms: terms}}
}

// TestGoalsOfVersions wants each goal beside its own clocks: one of two in March, all in April.
//
// Seen red with: the highest goal beside all.
func TestGoalsOfVersions(t *testing.T) {
	t.Parallel()
	one := func(key, logs, acknowledges string) told {
		return told{key, catalog.P3, []entry{{logs, logged(catalog.P3)}, {acknowledges, ticket.Acknowledged{}}, {acknowledges, ticket.Closed{}}}}
	}
	c := compare(t, []told{
		one("A-1", "2026-03-03 10:00", "2026-03-03 10:10"), one("A-2", "2026-03-04 10:00", "2026-03-04 16:00"),
		one("A-3", "2026-04-08 10:00", "2026-04-08 10:10"),
	}, raised(t), nil)
	text := write(t, c, sheet.Text, wording.English)
	if row := `First answer +P3 +2 of 3, 66.6 % +≥ 95 % \(1 of 1\) and ≥ 50 % \(1 of 2\) +met`; !regexp.MustCompile(row).MatchString(text) {
		t.Errorf("no %s in\n%s", row, text)
	}
	for _, says := range []string{"Every goal of its promises was met", "A goal is held against the tickets that it was promised for"} {
		if !strings.Contains(text, says) {
			t.Errorf("the sheet does not say %s", says)
		}
	}
	page := strings.ReplaceAll(words(t, write(t, c, sheet.HTML, wording.English)), "\u00a0", " ")
	if says := "≥ 95 % (1 of 1) ≥ 50 % (1 of 2)"; !strings.Contains(page, says) {
		t.Errorf("the page does not say %s", says)
	}
	if row := `"response","P3","2","1","","0","0","3","66.66666666666667","95 and 50","true"`; !strings.Contains(write(t, c, sheet.CSV, wording.English), row) {
		t.Errorf("no %s in CSV", row)
	}
	type goal struct {
		Goal         float64
		Kept, Judged int
		Met          bool
	}
	var doc struct {
		Contracts []struct {
			SLA struct {
				Clocks map[string]map[string]struct {
					Goal  *float64
					Goals []goal
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(write(t, c, sheet.JSON, wording.English)), &doc); err != nil {
		t.Fatal(err)
	}
	got := doc.Contracts[0].SLA.Clocks["response"]["P3"]
	if diff := cmp.Diff([]goal{{95, 1, 1, true}, {50, 1, 2, true}}, got.Goals); diff != "" || got.Goal != nil {
		t.Errorf("goal %v, %s", got.Goal, diff)
	}
}
