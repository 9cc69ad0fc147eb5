package contract_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
)

func version(t *testing.T, file string, replace ...string) *contract.Document {
	t.Helper()
	d, faults := contract.Parse(file, []byte(strings.NewReplacer(replace...).Replace(head+holidays)))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return d
}

func TestHistory(t *testing.T) {
	t.Parallel()
	second := version(t, "2.yaml", "version: 1", "version: 2", "2026-12-01", "2027-01-01")
	terms, faults := contract.History([]*contract.Document{second, version(t, "1.yaml")})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if len(terms) != 2 || terms[0].Number != 1 || terms[1].Number != 2 {
		t.Fatalf("got %v", terms)
	}
	// Midnight in Amsterdam in winter.
	if want := time.Date(2026, 12, 31, 23, 0, 0, 0, time.UTC); !terms[1].Effective.Equal(want) {
		t.Errorf("version 2 takes effect at %s", terms[1].Effective)
	}
}

func TestHistoryFaults(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		replace []string
		want    string
	}{
		"same day": {[]string{"version: 1", "version: 2"}, "2.yaml:5:12: contract.same_day"},
		"gap":      {[]string{"version: 1", "version: 3", "2026-12-01", "2027-01-01"}, "2.yaml:4:10: contract.number_order"},
		"same number": {
			[]string{"2026-12-01", "2027-01-01"}, "2.yaml:4:10: contract.number_order",
		},
		"other client": {
			[]string{"version: 1", "version: 2", "2026-12-01", "2027-01-01", "Fietswereld", "Kade"}, "2.yaml:1:9: contract.other_client",
		},
		"other zone": {
			[]string{"version: 1", "version: 2", "2026-12-01", "2027-01-01", "Amsterdam", "Brussels"}, "2.yaml:6:7: contract.other_zone",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, faults := contract.History([]*contract.Document{version(t, "1.yaml"), version(t, "2.yaml", test.replace...)})
			if len(faults) != 1 || !strings.HasPrefix(faults[0].Error(), test.want) {
				t.Errorf("got %v, want %s", faults, test.want)
			}
		})
	}
}

// Everything that a file can say about hours reaches the ledger.
func TestCapacity(t *testing.T) {
	t.Parallel()
	v := compile(t, parse(t, head+`
calendars: {business: {holidays: [NL@1]}}
pools:
  monthly: none
  support: {period: quarter, hours: 7h30m, in: {2027-01: 96, 2027-04: 0.5}, carry: {cap: 12, expires: 2 months}, warn: [50, 100],
    after_hours: {factor: 1.5, calendar: business}, exchange: {build: 0.75}}
  build: {roles: [Dev, QA], hours: 40}
draws:
  - {take: [operations_breakfix, documentation], roles: [SDM], from: support}
  - {take: all, from: [build, support]}
price: {currency: EUR, month: 450000, hour: {Dev: 9500, other: 9000}}
closes_after: 3
`))
	c := &v.Capacity
	if len(c.Pools) != 2 || c.ClosesAfter != 3 || c.MonthlyPrice != (contract.Money{Minor: 450000, Currency: "EUR"}) {
		t.Fatalf("got %+v", c)
	}
	support := c.Pools[0]
	want := &contract.Pool{
		Name: "support", Period: contract.Quarter, Minutes: 450, Carry: contract.Carry{Cap: 720, Months: 2}, Warn: []int{50, 100},
		Overrun: contract.ChangeOnly, Exchange: []contract.Exchange{{Into: "build", Percent: 75}},
		AfterHours: contract.AfterHours{Percent: 150, Calendar: support.AfterHours.Calendar, CalendarName: "business"},
		In:         map[calendar.Date]int{day(2027, 1, 1): 96 * 60, day(2027, 4, 1): 30},
	}
	if diff := cmp.Diff(want, support, sameVersion); diff != "" {
		t.Error(diff)
	}
	if support.Allotment(day(2027, 4, 1)) != 30 || support.Allotment(day(2027, 7, 1)) != 450 {
		t.Error("allotments")
	}
	for _, test := range []struct {
		activity catalog.Activity
		role     catalog.Role
		pool     string
	}{
		{catalog.IncidentManagement, "SDM", "support"},
		{"documentation", "SDM", "support"},
		{catalog.IncidentManagement, "Dev", "build"},
		{catalog.DesignDevelopment, "QA", "build"},
		{catalog.DesignDevelopment, "SDM", "support"},
	} {
		if draw := c.DrawFor(test.activity, test.role); draw == nil || draw.Pool.Name != test.pool {
			t.Errorf("%s by %s: %+v", test.activity, test.role, draw)
		}
	}
	if c.Rate("Dev").Minor != 9500 || c.Rate("SDM").Minor != 9000 {
		t.Error("rates")
	}
}

func TestPeriods(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		period      contract.Period
		begin, next calendar.Date
	}{
		{contract.Month, day(2026, 12, 1), day(2027, 1, 1)},
		{contract.Quarter, day(2026, 10, 1), day(2027, 1, 1)},
		{contract.Year, day(2026, 1, 1), day(2027, 1, 1)},
	} {
		on := day(2026, 12, 31)
		if begin, next := test.period.Begin(on), test.period.Next(on); begin != test.begin || next != test.next {
			t.Errorf("%s of %s: from %s to %s", test.period, on, begin, next)
		}
	}
}
