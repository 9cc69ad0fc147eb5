package web

import (
	"crypto/rand"
	"net/http"
	"slices"
	"strings"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/web/page/queue"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// Codes of what is asked for many tickets.
const (
	CodeNoneSelected  reason.Code = "web.none_selected"  //
	CodeNothingChosen reason.Code = "web.nothing_chosen" // field
)

// An act is what can be done with several tickets of a list at once.
type act struct {
	id  string
	key string
	// needs tells what the person has to say first: the name of a field, "" for nothing.
	needs string
	step  func(v *visit, chosen string) (app.Step, error)
}

// acts are what the list offers, in its order.
var acts = []act{
	{"acknowledge", "a", "", func(*visit, string) (app.Step, error) { return app.Step{Fact: ticket.Acknowledged{}}, nil }},
	{"mine", "o", "", func(v *visit, _ string) (app.Step, error) {
		return app.Step{Fact: ticket.Assigned{Person: v.actor.ID}}, nil
	}},
	{"priority", "p", "priority", (*visit).priorityStep},
	{"assign", "", "to", (*visit).assignStep},
	{"wait", "", "for", (*visit).waitStep},
	{"close", "", "close", func(v *visit, _ string) (app.Step, error) {
		return app.Step{Fact: ticket.Closed{}, Text: v.field("text")}, nil
	}},
}

func (v *visit) priorityStep(chosen string) (app.Step, error) {
	var p catalog.Priority
	err := p.UnmarshalText([]byte(chosen))
	return app.Step{Fact: ticket.Classified{Priority: p}}, err
}

func (v *visit) waitStep(chosen string) (app.Step, error) {
	var p catalog.Party
	err := p.UnmarshalText([]byte(chosen))
	return app.Step{Fact: ticket.Waits{For: p}}, err
}

// assignStep gives tickets to a person or to a team, whose level they then have.
func (v *visit) assignStep(chosen string) (app.Step, error) {
	kind, id, _ := strings.Cut(chosen, ":")
	if kind == "person" {
		return app.Step{Fact: ticket.Assigned{Person: id}}, nil
	}
	teams, err := v.site.app.Teams(v.ctx(), v.actor)
	if err != nil {
		return app.Step{}, err
	}
	for _, t := range teams {
		if kind == "team" && t.ID == id {
			return app.Step{Fact: ticket.Assigned{Team: t.ID, Level: t.Level}}, nil
		}
	}
	return app.Step{}, fault.New(fault.Invalid, CodeNothingChosen, "field", "to")
}

// bulkActs are the buttons below a list.
func (v *visit) bulkActs() []ui.Act {
	all := make([]ui.Act, len(acts))
	for i, a := range acts {
		target := "#list"
		if a.needs != "" {
			target = "#sheet"
		}
		all[i] = ui.Act{
			Text: v.voice.Text("queue.act." + a.id), Key: a.key, Name: "act", Value: a.id, Small: true,
			Attrs: map[string]any{"hx-post": "/queue/bulk", "hx-target": target},
		}
	}
	return all
}

// bulk takes a step on all tickets that are selected in a list. Where something has to be
// said first it asks, and takes the answer.
func (s *Site) bulk(v *visit) error {
	i := slices.IndexFunc(acts, func(a act) bool { return a.id == v.field("act") })
	if i < 0 {
		return fault.New(fault.Invalid, CodeFieldWrong, "field", "act", "value", v.field("act"))
	}
	refs := refsOf(v.r.PostForm["ticket"])
	if len(refs) == 0 {
		return fault.New(fault.Invalid, CodeNoneSelected)
	}
	chosen := v.field("chosen")
	if acts[i].needs != "" && !v.r.PostForm.Has("chosen") {
		return v.choose(&acts[i], nil)
	}
	step, err := acts[i].step(v, chosen)
	if err == nil && acts[i].needs != "" && chosen == "" {
		err = fault.New(fault.Invalid, CodeNothingChosen, "field", acts[i].needs)
	}
	if fault.IsKind(err, fault.Invalid) {
		return v.choose(&acts[i], fault.New(fault.Invalid, CodeNothingChosen, "field", acts[i].needs))
	}
	if err != nil {
		return err
	}
	done, err := s.app.TakeOnMany(v.ctx(), v.actor, refs, app.Command{Once: v.once()}, step)
	if err != nil {
		return err
	}
	return v.outcome(&acts[i], done)
}

// refsOf reads the rows that were selected: "fietswereld/INC-000214".
func refsOf(rows []string) (refs []app.Ref) {
	for _, row := range some(rows) {
		if client, key, ok := strings.Cut(row, "/"); ok {
			refs = append(refs, app.Ref{Client: client, Key: key})
		}
	}
	return refs
}

// choose asks what has to be said first. What was selected goes with it.
func (v *visit) choose(a *act, wrong *fault.Fault) error {
	tickets := some(v.r.PostForm["ticket"])
	data := queue.ChoiceData{
		Title: v.voice.Text("queue.choose."+a.id, "count", len(tickets)), Act: a.id, Tickets: tickets, Back: local(v.field("back")),
		Once: v.once(), Send: v.voice.Text("queue.act." + a.id + ".send"),
	}
	if data.Once == "" {
		data.Once = rand.Text()
	}
	if wrong != nil {
		data.Error = v.voice.Fault(wrong) + " " + v.voice.Cure(wrong)
	}
	if err := v.offer(a, &data); err != nil {
		return err
	}
	status := http.StatusOK
	if wrong != nil {
		status = http.StatusUnprocessableEntity
	}
	if v.live() {
		v.w.Header().Set("HX-Retarget", "#sheet")
		v.w.Header().Set("HX-Reswap", "innerHTML")
		return v.render(status, queue.Choice(v.voice, data))
	}
	return v.render(status, queue.ChoicePage(v.frame(data.Title, ui.Crumb{Text: v.voice.Text("web.nav.queue"), Href: data.Back}), data))
}

// offer fills in what can be chosen.
func (v *visit) offer(a *act, d *queue.ChoiceData) error {
	switch a.needs {
	case "priority":
		for p := catalog.P1; p <= catalog.P4; p++ {
			d.Buttons = append(d.Buttons, ui.Act{Text: v.voice.Text("ui.priority." + p.String()), Name: "chosen", Value: p.String(), Key: p.String()[1:]})
		}
	case "for":
		for i, p := range []catalog.Party{catalog.Client, catalog.ThirdParty, catalog.Platform} {
			d.Buttons = append(d.Buttons, ui.Act{
				Text: v.voice.Text("queue.party." + p.String()), Name: "chosen", Value: p.String(), Key: string(rune('1' + i)),
			})
		}
	case "close":
		d.Text = ui.Field{Name: "text", Label: v.voice.Text("queue.close.text"), Hint: v.voice.Text("queue.close.hint"), Value: v.field("text"), Rows: 3}
	case "to":
		return v.offerPeople(d)
	}
	return nil
}

// offerPeople lists those whom all of the tickets can be given to, and the teams.
func (v *visit) offerPeople(d *queue.ChoiceData) error {
	teams, err := v.site.app.Teams(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	var clients []string
	for _, ref := range refsOf(d.Tickets) {
		if !slices.Contains(clients, ref.Client) {
			clients = append(clients, ref.Client)
		}
	}
	people, err := v.site.app.Takers(v.ctx(), v.actor, clients...)
	if err != nil {
		return err
	}
	d.To = ui.Field{Name: "chosen", Label: v.voice.Text("queue.assign.to"), Required: true, Error: d.Error}
	d.Options = []ui.Option{{Text: v.voice.Text("queue.assign.choose")}}
	for _, p := range people {
		d.Options = append(d.Options, ui.Option{Value: "person:" + p.ID, Text: p.Name})
	}
	for _, t := range teams {
		d.Options = append(d.Options, ui.Option{Value: "team:" + t.ID, Text: v.voice.Text("queue.assign.team", "name", t.Name)})
	}
	return nil
}

// outcome says what became of each ticket: on which the step is not possible, and on which it
// failed, so that nobody knows.
func (v *visit) outcome(a *act, done []app.Outcome) error {
	data := queue.OutcomeData{Back: local(v.field("back"))}
	kept, status := 0, http.StatusOK
	for _, o := range done {
		if o.Err == nil {
			kept++
			continue
		}
		f := v.faultsOf(o.Err)[0]
		row := queue.NotDone{Key: o.Key, Href: pathOf(o.Client, o.Key), Why: v.voice.Fault(f), Cure: v.voice.Cure(f)}
		if f.Kind == fault.Unavailable {
			data.Failed, status = append(data.Failed, row), statuses[f.Kind]
		} else {
			data.Rows = append(data.Rows, row)
		}
	}
	data.Title = v.voice.Text("queue.done."+a.id, "count", kept)
	if kept == len(done) {
		v.say(data.Title)
		return v.to(data.Back)
	}
	data.Reference = v.voice.Text("ui.error.reference", "reference", v.reference)
	if v.live() {
		v.w.Header().Set("HX-Retarget", "#sheet")
		v.w.Header().Set("HX-Reswap", "innerHTML")
		return v.render(status, queue.Outcome(v.voice, data))
	}
	return v.render(status, queue.OutcomePage(v.frame(data.Title, ui.Crumb{Text: v.voice.Text("web.nav.queue"), Href: data.Back}), data))
}
