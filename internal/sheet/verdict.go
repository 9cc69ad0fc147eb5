package sheet

import (
	"slices"
	"strings"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/wording"
)

// undecided tells whether nothing tells the contracts apart: none has a target for the
// tickets of the history, and nobody says what the work took.
func (s *sheet) undecided() bool {
	return !s.targets() && s.Effort == replay.EffortUnknown
}

// isBest tells whether a column fits best. Hours alone make none the best.
func (s *sheet) isBest(column int) bool { return column == s.best() && s.targets() }

// headline says what fits best.
func (s *sheet) headline() string {
	if s.undecided() {
		return s.say("sheet.best.undecided", "tickets", s.Facts.Tickets, "alone", len(s.Columns) == 1)
	}
	if !s.targets() {
		return s.hoursAlone()
	}
	best := s.ranking[0]
	fit := strings.TrimPrefix(string(best.Why.Code), "replay.")
	breaking := 0
	for _, p := range s.ranking {
		if p.Why.Code == replay.CodeBreaks {
			breaking++
		}
	}
	return s.say("sheet.best."+fit, "name", s.names[best.Column], "alone", len(s.Columns) == 1, "breaking", breaking)
}

// hoursAlone says which contracts have hours enough, where none has a target for the tickets.
func (s *sheet) hoursAlone() string {
	var enough []string
	for _, p := range s.ranking {
		if p.Why.Code == replay.CodeNoPromise {
			enough = append(enough, s.names[p.Column])
		}
	}
	return s.say("sheet.best.hours_alone", "enough", enough, "all", len(enough) == len(s.Columns))
}

// assumption says what the ranking rests on, and where it would be another; "" when it rests
// on the history alone.
func (s *sheet) assumption() string {
	switch {
	case s.undecided():
		return ""
	case s.Effort == replay.EffortUnknown:
		return s.say("sheet.assumption.hours", "alone", len(s.Columns) == 1)
	case s.Effort == replay.EffortHistory:
		return ""
	}
	if len(s.flips) == 0 {
		return s.say("sheet.assumption.holds", "file", s.Assumptions)
	}
	var flips []string
	for _, f := range s.flips {
		flips = append(flips, s.say("sheet.assumption.flip", "times", float64(f.Percent)/100, "name", s.names[f.Best]))
	}
	return s.say("sheet.assumption.flips", "file", s.Assumptions, "flips", flips)
}

// firstLine is the sentence that decides, with the assumption that it rests on.
func (s *sheet) firstLine() string {
	return strings.TrimSpace(s.headline() + " " + s.assumption())
}

// because says how the best contract would have fitted and, when that one promises nothing,
// which of the others comes nearest.
func (s *sheet) because() []string {
	if s.undecided() {
		return nil
	}
	best := s.ranking[0].Why
	var says []string
	if best.Code != replay.CodeNoPromise { // the headline has said all there is
		says = append(says, s.voice.Reason(best))
	}
	if s.promised(s.best()) {
		return says
	}
	i := slices.IndexFunc(s.ranking, func(p replay.Place) bool { return p.Why.Code == replay.CodeBreaks })
	if i < 0 {
		return says
	}
	p := s.ranking[i]
	return append(says, s.say("sheet.nearest", "name", s.names[p.Column], "why", p.Why))
}

// promised tells whether a column has any clock under a service level.
func (s *sheet) promised(column int) bool { return !s.total(column, contract.SLA).Empty() }

// fits tells whether the best contract fits, and does not only come nearest.
func (s *sheet) fits() bool {
	code := s.ranking[0].Why.Code
	return code != replay.CodeBreaks && code != replay.CodeNothingEnough
}

func (s *sheet) total(column int, promise contract.Promise) replay.Count {
	return s.Columns[column].Total(promise)
}

// decided says what decided about a column: how it fitted, and where most of what was late
// lies.
func (s *sheet) decided(column int) []string {
	says := []string{s.voice.Reason(s.ranking[s.place(column)-1].Why)}
	for _, promise := range promises {
		all := s.total(column, promise)
		if r, n := s.most(column, promise); n.Late > 0 && all.Late > n.Late {
			says = append(says, s.say("sheet.most", "late", s.late(promise), "clock", s.clock(r.kind),
				"priority", s.priority(r.priority), "share", s.share(n.Late, all.Late)))
			break
		}
	}
	return says
}

// decidedInShort is decided for a narrow column that has the clocks below it.
func (s *sheet) decidedInShort(column int) []string {
	says := s.decided(column)
	below := s.Columns[column].Below()
	if len(below) == 0 {
		return says
	}
	var goals []string
	for kind := range contract.TargetKind(contract.NumTargets) {
		var priorities []catalog.Priority
		for _, g := range below {
			if g.Kind == kind && !slices.Contains(priorities, g.Priority) {
				priorities = append(priorities, g.Priority)
			}
		}
		if len(priorities) > 0 {
			goals = append(goals, s.say("sheet.clock.at", "clock", s.clock(kind), "priorities", s.run(priorities)))
		}
	}
	says[0] = s.say("sheet.decided.breaks", "goals", goals)
	return says
}

// run writes priorities that follow each other as "P1–P4".
func (s *sheet) run(list []catalog.Priority) string {
	var words []string
	for _, p := range list {
		words = append(words, p.String())
	}
	if n := len(list); n > 2 && int(list[n-1]-list[0]) == n-1 {
		return words[0] + "–" + words[n-1]
	}
	return wording.List(s.voice.Language(), words)
}

// most is the clock and priority that was late most often.
func (s *sheet) most(column int, promise contract.Promise) (row, replay.Count) {
	var most row
	var count replay.Count
	for _, r := range s.rows(promise) {
		if n := r.of(s.Columns[column], promise); n.Late > count.Late {
			most, count = r, n
		}
	}
	return most, count
}

// terms says in a line what a contract promises, and in which hours.
func (s *sheet) terms(column int) string {
	terms := s.Columns[column].Contract.Terms
	v := terms[len(terms)-1]
	var promised, around []catalog.Priority
	for p := catalog.P1; p <= catalog.P4; p++ {
		binds, always := false, false
		for _, t := range v.Targets[catalog.Incident][p] {
			if t != nil && t.Promise == contract.SLA {
				binds = true
				always = always || t.Calendar.Always()
			}
		}
		if binds {
			promised = append(promised, p)
		}
		if always {
			around = append(around, p)
		}
	}
	monthly := 0
	for _, p := range v.Capacity.Pools {
		if !p.Unlimited {
			monthly += p.Minutes / p.Period.Months()
		}
	}
	return s.say("sheet.terms", "promised", s.run(promised), "around", s.run(around), "hours", s.minutes(monthly), "pools", len(v.Capacity.Pools))
}
