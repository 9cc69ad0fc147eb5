package contract_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
)

func TestParseFaults(t *testing.T) {
	t.Parallel()
	pool := func(text string) string { return head + "pools: {monthly: {" + text + "}}\n" }
	target := func(text string) string { return head + "targets: {incident: {P2: {" + text + "}}}\n" }
	for name, test := range map[string]struct {
		source string
		want   reason.Code
	}{
		"empty":              {mark, yamlfile.CodeEmpty},
		"a comment only":     {mark + "# nothing\n", yamlfile.CodeEmpty},
		"not a mapping":      {mark + "just words\n", yamlfile.CodeWantsMapping},
		"binary":             {"client: " + mark + "\x00\x01\n", yamlfile.CodeNotText},
		"not UTF-8":          {"client: " + mark + "\xff\n", yamlfile.CodeNotText},
		"too large":          {mark + strings.Repeat("# much\n", 20_000), yamlfile.CodeTooLarge},
		"deep":               {"client: " + strings.Repeat("[", 24) + mark + "[" + strings.Repeat("]", 25), yamlfile.CodeTooDeep},
		"two documents":      {head + "---\n" + mark + "client: B\n", yamlfile.CodeTwoDocuments},
		"open bracket":       {head + "sites: " + mark + "[a, b\n", yamlfile.CodeSyntax},
		"anchor":             {head + "sites: " + mark + "&a [x]\n", yamlfile.CodeNotPlain},
		"tag":                {head + "sites: " + mark + "!!seq [x]\n", yamlfile.CodeNotPlain},
		"duplicate key":      {head + mark + "tier: platinum\n", yamlfile.CodeDuplicateKey},
		"unknown key":        {head + mark + "teir: gold\n", yamlfile.CodeUnknownKey},
		"unknown inner key":  {pool(mark + "huors: 80"), yamlfile.CodeUnknownKey},
		"missing client":     {mark + strings.Replace(head, "client: Fietswereld\n", "", 1), contract.CodeMissing},
		"missing version":    {mark + strings.Replace(head, "version: 1\n", "", 1), contract.CodeMissing},
		"missing effective":  {mark + strings.Replace(head, "effective: 2026-12-01\n", "", 1), contract.CodeMissing},
		"missing zone":       {mark + strings.Replace(head, "zone: Europe/Amsterdam\n", "", 1), contract.CodeMissing},
		"missing template":   {mark + strings.Replace(head, "template: sla_hotfix@1\n", "", 1), contract.CodeMissing},
		"unknown template":   {strings.Replace(head, "sla_hotfix@1", mark+"sla_hotfix@9", 1), contract.CodeNoTemplate},
		"another model":      {head + "model: " + mark + "managed_service\n", contract.CodeOtherModel},
		"missing tier":       {mark + strings.Replace(head, "tier: gold\n", "", 1), contract.CodeTierMissing},
		"unknown tier":       {strings.Replace(head, "gold", mark+"diamond", 1), contract.CodeNoTier},
		"tier of no tiers":   {strings.Replace(strings.Replace(head, "sla_hotfix", "fixed_capacity", 1), "gold", mark+"gold", 1), contract.CodeNoTier},
		"unknown option":     {head + "options: {p2_24x7: " + mark + "true}\n", contract.CodeNoOption},
		"option, managed":    {strings.Replace(head, "sla_hotfix", "managed_service", 1) + "options: {p1_24x7: " + mark + "true}\n", contract.CodeNoOption},
		"option, maybe":      {head + "options: {p1_24x7: " + mark + "perhaps}\n", contract.CodeTrueFalse},
		"unknown zone":       {strings.Replace(head, "Europe/Amsterdam", mark+"Europe/Amsterdan", 1), calendar.CodeZoneUnknown},
		"no such date":       {strings.Replace(head, "2026-12-01", mark+"2026-02-30", 1), calendar.CodeDateUnreadable},
		"version zero":       {strings.Replace(head, "version: 1", "version: "+mark+"0", 1), contract.CodeNumber},
		"bad mode":           {head + "open_tickets: " + mark + "backward\n", yamlfile.CodeUnknownWord},
		"keep a priority":    {head + "priority_change: " + mark + "keep\n", yamlfile.CodeUnknownWord},
		"bare day":           {target("restore: " + mark + "2d"), contract.CodeBareDay},
		"bare week":          {target("restore: {within: " + mark + "2w}"), contract.CodeBareDay},
		"no unit":            {target("restore: " + mark + "90"), contract.CodeNoUnit},
		"zero":               {target("restore: " + mark + "0h"), contract.CodeDuration},
		"minutes first":      {target("restore: " + mark + "30m1h"), contract.CodeDuration},
		"seconds":            {target("restore: " + mark + "30s"), contract.CodeDuration},
		"zero working days":  {target("restore: " + mark + "0wd"), contract.CodeDuration},
		"far too long":       {target("restore: " + mark + "999999999h"), contract.CodeDuration},
		"goal above 100":     {target("restore: {goal: " + mark + "101}"), contract.CodeNumber},
		"warning of a KPI":   {target("restore: {promise: kpi, " + mark + "warn: [75]}"), contract.CodeKPIBinds},
		"unknown promise":    {target("restore: {promise: " + mark + "slo}"), yamlfile.CodeUnknownWord},
		"unknown priority":   {head + "targets: {incident: {" + mark + "P5: {restore: 4h}}}\n", yamlfile.CodeUnknownWord},
		"unknown kind":       {head + "targets: {" + mark + "issue: {P1: {restore: 4h}}}\n", yamlfile.CodeUnknownWord},
		"pause of the cause": {head + "pauses: {root_cause: [" + mark + "client]}\n", contract.CodeNoPause},
		"own pause":          {head + "pauses: {restore: [client, " + mark + "provider]}\n", contract.CodeOwnPause},
		"unknown party":      {head + "pauses: {restore: [" + mark + "waiting_client]}\n", yamlfile.CodeUnknownWord},
		"three urgencies":    {head + "priorities: {I1: " + mark + "[P1, P1, P2]}\n", contract.CodeFourPriorities},
		"week":               {head + "calendars: {business: {week: " + mark + "Mon-Fry 09:00-17:00}}\n", contract.CodeWeek},
		"week without hours": {head + "calendars: {business: {week: " + mark + "Mon-Fri}}\n", contract.CodeWeek},
		"empty hours":        {head + "calendars: {business: {week: {Mon: " + mark + "09:00-09:00}}}\n", contract.CodeWeek},
		"closure":            {head + "calendars: {business: {closed: [" + mark + "2026-12-24 noon]}}\n", contract.CodeWindow},
		"holiday":            {head + "calendars: {business: {holidays: [" + mark + "Christmas]}}\n", calendar.CodeDateUnreadable},
		"seed":               {head + "calendars: {business: {holidays: [" + mark + "NL@7]}}\n", contract.CodeNoSeed},
		"many calendars":     {head + "calendars: {" + calendarsOf(48) + mark + "c51: 24x7}\n", contract.CodeManyCalendars},
		"coverage":           {head + "coverage: {on_desk: " + mark + "bussiness}\n", contract.CodeNoCalendar},
		"sla by priority":    {head + "coverage: {sla: {P1: " + mark + "night}}\n", contract.CodeNoCalendar},
		"sla by clock":       {head + "coverage: {sla: {P1: {respond: " + mark + "night}}}\n", contract.CodeNoCalendar},
		"hours":              {pool("hours: " + mark + "many"), contract.CodeHours},
		"half a minute":      {pool("hours: " + mark + "0.01"), contract.CodeHours},
		"period key":         {pool("in: {" + mark + "2026-13: 96}"), contract.CodePeriodKey},
		"inside a quarter":   {pool("period: quarter, in: {" + mark + "2026-11: 96}"), contract.CodePeriodKey},
		"carry for ever":     {head + "pools: {extra: {hours: 8, carry: {" + mark + "cap: 4h}}}\n", contract.CodeMissing},
		"carry in days":      {pool("carry: {expires: " + mark + "60 days}"), contract.CodeSpell},
		"overrun":            {pool("overrun: " + mark + "free"), yamlfile.CodeUnknownWord},
		"unknown role":       {pool("roles: [" + mark + "Developer]"), yamlfile.CodeUnknownWord},
		"factor":             {pool("after_hours: {factor: " + mark + "x1.5, calendar: business}"), contract.CodeNumber},
		"exchange":           {pool("exchange: {" + mark + "qa: 1}"), contract.CodeNoPool},
		"draw on nothing":    {head + "draws: [{take: all, from: " + mark + "yearly}]\n", contract.CodeNoPool},
		"draw of nothing":    {head + "draws: [{" + mark + "from: monthly}]\n", contract.CodeMissing},
		"unknown work":       {head + "draws: [{take: " + mark + "everything, from: monthly}]\n", yamlfile.CodeUnknownWord},
		"price in euros":     {head + "price: {currency: EUR, month: " + mark + "4500.00}\n", contract.CodeMoney},
		"currency":           {head + "price: {currency: " + mark + "euro, month: 450000}\n", contract.CodeCurrency},
		"no currency":        {head + "price: {" + mark + "month: 450000}\n", contract.CodeMissing},
		"unknown activity":   {head + "activities: {" + mark + "incident_managment: {level: L1}}\n", yamlfile.CodeUnknownWord},
		"OLA in days":        {head + "olas: {triage: {P2: " + mark + "1wd}}\n", contract.CodeDuration},
		"approver":           {head + "approvers: {" + mark + "hotfix: [PO]}\n", yamlfile.CodeUnknownWord},
		"empty value":        {head + "pools: " + mark + "\n", yamlfile.CodeWantsMapping},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source, where := unmark(t, test.source)
			d, faults := contract.Parse("c.yaml", []byte(source))
			if len(faults) != 1 || d != nil {
				t.Fatalf("want one fault, got %d:\n%v\nin\n%s", len(faults), faults, source)
			}
			if faults[0].Code != test.want || faults[0].Where != where {
				t.Errorf("got %v\nwant %s: %s", faults[0], where, test.want)
			}
		})
	}
}

func TestParseFindsAll(t *testing.T) {
	t.Parallel()
	const source = `client: Fietswereld
tepmlate: sla_hotfix@1
tier: gold
version: first
zone: Nowhere
targets: {incident: {P2: {restore: 2d}}}
pools: {monthly: {hours: 80, hours: 90}}
`
	_, faults := contract.Parse("c.yaml", []byte(source))
	var got []string
	for _, f := range faults {
		got = append(got, strings.TrimPrefix(f.Where.String(), "c.yaml:")+" "+string(f.Code))
	}
	want := []string{
		"1:1 contract.missing", "2:1 yaml.unknown_key", "4:10 contract.number",
		"5:7 calendar.zone_unknown", "6:36 contract.bare_day",
		"7:30 yaml.duplicate_key",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestUnknownKeySuggests(t *testing.T) {
	t.Parallel()
	_, faults := contract.Parse("c.yaml", []byte(head+"calenders: {}\n"))
	if len(faults) != 1 || faults[0].Get("near") != "calendars" {
		t.Errorf("got %v", faults)
	}
}

// Times keep their colons wherever they stand: the YAML library splits them inside braces.
func TestTimesInsideBraces(t *testing.T) {
	t.Parallel()
	d := parse(t, head+`calendars: {business: {holidays: [NL@1], open: [2026-11-28 09:00-22:00, 2026-12-31 18:00 to 2027-01-01 08:00], week: {Mon-Thu: 09:00-18:00, Fri: [09:00-12:00, 13:00-17:00]}}}`)
	c := d.CalendarOf("business")
	if len(c.Spec.Openings) != 2 || c.Spec.Openings[0].To.String() != "2026-11-28T22:00" || len(c.Spec.Weekly[1]) != 1 || len(c.Spec.Weekly[5]) != 2 {
		t.Errorf("got %+v", c.Spec)
	}
}

func calendarsOf(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "c%d: 24x7, ", i)
	}
	return b.String()
}

func TestByteOrderMarkIsPassedOver(t *testing.T) {
	t.Parallel()
	if d, faults := contract.Parse("c.yaml", []byte("\xef\xbb\xbf"+head)); d == nil {
		t.Errorf("got %v", faults)
	}
}
