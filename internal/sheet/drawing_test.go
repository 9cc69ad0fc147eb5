package sheet

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/wording"
)

var start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// late is an explained clock that was late: hours of each segment, what it did, and when it
// was due.
func late(promise contract.Promise, due time.Duration, hours []int, what ...reason.Code) (replay.Case, clock.Explanation) {
	e := clock.Explanation{Clock: clock.Clock{Promise: promise, Due: start.Add(due), Since: start}}
	from := start
	for i, n := range hours {
		to := from.Add(time.Duration(n) * time.Hour)
		e.Segments = append(e.Segments, clock.Segment{From: from, To: to, What: what[i%len(what)]})
		from = to
	}
	e.Elapsed = e.Counted()
	e.Remaining = due - e.Elapsed
	return replay.Case{Clock: e.Clock}, e
}

func percentOf(t *testing.T, text string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(strings.TrimSuffix(text, "%"), 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func drawn(t *testing.T, d drawing) (widths map[string]float64, classes []string) {
	t.Helper()
	widths = map[string]float64{}
	at := 0.0
	for _, p := range d.shapes {
		if p.kind != "rect" {
			continue
		}
		if x := percentOf(t, p.x); math.Abs(x-at) > .02 {
			t.Errorf("a segment starts at %v %%, the one before ends at %v %%", x, at)
		}
		widths[p.class] += percentOf(t, p.w)
		classes = append(classes, p.class)
		at += percentOf(t, p.w)
	}
	if math.Abs(at-100) > .05*float64(len(d.shapes)) {
		t.Errorf("the segments cover %v %%", at)
	}
	return widths, classes
}

func TestSegmentsCoverTheRound(t *testing.T) {
	t.Parallel()
	s := &sheet{Comparison: &replay.Comparison{Zone: time.UTC}, voice: wording.In(wording.English)}
	// Two hours counted, four shut, four counted: due after three counted hours.
	c, e := late(contract.SLA, 7*time.Hour, []int{2, 4, 4}, clock.CodeCounted, clock.CodeShut, clock.CodeCounted)
	_, classes := drawn(t, s.segments(c, e))
	if want := []string{"seg-counted", "seg-shut", "seg-counted", "seg-late"}; !slices.Equal(classes, want) {
		t.Errorf("drawn %v, want %v", classes, want)
	}
	c, e = late(contract.KPI, 7*time.Hour, []int{2, 4, 4}, clock.CodeCounted, clock.CodeShut, clock.CodeCounted)
	if _, classes := drawn(t, s.segments(c, e)); slices.Contains(classes, "seg-late") {
		t.Errorf("a key figure is drawn as broken: %v", classes)
	}
}

// TestManySegmentsAreAddedUp draws sums where stretches would be thinner than a line.
func TestManySegmentsAreAddedUp(t *testing.T) {
	t.Parallel()
	s := &sheet{Comparison: &replay.Comparison{Zone: time.UTC}, voice: wording.In(wording.English)}
	hours := make([]int, 200)
	for i := range hours {
		hours[i] = 1 + 2*(i%2) // counted 1, shut 3
	}
	c, e := late(contract.SLA, 30*time.Hour, hours, clock.CodeCounted, clock.CodeShut)
	c.Clock.Remaining = -70 * time.Hour
	widths, classes := drawn(t, s.segments(c, e))
	if len(classes) != 3 || math.Abs(widths["seg-shut"]-75) > .1 || math.Abs(widths["seg-late"]-17.5) > .1 {
		t.Errorf("drawn %v as %v", classes, widths)
	}
}

func TestNothingToDraw(t *testing.T) {
	t.Parallel()
	s := &sheet{Comparison: &replay.Comparison{Zone: time.UTC}, voice: wording.In(wording.English)}
	if d := s.segments(replay.Case{}, clock.Explanation{}); len(d.shapes) != 0 {
		t.Errorf("drawn %v", d.shapes)
	}
}

func TestTextWraps(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	l := &lines{w: &out}
	l.item(strings.Repeat("word ", 60) + "3\u00a0h\u00a006")
	for line := range strings.Lines(out.String()) {
		if n := len(strings.TrimRight(line, "\n")); n > width {
			t.Errorf("a line of %d: %s", n, line)
		}
	}
	if !strings.Contains(out.String(), "3 h 06") || !strings.HasPrefix(out.String(), "  - word") {
		t.Errorf("wrapped as\n%s", out.String())
	}
}
