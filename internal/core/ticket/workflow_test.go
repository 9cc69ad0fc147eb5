package ticket_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

var (
	provider = ticket.Actor{ID: "a", Party: catalog.Provider}
	client   = ticket.Actor{ID: "b", Party: catalog.Client}
	third    = ticket.Actor{ID: "c", Party: catalog.ThirdParty}
)

// ours gives every activity to the provider.
func ours() *contract.Version {
	v := &contract.Version{Matrix: map[catalog.Activity]contract.Parties{}}
	for _, a := range catalog.Activities {
		v.Matrix[a.Activity] = contract.Parties{
			Level: a.Level, Accountable: catalog.Provider, Responsible: catalog.PartiesOf(catalog.Provider),
		}
	}
	return v
}

// allSteps are the names of all facts that are reported, but for those that make a ticket
// out of something else.
var allSteps = []ticket.Fact{
	ticket.Acknowledged{},
	ticket.Classified{},
	ticket.Assigned{},
	ticket.Replied{},
	ticket.Wrote{},
	ticket.Noted{},
	ticket.Waits{},
	ticket.Resumed{},
	ticket.Escalated{},
	ticket.Restored{},
	ticket.Resolved{},
	ticket.Closed{},
	ticket.Reopened{},
	ticket.Merged{},
	ticket.Absorbed{},
	ticket.Linked{},
	ticket.Unlinked{},
	ticket.Titled{},
	ticket.Attached{},
	ticket.DueAgreed{},
	ticket.DueWithdrawn{},
	ticket.RootCausePublished{},
	ticket.Worked{},
	ticket.WorkWithdrawn{},
	ticket.Logged{},
	ticket.NotShown{},
	ticket.Breached{},
}

const stateCount = int(ticket.StateMerged) + 1

// The whole workflow of an incident. p: the provider may, c: the client may, b: both may.
//
//nolint:dupword // a table
const incidentTable = `
                     new working waiting restored resolved closed merged
acknowledged         p   -       -       -        -        -      -
classified           p   p       p       p        -        -      -
assigned             p   p       p       p        -        -      -
replied              p   p       p       p        p        p      -
wrote                c   c       c       c        c        c      -
noted                p   p       p       p        p        p      -
waits                p   p       p       p        p        -      -
resumed              -   -       p       p        p        -      -
escalated            b   b       b       b        -        -      -
restored             p   p       p       -        -        -      -
resolved             p   p       p       p        -        -      -
closed               -   -       -       b        b        -      -
reopened             -   -       -       b        b        b      -
merged               p   p       p       p        p        -      -
absorbed             p   p       p       p        p        -      -
linked               p   p       p       p        p        p      -
unlinked             p   p       p       p        p        p      -
titled               p   p       p       p        p        p      -
attached             b   b       b       b        b        b      -
due_agreed           p   p       p       p        p        -      -
due_withdrawn        p   p       p       p        p        -      -
root_cause_published -   p       p       p        p        p      -
worked               p   p       p       p        p        p      p
work_withdrawn       p   p       p       p        p        p      p
logged               -   -       -       -        -        -      -
not_shown            -   -       -       -        -        -      -
breached             -   -       -       -        -        -      -
`

// And that of the kinds that have no rules of their own yet.
//
//nolint:dupword // a table
const typedTable = `
                     new working waiting restored resolved closed merged
acknowledged         p   -       -       -        -        -      -
classified           p   p       p       -        -        -      -
assigned             p   p       p       -        -        -      -
replied              p   p       p       p        p        p      -
wrote                c   c       c       c        c        c      -
noted                p   p       p       p        p        p      -
waits                p   p       p       -        -        -      -
resumed              -   -       p       -        -        -      -
escalated            -   -       -       -        -        -      -
restored             -   -       -       -        -        -      -
resolved             -   -       -       -        -        -      -
closed               p   p       p       -        -        -      -
reopened             -   -       -       -        -        b      -
merged               p   p       p       -        -        -      -
absorbed             p   p       p       -        -        -      -
linked               p   p       p       p        p        p      -
unlinked             p   p       p       p        p        p      -
titled               p   p       p       p        p        p      -
attached             b   b       b       b        b        b      -
due_agreed           -   -       -       -        -        -      -
due_withdrawn        -   -       -       -        -        -      -
root_cause_published -   -       -       -        -        -      -
worked               p   p       p       p        p        p      p
work_withdrawn       p   p       p       p        p        p      p
logged               -   -       -       -        -        -      -
not_shown            -   -       -       -        -        -      -
breached             -   -       -       -        -        -      -
`

func TestWorkflow(t *testing.T) {
	t.Parallel()
	withCause := strings.NewReplacer("root_cause_published -   -       -       -        -        -      -",
		"root_cause_published p   p       p       p        p        p      -") //nolint:dupword // a row of the table
	problemTable := withCause.Replace(typedTable)
	for kind, want := range map[catalog.Kind]string{
		catalog.Incident: incidentTable, catalog.Problem: problemTable,
		catalog.ServiceRequest: typedTable, catalog.Change: typedTable, catalog.Enhancement: typedTable,
	} {
		if diff := cmp.Diff(strings.TrimLeft(want, "\n"), tabled(kind)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", kind, diff)
		}
	}
}

// tabled draws who may take each step in each state.
func tabled(kind catalog.Kind) string {
	var b strings.Builder
	column := func(text string, width int) { b.WriteString((text + strings.Repeat(" ", 30))[:width]) }
	column("", 21)
	for s := range stateCount - 1 {
		column(ticket.State(s).String(), max(4, len(ticket.State(s).String())+1))
	}
	b.WriteString("merged\n")
	for _, fact := range allSteps {
		column(fact.Name(), 21)
		for s := range stateCount {
			at := ticket.Ticket{Kind: kind, State: ticket.State(s)}
			asProvider := ticket.May(provider, ours(), at, ticket.StepOf(fact)) == nil
			asClient := ticket.May(client, ours(), at, ticket.StepOf(fact)) == nil
			mark := "-"
			switch {
			case asProvider && asClient:
				mark = "b"
			case asProvider:
				mark = "p"
			case asClient:
				mark = "c"
			}
			if s == stateCount-1 {
				b.WriteString(mark + "\n")
				continue
			}
			column(mark, max(4, len(ticket.State(s).String())+1))
		}
	}
	return b.String()
}

func TestTheContractSaysWhoWorks(t *testing.T) {
	t.Parallel()
	shared := ours()
	shared.Matrix[catalog.IncidentManagement] = contract.Parties{
		Accountable: catalog.Provider, Responsible: catalog.PartiesOf(catalog.Client),
	}
	without := ours()
	delete(without.Matrix, catalog.IncidentManagement)
	incident := ticket.Ticket{Kind: catalog.Incident, State: ticket.StateWorking}
	restore := ticket.StepOf(ticket.Restored{})
	for _, c := range []struct {
		name string
		by   ticket.Actor
		v    *contract.Version
		t    ticket.Ticket
		step ticket.Step
		want reason.Code
	}{
		{"accountable and responsible", provider, ours(), incident, restore, ""},
		{"accountable only", provider, shared, incident, restore, ""},
		{"responsible only", client, shared, incident, restore, ""},
		{"neither", client, ours(), incident, restore, ticket.CodeStepNotYours},
		{"neither, with a shared activity", third, shared, incident, restore, ticket.CodeStepNotYours},
		{"nobody, the activity is not in the contract", provider, without, incident, restore, ticket.CodeOutOfScope},
		{"another activity of the contract", provider, without, ticket.Ticket{Kind: catalog.Change}, "waits", ""},
		{"the provider's message is a reply", provider, ours(), incident, "wrote", ticket.CodeStepOutside},
		{"a third party writes", third, ours(), incident, "wrote", ""},
		{"not in this state", provider, ours(), ticket.Ticket{Kind: catalog.Incident, State: ticket.StateClosed}, restore, ticket.CodeStepNotNow},
		{"not for this kind", provider, ours(), ticket.Ticket{Kind: catalog.Change}, restore, ticket.CodeStepNotKind},
		{"no such step", provider, ours(), incident, "painted", ticket.CodeStepNotKind},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			err := ticket.May(c.by, c.v, c.t, c.step)
			var f *fault.Fault
			switch {
			case c.want == "" && err != nil:
				t.Errorf("refused: %v", err)
			case c.want != "" && !errors.As(err, &f):
				t.Errorf("allowed, want %s", c.want)
			case c.want != "" && f.Code != c.want:
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}

func TestStepsAreWhatOneMay(t *testing.T) {
	t.Parallel()
	waiting := ticket.Ticket{Kind: catalog.Incident, State: ticket.StateWaiting}
	want := []ticket.Step{"wrote", "escalated", "attached"}
	if diff := cmp.Diff(want, ticket.Steps(client, ours(), waiting)); diff != "" {
		t.Errorf("of a client (-want +got):\n%s", diff)
	}
	if got := ticket.Steps(provider, ours(), ticket.Ticket{Kind: catalog.Change, State: ticket.StateClosed}); len(got) != 9 {
		t.Errorf("of a closed change: %v", got)
	}
}

func TestAnIncidentClosesAfterItsRootCause(t *testing.T) {
	t.Parallel()
	v := ours()
	v.Targets[catalog.Incident][catalog.P1][contract.RootCause] = &contract.Target{Open: time.Hour}
	v.Targets[catalog.Incident][catalog.P2][contract.RootCause] = &contract.Target{Open: time.Hour, Promise: contract.KPI}
	restored := ticket.Ticket{Kind: catalog.Incident, State: ticket.StateRestored, Priority: catalog.P1}
	sent := restored
	sent.RootCause = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	measured := restored
	measured.Priority = catalog.P2
	for name, c := range map[string]struct {
		t    ticket.Ticket
		want reason.Code
	}{"owed": {restored, ticket.CodeCauseFirst}, "sent": {sent, ""}, "measured only": {measured, ""}} {
		for _, by := range []ticket.Actor{provider, client} {
			err := ticket.May(by, v, c.t, ticket.StepOf(ticket.Closed{}))
			if got := codeOf(err); got != c.want {
				t.Errorf("%s, %v: %v, want %q", name, by.Party, err, c.want)
			}
		}
	}
}

func codeOf(err error) reason.Code {
	for _, f := range fault.All(err) {
		return f.Code
	}
	return ""
}

func TestOptionsSayWhyNot(t *testing.T) {
	t.Parallel()
	for _, o := range ticket.Options(provider, ours(), ticket.Ticket{Kind: catalog.Incident}) {
		if o.Step == ticket.StepOf(ticket.Wrote{}) {
			t.Error("the provider is offered to write as the client")
		}
		if (o.Blocked == nil) != (ticket.May(provider, ours(), ticket.Ticket{Kind: catalog.Incident}, o.Step) == nil) {
			t.Errorf("%s: %v", o.Step, o.Blocked)
		}
	}
}

func TestWhichBlockedStepsAreWorthSaying(t *testing.T) {
	t.Parallel()
	closed, reopened := ticket.StepOf(ticket.Closed{}), ticket.StepOf(ticket.Reopened{})
	for _, c := range []struct {
		step ticket.Step
		code reason.Code // why it may not be taken, "" for it may
		want bool
	}{
		{closed, "any", true},
		{reopened, "any", false},
		{reopened, ticket.CodeOutOfScope, true},
		{reopened, ticket.CodeStepNotYours, true},
		{closed, "", false},
	} {
		o := ticket.Option{Step: c.step}
		if c.code != "" {
			o.Blocked = fault.New(fault.Conflict, c.code)
		}
		if got := o.WorthSaying(); got != c.want {
			t.Errorf("%s, %q: %v", c.step, c.code, got)
		}
	}
}

func TestAnAnswerOfTheClientEndsTheWait(t *testing.T) {
	t.Parallel()
	for _, e := range []struct {
		name string
		now  ticket.Ticket
		fact ticket.Fact
		ends bool
	}{
		{"an answer", ticket.Ticket{State: ticket.StateWaiting, WaitingFor: catalog.Client}, ticket.Wrote{}, true},
		{"a carrier has the turn", ticket.Ticket{State: ticket.StateWaiting, WaitingFor: catalog.ThirdParty}, ticket.Wrote{}, false},
		{"the desk writes", ticket.Ticket{State: ticket.StateWaiting, WaitingFor: catalog.Client}, ticket.Replied{}, false},
		{"nothing waits", ticket.Ticket{State: ticket.StateWorking}, ticket.Wrote{}, false},
		{"it is closed", ticket.Ticket{State: ticket.StateClosed, WaitingFor: catalog.Client}, ticket.Wrote{}, false},
	} {
		if got := ticket.EndsWait(e.now, e.fact); got != e.ends {
			t.Errorf("%s: %v", e.name, got)
		}
	}
}
