package contract_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
)

func TestLint(t *testing.T) {
	t.Parallel()
	of := func(model, text string) string { return strings.Replace(head, "sla_hotfix", model, 1) + text }
	fixed := func(text string) string {
		return strings.Replace(of("fixed_capacity", text), "tier: gold\n", "", 1)
	}
	clean := head + holidays
	incident := func(text string) string { return clean + "targets: {incident: {" + text + "}}\n" }
	for name, test := range map[string]struct {
		source string
		want   reason.Code
	}{
		"nobody accountable":   {clean + "activities: {" + mark + "triage: {accountable: none}}\n", contract.CodeNobodyAccountable},
		"two accountable":      {clean + "activities: {" + mark + "triage: {accountable: [client, provider]}}\n", contract.CodeTwoAccountable},
		"nobody responsible":   {clean + "activities: {" + mark + "triage: {responsible: none}}\n", contract.CodeNobodyResponsible},
		"steps":                {clean + "escalation: {P1: [{after: 1h, to: SDM}, {" + mark + "after: 30m, to: EXEC}]}\n", contract.CodeStepOrder},
		"never opens":          {head + "calendars:\n  " + mark + "business: {week: [], holidays: [NL@1]}\n", contract.CodeNeverOpens},
		"always closed":        {head + "calendars:\n  " + mark + "business: {holidays: [NL@1], closed: [2026-01-01 00:00 to 2029-01-01 00:00]}\n", contract.CodeNeverOpens},
		"no holidays":          {head + mark + "sites: [a]\n", contract.CodeNoHolidays},
		"holidays end":         {head + "calendars: {" + mark + "business: {holidays: [2027-01-01, 2026-12-25]}}\n", contract.CodeHolidaysEnd},
		"unused calendar":      {head + "calendars: {business: {holidays: [NL@1]}, " + mark + "night: 24x7}\n", contract.CodeUnusedCalendar},
		"below response":       {incident("P1: {restore: " + mark + "30m}"), contract.CodeBelowResponse},
		"warnings":             {incident("P3: {restore: {within: " + mark + "16h, warn: [90, 75]}}"), contract.CodeWarnOrder},
		"credit, no price":     {incident("P3: {restore: {within: " + mark + "16h, remedy: {credit: 5}}}"), contract.CodeCreditNoPrice},
		"slower":               {incident("P2: {restore: " + mark + "17h}"), contract.CodeSlower},
		"own calendar":         {incident("P2: {restore: {calendar: " + mark + "always}}"), contract.CodeOwnCalendar},
		"less than the model":  {incident("P3: {restore: {within: " + mark + "16h, promise: kpi}}"), contract.CodeModelLess},
		"more than the model":  {of("sla_critical_dedicated", holidays+"targets: {incident: {P3: {restore: {within: "+mark+"16h, promise: sla}}}}\n"), contract.CodeModelPromise},
		"fixed, promised":      {fixed(holidays + "targets: {incident: {P1: {respond: {within: " + mark + "1h, promise: sla}}}}\n"), contract.CodeModelPromise},
		"fixed, day and night": {fixed("calendars: {business: {holidays: [NL@1]}}\ncoverage: {sla: {P1: {respond: " + mark + "always}}}\n"), contract.CodeModelAround},
		"option undone":        {clean + "options: {p1_24x7: true}\ncoverage: {sla: {P1: {restore: " + mark + "business}}}\n", contract.CodeOptionUndone},
		"option unsaid":        {clean + "coverage: {sla: {P1: {restore: " + mark + "always}}}\n", contract.CodeSayOption},
		"managed by day":       {of("managed_service", holidays+"coverage: {sla: {P4: {respond: "+mark+"business}}}\n"), contract.CodeManagedAnswers},
		"no allotment":         {clean + "pools: {monthly: {hours: " + mark + "0}}\n", contract.CodeNoAllotment},
		"pool warnings":        {clean + "pools: {monthly: {warn: " + mark + "[90, 50]}}\n", contract.CodeWarnOrder},
		"pool not drawn on":    {clean + "pools: {" + mark + "spare: {hours: 10}}\n", contract.CodeUnusedPool},
		"overrun":              {clean + "pools: {" + mark + "monthly: {overrun: client_approval}}\n", contract.CodeModelOverrun},
		"few hours":            {fixed(holidays + "pools: {monthly: {hours: " + mark + "20}}\n"), contract.CodeUnusualHours},
		"hours of the past":    {clean + "pools: {" + mark + "monthly: {in: {2026-11: 96}}}\n", contract.CodeAllotmentPast},
		"draw hidden":          {clean + "draws: [{take: all, from: monthly}, {" + mark + "take: triage, from: monthly}]\n", contract.CodeDrawHidden},
		"OLA of nothing":       {clean + "olas: {triage: {party: provider, P4: " + mark + "1h}}\n", contract.CodeOLANoTarget},
		"OLA of days":          {clean + "olas: {triage: {under: root_cause, P1: " + mark + "1h}}\n", contract.CodeOLAWorkDays},
		"OLAs too long":        {clean + "targets: {incident: {P2: {restore: " + mark + "8h}}}\nolas: {triage: {P2: 1h30m}, Pakketlijn: {P2: 7h}}\n", contract.CodeOLAsTooLong},
		"OLAs of the template": {clean + mark + "olas: {triage: {P2: 6h}, Pakketlijn: {P2: 7h}}\n", contract.CodeOLAsTooLong},
		"one OLA too long":     {clean + "olas: {triage: {P2: 1h}, Pakketlijn: {P2: " + mark + "13h, critical: false}}\n", contract.CodeOLAsTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, where := unmark(t, test.source)
			if name == "no holidays" { // said of the template's calendar, so at the file's template
				where.Line, where.Column = 2, 1
			}
			found := contract.Lint(parse(t, source))
			all := slices.Concat(found.Errors, found.Warnings)
			if len(all) != 1 {
				t.Fatalf("want one finding, got %d:\n%v\nin\n%s", len(all), all, source)
			}
			if all[0].Code != test.want || all[0].Where != where {
				t.Errorf("got %v\nwant %s: %s", all[0], where, test.want)
			}
		})
	}
}

func TestLintOfSeveral(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		source string
		want   reason.Code
		count  int
	}{
		"no pools":      {head + holidays + "pools: {monthly: none}\n", contract.CodeNoPools, 1},
		"nothing drawn": {head + holidays + "draws: [{take: operations_breakfix, from: monthly}]\n", contract.CodeNotDrawn, 14},
		"nothing in scope": {
			head + holidays + "activities: none\n", contract.CodeNothingInScope, 1,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, faults := contract.Parse("c.yaml", []byte(test.source))
			if len(faults) > 0 {
				t.Skipf("cannot be written: %v", faults)
			}
			count := 0
			for _, f := range contract.Lint(d).Errors {
				if f.Code == test.want {
					count++
				}
			}
			if count != test.count {
				t.Errorf("got %d of %s, want %d: %v", count, test.want, test.count, contract.Lint(d).Errors)
			}
		})
	}
}

func TestLevelWithoutOwner(t *testing.T) {
	t.Parallel()
	d := parse(t, head+holidays)
	d.Levels[3] = 0 // cannot be written: the template names all owners
	if found := contract.Lint(d); len(found.Errors) == 0 || found.Errors[0].Code != contract.CodeLevelWithoutOwner {
		t.Errorf("got %v", found.Errors)
	}
}

func TestStandardsLintClean(t *testing.T) {
	t.Parallel()
	for _, s := range contract.Standards {
		draft := contract.Draft{Model: s.Model, Tier: s.Tier, Client: "A", Zone: "Europe/Amsterdam", Holidays: []string{"NL@1"}, Effective: day(2026, 12, 1)}
		if found := contract.Lint(parse(t, string(draft.YAML()))); len(found.Errors)+len(found.Warnings) > 0 {
			t.Errorf("%s: %v %v", s.Name(), found.Errors, found.Warnings)
		}
	}
}
