package api

import (
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// stepBody is what a request for a step says.
type stepBody interface {
	// step gives the step as the desk knows it, and tells what cannot be read.
	step(*reading) app.Step
}

// Dated says when something happened.
type Dated struct {
	At time.Time `json:"at,omitzero" doc:"When it happened, where that was earlier. This needs the permission tickets.backdate; the contract bounds how far back."`
}

// Message is a text that is the step.
type Message struct {
	Text string `json:"text" minLength:"1" maxLength:"60000" doc:"What to say."`
	Dated
}

// Plain is a step that says no more than its name.
type Plain struct {
	Text string `json:"text,omitempty" maxLength:"60000" doc:"What to say with it. People of the client read it where they see the step."`
	Dated
}

func (b *Plain) as(f ticket.Fact) app.Step { return app.Step{Fact: f, Text: b.Text, At: b.At} }

func (b *Message) as(f ticket.Fact) app.Step { return app.Step{Fact: f, Text: b.Text, At: b.At} }

// The steps that say no more than their name, and a text.
type (
	// Acknowledge says that a person took the ticket up.
	Acknowledge struct{ Plain }
	// Reply is a public message of the provider.
	Reply struct{ Message }
	// Write is a message of the client's side.
	Write struct{ Message }
	// Note is an internal note of the provider.
	Note struct{ Message }
	// Resume ends the waiting.
	Resume struct{ Plain }
	// Resolve says that the cause of the ticket is dealt with.
	Resolve struct{ Plain }
	// Close ends the ticket.
	Close struct{ Plain }
	// Reopen takes up a ticket that was restored, resolved or closed.
	Reopen struct{ Plain }
	// PublishRootCause says that the analysis of the root cause was sent.
	PublishRootCause struct{ Plain }
)

func (b *Acknowledge) step(*reading) app.Step      { return b.as(ticket.Acknowledged{}) }
func (b *Reply) step(*reading) app.Step            { return b.as(ticket.Replied{}) }
func (b *Write) step(*reading) app.Step            { return b.as(ticket.Wrote{}) }
func (b *Note) step(*reading) app.Step             { return b.as(ticket.Noted{}) }
func (b *Resume) step(*reading) app.Step           { return b.as(ticket.Resumed{}) }
func (b *Resolve) step(*reading) app.Step          { return b.as(ticket.Resolved{}) }
func (b *Close) step(*reading) app.Step            { return b.as(ticket.Closed{}) }
func (b *Reopen) step(*reading) app.Step           { return b.as(ticket.Reopened{}) }
func (b *PublishRootCause) step(*reading) app.Step { return b.as(ticket.RootCausePublished{}) }

// Classify sets impact, urgency and priority.
type Classify struct {
	Impact   string `json:"impact,omitempty" enum:"I1,I2,I3,I4" doc:"How much is hit."`
	Urgency  string `json:"urgency,omitempty" enum:"U1,U2,U3,U4" doc:"How soon it hurts. With impact it sets the priority by the contract."`
	Priority string `json:"priority,omitempty" enum:"P1,P2,P3,P4" doc:"By hand."`
	Plain
}

func (b *Classify) step(r *reading) app.Step {
	var f ticket.Classified
	r.word("impact", b.Impact, &f.Impact)
	r.word("urgency", b.Urgency, &f.Urgency)
	r.word("priority", b.Priority, &f.Priority)
	return b.as(f)
}

// Assign gives the ticket to a level, a team and a person.
type Assign struct {
	Level  string `json:"level,omitempty" enum:"L0,L1,L2,L3" doc:"Level of support; as it was when left out."`
	Team   string `json:"team,omitempty" doc:"Id of the team; no team when left out."`
	Person string `json:"person,omitempty" doc:"Id of the person; nobody when left out."`
	Plain
}

func (b *Assign) step(r *reading) app.Step {
	f := ticket.Assigned{Team: b.Team, Person: b.Person}
	r.word("level", b.Level, &f.Level)
	return b.as(f)
}

// Wait says that the ticket waits for a party, which then has the ball.
type Wait struct {
	For string `json:"for" enum:"provider,client,third_party,platform" doc:"The party. Whose turn stops which clock is in the contract."`
	Plain
}

func (b *Wait) step(r *reading) app.Step {
	var f ticket.Waits
	r.word("for", b.For, &f.For)
	if b.For == "" {
		r.missing("for", partyWords)
	}
	return b.as(f)
}

var partyWords = []string{
	catalog.Provider.String(), catalog.Client.String(), catalog.ThirdParty.String(), catalog.Platform.String(),
}

// Escalate lifts the ticket to a higher level, or to management.
type Escalate struct {
	Management bool   `json:"management,omitempty" doc:"To management (hierarchical)."`
	Level      string `json:"level,omitempty" enum:"L0,L1,L2,L3" doc:"To this level (functional)."`
	Plain
}

func (b *Escalate) step(r *reading) app.Step {
	f := ticket.Escalated{Hierarchical: b.Management}
	r.word("level", b.Level, &f.Level)
	return b.as(f)
}

// Restore says that the service works again.
type Restore struct {
	Workaround bool `json:"workaround,omitempty" doc:"By a workaround."`
	Plain
}

func (b *Restore) step(*reading) app.Step { return b.as(ticket.Restored{Workaround: b.Workaround}) }

// Retitle gives the ticket another title.
type Retitle struct {
	Title string `json:"title" minLength:"1" maxLength:"200" doc:"One line."`
	Dated
}

func (b *Retitle) step(*reading) app.Step {
	return app.Step{Fact: ticket.Titled{}, Text: b.Title, At: b.At}
}

// AgreeDue replaces the due of one clock by an instant that was agreed with the client.
type AgreeDue struct {
	Target string    `json:"target" enum:"response,update_cadence,update_answer,restoration,resolution,root_cause" doc:"The clock."`
	Due    time.Time `json:"due" doc:"The instant that was agreed."`
	Plain
}

func (b *AgreeDue) step(r *reading) app.Step {
	f := ticket.DueAgreed{Due: b.Due.UTC().Truncate(time.Millisecond)}
	r.word("target", b.Target, &f.Target)
	if b.Due.IsZero() {
		r.instant("due")
	}
	return b.as(f)
}

// WithdrawDue takes an agreed due back: the contract's own holds again.
type WithdrawDue struct {
	Target string `json:"target" enum:"response,update_cadence,update_answer,restoration,resolution,root_cause" doc:"The clock."`
	Plain
}

func (b *WithdrawDue) step(r *reading) app.Step {
	var f ticket.DueWithdrawn
	r.word("target", b.Target, &f.Target)
	return b.as(f)
}

// LogWork logs own time on the ticket.
type LogWork struct {
	Minutes  int    `json:"minutes" minimum:"1" maximum:"1440" doc:"Whole minutes."`
	Activity string `json:"activity,omitempty" doc:"Activity of the support model; that of the kind of ticket when left out." example:"incident_management"`
	Role     string `json:"role,omitempty" doc:"Code of a role; your own when left out." example:"Dev"`
	Day      string `json:"day,omitempty" format:"date" doc:"The day on which it was done, by the zone of the contract; today when left out."`
	Plain
}

func (b *LogWork) step(r *reading) app.Step {
	return b.as(ticket.Worked{
		Minutes: b.Minutes, Activity: catalog.Activity(b.Activity), Role: catalog.Role(b.Role), Day: r.day("day", b.Day),
	})
}

// WithdrawWork takes back the work that an entry logged.
type WithdrawWork struct {
	Entry int `json:"entry" minimum:"1" doc:"Number of the entry that logged it."`
	Plain
}

func (b *WithdrawWork) step(*reading) app.Step { return b.as(ticket.WorkWithdrawn{Entry: b.Entry}) }
