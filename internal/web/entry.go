package web

import (
	"github.com/a-h/templ"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/web/page/entry"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

// setUpPath is where the first person is made. Its parameter is a secret.
const setUpPath = "/set-up"

func (s *Site) entryRoutes() []Route {
	return []Route{
		{"GET", setUpPath, "", anybody, s.setUpPage},
		{"POST", setUpPath, "", anybody, s.setUp},
		{"GET", app.InvitationPath + "{token}", "", anybody, s.invitationPage},
		{"POST", app.InvitationPath + "{token}", "", anybody, s.acceptInvitation},
		{"GET", "/reset", "", anybody, s.resetPage},
		{"POST", "/reset", "", anybody, s.requestReset},
		{"GET", app.ResetPath + "{token}", "", anybody, s.newPasswordPage},
		{"POST", app.ResetPath + "{token}", "", anybody, s.newPassword},
	}
}

// entryForm is the page of a form: its title, lead and button are said under "entry.<id>".
func (v *visit) entryForm(id string, fields map[string]string, d entry.FormData) templ.Component {
	for i := range d.Fields {
		d.Fields[i].Error = fields[d.Fields[i].Name]
	}
	d.Lead, d.Send, d.Action = v.voice.Text("entry.lead."+id), v.voice.Text("entry.send."+id), v.r.URL.RequestURI()
	return entry.Form(v.frame(v.voice.Text("entry.title."+id)), d)
}

// again shows a form anew with what is wrong at each field. Passwords are typed again.
func (v *visit) again(err error, form func(fields map[string]string, problem *ui.Problem) templ.Component) error {
	fields, problem := v.errorsOf(err)
	if len(fields) == 0 && problem == nil {
		return err
	}
	return v.render(v.statusOf(err), form(fields, problem))
}

func (v *visit) emailField() ui.Field {
	return ui.Field{
		Name: "email", Label: v.voice.Text("entry.email"), Type: "email", Autocomplete: "username", Required: true, Value: v.field("email"),
	}
}

func (v *visit) nameField(value string) ui.Field {
	if typed := v.field("name"); typed != "" {
		value = typed
	}
	return ui.Field{Name: "name", Label: v.voice.Text("entry.name"), Autocomplete: "name", Required: true, Value: value}
}

func (v *visit) newPasswordField() ui.Field {
	return ui.Field{
		Name: "password", Label: v.voice.Text("entry.new_password"), Hint: v.voice.Text("entry.password_hint"), Type: "password",
		Autocomplete: "new-password", Required: true,
	}
}

// typedPassword is taken as it is: spaces are signs of a password too.
func (v *visit) typedPassword() person.Secret { return person.Secret(v.r.PostFormValue("password")) }

func (v *visit) setUpForm(fields map[string]string, problem *ui.Problem) templ.Component {
	return v.entryForm("set_up", fields, entry.FormData{
		Problem: problem, Fields: []ui.Field{v.nameField(""), v.emailField(), v.newPasswordField()},
	})
}

// setUpPage makes the first person of a desk, for who started the program.
func (s *Site) setUpPage(v *visit) error {
	needs, err := s.app.NeedsSetUp(v.ctx())
	if err != nil {
		return err
	}
	if !needs {
		return v.to("/sign-in")
	}
	return v.page(v.setUpForm(nil, nil))
}

func (s *Site) setUp(v *visit) error {
	first := app.FirstPerson{
		Email: v.field("email"), Name: v.field("name"), Password: v.typedPassword(),
		Preferences: person.Preferences{Language: string(v.voice.Language()), Zone: v.field("zone")},
	}
	if _, err := s.app.SetUp(v.ctx(), person.Secret(v.r.URL.Query().Get("token")), first); err != nil {
		return v.again(err, v.setUpForm)
	}
	begun, err := s.app.SignIn(v.ctx(), app.Credentials{Email: first.Email, Password: first.Password, From: v.from()})
	if err != nil {
		return err
	}
	v.begin(begun)
	return v.to("/first-run")
}

func (s *Site) invitationPage(v *visit) error {
	invited, err := s.app.Invited(v.ctx(), v.linkToken())
	if err != nil {
		return err
	}
	v.speak(invited.Language)
	return v.page(v.invitationForm(&invited)(nil, nil))
}

// linkToken is the secret of the link that somebody followed.
func (v *visit) linkToken() person.Secret { return person.Secret(v.r.PathValue("token")) }

// speak speaks the language that a letter was written in.
func (v *visit) speak(language string) {
	if language != "" {
		v.voice = wording.In(wording.Language(language)).In(v.zone)
	}
}

func (v *visit) invitationForm(invited *person.Person) func(map[string]string, *ui.Problem) templ.Component {
	return func(fields map[string]string, problem *ui.Problem) templ.Component {
		return v.entryForm("invitation", fields, entry.FormData{
			Problem: problem, Fields: []ui.Field{v.nameField(invited.Name), v.newPasswordField()},
		})
	}
}

func (s *Site) acceptInvitation(v *visit) error {
	invited, err := s.app.Invited(v.ctx(), v.linkToken())
	if err != nil {
		return err
	}
	v.speak(invited.Language)
	if _, err := s.app.AcceptInvitation(v.ctx(), v.linkToken(), v.field("name"), v.typedPassword()); err != nil {
		return v.again(err, v.invitationForm(&invited))
	}
	return v.said("invitation")
}

// said says what was done, with the way to sign in.
func (v *visit) said(id string) error {
	return v.page(entry.Said(v.frame(v.voice.Text("entry.title."+id)), entry.SaidData{
		Text: v.voice.Text("entry.said." + id), More: v.voice.Text("entry.more." + id), Next: v.voice.Text("entry.sign_in"),
	}))
}

func (v *visit) resetForm(fields map[string]string, problem *ui.Problem) templ.Component {
	return v.entryForm("reset", fields, entry.FormData{
		Problem: problem, Fields: []ui.Field{v.emailField()}, Back: v.voice.Text("entry.back"),
	})
}

func (s *Site) resetPage(v *visit) error { return v.page(v.resetForm(nil, nil)) }

// requestReset says the same whether there is such a person or not.
func (s *Site) requestReset(v *visit) error {
	if err := s.app.RequestReset(v.ctx(), v.field("email"), v.from()); err != nil {
		return v.again(err, v.resetForm)
	}
	return v.said("reset")
}

func (v *visit) newPasswordForm(fields map[string]string, problem *ui.Problem) templ.Component {
	return v.entryForm("new_password", fields, entry.FormData{Problem: problem, Fields: []ui.Field{v.newPasswordField()}})
}

func (s *Site) newPasswordPage(v *visit) error {
	holder, err := s.app.MayReset(v.ctx(), v.linkToken())
	if err != nil {
		return err
	}
	v.speak(holder.Language)
	return v.page(v.newPasswordForm(nil, nil))
}

func (s *Site) newPassword(v *visit) error {
	if err := s.app.ResetPassword(v.ctx(), v.linkToken(), v.typedPassword()); err != nil {
		return v.again(err, v.newPasswordForm)
	}
	v.dropCookie(sessionCookie)
	return v.said("new_password")
}
