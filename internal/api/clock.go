package api

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/clock"
)

// Clock is one running target of a ticket.
type Clock struct {
	Target      string     `json:"target" enum:"response,update_cadence,update_answer,restoration,resolution,root_cause" doc:"What is promised."`
	Phase       string     `json:"phase" enum:"running,paused,stopped" doc:"What it does."`
	Verdict     string     `json:"verdict" enum:"within,breached,missed,not_measurable" doc:"How it stands to its due. A key figure is missed, not breached."`
	Promise     string     `json:"promise" enum:"sla,kpi" doc:"A service level, or a key figure that is only measured."`
	Since       time.Time  `json:"since" doc:"When its round started."`
	Stopped     *time.Time `json:"stopped,omitempty" doc:"When it was met or ended."`
	Due         *time.Time `json:"due,omitempty" doc:"What the verdict is held against; none while it stands still."`
	ContractDue *time.Time `json:"contract_due,omitempty" doc:"By the contract alone, where a due was agreed by hand."`
	Agreed      bool       `json:"agreed,omitempty" doc:"Due was agreed by hand."`
	Elapsed     int64      `json:"elapsed" doc:"Open time counted, in seconds."`
	Remaining   int64      `json:"remaining" doc:"Open time left until due in seconds, negative when over."`
	Allowed     int64      `json:"allowed" doc:"The target in open time, in seconds."`
	WaitsFor    string     `json:"waits_for,omitempty" enum:"provider,client,third_party,platform" doc:"The party whose turn stops it."`
	Version     int        `json:"version" doc:"Version of the contract that rules it."`
	Priority    string     `json:"priority" enum:"P1,P2,P3,P4" doc:"The priority that rules it."`
	Reason      *Reason    `json:"reason" doc:"How it stands, and what decided it: clause, entries, calendar."`
	Segments    []Segment  `json:"segments" doc:"What it did, stretch by stretch, from its start."`
}

// Segment is a stretch of time in which a clock did one thing.
type Segment struct {
	From   time.Time `json:"from" doc:"Its begin."`
	To     time.Time `json:"to" doc:"Its end."`
	What   string    `json:"what" enum:"counted,shut,paused,halted,no_target" doc:"What the clock did."`
	Entry  int       `json:"entry,omitempty" doc:"Number of the entry since which it did so."`
	Reason *Reason   `json:"reason" doc:"Why."`
}

func (c *caller) clock(e *clock.Explanation) Clock {
	one := Clock{
		Target: e.Kind.String(), Phase: e.Phase.String(), Verdict: e.Verdict.String(), Promise: e.Promise.String(),
		Since: e.Since, Stopped: optional(e.Stopped), Due: optional(e.Due), Agreed: e.Agreed, Elapsed: seconds(e.Elapsed),
		Remaining: seconds(e.Remaining), Allowed: seconds(e.Allowed), WaitsFor: e.WaitsFor.String(), Version: e.Version,
		Priority: e.Priority.String(), Reason: c.reason(e.Reason), Segments: make([]Segment, len(e.Segments)),
	}
	if e.Agreed {
		one.ContractDue = optional(e.ContractDue)
	}
	for i, s := range e.Segments {
		one.Segments[i] = Segment{From: s.From, To: s.To, What: segmentWords[s.What], Entry: s.Entry, Reason: c.reason(s.Reason())}
	}
	return one
}

var segmentWords = map[faultCode]string{
	clock.CodeCounted: "counted", clock.CodeShut: "shut", clock.CodePaused: "paused", clock.CodeHalted: "halted",
	clock.CodeNoTarget: "no_target",
}
