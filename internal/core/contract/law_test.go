package contract_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
)

func day(year int, month time.Month, d int) calendar.Date {
	return calendar.Date{Year: year, Month: month, Day: d}
}

// clauses are what a drawn file may say beside its head; each can stand with the others.
var clauses = []func(*rapid.T) string{
	func(t *rapid.T) string {
		return fmt.Sprintf("calendars: {business: {holidays: [%s], open: [2026-11-28 09:00-%d:00], closed: [2026-12-24]}, night: \"Mon-Sun 20:00-06:00\"}\n",
			rapid.SampledFrom([]string{"NL@1", "DE@1, \"2027-05-05 x: y\"", "2026-12-25 Kerst"}).Draw(t, "holidays"), rapid.IntRange(10, 22).Draw(t, "until"))
	},
	func(t *rapid.T) string {
		return fmt.Sprintf("targets: {incident: {P2: {%s: %s, goal: %d}, P3: {update: {within: 1h30m, promise: kpi}}}, problem: {P1: {root_cause: %dwd}}}\n",
			rapid.SampledFrom([]string{"respond", "restore", "resolve", "answer"}).Draw(t, "target"),
			rapid.SampledFrom([]string{"90m", "3wd", "none", "next release", "{within: 7h, promise: sla, warn: [50]}"}).Draw(t, "within"),
			rapid.IntRange(1, 100).Draw(t, "goal"), rapid.IntRange(1, 9).Draw(t, "days"))
	},
	func(t *rapid.T) string {
		return fmt.Sprintf("coverage: {sla: {%s: always}, on_call: %s}\n",
			rapid.SampledFrom([]string{"P1", "P3", "respond", "default"}).Draw(t, "row"), rapid.SampledFrom([]string{"none", "always", "{for: [P2], rota: web-l2}"}).Draw(t, "call"))
	},
	func(t *rapid.T) string {
		return fmt.Sprintf("pools: {extra: {period: %s, hours: %d.5, in: {2026-01: 7h30m}, carry: {cap: 4h, expires: 1 month}, roles: [Dev], exchange: {other: 0.75}}, other: unlimited}\n",
			rapid.SampledFrom([]string{"month", "quarter", "year"}).Draw(t, "period"), rapid.IntRange(0, 900).Draw(t, "hours"))
	},
	func(t *rapid.T) string {
		return fmt.Sprintf("price: {currency: EUR, month: %d, hour: {Dev: 9500, other: 1}}\n", rapid.IntRange(0, 1_000_000).Draw(t, "price"))
	},
	func(t *rapid.T) string {
		return fmt.Sprintf("pauses: {restore: %s, answer: [client]}\n", rapid.SampledFrom([]string{"none", "[client]", "platform"}).Draw(t, "pause"))
	},
	func(t *rapid.T) string {
		return fmt.Sprintf("activities: {triage: %s, platform_updates: {accountable: client}}\n",
			rapid.SampledFrom([]string{"none", "{level: L1}", "{responsible: [client, platform]}"}).Draw(t, "triage"))
	},
	func(t *rapid.T) string {
		return fmt.Sprintf("olas: {\"Pakketlijn: B.V.\": {P2: %dm, critical: false}}\n", rapid.IntRange(1, 500).Draw(t, "ola"))
	},
	func(t *rapid.T) string {
		return fmt.Sprintf("open_tickets: %s\nbackdate_max: %s\n", rapid.SampledFrom([]string{"keep", "forward", "retroactive"}).Draw(t, "mode"),
			rapid.SampledFrom([]string{"8h", "2wd"}).Draw(t, "backdate"))
	},
	func(*rapid.T) string { return "sites: [shop.nl, \"a # b\", \"null\", \"- dash\"]\n" },
}

// drawFile draws a contract file that can be read.
func drawFile(t *rapid.T) string {
	file := drawHead(t)
	for i, clause := range clauses {
		if rapid.Bool().Draw(t, fmt.Sprint("clause ", i)) {
			file += clause(t)
		}
	}
	return file
}

func drawHead(t *rapid.T) string {
	s := rapid.SampledFrom(contract.Standards).Draw(t, "standard")
	var b strings.Builder
	fmt.Fprintf(&b, "client: %q\ntemplate: %s\nversion: %d\neffective: 2026-12-01\nzone: Europe/Amsterdam\n",
		rapid.SampledFrom([]string{"A", "Fiets & Co: \"de\" winkel", "12", "true", "~"}).Draw(t, "client"), contract.Templates[s.Model], rapid.IntRange(1, 99).Draw(t, "version"))
	if s.Tier != "" {
		fmt.Fprintf(&b, "tier: %s\n", s.Tier)
	}
	return b.String()
}

// A document in full says the same as the file that it came from, and is full already.
func TestExpansionIsStable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		source := drawFile(t)
		d := mustParse(t, source)
		full := d.YAML()
		again := mustParse(t, string(full))
		if !bytes.Equal(full, again.YAML()) {
			t.Fatalf("expanding again changes it:\n%s", cmp.Diff(string(full), string(again.YAML())))
		}
		if changes := contract.Diff(d, again); len(changes) > 0 {
			t.Fatalf("it says something else: %v", changes)
		}
		if diff := cmp.Diff(mustCompile(t, d), mustCompile(t, again), sameVersion); diff != "" {
			t.Fatalf("it compiles to something else:\n%s", diff)
		}
	})
}

// Nothing that rules read can change without diff telling it: two files that differ in one
// clause only.
func TestDiffIsComplete(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		file := drawHead(t)
		clause := rapid.SampledFrom(clauses).Draw(t, "clause")
		a, b := mustParse(t, file+clause(t)), mustParse(t, file+rapid.SampledFrom([]string{"", clause(t)}).Draw(t, "other"))
		if len(contract.Diff(a, b)) == 0 {
			if diff := cmp.Diff(mustCompile(t, a), mustCompile(t, b), sameVersion); diff != "" {
				t.Fatalf("diff is silent, but the versions differ:\n%s", diff)
			}
		}
	})
}

func mustParse(t *rapid.T, source string) *contract.Document {
	d, faults := contract.Parse("c.yaml", []byte(source))
	if len(faults) > 0 {
		t.Fatalf("%v\nin\n%s", faults, source)
	}
	return d
}

func mustCompile(t *rapid.T, d *contract.Document) *contract.Version {
	v, faults := d.Version()
	if len(faults) > 0 {
		t.Fatalf("%v", faults)
	}
	return v
}

// FuzzParse: whatever the bytes, Parse answers with a document or with faults that have a
// place, and a document in full can be read again.
func FuzzParse(f *testing.F) {
	f.Add(head + holidays)
	f.Add("client: [")
	f.Add("a: &b {c: *b}\n<<: *b\n")
	f.Add("- - - - -\n")
	f.Add("? {a: b}\n: c\n")
	f.Add(head + "targets: {incident: {P1: {respond: |\n  1h\n}}}")
	for _, s := range contract.Standards {
		f.Add(string(contract.Draft{Model: s.Model, Tier: s.Tier, Client: "A", Zone: "UTC", Effective: day(2026, 1, 1)}.YAML()))
	}
	f.Fuzz(func(t *testing.T, source string) {
		d, faults := contract.Parse("c.yaml", []byte(source))
		if (d == nil) == (len(faults) == 0) {
			t.Fatalf("a document and faults, or neither: %v", faults)
		}
		for _, f := range faults {
			if f.Where.File == "" || f.Where.Line < 1 {
				t.Errorf("a fault without a place: %v", f)
			}
		}
		if d == nil {
			return
		}
		contract.Lint(d)
		contract.Explain(d)
		full := d.YAML()
		again, faults := contract.Parse("c.yaml", full)
		if len(faults) > 0 {
			t.Fatalf("what was written in full cannot be read: %v\n%s", faults, full)
		}
		if !bytes.Equal(full, again.YAML()) {
			t.Fatalf("expanding again changes it:\n%s", cmp.Diff(string(full), string(again.YAML())))
		}
	})
}
