package cases

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// byteOrderMark is what some editors put before the text.
var byteOrderMark = []byte("\xef\xbb\xbf")

// maxVectorLine bounds one line of a vector file.
const maxVectorLine = 4 << 20

// maxTarget bounds the minutes of a target: a hundred years.
const maxTarget = 100 * 366 * 24 * 60

// vector is one line of a vector file.
type vector struct {
	ID          string                             `json:"id"`
	Group       string                             `json:"group"`
	Note        string                             `json:"note"`
	Clock       string                             `json:"clock"`
	PausesApply bool                               `json:"pauses_apply"`
	Calendars   map[string]vectorCalendar          `json:"calendars"`
	Contracts   map[string]map[string]vectorTarget `json:"contracts"`
	Start       struct {
		At       time.Time        `json:"at"`
		Contract string           `json:"contract"`
		Priority catalog.Priority `json:"priority"`
	} `json:"start"`
	Events []vectorEvent           `json:"events"`
	Probes []time.Time             `json:"probes"`
	Expect map[string]vectorAnswer `json:"expect"`
}

type vectorCalendar struct {
	Always   bool                   `json:"always"`
	Zone     string                 `json:"tz"`
	Weekly   map[string][][2]string `json:"weekly"`
	Holidays []string               `json:"holidays"`
	Closures []vectorWindow         `json:"closures"`
	Openings []vectorWindow         `json:"openings"`
}

type vectorWindow struct {
	From string `json:"from"`
	To   string `json:"to"`
}

type vectorTarget struct {
	Minutes  int64  `json:"minutes"`
	Calendar string `json:"calendar"`
}

type vectorEvent struct {
	At    time.Time `json:"at"`
	Type  string    `json:"type"`
	Value string    `json:"value"`
}

type vectorAnswer struct {
	Due      *time.Time `json:"due"`
	Timeline []struct {
		From     time.Time  `json:"from"`
		Contract string     `json:"contract"`
		Priority string     `json:"priority"`
		Target   int64      `json:"target_s"`
		Due      *time.Time `json:"due"`
	} `json:"timeline"`
	Probes []struct {
		At        time.Time `json:"at"`
		Elapsed   int64     `json:"elapsed_s"`
		Remaining int64     `json:"remaining_s"`
		PastDue   bool      `json:"past_due"`
	} `json:"probes"`
}

func readVectors(r io.Reader, name string, mode Mode) ([]Case, error) {
	var found []Case
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, maxVectorLine)
	number := 0
	for lines.Scan() {
		number++
		text := bytes.TrimSpace(bytes.TrimPrefix(lines.Bytes(), byteOrderMark))
		if len(text) == 0 {
			continue
		}
		where := fault.Position{File: name, Line: number}
		var v vector
		if err := json.Unmarshal(text, &v); err != nil {
			return nil, unreadable(where, text, err)
		}
		c, err := v.toCase(where, mode)
		if err != nil {
			return nil, err
		}
		found = append(found, c)
	}
	if err := lines.Err(); err != nil {
		return nil, fault.New(fault.Invalid, CodeUnreadable, "problem", err.Error()).
			At(fault.Position{File: name, Line: number + 1}).Because(err)
	}
	return found, nil
}

func unreadable(where fault.Position, text []byte, err error) error {
	var syntax *json.SyntaxError
	var kind *json.UnmarshalTypeError
	switch {
	case errors.As(err, &syntax):
		where.Column = int(syntax.Offset)
	case errors.As(err, &kind):
		where.Column = int(kind.Offset)
	default:
		where.Column = min(1, len(text))
	}
	return fault.New(fault.Invalid, CodeUnreadable, "problem", err.Error()).At(where).Because(err)
}

// toCase builds the calendars and targets once; the check then makes terms and timelines
// of them for each mode.
func (v *vector) toCase(where fault.Position, mode Mode) (Case, error) {
	calendars := map[string]*calendar.Calendar{}
	for name, c := range v.Calendars {
		built, err := c.build()
		if err != nil {
			return Case{}, placed(err, where)
		}
		calendars[name] = built
	}
	var target contract.TargetKind
	if err := target.UnmarshalText([]byte(v.Clock)); err != nil {
		return Case{}, badValue(where, "clock", v.Clock)
	}
	versions := map[string]contract.Version{}
	for name, priorities := range v.Contracts {
		version := contract.Version{}
		if v.PausesApply {
			version.Pauses[target] = catalog.PartiesOf(catalog.Client)
		}
		for word, t := range priorities {
			var p catalog.Priority
			if err := p.UnmarshalText([]byte(word)); err != nil {
				return Case{}, placed(err, where)
			}
			cal := calendars[t.Calendar]
			if cal == nil {
				return Case{}, badValue(where, "calendar", t.Calendar)
			}
			if t.Minutes < 0 || t.Minutes > maxTarget {
				return Case{}, badValue(where, "minutes", strconv.FormatInt(t.Minutes, 10))
			}
			version.Targets[catalog.Incident][p][target] = &contract.Target{
				Open: time.Duration(t.Minutes) * time.Minute, Calendar: cal, CalendarName: t.Calendar,
			}
		}
		versions[name] = version
	}
	if _, ok := versions[v.Start.Contract]; !ok {
		return Case{}, badValue(where, "contract", v.Start.Contract)
	}
	for _, e := range v.Events {
		if _, ok := versions[e.Value]; e.Type == "contract" && !ok {
			return Case{}, badValue(where, "contract", e.Value)
		}
	}
	run := &vectorRun{vector: v, target: target, versions: versions}
	for _, m := range mode.list() {
		if _, ok := v.Expect[modeWord(m)]; !ok {
			return Case{}, badValue(where, "expect", modeWord(m))
		}
	}
	if _, _, err := run.build(contract.Forward, len(v.Events)); err != nil {
		return Case{}, placed(err, where)
	}
	return Case{Name: v.ID, check: func() []Mismatch { return run.check(mode) }}, nil
}

func placed(err error, where fault.Position) error {
	var list fault.List
	for _, f := range fault.All(err) {
		list = append(list, f.At(where))
	}
	return list.Err()
}

func badValue(where fault.Position, field, value string) error {
	return fault.New(fault.Invalid, CodeBadValue, "field", field, "value", value).At(where)
}

func modeWord(m contract.Mode) string {
	if m == contract.Forward {
		return "forward"
	}
	return "retroactive"
}

// vectorRun holds the clocks against the answers of one vector.
type vectorRun struct {
	*vector
	target   contract.TargetKind
	versions map[string]contract.Version
}

// build makes the terms and the timeline with the first so many changes of policy; pauses
// and resumes are all there.
func (v *vectorRun) build(mode contract.Mode, changes int) (contract.Terms, *ticket.Timeline, error) {
	var terms contract.Terms
	amend := func(name string, at time.Time) {
		version := v.versions[name]
		version.Number, version.Effective = len(terms)+1, at
		version.OpenTickets, version.PriorityChange = mode, mode
		terms = append(terms, &version)
	}
	amend(v.Start.Contract, v.Start.At)
	tl := ticket.NewTimeline(ticket.Entry{
		At: v.Start.At, Recorded: v.Start.At,
		Fact: ticket.Logged{Kind: catalog.Incident, Priority: v.Start.Priority},
	})
	for _, e := range v.Events {
		entry := ticket.Entry{At: e.At, Recorded: e.At}
		switch e.Type {
		case "pause":
			entry.Fact = ticket.Waits{For: catalog.Client}
		case "resume":
			entry.Fact = ticket.Resumed{}
		case "priority", "contract":
			if changes--; changes < 0 {
				continue
			}
			if e.Type == "contract" {
				amend(e.Value, e.At)
				continue
			}
			var p catalog.Priority
			if err := p.UnmarshalText([]byte(e.Value)); err != nil {
				return nil, nil, err
			}
			entry.Fact = ticket.Classified{Priority: p}
		default:
			return nil, nil, fault.New(fault.Invalid, CodeBadValue, "field", "type", "value", e.Type)
		}
		tl.Append(entry)
	}
	return terms, tl, nil
}

func (v *vectorRun) read(mode contract.Mode, changes int, at time.Time) clock.Clock {
	terms, tl, err := v.build(mode, changes)
	if err != nil {
		panic(err) // toCase has built the whole case before
	}
	return clock.Read(terms, tl, at).Clocks[v.target]
}

// probe reads the clock at an instant. Before the start there is no ticket and so no clock;
// the vectors ask for what the clock will start with.
func (v *vectorRun) probe(mode contract.Mode, at time.Time) clock.Clock {
	if at.Before(v.Start.At) {
		return v.read(mode, 0, v.Start.At)
	}
	return v.read(mode, len(v.Events), at)
}

func (v *vectorRun) check(mode Mode) []Mismatch {
	last := v.Start.At
	for _, e := range v.Events {
		if e.At.After(last) {
			last = e.At
		}
	}
	var d differ
	for _, m := range mode.list() {
		answer, word := v.Expect[modeWord(m)], modeWord(m)
		d.want(word+" due", instant(answer.Due), instant(reached(v.read(m, len(v.Events), last).Due)))
		for i, row := range answer.Timeline {
			what := fmt.Sprintf("%s timeline %d", word, i+1)
			c := v.read(m, i, last)
			d.want(what+" due", instant(row.Due), instant(reached(c.Due)))
			d.want(what+" target_s", fmt.Sprint(row.Target), fmt.Sprint(int64(c.Allowed/time.Second)))
			d.want(what+" priority", row.Priority, c.Priority.String())
		}
		for _, p := range answer.Probes {
			what := fmt.Sprintf("%s at %s", word, instant(&p.At))
			c := v.probe(m, p.At)
			d.want(what+" elapsed_s", fmt.Sprint(p.Elapsed), seconds(c.Elapsed))
			d.want(what+" remaining_s", fmt.Sprint(p.Remaining), seconds(c.Remaining))
			d.want(what+" past_due", fmt.Sprint(p.PastDue), fmt.Sprint(c.Verdict.Late()))
		}
	}
	return d.found
}

func seconds(d time.Duration) string {
	if d%time.Second != 0 {
		return d.String()
	}
	return fmt.Sprint(int64(d / time.Second))
}

func reached(due time.Time) *time.Time {
	if due.IsZero() {
		return nil
	}
	return &due
}

func instant(at *time.Time) string {
	if at == nil {
		return "never"
	}
	return at.UTC().Format(time.RFC3339Nano)
}

var weekdays = map[string]time.Weekday{
	"sun": time.Sunday, "mon": time.Monday, "tue": time.Tuesday, "wed": time.Wednesday,
	"thu": time.Thursday, "fri": time.Friday, "sat": time.Saturday,
}

func (c vectorCalendar) build() (*calendar.Calendar, error) {
	spec := calendar.Spec{Always: c.Always, Zone: c.Zone}
	for day, intervals := range c.Weekly {
		weekday, ok := weekdays[strings.ToLower(day)]
		if !ok {
			return nil, fault.New(fault.Invalid, CodeBadValue, "field", "weekly", "value", day)
		}
		for _, pair := range intervals {
			from, err := calendar.ParseMinute(pair[0])
			if err != nil {
				return nil, err
			}
			to, err := calendar.ParseMinute(pair[1])
			if err != nil {
				return nil, err
			}
			spec.Weekly[weekday] = append(spec.Weekly[weekday], calendar.Interval{From: from, To: to})
		}
	}
	for _, day := range c.Holidays {
		date, err := calendar.ParseDate(day)
		if err != nil {
			return nil, err
		}
		spec.Holidays = append(spec.Holidays, calendar.Holiday{Date: date})
	}
	var err error
	if spec.Closures, err = windows(c.Closures); err != nil {
		return nil, err
	}
	if spec.Openings, err = windows(c.Openings); err != nil {
		return nil, err
	}
	return calendar.New(spec)
}

func windows(from []vectorWindow) ([]calendar.Window, error) {
	var out []calendar.Window
	for _, w := range from {
		start, err := calendar.ParseLocalTime(w.From)
		if err != nil {
			return nil, err
		}
		end, err := calendar.ParseLocalTime(w.To)
		if err != nil {
			return nil, err
		}
		out = append(out, calendar.Window{From: start, To: end})
	}
	return out, nil
}
