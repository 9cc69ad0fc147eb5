package web

import (
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
		Text: s.field("text"), Internal: s.field("to") == "inside", Attrs: templ.Attributes{"hx-morph-skip": true},
	}
	c.Acts = append(c.Acts, ui.Act{Text: s.voice.Text("desk.send_wait"), Name: "then", Value: "wait"})
	c.Acts = append(c.Acts, ui.Act{Text: s.voice.Text("desk.send"), Weight: ui.Main, Key: "$mod+Enter"})
	return c
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

// say sends what was written, to the client or to colleagues. What could not be sent stays in
// the composer.
func (s *Site) say(v *visit) error {
	steps := []app.Step{{Fact: ticket.Replied{}, Text: v.field("text")}}
	if v.field("to") == "inside" {
		steps[0].Fact = ticket.Noted{}
	}
	if v.field("then") == "wait" {
		steps = append(steps, app.Step{Fact: ticket.Waits{For: catalog.Client}})
	}
	_, err := s.app.Take(v.ctx(), v.actor, v.ref(), v.command(), steps...)
	if err == nil {
		return v.to(v.path() + "?sent=" + v.r.PathValue("client") + "/" + v.r.PathValue("key") + "#compose-text")
	}
	if len(fault.All(err)) == 0 || fault.IsKind(err, fault.NotFound) {
		return err
	}
	t, readErr := s.app.Ticket(v.ctx(), v.actor, v.ref())
	if readErr != nil {
		return readErr
	}
	kept := (&ticketVoice{visit: v, t: t}).composer()
	if kept == nil {
		return err
	}
	fields, problem := v.errorsOf(err)
	kept.Error = fields["text"]
	if problem != nil {
		kept.Error = problem.What + " " + problem.Cure
	}
	return v.ticketPage(v.statusOf(err), t, kept)
}
