package web

import (
	"crypto/rand"
	"encoding"
	"net/http"
	"slices"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	page "github.com/watchbill/watchbill/internal/web/page/ticket"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

func (s *Site) newRoutes() []Route {
	return []Route{
		{"GET", createPath, access.LogTickets, staffOnly, s.newTicketPage},
		{"POST", createPath, access.LogTickets, staffOnly, s.newTicket},
	}
}

// newTicketPage asks for a new ticket. The address may say what is known already.
func (s *Site) newTicketPage(v *visit) error { return v.askTicket(http.StatusOK, nil) }

// newTicket logs a ticket, or asks again: for what is wrong, for the fields of the client that
// was chosen, or to say what would follow.
func (s *Site) newTicket(v *visit) error {
	if v.field("ask") != "" {
		return v.askTicket(http.StatusOK, nil)
	}
	n, err := v.readTicket()
	if err == nil {
		var key string
		if key, err = s.app.LogTicket(v.ctx(), v.actor, n); err == nil {
			v.say(v.voice.Text("new.said", "key", key))
			return v.to(pathOf(n.Client, key))
		}
	}
	if len(fault.All(err)) == 0 {
		return err
	}
	return v.askTicket(v.statusOf(err), err)
}

// readTicket reads the form. What is left out is not said; what is no word of the desk is wrong.
func (v *visit) readTicket() (app.NewTicket, error) {
	var wrong fault.List
	n := app.NewTicket{
		Client: v.field("client"), Contract: v.field("contract"), Title: v.r.FormValue("title"), Text: v.r.FormValue("text"),
		Site: v.field("site"), Requester: v.field("requester"), Watchers: v.r.Form["watchers"], Via: ticket.ViaDesk, Once: v.once(),
	}
	if n.Client == "" {
		wrong = append(wrong, fault.New(fault.Invalid, CodeNothingChosen, "field", "client"))
	}
	v.readWord(&wrong, "kind", &n.Kind)
	v.readWord(&wrong, "impact", &n.Impact)
	v.readWord(&wrong, "urgency", &n.Urgency)
	v.readWord(&wrong, "priority", &n.Priority)
	return n, wrong.Err()
}

// readWord reads a field that may be left out as a word of the catalog.
func (v *visit) readWord(wrong *fault.List, field string, to encoding.TextUnmarshaler) {
	value := v.field(field)
	if value != "" && to.UnmarshalText([]byte(value)) != nil {
		*wrong = append(*wrong, fault.New(fault.Invalid, CodeFieldWrong, "field", field, "value", value))
	}
}

// askTicket shows the form with what was typed, what is wrong, and what would follow.
func (v *visit) askTicket(status int, problem error) error {
	clients, err := v.site.app.Clients(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	f := &newForm{visit: v}
	f.fields, f.problem = v.errorsOf(problem)
	d := page.NewData{Problem: f.problem, Hidden: [][2]string{{"once", v.once()}}, Back: queuePath}
	if d.Hidden[0][1] == "" {
		d.Hidden[0][1] = rand.Text()
	}
	chosen := f.client(clients, &d)
	if chosen != nil {
		if err := f.fill(chosen, &d); err != nil {
			return err
		}
	}
	frame := v.frame(v.voice.Text("new.title"), ui.Crumb{Text: v.voice.Text("web.nav.queue"), Href: queuePath})
	switch {
	case v.live() && v.field("ask") == "preview":
		return v.render(status, page.Preview(frame, d.Preview))
	case v.live():
		return v.render(status, page.NewForm(frame, d))
	default:
		return v.render(status, page.New(frame, d))
	}
}

// newForm fills the form of a new ticket.
type newForm struct {
	*visit
	fields  map[string]string
	problem *ui.Problem
}

// field is a field of the form with what was typed, or said in the address.
func (f *newForm) field(name, first string) ui.Field {
	return f.input(name, first, f.fields)
}

// client offers the clients, and gives the one that was chosen: the only one there is, if so.
func (f *newForm) client(clients []app.Client, d *page.NewData) *app.Client {
	first := ""
	if len(clients) == 1 {
		first = clients[0].Slug
	}
	d.Client = f.field("client", first)
	d.Client.Required = true
	d.Client.Attrs = map[string]any{
		"hx-post": createPath + "?ask=client", "hx-target": "#new", "hx-swap": "outerMorph", "hx-trigger": "change consume", "autofocus": d.Client.Value == "",
	}
	d.Clients = []ui.Option{{Text: f.voice.Text("new.which")}}
	at := -1
	for i, c := range clients {
		d.Clients = append(d.Clients, ui.Option{Value: c.Slug, Text: c.Name})
		if c.Slug == d.Client.Value {
			at = i
		}
	}
	if at < 0 {
		d.Client.Hint, d.MayAdd = f.voice.Text("new.which.first"), f.actor.May(access.ManageClients)
		return nil
	}
	d.Said = true
	if len(clients) == 1 {
		d.Clients = d.Clients[1:]
	}
	return &clients[at]
}

// fill asks for what belongs to the client.
func (f *newForm) fill(c *app.Client, d *page.NewData) error {
	d.Contract = f.field("contract", "")
	for _, name := range c.Contracts {
		d.Contracts = append(d.Contracts, ui.Option{Value: name, Text: name})
	}
	d.Kind, d.Title, d.Text = f.field("kind", catalog.Incident.String()), f.field("title", ""), f.field("text", "")
	for k := catalog.Incident; int(k) < catalog.NumKinds; k++ {
		d.Kinds = append(d.Kinds, ui.Option{Value: k.String(), Text: f.voice.Text("desk.kind." + k.String())})
	}
	d.Title.Required, d.Title.Placeholder, d.Title.Autocomplete = true, f.voice.Text("new.title_hint"), "off"
	d.Title.Attrs = map[string]any{"maxlength": "200", "autofocus": d.Title.Value == ""}
	d.Text.Rows, d.Text.Placeholder = 7, f.voice.Text("new.text_hint")
	unsaid := []ui.Option{{Text: f.voice.Text("desk.not_said")}}
	d.Impact, d.Urgency, d.Priority = f.field("impact", ""), f.field("urgency", ""), f.field("priority", "")
	d.Impacts, d.Urgencies = append(slices.Clone(unsaid), f.impacts()...), append(slices.Clone(unsaid), f.urgencies()...)
	d.Priorities = append([]ui.Option{{Text: f.voice.Text("desk.by_matrix")}},
		options(f.visit, "ui.priority.", catalog.P1, catalog.P2, catalog.P3, catalog.P4)...)
	if err := f.sites(c, d); err != nil {
		return err
	}
	if err := f.people(c, d); err != nil {
		return err
	}
	return f.preview(c, d)
}

// sites offers the sites that the contracts of the client name.
func (f *newForm) sites(c *app.Client, d *page.NewData) error {
	supported, err := f.site.app.Supported(f.ctx(), f.actor, c.ID)
	if err != nil {
		return err
	}
	d.Site = f.field("site", "")
	d.Sites = []ui.Option{{Text: f.voice.Text("desk.not_said")}}
	for _, k := range supported {
		for _, name := range k.Sites {
			if !slices.ContainsFunc(d.Sites, func(o ui.Option) bool { return o.Value == name }) {
				d.Sites = append(d.Sites, ui.Option{Value: name, Text: name})
			}
		}
	}
	return nil
}

// people offers those who may have raised it, people of the client first, and those who can be
// kept up to date.
func (f *newForm) people(c *app.Client, d *page.NewData) error {
	people, err := f.site.app.People(f.ctx(), f.actor)
	if err != nil {
		return err
	}
	d.Requester = f.field("requester", "")
	d.Requesters = []ui.Option{{Text: f.voice.Text("new.myself")}}
	watchers := f.r.Form["watchers"]
	for _, own := range []bool{true, false} {
		for _, p := range people {
			if (p.Client == c.ID) != own || !p.Active || !p.Scope.Has(c.ID) || p.ID == f.actor.ID {
				continue
			}
			name := p.Name
			if own {
				name = f.voice.Text("new.of_client", "name", p.Name, "client", c.Name)
				d.Requesters = append(d.Requesters, ui.Option{Value: p.ID, Text: name})
			}
			on := slices.Contains(watchers, p.ID)
			d.Watchers = append(d.Watchers, page.Watcher{ID: p.ID, Name: name, On: on})
			d.Watching = d.Watching || on
		}
	}
	return nil
}

// preview says what would follow from what is said so far.
func (f *newForm) preview(c *app.Client, d *page.NewData) error {
	n, _ := f.readTicket() // what is wrong is said at its field when it is sent
	n.Client = c.ID
	if n.Kind == 0 {
		_ = n.Kind.UnmarshalText([]byte(d.Kind.Value)) // the first choice, until another is made
	}
	p, err := f.site.app.Preview(f.ctx(), f.actor, n)
	if err != nil {
		return err
	}
	d.Preview.Text = f.voice.Text("new.no_priority")
	if p.Priority != 0 {
		d.Preview.Text = f.voice.Text("new.priority", "priority", p.Priority)
	}
	if p.Routed.Code != "" {
		d.Preview.Routed = f.voice.Reason(p.Routed)
	}
	for _, k := range p.Clocks {
		row := ui.ClockRow{Face: ui.FaceOf(f.voice, k), Name: f.voice.Text("desk.target." + k.Kind.String())}
		row.Due = f.voice.Text("desk.due", "at", wording.Moment(f.voice.Language(), k.Due.In(f.zone), f.now().In(f.zone)))
		d.Preview.Faces = append(d.Preview.Faces, row)
	}
	for _, l := range p.Like {
		d.Preview.Like = append(d.Preview.Like, ui.Related{
			Key: l.Key, Title: l.Title, Href: pathOf(c.Slug, l.Key), How: f.voice.Text("new.alike", "score", l.Score),
		})
	}
	return nil
}
