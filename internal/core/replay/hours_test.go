package replay_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ledger"
	"github.com/watchbill/watchbill/internal/core/replay"
)

// pools is what replaces the hours of shop: two pools by role, of which one carries over, and
// no pool for a project manager.
const pools = `  monthly: {roles: [Dev], hours: 10, carry: {cap: 4h, expires: 1 month}}
  tests: {roles: [QA], hours: 5}
draws:
  - {take: operations_breakfix, roles: [Dev, QA], from: [monthly, tests]}
closes_after: 3
`

const priced = "price: {currency: EUR, month: 450000, hour: {Dev: 9500, other: 9000}}\n"

func work(day string, minutes int, r catalog.Role) ledger.Work {
	return ledger.Work{Day: date(day), Minutes: minutes, Activity: catalog.IncidentManagement, Role: r}
}

// winter is work of three months: January leaves two hours, which February uses up.
var winter = []ledger.Work{
	work("2026-01-12", 8*60, "Dev"),
	work("2026-02-10", 9*60, "Dev"),
	work("2026-02-20", 4*60, "Dev"),
	work("2026-02-20", 30, "PM"),
	work("2026-03-02", 6*60+20, "QA"),
}

func hoursOf(t *testing.T, c replay.Contract, all []ledger.Work, first, end string) replay.Hours {
	t.Helper()
	h, err := replay.HoursOf(c, all, at(first), at(end))
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// What a quarter's work takes from two pools.
//
// Seen red with: overrun counted as beyond what was used; carried hours counted as allotted.
func TestHours(t *testing.T) {
	t.Parallel()
	h := hoursOf(t, named(t, "shop", "  monthly: {hours: 10}\n", pools), winter, "2026-01-05 09:00", "2026-03-31 18:00")
	var got []replay.PeriodHours
	for _, p := range h.Pools {
		got = append(got, p.Periods...)
	}
	month := func(m time.Month, n replay.PeriodHours) replay.PeriodHours {
		n.First.Year, n.First.Month, n.First.Day = 2026, m, 1
		return n
	}
	want := []replay.PeriodHours{
		month(1, replay.PeriodHours{Allotted: 600, Used: 480}),
		month(2, replay.PeriodHours{Allotted: 600, Carried: 120, Used: 780, Overrun: 60}),
		month(3, replay.PeriodHours{Allotted: 600}),
		month(1, replay.PeriodHours{Allotted: 300, Expired: 300}),
		month(2, replay.PeriodHours{Allotted: 300, Expired: 300}),
		month(3, replay.PeriodHours{Allotted: 300, Used: 380, Overrun: 80}),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if h.Pools[0].Pool.Name != "monthly" || h.Pools[1].Pool.Name != "tests" || len(h.Pools) != 2 {
		t.Errorf("pools %+v", h.Pools)
	}
	if h.Unpooled != 30 || h.Used() != 1640 || h.Allotted() != 2700 || h.Overrun() != 140 {
		t.Errorf("in no pool %d, used %d, allotted %d, overrun %d", h.Unpooled, h.Used(), h.Allotted(), h.Overrun())
	}
	if !h.Enough() { // 6.3 %
		t.Error("not enough")
	}
	if !h.Cost.IsZero() {
		t.Errorf("cost %+v without a price", h.Cost)
	}
}

// The monthly price of each month that began, and the overrun at the rate of its role.
//
// Seen red with: the last month left out; every overrun at the first rate; a rate for hours
// that are within the pool.
func TestCost(t *testing.T) {
	t.Parallel()
	c := named(t, "shop", "  monthly: {hours: 10}\n", pools+priced)
	for _, test := range []struct {
		all        []ledger.Work
		first, end string
		want       int64
	}{
		{nil, "2026-01-05 09:00", "2026-01-05 10:00", 450_000},
		{nil, "2026-01-31 09:00", "2026-02-01 00:00", 900_000},
		{winter[:2], "2026-01-05 09:00", "2026-03-31 18:00", 3 * 450_000},
		{winter, "2026-01-05 09:00", "2026-03-31 18:00", 3*450_000 + 9_500 + 12_000}, // 1 h Dev, 80 min QA
		// A minute of overrun costs 158.33 cents, rounded half up as each record is.
		{[]ledger.Work{work("2026-01-12", 601, "Dev")}, "2026-01-05 09:00", "2026-01-31 18:00", 450_158},
	} {
		h := hoursOf(t, c, test.all, test.first, test.end)
		if want := (contract.Money{Minor: test.want, Currency: "EUR"}); h.Cost != want {
			t.Errorf("%d records from %s to %s: %v, want %v", len(test.all), test.first, test.end, h.Cost, want)
		}
	}
}

// Of versions, each rules its own months: price, rates, and a pool that only the second has.
func TestHoursOfVersions(t *testing.T) {
	t.Parallel()
	second := replaced("version: 1", "version: 2", "2026-01-01", "2026-02-01",
		"  monthly: {hours: 10}\n", "  monthly: {hours: 20}\n  tests: {roles: [QA], hours: 5}\n"+
			"draws: [{take: all, roles: [QA], from: tests}, {take: all, from: monthly}]\n"+
			"price: {currency: EUR, month: 500000, hour: {other: 9000}}\n")
	c := replay.Contract{Name: "two", Terms: terms(t, shop+priced, second)}
	h := hoursOf(t, c, []ledger.Work{
		work("2026-01-12", 11*60, "QA"), work("2026-02-10", 6*60, "QA"), work("2026-02-10", 21*60, "Dev"),
	}, "2026-01-05 09:00", "2026-02-27 18:00")
	want := map[string][]replay.PeriodHours{
		"monthly": {
			{First: date("2026-01-01"), Allotted: 600, Used: 660, Overrun: 60},
			{First: date("2026-02-01"), Allotted: 1200, Used: 1260, Overrun: 60},
		},
		"tests": {{First: date("2026-02-01"), Allotted: 300, Used: 360, Overrun: 60}},
	}
	got := map[string][]replay.PeriodHours{}
	for _, p := range h.Pools {
		for _, n := range p.Periods {
			n.Expired = 0
			got[p.Pool.Name] = append(got[p.Pool.Name], n)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if h.Cost.Minor != 450_000+9_000+500_000+2*9_000 {
		t.Errorf("cost %v", h.Cost)
	}
	if h.Pools[0].Pool.Minutes != 20*60 {
		t.Errorf("the pool is not the one of the last version: %+v", h.Pools[0].Pool)
	}
}

// Amounts of two currencies have no sum, be they prices of months or of overruns.
//
// Seen red with: amounts added whatever their currency.
func TestTwoCurrencies(t *testing.T) {
	t.Parallel()
	second := replaced("version: 1", "version: 2", "2026-01-01", "2026-02-01") + "price: {currency: USD, month: 1, hour: {other: 9000}}\n"
	for name, test := range map[string]struct{ first, end string }{
		"months":          {shop + priced, "2026-02-27 18:00"},
		"overrun in both": {shop + "price: {currency: EUR, hour: {other: 9000}}\n", "2026-02-27 18:00"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := replay.Contract{Name: "two", Terms: terms(t, test.first, second)}
			_, err := replay.HoursOf(c, []ledger.Work{work("2026-01-12", 30*60, "Dev")}, at("2026-01-05 09:00"), at(test.end))
			want := fault.New(fault.Invalid, replay.CodeTwoCurrencies, "contract", "two", "one", "EUR", "other", "USD")
			if diff := cmp.Diff(fault.All(err), []*fault.Fault{want}); diff != "" {
				t.Error(diff)
			}
			hoursOf(t, c, nil, "2026-02-05 09:00", "2026-02-27 18:00")
		})
	}
}

// A history may be older than the contract, and work older than the first ticket: the first
// version rules from the first day on.
//
// Seen red with: a book that begins with the contract.
func TestHoursBeforeTheContract(t *testing.T) {
	t.Parallel()
	c := named(t, "shop", "  monthly: {hours: 10}\n", "  monthly: {hours: 10, carry: none, in: {2025-12: 2}}\n"+priced)
	h := hoursOf(t, c, []ledger.Work{work("2025-11-30", 60, "Dev"), work("2025-12-30", 180, "Dev")}, "2025-12-05 09:00", "2026-01-31 18:00")
	var got [][3]int
	for _, n := range h.Pools[0].Periods {
		got = append(got, [3]int{n.Allotted, n.Used, n.Overrun})
	}
	if diff := cmp.Diff([][3]int{{600, 60, 0}, {120, 180, 60}, {600, 0, 0}}, got); diff != "" {
		t.Error(diff)
	}
	if h.Cost.Minor != 3*450_000+9_500 {
		t.Errorf("cost %v", h.Cost)
	}
}

// An unlimited pool is given nothing and is never overrun.
func TestUnlimited(t *testing.T) {
	t.Parallel()
	c := named(t, "shop", "  monthly: {hours: 10}\n", "  monthly: unlimited\n")
	h := hoursOf(t, c, winter, "2026-01-05 09:00", "2026-03-31 18:00")
	if h.Used() != 1670 || h.Allotted() != 0 || h.Overrun() != 0 || !h.Enough() || h.Unpooled != 0 {
		t.Errorf("%+v", h)
	}
}

// Months without a price are unknown, not for nothing: such a contract has no cost to compare.
func TestPartlyPricedIsNotPriced(t *testing.T) {
	t.Parallel()
	source := func(version int, from, price string) string {
		return fmt.Sprintf("client: Anker\ntemplate: sla_hotfix@1\ntier: gold\nversion: %d\neffective: %s\nzone: UTC\n%s", version, from, price)
	}
	price := "price: {currency: EUR, month: 1000}\n"
	end := at("2026-03-31 12:00")
	for _, c := range []struct {
		name    string
		sources []string
		priced  bool
	}{
		{"all months", []string{source(1, "2026-01-01", price)}, true},
		{"from February", []string{source(1, "2026-01-01", ""), source(2, "2026-02-01", price)}, false},
		{"never", []string{source(1, "2026-01-01", "")}, false},
	} {
		hours, err := replay.HoursOf(replay.Contract{Name: c.name, Terms: terms(t, c.sources...)}, nil, at("2026-01-02 12:00"), end)
		if err != nil {
			t.Fatal(err)
		}
		if hours.Cost.IsZero() == c.priced {
			t.Errorf("%s: cost %+v", c.name, hours.Cost)
		}
	}
}
