package web

import (
	"net/url"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/web/page/portal"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// portalRoutes are the addresses of people of clients. What they name lies within the one
// client of who asks, so no address has a client in it.
func (s *Site) portalRoutes() []Route {
	return []Route{
		{"GET", "/portal", access.ReadTickets, clientsOnly, s.portalHome},
		{"GET", "/portal/tickets", access.ReadTickets, clientsOnly, s.portalTickets},
		{"GET", "/portal/tickets/new", access.LogTickets, clientsOnly, s.portalNewPage},
		{"POST", "/portal/tickets/new", access.LogTickets, clientsOnly, s.portalNew},
		{"GET", "/portal/tickets/{key}", access.ReadTickets, clientsOnly, s.portalTicket},
		{"POST", "/portal/tickets/{key}/answer", access.AnswerTickets, clientsOnly, s.portalAnswer},
		{"POST", "/portal/tickets/{key}/close", access.AnswerTickets, clientsOnly, s.portalClose},
		{"POST", "/portal/tickets/{key}/reopen", access.AnswerTickets, clientsOnly, s.portalReopen},
		{"POST", "/portal/tickets/{key}/attach", access.AddFiles, clientsOnly, s.portalAttach},
		{"POST", "/portal/tickets/{key}/watch", access.ReadTickets, clientsOnly, s.portalWatch},
		{"GET", "/portal/tickets/{key}/files/{file}", access.ReadFiles, clientsOnly, s.portalFile},
	}
}

// homeRows is how many tickets a part of the first page shows before it leads to the list.
const homeRows = 20

// ownClient is the client of somebody of a client.
func (v *visit) ownClient() string {
	if own := v.actor.Scope.Clients(); len(own) == 1 {
		return own[0]
	}
	return ""
}

// portalFrame is what stands around a page of the portal: the client's own name, few places.
func (v *visit) portalFrame(title string) (ui.Frame, error) {
	f := v.frame(title)
	f.Said = v.heard()
	clients, err := v.site.app.Clients(v.ctx(), v.actor)
	if err != nil {
		return f, err
	}
	if len(clients) == 1 {
		f.Home = clients[0].Name
	}
	item := func(id, href string, icon ui.Icon) ui.NavItem {
		return ui.NavItem{Text: v.voice.Text("portal.nav." + id), Href: href, Icon: icon, Current: v.r.URL.Path == href}
	}
	home, tickets := item("home", "/portal", ui.IconHouse), item("tickets", "/portal/tickets", ui.IconList)
	f.Nav = []ui.NavGroup{{Items: []ui.NavItem{home, tickets}}}
	f.Dock = []ui.NavItem{home, tickets, item("report", "/portal/tickets/new", ui.IconPlus), item("me", "/me", ui.IconUser)}
	f.Action = &ui.Act{Text: v.voice.Text("portal.report"), Weight: ui.Main, Icon: ui.IconPlus, Href: "/portal/tickets/new"}
	return f, nil
}

// portalHome shows what waits for the reader first, then the other open tickets.
func (s *Site) portalHome(v *visit) error {
	hour := v.now().In(v.zone).Hour()
	part := "evening"
	switch {
	case hour >= 5 && hour < 12:
		part = "morning"
	case hour >= 12 && hour < 18:
		part = "afternoon"
	}
	f, err := v.portalFrame(v.voice.Text("portal.nav.home"))
	if err != nil {
		return err
	}
	data := portal.HomeData{Hello: v.voice.Text("portal.hello."+part, "name", v.session.Person.Name), Provider: s.config.Home}
	waiting := app.Filter{QueueQuery: app.Query{Open: true, Balls: []catalog.Party{catalog.Client}}}
	first, err := s.app.Queue(v.ctx(), v.actor, waiting, app.Place{}, homeRows)
	if err != nil {
		return err
	}
	data.Waiting, data.MoreWaiting = v.portalRows(first.Rows), first.More
	theirs := []catalog.Party{catalog.Provider, catalog.ThirdParty, catalog.Platform, 0}
	open, err := s.app.Queue(v.ctx(), v.actor, app.Filter{QueueQuery: app.Query{Open: true, Balls: theirs}}, app.Place{}, homeRows)
	if err != nil {
		return err
	}
	data.Open, data.MoreOpen = v.portalRows(open.Rows), open.More
	return v.page(portal.Home(f, data))
}

// portalRows says tickets as people of the client read them.
func (v *visit) portalRows(rows []app.QueueRow) []portal.Row {
	all := make([]portal.Row, len(rows))
	for i := range rows {
		r := &rows[i]
		all[i] = portal.Row{
			Href: "/portal/tickets/" + r.Key, Key: r.Key, Title: r.Title, Priority: r.Priority, State: v.portalState(&r.Ticket, r.Ball), At: r.Opened,
		}
		if r.Title == "" {
			all[i].Title = r.Key
		}
		if r.Face.Lane != clock.LaneNone && r.Face.Promise == contract.SLA {
			face := v.promised(v.faceOf(r), r.Face.Kind)
			all[i].Face = &face
		}
	}
	return all
}

// portalState says where a ticket stands, and who must act, in the words of who waits for it.
func (v *visit) portalState(t *ticket.Ticket, ball catalog.Party) string {
	if t.State == ticket.StateWaiting || t.State.Open() && ball == catalog.Client {
		switch ball {
		case catalog.Client:
			return v.voice.Text("portal.state.yours")
		case catalog.Provider, 0:
		default:
			return v.voice.Text("portal.state.others", "party", v.partyName(ball, ""))
		}
	}
	return v.voice.Text("portal.state." + t.State.String())
}

// promised says what a clock promises in friendly words: "works again", not "restoration".
func (v *visit) promised(f ui.Face, kind contract.TargetKind) ui.Face {
	f.What = v.voice.Text("portal.what." + kind.String())
	f.Title = ""
	if !f.Due.IsZero() {
		f.Title = v.voice.Text("portal.by", "what", f.What, "due", f.Due)
	}
	return f
}

// portalTickets lists tickets of the client, all or those that the reader raised or watches.
func (s *Site) portalTickets(v *visit) error {
	q := v.r.URL.Query()
	state := q.Get("state")
	query := app.Query{Open: state == "" || state == "open", Closed: state == "closed", Text: v.field("q"), Order: app.ByNewest}
	if query.Open {
		query.Order = app.ByDue
	}
	if state != "" && state != "open" && state != "closed" && state != "all" {
		return v.to("/portal/tickets")
	}
	after := parsePlace(q.Get("after"))
	list, err := s.app.Queue(v.ctx(), v.actor, app.Filter{QueueQuery: query}, after, rowsAPage)
	if err != nil {
		return err
	}
	f, err := v.portalFrame(v.voice.Text("portal.nav.tickets"))
	if err != nil {
		return err
	}
	data := portal.ListData{Rows: v.portalRows(list.Rows), Own: v.actor.OwnOnly(), Text: query.Text, State: state}
	address := func(state string) string {
		p := url.Values{}
		if state != "" {
			p.Set("state", state)
		}
		if query.Text != "" {
			p.Set("q", query.Text)
		}
		if len(p) == 0 {
			return "/portal/tickets"
		}
		return "/portal/tickets?" + p.Encode()
	}
	for _, one := range []string{"", "closed", "all"} {
		word := one
		if one == "" {
			word = "open"
		}
		data.States = append(data.States, ui.Choice{Text: v.voice.Text("portal.list." + word), Href: address(one), On: one == state || one == "" && state == "open"})
	}
	if after.Stream != "" {
		data.First = address(state)
	}
	if n := len(list.Rows); list.More {
		data.Next = addTo(address(state), "after="+placeText(list.Rows[n-1].Place()))
	}
	return v.page(portal.List(f, data))
}
