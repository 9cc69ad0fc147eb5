package web

import (
	"crypto/rand"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
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
		if elsewhere[o.Step] || !s.concerns(o.Step) {
			continue
		}
		one := ui.Step{Icon: icons[o.Step], Text: s.voice.Text("ticket.step." + string(o.Step))}
		switch {
		case o.Blocked != nil:
			if !worthSaying(o) {
				continue
			}
			one.Not = s.voice.Fault(fault.All(o.Blocked)[0])
			blocked = append(blocked, one)
			continue
		case atOnce[o.Step]:
			one.Post = path + "/" + string(o.Step)
		default:
			one.Href = path + "/" + string(o.Step)
		}
		if key := stepKeys[o.Step]; key != "" {
			one.Attrs = templ.Attributes{"data-key": key, "aria-keyshortcuts": key}
		}
		if beside[o.Step] {
			more = append(more, one)
		} else {
			next = append(next, one)
		}
	}
	return append(next, blocked...), more
}

// concerns tells whether a step has something to be about.
func (s *ticketVoice) concerns(step ticket.Step) bool {
	switch step {
	case ticket.StepOf(ticket.DueWithdrawn{}):
		return slices.ContainsFunc(s.t.Clocks, func(c clock.Explanation) bool { return c.Agreed })
	case ticket.StepOf(ticket.RootCausePublished{}):
		return s.t.Ticket.Kind == catalog.Problem || slices.ContainsFunc(s.t.Clocks, func(c clock.Explanation) bool {
			return c.Kind == contract.RootCause && c.Stopped.IsZero()
		})
	case ticket.StepOf(ticket.Resumed{}):
		return s.t.Ticket.WaitingFor != 0
	default:
		return true
	}
}

// stepKeys are the letters of steps, beside the figures of their places.
var stepKeys = map[ticket.Step]string{"acknowledged": "a", "assigned": "o", "classified": "p"}

// worthSaying tells whether somebody would look for a step that cannot be taken: closing
// always, and what only the contract forbids. That a new ticket cannot be reopened needs no
// word.
func worthSaying(o ticket.Option) bool {
	f := fault.All(o.Blocked)[0]
	return o.Step == ticket.StepOf(ticket.Closed{}) || f.Code == ticket.CodeOutOfScope || f.Code == ticket.CodeStepNotYours
}

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

// askStep shows the form of a step, with what went wrong.
func (v *visit) askStep(status int, t *app.TicketView, problem error) error {
	step := ticket.Step(v.r.PathValue("step"))
	form, ok := stepForms[step]
	if !ok {
		return fault.New(fault.NotFound, CodePageUnknown)
	}
	fields, other := v.errorsOf(problem)
	var body []templ.Component
	if form.body != nil {
		one, err := form.body(v, t, fields)
		if err != nil {
			return err
		}
		body = append(body, one)
	}
	if form.text {
		body = append(body, ui.Textarea(ui.Field{
			Name: "text", Label: v.voice.Text("desk.text." + boolWord(form.must)), Value: v.field("text"), Error: fields["text"], Required: form.must, Rows: 5,
		}))
	}
	path := pathOf(t.ClientSlug, t.Key)
	title := v.voice.Text("ticket.step." + string(step))
	d := page.StepData{
		Action: path + "/" + string(step), Title: title, Lead: t.Key + " · " + orKey(t.Title, t.Key), Problem: other, Body: page.Fields(body...),
		Hidden: v.keptHidden(t.Head), Send: title, Back: path, Files: step == "attached",
	}
	if v.r.URL.RawQuery != "" {
		d.Action += "?" + v.r.URL.RawQuery
	}
	f := v.frame(title, ui.Crumb{Text: v.voice.Text("web.nav.queue"), Href: "/queue"}, ui.Crumb{Text: t.Key, Href: path})
	return v.render(status, page.Step(f, d))
}

func boolWord(b bool) string {
	if b {
		return "must"
	}
	return "may"
}

// keptHidden keeps the key of a form that is shown again, so that sending it twice is still
// once. What was seen is what is shown now.
func (v *visit) keptHidden(head int) [][2]string {
	kept := v.field("once")
	if kept == "" {
		kept = rand.Text()
	}
	return [][2]string{{"seen", strconv.Itoa(head)}, {"once", kept}}
}

// step takes a step, or asks again with what is wrong.
func (s *Site) step(v *visit) error {
	err := v.takeStep(ticket.Step(v.r.PathValue("step")))
	if err == nil {
		return v.to(v.path())
	}
	if len(fault.All(err)) == 0 || fault.IsKind(err, fault.NotFound) {
		return err
	}
	t, readErr := s.app.Ticket(v.ctx(), v.actor, v.ref())
	if readErr != nil {
		return readErr
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
		_, err := a.Merge(v.ctx(), v.actor, v.ref(), cmd, v.otherKey())
		return err
	case step == "linked":
		_, err := a.Link(v.ctx(), v.actor, v.ref(), cmd, ticket.Relation(v.field("relation")), v.otherKey())
		return err
	case step == "unlinked":
		_, err := a.Unlink(v.ctx(), v.actor, v.ref(), cmd, ticket.Relation(v.field("relation")), v.otherKey())
		return err
	case step == "attached":
		return v.attach(cmd)
	}
	fact, err := form.read(v)
	if err != nil {
		return err
	}
	_, err = a.Take(v.ctx(), v.actor, v.ref(), cmd, app.Step{Fact: fact, Text: v.field("text"), At: time.Time{}})
	return err
}

// otherKey is the key of another ticket as people type it: "inc-214" is INC-000214.
func (v *visit) otherKey() string {
	typed := strings.ToUpper(v.field("key"))
	prefix, number, ok := strings.Cut(typed, "-")
	if n, err := strconv.Atoi(number); ok && err == nil && len(number) < 6 {
		return prefix + "-" + strings.Repeat("0", 6-len(number)) + strconv.Itoa(n)
	}
	return typed
}

// attach keeps the file that was sent.
func (v *visit) attach(cmd app.Command) error {
	sent, header, err := v.r.FormFile("file")
	if err != nil {
		return fault.New(fault.Invalid, app.CodeFileEmpty, "field", "file").Because(err)
	}
	defer sent.Close()
	body, err := io.ReadAll(sent)
	if err != nil {
		return err
	}
	_, err = v.site.app.Attach(v.ctx(), v.actor, v.ref(), cmd, app.NewFile{Name: header.Filename, Body: body, Internal: v.field("internal") != ""})
	return err
}

// handOut sends a file to be kept, never to be shown or run in the place of a page of ours.
func (v *visit) handOut(name string, body []byte) {
	h := v.w.Header()
	h.Set("Content-Type", ticket.OctetStream)
	h.Set("Content-Security-Policy", "sandbox; default-src 'none'; frame-ancestors 'none'")
	h.Set("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = v.w.Write(body) // the browser that went away needs no answer
}

// word reads a field as a word of the catalog.
func word[T any, P interface {
	*T
	UnmarshalText(text []byte) error
}](v *visit, field string) (one T, err error) {
	if P(&one).UnmarshalText([]byte(v.field(field))) != nil {
		err = fault.New(fault.Invalid, CodeFieldWrong, "field", field, "value", v.field(field))
	}
	return one, err
}

func (v *visit) readRestored() (ticket.Fact, error) {
	return ticket.Restored{Workaround: v.field("workaround") != ""}, nil
}

func (v *visit) readWaits() (ticket.Fact, error) {
	party, err := word[catalog.Party](v, "party")
	return ticket.Waits{For: party}, err
}

func (v *visit) readEscalated() (ticket.Fact, error) {
	if v.field("how") == "hierarchical" {
		return ticket.Escalated{Hierarchical: true}, nil
	}
	level, err := word[catalog.Level](v, "level")
	return ticket.Escalated{Level: level}, err
}

func (v *visit) readClassified() (ticket.Fact, error) {
	priority, err := word[catalog.Priority](v, "priority")
	if err != nil || priority != 0 {
		return ticket.Classified{Priority: priority}, err
	}
	impact, err := word[catalog.Impact](v, "impact")
	if err != nil {
		return nil, err
	}
	urgency, err := word[catalog.Urgency](v, "urgency")
	return ticket.Classified{Impact: impact, Urgency: urgency}, err
}

func (v *visit) readAssigned() (ticket.Fact, error) {
	level, err := word[catalog.Level](v, "level")
	return ticket.Assigned{Level: level, Team: v.field("team"), Person: v.field("person")}, err
}

func (v *visit) readDueAgreed() (ticket.Fact, error) {
	target, err := word[contract.TargetKind](v, "target")
	if err != nil {
		return nil, err
	}
	due, err := time.ParseInLocation("2006-01-02T15:04", v.field("due"), v.zone)
	if err != nil {
		return nil, fault.New(fault.Invalid, CodeFieldWrong, "field", "due", "value", v.field("due"))
	}
	return ticket.DueAgreed{Target: target, Due: due.UTC()}, nil
}

func (v *visit) readDueWithdrawn() (ticket.Fact, error) {
	target, err := word[contract.TargetKind](v, "target")
	return ticket.DueWithdrawn{Target: target}, err
}

func (v *visit) readWorked() (ticket.Fact, error) {
	length, ok := parseMinutes(v.field("minutes"))
	if !ok {
		return nil, fault.New(fault.Invalid, CodeFieldWrong, "field", "minutes", "value", v.field("minutes"))
	}
	w := ticket.Worked{Minutes: length, Activity: catalog.Activity(v.field("activity")), Role: catalog.Role(v.field("role"))}
	if day := v.field("day"); day != "" {
		var err error
		if w.Day, err = calendar.ParseDate(day); err != nil {
			return nil, fault.New(fault.Invalid, CodeFieldWrong, "field", "day", "value", day)
		}
	}
	return w, nil
}

func (v *visit) readWorkWithdrawn() (ticket.Fact, error) {
	number, err := strconv.Atoi(v.field("entry"))
	if err != nil {
		return nil, fault.New(fault.Invalid, CodeFieldWrong, "field", "entry", "value", v.field("entry"))
	}
	return ticket.WorkWithdrawn{Entry: number}, nil
}

// parseMinutes reads a length of work as people write it: 90, 1:30, 1h30, 1 h 30, 1.5h, 45m.
func parseMinutes(text string) (int, bool) {
	text = strings.ToLower(strings.Join(strings.Fields(text), ""))
	text = strings.TrimSuffix(strings.TrimSuffix(text, "min"), "m")
	if n, err := strconv.Atoi(text); err == nil {
		return n, true
	}
	if hours, ok := strings.CutSuffix(text, "h"); ok {
		if n, err := strconv.ParseFloat(strings.Replace(hours, ",", ".", 1), 64); err == nil && n < 1000 {
			return int(n*60 + 0.5), true
		}
	}
	for _, sign := range []string{"h", ":", "u"} {
		if hours, rest, ok := strings.Cut(text, sign); ok {
			h, err1 := strconv.Atoi(hours)
			m, err2 := strconv.Atoi(rest)
			return h*60 + m, err1 == nil && err2 == nil && m < 60
		}
	}
	return 0, false
}
