package watch_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/watch"
)

// The laws are held against 500 cases each unless -rapid.checks says another number, 50 in
// a short run.
func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "rapid.checks" })
	if !chosen {
		checks := "500"
		if testing.Short() {
			checks = "50"
		}
		if err := flag.Set("rapid.checks", checks); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// start is a Monday; clocks change on the Sunday after it.
var start = time.Date(2026, 3, 23, 0, 0, 0, 0, time.UTC)

func minute(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }

const day = 24 * 60

var calendars = sync.OnceValue(func() []*calendar.Calendar {
	desk := calendar.Spec{Zone: "Europe/Amsterdam"}
	for weekday := time.Monday; weekday <= time.Friday; weekday++ {
		desk.Weekly[weekday] = []calendar.Interval{{From: 9 * 60, To: 17 * 60}}
	}
	var made []*calendar.Calendar
	for _, spec := range []calendar.Spec{desk, {Always: true, Zone: "Europe/Amsterdam"}} {
		c, err := calendar.New(spec)
		if err != nil {
			panic(err)
		}
		made = append(made, c)
	}
	return made
})

// history is random terms and what was reported, in the order in which it was recorded.
type history struct {
	terms    contract.Terms
	reported []ticket.Entry
	end      time.Time // when everything is settled for the last time
}

func drawHistory(t *rapid.T, lateReports bool) history {
	h := history{terms: drawTerms(t)}
	opened := rapid.IntRange(0, 2*day).Draw(t, "opened")
	now := opened
	h.add(opened, opened, ticket.Logged{Kind: catalog.Incident, Priority: drawPriority(t)})
	for range rapid.IntRange(0, 10).Draw(t, "facts") {
		most := rapid.SampledFrom([]int{0, 15, 240, day}).Draw(t, "at most")
		now += rapid.IntRange(0, most).Draw(t, "minutes later")
		at := now
		if lateReports && rapid.IntRange(0, 2).Draw(t, "late") == 0 {
			at = max(opened, now-rapid.IntRange(0, day).Draw(t, "minutes late"))
		}
		h.add(at, now, drawFact(t, at))
	}
	h.end = minute(now + rapid.IntRange(0, 4*day).Draw(t, "end"))
	return h
}

func (h *history) add(at, recorded int, f ticket.Fact) {
	h.reported = append(h.reported, ticket.Entry{At: minute(at), Recorded: minute(recorded), Fact: f})
}

func drawTerms(t *rapid.T) contract.Terms {
	count := rapid.IntRange(1, 3).Draw(t, "versions")
	from := rapid.SliceOfNDistinct(rapid.IntRange(0, 6*day), count, count, rapid.ID).Draw(t, "effective")
	slices.Sort(from)
	var terms contract.Terms
	for i, effective := range from {
		v := &contract.Version{
			Number: i + 1, Effective: minute(effective),
			OpenTickets:    rapid.SampledFrom([]contract.Mode{contract.Keep, contract.Forward, contract.Retroactive}).Draw(t, "open tickets"),
			PriorityChange: rapid.SampledFrom([]contract.Mode{contract.Forward, contract.Retroactive}).Draw(t, "priority change"),
		}
		for kind := range v.Pauses {
			if rapid.Bool().Draw(t, "pauses") {
				v.Pauses[kind] = catalog.PartiesOf(catalog.Client)
			}
			for p := catalog.P1; p <= catalog.P2; p++ {
				v.Targets[catalog.Incident][p][kind] = drawTarget(t)
			}
		}
		terms = append(terms, v)
	}
	return terms
}

func drawTarget(t *rapid.T) *contract.Target {
	target := &contract.Target{
		Open:     time.Duration(rapid.IntRange(0, 600).Draw(t, "open minutes")) * time.Minute,
		Calendar: rapid.SampledFrom(calendars()).Draw(t, "calendar"),
		Warn:     rapid.SampledFrom([][]int{nil, {75}, {50, 90}, {100}}).Draw(t, "warn"),
	}
	switch rapid.IntRange(0, 5).Draw(t, "other") {
	case 0:
		return nil
	case 1:
		target.Promise = contract.KPI
	case 2:
		target.WorkDays = rapid.IntRange(1, 3).Draw(t, "days")
	}
	return target
}

func drawPriority(t *rapid.T) catalog.Priority {
	return rapid.SampledFrom([]catalog.Priority{catalog.P1, catalog.P2}).Draw(t, "priority")
}

func drawFact(t *rapid.T, at int) ticket.Fact {
	target := contract.TargetKind(rapid.IntRange(0, contract.NumTargets-1).Draw(t, "of target"))
	due := minute(at + rapid.IntRange(-day, 2*day).Draw(t, "agreed"))
	return rapid.SampledFrom([]ticket.Fact{
		ticket.Acknowledged{},
		ticket.Replied{},
		ticket.Replied{},
		ticket.Wrote{},
		ticket.Noted{},
		ticket.Waits{For: catalog.Client},
		ticket.Resumed{},
		ticket.Restored{},
		ticket.Resolved{},
		ticket.Closed{},
		ticket.Reopened{},
		ticket.Classified{Priority: drawPriority(t)},
		ticket.DueAgreed{Target: target, Due: due},
		ticket.DueWithdrawn{Target: target},
		ticket.RootCausePublished{},
		ticket.NotShown{Target: target},
	}).Draw(t, "fact")
}

func (h history) String() string {
	var b strings.Builder
	for _, v := range h.terms {
		fmt.Fprintf(&b, "version %d from %s open=%v priority=%v pauses=%v\n",
			v.Number, stamp(v.Effective), v.OpenTickets, v.PriorityChange, v.Pauses)
		for p, targets := range v.Targets[catalog.Incident] {
			for kind, t := range targets {
				if t != nil {
					fmt.Fprintf(&b, "  %v %v: %v %dwd always=%v promise=%v warn=%v\n", catalog.Priority(p),
						contract.TargetKind(kind), t.Open, t.WorkDays, t.Calendar.Always(), t.Promise, t.Warn)
				}
			}
		}
	}
	for _, e := range h.reported {
		fmt.Fprintf(&b, "%s (recorded %s) %s %+v\n", stamp(e.At), stamp(e.Recorded), e.Fact.Name(), e.Fact)
	}
	return b.String()
}

func stamp(at time.Time) string { return at.Format("Mon 15:04:05.000") }

// live records the history in a process that looks at the case whenever rest tells it to
// between two instants.
func (h history) live(rest func(c *watch.Case, from, to time.Time)) *ticket.Timeline {
	tl := &ticket.Timeline{}
	c := watch.Of(h.terms, tl)
	last := start
	for command := range watch.Commands(h.reported) {
		now := command[0].Recorded
		rest(c, last, now)
		c.Record(now, command...)
		last = now
	}
	rest(c, last, h.end)
	c.Settle(h.end)
	return tl
}

// A process that is down between two reports.
func asleep(*watch.Case, time.Time, time.Time) {}

// A process that wakes when the case says that there is something to decide.
func awake(c *watch.Case, _, to time.Time) {
	for n := 0; c.Timeline.Len() > 0 && c.Next().Before(to); n++ {
		at := c.Next()
		c.Settle(at)
		if !c.Next().After(at) || n > 1000 {
			panic("the case wants to be looked at again and again")
		}
	}
}

// decided lists what was concluded, and after how many reports, without when it was recorded.
func decided(tl *ticket.Timeline) []string {
	var all []string
	reports := 0
	for _, e := range tl.Entries() {
		if !e.Decided() {
			reports++
			continue
		}
		all = append(all, fmt.Sprintf("after %d: %s %s %+v", reports, stamp(e.At), e.Fact.Name(), e.Fact))
	}
	return all
}

// Looking at a case at other instants, or not at all for days, changes nothing but the
// Recorded of what is decided.
//
// Seen red with each of these planted: Record settling only up to the At of what it
// records (a breach that fell due before a late report was then never announced, or
// announced after it); a breach dated by when it was recorded; an amendment taking effect
// without the state just before it being settled.
func TestDowntimeChangesOnlyRecorded(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, true)
		want := decided(h.live(awake))
		looks := rapid.SliceOfN(rapid.IntRange(0, 12*day*60), 0, 20).Draw(t, "looks, in seconds")
		slices.Sort(looks)
		now := func(c *watch.Case, from, to time.Time) {
			for _, s := range looks {
				if at := start.Add(time.Duration(s) * time.Second); at.After(from) && at.Before(to) {
					c.Settle(at)
				}
			}
		}
		for name, rest := range map[string]func(*watch.Case, time.Time, time.Time){"asleep": asleep, "now and then": now} {
			if diff := cmp.Diff(want, decided(h.live(rest))); diff != "" {
				t.Fatalf("awake against %s:\n%s\n%v", name, diff, h)
			}
		}
	})
}

// A process that is awake, and is told of facts as they happen, records each decision when
// it falls due: a warning at its instant, a breach one tick after the due, and what a fact
// or an amendment makes due together with that. So At is the later of due and cause.
func TestAnAwakeProcessDecidesInTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, false)
		for _, e := range h.live(awake).Entries() {
			if late := e.Recorded.Sub(e.At); e.Decided() && (late < 0 || late > time.Millisecond) {
				t.Fatalf("%s %+v at %s is recorded at %s\n%v", e.Fact.Name(), e.Fact, stamp(e.At), stamp(e.Recorded), h)
			}
		}
	})
}

type roundOf struct {
	kind  contract.TargetKind
	since time.Time
}

// What was told agrees with the clocks: a round is breached exactly if its last word says
// so, breach and withdrawal take turns, nothing is told ahead of time, and each warning of
// a round is given once.
func TestWhatIsToldAgreesWithTheClocks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t, true)
		tl := h.live(asleep)
		breached, warned := map[roundOf]bool{}, map[string]bool{}
		takenBack := map[roundOf]ticket.Entry{}
		for _, e := range tl.Entries() {
			if e.At.After(e.Recorded) {
				t.Fatalf("%s at %s is recorded before, at %s\n%v", e.Fact.Name(), stamp(e.At), stamp(e.Recorded), h)
			}
			if !e.Decided() {
				clear(takenBack)
			}
			switch f := e.Fact.(type) {
			case ticket.Warned:
				key := fmt.Sprint(f.Target, f.Round, f.Percent)
				if warned[key] {
					t.Fatalf("warned twice: %+v\n%v", f, h)
				}
				warned[key] = true
			case ticket.Breached:
				r := roundOf{f.Target, f.Round}
				if breached[r] {
					t.Fatalf("breached twice: %+v\n%v", f, h)
				}
				if back := takenBack[r]; back.At.Equal(e.At) && back.Recorded.Equal(e.Recorded) {
					t.Fatalf("taken back and told again in one instant: %+v\n%v", f, h)
				}
				breached[r] = true
			case ticket.Withdrawn:
				r := roundOf{f.Target, f.Round}
				takenBack[r] = e
				if !breached[r] {
					t.Fatalf("nothing to withdraw: %+v\n%v", f, h)
				}
				delete(breached, r)
			}
		}
		late := map[roundOf]bool{}
		var view clock.View
		view.Look(h.terms, tl, h.end)
		for r := range view.All() {
			one := roundOf{r.Kind, r.Since}
			// In the very instant of its due a broken round is not taken back: see onItsDue.
			onDue := r.Phase != clock.Stopped && h.end.Equal(r.Due) && breached[one]
			if r.Verdict == clock.Breached || onDue {
				late[one] = true
			}
		}
		if diff := cmp.Diff(late, breached, cmp.AllowUnexported(roundOf{})); diff != "" {
			t.Fatalf("the clocks against what was told:\n%s\n%v", diff, h)
		}
	})
}
