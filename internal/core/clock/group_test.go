package clock_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// TestSpansAreTheGroups holds spans against Group: every face lies in the span of its own
// group and of no other.
func TestSpansAreTheGroups(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 19, 13, 32, 0, 0, time.UTC)
	rapid.Check(t, func(t *rapid.T) {
		lanes := []clock.Lane{clock.LaneDue, clock.LanePaused, clock.LaneMeasured, clock.LaneNone}
		f := clock.Face{Lane: rapid.SampledFrom(lanes).Draw(t, "lane")}
		if rapid.Bool().Draw(t, "has a due") {
			near := rapid.SampledFrom([]time.Duration{-time.Millisecond, 0, time.Millisecond, 4 * time.Hour, 4*time.Hour + time.Millisecond}).Draw(t, "near")
			f.Due = now.Add(near + time.Duration(rapid.Int64Range(-1e3, 1e3).Draw(t, "far"))*time.Hour)
		}
		f.Left = time.Duration(rapid.Int64Range(-1e6, 1e6).Draw(t, "left")) * time.Millisecond
		for _, g := range clock.Groups {
			s := g.Span(now)
			within := s.Lane == f.Lane && s.From <= f.Rank() && f.Rank() <= s.Until
			if within != (f.Group(now) == g) {
				t.Fatalf("%+v is in group %s, span of %s %v", f, f.Group(now), g, within)
			}
		}
	})
}

func TestNearness(t *testing.T) {
	t.Parallel()
	const m, h = time.Minute, time.Hour
	due := time.Date(2026, 11, 19, 14, 50, 0, 0, time.UTC)
	for _, e := range []struct {
		name          string
		left, allowed time.Duration
		want          clock.Nearness
	}{
		{"plenty", 6 * h, 8 * h, clock.Calm},
		{"a quarter", 2 * h, 8 * h, clock.Calm},
		{"under a quarter", 2*h - 1, 8 * h, clock.Near},
		{"a tenth", 48 * m, 8 * h, clock.Near},
		{"under a tenth", 48*m - 1, 8 * h, clock.Danger},
		{"a quarter of an hour", 15 * m, 20 * m, clock.Calm},
		{"under a quarter of an hour, whatever the target", 15*m - 1, 20 * m, clock.Danger},
		{"over", -m, 8 * h, clock.Over},
	} {
		f := clock.Face{Lane: clock.LaneDue, Phase: clock.Running, Promise: contract.SLA, Due: due, Allowed: e.allowed}
		c := clock.Clock{Phase: clock.Running, Promise: contract.SLA, Due: due, Remaining: e.left, Allowed: e.allowed, Verdict: clock.Within}
		if e.left < 0 {
			c.Verdict = clock.Breached
		}
		if got := f.Nearness(e.left, due.Add(-e.left)); got != e.want {
			t.Errorf("%s: face %v, want %v", e.name, got, e.want)
		}
		if got := c.Nearness(); got != e.want {
			t.Errorf("%s: clock %v, want %v", e.name, got, e.want)
		}
		c.Promise, f.Promise = contract.KPI, contract.KPI
		if c.Nearness() != clock.Calm || f.Nearness(e.left, due.Add(-e.left)) != clock.Calm {
			t.Errorf("%s: a key figure is never near", e.name)
		}
		c.Promise, c.Phase = contract.SLA, clock.Paused
		if c.Nearness() != clock.Calm {
			t.Errorf("%s: a clock that stands still is never near", e.name)
		}
	}
}
