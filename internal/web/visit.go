package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/a-h/templ"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	typed "github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

// visit is one request of one person.
type visit struct {
	site      *Site
	w         http.ResponseWriter
	r         *http.Request
	reference string // names the request in the log and on the page
	nonce     string // lets the one script run

	actor   access.Actor
	session app.SignedIn // zero for who has not signed in
	token   string       // of the session, "" for none
	voice   *wording.Voice
	zone    *time.Location

	views []savedView // read once, by saved
}

// arrive finds out who comes, whether they may, and reads what they sent.
func (v *visit) arrive(route *Route) error {
	if err := v.arriveAnywhere(); err != nil {
		return err
	}
	if err := route.lets(v.actor); err != nil {
		return err
	}
	size := v.r.ContentLength
	if size < 0 { // it is not said
		size = maxForm + app.MaxFile
	}
	if err := v.site.app.Admit(v.session, size); err != nil {
		return err
	}
	if !typed.Keepable(v.r.URL.Path) || !typed.AllKeepable(v.r.URL.Query()) {
		return fault.New(fault.NotFound, CodePageUnknown)
	}
	if !changes(v.r.Method) {
		return nil
	}
	if err := v.readForm(route.door != anybody); err != nil {
		return err
	}
	if v.token != "" && route.door != anybody && !hmac.Equal([]byte(v.r.PostFormValue(ui.TokenField)), []byte(v.formToken())) {
		return fault.New(fault.Forbidden, CodeFormOld)
	}
	return nil
}

// arriveAnywhere finds out who comes, whatever they want.
func (v *visit) arriveAnywhere() error {
	v.actor = access.Actor{Role: access.Visitor}
	v.voice, v.zone = wording.In(languageOf(v.r)), time.UTC
	return v.enter()
}

// enter finds the person of the session cookie.
func (v *visit) enter() error {
	v.token = v.cookie(sessionCookie)
	if v.token == "" {
		return nil
	}
	who := v.site.app.ActorOf
	if v.unasked() {
		who = v.site.app.StillSignedIn
	}
	entered, err := who(v.ctx(), person.Secret(v.token))
	if fault.IsKind(err, fault.SignedOut) {
		v.token = ""
		v.dropCookie(sessionCookie)
		return nil
	}
	if err != nil {
		return err
	}
	v.actor, v.session = entered.Actor, entered
	if entered.Person.Language != "" {
		v.voice = wording.In(wording.Language(entered.Person.Language))
	}
	if zone, err := time.LoadLocation(entered.Person.Zone); err == nil {
		v.zone = zone
	}
	v.voice = v.voice.In(v.zone)
	return nil
}

// unasked tells whether an open page may have asked by itself, which keeps nobody signed in.
func (v *visit) unasked() bool {
	return !changes(v.r.Method) && (v.live() || v.r.URL.Path == eventsPath)
}

// formToken is in every form of a session: a page of another site cannot know it.
func (v *visit) formToken() string {
	mac := hmac.New(sha256.New, []byte(v.token))
	mac.Write([]byte("form"))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
}

// readForm reads what was sent: from who has signed in files too, up to what an attachment
// may have.
func (v *visit) readForm(files bool) error {
	most := int64(maxForm)
	multi := files && strings.HasPrefix(v.r.Header.Get("Content-Type"), "multipart/form-data")
	if multi {
		most += app.MaxFile
	}
	v.r.Body = http.MaxBytesReader(v.w, v.r.Body, most)
	var err error
	if multi {
		err = v.r.ParseMultipartForm(maxForm)
	} else {
		err = v.r.ParseForm()
	}
	if large, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return fault.New(fault.Invalid, CodeFormLarge, "most", int(large.Limit>>20))
	}
	if err != nil {
		return fault.New(fault.Invalid, CodeForm).Because(err)
	}
	if !typed.AllKeepable(v.r.PostForm) {
		return fault.New(fault.Invalid, CodeForm)
	}
	return nil
}

// ctx is the context of the request.
func (v *visit) ctx() context.Context { return v.r.Context() }

// field is what was sent under a name, in the form or in the address.
func (v *visit) field(name string) string { return strings.TrimSpace(v.r.FormValue(name)) }

// render writes a page or a part of one.
func (v *visit) render(status int, page templ.Component) error {
	v.w.Header().Set("Content-Type", "text/html; charset=utf-8")
	v.w.Header().Set("Content-Language", string(v.voice.Language()))
	v.w.WriteHeader(status)
	ctx := templ.WithNonce(ui.WithToken(v.ctx(), v.formToken()), v.nonce)
	return page.Render(ctx, v.w)
}

// page writes a page.
func (v *visit) page(page templ.Component) error { return v.render(http.StatusOK, page) }

// to leads to another address of the site, after something was done.
func (v *visit) to(path string) error {
	http.Redirect(v.w, v.r, local(path), http.StatusSeeOther)
	return nil
}

// local keeps a redirect on this site, whatever a form says.
func local(path string) string {
	u, err := url.Parse(path)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") ||
		strings.ContainsAny(path, "\\\r\n") {
		return "/"
	}
	return path
}

// address is where the request comes from.
func (v *visit) address() string {
	if from, err := netip.ParseAddrPort(v.r.RemoteAddr); err == nil {
		return from.Addr().Unmap().String()
	}
	return ""
}

// live tells whether script asks for a part of the page, and not the browser for all of it.
func (v *visit) live() bool { return v.r.Header.Get("HX-Request") == "true" }

// languageOf is the language that a browser prefers.
func languageOf(r *http.Request) wording.Language {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Language"), ",") {
		switch tag, _, _ := strings.Cut(strings.TrimSpace(part), ";"); {
		case strings.HasPrefix(tag, "nl"):
			return wording.Dutch
		case strings.HasPrefix(tag, "en"):
			return wording.English
		}
	}
	return wording.English
}

// The cookies of the site. With https they have the prefix that binds them to this host.
const (
	sessionCookie = "watchbill"
	deviceCookie  = "watchbill-device"
)

func (v *visit) cookieName(name string) string {
	if v.site.config.secure() {
		return "__Host-" + name
	}
	return name
}

func (v *visit) cookie(name string) string {
	c, err := v.r.Cookie(v.cookieName(name))
	if err != nil {
		return ""
	}
	return c.Value
}

// setCookie keeps a secret in the browser until it ends or for as long as given.
func (v *visit) setCookie(name, value string, lasting time.Duration) {
	http.SetCookie(v.w, &http.Cookie{
		Name: v.cookieName(name), Value: value, Path: "/", MaxAge: int(lasting / time.Second), HttpOnly: true,
		Secure: v.site.config.secure(), SameSite: http.SameSiteLaxMode,
	})
}

func (v *visit) dropCookie(name string) { v.setCookie(name, "", -time.Second) }
