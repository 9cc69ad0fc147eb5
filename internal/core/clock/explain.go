package clock

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// What a clock did in a segment.
const (
	CodeCounted  reason.Code = "clock.counted"   // open time that counts
	CodeShut     reason.Code = "clock.shut"      // the calendar is closed
	CodePaused   reason.Code = "clock.paused"    // a party has the turn that stops the clock
	CodeHalted   reason.Code = "clock.halted"    // stopped, until a reopening
	CodeNoTarget reason.Code = "clock.no_target" // the terms of that time had no such target
)

// How a clock stands. Arguments of all: target, priority, version, clause (file and line),
// elapsed and allowed (open time), since, due, end (instants), promise, calendar. "agreed" says
// that due was agreed by hand, and contract_due is then what the contract alone would say;
// began_by and stopped_by are the numbers of entries, 0 for none.
const (
	CodeRunsWithin    reason.Code = "clock.runs_within"
	CodeStandsStill   reason.Code = "clock.stands_still"
	CodeRunsLate      reason.Code = "clock.runs_late"
	CodeKept          reason.Code = "clock.kept"
	CodeStoppedLate   reason.Code = "clock.stopped_late"
	CodeNotMeasurable reason.Code = "clock.not_measurable"
)

// Segment is a stretch of a round in which one thing held. The segments of a round adjoin
// and cover it from its start to the instant of the explanation, or to its stop.
type Segment struct {
	From, To time.Time
	What     reason.Code   // CodeCounted, CodeShut, CodePaused, CodeHalted or CodeNoTarget
	Why      reason.Code   // for counted and shut time, the calendar's reason
	Holiday  string        // its name, where a holiday shut the calendar
	Party    catalog.Party // who paused the clock
	Calendar string        // its name in the contract
	Version  int           // of the contract
	Priority catalog.Priority
	Entry    int // the number of the entry since which the clock did so
}

// Explanation is the reading of a round with everything that led to it.
type Explanation struct {
	Clock
	Segments []Segment
	Reason   reason.Reason
}

// Explain explains every clock of a ticket that the contract has, as it stood at an instant.
// Clocks that restart have one explanation for each round.
func Explain(terms contract.Terms, tl *ticket.Timeline, at time.Time) []Explanation {
	var all []Explanation
	var v View
	v.Look(terms, tl, at)
	for r := range v.All() {
		all = append(all, r.explain())
	}
	return all
}

func (r *Round) explain() Explanation {
	e := Explanation{Clock: r.Clock, Reason: r.Reason()}
	for p := range r.m.pieces(r.m.round.spans.n, r.end()) {
		e.Segments = r.m.segments(e.Segments, &p)
	}
	return e
}

// segments appends what one piece of the round adds.
func (m *machine) segments(to []Segment, p *piece) []Segment {
	s := Segment{From: p.from, To: p.to, Version: p.version.Number, Priority: p.priority, Entry: p.entry}
	if p.target != nil {
		s.Calendar = p.target.CalendarName
	}
	switch {
	case p.counts(m.target):
		return p.stretches(to, s)
	case p.halted:
		s.What = CodeHalted
	case p.target == nil:
		s.What = CodeNoTarget
	default:
		s.What, s.Party = CodePaused, p.waitsFor
	}
	return join(to, s)
}

// stretches splits counted time by the calendar.
func (p *piece) stretches(to []Segment, s Segment) []Segment {
	for stretch := range p.target.Calendar.Stretches(p.from, p.to) {
		s.From, s.To, s.Why, s.Holiday = stretch.From, stretch.To, stretch.Why, stretch.Holiday
		s.What = CodeShut
		if stretch.Open {
			s.What = CodeCounted
		}
		to = join(to, s)
	}
	return to
}

// join appends a segment, or lengthens the last one when nothing but time divides them.
func join(to []Segment, s Segment) []Segment {
	if n := len(to); n > 0 {
		last := to[n-1]
		last.From, last.To = s.From, s.To
		if last == s && to[n-1].To.Equal(s.From) {
			to[n-1].To = s.To
			return to
		}
	}
	return append(to, s)
}

// Reason says how the round stands and what decided it: the clause of the contract, and by
// number the entries that began and stopped it. Its codes and arguments are those above.
func (r *Round) Reason() reason.Reason {
	return reason.New(r.code(),
		"target", r.Kind, "promise", r.Target.Promise, "priority", r.Priority, "version", r.Version,
		"clause", r.Target.Clause.String(), "calendar", r.Target.CalendarName, "work_days", r.Target.WorkDays,
		"since", r.Since, "end", r.end(), "due", r.Due, "agreed", r.Agreed, "contract_due", r.ContractDue,
		"elapsed", r.Elapsed, "allowed", r.Allowed, "remaining", r.Remaining, "party", r.WaitsFor,
		"began_by", r.m.round.spans.at(0).entry, "stopped_by", r.stoppedBy(),
	)
}

// stoppedBy is the number of the entry that stopped the round, 0 while it is not stopped.
func (r *Round) stoppedBy() int {
	if last := r.m.round.spans.last(); last.halted {
		return last.entry
	}
	return 0
}

func (r *Round) code() reason.Code {
	switch {
	case r.Verdict == NotMeasurable:
		return CodeNotMeasurable
	case r.Phase == Stopped && r.Verdict.Late():
		return CodeStoppedLate
	case r.Phase == Stopped:
		return CodeKept
	case r.Verdict.Late():
		return CodeRunsLate
	case r.Phase == Paused:
		return CodeStandsStill
	default:
		return CodeRunsWithin
	}
}

// Counted is the sum of the counted segments. It equals Elapsed: that is a law.
func (e Explanation) Counted() time.Duration {
	var sum time.Duration
	for _, s := range e.Segments {
		if s.What == CodeCounted {
			sum += s.To.Sub(s.From)
		}
	}
	return sum
}

// Reason says what a segment was. Arguments: from, to (instants), span, party, calendar,
// version, priority, entry, and for counted and shut time why (the calendar's reason).
func (s Segment) Reason() reason.Reason {
	r := reason.New(s.What, "from", s.From, "to", s.To, "span", s.To.Sub(s.From), "party", s.Party,
		"calendar", s.Calendar, "version", s.Version, "priority", s.Priority, "entry", s.Entry)
	if s.Why != "" {
		r.Args = append(r.Args, reason.Arg{Name: "why", Value: reason.New(s.Why, "name", s.Holiday)})
	}
	return r
}
