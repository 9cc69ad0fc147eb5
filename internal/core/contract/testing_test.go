package contract_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// head is what every file of these tests begins with, unless it is the head that is tested.
const head = `client: Fietswereld
template: sla_hotfix@1
tier: gold
version: 1
effective: 2026-12-01
zone: Europe/Amsterdam
`

// holidays are what a clean file says of its ordinary calendar.
const holidays = "calendars: {business: {holidays: [NL@1]}}\n"

// mark stands in the source of a test before the place where a fault must be.
const mark = "§"

// unmark takes the mark out of a source and tells where it was.
func unmark(t *testing.T, source string) (string, fault.Position) {
	t.Helper()
	before, after, ok := strings.Cut(source, mark)
	if !ok || strings.Contains(after, mark) {
		t.Fatalf("the source needs one mark:\n%s", source)
	}
	last := before[strings.LastIndexByte(before, '\n')+1:]
	return before + after, fault.Position{File: "c.yaml", Line: strings.Count(before, "\n") + 1, Column: len([]rune(last)) + 1}
}

func parse(tb testing.TB, source string) *contract.Document {
	tb.Helper()
	d, faults := contract.Parse("c.yaml", []byte(source))
	if len(faults) > 0 {
		tb.Fatalf("%v\nin\n%s", faults, source)
	}
	return d
}

func compile(tb testing.TB, d *contract.Document) *contract.Version {
	tb.Helper()
	v, faults := d.Version()
	if len(faults) > 0 {
		tb.Fatal(faults)
	}
	return v
}

// sameVersion compares versions: what they promise, not where that was written.
var sameVersion = cmp.Options{
	cmpopts.IgnoreTypes(fault.Position{}),
	cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b *calendar.Calendar) bool {
		return a == b || a != nil && b != nil && specOf(a) == specOf(b)
	}),
	cmp.Comparer(func(a, b *time.Location) bool { return a.String() == b.String() }),
}

var specs sync.Map

// specOf is the text of a calendar's spec, made once: a calendar stands in many targets and
// has hundreds of holidays.
func specOf(c *calendar.Calendar) string {
	if known, ok := specs.Load(c); ok {
		return known.(string)
	}
	text := fmt.Sprint(c.Spec())
	specs.Store(c, text)
	return text
}
