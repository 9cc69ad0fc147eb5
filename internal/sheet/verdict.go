package sheet

import (
	"slices"
	"strings"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/replay"
)

// headline says what fits best.
func (s *sheet) headline() string {
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

// assumption says what the ranking rests on, and where it would be another; "" when it rests
// on the history alone.
func (s *sheet) assumption() string {
	switch s.Effort {
	case replay.EffortUnknown:
		return s.say("sheet.assumption.hours", "alone", len(s.Columns) == 1)
	case replay.EffortHistory:
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
	best := s.ranking[0]
	if best.Why.Code != replay.CodeNoPromise {
		return []string{s.voice.Reason(best.Why)}
	}
	i := slices.IndexFunc(s.ranking, func(p replay.Place) bool { return p.Why.Code == replay.CodeBreaks })
	if i < 0 {
		return nil
	}
	p := s.ranking[i]
	return []string{s.say("sheet.nearest", "name", s.names[p.Column], "why", p.Why)}
}

func (s *sheet) total(column int, promise contract.Promise) replay.Count {
	return s.Columns[column].Total(promise)
}

// decided says what decided about a column: how it fitted, and where most of what was late
// lies.
func (s *sheet) decided(column int) []string {
	says := []string{s.voice.Reason(s.ranking[s.place(column)-1].Why)}
	for _, promise := range []contract.Promise{contract.SLA, contract.KPI} {
		all := s.total(column, promise)
		if r, n := s.most(column, promise); n.Late > 0 && all.Late > n.Late {
			says = append(says, s.say("sheet.most", "late", s.late(promise), "clock", s.clock(r.kind),
				"priority", s.priority(r.priority), "share", s.share(n.Late, all.Late)))
			break
		}
	}
	return says
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
