package web

import (
	"strings"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/web/page/outbox"
	"github.com/watchbill/watchbill/internal/web/ui"
)

func (s *Site) outboxRoutes() []Route {
	return []Route{
		{"GET", "/outbox", access.ReadOutbox, staffOnly, s.outbox},
		{"POST", "/outbox/{item}/resend", access.ReadOutbox, staffOnly, s.resend},
		{"POST", "/outbox/{item}/link", access.ReadOutbox, staffOnly, s.invitationLink},
		{"GET", "/audit", access.ReadAudit, staffOnly, s.audit},
	}
}

// itemsAPage is how many lines a page of the outbox or the audit has.
const itemsAPage = 50

func (s *Site) outbox(v *visit) error { return v.showOutbox("") }

// showOutbox lists what was sent or would have been, the newest first. A link that was just
// made stands on it this once.
func (v *visit) showOutbox(link string) error {
	before := v.r.URL.Query().Get("before")
	items, err := v.site.app.Outbox(v.ctx(), v.actor, before, itemsAPage+1)
	if err != nil {
		return err
	}
	d := outbox.Data{Link: link}
	if before != "" {
		d.First = "/outbox"
	}
	if len(items) > itemsAPage {
		items = items[:itemsAPage]
		d.Next = "/outbox?before=" + items[itemsAPage-1].ID
	}
	for i := range items {
		it := &items[i]
		state := string(it.State)
		one := outbox.Item{
			ID: it.ID, At: it.Recorded.In(v.zone), Name: it.Name, Address: it.Address, What: v.voice.Text("outbox.kind." + string(it.Kind)),
			State: v.voice.Text("outbox.state." + state), Mood: outboxMoods[state], Tries: it.Attempts,
			Resend: state == "parked" || state == "would_send", Waits: state == "queued" || state == "claimed" || state == "failed",
		}
		one.Link = state == "would_send" && it.Kind == notice.Invitation
		if it.Problem != "" && state != "sent" && state != "would_send" {
			one.Problem = v.voice.Reason(reason.New(reason.Code(it.Problem)))
		}
		if it.Key != "" {
			one.Key, one.Href = it.Key, pathOf(it.Ref.Client, it.Key)
		}
		if state == "would_send" {
			d.Unsent = true
		}
		d.Items = append(d.Items, one)
	}
	return v.page(outbox.Page(v.frame(v.voice.Text("web.nav.outbox")), d))
}

// outboxMoods say which states ask for somebody.
var outboxMoods = map[string]ui.Mood{"parked": ui.Danger, "failed": ui.Concern, "expired": ui.Concern, "sent": ui.Good}

func (s *Site) resend(v *visit) error {
	if err := s.app.Resend(v.ctx(), v.actor, v.r.PathValue("item")); err != nil {
		return err
	}
	v.say(v.voice.Text("outbox.again"))
	return v.to("/outbox")
}

// invitationLink shows the link of an invitation that no mail could bring. The page that has
// it is the answer to the form, so no address leads to it.
func (s *Site) invitationLink(v *visit) error {
	path, err := s.app.InvitationLink(v.ctx(), v.actor, v.r.PathValue("item"))
	if err != nil {
		return err
	}
	return v.showOutbox(strings.TrimSuffix(s.config.Base, "/") + string(path))
}

// audit lists who changed people, teams and settings, the newest first.
func (s *Site) audit(v *visit) error {
	q := v.r.URL.Query()
	about, before := q.Get("about"), q.Get("before")
	lines, err := s.app.Audit(v.ctx(), v.actor, about, before, itemsAPage+1)
	if err != nil {
		return err
	}
	names := map[string]string{}
	people, err := s.app.People(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	for _, p := range people {
		names[p.ID] = p.Name
	}
	d := outbox.AuditData{About: names[about]}
	address := "/audit"
	if about != "" {
		address += "?about=" + about
	}
	if before != "" {
		d.First = address
	}
	if len(lines) > itemsAPage {
		lines = lines[:itemsAPage]
		d.Next = addTo(address, "before="+lines[itemsAPage-1].ID)
	}
	for _, l := range lines {
		one := outbox.Line{At: l.At.In(v.zone), Actor: names[l.Actor], Says: v.voice.Reason(l.What)}
		if one.Actor == "" {
			one.Actor = v.voice.Text("outbox.machine")
		}
		if name := names[l.Subject]; name != "" && l.Subject != l.Actor {
			one.Subject, one.Href = name, "/people/"+l.Subject
		}
		d.Lines = append(d.Lines, one)
	}
	return v.page(outbox.Audit(v.frame(v.voice.Text("outbox.audit")), d))
}
