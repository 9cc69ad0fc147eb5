package web

import (
	"slices"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// asked is a list of tickets as it was asked for, and those who are named in it.
type asked struct {
	filter
	clients []app.Client     // those that are named
	teams   []*app.Team      // all, when one is named
	people  []*person.Person // all that the actor sees, when one is named
	wrong   fault.List       // what was asked for and cannot be
}

// ask reads the list that the address asks for. Who or what it names and the person does not
// see is as wrong as what there is not.
func (v *visit) ask(path string) (*asked, error) {
	f, wrong := parseFilter(path, v.r.URL.Query())
	a := &asked{filter: f, wrong: wrong}
	return a, v.know(a)
}

// know looks those up who are named in a filter.
func (v *visit) know(a *asked) (err error) {
	if len(a.Clients) > 0 {
		if a.clients, err = v.site.app.ClientsNamed(v.ctx(), v.actor, a.Clients...); err != nil {
			return err
		}
		a.Clients = a.left("client", a.Clients, func(slug string) bool {
			return slices.ContainsFunc(a.clients, func(c app.Client) bool { return c.Slug == slug })
		})
	}
	if len(a.Teams) > 0 {
		if a.teams, err = v.site.app.Teams(v.ctx(), v.actor); err != nil {
			return err
		}
		a.Teams = a.left("team", a.Teams, func(id string) bool {
			return slices.ContainsFunc(a.teams, func(t *app.Team) bool { return t.ID == id })
		})
	}
	named := slices.ContainsFunc(a.Persons, func(p string) bool { return p != "me" && p != "nobody" })
	if named {
		if a.people, err = v.site.app.People(v.ctx(), v.actor); err != nil {
			return err
		}
		a.Persons = a.left("person", a.Persons, func(id string) bool {
			return id == "me" || id == "nobody" || slices.ContainsFunc(a.people, func(p *person.Person) bool { return p.ID == id })
		})
	}
	return nil
}

// left gives the values of a field that there are; the others are wrong.
func (a *asked) left(field string, values []string, known func(string) bool) (kept []string) {
	for _, value := range values {
		if known(value) {
			kept = append(kept, value)
		} else {
			a.wrong = append(a.wrong, wrongField(field, value))
		}
	}
	return kept
}

// question is the question that the list asks for a person.
func (a *asked) question(who access.Actor) app.Filter {
	var ids []string
	for _, c := range a.clients {
		if slices.Contains(a.Clients, c.Slug) {
			ids = append(ids, c.ID)
		}
	}
	return a.filter.question(who.ID, ids)
}

// problems says what was asked for and cannot be, each in a sentence.
func (v *visit) problems(wrong fault.List) (all []ui.Problem) {
	for _, f := range wrong {
		name, _ := f.Get("field").(string)
		value, _ := f.Get("value").(string)
		all = append(all, ui.Problem{
			What: v.voice.Text("queue.wrong", "name", v.voice.Text("queue.filter."+name), "value", value),
			Cure: v.voice.Text("queue.wrong.cure"),
		})
	}
	return all
}
