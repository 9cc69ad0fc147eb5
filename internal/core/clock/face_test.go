package clock_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

func (h history) face(at time.Time) clock.Face {
	var v clock.View
	v.Look(h.terms, h.timeline(), at)
	return v.Face()
}

// target is the one that the clock of a face runs towards, as a list finds it.
func (h history) target(f *clock.Face) *contract.Target {
	for _, v := range h.terms {
		if f.Lane != clock.LaneNone && v.Number == f.Version {
			return v.Target(h.entries[0].Fact.(ticket.Logged).Kind, f.Priority, f.Kind)
		}
	}
	return nil
}

// quietUntil is the instant before which nothing happens to the ticket after another one.
func (h history) quietUntil(after time.Time) time.Time {
	until := h.at(horizon)
	for _, e := range h.entries {
		if e.At.After(after) && e.At.Before(until) {
			until = e.At
		}
	}
	for _, v := range h.terms {
		if v.Effective.After(after) && v.Effective.Before(until) {
			until = v.Effective
		}
	}
	return until
}

// A face that was read at one instant and carried on is the face that is read later, as long
// as nothing happens and until it turns: so a list need not be written as time passes.
func TestAFaceIsCarriedOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		read := h.at(drawInstant(t))
		was := h.face(read)
		until := h.quietUntil(read)
		if turns := was.Turns(); turns.Before(until) {
			until = turns
		}
		if !until.After(read) {
			return
		}
		later := read.Add(time.Duration(rapid.Int64Range(0, until.Sub(read).Milliseconds()-1).Draw(t, "later")) * time.Millisecond)
		got := was
		got.Left = was.LeftAt(h.target(&was), later)
		if diff := cmp.Diff(h.face(later), got); diff != "" {
			t.Fatalf("read at %v, later %v (-read +carried on):\n%s\n%v", read, later, diff, h)
		}
		if turns := was.Turns(); !turns.After(read) {
			t.Fatalf("read at %v, the face turned before: %v", read, turns)
		} else if turns.Before(h.quietUntil(read)) {
			if now := h.face(turns); now.Lane == was.Lane && now.Kind == was.Kind {
				t.Fatalf("at %v it turns and is the same: %+v\n%v", turns, now, h)
			}
		}
	})
}

// The verdict of a face that was read at one instant is that of its clock when it is read later,
// also when the face has turned.
func TestTheVerdictOfAFaceIsThatOfItsClock(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		read := h.at(drawInstant(t))
		f := h.face(read)
		until := h.quietUntil(read)
		if f.Lane == clock.LaneNone || !until.After(read) {
			return
		}
		at := read.Add(time.Duration(rapid.Int64Range(0, until.Sub(read).Milliseconds()-1).Draw(t, "later")) * time.Millisecond)
		if rapid.Bool().Draw(t, "at the due") && !f.Due.Before(read) && f.Due.Add(time.Millisecond).Before(until) {
			at = f.Due.Add(time.Duration(rapid.IntRange(0, 1).Draw(t, "beyond")) * time.Millisecond)
		}
		var of clock.Clock // the last of its kind is the one that goes on
		for _, c := range clock.Read(h.terms, h.timeline(), at).Clocks {
			if c.Kind == f.Kind {
				of = c
			}
		}
		if got := f.Verdict(at); got != of.Verdict {
			t.Fatalf("read at %v, at %v %v, the clock is %v\n%+v\n%v", read, at, got, of.Verdict, f, h)
		}
	})
}

// The face is the first of all clocks that go on, by lane and rank.
func TestTheFaceIsTheMostPressing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		at := h.at(drawInstant(t))
		f := h.face(at)
		lane := clock.LaneNone
		var first int64
		for _, c := range clock.Read(h.terms, h.timeline(), at).Clocks {
			l, rank := laneOf(&c)
			if l < lane || l == lane && l != clock.LaneNone && rank < first {
				lane, first = l, rank
			}
		}
		if f.Lane != lane || lane != clock.LaneNone && f.Rank() != first {
			t.Fatalf("at %v: lane %d rank %d, want %d, %d\n%v", at, f.Lane, f.Rank(), lane, first, h)
		}
	})
}

// laneOf says by the definition where a clock stands in a list.
func laneOf(c *clock.Clock) (clock.Lane, int64) {
	due := clock.Never.UnixMilli()
	if !c.Due.IsZero() {
		due = c.Due.UnixMilli()
	}
	switch {
	case c.Phase != clock.Running && c.Phase != clock.Paused || c.Verdict == clock.NotMeasurable:
		return clock.LaneNone, 0
	case c.Promise == contract.KPI && c.Verdict.Late():
		return clock.LaneMeasured, due
	case c.Phase == clock.Paused && c.Due.IsZero():
		return clock.LanePaused, c.Remaining.Milliseconds()
	default:
		return clock.LaneDue, due
	}
}

// Risky is the first instant at which the clock is no longer calm, so that a list can ask for
// it without reading clocks.
func TestRiskyIsWhenItIsNoLongerCalm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		read := h.at(drawInstant(t))
		f := h.face(read)
		target := h.target(&f)
		calm := func(at time.Time) bool { return f.Nearness(f.LeftAt(target, at), at) == clock.Calm }
		if f.Lane != clock.LaneDue || f.Promise == contract.KPI || f.Phase == clock.Paused {
			if f.Risky != clock.Never || !calm(read.AddDate(1, 0, 0)) {
				t.Fatalf("%+v is risky", f)
			}
			return
		}
		at := read.Add(time.Duration(rapid.IntRange(0, 9*day).Draw(t, "later")) * time.Minute)
		if rapid.Bool().Draw(t, "at the edge") && f.Risky.After(read) && f.Risky != clock.Never {
			at = f.Risky.Add(time.Duration(rapid.IntRange(-1, 1).Draw(t, "off")) * time.Millisecond)
		}
		if risky := !at.Before(f.Risky); risky == calm(at) {
			t.Fatalf("at %v, %v left of %v: risky from %v on\n%+v\n%v", at, f.LeftAt(target, at), f.Allowed, f.Risky, f, h)
		}
	})
}

// A short day: a clock with little left in the evening is near until the morning.
func TestRiskyCountsOpenTime(t *testing.T) {
	t.Parallel()
	w := windows()[0]
	v := &contract.Version{Number: 1, Effective: w.base}
	v.Targets[catalog.Incident][catalog.P1][contract.Response] = &contract.Target{
		Calendar: w.named["desk"], Promise: contract.SLA, Open: 40 * time.Minute,
	}
	opened := utc("2026-03-23T16:10") // closes at 17:30, which is 16:30 UTC
	h := history{window: w, terms: contract.Terms{v}, entries: []ticket.Entry{{At: opened, Recorded: opened, Fact: ticket.Logged{Kind: catalog.Incident, Priority: catalog.P1}}}}
	f := h.face(opened)
	if f.Due != utc("2026-03-24T08:20") || f.Risky != utc("2026-03-24T08:05").Add(time.Millisecond) {
		t.Errorf("due %v, risky %v", f.Due, f.Risky)
	}
}
