package api

import (
	"context"
	"net/http"
	"time"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// tickets adds the operations that list, read and log tickets.
func (d *desk) tickets() {
	add(d.routes, &operation{
		method: http.MethodGet, path: "/tickets", id: "listTickets", tag: "tickets", may: []access.Permission{access.ReadTickets},
		summary: "List tickets",
		doc: "The tickets of all clients that you see, open ones by default, what asks for attention first. Of each filter any of the " +
			"values fits. Go on with the cursor of the answer; it belongs to the same filters and order.",
	}, d.listTickets)
	add(d.routes, &operation{
		method: http.MethodGet, path: "/tickets/count", id: "countTickets", tag: "tickets", may: []access.Permission{access.ReadTickets},
		summary: "Count tickets", doc: "Counts the tickets of a list, up to a thousand.",
	}, d.countTickets)
	add(d.routes, &operation{
		method: http.MethodGet, path: "/clients/{client}/tickets/{key}", id: "getTicket", tag: "tickets", may: []access.Permission{access.ReadTickets},
		summary: "Read a ticket",
		doc: "The ticket as it stands, with its timeline, its clocks and why they stand as they do, and the steps that are possible. A ticket " +
			"that you do not see is not found.",
	}, d.getTicket)
	add(d.routes, &operation{
		method: http.MethodPost, path: "/clients/{client}/tickets", id: "logTicket", tag: "tickets", may: []access.Permission{access.LogTickets},
		summary: "Log a ticket", status: http.StatusCreated, body: NewTicket{},
		doc: "Opens a ticket and routes it by the contract. With Idempotency-Key the request can be sent again: one ticket is made.",
	}, d.logTicket)
}

// TicketFilter says which tickets a list holds.
type TicketFilter struct {
	Q        string   `query:"q" json:"q,omitempty" doc:"Words that people wrote in it, all of them; the newest first, whatever the order. What was written a moment ago may not be found yet."`
	Client   []string `query:"client,explode" json:"client,omitempty" doc:"Ids of clients."`
	Show     string   `query:"show" json:"show,omitempty" enum:"open,closed,all" doc:"Open tickets (the default), those that are no longer open, or all."`
	Kind     []string `query:"kind,explode" json:"kind,omitempty" doc:"Kinds of ticket."`
	State    []string `query:"state,explode" json:"state,omitempty" doc:"States."`
	Priority []string `query:"priority,explode" json:"priority,omitempty" doc:"Priorities."`
	Level    []string `query:"level,explode" json:"level,omitempty" doc:"Levels of support."`
	Ball     []string `query:"ball,explode" json:"ball,omitempty" doc:"Parties that must act now."`
	Team     []string `query:"team,explode" json:"team,omitempty" doc:"Ids of teams. For the provider's people only."`
	Person   []string `query:"person,explode" json:"person,omitempty" doc:"Ids of people who have the ticket, “me”, or “none” for nobody. For the provider's people only."`
	Risky    string   `query:"risky" json:"risky,omitempty" enum:"true,false" doc:"A service level is near its due."`
	Breaking string   `query:"breaking" json:"breaking,omitempty" enum:"true,false" doc:"A service level is beyond its due."`
	Order    string   `query:"order" json:"order,omitempty" enum:"due,newest" doc:"What asks for attention first (the default), or the youngest first."`
}

// TicketList asks for a page of a list.
type TicketList struct {
	TicketFilter
	Limit  string `query:"limit" doc:"Most rows of a page, 1 to 200; 50 unless given."`
	Cursor string `query:"cursor" doc:"The next of the page before."`
}

// TicketPage is a page of a list of tickets.
type TicketPage struct {
	Now     time.Time   `json:"now" doc:"The instant of this reading."`
	Tickets []TicketRow `json:"tickets" doc:"In the order that was asked for."`
	Next    string      `json:"next,omitempty" doc:"Cursor of the next page; left out on the last one."`
}

type ticketPage struct{ Body TicketPage }

// maxQuestion is the most bytes of a search.
const maxQuestion = 500

// The most rows of a page, and how many unless the request says.
const (
	maxRows     = 200
	defaultRows = 50
)

func (d *desk) listTickets(ctx context.Context, c *caller, in *TicketList) (*ticketPage, error) {
	filter, err := in.read(c)
	if err != nil {
		return nil, err
	}
	limit, err := number("limit", in.Limit, 1, maxRows, defaultRows)
	if err != nil {
		return nil, err
	}
	list := listDigest(in.TicketFilter)
	after, err := readCursor(list, in.Cursor)
	if err != nil {
		return nil, err
	}
	page, err := d.app.Queue(ctx, c.actor, filter, after, limit)
	if err != nil {
		return nil, err
	}
	out := TicketPage{Now: page.Now, Tickets: make([]TicketRow, len(page.Rows))}
	for i := range page.Rows {
		out.Tickets[i] = row(&page.Rows[i])
	}
	if page.More {
		out.Next = writeCursor(list, page.Rows[len(page.Rows)-1].Place())
	}
	return &ticketPage{out}, nil
}

// TicketCount is how many tickets a list holds.
type TicketCount struct {
	Count int `json:"count" doc:"How many; counting stops at a thousand."`
}

type ticketCount struct{ Body TicketCount }

func (d *desk) countTickets(ctx context.Context, c *caller, in *TicketFilter) (*ticketCount, error) {
	filter, err := in.read(c)
	if err != nil {
		return nil, err
	}
	n, err := d.app.Count(ctx, c.actor, filter)
	return &ticketCount{TicketCount{n}}, err
}

// read gives the filter as the desk knows it.
func (f *TicketFilter) read(c *caller) (filter app.Filter, err error) {
	if !utf8.ValidString(f.Q) || len(f.Q) > maxQuestion {
		return filter, fault.New(fault.Invalid, CodeQuestion, "parameter", "q", "most", maxQuestion)
	}
	filter.Text, filter.Clients = f.Q, f.Client
	filter.Teams = f.Team
	for _, p := range f.Person {
		switch p {
		case "me":
			p = c.actor.ID
		case "none":
			p = ""
		}
		filter.Persons = append(filter.Persons, p)
	}
	switch f.Show {
	case "", "open":
		filter.Open = true
	case "closed":
		filter.Closed = true
	case "all":
	default:
		return filter, fault.New(fault.Invalid, CodeWord, "parameter", "show", "known", []string{"open", "closed", "all"})
	}
	switch f.Order {
	case "", "due":
		filter.Order = app.ByDue
	case "newest":
		filter.Order = app.ByNewest
	default:
		return filter, fault.New(fault.Invalid, CodeWord, "parameter", "order", "known", []string{"due", "newest"})
	}
	err = f.readWords(&filter)
	return filter, err
}

func (f *TicketFilter) readWords(filter *app.Filter) (err error) {
	if filter.Kinds, err = words[catalog.Kind]("kind", f.Kind); err != nil {
		return err
	}
	if filter.States, err = words[ticket.State]("state", f.State); err != nil {
		return err
	}
	if filter.Priorities, err = words[catalog.Priority]("priority", f.Priority); err != nil {
		return err
	}
	if filter.Levels, err = words[catalog.Level]("level", f.Level); err != nil {
		return err
	}
	if filter.Balls, err = words[catalog.Party]("ball", f.Ball); err != nil {
		return err
	}
	if filter.Risky, err = yesOrNo("risky", f.Risky); err != nil {
		return err
	}
	filter.Breaking, err = yesOrNo("breaking", f.Breaking)
	return err
}

type ticketOut struct {
	ETag string `header:"ETag" doc:"For If-Match."`
	Body Ticket
}

func (d *desk) getTicket(ctx context.Context, c *caller, in *TicketPath) (*ticketOut, error) {
	v, err := d.app.Ticket(ctx, c.actor, in.ref())
	if err != nil {
		return nil, err
	}
	return &ticketOut{etag(v.Head), c.in(v.Zone).ticket(v)}, nil
}

func (c *caller) ticket(v *app.TicketView) Ticket {
	out := Ticket{
		Client: ClientRef{v.Client, v.ClientSlug, v.ClientName},
		Facts:  facts(v.Key, v.Title, v.Contract, v.Head, &v.Ticket, v.Ball, v.Accountable),
		Now:    v.Now, Zone: v.Zone.String(), Version: v.Version, Description: v.Description, Routed: c.reason(v.Routed),
		Watchers: v.Watchers, Watching: v.Watching, Entries: make([]Entry, len(v.Entries)), Clocks: make([]Clock, len(v.Clocks)),
		Files: make([]File, len(v.Files)), Related: make([]RelatedLink, len(v.Related)),
	}
	if out.Watchers == nil {
		out.Watchers = []string{}
	}
	for i := range v.Entries {
		out.Entries[i] = entry(&v.Entries[i])
	}
	for i := range v.Clocks {
		out.Clocks[i] = c.clock(&v.Clocks[i])
	}
	for _, k := range v.NotStarted {
		out.NotStarted = append(out.NotStarted, k.Kind.String())
	}
	for _, o := range v.Options {
		if word, ok := stepWords[o.Step]; ok { // another one is taken from the other ticket
			out.Steps = append(out.Steps, StepOption{word, o.Blocked == nil, c.refusal(o.Blocked)})
		}
	}
	for i, f := range v.Files {
		out.Files[i] = File{f.ID, f.Name, f.Media, f.Size, f.SHA256}
	}
	for i, r := range v.Related {
		out.Related[i] = RelatedLink{Relation: string(r.Relation), Key: r.Key}
		if r.Known {
			out.Related[i].Title, out.Related[i].State = r.Title, r.State.String()
		}
	}
	out.work(v)
	return out
}

func entry(e *app.EntryView) Entry {
	one := Entry{Number: e.Number, At: e.At, Recorded: e.Recorded, Name: e.Fact.Name(), Fact: e.Fact, Text: e.Text, Public: e.Public}
	if !e.Decided() {
		one.By = &By{e.By.ID, e.By.Party.String(), e.By.Automated}
	}
	return one
}

// NewTicket is what somebody logs.
type NewTicket struct {
	Kind        string    `json:"kind" enum:"incident,service_request,problem,change,enhancement" doc:"Kind of ticket."`
	Title       string    `json:"title" minLength:"1" maxLength:"200" doc:"What is wrong or wanted, in one line."`
	Description string    `json:"description,omitempty" maxLength:"60000" doc:"The rest."`
	Impact      string    `json:"impact,omitempty" enum:"I1,I2,I3,I4" doc:"How much is hit. With urgency it sets the priority by the contract."`
	Urgency     string    `json:"urgency,omitempty" enum:"U1,U2,U3,U4" doc:"How soon it hurts."`
	Priority    string    `json:"priority,omitempty" enum:"P1,P2,P3,P4" doc:"By hand instead. For the provider's people only."`
	Contract    string    `json:"contract,omitempty" doc:"Name of the contract, where the client has more than one."`
	Requester   string    `json:"requester,omitempty" doc:"Id of the person who raised it; you unless given."`
	Site        string    `json:"site,omitempty" doc:"The site that it is about."`
	At          time.Time `json:"at,omitzero" doc:"When it was raised, where that was earlier; the contract bounds how far back."`
	Watchers    []string  `json:"watchers,omitempty" doc:"Ids of people to keep up to date."`
}

type logTicket struct {
	Client  string `path:"client" doc:"Id or short word (slug) of the client." example:"lumen-apparel"`
	Once    string `header:"Idempotency-Key" doc:"A key of your choice, 1 to 200 printable ASCII characters. Sent again by the same person with the same key, the same ticket is answered and none is made."`
	RawBody []byte `contentType:"application/json"`
}

// Logged is the answer to a ticket that was logged.
type Logged struct {
	Key string `json:"key" doc:"Key of the ticket, unique within the client." example:"INC-000123"`
}

type logged struct {
	Location string `header:"Location" doc:"The address of the ticket."`
	Body     Logged
}

func (d *desk) logTicket(ctx context.Context, c *caller, in *logTicket) (*logged, error) {
	var body NewTicket
	if err := readJSON(in.RawBody, &body); err != nil {
		return nil, err
	}
	once, err := onceKey(in.Once)
	if err != nil {
		return nil, err
	}
	n := app.NewTicket{
		Client: in.Client, Contract: body.Contract, Title: body.Title, Text: body.Description, Requester: body.Requester,
		Site: body.Site, At: body.At, Via: ticket.ViaAPI, Watchers: body.Watchers, Once: once,
	}
	var r reading
	r.word("kind", body.Kind, &n.Kind)
	r.word("impact", body.Impact, &n.Impact)
	r.word("urgency", body.Urgency, &n.Urgency)
	r.word("priority", body.Priority, &n.Priority)
	if err := r.faults.Err(); err != nil {
		return nil, err
	}
	key, err := d.app.LogTicket(ctx, c.actor, n)
	if err != nil {
		return nil, err
	}
	return &logged{prefix + "/clients/" + in.Client + "/tickets/" + key, Logged{key}}, nil
}
