package web

import (
	"slices"
	"strings"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/web/page/queue"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// chips shows what a list is narrowed by, each with the address without it.
func (v *visit) chips(q *asked) []ui.Filter {
	edit := q.at("/queue/filter")
	all := []ui.Filter{{Name: v.voice.Text("queue.filter.state"), Value: v.voice.Text("queue.state." + q.state()), Href: edit}}
	add := func(name string, values []string, without func(*filter)) {
		if len(values) == 0 {
			return
		}
		label := v.voice.Text("queue.filter." + name)
		rest := q.filter
		without(&rest)
		all = append(all, ui.Filter{
			Name: label, Value: strings.Join(values, ", "), Href: edit, Off: rest.address(),
			OffAs: v.voice.Text("queue.filter.off", "name", label),
		})
	}
	on := func(is bool, name string) []string {
		if !is {
			return nil
		}
		return []string{v.voice.Text("queue.filter." + name + ".on")}
	}
	add("q", some([]string{q.Text}), func(f *filter) { f.Text = "" })
	add("client", v.clientNames(q), func(f *filter) { f.Clients = nil })
	add("kind", v.worded("queue.kind.", said(q.Kinds)), func(f *filter) { f.Kinds = nil })
	add("priority", said(q.Priorities), func(f *filter) { f.Priorities = nil })
	add("level", said(q.Levels), func(f *filter) { f.Levels = nil })
	add("ball", v.worded("queue.party.", said(q.Balls)), func(f *filter) { f.Balls = nil })
	add("team", teamNames(q), func(f *filter) { f.Teams = nil })
	add("person", v.personNames(q), func(f *filter) { f.Persons = nil })
	add("new", on(q.New, "new"), func(f *filter) { f.New = false })
	add("risky", on(q.Risky, "risky"), func(f *filter) { f.Risky = false })
	add("broken", on(q.Broken, "broken"), func(f *filter) { f.Broken = false })
	return all
}

// worded says words by their messages.
func (v *visit) worded(prefix string, words []string) []string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = v.voice.Text(prefix + w)
	}
	return texts
}

func (v *visit) clientNames(q *asked) (names []string) {
	for _, c := range q.clients {
		if slices.Contains(q.Clients, c.Slug) {
			names = append(names, c.Name)
		}
	}
	return names
}

func teamNames(q *asked) (names []string) {
	for _, t := range q.teams {
		if slices.Contains(q.Teams, t.ID) {
			names = append(names, t.Name)
		}
	}
	return names
}

func (v *visit) personNames(q *asked) (names []string) {
	for _, one := range []string{"me", "nobody"} {
		if slices.Contains(q.Persons, one) {
			names = append(names, v.voice.Text("queue.person."+one))
		}
	}
	for _, p := range q.people {
		if slices.Contains(q.Persons, p.ID) {
			names = append(names, p.Name)
		}
	}
	return names
}

// filterForm is the form of what a list can be narrowed by.
func (s *Site) filterForm(v *visit) error {
	q, err := v.ask(v.listPath())
	if err != nil {
		return err
	}
	sets, err := v.sets(q)
	if err != nil {
		return err
	}
	title := v.voice.Text("queue.filter.title")
	data := queue.FilterData{
		Problems: v.problems(q.wrong), Action: q.Path, Back: q.address(), Sets: sets, Newest: q.Newest,
		Text: ui.Field{Name: "q", Type: "search", Label: v.voice.Text("queue.filter.q"), Value: q.Text, Hint: v.voice.Text("queue.filter.q.hint")},
	}
	if v.live() {
		return v.page(queue.Filter(v.voice, data))
	}
	return v.page(queue.FilterPage(v.frame(title, ui.Crumb{Text: v.voice.Text("web.nav.queue"), Href: q.address()}), data))
}

// listPath is the list that a form is about.
func (v *visit) listPath() string {
	if v.r.URL.Query().Get("q") != "" {
		return findPath
	}
	return queuePath
}

// sets are the choices of the form.
func (v *visit) sets(q *asked) ([]queue.Set, error) {
	clients, err := v.site.app.Clients(v.ctx(), v.actor)
	if err != nil {
		return nil, err
	}
	var teams []*app.Team
	var people []*person.Person
	if v.actor.May(access.ReadPeople) {
		if teams, err = v.site.app.Teams(v.ctx(), v.actor); err != nil {
			return nil, err
		}
		if people, err = v.site.app.People(v.ctx(), v.actor); err != nil {
			return nil, err
		}
	}
	set := func(name string, single bool) queue.Set {
		return queue.Set{Name: name, Label: v.voice.Text("queue.filter." + name), Single: single}
	}
	state, client, team, who := set("state", true), set("client", false), set("team", false), set("person", false)
	for _, word := range states {
		state.Add(word, v.voice.Text("queue.state."+word), q.state() == word)
	}
	for _, c := range clients {
		client.Add(c.Slug, c.Name, slices.Contains(q.Clients, c.Slug))
	}
	for _, t := range teams {
		team.Add(t.ID, t.Name, slices.Contains(q.Teams, t.ID))
	}
	for _, one := range []string{"me", "nobody"} {
		who.Add(one, v.voice.Text("queue.person."+one), slices.Contains(q.Persons, one))
	}
	for _, p := range people {
		if p.Role.Staff() && p.ID != v.actor.ID && (p.Active || slices.Contains(q.Persons, p.ID)) {
			who.Add(p.ID, p.Name, slices.Contains(q.Persons, p.ID))
		}
	}
	kind, priority, level, ball := set("kind", false), set("priority", false), set("level", false), set("ball", false)
	for k := catalog.Incident; int(k) < catalog.NumKinds; k++ {
		kind.Add(k.String(), v.voice.Text("queue.kind."+k.String()), slices.Contains(q.Kinds, k))
	}
	for p := catalog.P1; p <= catalog.P4; p++ {
		priority.Add(p.String(), p.String(), slices.Contains(q.Priorities, p))
	}
	for l := catalog.L0; l <= catalog.L3; l++ {
		level.Add(l.String(), l.String(), slices.Contains(q.Levels, l))
	}
	for p := catalog.Provider; p <= catalog.Platform; p++ {
		ball.Add(p.String(), v.voice.Text("queue.party."+p.String()), slices.Contains(q.Balls, p))
	}
	more := queue.Set{Label: v.voice.Text("queue.filter.more")}
	for name, on := range map[string]bool{"new": q.New, "risky": q.Risky, "broken": q.Broken} {
		more.Options = append(more.Options, queue.Option{Name: name, Value: "1", Text: v.voice.Text("queue.filter." + name + ".on"), On: on})
	}
	slices.SortFunc(more.Options, func(a, b queue.Option) int { return strings.Compare(b.Name, a.Name) })
	return slices.DeleteFunc([]queue.Set{state, client, who, team, priority, kind, level, ball, more}, func(s queue.Set) bool {
		return len(s.Options) == 0
	}), nil
}
