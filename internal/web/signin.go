package web

import (
	"net/http"
	"time"

	"github.com/a-h/templ"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/web/page/entry"
	"github.com/watchbill/watchbill/internal/web/ui"
)

func (s *Site) signInRoutes() []Route {
	return []Route{
		{"GET", "/sign-in", "", anybody, s.signInPage},
		{"POST", "/sign-in", "", anybody, s.signIn},
		{"POST", "/sign-out", "", signedIn, s.signOut},
	}
}

func (s *Site) signInPage(v *visit) error {
	if v.token != "" {
		return v.to(v.field("to"))
	}
	return v.page(v.signInForm(entry.SignInData{}))
}

// signInForm is the form, with what was typed but for the password.
func (v *visit) signInForm(d entry.SignInData) templ.Component {
	d.To = local(v.field("to"))
	d.Email = ui.Field{
		Name: "email", Label: v.voice.Text("entry.email"), Type: "email", Autocomplete: "username", Required: true, Value: v.field("email"),
	}
	d.Secret = ui.Field{
		Name: "password", Label: v.voice.Text("entry.password"), Type: "password", Autocomplete: "current-password", Required: true,
	}
	return entry.SignIn(v.frame(v.voice.Text("entry.title.sign_in")), d)
}

// signIn begins a session, or shows the form again with what went wrong.
func (s *Site) signIn(v *visit) error {
	begun, err := s.app.SignIn(v.ctx(), app.Credentials{
		Email: v.field("email"), Password: person.Secret(v.r.PostFormValue("password")),
		Device: person.Secret(v.cookie(deviceCookie)), From: v.from(),
	})
	if err != nil {
		_, problem := v.errorsOf(err)
		if problem == nil {
			return err
		}
		return v.render(v.statusOf(err), v.signInForm(entry.SignInData{Problem: problem}))
	}
	// Who was signed in here before is so no longer: their cookie is gone, but may be kept elsewhere.
	if err := s.app.SignOut(v.ctx(), person.Secret(v.token)); err != nil {
		return err
	}
	v.begin(begun)
	return v.to(v.field("to"))
}

// begin gives the browser the cookies of a session that has just begun.
func (v *visit) begin(n app.NewSession) {
	v.setCookie(sessionCookie, string(n.Token), n.Expires.Sub(v.now()))
	if n.Device != "" {
		v.setCookie(deviceCookie, string(n.Device), 365*24*time.Hour)
	}
}

func (s *Site) signOut(v *visit) error {
	if err := s.app.SignOut(v.ctx(), person.Secret(v.token)); err != nil {
		return err
	}
	v.dropCookie(sessionCookie)
	v.w.Header().Set("Clear-Site-Data", `"storage"`) // drafts, in all tabs
	http.Redirect(v.w, v.r, "/sign-in", http.StatusSeeOther)
	return nil
}

// from is where the request comes from, for the list of sessions and the throttle.
func (v *visit) from() app.From { return app.From{Address: v.address(), Agent: v.r.UserAgent()} }
