package web

import (
	"strings"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/web/page/queue"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// The parties that a view of the queue asks for.
var (
	client = []catalog.Party{catalog.Client}
	others = []catalog.Party{catalog.ThirdParty, catalog.Platform}
)

// rowsAPage is how many tickets a page of the queue has.
const rowsAPage = 50

// queueRoutes are the addresses of the list of tickets.
func (s *Site) queueRoutes() []Route {
	return []Route{
		{"GET", "/queue", access.ReadTickets, staffOnly, s.queue},
	}
}

// queue shows a list of tickets, grouped by how near the next due time is.
func (s *Site) queue(v *visit) error {
	f, err := parseFilter(v.r.URL.Query())
	if err != nil {
		return err
	}
	after := parsePlace(v.r.URL.Query().Get("after"))
	list, err := s.app.Queue(v.ctx(), v.actor, f.question(v.actor.ID), after, rowsAPage)
	if err != nil {
		return err
	}
	names, err := v.namesOf(list.Rows)
	if err != nil {
		return err
	}
	data := queue.Data{
		Title: v.voice.Text("web.view.due"), Filters: v.filters(&f), Groups: v.groups(&f, list, names),
		Here: v.r.URL.RequestURI(), Live: f.address("/queue"), Newest: f.Newest,
	}
	if after.Stream != "" {
		data.First = f.address("/queue")
	}
	if n := len(list.Rows); list.More {
		data.Next = addTo(f.address("/queue"), "after="+placeText(list.Rows[n-1].Place()))
	}
	return v.page(queue.Page(v.frame(data.Title), data))
}

func addTo(address, parameter string) string {
	if strings.Contains(address, "?") {
		return address + "&" + parameter
	}
	return address + "?" + parameter
}

// groups puts the rows of a list under their heads.
func (v *visit) groups(f *filter, list app.QueuePage, names map[string]string) []queue.Group {
	var groups []queue.Group
	last := ""
	for i := range list.Rows {
		row := &list.Rows[i]
		id := row.Face.Group(list.Now).String()
		if f.question("").Order != 0 {
			id = "newest"
		}
		if id != last {
			groups = append(groups, queue.Group{ID: "g-" + id, Title: v.voice.Text("web.group." + id)})
			last = id
		}
		g := &groups[len(groups)-1]
		g.Rows = append(g.Rows, v.row(row, names))
	}
	return groups
}

// row says a ticket as a list shows it.
func (v *visit) row(r *app.QueueRow, names map[string]string) ui.Row {
	ref := r.ClientSlug + "/" + r.Key
	row := ui.Row{
		ID: ref, Key: r.Key, Href: "/tickets/" + ref, Face: v.faceOf(r), Priority: r.Priority, Title: r.Title, Client: r.ClientName,
		Level: r.Level, Status: v.voice.Text("ticket.state." + r.State.String()), Ball: r.Ball, Accountable: r.Accountable,
		BallName: v.partyName(r.Ball, r.ClientName), AccountableName: v.partyName(r.Accountable, r.ClientName),
		Owner: names[r.Person], Unseen: r.Responded.IsZero() && r.Person == "",
	}
	if r.Title == "" {
		row.Title = r.Key
	}
	if r.Escalated {
		row.Tags = append(row.Tags, ui.Sign{Mood: ui.Concern, Text: v.voice.Text("web.tag.escalated")})
	}
	if r.Reopened > 0 {
		row.Tags = append(row.Tags, ui.Sign{Text: v.voice.Text("web.tag.reopened")})
	}
	return row
}

// faceOf shows the clock that a row carries, as it stands now.
func (v *visit) faceOf(r *app.QueueRow) ui.Face {
	if r.Face.Lane == clock.LaneNone {
		return ui.Face{Look: ui.Waiting, Left: "–"}
	}
	verdict := clock.Within
	if !r.Face.Due.IsZero() && v.now().After(r.Face.Due) {
		verdict = clock.Breached
	}
	if r.Face.Lane == clock.LaneMeasured {
		verdict = clock.Missed
	}
	return ui.FaceOf(v.voice, clock.Clock{
		Kind: r.Face.Kind, Phase: r.Face.Phase, Verdict: verdict, Promise: r.Face.Promise, Due: r.Face.Due,
		Remaining: r.Left, Allowed: r.Face.Allowed, WaitsFor: r.WaitingFor,
	})
}

// partyName is what people call a party: the provider and the client by name.
func (v *visit) partyName(p catalog.Party, client string) string {
	switch p {
	case catalog.Provider:
		return v.site.config.Home
	case catalog.Client:
		return client
	case 0:
		return ""
	default:
		return v.voice.Text("party." + p.String())
	}
}

// namesOf gives the names of the people on rows.
func (v *visit) namesOf(rows []app.QueueRow) (map[string]string, error) {
	ids := make([]string, 0, len(rows))
	for i := range rows {
		ids = append(ids, rows[i].Person)
	}
	return v.site.app.Names(v.ctx(), v.actor, ids...)
}

// filters shows what a list is narrowed by, each with the address without it.
func (v *visit) filters(f *filter) []ui.Filter {
	state := f.State
	if state == "" {
		state = "open"
	}
	all := []ui.Filter{{Name: v.voice.Text("web.filter.state"), Value: v.voice.Text("web.state." + state), Href: "/queue/filter?" + v.r.URL.RawQuery}}
	add := func(name, value string, without filter) {
		label := v.voice.Text("web.filter." + name)
		all = append(all, ui.Filter{
			Name: label, Value: value, Off: without.address("/queue"), OffAs: v.voice.Text("web.filter.off", "name", label),
		})
	}
	if len(f.Clients) > 0 {
		w := *f
		w.Clients = nil
		add("client", strings.Join(f.Clients, ", "), w)
	}
	if len(f.Priorities) > 0 {
		w := *f
		w.Priorities = nil
		add("priority", strings.Join(said(f.Priorities), ", "), w)
	}
	return all
}
