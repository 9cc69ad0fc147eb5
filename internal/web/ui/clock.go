package ui

import (
	"strconv"
	"time"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/wording"
)

// Look is how a ring looks. Each has a shape of its own, so that it reads in grey.
type Look string

// The looks of a ring.
const (
	Calm    Look = "calm"    // runs, time enough
	Watch   Look = "watch"   // runs, under a quarter of the target left
	Near    Look = "near"    // runs, under a tenth or a quarter of an hour left
	Over    Look = "over"    // runs on, later than due
	Kept    Look = "kept"    // stopped in time
	Missed  Look = "missed"  // stopped too late
	Still   Look = "still"   // paused
	Waiting Look = "waiting" // not started
	Unknown Look = "unknown" // cannot be measured
)

// Face is what a clock shows: a ring and the words beside it.
type Face struct {
	Look  Look
	KPI   bool    // measured, not promised: never amber or red
	Share float64 // of the target that is left, 0 to 1
	Left  string  // "18 min", "1 h 06 over", "kept"
	What  string  // "restore", "respond, KPI"
	Title string  // with the due time in full

	// With these the browser counts on by itself, for as long as the clock runs. Open time
	// left is never more than the time until due, so what it shows errs to the calm side
	// while the hours are shut, until the next live update.
	Due   time.Time
	Open  time.Duration // open time left
	Whole time.Duration // the target
}

// FaceOf gives the face of a clock as it was read. It looks at Kind, Phase, Verdict, Promise,
// Due, Remaining, Allowed and WaitsFor alone, so that a row of a list needs to keep no more.
func FaceOf(v *wording.Voice, c clock.Clock) Face {
	f := Face{Look: lookOf(c), KPI: c.Promise == contract.KPI, Share: share(c.Remaining, c.Allowed)}
	f.What = v.Text("ui.what." + c.Kind.String())
	if f.KPI {
		f.What = v.Text("ui.clock.kpi", "what", f.What)
	}
	f.Left = leftWords(v, f.Look, c)
	f.Title = v.Text("ui.clock.title."+string(f.Look), "target", c.Kind, "due", c.Due, "party", c.WaitsFor, "left", f.Left)
	if c.Phase == clock.Running {
		f.Due, f.Open, f.Whole = c.Due, c.Remaining, c.Allowed
	}
	return f
}

func lookOf(c clock.Clock) Look {
	late := c.Verdict.Late()
	switch {
	case c.Verdict == clock.NotMeasurable:
		return Unknown
	case c.Phase == clock.Stopped && late:
		return Missed
	case c.Phase == clock.Stopped:
		return Kept
	case c.Phase == clock.None || c.Phase == clock.NotStarted:
		return Waiting
	case late:
		return Over
	case c.Phase == clock.Paused:
		return Still
	}
	switch c.Nearness() {
	case clock.Danger:
		return Near
	case clock.Near:
		return Watch
	default:
		return Calm
	}
}

// limits are the rule of clock.Nearness for the browser, which counts on by itself: percent
// near, percent in danger, and milliseconds under which all are.
func limits() string {
	return strconv.Itoa(clock.NearPercent) + " " + strconv.Itoa(clock.DangerPercent) + " " + lasting(clock.CloseTo)
}

func leftWords(v *wording.Voice, l Look, c clock.Clock) string {
	switch l {
	case Over, Missed:
		return v.Text("ui.clock.over", "span", span(-c.Remaining))
	case Still:
		return v.Text("ui.clock.left", "span", span(c.Remaining))
	case Kept, Unknown:
		return v.Text("ui.clock." + string(l))
	case Waiting:
		if c.Target != nil && c.Target.WorkDays > 0 {
			return v.Text("ui.clock.work_days", "count", c.Target.WorkDays)
		}
		if c.Allowed > 0 {
			return span(c.Allowed)
		}
		return v.Text("ui.clock.waiting")
	default:
		return span(c.Remaining)
	}
}

// span writes a duration in whole minutes, and in seconds under two minutes.
func span(d time.Duration) string {
	if d >= 2*time.Minute {
		d = d.Truncate(time.Minute)
	}
	return wording.Duration(d)
}

// share is the part of the whole that is left, within 0 and 1.
func share(left, whole time.Duration) float64 {
	if whole <= 0 {
		return 0
	}
	return min(max(float64(left)/float64(whole), 0), 1)
}

// arc is the dash pattern of a circle that is 100 long.
func (f Face) arc() string { return strconv.FormatFloat(100*f.Share, 'f', 1, 64) + " 100" }

// phase groups looks for the style sheet: what is drawn dashed, and what is not counting.
func (f Face) phase() string {
	switch f.Look {
	case Still:
		return "paused"
	case Waiting, Unknown:
		return "waiting"
	}
	return "running"
}

// runs is what the browser counts with: due, open time left and the target, in milliseconds.
func (f Face) runs() string {
	return millis(f.Due) + " " + lasting(f.Open) + " " + lasting(f.Whole)
}

// ticks tells whether the browser can count on.
func (f Face) ticks() bool { return !f.Due.IsZero() && f.phase() == "running" }

func millis(t time.Time) string { return strconv.FormatInt(t.UnixMilli(), 10) }

func lasting(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }
