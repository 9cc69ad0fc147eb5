package cli

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/client"
	"github.com/watchbill/watchbill/internal/wording"
)

// TicketCommands are the commands about tickets of a desk.
type TicketCommands struct {
	List   TicketList   `cmd:"" help:"List tickets, what asks for attention first."`
	Show   TicketShow   `cmd:"" help:"Show a ticket: how it stands, its clocks and what happened."`
	Why    TicketWhy    `cmd:"" help:"Say why the clocks of a ticket stand as they do, segment by segment."`
	Log    TicketLog    `cmd:"" help:"Log a ticket."`
	Reply  TicketReply  `cmd:"" help:"Answer in public."`
	Note   TicketNote   `cmd:"" help:"Write an internal note."`
	Take   TicketTake   `cmd:"" help:"Take any step: acknowledge, wait, restore, close, …"`
	Assign TicketAssign `cmd:"" help:"Give a ticket to a level, a team and a person."`
	Merge  TicketMerge  `cmd:"" help:"End a ticket in an older one of the same client."`
	Link   TicketLink   `cmd:"" help:"Relate a ticket to another of the same client."`
	Attach TicketAttach `cmd:"" help:"Attach a file."`
	Work   TicketWork   `cmd:"" help:"Log own time."`
}

// TicketList lists tickets.
type TicketList struct {
	Desk
	Client   []string `help:"Ids of clients." placeholder:"ID"`
	Closed   bool     `xor:"show" help:"Those that are no longer open, instead."`
	All      bool     `xor:"show" help:"Those that are no longer open, too."`
	Kind     []string `help:"Kinds: incident, service_request, problem, change, enhancement." placeholder:"KIND"`
	State    []string `help:"States: new, working, waiting, restored, resolved, closed, merged." placeholder:"STATE"`
	Priority []string `help:"Priorities: P1 to P4." placeholder:"P"`
	Level    []string `help:"Levels: L0 to L3." placeholder:"L"`
	Ball     []string `help:"Parties that must act now: provider, client, third_party, platform." placeholder:"PARTY"`
	Team     []string `help:"Ids of teams." placeholder:"ID"`
	Person   []string `help:"Ids of people who have the ticket, me, or none for nobody." placeholder:"ID"`
	Risky    bool     `help:"A service level is near its due."`
	Breaking bool     `help:"A service level is beyond its due."`
	Newest   bool     `help:"The youngest first."`
	Limit    int      `default:"50" help:"At most this many; 0 for all." placeholder:"N"`
	Words    string   `arg:"" optional:"" help:"Words that people wrote in it."`
}

func (k *TicketList) filter() api.TicketFilter {
	f := api.TicketFilter{
		Q: k.Words, Client: k.Client, Kind: k.Kind, State: k.State, Priority: k.Priority, Level: k.Level, Ball: k.Ball,
		Team: k.Team, Person: k.Person,
	}
	switch {
	case k.All:
		f.Show = "all"
	case k.Closed:
		f.Show = "closed"
	}
	if k.Risky {
		f.Risky = "true"
	}
	if k.Breaking {
		f.Breaking = "true"
	}
	if k.Newest {
		f.Order = "newest"
	}
	return f
}

// Run prints the list.
func (k *TicketList) Run(ctx context.Context, c *Console) error {
	desk, err := k.open(c)
	if err != nil {
		return err
	}
	rows := []api.TicketRow{}
	for row, err := range desk.Tickets(ctx, k.filter()) {
		if err != nil {
			return err
		}
		if rows = append(rows, row); len(rows) == k.Limit {
			break
		}
	}
	if k.JSON {
		return c.printJSON(rows)
	}
	if len(rows) == 0 {
		fmt.Fprintln(c.Out, c.Voice.Text("cli.no_tickets"))
		return nil
	}
	text := func(id string) string { return c.Voice.Text("cli.head." + id) }
	heads := []string{text("ticket"), text("priority"), text("state"), text("due"), text("left"), text("ball"), text("title")}
	lines := make([][]string, len(rows))
	for i := range rows {
		r := &rows[i]
		due, left := c.face(r.Clock)
		lines[i] = []string{
			r.Client.Slug + "/" + r.Key, r.Priority, c.Voice.Text("ticket.state." + r.State), due, left, c.party(r.Ball), r.Title,
		}
	}
	c.table(heads, lines)
	return nil
}

// face says when a clock falls due, and what is left.
func (c *Console) face(f *api.Face) (due, left string) {
	if f == nil {
		return "", ""
	}
	return c.instant(f.Due), wording.Duration(time.Duration(f.Left) * time.Second)
}

// party says a party, "" for none.
func (c *Console) party(word string) string {
	if word == "" {
		return ""
	}
	return c.Voice.Text("contract.party." + word)
}

// TicketShow shows a ticket.
type TicketShow struct {
	Desk
	Ticket string `arg:"" help:"CLIENT/KEY, such as lumen/INC-000123."`
}

// Run prints how the ticket stands, its clocks, and what happened.
func (k *TicketShow) Run(ctx context.Context, c *Console) error {
	t, err := k.read(ctx, c, k.Ticket)
	if err != nil {
		return err
	}
	if k.JSON {
		return c.printJSON(t)
	}
	c.head(&t)
	fmt.Fprintln(c.Out)
	for i := range t.Clocks {
		fmt.Fprintln(c.Out, wording.Printable(t.Clocks[i].Reason.Text))
	}
	voice := c.Voice.In(zoneOf(&t))
	for i := range t.Entries {
		e := &t.Entries[i]
		fmt.Fprintf(c.Out, "\n%s\n", voice.Text("cli.entry", "number", e.Number, "at", e.At, "what", c.Voice.Text("cli.fact."+e.Name), "says", saysOf(e.Fact), "internal", !e.Public))
		c.printText(e.Text)
	}
	return nil
}

// saysOf writes what a fact says besides its name, as NAME=VALUE.
func saysOf(fact any) string {
	fields, ok := fact.(map[string]any)
	if !ok {
		return ""
	}
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		parts = append(parts, fmt.Sprintf("%s=%v", name, fields[name]))
	}
	return strings.Join(parts, " ")
}

// read reads the ticket that an argument names.
func (d *Desk) read(ctx context.Context, c *Console, given string) (t api.Ticket, err error) {
	ref, err := ticketRef(given)
	if err != nil {
		return t, err
	}
	desk, err := d.open(c)
	if err != nil {
		return t, err
	}
	return desk.Ticket(ctx, ref)
}

// head prints what a ticket is, and how it stands.
func (c *Console) head(t *api.Ticket) {
	fmt.Fprintf(c.Out, "%s/%s  %s\n", t.Client.Slug, t.Key, wording.Printable(t.Title))
	fmt.Fprintln(c.Out, c.Voice.Text("cli.stands", "priority", t.Priority, "state", t.State, "ball", t.Ball, "accountable", t.Account,
		"contract", t.Contract, "version", t.Version))
}

// zoneOf is the zone of the contract of a ticket; UTC where this machine does not know it.
func zoneOf(t *api.Ticket) *time.Location {
	zone, err := time.LoadLocation(t.Zone)
	if err != nil {
		return time.UTC
	}
	return zone
}

// TicketWhy says why clocks stand as they do.
type TicketWhy struct {
	Desk
	Ticket string `arg:"" help:"CLIENT/KEY, such as lumen/INC-000123."`
}

// Run prints each clock with its segments.
func (k *TicketWhy) Run(ctx context.Context, c *Console) error {
	t, err := k.read(ctx, c, k.Ticket)
	if err != nil {
		return err
	}
	if k.JSON {
		return c.printJSON(t.Clocks)
	}
	c.head(&t)
	if t.Routed != nil {
		fmt.Fprintln(c.Out, wording.Printable(t.Routed.Text))
	}
	for i := range t.Clocks {
		fmt.Fprintf(c.Out, "\n%s\n", wording.Printable(t.Clocks[i].Reason.Text))
		for _, s := range t.Clocks[i].Segments {
			fmt.Fprintf(c.Out, "  %s\n", wording.Printable(s.Reason.Text))
		}
	}
	return nil
}

// TicketLog logs a ticket.
type TicketLog struct {
	Desk
	Sent
	Kind     string `default:"incident" help:"Kind: incident, service_request, problem, change, enhancement." placeholder:"KIND"`
	Text     string `help:"What is more to say; - reads standard input." placeholder:"TEXT"`
	Impact   string `help:"I1 (whole store) to I4 (one person)." placeholder:"I"`
	Urgency  string `help:"U1 (now) to U4 (whenever)." placeholder:"U"`
	Priority string `help:"P1 to P4 by hand, instead of impact and urgency." placeholder:"P"`
	Contract string `help:"Name of the contract, where the client has more than one." placeholder:"NAME"`
	Site     string `help:"The site that it is about." placeholder:"SITE"`
	Client   string `arg:"" help:"Id or short word (slug) of the client."`
	Title    string `arg:"" help:"What is wrong or wanted, in one line."`
}

// Sent says how a command is sent.
type Sent struct {
	Once string `help:"A key of your choice: with the same key the command is done once. A new one unless given." placeholder:"KEY"`
}

func (s *Sent) sending() client.Sending {
	if s.Once == "" {
		return client.Sending{Once: onceKey()}
	}
	return client.Sending{Once: s.Once}
}

// Run logs the ticket and prints its key.
func (k *TicketLog) Run(ctx context.Context, c *Console) error {
	text, err := c.said(k.Text)
	if err != nil {
		return err
	}
	desk, err := k.open(c)
	if err != nil {
		return err
	}
	key, err := desk.Log(ctx, k.Client, api.NewTicket{
		Kind: k.Kind, Title: k.Title, Description: text, Impact: k.Impact, Urgency: k.Urgency, Priority: k.Priority,
		Contract: k.Contract, Site: k.Site,
	}, k.sending())
	if err != nil {
		return err
	}
	if k.JSON {
		return c.printJSON(api.Logged{Key: key})
	}
	fmt.Fprintln(c.Out, c.Voice.Text("cli.logged", "ticket", k.Client+"/"+key))
	return nil
}
