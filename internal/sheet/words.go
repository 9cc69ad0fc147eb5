package sheet

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/wording"
)

// about says which history this is.
func (s *sheet) about() []string {
	if s.Facts.Tickets == 0 {
		return []string{s.say("sheet.history.empty", "source", s.Source)}
	}
	says := []string{s.say("sheet.history", "source", s.Source, "tickets", s.kinds(),
		"first", s.time(s.First), "end", s.time(s.End), "zone", s.Zone.String())}
	says = append(says, s.say("sheet.rows", "rows", s.number(s.Rows), "skipped", len(s.Skipped), "left_out", s.number(len(s.Skipped))))
	return append(says, s.effort())
}

// kinds says how many tickets of which kinds there are.
func (s *sheet) kinds() string {
	var parts []string
	for kind, n := range s.Facts.ByKind {
		if n > 0 {
			parts = append(parts, s.say("sheet.kind", "n", s.number(n), "kind", catalog.Kind(kind)))
		}
	}
	return wording.List(s.voice.Language(), parts)
}

// effort says where the hours come from.
func (s *sheet) effort() string {
	switch s.Effort {
	case replay.EffortHistory:
		return s.say("sheet.effort.history", "worked", s.minutes(s.Facts.Minutes()))
	case replay.EffortAssumed:
		return s.say("sheet.effort.assumed", "file", s.Assumptions)
	}
	return s.say("sheet.effort.unknown")
}

// time writes an instant in the zone of the history.
func (s *sheet) time(at time.Time) string {
	return wording.Time(s.voice.Language(), at.In(s.Zone))
}

// span writes a span of open time.
func (s *sheet) span(d time.Duration) string { return wording.Duration(d) }

// nights says what people on call would have had.
func (s *sheet) nights(c replay.Column) string {
	if c.Nights.Total() == 0 {
		return s.say("sheet.nights.none")
	}
	return s.say("sheet.nights", "count", c.Nights.Total(), "pages", s.number(c.Nights.Total()),
		"nights", s.number(c.Nights.Disturbed()), "one", c.Nights.Disturbed() == 1,
		"busiest", s.number(c.Nights.Busiest()), "priorities", s.pagesByPriority(c))
}

func (s *sheet) pagesByPriority(c replay.Column) []string {
	var parts []string
	for p, n := range c.Nights.ByPriority {
		if n > 0 {
			parts = append(parts, s.priority(catalog.Priority(p))+" "+s.number(n))
		}
	}
	return parts
}

// pools says for each pool what was taken from it.
func (s *sheet) pools(h *replay.Hours) []string {
	var says []string
	for _, p := range h.Pools {
		sum, over := poolSum(p)
		says = append(says, s.say("sheet.pool", "name", p.Pool.Name, "unlimited", p.Pool.Unlimited,
			"used", s.minutes(sum.used+sum.unlimited), "allotted", s.minutes(sum.allotted), "overrun", s.minutes(sum.overrun),
			"over", s.of(over, len(p.Periods)), "beyond", sum.overrun > 0, "rule", s.say("sheet.rule."+p.Pool.Overrun.String()),
			"expired", sum.expired > 0, "unused", s.minutes(sum.expired)))
	}
	if h.Unpooled > 0 {
		says = append(says, s.say("sheet.unpooled", "worked", s.minutes(h.Unpooled)))
	}
	if !h.Cost.IsZero() {
		says = append(says, s.say("sheet.costs", "cost", h.Cost))
	}
	return says
}

// explained tells a late clock in two sentences.
func (s *sheet) explained(c replay.Case, k replay.Contract) string {
	return c.Ticket.Key + ": " + s.story(c, c.Explain(k))
}

func (s *sheet) story(c replay.Case, e clock.Explanation) string {
	stopped := ""
	if !e.Stopped.IsZero() {
		stopped = s.time(e.Stopped)
	}
	due := ""
	if !e.Due.IsZero() {
		due = s.time(e.Due)
	}
	says := s.say("sheet.case", "clock", s.clock(e.Kind), "priority", s.priority(e.Priority), "late", s.late(e.Promise),
		"over", c.Over(), "elapsed", e.Elapsed, "allowed", e.Allowed, "since", s.time(e.Since), "due", due,
		"agreed", e.Agreed, "stopped", stopped, "calendar", e.Target.CalendarName)
	if still := s.still(e); still != "" {
		says += " " + still
	}
	return says
}

// still says how long the clock did not count, and why.
func (s *sheet) still(e clock.Explanation) string {
	var shut, halted, none time.Duration
	var waited [catalog.Platform + 1]time.Duration
	for _, g := range e.Segments {
		span := g.To.Sub(g.From)
		switch g.What {
		case clock.CodeShut:
			shut += span
		case clock.CodePaused:
			waited[g.Party] += span
		case clock.CodeHalted:
			halted += span
		case clock.CodeNoTarget:
			none += span
		}
	}
	var parts []string
	if shut > 0 {
		parts = append(parts, s.say("sheet.still.shut", "span", shut))
	}
	for party, span := range waited {
		if span > 0 {
			parts = append(parts, s.say("sheet.still.waited", "span", span, "party", catalog.Party(party)))
		}
	}
	if halted > 0 {
		parts = append(parts, s.say("sheet.still.halted", "span", halted))
	}
	if none > 0 {
		parts = append(parts, s.say("sheet.still.none", "span", none))
	}
	if len(parts) == 0 {
		return ""
	}
	return s.say("sheet.still", "parts", parts)
}

// ages are the heads and rows of a table: tickets by their age, and how many of them were
// unsolved at the end, solved, or had their root cause published at that age. The last row
// says of how many tickets, or problems, these are a part.
func (s *sheet) ages() (heads []string, rows [][]string) {
	columns := []struct {
		id   string
		ages replay.Ages
		of   int
	}{
		{"unsolved", s.Facts.Ages(s.End), s.Facts.Tickets},
		{"solved_after", s.Facts.SolvedAt, s.Facts.Tickets},
		{"root_cause_after", s.Facts.RootCauses, s.Facts.ByKind[catalog.Problem]},
	}
	if s.Facts.RootCauses.Total() == 0 {
		columns = columns[:2]
	}
	heads = []string{s.say("sheet.head.age")}
	for _, c := range columns {
		heads = append(heads, s.say("sheet.head."+c.id))
	}
	for i := range columns[0].ages {
		from, to := ageLimits(i)
		r := []string{s.say("sheet.age", "from", from, "to", to)}
		for _, c := range columns {
			r = append(r, s.part(c.ages[i], c.ages.Total()))
		}
		rows = append(rows, r)
	}
	all := []string{s.say("sheet.age.all")}
	for _, c := range columns {
		all = append(all, s.part(c.ages.Total(), c.of))
	}
	return heads, append(rows, all)
}

// ageLimits are the days of a group of ages, 0 where it has no limit.
func ageLimits(group int) (from, to int) {
	if group > 0 {
		from = replay.AgeLimits[group-1]
	}
	if group < len(replay.AgeLimits) {
		to = replay.AgeLimits[group]
	}
	return from, to
}

// method says how the figures were made.
func (s *sheet) method() []string {
	var says []string
	add := func(when bool, id string, namesAndValues ...any) {
		if when {
			says = append(says, s.say("sheet.method."+id, namesAndValues...))
		}
	}
	add(s.targets(), "engine")
	add(s.targets(), "percent")
	add(s.targets(), "left_out")
	add(s.targets(), "kpi")
	add(s.severalGoals(), "goals")
	add(s.incidents(), "nights")
	add(s.Effort != replay.EffortUnknown, "hours")
	add(true, "solved")
	add(s.Facts.Tickets > 0, "ages")
	add(!s.undecided(), "ranking", "tolerance", replay.OverrunTolerance)
	return says
}
