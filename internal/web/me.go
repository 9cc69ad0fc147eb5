package web

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/web/page/me"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

func (s *Site) meRoutes() []Route {
	return []Route{
		{"GET", "/me", access.OwnProfile, signedIn, s.me},
		{"POST", "/me", access.OwnProfile, signedIn, s.saveMe},
		{"POST", "/me/password", access.OwnProfile, signedIn, s.changePassword},
		{"POST", "/me/sessions/end", access.OwnProfile, signedIn, s.endSession},
		{"POST", "/me/tokens", access.OwnProfile, signedIn, s.createToken},
		{"POST", "/me/tokens/revoke", access.OwnProfile, signedIn, s.revokeToken},
	}
}

// meForms says which of the forms of the page was sent, and what came of it.
type meForms struct {
	form    string // profile, password or token
	fields  map[string]string
	problem *ui.Problem
	token   person.Secret // that was made just now, to be shown this once
}

// wrong gives what is wrong with a field of a form.
func (m *meForms) wrong(form, field string) string {
	if m.form == form {
		return m.fields[field]
	}
	return ""
}

func (s *Site) me(v *visit) error { return v.showMe(http.StatusOK, meForms{}) }

// showMe shows one's own page.
func (v *visit) showMe(status int, m meForms) error {
	f := v.frame(v.voice.Text("me.title"))
	if v.actor.Role.OfClient() {
		var err error
		if f, err = v.portalFrame(v.voice.Text("me.title")); err != nil {
			return err
		}
	}
	d := me.Data{Portal: v.actor.Role.OfClient(), Failed: m.form, Problem: m.problem, Token: string(m.token), Email: v.session.Person.Email}
	v.profileFields(&d, &m)
	password := func(name, complete string) ui.Field {
		return ui.Field{
			Name: name, Label: v.voice.Text("me." + name), Type: "password", Autocomplete: complete, Required: true, Error: m.wrong("password", name),
		}
	}
	d.Was, d.Password = password("was", "current-password"), password("password", "new-password")
	d.Password.Hint = v.voice.Text("me.password.hint")
	if err := v.sessionRows(&d); err != nil {
		return err
	}
	if err := v.tokenRows(&d, &m); err != nil {
		return err
	}
	return v.render(status, me.Page(f, d))
}

func (v *visit) profileFields(d *me.Data, m *meForms) {
	p := &v.session.Person
	field := func(name, kept string) ui.Field {
		f := ui.Field{Name: name, Label: v.voice.Text("me." + name), Value: kept, Error: m.wrong("profile", name)}
		if m.form == "profile" {
			f.Value = v.field(name)
		}
		return f
	}
	d.Name, d.Zone = field("name", p.Name), field("zone", p.Zone)
	d.Name.Autocomplete, d.Name.Required, d.Zone.Hint = "name", true, v.voice.Text("me.zone.hint")
	d.Language, d.Theme, d.Density = field("language", p.Language), field("theme", string(p.Theme)), field("density", string(p.Density))
	d.KeysOff, d.Keys = v.keysOff(), field("keys", "")
	d.Keys.Value, d.Keys.Hint = "off", v.voice.Text("me.keys.hint")
	option := func(of, value string) ui.Option {
		word := value
		if word == "" {
			word = "auto"
		}
		return ui.Option{Value: value, Text: v.voice.Text("me." + of + "." + word)}
	}
	d.Languages = []ui.Option{option("language", ""), option("language", "en"), option("language", "nl")}
	d.Themes = []ui.Option{option("theme", ""), option("theme", string(person.Light)), option("theme", string(person.Dark))}
	if d.Density.Value == string(person.Dense) {
		d.Density.Value = ""
	}
	d.Densities = []ui.Option{option("density", ""), option("density", string(person.Roomy))}
}

func (v *visit) sessionRows(d *me.Data) error {
	sessions, err := v.site.app.Sessions(v.ctx(), v.actor)
	for _, one := range sessions {
		d.Sessions = append(d.Sessions, me.Session{
			ID: one.ID, Here: one.ID == v.session.Session, Agent: one.Agent, Address: one.Address, Began: one.Created.In(v.zone),
			Seen: one.Seen.In(v.zone),
		})
	}
	return err
}

func (v *visit) tokenRows(d *me.Data, m *meForms) error {
	tokens, err := v.site.app.Tokens(v.ctx(), v.actor)
	for _, t := range tokens {
		scopes := make([]string, len(t.Scopes))
		for i, s := range t.Scopes {
			scopes[i] = string(s)
		}
		one := me.Token{ID: t.ID, Name: t.Name, Scopes: strings.Join(scopes, ", ")}
		switch {
		case !t.Revoked.IsZero():
			one.State = v.voice.Text("me.token.revoked")
		case !t.Expires.IsZero() && !v.now().Before(t.Expires):
			one.State = v.voice.Text("me.token.over")
		case t.Expires.IsZero():
			one.Holds, one.State = true, v.voice.Text("me.token.always")
		default:
			one.Holds, one.State = true, v.voice.Text("me.token.until", "until", t.Expires)
		}
		if !t.Used.IsZero() {
			one.Used = t.Used.In(v.zone)
		}
		d.Tokens = append(d.Tokens, one)
	}
	kept := m.form == "token"
	d.TokenName = ui.Field{Name: "token_name", Label: v.voice.Text("me.token.name"), Required: true, Error: m.wrong("token", "name")}
	d.Ends = ui.Field{Name: "expires", Label: v.voice.Text("me.token.expires"), Type: "date", Hint: v.voice.Text("me.token.expires.hint"), Error: m.wrong("token", "expires")}
	if kept {
		d.TokenName.Value, d.Ends.Value = v.field("token_name"), v.field("expires")
	}
	for _, p := range v.actor.TokenScopes() {
		d.Scopes = append(d.Scopes, me.Scope{Name: string(p), Says: v.voice.Text("me.may." + string(p)), On: kept && slices.Contains(v.r.PostForm["scope"], string(p))})
	}
	return err
}

// meFailed shows the page with what was wrong with one of its forms.
func (v *visit) meFailed(form string, err error) error {
	fields, problem := v.errorsOf(err)
	if len(fields) == 0 && problem == nil {
		return err
	}
	return v.showMe(v.statusOf(err), meForms{form: form, fields: fields, problem: problem})
}

func (s *Site) saveMe(v *visit) error {
	to := app.Profile{Name: v.field("name"), Preferences: person.Preferences{
		Language: v.field("language"), Zone: v.field("zone"), Theme: person.Theme(v.field("theme")), Density: person.Density(v.field("density")),
	}}
	if err := s.app.UpdateProfile(v.ctx(), v.actor, to); err != nil {
		return v.meFailed("profile", err)
	}
	v.keepInBrowser("theme", string(to.Theme))
	v.keepInBrowser(keysCookie, v.field("keys"))
	if to.Language != "" {
		v.voice = wording.In(wording.Language(to.Language)).In(v.zone)
	}
	v.say(v.voice.Text("me.saved"))
	return v.to("/me")
}

// keysCookie remembers in a browser that single keys do nothing there.
const keysCookie = "keys"

func (v *visit) keysOff() bool {
	c, err := v.r.Cookie(keysCookie)
	return err == nil && c.Value == "off"
}

// keepInBrowser keeps a choice that is of a browser rather than of a person; "" forgets it.
func (v *visit) keepInBrowser(name, value string) {
	age := 365 * 24 * time.Hour
	if value == "" {
		age = -time.Second
	}
	http.SetCookie(v.w, &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: int(age / time.Second), Secure: v.site.config.secure(), SameSite: http.SameSiteLaxMode,
	})
}

// changePassword gives somebody another password and, since all sessions end, a new session.
func (s *Site) changePassword(v *visit) error {
	begun, err := s.app.ChangePassword(v.ctx(), v.session, person.Secret(v.r.PostFormValue("was")), v.typedPassword(), v.from())
	if err != nil {
		return v.passwordFailed(err)
	}
	v.begin(begun)
	v.say(v.voice.Text("me.password.changed"))
	return v.to("/me")
}

// passwordFailed says at which of the two passwords something was wrong.
func (v *visit) passwordFailed(err error) error {
	fields, problem := v.errorsOf(err)
	if len(fields) == 0 && problem == nil {
		return err
	}
	if fault.All(err)[0].Code == app.CodePasswordWrong {
		fields = map[string]string{"was": fields["password"]}
	}
	return v.showMe(v.statusOf(err), meForms{form: "password", fields: fields, problem: problem})
}

// endSession ends one session, or all but this one.
func (s *Site) endSession(v *visit) error {
	var err error
	if id := v.field("session"); id != "" {
		err = s.app.EndSession(v.ctx(), v.actor, id)
	} else {
		err = s.app.EndOtherSessions(v.ctx(), v.session)
	}
	if err != nil {
		return err
	}
	v.say(v.voice.Text("me.sessions.ended"))
	return v.to("/me#sessions")
}

// createToken makes an API token and shows it, this once: the page that has it is the answer
// to the form, so no address leads to it.
func (s *Site) createToken(v *visit) error {
	n := app.NewAPIToken{Name: v.field("token_name")}
	for _, scope := range v.r.PostForm["scope"] {
		n.Scopes = append(n.Scopes, access.Permission(scope))
	}
	if day := v.field("expires"); day != "" {
		date, err := calendar.ParseDate(day)
		if err != nil {
			return v.meFailed("token", fault.New(fault.Invalid, CodeFieldWrong, "field", "expires", "value", day))
		}
		after := date.AddDays(1) // it holds until the end of that day
		n.Expires = time.Date(after.Year, after.Month, after.Day, 0, 0, 0, 0, v.zone).UTC()
	}
	_, token, err := s.app.CreateToken(v.ctx(), v.actor, n)
	if err != nil {
		return v.meFailed("token", err)
	}
	return v.showMe(http.StatusOK, meForms{token: token})
}

func (s *Site) revokeToken(v *visit) error {
	if err := s.app.RevokeToken(v.ctx(), v.actor, v.field("token")); err != nil {
		return err
	}
	v.say(v.voice.Text("me.token.ended"))
	return v.to("/me#tokens")
}
