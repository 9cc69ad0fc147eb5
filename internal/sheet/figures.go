package sheet

import (
	"iter"
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/wording"
)

// What a ranking can rest on; words of JSON.
const (
	onEffort      = "effort"           // the effort was assumed, and another share of it changes the best
	onEnoughHours = "hours_are_enough" // nothing says what the work took
)

// restsOn is the assumption that the ranking rests on, "" for none.
func (s *sheet) restsOn() string {
	switch {
	case s.undecided():
		return ""
	case s.Effort == replay.EffortUnknown:
		return onEnoughHours
	case len(s.flips) > 0:
		return onEffort
	}
	return ""
}

// place is the place of a column in the ranking, from 1.
func (s *sheet) place(column int) int {
	return 1 + slices.IndexFunc(s.ranking, func(p replay.Place) bool { return p.Column == column })
}

// best is the column that fits best.
func (s *sheet) best() int { return s.ranking[0].Column }

// multiple is the effort of an index of Column.Hours, as a multiple of the stated one.
func (s *sheet) multiple(share int) float64 {
	if s.Effort != replay.EffortAssumed {
		return 1
	}
	return float64(replay.Shares[share]) / 100
}

var promises = []contract.Promise{contract.SLA, contract.KPI}

// row is one clock at one priority, for all contracts.
type row struct {
	kind     contract.TargetKind
	priority catalog.Priority
}

// rows lists the clocks and priorities for which some contract has a count under a promise.
func (s *sheet) rows(promise contract.Promise) []row {
	var rows []row
	for kind := range contract.TargetKind(contract.NumTargets) {
		for p := range catalog.Priority(catalog.NumPriorities) {
			r := row{kind, p}
			if slices.ContainsFunc(s.Columns, func(c replay.Column) bool { return !r.of(c, promise).Empty() }) {
				rows = append(rows, r)
			}
		}
	}
	return rows
}

// counts yields what a contract has under a promise, clock by clock, priority by priority.
func counts(c replay.Column, promise contract.Promise) iter.Seq2[row, replay.Count] {
	return func(yield func(row, replay.Count) bool) {
		for kind := range contract.TargetKind(contract.NumTargets) {
			for p := range catalog.Priority(catalog.NumPriorities) {
				r := row{kind, p}
				if n := r.of(c, promise); !n.Empty() && !yield(r, n) {
					return
				}
			}
		}
	}
}

func (r row) of(c replay.Column, promise contract.Promise) replay.Count {
	return c.Counts[promise][r.kind][r.priority]
}

// clocks are the kinds of target that some contract of the comparison has at some priority.
func (s *sheet) clocks() []contract.TargetKind {
	var kinds []contract.TargetKind
	for _, promise := range promises {
		for _, r := range s.rows(promise) {
			kinds = append(kinds, r.kind)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds)
}

// targets tells whether any contract of the comparison has a target for any of the tickets.
func (s *sheet) targets() bool { return len(s.clocks()) > 0 }

// incidents tells whether there are incidents, the only kind that pages.
func (s *sheet) incidents() bool { return s.Facts.ByKind[catalog.Incident] > 0 }

// priced tells whether any contract of the comparison has a price.
func (s *sheet) priced() bool {
	return slices.ContainsFunc(s.Columns, func(c replay.Column) bool { return len(c.Hours) > 0 && !c.Hours[0].Cost.IsZero() })
}

// noTarget counts what a contract neither promises nor measures, though some contract of the
// comparison has such a clock: tickets, once for each clock.
func (s *sheet) noTarget(c replay.Column) int {
	sum := 0
	for _, kind := range s.clocks() {
		for _, n := range c.NoTarget[kind] {
			sum += n
		}
	}
	return sum
}

// share writes "412 of 423, 97.3 %". Nothing else in this package writes a percentage that
// was counted.
func (s *sheet) share(part, whole int) string {
	return s.say("sheet.share", "part", s.number(part), "whole", s.number(whole),
		"percent", wording.Percent(s.voice.Language(), part, whole))
}

// part is share, or the bare figure where there is nothing to be a part of.
func (s *sheet) part(n, whole int) string {
	if whole == 0 {
		return s.number(n)
	}
	return s.share(n, whole)
}

func (s *sheet) number(n int) string { return wording.Number(s.voice.Language(), n) }

func (s *sheet) minutes(n int) string { return wording.Hours(s.voice.Language(), n) }

// goal writes "at least 95 %" and, where a count has several, how many clocks each is about.
func (s *sheet) goal(n replay.Count, g replay.Goal) string {
	says := s.say("sheet.goal", "goal", g.Percent)
	if len(n.Goals) == 1 || g.Judged() == 0 {
		return says
	}
	return s.say("sheet.goal.of", "goal", says, "of", s.of(g.Kept, g.Judged()))
}

// severalGoals tells whether some clock at some priority has more than one goal.
func (s *sheet) severalGoals() bool {
	for _, promise := range promises {
		for _, c := range s.Columns {
			for _, n := range counts(c, promise) {
				if len(n.Goals) > 1 {
					return true
				}
			}
		}
	}
	return false
}

// aimed tells whether a clock was judged under a goal.
func aimed(n replay.Count) bool {
	return slices.ContainsFunc(n.Goals, func(g replay.Goal) bool { return g.Judged() > 0 })
}

// clock is the word for a kind of target, as contracts have it.
func (s *sheet) clock(kind contract.TargetKind) string {
	return s.say("sheet.clock", "target", kind)
}

// priority is P1 to P4, or says that none was given.
func (s *sheet) priority(p catalog.Priority) string {
	if p == 0 {
		return s.say("sheet.no_priority")
	}
	return p.String()
}

// late is the word for what was not kept: a promise is broken, a key figure is missed.
func (s *sheet) late(promise contract.Promise) string {
	if promise == contract.KPI {
		return s.say("sheet.missed")
	}
	return s.say("sheet.broken")
}

// leftOut says what is not in a percentage: "3 open, 2 not measurable, 820 without target".
func (s *sheet) leftOut(n replay.Count, noTarget int) string {
	var parts []string
	for _, part := range []struct {
		n  int
		id string
	}{{n.Open, "open"}, {n.NotMeasurable, "not_measurable"}, {noTarget, "no_target"}} {
		if part.n > 0 {
			parts = append(parts, s.say("sheet.left_out."+part.id, "n", s.number(part.n)))
		}
	}
	if len(parts) == 0 {
		return s.say("sheet.left_out.nothing")
	}
	return s.say("sheet.left_out.list", "parts", parts)
}
