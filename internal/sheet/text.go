package sheet

import (
	"io"
	"strconv"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/wording"
)

// showWorst is how many of the worst cases are told in words.
const showWorst = 3

func (s *sheet) writeText(w io.Writer) error {
	out := &lines{w: w}
	out.line(s.firstLine())
	for _, says := range s.because() {
		out.wrap("", says)
	}
	out.line("")
	for _, says := range s.about() {
		out.wrap("", says)
	}
	if !s.undecided() {
		if s.targets() {
			s.textSummary(out, contract.SLA)
			s.textSummary(out, contract.KPI)
		}
		s.textHours(out)
		for _, p := range s.ranking {
			s.textContract(out, p.Column)
		}
	}
	s.textBacklog(out)
	out.title(s.say("sheet.method"))
	for _, says := range s.method() {
		out.item(says)
	}
	if len(s.Skipped) > 0 {
		out.title(s.say("sheet.title.skipped"))
		out.wrap("  ", s.skipped())
		for _, f := range s.shownSkipped() {
			out.item(s.skippedRow(f))
		}
	}
	return out.err
}

// textSummary is one line a contract, best first.
func (s *sheet) textSummary(out *lines, promise contract.Promise) {
	head := func(id string) string { return s.say("sheet.head." + id) }
	columns := []column{
		figure("#"), text(head("contract")), text(head("kept")), figure(s.late(promise)), figure(head("open")),
		figure(head("not_measurable")),
	}
	if promise == contract.SLA {
		columns = append(columns, figure(head("no_target")), text(head("goals")), figure(head("pages")), figure(head("nights")))
	}
	var rows [][]string
	for i, p := range s.ranking {
		c := s.Columns[p.Column]
		n := s.total(p.Column, promise)
		if promise == contract.KPI && n.Empty() {
			continue
		}
		r := []string{
			strconv.Itoa(i + 1), s.names[p.Column], s.kept(n), s.number(n.Late), s.number(n.Open), s.number(n.NotMeasurable),
		}
		if promise == contract.SLA {
			goals := len(c.Goals())
			r = append(r, s.number(s.noTarget(c)), s.of(goals-len(c.Below()), goals),
				s.number(c.Nights.Total()), s.number(c.Nights.Disturbed()))
		}
		rows = append(rows, r)
	}
	if len(rows) == 0 {
		return
	}
	out.title(s.say("sheet.title." + promise.String()))
	out.table("  ", columns, rows)
}

// textHours is one line a contract and share of the effort.
func (s *sheet) textHours(out *lines) {
	if s.Effort == replay.EffortUnknown {
		return
	}
	head := func(id string) string { return s.say("sheet.head." + id) }
	columns := []column{
		text(head("contract")), figure(head("effort")), figure(head("allotted")), figure(head("used")),
		figure(head("overrun")), figure(head("unlimited")), figure(head("unpooled")),
	}
	title := "sheet.title.hours"
	if s.priced() {
		title, columns = "sheet.title.hours_cost", append(columns, figure(head("cost")))
	}
	var rows [][]string
	for _, p := range s.ranking {
		for share, h := range s.Columns[p.Column].Hours {
			name := s.names[p.Column]
			if share > 0 {
				name = ""
			}
			sum := takenInAll(&h)
			r := []string{
				name, s.say("sheet.times", "times", s.multiple(share)), s.minutes(sum.allotted), s.minutes(sum.used),
				s.minutes(sum.overrun), s.minutes(sum.unlimited), s.minutes(h.Unpooled),
			}
			if s.priced() {
				r = append(r, s.cost(h))
			}
			rows = append(rows, r)
		}
	}
	out.title(s.say(title))
	out.table("  ", columns, rows)
}

func (s *sheet) textContract(out *lines, i int) {
	c := s.Columns[i]
	out.title(s.say("sheet.title.contract", "place", s.place(i), "name", s.names[i]))
	for _, says := range s.decided(i) {
		out.wrap("  ", says)
	}
	s.textClocks(out, c, contract.SLA)
	s.textClocks(out, c, contract.KPI)
	out.line("")
	if without := s.without(c); without != "" {
		out.wrap("  ", without)
	}
	if s.incidents() {
		out.wrap("  ", s.nights(c))
	}
	if h := s.hours(i); h != nil {
		for _, says := range s.pools(h) {
			out.wrap("  ", says)
		}
	}
	if len(c.Worst) == 0 {
		return
	}
	out.line("")
	out.line("  " + s.say("sheet.worst", "shown", min(showWorst, len(c.Worst))))
	for _, worst := range c.Worst[:min(showWorst, len(c.Worst))] {
		out.item(s.explained(worst, c.Contract))
	}
}

// textClocks is one line a clock and priority.
func (s *sheet) textClocks(out *lines, c replay.Column, promise contract.Promise) {
	head := func(id string) string { return s.say("sheet.head." + id) }
	columns := []column{
		text(head("clock")), text(""), text(head("kept")), text(head("goal")), text(""), figure(s.late(promise)),
		figure(head("open")), figure(head("not_measurable")),
	}
	var rows [][]string
	for _, r := range s.rows(promise) {
		n := r.of(c, promise)
		if n.Empty() {
			continue
		}
		rows = append(rows, []string{
			s.clock(r.kind), s.priority(r.priority), s.kept(n), s.wanted(n), s.met(n),
			s.number(n.Late), s.number(n.Open), s.number(n.NotMeasurable),
		})
	}
	if len(rows) == 0 {
		return
	}
	out.line("")
	out.line("  " + s.say("sheet.promise."+promise.String()))
	out.table("    ", columns, rows)
}

func (s *sheet) textBacklog(out *lines) {
	months := s.Facts.Months()
	if len(months) == 0 {
		return
	}
	head := func(id string) string { return s.say("sheet.head." + id) }
	columns := []column{text(head("month")), figure(head("logged")), figure(head("solved")), figure(head("backlog"))}
	var rows [][]string
	for _, run := range quiet(months) {
		m := run[len(run)-1]
		name := wording.Month(s.voice.Language(), m.First)
		if len(run) > 1 {
			name = s.say("sheet.months", "from", wording.Month(s.voice.Language(), run[0].First), "to", name)
		}
		rows = append(rows, []string{name, s.number(m.Logged), s.number(m.Solved), s.number(m.Backlog)})
	}
	out.title(s.say("sheet.title.backlog"))
	out.table("  ", columns, rows)
	out.title(s.say("sheet.title.ages"))
	heads, groups := s.ages()
	columns = []column{text(heads[0])}
	for _, h := range heads[1:] {
		columns = append(columns, figure(h))
	}
	out.table("  ", columns, groups)
}

// quiet groups months in which nothing was logged or solved with those of that sort before
// them: years without an event are one line.
func quiet(months []replay.Month) [][]replay.Month {
	var runs [][]replay.Month
	for i, m := range months {
		n := len(runs)
		if i > 0 && uneventful(m) && uneventful(months[i-1]) {
			runs[n-1] = append(runs[n-1], m)
			continue
		}
		runs = append(runs, []replay.Month{m})
	}
	return runs
}

func uneventful(m replay.Month) bool { return m.Logged == 0 && m.Solved == 0 }

// kept is a count as a share, or says that nothing was judged.
func (s *sheet) kept(n replay.Count) string {
	if n.Judged() == 0 {
		return s.say("sheet.none_judged")
	}
	return s.share(n.Kept, n.Judged())
}

// of writes "7 of 9".
func (s *sheet) of(part, whole int) string {
	return s.say("sheet.of", "part", s.number(part), "whole", s.number(whole))
}

// wanted lists the goals, "" for none.
func (s *sheet) wanted(n replay.Count) string {
	var goals []string
	for _, g := range n.Goals {
		goals = append(goals, s.goal(n, g))
	}
	return wording.List(s.voice.Language(), goals)
}

// met says whether every goal was met, "" when there is none or nothing was judged under it.
func (s *sheet) met(n replay.Count) string {
	switch {
	case !aimed(n):
		return ""
	case n.Below():
		return s.say("sheet.goal_missed")
	}
	return s.say("sheet.goal_met")
}

func (s *sheet) cost(h replay.Hours) string {
	if h.Cost.IsZero() {
		return s.say("sheet.not_priced")
	}
	return s.say("sheet.cost", "cost", h.Cost)
}

// without lists what the contract has no target for, though another of the comparison has.
func (s *sheet) without(c replay.Column) string {
	var parts []string
	for _, kind := range s.clocks() {
		for p, n := range c.NoTarget[kind] {
			if n > 0 {
				parts = append(parts, s.say("sheet.without.part", "clock", s.clock(kind),
					"priority", s.priority(catalog.Priority(p)), "n", s.number(n), "count", n))
			}
		}
	}
	if len(parts) == 0 {
		return ""
	}
	return s.say("sheet.without", "parts", parts)
}
