package contract

import (
	"fmt"
	"maps"
	"slices"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Section is a part of a contract in plain words.
type Section struct {
	Title reason.Reason
	// Places are the lines of the file that the section tells of; none when all of it comes
	// from the template.
	Places []Lines
	Table  [][]reason.Reason // the first row is the head; nil when there is no table
	Says   []reason.Reason
}

// Lines are lines of a file, both ends included.
type Lines struct{ From, To int }

// The sections, and what only they say.
const (
	CodeTitleHead        reason.Code = "contract.title"             // client, model, tier, name
	CodeTitleHours       reason.Code = "contract.title_hours"       //
	CodeTitlePromise     reason.Code = "contract.title_promise"     // kind
	CodeTitleMeasure     reason.Code = "contract.title_measure"     // kind
	CodeTitlePriorities  reason.Code = "contract.title_priorities"  //
	CodeTitlePauses      reason.Code = "contract.title_pauses"      //
	CodeTitlePools       reason.Code = "contract.title_pools"       //
	CodeTitleAccountable reason.Code = "contract.title_accountable" //
	CodeTitleOLAs        reason.Code = "contract.title_olas"        //
	CodeTitleChanges     reason.Code = "contract.title_changes"     //
	CodeTitlePeople      reason.Code = "contract.title_people"      //
	CodeTitleSources     reason.Code = "contract.title_sources"     //

	CodeInForce       reason.Code = "contract.in_force"       // number, date, zone, template
	CodeSitesAre      reason.Code = "contract.sites_are"      // sites
	CodeOpen          reason.Code = "contract.open"           // calendar, week, zone
	CodeHolidaysAre   reason.Code = "contract.holidays_are"   // calendar, count, seeds, last
	CodeClosedOn      reason.Code = "contract.closed_on"      // calendar, windows
	CodeOpenOn        reason.Code = "contract.open_on"        // calendar, windows
	CodeP1Around      reason.Code = "contract.p1_around"      //
	CodeAnsweredRound reason.Code = "contract.answered_round" //
	CodeSentence      reason.Code = "contract.sentence"       // says
	CodeReportsAre    reason.Code = "contract.reports_are"    // cadence, reports
	CodeOwnFigures    reason.Code = "contract.own_figures"    //
	CodeMatterIs      reason.Code = "contract.matter_is"      // about, says
	CodeHeadImpact    reason.Code = "contract.head_impact"    //
	CodeScales        reason.Code = "contract.scales"         //
	CodeHeadPriority  reason.Code = "contract.head_priority"  //
	CodeHeadTarget    reason.Code = "contract.head_target"    // target
	CodeGoalsAre      reason.Code = "contract.goals_are"      // percent, priorities, kpi
	CodeKPIMeaning    reason.Code = "contract.kpi_meaning"    //
	CodeWarnsAre      reason.Code = "contract.warns_are"      // percents
	CodeNothingWaits  reason.Code = "contract.nothing_waits"  //
	CodePausesAre     reason.Code = "contract.pauses_are"     // targets, parties
	CodeNeverPauses   reason.Code = "contract.never_pauses"   // targets
	CodeRootCauseRuns reason.Code = "contract.root_cause_runs"
	CodeOwns          reason.Code = "contract.owns"           // party, levels
	CodeIsAccountable reason.Code = "contract.is_accountable" // party, count, activities
	CodeDoTogether    reason.Code = "contract.do_together"    // parties, activities
	CodeSourceIs      reason.Code = "contract.source_is"      // part, source, asof
)

// Explain tells a document in plain words, section by section.
func Explain(d *Document) []Section {
	e := explainer{d}
	sections := []Section{e.head(), e.hours()}
	for kind := catalog.Incident; kind <= catalog.Enhancement; kind++ {
		if s, ok := e.promises(kind); ok {
			sections = append(sections, s)
		}
	}
	sections = append(sections, e.priorities(), e.pauses(), e.pools(), e.accountable())
	if len(d.OLAs) > 0 {
		sections = append(sections, e.section(CodeTitleOLAs, []string{"olas"}, e.matters("ola/")))
	}
	return append(sections, e.changes(), e.people(), e.sources())
}

// explainer writes the sections.
type explainer struct{ *Document }

func (e explainer) section(title reason.Code, keys []string, says []reason.Reason) Section {
	return Section{Title: reason.New(title), Places: e.places(keys), Says: says}
}

// places finds the lines of the file that have the keys, neighbours together.
func (d *Document) places(keys []string) []Lines {
	var found []Lines
	for _, p := range d.written.Pairs {
		if slices.Contains(keys, p.Key) {
			found = append(found, Lines{p.Where.Line, max(p.Where.Line, lastLine(p.Value))})
		}
	}
	var joined []Lines
	for _, l := range found {
		if last := len(joined) - 1; last >= 0 && l.From <= joined[last].To+1 {
			joined[last].To = max(joined[last].To, l.To)
		} else {
			joined = append(joined, l)
		}
	}
	return joined
}

func lastLine(n *node) int {
	last := n.Where.Line
	for _, item := range n.Items {
		last = max(last, lastLine(item))
	}
	for _, p := range n.Pairs {
		last = max(last, p.Where.Line, lastLine(p.Value))
	}
	return last
}

func (e explainer) head() Section {
	s := Section{Title: reason.New(CodeTitleHead, "client", e.Client, "model", string(e.Model), "tier", string(e.Tier), "name", e.Name)}
	s.Places = e.places([]string{"client", "contract", "model", "template", "tier", "version", "effective", "zone", "sites"})
	s.Says = []reason.Reason{reason.New(CodeInForce, "number", e.Number, "date", e.Effective, "zone", e.Zone, "template", e.Template)}
	if len(e.Sites) > 0 {
		s.Says = append(s.Says, reason.New(CodeSitesAre, "sites", e.Sites))
	}
	return s
}

func (e explainer) hours() Section {
	var says []reason.Reason
	for i := range e.Calendars {
		c := &e.Calendars[i]
		says = append(says, reason.New(CodeOpen, "calendar", c.Name, "week", c.week(""), "always", c.Spec.Always))
		if c.Spec.Always {
			continue
		}
		if count := len(c.Spec.Holidays); count > 0 {
			last := slices.MaxFunc(c.Spec.Holidays, func(a, b calendar.Holiday) int { return a.Date.Compare(b.Date) })
			var seeds []string
			for _, s := range c.Seeds {
				seeds = append(seeds, s.Text)
			}
			says = append(says, reason.New(CodeHolidaysAre, "calendar", c.Name, "count", count, "seeds", seeds, "last", last.Date))
		}
		if closed := windows(c.Spec.Closures); len(closed) > 0 {
			says = append(says, reason.New(CodeClosedOn, "calendar", c.Name, "windows", closed))
		}
		if open := windows(c.Spec.Openings); len(open) > 0 {
			says = append(says, reason.New(CodeOpenOn, "calendar", c.Name, "windows", open))
		}
	}
	switch {
	case e.roundTheClock(Response, catalog.P4):
		says = append(says, reason.New(CodeAnsweredRound))
	case e.roundTheClock(Restoration, catalog.P1):
		says = append(says, reason.New(CodeP1Around))
	}
	says = append(says, e.matters("coverage/")...)
	return e.section(CodeTitleHours, []string{"calendars", "coverage", "options"}, says)
}

// roundTheClock tells whether the clock of a target of a priority counts day and night.
func (e explainer) roundTheClock(t TargetKind, p catalog.Priority) bool {
	c := e.CalendarOf(e.SLA[p][t].Text)
	return e.Targets[catalog.Incident][p][t] != nil && c != nil && c.Spec.Always
}

// matters says the facts whose keys begin with a prefix, each as "about: says".
func (e explainer) matters(prefixes ...string) []reason.Reason {
	var says []reason.Reason
	for _, f := range e.Facts() {
		if slices.ContainsFunc(prefixes, f.hasPrefix) {
			says = append(says, f.matter())
		}
	}
	return says
}

func (f Fact) hasPrefix(prefix string) bool {
	return len(f.key) >= len(prefix) && f.key[:len(prefix)] == prefix
}

func (f Fact) matter() reason.Reason {
	if f.Items != nil {
		return reason.New(CodeMatterIs, "about", f.About, "says", f.Items)
	}
	return reason.New(CodeMatterIs, "about", f.About, "says", []reason.Reason{f.Says})
}

func (e explainer) promises(kind catalog.Kind) (Section, bool) {
	var kinds []TargetKind
	promised, measured := false, false
	for t := range NumTargets {
		used := false
		for p := catalog.P1; p <= catalog.P4; p++ {
			if clause := e.Targets[kind][p][t]; clause != nil {
				used = true
				promised = promised || clause.Promise == SLA
				measured = measured || clause.Promise == KPI
			}
		}
		if used {
			kinds = append(kinds, TargetKind(t))
		}
	}
	if len(kinds) == 0 {
		return Section{}, false
	}
	title := CodeTitleMeasure
	if promised {
		title = CodeTitlePromise
	}
	s := Section{Title: reason.New(title, "kind", kind), Places: e.places([]string{"targets"})}
	s.Table = e.promiseTable(kind, kinds, promised)
	s.Says = e.goals(kind)
	if measured {
		s.Says = append(s.Says, reason.New(CodeKPIMeaning))
	}
	return s, true
}

// promiseTable has a row for each priority. It marks key figures only where others are
// promised.
func (e explainer) promiseTable(kind catalog.Kind, kinds []TargetKind, mark bool) [][]reason.Reason {
	head := []reason.Reason{reason.New(CodeHeadPriority)}
	for _, t := range kinds {
		head = append(head, reason.New(CodeHeadTarget, "target", t))
	}
	table := [][]reason.Reason{head}
	for p := catalog.P1; p <= catalog.P4; p++ {
		row := []reason.Reason{reason.New(CodeIs, "priority", p)}
		for _, t := range kinds {
			clause := e.Targets[kind][p][t]
			if clause != nil && !mark {
				bare := *clause
				bare.Promise = SLA
				clause = &bare
			}
			row = append(row, e.time(clause, e.SLA[p][t].Text))
		}
		table = append(table, row)
	}
	return table
}

// goals says which share is to be kept, and when we warn ourselves; equal ones together.
func (e explainer) goals(kind catalog.Kind) []reason.Reason {
	type goal struct {
		percent float64
		promise Promise
	}
	goals := map[goal][]string{}
	warns := map[string][]int{}
	credits := map[int]bool{}
	for p := catalog.P1; p <= catalog.P4; p++ {
		for _, clause := range e.Targets[kind][p] {
			if clause == nil {
				continue
			}
			if g := (goal{clause.Goal, clause.Promise}); g.percent > 0 && !slices.Contains(goals[g], p.String()) {
				goals[g] = append(goals[g], p.String())
			}
			if len(clause.Warn) > 0 {
				warns[fmt.Sprint(clause.Warn)] = clause.Warn
			}
			if clause.Credit > 0 {
				credits[clause.Credit] = true
			}
		}
	}
	var says []reason.Reason
	order := slices.SortedFunc(maps.Keys(goals), func(a, b goal) int {
		return 1000*(int(a.promise)-int(b.promise)) + int(b.percent-a.percent)
	})
	for _, g := range order {
		says = append(says, reason.New(CodeGoalsAre, "percent", g.percent, "priorities", goals[g], "kpi", g.promise == KPI))
	}
	for _, key := range slices.Sorted(maps.Keys(warns)) {
		says = append(says, reason.New(CodeWarnsAre, "percents", warns[key]))
	}
	for _, credit := range slices.Sorted(maps.Keys(credits)) {
		says = append(says, reason.New(CodeCredit, "percent", credit))
	}
	return says
}

// priorities tells how impact and urgency make a priority.
func (e explainer) priorities() Section {
	s := e.section(CodeTitlePriorities, []string{"priorities"}, []reason.Reason{reason.New(CodeScales)})
	head := []reason.Reason{reason.New(CodeHeadImpact)}
	for u := catalog.Urgency(1); u <= 4; u++ {
		head = append(head, text(u.String()))
	}
	s.Table = append(s.Table, head)
	for i := catalog.Impact(1); i <= 4; i++ {
		row := []reason.Reason{text(i.String())}
		for u := catalog.Urgency(1); u <= 4; u++ {
			row = append(row, reason.New(CodeIs, "priority", e.Priorities[i][u]))
		}
		s.Table = append(s.Table, row)
	}
	return s
}
