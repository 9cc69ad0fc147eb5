package ticket

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Why a step may not be taken. Arguments of all: step, kind, state. With a party: party,
// activity, accountable.
const (
	CodeStepNotNow   reason.Code = "ticket.step_not_now"   // not in this state
	CodeStepNotKind  reason.Code = "ticket.step_not_kind"  // tickets of this kind do not have it
	CodeStepNotYours reason.Code = "ticket.step_not_yours" // the contract gives the activity to others
	CodeStepOutside  reason.Code = "ticket.step_outside"   // it is for those outside the provider
	CodeOutOfScope   reason.Code = "ticket.out_of_scope"   // the contract does not hold the activity
	CodeCauseFirst   reason.Code = "ticket.cause_first"    // priority: closes after its root cause is sent
)

// Step is something that can be done to a ticket. Its word is the name of the fact that
// taking it reports.
type Step string

// StepOf is the step that reports a fact.
func StepOf(f Fact) Step { return Step(f.Name()) }

// who may take a step.
type who uint8

const (
	desk    who = iota // a party that the contract makes accountable or responsible
	outside            // anybody but the provider
	anyone
)

// states is a set of states.
type states uint8

func in(members ...State) (s states) {
	for _, m := range members {
		s |= 1 << m
	}
	return s
}

func (s states) has(m State) bool { return s&(1<<m) != 0 }

var (
	ahead    = in(StateNew, StateWorking, StateWaiting) // the trouble is not over
	open     = ahead | in(StateRestored, StateResolved)
	ended    = in(StateRestored, StateResolved, StateClosed)
	unmerged = open | in(StateClosed)
	always   = unmerged | in(StateMerged)
)

// rule says when a step may be taken, and by whom.
type rule struct {
	step Step
	from states
	by   who
}

// The workflow of an incident, in the order in which a screen offers the steps.
var incidentRules = []rule{
	{StepOf(Acknowledged{}), in(StateNew), desk},
	{StepOf(Classified{}), ahead | in(StateRestored), desk},
	{StepOf(Assigned{}), ahead | in(StateRestored), desk},
	{StepOf(Replied{}), unmerged, desk},
	{StepOf(Wrote{}), unmerged, outside},
	{StepOf(Noted{}), unmerged, desk},
	{StepOf(Waits{}), open, desk},
	{StepOf(Resumed{}), in(StateWaiting, StateRestored, StateResolved), desk},
	{StepOf(Escalated{}), ahead | in(StateRestored), anyone},
	{StepOf(Restored{}), ahead, desk},
	{StepOf(Resolved{}), ahead | in(StateRestored), desk},
	{StepOf(Closed{}), in(StateRestored, StateResolved), anyone},
	{StepOf(Reopened{}), ended, anyone},
	{StepOf(Merged{}), open, desk},
	{StepOf(Absorbed{}), open, desk},
	{StepOf(Linked{}), unmerged, desk},
	{StepOf(Unlinked{}), unmerged, desk},
	{StepOf(Titled{}), unmerged, desk},
	{StepOf(Attached{}), unmerged, anyone},
	{StepOf(DueAgreed{}), open, desk},
	{StepOf(DueWithdrawn{}), open, desk},
	{StepOf(RootCausePublished{}), in(StateWorking, StateWaiting) | ended, desk},
	{StepOf(Worked{}), always, desk}, // work that was done is always recorded
	{StepOf(WorkWithdrawn{}), always, desk},
}

// The other kinds have no rules yet but new, working, waiting and done.
var typedRules = []rule{
	{StepOf(Acknowledged{}), in(StateNew), desk},
	{StepOf(Classified{}), ahead, desk},
	{StepOf(Assigned{}), ahead, desk},
	{StepOf(Replied{}), unmerged, desk},
	{StepOf(Wrote{}), unmerged, outside},
	{StepOf(Noted{}), unmerged, desk},
	{StepOf(Waits{}), ahead, desk},
	{StepOf(Resumed{}), in(StateWaiting), desk},
	{StepOf(Closed{}), ahead, desk},
	{StepOf(Reopened{}), in(StateClosed), anyone},
	{StepOf(Merged{}), ahead, desk},
	{StepOf(Absorbed{}), ahead, desk},
	{StepOf(Linked{}), unmerged, desk},
	{StepOf(Unlinked{}), unmerged, desk},
	{StepOf(Titled{}), unmerged, desk},
	{StepOf(Attached{}), unmerged, anyone},
	{StepOf(Worked{}), always, desk},
	{StepOf(WorkWithdrawn{}), always, desk},
}

// A problem also publishes its root cause.
var problemRules = append(slices.Clone(typedRules), rule{StepOf(RootCausePublished{}), unmerged, desk})

func rulesOf(k catalog.Kind) []rule {
	switch k {
	case catalog.Incident:
		return incidentRules
	case catalog.Problem:
		return problemRules
	default:
		return typedRules
	}
}

// May tells whether an actor may take a step on a ticket as it stands: nil, or a *fault.Fault
// that says why not. It knows the workflow and the contract's matrix; roles and which
// clients an actor may see are checked at the door.
func May(by Actor, v *contract.Version, t Ticket, s Step) error {
	rules := rulesOf(t.Kind)
	i := slices.IndexFunc(rules, func(r rule) bool { return r.step == s })
	switch {
	case i < 0:
		return refusal(fault.Invalid, CodeStepNotKind, t, s)
	case !rules[i].from.has(t.State):
		return refusal(fault.Invalid, CodeStepNotNow, t, s)
	case rules[i].by == outside && by.Party == catalog.Provider:
		return refusal(fault.Forbidden, CodeStepOutside, t, s)
	case s == StepOf(Closed{}) && owesCause(v, t):
		return refusal(fault.Invalid, CodeCauseFirst, t, s, "priority", t.Priority)
	case rules[i].by == desk:
		return mayWork(by, v, t, s)
	default:
		return nil
	}
}

// owesCause tells whether the contract promises a root cause for an incident that has none
// yet: closed, it would be forgotten.
func owesCause(v *contract.Version, t Ticket) bool {
	target := v.Target(t.Kind, t.Priority, contract.RootCause)
	return t.Kind == catalog.Incident && target != nil && target.Promise == contract.SLA && t.RootCause.IsZero()
}

// mayWork asks the contract's matrix.
func mayWork(by Actor, v *contract.Version, t Ticket, s Step) error {
	activity := catalog.WorkOn(t.Kind)
	parties, held := v.Matrix[activity]
	switch {
	case !held:
		return refusal(fault.Forbidden, CodeOutOfScope, t, s, "activity", activity)
	case by.Party != parties.Accountable && !parties.Responsible.Has(by.Party):
		return refusal(fault.Forbidden, CodeStepNotYours, t, s,
			"activity", activity, "party", by.Party, "accountable", parties.Accountable)
	default:
		return nil
	}
}

func refusal(kind fault.Kind, code reason.Code, t Ticket, s Step, more ...any) error {
	return fault.New(kind, code, append([]any{"step", s, "kind", t.Kind, "state", t.State}, more...)...)
}

// Option is a step of the workflow, and why it may not be taken; nil when it may.
type Option struct {
	Step    Step
	Blocked error
}

// WorthSaying tells whether somebody would look for a step that may not be taken: closing always,
// and what only the contract forbids. That a new ticket cannot be reopened needs no word.
func (o Option) WorthSaying() bool {
	if o.Blocked == nil {
		return false
	}
	code := fault.All(o.Blocked)[0].Code
	return o.Step == StepOf(Closed{}) || code == CodeOutOfScope || code == CodeStepNotYours
}

// Options lists the steps that the kind of ticket has for an actor, in the order in which a
// screen offers them, those that may not be taken now with the reason.
func Options(by Actor, v *contract.Version, t Ticket) []Option {
	var all []Option
	for _, r := range rulesOf(t.Kind) {
		if r.by == outside && by.Party == catalog.Provider {
			continue
		}
		all = append(all, Option{r.step, May(by, v, t, r.step)})
	}
	return all
}

// Steps lists the steps that an actor may take on a ticket as it stands, in the order in
// which a screen offers them.
func Steps(by Actor, v *contract.Version, t Ticket) []Step {
	var may []Step
	for _, o := range Options(by, v, t) {
		if o.Blocked == nil {
			may = append(may, o.Step)
		}
	}
	return may
}

// EndsWait tells whether a fact ends the waiting of a ticket: the client's side answers while
// the client has the turn. Then the clocks run from the answer on, not from when the desk sees it.
func EndsWait(t Ticket, f Fact) bool {
	_, wrote := f.(Wrote)
	return wrote && t.State.Open() && t.WaitingFor == catalog.Client
}
