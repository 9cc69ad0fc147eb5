package web

import (
	"context"
	"crypto/rand"
	"slices"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/web/page/queue"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// queueRoutes are the addresses of the list of tickets.
func (s *Site) queueRoutes() []Route {
	return []Route{
		{"GET", queuePath, access.ReadTickets, staffOnly, s.queue},
		{"GET", "/queue/filter", access.ReadTickets, staffOnly, s.filterForm},
		{"POST", "/queue/density", access.OwnProfile, staffOnly, s.keepDensity},
		{"POST", "/queue/bulk", access.BulkTickets, staffOnly, s.bulk},
		{"POST", "/queue/triage", access.RecordEntries, staffOnly, s.triage},

		{"GET", "/views/new", access.OwnViews, staffOnly, s.newView},
		{"POST", "/views", access.OwnViews, staffOnly, s.saveView},
		{"GET", "/views/{view}", access.OwnViews, staffOnly, s.viewForm},
		{"POST", "/views/{view}", access.OwnViews, staffOnly, s.changeView},
		{"POST", "/views/{view}/drop", access.OwnViews, staffOnly, s.dropView},
	}
}

// rowsAPage is how many tickets a page of a list has.
const rowsAPage = 50

// queue shows a list of tickets, grouped by how near the next due time is.
func (s *Site) queue(v *visit) error {
	q, err := v.ask(queuePath)
	if err != nil {
		return err
	}
	if !v.live() && untidy(v.r.URL.Query()) && len(q.wrong) == 0 {
		return v.to(q.address()) // of a form, with what was left empty
	}
	data, err := v.list(q)
	if err != nil {
		return err
	}
	if v.live() {
		return v.page(queue.Part(v.voice, data, v.heard()))
	}
	data.Title, data.View = v.titleOf(q)
	data.Density, data.Create = v.density(), v.createLink()
	return v.page(queue.Page(v.frame(data.Title), data))
}

// untidy tells whether an address says what a form left empty.
func untidy(q map[string][]string) bool {
	for _, values := range q {
		if slices.Contains(values, "") {
			return true
		}
	}
	return false
}

// list reads a page of a list. What a page that is open has not shown yet, and would push
// away what is being read, is held back and counted.
func (v *visit) list(q *asked) (queue.Data, error) {
	after := parsePlace(v.r.URL.Query().Get("after"))
	shown := parseShown(v.r.URL.Query().Get("shown"))
	limit := rowsAPage
	if shown != nil {
		limit += mostHeld
	}
	list, err := v.site.app.Queue(v.ctx(), v.actor, q.question(v.actor), after, limit)
	if err != nil {
		return queue.Data{}, err
	}
	held := shown.hold(&list)
	names, err := v.namesOf(list.Rows)
	if err != nil {
		return queue.Data{}, err
	}
	groups := v.groups(q, list, names, after.Stream != "")
	place := v.r.URL.Query().Get("after")
	if q.byDue() {
		if err := v.suggest(groups, list.Rows, q.address("after", place)); err != nil {
			return queue.Data{}, err
		}
	}
	data := queue.Data{
		Problems: v.problems(q.wrong), Filters: v.chips(q), Groups: groups, Sorted: v.sorted(q),
		Here: q.address("after", place), Live: q.address("after", place, "shown", shownText(list.Rows)), Held: held,
		Edit: q.at("/queue/filter"),
	}
	if after.Stream != "" {
		data.First = q.address()
	}
	if n := len(list.Rows); list.More && n > 0 {
		data.Next = q.address("after", placeText(list.Rows[n-1].Place()))
	}
	if len(list.Rows) == 0 && held == 0 {
		data.Empty = v.empty(q)
	}
	if v.actor.May(access.BulkTickets) {
		data.Bulk, data.Once = v.bulkActs(), rand.Text()
	}
	return data, nil
}

// groups puts the rows of a list under their heads, with how many tickets each group has.
func (v *visit) groups(q *asked, list app.QueuePage, names map[string]string, continued bool) []queue.Group {
	var groups []queue.Group
	var last clock.Group
	for i := range list.Rows {
		row := &list.Rows[i]
		in := row.Face.Group(list.Now)
		if len(groups) == 0 || in != last && q.byDue() {
			groups = append(groups, queue.Group{ID: "g-" + in.String(), Title: v.voice.Text("queue.group." + in.String())})
			last = in
		}
		g := &groups[len(groups)-1]
		g.Rows = append(g.Rows, v.row(row, names))
	}
	if len(groups) > 0 && !q.byDue() {
		groups[0].ID, groups[0].Title = "g-newest", v.voice.Text("queue.group.newest")
	}
	for i := range groups {
		g := &groups[i]
		g.Count = counted(len(g.Rows))
		whole := (i > 0 || !continued) && (i < len(groups)-1 || !list.More)
		if !whole {
			g.Count = v.groupCount(q, g)
		}
	}
	return groups
}

// groupCount gives how many tickets a group has of which the page shows a part. Where one
// looks for words there is no such count: it would read them all.
func (v *visit) groupCount(q *asked, g *queue.Group) string {
	if q.Text != "" {
		return ""
	}
	question := q.question(v.actor)
	for _, group := range clock.Groups {
		if q.byDue() && g.ID == "g-"+group.String() {
			question.Group = &group
		}
	}
	whose := scopeKey(v.actor)
	if q.personal() {
		whose = "of " + v.actor.ID
	}
	site, actor, ctx := v.site, v.actor, context.WithoutCancel(v.ctx())
	of := site.counts.get("group "+g.ID+" "+q.address()+" "+whose, site.app.Now, func() (map[string]int, error) {
		n, err := site.app.Count(ctx, actor, question)
		return map[string]int{g.ID: n}, err
	})
	if n := of[g.ID]; n > 0 {
		return counted(n)
	}
	return ""
}

// empty says what is true where a list has no row, and what to do first.
func (v *visit) empty(q *asked) queue.Empty {
	say := func(id string, acts ...ui.Act) queue.Empty {
		return queue.Empty{Title: v.voice.Text("queue.empty." + id), Text: v.voice.Text("queue.empty." + id + ".text"), Acts: acts}
	}
	all := ui.Act{Text: v.voice.Text("queue.empty.all"), Href: queuePath, Weight: ui.Main}
	address := q.address()
	switch {
	case q.Text != "":
		return say("words", all)
	case address == queuePath && v.actor.May(access.ManageClients) && v.atFirst():
		return say("first", ui.Act{Text: v.voice.Text("queue.empty.begin"), Href: "/first-run", Weight: ui.Main})
	case address == queuePath && v.actor.May(access.LogTickets):
		return say("nothing", ui.Act{Text: v.voice.Text("queue.create"), Href: createPath, Weight: ui.Main})
	case address == queuePath:
		return say("nothing")
	case address == (&filter{Path: queuePath, Persons: []string{"me"}}).address():
		triage := filter{Path: queuePath, Persons: []string{"nobody"}}
		return say("mine", ui.Act{Text: v.voice.Text("queue.view.nobody"), Href: triage.address(), Weight: ui.Main})
	case q.Risky || q.Broken:
		return say("risky", all)
	default:
		return say("filtered", all)
	}
}

// createPath is where a ticket is logged.
const createPath = "/tickets/new"

func (v *visit) createLink() string {
	if !v.actor.May(access.LogTickets) {
		return ""
	}
	return createPath
}

// titleOf is the name of a list: of the view that it is, if it is one. The second result is
// the address of one's own saved view.
func (v *visit) titleOf(q *asked) (title, view string) {
	address := q.address()
	for i := range standing {
		if standing[i].filter.address() == address {
			return v.voice.Text("queue.view." + standing[i].id), ""
		}
	}
	for _, kept := range v.saved() {
		if kept.asked.address() != address {
			continue
		}
		if kept.Person == v.actor.ID && v.actor.May(access.OwnViews) {
			view = "/views/" + kept.ID
		}
		return kept.Name, view
	}
	return v.voice.Text("queue.title"), ""
}

// sorted are the two orders of a list, each with its address; none where words are looked for.
func (v *visit) sorted(q *asked) ui.Sorted {
	if q.Text != "" || q.state() != "open" {
		return ui.Sorted{Newest: true}
	}
	due, newest := q.filter, q.filter
	due.Newest, newest.Newest = false, true
	return ui.Sorted{Newest: q.Newest, ByDue: due.address(), ByNewest: newest.address()}
}

// density are the two heights of rows.
func (v *visit) density() queue.Density {
	return queue.Density{Roomy: v.session.Person.Density == person.Roomy, Back: v.r.URL.RequestURI()}
}

// keepDensity keeps how much room the rows of lists take.
func (s *Site) keepDensity(v *visit) error {
	p := v.session.Person
	prefers := p.Preferences
	prefers.Density = person.Density(v.field("density"))
	if err := s.app.UpdateProfile(v.ctx(), v.actor, app.Profile{Name: p.Name, Preferences: prefers}); err != nil {
		return err
	}
	return v.to(v.field("back"))
}
