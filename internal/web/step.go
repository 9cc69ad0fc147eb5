package web

import (
	"crypto/rand"
	"net/http"
	"strconv"

	"github.com/a-h/templ"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	page "github.com/watchbill/watchbill/internal/web/page/ticket"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// atOnce are the steps that ask for nothing: pressing them takes them.
var atOnce = map[ticket.Step]bool{"acknowledged": true, "resumed": true, "closed": true}

// elsewhere are the steps that have a place of their own on the page, and so are not in the
// list of next steps.
var elsewhere = map[ticket.Step]bool{
	"replied": true, "noted": true, "absorbed": true, "attached": true, "unlinked": true, "work_withdrawn": true, "linked": true, "worked": true,
}

// beside are the steps that change something about a ticket at any time; the others bring it on.
var beside = map[ticket.Step]bool{
	"classified": true, "assigned": true, "escalated": true, "merged": true, "titled": true, "due_agreed": true, "due_withdrawn": true,
}

// steps says what can be done next and why what cannot be done cannot, and what else can be
// changed.
func (s *ticketVoice) steps() (next, more []ui.Step) {
	var blocked []ui.Step
	path := pathOf(s.t.ClientSlug, s.t.Key)
	for _, o := range s.t.Options {
		if elsewhere[o.Step] || !clock.Concerns(o.Step, &s.t.Ticket, s.t.Clocks) {
			continue
		}
		one := ui.Step{Icon: icons[o.Step], Text: s.voice.Text("ticket.step." + string(o.Step))}
		switch {
		case o.Blocked != nil:
			if !o.WorthSaying() {
				continue
			}
			one.Not = s.voice.Fault(fault.All(o.Blocked)[0])
			blocked = append(blocked, one)
			continue
		case atOnce[o.Step]:
			one.Post = path + "/" + string(o.Step)
			one.Attrs = inPlace(one.Post)
		default:
			one.Href = path + "/" + string(o.Step)
			one.Attrs = page.InSheet(one.Href)
		}
		one.Also = stepKeys[o.Step]
		if beside[o.Step] {
			more = append(more, one)
		} else {
			next = append(next, one)
		}
	}
	return append(next, blocked...), more
}

// inPlace has a form renew the ticket where it stands, instead of loading the page.
func inPlace(action string) templ.Attributes {
	return templ.Attributes{"hx-post": action, "hx-target": "#parts", "hx-swap": "outerMorph"}
}

// stepKeys are the letters of steps, beside the figures of their places.
var stepKeys = map[ticket.Step]string{"acknowledged": "a", "assigned": "o", "classified": "p"}

// stepForm is how a step is asked for and read.
type stepForm struct {
	body func(v *visit, t *app.TicketView, fields map[string]string) (templ.Component, error)
	read func(v *visit) (ticket.Fact, error)
	// text says that people write something with the step, and whether they must.
	text, must bool
}

// stepForms are the forms of the steps, by the word of the step.
var stepForms = map[ticket.Step]stepForm{
	"acknowledged":         {read: func(*visit) (ticket.Fact, error) { return ticket.Acknowledged{}, nil }},
	"resumed":              {read: func(*visit) (ticket.Fact, error) { return ticket.Resumed{}, nil }},
	"closed":               {read: func(*visit) (ticket.Fact, error) { return ticket.Closed{}, nil }},
	"reopened":             {read: func(*visit) (ticket.Fact, error) { return ticket.Reopened{}, nil }, text: true},
	"resolved":             {read: func(*visit) (ticket.Fact, error) { return ticket.Resolved{}, nil }, text: true},
	"root_cause_published": {read: func(*visit) (ticket.Fact, error) { return ticket.RootCausePublished{}, nil }, text: true, must: true},
	"titled":               {read: func(*visit) (ticket.Fact, error) { return ticket.Titled{}, nil }, body: (*visit).titleBody},
	"restored":             {read: (*visit).readRestored, body: (*visit).restoredBody, text: true},
	"waits":                {read: (*visit).readWaits, body: (*visit).waitsBody, text: true},
	"escalated":            {read: (*visit).readEscalated, body: (*visit).escalatedBody, text: true},
	"classified":           {read: (*visit).readClassified, body: (*visit).classifiedBody},
	"assigned":             {read: (*visit).readAssigned, body: (*visit).assignedBody},
	"due_agreed":           {read: (*visit).readDueAgreed, body: (*visit).dueAgreedBody},
	"due_withdrawn":        {read: (*visit).readDueWithdrawn, body: (*visit).targetBody},
	"worked":               {read: (*visit).readWorked, body: (*visit).workedBody},
	"work_withdrawn":       {read: (*visit).readWorkWithdrawn},
	"merged":               {body: (*visit).mergedBody},
	"linked":               {body: (*visit).linkedBody},
	"unlinked":             {body: (*visit).linkedBody},
	"attached":             {body: (*visit).attachedBody},
}

// stepPage asks what a step needs.
func (s *Site) stepPage(v *visit) error {
	t, err := s.app.Ticket(v.ctx(), v.actor, v.ref())
	if err != nil {
		return err
	}
	return v.askStep(http.StatusOK, t, nil)
}

// askStep shows the form of a step, with what went wrong: above the ticket where script asks,
// else as a page.
func (v *visit) askStep(status int, t *app.TicketView, problem error) error {
	step := ticket.Step(v.r.PathValue("step"))
	form, ok := stepForms[step]
	if !ok {
		return fault.New(fault.NotFound, CodePageUnknown)
	}
	fields, other := v.errorsOf(problem)
	body, err := form.fields(v, t, fields)
	if err != nil {
		return err
	}
	path := pathOf(t.ClientSlug, t.Key)
	title := v.voice.Text("ticket.step." + string(step))
	d := page.StepData{
		Action: path + "/" + string(step), Title: title, Lead: t.Key + " · " + orKey(t.Title, t.Key), Problem: other, Body: page.Fields(body...),
		Hidden: v.keptHidden(t.Head), Send: title, Back: path, Files: step == "attached",
	}
	if back := v.field("back"); back != "" {
		d.Back = local(back)
		d.Hidden = append(d.Hidden, [2]string{"back", d.Back})
	}
	if entry := v.field("entry"); entry != "" {
		d.Hidden = append(d.Hidden, [2]string{"entry", entry})
	}
	if isMeanwhile(problem) {
		if d.Meanwhile, err = v.meanwhile(t); err != nil {
			return err
		}
		d.Anyway = strconv.Itoa(t.Head)
	}
	if v.live() {
		v.w.Header().Set("HX-Retarget", "#sheet")
		v.w.Header().Set("HX-Reswap", "innerHTML")
		return v.render(status, page.StepForm(v.voice, d))
	}
	f := v.frame(title, ui.Crumb{Text: v.voice.Text("web.nav.queue"), Href: "/queue"}, ui.Crumb{Text: t.Key, Href: path})
	return v.render(status, page.Step(f, d))
}

// fields are what the form asks for.
func (form *stepForm) fields(v *visit, t *app.TicketView, wrong map[string]string) (body []templ.Component, err error) {
	if form.body != nil {
		one, err := form.body(v, t, wrong)
		if err != nil {
			return nil, err
		}
		body = append(body, one)
	}
	if form.text {
		body = append(body, ui.Textarea(ui.Field{
			Name: "text", Label: v.voice.Text("desk.text." + boolWord(form.must)), Value: v.r.FormValue("text"), Error: wrong["text"],
			Required: form.must, Rows: 5,
		}))
	}
	return body, nil
}

func boolWord(b bool) string {
	if b {
		return "must"
	}
	return "may"
}

// keptHidden keeps the key of a form that is shown again, so that sending it twice is still
// once, and what its sender had seen when it was first shown.
func (v *visit) keptHidden(head int) [][2]string {
	seen, once := v.r.PostFormValue("seen"), v.r.PostFormValue("once")
	if seen == "" {
		seen = strconv.Itoa(head)
	}
	if once == "" {
		once = rand.Text()
	}
	return [][2]string{{"seen", seen}, {"once", once}}
}

// step takes a step, or asks again with what is wrong.
func (s *Site) step(v *visit) error {
	err := v.takeStep(ticket.Step(v.r.PathValue("step")))
	if err == nil {
		if back := v.field("back"); back != "" {
			return v.to(back)
		}
		return v.to(v.path())
	}
	if len(fault.All(err)) == 0 {
		return err
	}
	t, readErr := s.app.Ticket(v.ctx(), v.actor, v.ref())
	if readErr != nil {
		return readErr
	}
	if key := v.field("key"); key != "" && fault.IsKind(err, fault.NotFound) { // it is the other one that there is not
		err = fault.New(fault.Invalid, CodeTicketUnknown, "field", "key", "key", key)
	}
	return v.askStep(v.statusOf(err), t, err)
}

// takeStep does what a form asks for.
func (v *visit) takeStep(step ticket.Step) error {
	form, ok := stepForms[step]
	a, cmd := v.site.app, v.command()
	switch {
	case !ok:
		return fault.New(fault.NotFound, CodePageUnknown)
	case step == "merged":
		_, err := a.Merge(v.ctx(), v.actor, v.ref(), cmd, v.otherKey(), v.field("let_in") != "")
		return err
	case step == "linked":
		_, err := a.Link(v.ctx(), v.actor, v.ref(), cmd, ticket.Relation(v.field("relation")), v.otherKey())
		return err
	case step == "unlinked":
		_, err := a.Unlink(v.ctx(), v.actor, v.ref(), cmd, ticket.Relation(v.field("relation")), v.otherKey())
		return err
	case step == "attached":
		files, err := v.sentFiles(v.field("internal") != "")
		if err == nil && len(files) == 0 {
			err = fault.New(fault.Invalid, app.CodeFileEmpty, "field", "file")
		}
		if err != nil {
			return err
		}
		return v.attach(cmd, files)
	}
	fact, err := form.read(v)
	if err != nil {
		return err
	}
	_, err = a.Take(v.ctx(), v.actor, v.ref(), cmd, app.Step{Fact: fact, Text: v.field("text")})
	return err
}

// otherKey is the key of another ticket, which people may type as they call it.
func (v *visit) otherKey() string {
	typed := v.field("key")
	if key, ok := ticket.ParseKey(typed); ok {
		return key
	}
	return typed // as what is not found is said
}
