package ui

import (
	"math"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/wording"
)

func TestFaces(t *testing.T) {
	t.Parallel()
	const m, h = time.Minute, time.Hour
	due := time.Date(2026, 11, 19, 14, 50, 0, 0, time.FixedZone("CET", 3600))
	run := func(left, whole time.Duration) clock.Clock {
		c := clock.Clock{
			Kind: contract.Restoration, Phase: clock.Running, Verdict: clock.Within, Promise: contract.SLA,
			Remaining: left, Allowed: whole, Due: due,
		}
		if left < 0 {
			c.Verdict = clock.Breached
		}
		return c
	}
	but := func(c clock.Clock, change func(*clock.Clock)) clock.Clock { change(&c); return c }
	kpi := func(c *clock.Clock) {
		c.Promise = contract.KPI
		if c.Verdict == clock.Breached {
			c.Verdict = clock.Missed
		}
	}
	stopped := func(c *clock.Clock) { c.Phase = clock.Stopped }
	for _, e := range []struct {
		name  string
		clock clock.Clock
		look  Look
		share float64
		left  string
		dutch string
	}{
		{"calm", run(6*h+10*m, 8*h), Calm, 370.0 / 480, "6 h 10", "6 h 10"},
		{"a quarter is still calm", run(2*h, 8*h), Calm, .25, "2 h", "2 h"},
		{"under a quarter", run(2*h-time.Second, 8*h), Watch, 7199.0 / 28800, "1 h 59", "1 h 59"},
		{"a tenth is not near yet", run(48*m, 8*h), Watch, .1, "48 min", "48 min"},
		{"under a tenth", run(47*m, 8*h), Near, 47.0 / 480, "47 min", "47 min"},
		{"a quarter of an hour", run(15*m, 20*m), Calm, .75, "15 min", "15 min"},
		{"under a quarter of an hour, whatever the target", run(14*m, 20*m), Near, .7, "14 min", "14 min"},
		{"seconds under two minutes", run(42*time.Second, h), Near, 42.0 / 3600, "42 s", "42 s"},
		{"due now", run(0, h), Near, 0, "0 s", "0 s"},
		{"broken", run(-66*m, 8*h), Over, 0, "1 h 06 over", "1 h 06 te laat"},
		{"more left than the target", run(9*h, 8*h), Calm, 1, "9 h", "9 h"},
		{"no target in open time", run(2*h, 0), Calm, 0, "2 h", "2 h"},
		{"paused", but(run(185*m, 8*h), func(c *clock.Clock) {
			c.Phase, c.WaitsFor = clock.Paused, catalog.ThirdParty
		}), Still, 185.0 / 480, "3 h 05 left", "nog 3 h 05"},
		{"kept", but(run(h, 8*h), stopped), Kept, .125, "kept", "gehaald"},
		{"stopped too late", but(run(-145*m, 8*h), stopped), Missed, 0, "2 h 25 over", "2 h 25 te laat"},
		{"not started", but(run(0, 48*h), func(c *clock.Clock) {
			c.Phase, c.Verdict = clock.NotStarted, clock.Undecided
		}), Waiting, 0, "48 h", "48 h"},
		{"not started, in working days", but(run(0, 0), func(c *clock.Clock) {
			c.Phase, c.Verdict, c.Target = clock.NotStarted, clock.Undecided, &contract.Target{WorkDays: 5}
		}), Waiting, 0, "5 days", "5 dagen"},
		{"not started, length unknown", but(run(0, 0), func(c *clock.Clock) { c.Phase = clock.NotStarted }), Waiting, 0, "not started", "niet begonnen"},
		{"not measurable", but(run(0, 8*h), func(c *clock.Clock) {
			c.Phase, c.Verdict = clock.Stopped, clock.NotMeasurable
		}), Unknown, 0, "not known", "niet bekend"},
		{"KPI is never amber or red", but(run(2*m, 8*h), kpi), Calm, 2.0 / 480, "2 min", "2 min"},
		{"KPI over", but(run(-20*m, 8*h), kpi), Over, 0, "20 min over", "20 min te laat"},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			got := FaceOf(wording.In(wording.English), e.clock)
			if got.Look != e.look {
				t.Errorf("look %q, want %q", got.Look, e.look)
			}
			if math.Abs(got.Share-e.share) > 1e-4 {
				t.Errorf("share %v, want %v", got.Share, e.share)
			}
			if left := spaced(got.Left); left != e.left {
				t.Errorf("left %q, want %q", left, e.left)
			}
			if left := spaced(FaceOf(wording.In(wording.Dutch), e.clock).Left); left != e.dutch {
				t.Errorf("in Dutch %q, want %q", left, e.dutch)
			}
			if got.KPI != (e.clock.Promise == contract.KPI) {
				t.Errorf("KPI %v", got.KPI)
			}
			if runs := e.clock.Phase == clock.Running; got.ticks() != runs {
				t.Errorf("ticks %v, want %v", got.ticks(), runs)
			}
		})
	}
}

func TestArcIsWhatIsLeft(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]string{0: "0.0 100", 0.075: "7.5 100", 0.5: "50.0 100", 1: "100.0 100", 1.0 / 3: "33.3 100"} {
		if got := (Face{Share: share}).arc(); got != want {
			t.Errorf("%v left: dashes %q, want %q", share, got, want)
		}
	}
}
