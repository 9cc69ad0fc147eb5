package clock_test

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
)

// window is a month in which tickets live, with the calendars that they meet.
type window struct {
	base  time.Time
	names []string
	hours map[*calendar.Calendar]*hours
	named map[string]*calendar.Calendar
}

// windows are made once: their calendars are the costly part. Clocks change within each.
var windows = sync.OnceValue(func() []window {
	return []window{
		newWindow("2026-03-20T00:00", "Europe/Amsterdam", "2026-03-27"),
		newWindow("2026-10-16T00:00", "Europe/Amsterdam", "2026-10-23"),
		newWindow("2026-03-27T00:00", "Australia/Lord_Howe", "2026-04-03"),
	}
})

func newWindow(base, zone, holiday string) window {
	weekdays := func(intervals ...calendar.Interval) (weekly [7][]calendar.Interval) {
		for day := time.Monday; day <= time.Friday; day++ {
			weekly[day] = intervals
		}
		return weekly
	}
	day, err := calendar.ParseDate(holiday)
	if err != nil {
		panic(err)
	}
	holidays := []calendar.Holiday{{Date: day, Name: "Founders' Day"}, {Date: day.AddDays(3)}}
	w := window{base: utc(base), hours: map[*calendar.Calendar]*hours{}, named: map[string]*calendar.Calendar{}}
	add := func(name string, spec calendar.Spec) {
		h := newHours(spec, w.base)
		w.names, w.hours[h.calendar], w.named[name] = append(w.names, name), h, h.calendar
	}
	add("desk", calendar.Spec{Zone: zone, Weekly: weekdays(calendar.Interval{From: 9 * 60, To: 17*60 + 30}), Holidays: holidays})
	add("split", calendar.Spec{Zone: zone, Weekly: weekdays(
		calendar.Interval{From: 8 * 60, To: 12 * 60}, calendar.Interval{From: 13 * 60, To: 24 * 60})})
	night := calendar.Spec{Zone: zone, Holidays: holidays}
	for weekday := range night.Weekly {
		night.Weekly[weekday] = []calendar.Interval{{From: 22 * 60, To: 3 * 60}}
	}
	add("night", night)
	add("always", calendar.Spec{Zone: zone, Always: true})
	add("elsewhere", calendar.Spec{Zone: "America/St_Johns", Weekly: weekdays(calendar.Interval{From: 9 * 60, To: 17 * 60})})
	add("never", calendar.Spec{Zone: zone})
	return w
}

// history is random terms and a random timeline, in the order in which they were recorded.
type history struct {
	window
	terms   contract.Terms
	entries []ticket.Entry
}

func (h history) timeline() *ticket.Timeline { return ticket.NewTimeline(h.entries...) }

// String is what rapid prints of a history that breaks a law.
func (h history) String() string {
	var b strings.Builder
	for _, v := range h.terms {
		fmt.Fprintf(&b, "version %d from %s open=%v priority=%v pauses=%v\n",
			v.Number, v.Effective.Format(time.RFC3339), v.OpenTickets, v.PriorityChange, v.Pauses)
		for kind, byPriority := range &v.Targets {
			for p, targets := range byPriority {
				for _, t := range targets {
					if t != nil {
						fmt.Fprintf(&b, "  %v %v %+v\n", catalog.Kind(kind), catalog.Priority(p), *t)
					}
				}
			}
		}
	}
	for _, e := range h.entries {
		fmt.Fprintf(&b, "%s (recorded %s) automated=%v %s %+v\n",
			e.At.Format(time.RFC3339), e.Recorded.Format(time.RFC3339), e.By.Automated, e.Fact.Name(), e.Fact)
	}
	return b.String()
}

const (
	day      = 24 * 60
	lastFact = 14 * day // facts and versions end here, so that dues can be seen to come
)

// after draws a number of minutes that is often none and sometimes days.
func after(t *rapid.T) int {
	most := rapid.SampledFrom([]int{0, 1, 15, 240, day, 3 * day}).Draw(t, "at most")
	return rapid.IntRange(0, most).Draw(t, "minutes later")
}

func drawHistory(t *rapid.T) history {
	h := history{window: windows()[rapid.IntRange(0, len(windows())-1).Draw(t, "window")]}
	kind := rapid.SampledFrom([]catalog.Kind{catalog.Incident, catalog.Incident, catalog.Incident, catalog.Problem, catalog.Change}).Draw(t, "kind")
	h.terms = drawTerms(t, h.window, kind)
	opened := rapid.IntRange(0, 5*day).Draw(t, "opened")
	minutes, facts := []int{opened}, []ticket.Fact{ticket.Logged{Kind: kind, Priority: drawPriority(t)}}
	at := opened
	for range rapid.IntRange(0, rapid.SampledFrom([]int{6, 12, 40}).Draw(t, "most")).Draw(t, "facts") {
		at = min(at+after(t), lastFact)
		minutes, facts = append(minutes, at), append(facts, drawFact(t, at, h.base))
	}
	for i, fact := range facts {
		e := ticket.Entry{At: h.at(minutes[i]), Recorded: h.at(minutes[i]), Fact: fact}
		e.By.Automated = rapid.IntRange(0, 3).Draw(t, "automated") == 0
		h.entries = append(h.entries, e)
	}
	return h
}

func (w window) at(m int) time.Time { return w.base.Add(time.Duration(m) * time.Minute) }

func drawTerms(t *rapid.T, w window, kind catalog.Kind) contract.Terms {
	count := rapid.SampledFrom([]int{1, 1, 2, 3, 4}).Draw(t, "versions")
	from := rapid.SliceOfNDistinct(rapid.IntRange(0, lastFact), count, count, rapid.ID).Draw(t, "effective")
	slices.Sort(from)
	modes := []contract.Mode{contract.Keep, contract.Forward, contract.Retroactive}
	parties := rapid.SliceOfN(rapid.SampledFrom([]catalog.Party{catalog.Provider, catalog.Client, catalog.ThirdParty}), 0, 3)
	var terms contract.Terms
	for i, effective := range from {
		v := &contract.Version{
			Number: i + 1, Effective: w.at(effective),
			OpenTickets:    rapid.SampledFrom(modes).Draw(t, "open tickets"),
			PriorityChange: rapid.SampledFrom(modes[1:]).Draw(t, "priority change"),
		}
		for target := range v.Pauses {
			v.Pauses[target] = catalog.PartiesOf(parties.Draw(t, "pauses")...)
			for p := catalog.P1; p <= catalog.P3; p++ {
				v.Targets[kind][p][target] = drawTarget(t, w)
			}
		}
		terms = append(terms, v)
	}
	return terms
}

func drawTarget(t *rapid.T, w window) *contract.Target {
	if rapid.IntRange(0, 6).Draw(t, "no target") == 0 {
		return nil
	}
	name := rapid.SampledFrom(w.names).Draw(t, "calendar")
	target := &contract.Target{
		Calendar: w.named[name], CalendarName: name,
		Promise: rapid.SampledFrom([]contract.Promise{contract.SLA, contract.KPI}).Draw(t, "promise"),
		Warn:    rapid.SampledFrom([][]int{nil, {75}, {50, 90}}).Draw(t, "warn"),
	}
	if rapid.IntRange(0, 4).Draw(t, "in working days") == 0 {
		target.WorkDays = rapid.IntRange(1, 5).Draw(t, "days")
	} else {
		most := rapid.SampledFrom([]int{0, 60, 510, 2400}).Draw(t, "at most")
		target.Open = time.Duration(rapid.IntRange(0, most).Draw(t, "open minutes")) * time.Minute
	}
	return target
}

func drawPriority(t *rapid.T) catalog.Priority {
	return catalog.Priority(rapid.IntRange(int(catalog.P1), int(catalog.P3)).Draw(t, "priority"))
}

func drawFact(t *rapid.T, at int, base time.Time) ticket.Fact {
	target := contract.TargetKind(rapid.IntRange(0, contract.NumTargets-1).Draw(t, "of target"))
	party := rapid.SampledFrom([]catalog.Party{catalog.Provider, catalog.Client, catalog.ThirdParty}).Draw(t, "party")
	due := base.Add(time.Duration(max(0, at+rapid.IntRange(-day, 5*day).Draw(t, "agreed"))) * time.Minute)
	return rapid.SampledFrom([]ticket.Fact{
		ticket.Acknowledged{},
		ticket.Replied{},
		ticket.Replied{},
		ticket.Wrote{},
		ticket.Noted{},
		ticket.Waits{For: party},
		ticket.Waits{For: party},
		ticket.Resumed{},
		ticket.Resumed{},
		ticket.Restored{},
		ticket.Restored{},
		ticket.Resolved{},
		ticket.Closed{},
		ticket.Reopened{},
		ticket.Reopened{},
		ticket.Merged{Into: "INC-1"},
		ticket.Classified{Priority: drawPriority(t)},
		ticket.Classified{Priority: drawPriority(t)},
		ticket.DueAgreed{Target: target, Due: due},
		ticket.DueWithdrawn{Target: target},
		ticket.RootCausePublished{},
		ticket.NotShown{Target: target},
	}).Draw(t, "fact")
}

func drawInstant(t *rapid.T) int { return rapid.IntRange(0, 18*day).Draw(t, "read at") }

// Read gives what the definition gives: phase, verdict, due, elapsed, remaining and all else,
// for all six clocks, with pauses by party, changes of priority and of terms in every mode
// and mixture, reopening, merging, agreed dues and targets in working days.
func TestReadIsWhatTheOracleLives(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		m := drawInstant(t)
		want := live(h.window, h.terms, h.entries, m).reading()
		got := clock.Read(h.terms, h.timeline(), h.at(m))
		beyondTheWindow(&got, &want, h.at(horizon))
		if diff := cmp.Diff(want, got, cmp.Comparer(func(a, b *contract.Target) bool { return a == b })); diff != "" {
			t.Fatalf("read at %v (-want +got):\n%s\n%v", h.at(m), diff, h)
		}
	})
}

// beyondTheWindow takes out of a reading what the oracle could not live to see.
func beyondTheWindow(got, want *clock.Reading, end time.Time) {
	for kind := range got.Clocks {
		g, w := &got.Clocks[kind], &want.Clocks[kind]
		if w.ContractDue.IsZero() && g.ContractDue.After(end.Add(-2*24*time.Hour)) {
			g.ContractDue = time.Time{}
			if !g.Agreed {
				g.Due = time.Time{}
			}
			if w.Target.WorkDays > 0 {
				g.Allowed, g.Remaining, w.Remaining = 0, 0, 0
			}
		}
	}
}

// Nothing that happens or takes effect later changes what is read of an earlier instant.
func TestLaterChangesNothingEarlier(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		at := h.at(drawInstant(t))
		before := clock.Read(h.terms, h.timeline(), at)
		known := h
		known.terms = slices.DeleteFunc(slices.Clone(h.terms), func(v *contract.Version) bool { return v.Effective.After(at) })
		known.entries = slices.DeleteFunc(slices.Clone(h.entries), func(e ticket.Entry) bool { return e.At.After(at) })
		if len(known.terms) == 0 {
			known.terms = h.terms[:1] // before the first version the first one rules
		}
		if diff := cmp.Diff(before, clock.Read(known.terms, known.timeline(), at), sameTargets); diff != "" {
			t.Fatalf("what came after %v changed it (-with +without):\n%s\n%v", at, diff, h)
		}
	})
}

var sameTargets = cmp.Comparer(func(a, b *contract.Target) bool { return a == b })

// Entries are judged by when they happened, whenever and in whatever order we learnt it.
func TestTheOrderOfRecordingChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		at := h.at(drawInstant(t))
		want := clock.Read(h.terms, h.timeline(), at)
		late := h
		late.entries = rapid.Permutation(h.entries).Draw(t, "recorded")
		for i := range late.entries {
			late.entries[i].Recorded = h.at(horizon + i)
		}
		keepOrderOfOneInstant(late.entries, h.entries)
		if diff := cmp.Diff(want, clock.Read(h.terms, late.timeline(), at), sameTargets); diff != "" {
			t.Fatalf("read at %v (-in order +late):\n%s\n%v", at, diff, late)
		}
	})
}

// keepOrderOfOneInstant puts entries of the same At back into their order: of two things
// that happened at once, the one that was recorded first came first.
func keepOrderOfOneInstant(shuffled, original []ticket.Entry) {
	next := map[time.Time]int{}
	for i := range shuffled {
		at := shuffled[i].At
		from := next[at]
		for !original[from].At.Equal(at) {
			from++
		}
		next[at] = from + 1
		shuffled[i].Fact, shuffled[i].By = original[from].Fact, original[from].By
	}
}

// The segments of an explanation partition its round, their counted time is what elapsed,
// and none of it was counted while a party had the turn that stops the clock.
func TestSegmentsPartitionTheRound(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		h := drawHistory(t)
		m := drawInstant(t)
		o := live(h.window, h.terms, h.entries, m)
		seen := [contract.NumTargets]int{}
		for _, e := range clock.Explain(h.terms, h.timeline(), h.at(m)) {
			if e.Counted() != e.Elapsed {
				t.Fatalf("%v: counted %v, elapsed %v\n%v", e.Kind, e.Counted(), e.Elapsed, h)
			}
			end := h.at(m)
			if !e.Stopped.IsZero() {
				end = e.Stopped
			}
			at := e.Since
			for _, s := range e.Segments {
				if !s.From.Equal(at) || !s.To.After(s.From) {
					t.Fatalf("%v: a segment %v to %v where %v was due\n%v", e.Kind, s.From, s.To, at, h)
				}
				at = s.To
			}
			if !at.Equal(end) && end.After(e.Since) {
				t.Fatalf("%v: segments end at %v, the round at %v\n%v", e.Kind, at, end, h)
			}
			r := o.roundOf(e.Kind, e.Since, seen[e.Kind])
			seen[e.Kind] = r.index + 1
			sameMinutes(t, o, e, r.oracleRound, h)
		}
	})
}

type numbered struct {
	*oracleRound
	index int
}

// roundOf finds the round of an explanation; rounds without a target are not explained.
func (o *oracle) roundOf(kind contract.TargetKind, since time.Time, from int) numbered {
	for i := from; i < len(o.rounds[kind]); i++ {
		r := o.rounds[kind][i]
		if o.instant(r.since).Equal(since) && r.now.version.Target(o.kind, r.now.priority, kind) != nil {
			return numbered{r, i}
		}
	}
	panic("the oracle knows no such round")
}

// sameMinutes holds what an explanation says of each minute against what the oracle saw.
func sameMinutes(t *rapid.T, o *oracle, e clock.Explanation, r *oracleRound, h history) {
	seen := map[int]minute{}
	for _, m := range r.minutes {
		seen[m.at] = m
	}
	for _, s := range e.Segments {
		for at := s.From; at.Before(s.To); at = at.Add(time.Minute) {
			m, running := seen[o.minute(at)]
			var want clock.Segment
			switch {
			case !running:
				want.What = clock.CodeHalted
			case m.version.Target(o.kind, m.priority, e.Kind) == nil:
				want.What = clock.CodeNoTarget
			case m.version.Pauses[e.Kind].Has(m.waitsFor):
				want.What, want.Party = clock.CodePaused, m.waitsFor
			case o.counts(e.Kind, m):
				want.What = clock.CodeCounted
			default:
				want.What = clock.CodeShut
			}
			if running {
				want.Version, want.Priority = m.version.Number, m.priority
			} else {
				want.Version, want.Priority = s.Version, s.Priority
			}
			got := clock.Segment{What: s.What, Party: s.Party, Version: s.Version, Priority: s.Priority}
			if got != want {
				t.Fatalf("%v at %v: %+v, want %+v\n%v", e.Kind, at, got, want, h)
			}
		}
	}
}

// The laws are cheap to hold against many cases: 500 each unless -rapid.checks says another
// number, 50 in a short run.
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
