package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// composer is where one writes to the client or to colleagues; nil where neither can be done.
func (s *ticketVoice) composer() *ui.Composer {
	if s.blocked(ticket.Replied{}) && s.blocked(ticket.Noted{}) {
		return nil
	}
	c := &ui.Composer{
		Action: pathOf(s.t.ClientSlug, s.t.Key) + "/say",
		Client: ui.Audience{Label: s.voice.Text("desk.to_client", "client", s.t.ClientName), Does: s.effects(ticket.Replied{})},
		Inside: ui.Audience{Label: s.voice.Text("desk.to_colleagues"), Does: s.voice.Text("desk.stops_nothing")},
		Draft:  s.t.ClientSlug + "/" + s.t.Key, Hint: s.voice.Text("desk.compose_hint"), Hidden: s.keptHidden(s.t.Head),
		Text: s.r.PostFormValue("text"), Internal: s.field("to") == "inside",
		Attrs: templ.Attributes{"hx-morph-skip": true, "enctype": "multipart/form-data"},
	}
	for _, then := range sendAnd {
		if !s.blocked(then.fact) {
			c.Acts = append(c.Acts, ui.Act{Text: s.voice.Text("desk.send_" + then.id), Name: "then", Value: then.id})
		}
	}
	c.Acts = append(c.Acts, ui.Act{Text: s.voice.Text("desk.send"), Weight: ui.Main, Key: "$mod+Enter"})
	return c
}

// sendAnd are the steps that can be taken with what is written, in one go.
var sendAnd = []struct {
	id   string
	fact ticket.Fact
}{
	{"restore", ticket.Restored{}},
	{"wait", ticket.Waits{For: catalog.Client}},
}

func (s *ticketVoice) blocked(f ticket.Fact) bool {
	for _, o := range s.t.Options {
		if o.Step == ticket.StepOf(f) {
			return o.Blocked != nil
		}
	}
	return true
}

// effects says which clocks an entry would stop or start.
func (s *ticketVoice) effects(f ticket.Fact) string {
	var said string
	for _, e := range s.t.Effects(s.actor, f) {
		one := s.voice.Text("desk.effect."+string(e.What), "target", e.Kind)
		if said != "" {
			said += ", "
		}
		said += one
	}
	if said == "" {
		return s.voice.Text("desk.stops_nothing")
	}
	return said
}

// say sends what was written, to the client or to colleagues, with the files and the step that go
// with it. What could not be sent stays in the composer.
func (s *Site) say(v *visit) error {
	inside := v.field("to") == "inside"
	steps := []app.Step{{Fact: ticket.Replied{}, Text: v.field("text")}}
	if inside {
		steps[0].Fact = ticket.Noted{}
	}
	_, then, _ := strings.Cut(v.field("anyway"), " ") // what was to be done before it was asked again
	if then == "" {
		then = v.field("then")
	}
	for _, one := range sendAnd {
		if one.id == then {
			steps = append(steps, app.Step{Fact: one.fact})
		}
	}
	cmd := v.command()
	files, err := v.sentFiles(inside)
	if to := v.field("to"); err == nil && !inside && to != "client" { // who reads it is not to be guessed
		err = fault.New(fault.Invalid, CodeFieldWrong, "field", "to", "value", to)
	}
	if err == nil {
		_, err = s.app.Take(v.ctx(), v.actor, v.ref(), cmd, steps...)
	}
	if err == nil {
		err = v.attach(cmd, files)
	}
	if err == nil {
		return v.to(v.path() + "?sent=" + v.r.PathValue("client") + "/" + v.r.PathValue("key") + "#compose-text")
	}
	if len(fault.All(err)) == 0 || fault.IsKind(err, fault.NotFound) {
		return err
	}
	return v.composeAgain(err, then)
}

// composeAgain shows the ticket as it is now, with what was written and why it was not sent.
func (v *visit) composeAgain(problem error, then string) error {
	t, err := v.site.app.Ticket(v.ctx(), v.actor, v.ref())
	if err != nil {
		return err
	}
	kept := (&ticketVoice{visit: v, t: t}).composer()
	if kept == nil {
		return problem
	}
	fields, other := v.errorsOf(problem)
	kept.Error = fields["text"]
	if kept.Error == "" {
		kept.Error = fields["file"]
	}
	if other != nil {
		kept.Error = other.What + " " + other.Cure
	}
	if !isMeanwhile(problem) {
		return v.ticketPage(v.statusOf(problem), t, kept)
	}
	meanwhile, err := v.meanwhile(t)
	if err != nil {
		return err
	}
	anyway := ui.Act{Text: v.voice.Text("desk.anyway"), Name: "anyway", Value: strconv.Itoa(t.Head) + " " + then}
	kept.Acts = append([]ui.Act{anyway}, kept.Acts[len(kept.Acts)-1])
	return v.ticketPage(v.statusOf(problem), t, kept, meanwhile...)
}
