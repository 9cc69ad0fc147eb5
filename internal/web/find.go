package web

import (
	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/web/page/find"
	"github.com/watchbill/watchbill/internal/web/page/queue"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// findRoutes are the addresses of the search.
func (s *Site) findRoutes() []Route {
	return []Route{
		{"GET", findPath, access.ReadTickets, staffOnly, s.find},
	}
}

// mostHits is how many tickets the palette is told.
const mostHits = 8

// find shows the tickets in which words were written, or leads to the one whose key was
// typed. The palette asks it while somebody types.
func (s *Site) find(v *visit) error {
	q, err := v.ask(findPath)
	if err != nil {
		return err
	}
	if v.r.URL.Query().Has("hits") {
		return v.hits(q)
	}
	called, err := s.app.Jump(v.ctx(), v.actor, q.Text, mostHits)
	if err != nil {
		return err
	}
	if len(called) == 1 && !v.live() {
		return v.to("/tickets/" + called[0].ClientSlug + "/" + called[0].Key)
	}
	data := find.Data{Field: ui.Field{
		Name: "q", Type: "search", Label: v.voice.Text("find.words"), Value: q.Text, Quiet: true, Placeholder: v.voice.Text("find.words"),
		Attrs: map[string]any{"autofocus": q.Text == ""},
	}}
	if len(called) > 0 {
		data.Called, err = v.calledGroup(called)
		if err != nil {
			return err
		}
	}
	if q.Text != "" {
		if data.List, err = v.list(q); err != nil {
			return err
		}
	}
	if v.live() {
		return v.page(queue.Part(v.voice, data.List, v.heard()))
	}
	title := v.voice.Text("find.title")
	return v.page(find.Page(v.frame(title), data))
}

// calledGroup shows the tickets of several clients with the number that was typed.
func (v *visit) calledGroup(called []app.QueueRow) ([]queue.Group, error) {
	names, err := v.namesOf(called)
	if err != nil {
		return nil, err
	}
	g := queue.Group{ID: "g-called", Title: v.voice.Text("find.called"), Count: counted(len(called))}
	for i := range called {
		g.Rows = append(g.Rows, v.row(&called[i], names))
	}
	return []queue.Group{g}, nil
}

// hits answers the palette: the tickets whose key was typed, then those with the words.
func (v *visit) hits(q *asked) error {
	rows, err := v.site.app.Jump(v.ctx(), v.actor, q.Text, mostHits)
	if err != nil {
		return err
	}
	question := q.question(v.actor)
	question.Typing = true
	if q.Text != "" {
		found, err := v.site.app.Queue(v.ctx(), v.actor, question, app.Place{}, mostHits)
		if err != nil {
			return err
		}
		known := map[string]bool{}
		for i := range rows {
			known[rows[i].Stream] = true
		}
		for _, r := range found.Rows {
			if !known[r.Stream] {
				rows = append(rows, r)
			}
		}
	}
	hits := make([]ui.Hit, min(len(rows), mostHits))
	for i := range hits {
		r := v.row(&rows[i], nil)
		hits[i] = ui.Hit{Text: r.Key + " " + r.Title, Note: r.Client + ", " + r.Status, Href: r.Href}
	}
	return v.page(ui.Found(hits))
}
