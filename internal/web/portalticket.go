package web

import (
	"crypto/rand"
	"errors"
	"io"
	"net/http"
	"strconv"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/web/page/portal"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

// portalRef is the ticket that the address names, of the client of who asks.
func (v *visit) portalRef() app.Ref { return app.Ref{Client: v.ownClient(), Key: v.r.PathValue("key")} }

func (v *visit) portalPath() string { return "/portal/tickets/" + v.r.PathValue("key") }

func (v *visit) portalCommand() app.Command {
	seen, _ := strconv.Atoi(v.field("seen")) // 0 is "did not look"
	return app.Command{Seen: seen, Once: v.once()}
}

func (s *Site) portalTicket(v *visit) error { return v.showPortalTicket(http.StatusOK, nil, nil) }

// showPortalTicket shows a ticket, with what was wrong with what somebody wanted to do to it.
func (v *visit) showPortalTicket(status int, fields map[string]string, problem *ui.Problem) error {
	t, err := v.site.app.Ticket(v.ctx(), v.actor, v.portalRef())
	if err != nil {
		return err
	}
	f, err := v.portalFrame(t.Title)
	if err != nil {
		return err
	}
	ids := []string{t.Ticket.Requester}
	for i := range t.Entries {
		ids = append(ids, t.Entries[i].By.ID)
	}
	names, err := v.site.app.Names(v.ctx(), v.actor, ids...)
	if err != nil {
		return err
	}
	p := portalVoice{v, t, names}
	d := portal.TicketData{
		Path: v.portalPath(), Key: t.Key, Title: t.Title, Priority: t.Ticket.Priority, State: v.portalState(&t.Ticket, t.Ball),
		Yours: t.Ticket.State.Open() && t.Ball == catalog.Client, Clocks: p.clocks(), Entries: p.entries(), Site: t.Ticket.Site,
		Requester: names[t.Ticket.Requester], Opened: t.Ticket.Opened.In(v.zone), Watching: t.Watching, Problem: problem,
		Sent:   v.r.URL.Query().Has("sent"),
		Hidden: [][2]string{{"seen", strconv.Itoa(t.Head)}, {"once", rand.Text()}},
		Text:   v.r.PostFormValue("text"), TextError: fields["text"], FileError: fields["file"],
	}
	for _, o := range t.Options {
		can := o.Blocked == nil
		switch o.Step {
		case ticket.StepOf(ticket.Wrote{}):
			d.MayWrite = can
		case ticket.StepOf(ticket.Closed{}):
			d.MayClose = can
		case ticket.StepOf(ticket.Reopened{}):
			d.MayReopen = can
		case ticket.StepOf(ticket.Attached{}):
			d.MayAttach = can
		}
	}
	return v.render(status, portal.Ticket(f, d))
}

// portalVoice says a ticket to people of its client.
type portalVoice struct {
	*visit
	t     *app.TicketView
	names map[string]string
}

// clocks says what was promised, and how it stands. What is only measured is no promise.
func (p *portalVoice) clocks() []portal.Promise {
	var all []portal.Promise
	for i := range p.t.Clocks {
		c := p.t.Clocks[i].Clock
		if c.Promise != contract.SLA {
			continue
		}
		one := portal.Promise{Face: p.promised(ui.FaceOf(p.voice, c), c.Kind)}
		one.Name, one.Face.What = one.Face.What, ""
		if !c.Due.IsZero() && c.Phase == clock.Running {
			one.Due = c.Due.In(p.zone)
		}
		if c.Phase == clock.Paused {
			one.Still = p.voice.Text("portal.still", "party", p.partyName(c.WaitsFor, p.t.ClientName))
		}
		all = append(all, one)
	}
	return all
}

func (p *portalVoice) entries() []portal.Entry {
	all := make([]portal.Entry, 0, len(p.t.Entries))
	last := ""
	for i := range p.t.Entries {
		e := &p.t.Entries[i]
		one := portal.Entry{Entry: ui.Entry{
			ID: "e-" + strconv.Itoa(e.Number), At: e.At.In(p.zone), Icon: portalIcons[e.Fact.Name()], Decided: e.Decided(),
			By: p.who(e.By), Did: p.did(e.Fact), Text: e.Text,
		}}
		if day := wording.Day(p.voice.Language(), one.At); day != last {
			one.Day, last = day, day
		}
		if a, ok := e.Fact.(ticket.Attached); ok {
			one.File = p.file(a.File)
		}
		all = append(all, one)
	}
	return all
}

// portalIcons stand beside what somebody did.
var portalIcons = map[string]ui.Icon{
	"logged": ui.IconPlus, "acknowledged": ui.IconEye, "replied": ui.IconMessageSquare, "wrote": ui.IconMessageSquare, "waits": ui.IconPause,
	"resumed": ui.IconPlay, "restored": ui.IconActivity, "resolved": ui.IconCheck, "closed": ui.IconCheck, "reopened": ui.IconAgain,
	"attached": ui.IconPaperclip, "merged": ui.IconGitMerge, "classified": ui.IconTag, "titled": ui.IconTag, "due_agreed": ui.IconClock,
	"due_withdrawn": ui.IconClock, "root_cause_published": ui.IconFileText,
}

// who is the name of somebody, else of their side.
func (p *portalVoice) who(by ticket.Actor) string {
	if name := p.names[by.ID]; name != "" {
		return name
	}
	return p.partyName(by.Party, p.t.ClientName)
}

// did says an entry. What the desk keeps to itself never comes here: see app.Ticket.
func (p *portalVoice) did(f ticket.Fact) string {
	id := "portal.did." + f.Name()
	promise := func(k contract.TargetKind) string { return p.voice.Text("portal.what." + k.String()) }
	switch f := f.(type) {
	case ticket.Classified:
		return p.voice.Text(id, "priority", f.Priority)
	case ticket.Waits:
		return p.voice.Text(id, "yours", f.For == catalog.Client, "party", p.partyName(f.For, p.t.ClientName))
	case ticket.Restored:
		return p.voice.Text(id, "workaround", f.Workaround)
	case ticket.Merged:
		return p.voice.Text(id, "key", f.Into)
	case ticket.DueAgreed:
		return p.voice.Text(id, "what", promise(f.Target), "due", f.Due)
	case ticket.DueWithdrawn:
		return p.voice.Text(id, "what", promise(f.Target))
	case ticket.Breached:
		return p.voice.Text(id, "what", promise(f.Target))
	case ticket.Withdrawn:
		return p.voice.Text(id, "what", promise(f.Target))
	default:
		return p.voice.Text(id)
	}
}

func (p *portalVoice) file(id string) *portal.File {
	for _, f := range p.t.Files {
		if f.ID == id {
			return &portal.File{
				Name: f.Name, Href: p.portalPath() + "/files/" + f.ID, Size: p.voice.Text("portal.size", "kib", (f.Size+1023)/1024),
			}
		}
	}
	return nil
}

// portalTake takes steps on the ticket, or shows it again with what was wrong. Neither loses
// what was typed.
func (v *visit) portalTake(steps ...app.Step) error {
	_, err := v.site.app.Take(v.ctx(), v.actor, v.portalRef(), v.portalCommand(), steps...)
	return v.portalDone(err)
}

func (v *visit) portalDone(err error) error {
	if err == nil {
		return v.to(v.portalPath() + "?sent=1")
	}
	fields, problem := v.errorsOf(err)
	if len(fields) == 0 && problem == nil || fault.IsKind(err, fault.NotFound) {
		return err
	}
	return v.showPortalTicket(v.statusOf(err), fields, problem)
}

func (s *Site) portalAnswer(v *visit) error {
	return v.portalTake(app.Step{Fact: ticket.Wrote{}, Text: v.field("text")})
}

// written is what stands in the field for a message: it is not lost when another button than
// that of the message was pressed.
func (v *visit) written() []app.Step {
	if text := v.field("text"); text != "" {
		return []app.Step{{Fact: ticket.Wrote{}, Text: text}}
	}
	return nil
}

func (s *Site) portalClose(v *visit) error {
	return v.portalTake(append(v.written(), app.Step{Fact: ticket.Closed{}})...)
}

// portalReopen takes the ticket up again, with what the client says of it, if anything.
func (s *Site) portalReopen(v *visit) error {
	return v.portalTake(append([]app.Step{{Fact: ticket.Reopened{}}}, v.written()...)...)
}

func (s *Site) portalAttach(v *visit) error {
	n, err := v.sentFile("file")
	if err != nil {
		return err
	}
	_, err = s.app.Attach(v.ctx(), v.actor, v.portalRef(), v.portalCommand(), n)
	return v.portalDone(err)
}

// sentFile reads a file of the form; one without content when none was chosen.
func (v *visit) sentFile(field string) (app.NewFile, error) {
	file, head, err := v.r.FormFile(field)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return app.NewFile{}, nil
	}
	if err != nil {
		return app.NewFile{}, err
	}
	defer file.Close()
	body, err := io.ReadAll(file)
	return app.NewFile{Name: head.Filename, Body: body}, err
}

// portalWatch begins or ends watching. Who saw a ticket only because they watched it finds
// the list then.
func (s *Site) portalWatch(v *visit) error {
	on := v.field("on") == "1"
	if err := s.app.Watch(v.ctx(), v.actor, v.portalRef(), on); err != nil {
		return err
	}
	if _, err := s.app.Ticket(v.ctx(), v.actor, v.portalRef()); !on && fault.IsKind(err, fault.NotFound) {
		return v.to("/portal/tickets")
	}
	return v.to(v.portalPath())
}

func (s *Site) portalFile(v *visit) error {
	f, body, err := s.app.File(v.ctx(), v.actor, v.portalRef(), v.r.PathValue("file"))
	if err != nil {
		return err
	}
	v.handOut(f.Name, body)
	return nil
}
