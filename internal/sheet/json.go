package sheet

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/wording"
)

// The shape is documented in docs/replay.md. A key is added, never renamed or removed.
type (
	jsonSheet struct {
		Source    string         `json:"source"`
		Incidents int            `json:"incidents"`
		Tickets   int            `json:"tickets"`
		Kinds     map[string]int `json:"tickets_by_kind"`
		Reopened  int            `json:"reopened"`
		Rows      int            `json:"rows"`
		Skipped   int            `json:"skipped"`
		Left      []jsonSkipped  `json:"skipped_rows"` // the first of them
		Zone      string         `json:"zone"`
		First     *time.Time     `json:"first"`
		End       *time.Time     `json:"end"`
		Effort    jsonEffort     `json:"effort"`
		Ranking   jsonRanking    `json:"ranking"`
		Backlog   []jsonMonth    `json:"backlog"`
		Ages      []jsonAge      `json:"ages"` // of what was unsolved at the end
		Solved    []jsonAge      `json:"solved_after"`
		Causes    []jsonAge      `json:"root_causes_after"`
		Contracts []jsonContract `json:"contracts"`
	}
	jsonSkipped struct {
		Line    *int        `json:"line"`
		Column  *int        `json:"column"`
		Code    reason.Code `json:"code"`
		Problem string      `json:"problem"` // in English
	}
	jsonEffort struct {
		From        string  `json:"from"` // unknown, history, assumed
		Assumptions *string `json:"assumptions"`
		Minutes     int     `json:"minutes_in_history"`
	}
	jsonRanking struct {
		Best       *string     `json:"best"`     // null when nothing tells the contracts apart
		Assumption *string     `json:"rests_on"` // effort, hours_are_enough, or null
		Flips      []jsonFlip  `json:"flips"`
		Places     []jsonPlace `json:"places"`
	}
	jsonFlip struct {
		Effort float64 `json:"effort"` // a multiple of what was assumed
		Best   string  `json:"best"`
	}
	jsonPlace struct {
		Contract string      `json:"contract"`
		Fit      reason.Code `json:"fit"`
		Goals    int         `json:"goals"`        // that were judged
		Missed   []jsonGoal  `json:"goals_missed"` // of them
	}
	jsonGoal struct {
		Clock    string  `json:"clock"`
		Priority string  `json:"priority"`
		Goal     float64 `json:"goal"`
		Kept     int     `json:"kept"`
		Judged   int     `json:"judged"`
	}
	jsonMonth struct {
		Month   string `json:"month"`
		Logged  int    `json:"logged"`
		Solved  int    `json:"solved"`
		Backlog int    `json:"backlog"`
	}
	jsonAge struct {
		From    int  `json:"days_over"`
		To      *int `json:"days_to"`
		Tickets int  `json:"tickets"`
	}
	jsonContract struct {
		Name       string      `json:"name"`
		Model      string      `json:"model"`
		Tier       string      `json:"tier"`
		Place      int         `json:"place"`
		SLA        jsonPromise `json:"sla"`
		KPI        jsonPromise `json:"kpi"`
		NoTarget   jsonNone    `json:"no_target"`
		OutOfHours jsonNights  `json:"out_of_hours"`
		Hours      []jsonHours `json:"hours"`
		Worst      []jsonCase  `json:"worst"`
	}
	jsonPromise struct {
		Total  jsonCount                       `json:"total"`
		Clocks map[string]map[string]jsonCount `json:"clocks"` // by clock, by priority
	}
	// jsonCount has Broken for service levels and Missed for key figures.
	jsonCount struct {
		Kept          int      `json:"kept"`
		Broken        *int     `json:"broken,omitempty"`
		Missed        *int     `json:"missed,omitempty"`
		Open          int      `json:"open"`
		NotMeasurable int      `json:"not_measurable"`
		Judged        int      `json:"judged"`
		Attained      *float64 `json:"attained"`
		// Goal is null where there is none, or several.
		Goal  *float64        `json:"goal"`
		Goals []jsonCountGoal `json:"goals"`
	}
	jsonCountGoal struct {
		Goal   float64 `json:"goal"`
		Kept   int     `json:"kept"`
		Judged int     `json:"judged"`
		Met    *bool   `json:"met"` // null where nothing was judged under it
	}
	// jsonNone counts tickets without such a target, by clock, by priority.
	jsonNone   map[string]map[string]int
	jsonNights struct {
		Pages      int            `json:"pages"`
		Nights     int            `json:"nights"`
		Busiest    int            `json:"busiest"`
		ByHour     [24]int        `json:"pages_by_hour"`
		ByPriority map[string]int `json:"pages_by_priority"`
		Arrivals   [24]int        `json:"incidents_by_hour"`
	}
	jsonHours struct {
		Effort    float64    `json:"effort"`
		Allotted  int        `json:"allotted_minutes"`
		Used      int        `json:"used_minutes"`
		Overrun   int        `json:"overrun_minutes"`
		Unlimited int        `json:"unlimited_minutes"` // of the used ones
		Unpooled  int        `json:"unpooled_minutes"`
		Cost      *jsonMoney `json:"cost"`
		Pools     []jsonPool `json:"pools"`
	}
	jsonMoney struct {
		Minor    int64  `json:"minor"`
		Currency string `json:"currency"`
	}
	jsonPool struct {
		Name      string       `json:"name"`
		Unlimited bool         `json:"unlimited"`
		Periods   []jsonPeriod `json:"periods"`
	}
	jsonPeriod struct {
		First    string `json:"first"`
		Allotted int    `json:"allotted_minutes"`
		Carried  int    `json:"carried_minutes"`
		Used     int    `json:"used_minutes"`
		Overrun  int    `json:"overrun_minutes"`
		Expired  int    `json:"expired_minutes"`
	}
	jsonCase struct {
		Ticket   string        `json:"ticket"`
		Promise  string        `json:"promise"`
		Clock    string        `json:"clock"`
		Priority string        `json:"priority"`
		Verdict  string        `json:"verdict"`
		Since    *time.Time    `json:"since"`
		Due      *time.Time    `json:"due"`
		Stopped  *time.Time    `json:"stopped"`
		Allowed  int64         `json:"allowed_seconds"`
		Elapsed  int64         `json:"elapsed_seconds"`
		Over     int64         `json:"over_seconds"`
		Version  int           `json:"version"`
		Clause   string        `json:"clause"`
		Spent    []jsonSpent   `json:"spent"`
		Segments []jsonSegment `json:"segments"` // null where only the sums are told
	}
	jsonSpent struct {
		What    reason.Code `json:"what"`
		Party   string      `json:"party,omitempty"`
		Seconds int64       `json:"seconds"`

		span time.Duration
	}
	jsonSegment struct {
		From     time.Time   `json:"from"`
		To       time.Time   `json:"to"`
		What     reason.Code `json:"what"`
		Why      reason.Code `json:"why,omitempty"`
		Holiday  string      `json:"holiday,omitempty"`
		Party    string      `json:"party,omitempty"`
		Calendar string      `json:"calendar,omitempty"`
		Priority string      `json:"priority"`
		Version  int         `json:"version"`
		Entry    int         `json:"entry"`
	}
)

func (s *sheet) writeJSON(w io.Writer) error {
	var doc strings.Builder
	out := json.NewEncoder(&doc)
	out.SetIndent("", "  ")
	if err := out.Encode(s.json()); err != nil {
		return err
	}
	_, err := io.WriteString(w, escaped(doc.String()))
	return err
}

// escaped writes what is not printable as JSON does, so that a document on a terminal steers
// nothing. Outside its texts a document has nothing of that sort but line ends.
func escaped(doc string) string {
	var out strings.Builder
	for _, r := range doc {
		if r != '\n' && wording.PrintableRune(r) != r {
			fmt.Fprintf(&out, "\\u%04x", r)
			continue
		}
		out.WriteRune(r)
	}
	return out.String()
}

func (s *sheet) json() jsonSheet {
	doc := jsonSheet{
		Source: s.Source, Incidents: s.Facts.ByKind[catalog.Incident], Tickets: s.Facts.Tickets, Kinds: map[string]int{},
		Reopened: s.Facts.Reopened, Rows: s.Rows, Skipped: len(s.Skipped), Left: jsonSkippedOf(s.Skipped),
		Zone: s.Zone.String(), First: instant(s.First), End: instant(s.End),
		Effort: jsonEffort{From: effortWords[s.Effort], Minutes: s.Facts.Minutes()}, Ranking: s.jsonRanking(),
		Backlog: []jsonMonth{}, Ages: jsonAges(s.Facts.Ages(s.End)), Solved: jsonAges(s.Facts.SolvedAt),
		Causes: jsonAges(s.Facts.RootCauses), Contracts: []jsonContract{},
	}
	for kind, n := range s.Facts.ByKind {
		if n > 0 {
			doc.Kinds[catalog.Kind(kind).String()] = n
		}
	}
	if s.Effort == replay.EffortAssumed {
		doc.Effort.Assumptions = &s.Assumptions
	}
	for _, m := range s.Facts.Months() {
		doc.Backlog = append(doc.Backlog, jsonMonth{m.First.String()[:len("2006-01")], m.Logged, m.Solved, m.Backlog})
	}
	for i := range s.Columns {
		doc.Contracts = append(doc.Contracts, s.jsonContract(i))
	}
	return doc
}

func jsonAges(ages replay.Ages) []jsonAge {
	groups := make([]jsonAge, 0, len(ages))
	for i, n := range ages {
		from, to := ageLimits(i)
		age := jsonAge{From: from, Tickets: n}
		if to > 0 {
			age.To = &to
		}
		groups = append(groups, age)
	}
	return groups
}

var effortWords = [...]string{
	replay.EffortUnknown: "unknown", replay.EffortHistory: "history", replay.EffortAssumed: "assumed",
}

func (s *sheet) jsonRanking() jsonRanking {
	r := jsonRanking{Flips: []jsonFlip{}}
	if !s.undecided() {
		r.Best = &s.Columns[s.best()].Contract.Name
	}
	if rests := s.restsOn(); rests != "" {
		r.Assumption = &rests
	}
	for _, f := range s.flips {
		r.Flips = append(r.Flips, jsonFlip{float64(f.Percent) / 100, s.Columns[f.Best].Contract.Name})
	}
	for _, p := range s.ranking {
		c := s.Columns[p.Column]
		place := jsonPlace{c.Contract.Name, p.Why.Code, len(c.Goals()), []jsonGoal{}}
		for _, g := range c.Below() {
			place.Missed = append(place.Missed, jsonGoal{g.Kind.String(), g.Priority.String(), g.Percent, g.Kept, g.Judged()})
		}
		r.Places = append(r.Places, place)
	}
	return r
}

func (s *sheet) jsonContract(i int) jsonContract {
	c := s.Columns[i]
	latest := c.Contract.Terms[len(c.Contract.Terms)-1]
	out := jsonContract{
		Name: c.Contract.Name, Model: string(latest.Model), Tier: string(latest.Tier), Place: s.place(i),
		SLA: s.jsonPromise(c, contract.SLA), KPI: s.jsonPromise(c, contract.KPI), NoTarget: jsonNone{},
		OutOfHours: jsonNights{
			Pages: c.Nights.Total(), Nights: c.Nights.Disturbed(), Busiest: c.Nights.Busiest(),
			ByHour: c.Nights.Pages, ByPriority: map[string]int{}, Arrivals: c.Nights.Arrivals,
		},
		Hours: []jsonHours{}, Worst: []jsonCase{},
	}
	for kind, priorities := range c.NoTarget {
		for p, n := range priorities {
			if n > 0 {
				put(out.NoTarget, row{contract.TargetKind(kind), catalog.Priority(p)}, n)
			}
		}
	}
	for p, n := range c.Nights.ByPriority {
		if n > 0 {
			out.OutOfHours.ByPriority[priorityWord(catalog.Priority(p))] = n
		}
	}
	if s.Effort != replay.EffortUnknown {
		for share, h := range c.Hours {
			out.Hours = append(out.Hours, jsonHoursOf(h, s.multiple(share)))
		}
	}
	for n, worst := range c.Worst {
		e := worst.Explain(c.Contract)
		told := jsonCaseOf(worst, e)
		if n < showWorst && len(e.Segments) <= manySegments {
			told.Segments = jsonSegments(e)
		}
		out.Worst = append(out.Worst, told)
	}
	return out
}

// put sets the value of a clock and a priority.
func put[M ~map[string]map[string]T, T any](m M, r row, value T) {
	key := r.kind.String()
	if m[key] == nil {
		m[key] = map[string]T{}
	}
	m[key][priorityWord(r.priority)] = value
}

// priorityWord is a key of JSON and a cell of CSV.
func priorityWord(p catalog.Priority) string { return cmp.Or(p.String(), "none") }

func (s *sheet) jsonPromise(c replay.Column, promise contract.Promise) jsonPromise {
	out := jsonPromise{Total: jsonCountOf(c.Total(promise), promise), Clocks: map[string]map[string]jsonCount{}}
	for r, n := range counts(c, promise) {
		put(out.Clocks, r, jsonCountOf(n, promise))
	}
	return out
}

func jsonCountOf(n replay.Count, promise contract.Promise) jsonCount {
	out := jsonCount{Kept: n.Kept, Open: n.Open, NotMeasurable: n.NotMeasurable, Judged: n.Judged(), Goals: []jsonCountGoal{}}
	if promise == contract.SLA {
		out.Broken = &n.Late
	} else {
		out.Missed = &n.Late
	}
	if attained, ok := n.Attained(); ok {
		out.Attained = &attained
	}
	if len(n.Goals) == 1 {
		out.Goal = &n.Goals[0].Percent
	}
	for _, g := range n.Goals {
		goal := jsonCountGoal{Goal: g.Percent, Kept: g.Kept, Judged: g.Judged()}
		if g.Judged() > 0 {
			goal.Met = new(!g.Below())
		}
		out.Goals = append(out.Goals, goal)
	}
	return out
}

func jsonHoursOf(h replay.Hours, effort float64) jsonHours {
	out := jsonHours{
		Effort: effort, Allotted: h.Allotted(), Used: h.Used(), Overrun: h.Overrun(),
		Unlimited: takenInAll(&h).unlimited, Unpooled: h.Unpooled, Pools: []jsonPool{},
	}
	if !h.Cost.IsZero() {
		out.Cost = &jsonMoney{h.Cost.Minor, h.Cost.Currency}
	}
	for _, p := range h.Pools {
		pool := jsonPool{Name: p.Pool.Name, Unlimited: p.Pool.Unlimited, Periods: []jsonPeriod{}}
		for _, n := range p.Periods {
			pool.Periods = append(pool.Periods, jsonPeriod{n.First.String(), n.Allotted, n.Carried, n.Used, n.Overrun, n.Expired})
		}
		out.Pools = append(out.Pools, pool)
	}
	return out
}

func jsonCaseOf(c replay.Case, e clock.Explanation) jsonCase {
	return jsonCase{
		Ticket: c.Ticket.Key, Promise: e.Promise.String(), Clock: e.Kind.String(), Priority: e.Priority.String(),
		Verdict: e.Verdict.String(), Since: instant(e.Since), Due: instant(e.Due), Stopped: instant(e.Stopped),
		Allowed: seconds(e.Allowed), Elapsed: seconds(e.Elapsed), Over: seconds(c.Over()),
		Version: e.Version, Clause: e.Target.Clause.String(), Spent: jsonSpentOf(e),
	}
}

// jsonSpentOf adds up the segments by what the clock did, and who it waited for, in the order
// in which it first did so.
func jsonSpentOf(e clock.Explanation) []jsonSpent {
	sums := []jsonSpent{}
	for _, g := range e.Segments {
		party := g.Party.String()
		i := slices.IndexFunc(sums, func(s jsonSpent) bool { return s.What == g.What && s.Party == party })
		if i < 0 {
			i = len(sums)
			sums = append(sums, jsonSpent{What: g.What, Party: party})
		}
		sums[i].span += g.To.Sub(g.From)
		sums[i].Seconds = seconds(sums[i].span)
	}
	return sums
}

func jsonSegments(e clock.Explanation) []jsonSegment {
	all := []jsonSegment{}
	for _, g := range e.Segments {
		all = append(all, jsonSegment{
			From: g.From, To: g.To, What: g.What, Why: g.Why, Holiday: g.Holiday, Party: g.Party.String(),
			Calendar: g.Calendar, Priority: g.Priority.String(), Version: g.Version, Entry: g.Entry,
		})
	}
	return all
}

// instant is null when there is none.
func instant(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

func seconds(d time.Duration) int64 { return int64(d / time.Second) }
