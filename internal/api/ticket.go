package api

import (
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// ClientRef names a client.
type ClientRef struct {
	ID   string `json:"id" doc:"The id. It does not change."`
	Slug string `json:"slug" doc:"The word for it in addresses. It does not change." example:"lumen-apparel"`
	Name string `json:"name" doc:"The name, for people."`
}

// Facts are how a ticket stands. What the provider's people keep to themselves (team,
// person, minutes, escalation) is left out for people of the client.
type Facts struct {
	Key        string     `json:"key" doc:"Key of the ticket, unique within the client." example:"INC-000123"`
	Title      string     `json:"title" doc:"One line."`
	Kind       string     `json:"kind" enum:"incident,service_request,problem,change,enhancement" doc:"Kind of ticket."`
	State      string     `json:"state" enum:"new,working,waiting,restored,resolved,closed,merged" doc:"Where it stands in its workflow."`
	Priority   string     `json:"priority" enum:"P1,P2,P3,P4" doc:"P1 is the most urgent."`
	Impact     string     `json:"impact,omitempty" enum:"I1,I2,I3,I4" doc:"How much is hit, when it was said."`
	Urgency    string     `json:"urgency,omitempty" enum:"U1,U2,U3,U4" doc:"How soon it hurts, when it was said."`
	WaitingFor string     `json:"waiting_for,omitempty" enum:"provider,client,third_party,platform" doc:"The party that it waits for."`
	Ball       string     `json:"ball,omitempty" enum:"provider,client,third_party,platform" doc:"The party that must act now, while the ticket is open."`
	Account    string     `json:"accountable,omitempty" enum:"provider,client,third_party,platform" doc:"The party that the contract makes accountable."`
	Level      string     `json:"level,omitempty" enum:"L0,L1,L2,L3" doc:"Level of support."`
	Team       string     `json:"team,omitempty" doc:"Id of the team that has it."`
	Person     string     `json:"person,omitempty" doc:"Id of the person who has it."`
	Escalated  bool       `json:"escalated,omitempty" doc:"It was escalated to management."`
	Workaround bool       `json:"workaround,omitempty" doc:"The service works again by a workaround."`
	MergedInto string     `json:"merged_into,omitempty" doc:"Key of the ticket in which its story goes on."`
	Requester  string     `json:"requester" doc:"Id of the person who raised it."`
	Via        string     `json:"via,omitempty" doc:"The way by which it came in." example:"api"`
	Site       string     `json:"site,omitempty" doc:"The site that it is about."`
	Contract   string     `json:"contract" doc:"Name of its contract."`
	Opened     time.Time  `json:"opened" doc:"When it was logged."`
	Responded  *time.Time `json:"responded,omitempty" doc:"When somebody first responded."`
	Restored   *time.Time `json:"restored,omitempty" doc:"When the service first worked again."`
	Closed     *time.Time `json:"closed,omitempty" doc:"When it was closed last; gone after a reopening."`
	RootCause  *time.Time `json:"root_cause,omitempty" doc:"When its root cause was published."`
	Reopened   int        `json:"reopened,omitempty" doc:"How often it was reopened."`
	Minutes    int        `json:"minutes,omitempty" doc:"Minutes worked on it, of all roles."`
	Head       int        `json:"head,omitempty" doc:"Number of its last entry that you see. In quotes it is the ETag. Left out in lists for people of the client."`
}

func facts(key, title, contract string, head int, t *ticket.Ticket, ball, accountable catalog.Party) Facts {
	return Facts{
		Key: key, Title: title, Contract: contract, Head: head,
		Kind: t.Kind.String(), State: t.State.String(), Priority: t.Priority.String(), Impact: t.Impact.String(),
		Urgency: t.Urgency.String(), WaitingFor: t.WaitingFor.String(), Ball: ball.String(), Account: accountable.String(),
		Level: t.Level.String(), Team: t.Team, Person: t.Person, Escalated: t.Escalated, Workaround: t.ByWorkaround(),
		MergedInto: t.MergedInto, Requester: t.Requester, Via: string(t.Via), Site: t.Site, Opened: t.Opened,
		Responded: optional(t.Responded), Restored: optional(t.Restored), Closed: optional(t.Closed),
		RootCause: optional(t.RootCause), Reopened: t.Reopened, Minutes: t.Minutes,
	}
}

// TicketRow is a ticket in a list.
type TicketRow struct {
	Client ClientRef `json:"client" doc:"The client that it belongs to."`
	Facts
	Changed time.Time `json:"changed,omitzero" doc:"When it last had something new to see. Left out for people of the client."`
	Clock   *Face     `json:"clock,omitempty" doc:"The clock that asks for attention first, while one goes on."`
}

// Face is what a list shows of the clocks of a ticket.
type Face struct {
	Target   string     `json:"target" enum:"response,update_cadence,update_answer,restoration,resolution,root_cause" doc:"What is promised."`
	Phase    string     `json:"phase" enum:"running,paused" doc:"Whether it runs."`
	Promise  string     `json:"promise" enum:"sla,kpi" doc:"A service level, or a key figure that is only measured."`
	Due      *time.Time `json:"due,omitempty" doc:"When it falls due, as things stand."`
	Left     int64      `json:"left" doc:"Open time left in seconds, negative when over."`
	Allowed  int64      `json:"allowed" doc:"The target in open time, in seconds."`
	Agreed   bool       `json:"agreed,omitempty" doc:"Due was agreed by hand."`
	Nearness string     `json:"nearness" enum:"calm,near,danger,over" doc:"How close it is to its due."`
}

var nearnesses = [...]string{clock.Calm: "calm", clock.Near: "near", clock.Danger: "danger", clock.Over: "over"}

func row(r *app.QueueRow) TicketRow {
	one := TicketRow{
		Client:  ClientRef{r.Client, r.ClientSlug, r.ClientName},
		Facts:   facts(r.Key, r.Title, r.Contract, r.Head, &r.Ticket, r.Ball, r.Accountable),
		Changed: r.Changed, Clock: face(&r.Face, r.Left, r.Nearness),
	}
	return one
}

func face(f *clock.Face, left time.Duration, n clock.Nearness) *Face {
	if f.Lane == clock.LaneNone {
		return nil
	}
	return &Face{
		Target: f.Kind.String(), Phase: f.Phase.String(), Promise: f.Promise.String(), Due: optional(f.Due),
		Left: seconds(left), Allowed: seconds(f.Allowed), Agreed: f.Agreed, Nearness: nearnesses[n],
	}
}

// Ticket is all that somebody sees of a ticket at an instant.
type Ticket struct {
	Client ClientRef `json:"client" doc:"The client that it belongs to."`
	Facts
	Now         time.Time     `json:"now" doc:"The instant of this reading."`
	Zone        string        `json:"zone" doc:"IANA zone of the contract, in which sentences say instants." example:"Europe/Amsterdam"`
	Version     int           `json:"version" doc:"Version of the contract that is in force now."`
	Description string        `json:"description" doc:"What was written when it was logged."`
	Entries     []Entry       `json:"entries" doc:"What happened, in the order in which it was recorded. People of the client see what is public."`
	Clocks      []Clock       `json:"clocks" doc:"The clocks, those that run first; of one that restarts the last round."`
	NotStarted  []string      `json:"not_started,omitempty" doc:"Targets whose clocks start later."`
	Steps       []StepOption  `json:"steps" doc:"The steps that its kind has for you, and why one is not possible now."`
	Routed      *Reason       `json:"routed,omitempty" doc:"Why it went to its level and team."`
	Watchers    []string      `json:"watchers" doc:"Ids of the people who watch it."`
	Watching    bool          `json:"watching" doc:"You do."`
	Files       []File        `json:"files" doc:"What is attached."`
	Work        []Work        `json:"work,omitempty" doc:"Work on it as it was entered, for those who may see it."`
	Pools       []Pool        `json:"pools,omitempty" doc:"The pools that take work on it, for those who may see them."`
	Related     []RelatedLink `json:"related" doc:"The tickets that it is linked to."`
}

// Entry is one thing that happened to a ticket, or that the rules concluded about it.
type Entry struct {
	Number   int       `json:"number" doc:"Its place in the timeline, from 1, among the entries that you see."`
	At       time.Time `json:"at" doc:"When it happened or fell due."`
	Recorded time.Time `json:"recorded" doc:"When it became known."`
	By       *By       `json:"by,omitempty" doc:"Who reported it; nobody where the rules decided it."`
	Name     string    `json:"name" doc:"What happened, as a word that does not change." example:"replied"`
	Fact     any       `json:"fact,omitempty" doc:"What the entry says besides its name, by the words of the step."`
	Text     string    `json:"text,omitempty" doc:"What a person wrote with it."`
	Public   bool      `json:"public" doc:"People of the client see it."`
}

// By is who reported something.
type By struct {
	Person    string `json:"person" doc:"Id of the person."`
	Party     string `json:"party" enum:"provider,client,third_party,platform" doc:"The side that they are on."`
	Automated bool   `json:"automated,omitempty" doc:"A program, not a person."`
}

// File is a file of a ticket.
type File struct {
	ID     string `json:"id" doc:"Opens the file within its ticket."`
	Name   string `json:"name" doc:"Its name."`
	Media  string `json:"media" doc:"Its type, derived from its content."`
	Size   int    `json:"size" doc:"Bytes."`
	SHA256 string `json:"sha256" doc:"Of the content, in hex."`
}

// RelatedLink is a ticket that a ticket is linked to.
type RelatedLink struct {
	Relation string `json:"relation" doc:"How this ticket relates to the other." example:"caused_by"`
	Key      string `json:"key" doc:"Key of the other ticket, of the same client."`
	Title    string `json:"title,omitempty" doc:"Its title, when you may see it."`
	State    string `json:"state,omitempty" doc:"Where it stands, when you may see it."`
}

// StepOption is a step that the kind of a ticket has.
type StepOption struct {
	Step     string  `json:"step" doc:"The last part of the address that takes it." example:"acknowledge"`
	Possible bool    `json:"possible" doc:"It can be taken now."`
	Blocked  *Reason `json:"blocked,omitempty" doc:"Why not."`
}
