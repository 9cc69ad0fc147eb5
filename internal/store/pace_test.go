package store

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/reason"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// TestPace reads a clock that runs and steps, second by second of the one that nobody can
// set. Wall and want are seconds after noon.
func TestPace(t *testing.T) {
	t.Parallel()
	type at struct {
		mono, wall, want float64
		trust            trust
	}
	for _, c := range []struct {
		name     string
		readings []at
		leap     [2]float64
	}{
		{"runs", []at{{0, 0, 0, followed}, {1, 1, 1, followed}, {3600, 3600, 3600, followed}}, [2]float64{}},
		{"a little ahead", []at{{0, 0, 0, followed}, {1, 3, 3, followed}, {2, 4, 4, followed}}, [2]float64{}},
		{"a little back", []at{{0, 0, 0, followed}, {1, 0.5, 0.5, followed}, {2, 0.2, 0.5, followed}, {3, 1.2, 1.2, followed}}, [2]float64{}},
		{"little by little back", []at{{0, 10, 10, followed}, {0.1, 8.6, 10, followed}, {0.2, 7.2, 10.2, behind}, {1.2, 8.2, 11.2, behind}}, [2]float64{}},
		{"stands still", []at{{0, 0, 0, followed}, {1, 0, 0, followed}, {2, 0, 0, followed}, {2.5, 0, 2.5, behind}, {3, 0, 3, behind}}, [2]float64{}},
		{"an hour back, and mended", []at{
			{0, 0, 0, followed}, {1, -3599, 1, behind}, {61, -3539, 61, behind}, {62, 61.5, 62, behind}, {63, 63, 63, followed},
		}, [2]float64{}},
		{"an hour back, and mended too far", []at{{0, 0, 0, followed}, {1, -3599, 1, behind}, {2, 3, 3, followed}}, [2]float64{}},
		{"an hour ahead, and mended", []at{{0, 0, 0, followed}, {1, 3601, 1, ahead}, {30, 3630, 30, ahead}, {31, 31, 31, followed}}, [2]float64{}},
		{"an hour ahead for good", []at{
			{0, 0, 0, followed}, {1, 3601, 1, ahead}, {30.9, 3630.9, 30.9, ahead}, {31, 3631, 3631, followed}, {32, 3632, 3632, followed},
		}, [2]float64{31, 3631}},
		{"ahead, and further ahead", []at{
			{0, 0, 0, followed}, {1, 101, 1, ahead}, {30, 230, 30, ahead}, {59, 259, 59, ahead}, {60, 260, 260, followed},
		}, [2]float64{60, 260}},
		{"ahead, and then back", []at{{0, 0, 0, followed}, {1, 101, 1, ahead}, {2, -98, 2, behind}, {3, 103, 3, ahead}}, [2]float64{}},
		{"back and forth of a day", []at{{0, 0, 0, followed}, {1, -86399, 1, behind}, {2, 86402, 2, ahead}, {3, 3, 3, followed}}, [2]float64{}},
		{"nobody asked meanwhile", []at{{0, 0, 0, followed}, {86400, 86401, 86401, followed}}, [2]float64{}},
		{"slept, nobody asked", []at{{0, 0, 0, followed}, {1, 28801, 1, ahead}, {7200, 36000, 36000, followed}}, [2]float64{7200, 36000}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var p pace
			for _, r := range c.readings {
				p.observe(reading{wall: noon.Add(seconds(r.wall)), mono: seconds(r.mono)})
				if got := p.instant.Sub(noon); got != seconds(r.want) || p.trust != r.trust || p.skew != seconds(r.wall)-got {
					t.Fatalf("at %v: got %v, trust %v, skew %v, want %v, %v", r.mono, got, p.trust, p.skew, r.want, r.trust)
				}
			}
			want := notice.Leap{}
			if c.leap != [2]float64{} {
				want = notice.Leap{From: noon.Add(seconds(c.leap[0])), To: noon.Add(seconds(c.leap[1]))}
			}
			if p.leap != want {
				t.Errorf("leap %v, want %v", p.leap, want)
			}
		})
	}
}

func seconds(s float64) time.Duration { return time.Duration(s*1000) * time.Millisecond }

// TestPaceLaws draws clocks that step about. Instants never go back, do not stand still for
// longer than a tolerated step, and are never ahead of their own pace by more than that
// without a leap, which comes after a warning that has held.
func TestPaceLaws(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := pace{}
		var mono, offset time.Duration
		p.observe(reading{wall: noon})
		still, aheadFor := time.Duration(0), time.Duration(-1)
		for range rapid.IntRange(1, 60).Draw(t, "readings") {
			passed := rapid.SampledFrom([]time.Duration{time.Millisecond, 100 * time.Millisecond, time.Second, 20 * time.Second}).Draw(t, "passed")
			step := rapid.SampledFrom([]time.Duration{
				0, 0, 0, 0, time.Millisecond, -time.Millisecond, 1900 * time.Millisecond, -1900 * time.Millisecond,
				time.Hour, -time.Hour, 24 * time.Hour, -24 * time.Hour,
			}).Draw(t, "step")
			mono, offset = mono+passed, offset+step
			before, leap := p.instant, p.leap
			news := p.observe(reading{wall: noon.Add(mono + offset), mono: mono})
			moved := p.instant.Sub(before)
			leapt := p.leap != leap
			if moved < 0 {
				t.Fatalf("went back by %v", -moved)
			}
			if still += passed; moved > 0 {
				still = 0
			}
			if still > toleratedStep {
				t.Fatalf("stood still for %v", still)
			}
			// After standing still, it catches up with its own pace.
			if moved > passed+2*toleratedStep && !leapt {
				t.Fatalf("moved by %v in %v", moved, passed)
			}
			if leapt && (!news || aheadFor+passed < believedAfter || p.leap.To != p.instant || p.leap.From.Before(before)) {
				t.Fatalf("leapt %v after %v ahead, told %v", p.leap, aheadFor, news)
			}
			switch {
			case p.trust != ahead:
				aheadFor = -1
			case step.Abs() > toleratedStep || aheadFor < 0:
				aheadFor = 0
			default:
				aheadFor += passed
			}
		}
	})
}

// hands is a machine whose clocks a test sets.
type hands struct{ reading }

func (h *hands) read() reading { return h.reading }

func (h *hands) pass(d, step time.Duration) {
	h.mono += d
	h.wall = h.wall.Add(d + step)
}

// TestOperatorHearsOfTheClock has the store on a machine whose clock is set.
func TestOperatorHearsOfTheClock(t *testing.T) {
	t.Parallel()
	s, err := Create(t.Context(), t.TempDir()+"/clock.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	h := &hands{reading{wall: noon}}
	s.time.machine = h.read
	var told []reason.Code
	s.Warn = func(r reason.Reason) { told = append(told, r.Code) }
	for _, step := range []struct {
		passed, step time.Duration
		told         reason.Code
		skew         time.Duration
	}{
		{0, 0, "", 0},
		{time.Minute, 0, "", 0},
		{time.Second, -time.Hour, CodeClockBack, -time.Hour},
		{time.Minute, 0, "", -time.Hour},
		{time.Second, time.Hour, CodeClockRight, 0},
		{time.Second, time.Hour, CodeClockAhead, time.Hour},
		{time.Second, 0, "", time.Hour},
		{believedAfter, 0, CodeClockLeapt, 0},
		{time.Second, 0, "", 0},
	} {
		told = nil
		h.pass(step.passed, step.step)
		skew := s.ClockSkew()
		if skew.Followed != step.skew || skew.Node != step.skew {
			t.Errorf("after %+v: skew %+v", step, skew)
		}
		if step.told == "" && len(told) > 0 || step.told != "" && (len(told) != 1 || told[0] != step.told) {
			t.Errorf("after %+v: told %q", step, told)
		}
	}
	if leap := s.ClockSkew().Leap; leap.To.Sub(leap.From) != time.Hour {
		t.Errorf("leap %v", leap)
	}
}
