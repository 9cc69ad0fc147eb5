package web

import (
	"fmt"

	"github.com/a-h/templ"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	page "github.com/watchbill/watchbill/internal/web/page/ticket"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// input is a field of a step, with what was typed or the address says, or else a first value.
func (v *visit) input(name, first string, fields map[string]string) ui.Field {
	value := v.r.FormValue(name)
	if !v.r.Form.Has(name) {
		value = first
	}
	return ui.Field{Name: name, Label: v.voice.Text("desk.field." + name), Value: value, Error: fields[name]}
}

// options are the values of a choice, each said by the message under a prefix.
func options[T fmt.Stringer](v *visit, prefix string, values ...T) []ui.Option {
	all := make([]ui.Option, len(values))
	for i, one := range values {
		all[i] = ui.Option{Value: one.String(), Text: v.voice.Text(prefix + one.String())}
	}
	return all
}

func (v *visit) titleBody(t *app.TicketView, fields map[string]string) (templ.Component, error) {
	f := v.input("text", t.Title, fields)
	f.Label, f.Required, f.Error = v.voice.Text("desk.field.title"), true, fields["title"]
	return ui.Input(f), nil
}

func (v *visit) restoredBody(*app.TicketView, map[string]string) (templ.Component, error) {
	return ui.Checkbox(ui.Field{Name: "workaround", Label: v.voice.Text("desk.field.workaround")}, v.field("workaround") != ""), nil
}

func (v *visit) waitsBody(t *app.TicketView, fields map[string]string) (templ.Component, error) {
	f := v.input("party", catalog.Client.String(), fields)
	var all []ui.Option
	for _, p := range []catalog.Party{catalog.Client, catalog.ThirdParty, catalog.Platform} {
		all = append(all, ui.Option{Value: p.String(), Text: v.partyName(p, t.ClientName)})
	}
	return ui.Radios(f, all), nil
}

func (v *visit) escalatedBody(_ *app.TicketView, fields map[string]string) (templ.Component, error) {
	how := v.input("how", "functional", fields)
	level := v.input("level", catalog.L2.String(), fields)
	return page.Fields(
		ui.Radios(how, []ui.Option{
			{Value: "functional", Text: v.voice.Text("desk.how.functional")},
			{Value: "hierarchical", Text: v.voice.Text("desk.how.hierarchical")},
		}),
		ui.Select(level, options(v, "ui.level.", catalog.L1, catalog.L2, catalog.L3)),
	), nil
}

// classifiedBody asks for impact and urgency, from which the contract makes the priority, or
// for a priority by hand.
func (v *visit) classifiedBody(t *app.TicketView, fields map[string]string) (templ.Component, error) {
	impact := v.input("impact", t.Ticket.Impact.String(), fields)
	urgency := v.input("urgency", t.Ticket.Urgency.String(), fields)
	priority := v.input("priority", "", fields)
	nothing := ui.Option{Text: v.voice.Text("desk.not_said")}
	return page.Fields(
		ui.Select(impact, append([]ui.Option{nothing}, v.impacts()...)),
		ui.Select(urgency, append([]ui.Option{nothing}, v.urgencies()...)),
		ui.Select(priority, append([]ui.Option{{Text: v.voice.Text("desk.by_matrix")}}, options(v, "ui.priority.", catalog.P1, catalog.P2, catalog.P3, catalog.P4)...)),
	), nil
}

// impacts and urgencies are the words from which the contract makes a priority.
func (v *visit) impacts() (all []ui.Option) {
	for i := catalog.Impact(1); i <= 4; i++ {
		all = append(all, ui.Option{Value: i.String(), Text: v.voice.Text("desk.impact." + i.String())})
	}
	return all
}

func (v *visit) urgencies() (all []ui.Option) {
	for u := catalog.Urgency(1); u <= 4; u++ {
		all = append(all, ui.Option{Value: u.String(), Text: v.voice.Text("desk.urgency." + u.String())})
	}
	return all
}

// assignedBody asks for team and person, oneself first.
func (v *visit) assignedBody(t *app.TicketView, fields map[string]string) (templ.Component, error) {
	people, err := v.site.app.Takers(v.ctx(), v.actor, t.Client)
	if err != nil {
		return nil, err
	}
	teams, err := v.site.app.Teams(v.ctx(), v.actor)
	if err != nil {
		return nil, err
	}
	first := t.Ticket.Person
	if first == "" {
		first = v.actor.ID
	}
	person, team := v.input("person", first, fields), v.input("team", t.Ticket.Team, fields)
	level := v.input("level", t.Ticket.Level.String(), fields)
	choices := []ui.Option{{Text: v.voice.Text("ui.nobody")}}
	for _, p := range people {
		choices = append(choices, ui.Option{Value: p.ID, Text: p.Name})
	}
	groups := []ui.Option{{Text: v.voice.Text("desk.no_team")}}
	for _, g := range teams {
		groups = append(groups, ui.Option{Value: g.ID, Text: g.Name})
	}
	return page.Fields(
		ui.Select(person, choices), ui.Select(team, groups),
		ui.Select(level, options(v, "ui.level.", catalog.L1, catalog.L2, catalog.L3)),
	), nil
}

// runningTargets are the clocks that can be agreed on.
func runningTargets(t *app.TicketView) []contract.TargetKind {
	var kinds []contract.TargetKind
	for i := range t.Clocks {
		if t.Clocks[i].Stopped.IsZero() {
			kinds = append(kinds, t.Clocks[i].Kind)
		}
	}
	return kinds
}

func (v *visit) targetBody(t *app.TicketView, fields map[string]string) (templ.Component, error) {
	f := v.input("target", contract.Restoration.String(), fields)
	return ui.Select(f, options(v, "desk.target.", runningTargets(t)...)), nil
}

func (v *visit) dueAgreedBody(t *app.TicketView, fields map[string]string) (templ.Component, error) {
	target, err := v.targetBody(t, fields)
	due := v.input("due", "", fields)
	due.Type, due.Required, due.Hint = "datetime-local", true, v.voice.Text("desk.in_zone", "zone", v.zone.String())
	return page.Fields(target, ui.Input(due)), err
}

func (v *visit) workedBody(t *app.TicketView, fields map[string]string) (templ.Component, error) {
	length := v.input("minutes", "", fields)
	length.Required, length.Hint, length.Placeholder = true, v.voice.Text("desk.minutes_hint"), v.voice.Text("desk.minutes_example")
	day := v.input("day", calendar.DateOf(t.Now, t.Zone).String(), fields)
	day.Type = "date"
	activity := v.input("activity", string(catalog.WorkOn(t.Ticket.Kind)), fields)
	role := v.input("role", string(v.session.Person.Works), fields)
	var activities []ui.Option
	for _, a := range catalog.Activities {
		activities = append(activities, ui.Option{
			Value: string(a.Activity), Text: v.voice.Text("contract.activity." + string(a.Activity)),
		})
	}
	roles := []ui.Option{{Text: v.voice.Text("desk.not_said")}}
	for _, r := range []catalog.Role{catalog.Developer, catalog.QualityAnalyst, catalog.SolutionArchitect, catalog.ProjectManager, catalog.ReleaseManager} {
		roles = append(roles, ui.Option{Value: string(r), Text: string(r)})
	}
	return page.Fields(ui.Input(length), ui.Input(day), ui.Select(activity, activities), ui.Select(role, roles)), nil
}

func (v *visit) mergedBody(_ *app.TicketView, fields map[string]string) (templ.Component, error) {
	f := v.input("key", "", fields)
	f.Required, f.Hint = true, v.voice.Text("desk.merge_hint")
	letIn := ui.Field{Name: "let_in", Label: v.voice.Text("desk.field.let_in"), Hint: v.voice.Text("desk.let_in_hint")}
	return page.Fields(ui.Input(f), ui.Checkbox(letIn, v.field("let_in") != "")), nil
}

func (v *visit) linkedBody(_ *app.TicketView, fields map[string]string) (templ.Component, error) {
	relation, key := v.input("relation", string(ticket.Relates), fields), v.input("key", "", fields)
	key.Required = true
	var all []ui.Option
	for _, r := range ticket.Relations {
		all = append(all, ui.Option{Value: string(r), Text: v.voice.Text("desk.relation." + string(r))})
	}
	return page.Fields(ui.Select(relation, all), ui.Input(key)), nil
}

func (v *visit) attachedBody(_ *app.TicketView, fields map[string]string) (templ.Component, error) {
	f := ui.Field{
		Name: "file", Label: v.voice.Text("desk.field.file"), Type: "file", Required: true, Error: fields["file"],
		Hint: v.voice.Text("desk.file_hint", "most", app.MaxFile>>20),
	}
	return page.Fields(ui.Input(f), ui.Checkbox(ui.Field{Name: "internal", Label: v.voice.Text("desk.field.internal")}, v.field("internal") != "")), nil
}
