package web

import (
	"bytes"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// stage is a desk with its pages, and browsers in which its people are signed in.
type stage struct {
	*desktest.Desk
	tb   testing.TB
	site *Site
	log  *bytes.Buffer
}

func newStage(tb testing.TB) *stage {
	tb.Helper()
	return newStageOn(tb, storetest.SQLite(tb))
}

func newStageOn(tb testing.TB, on *store.Store) *stage {
	tb.Helper()
	s := &stage{Desk: desktest.New(tb, on), tb: tb, log: &bytes.Buffer{}}
	s.site = New(s.App, Config{Base: "http://desk.test", Home: "Kade", Log: slog.New(slog.NewTextHandler(s.log, nil))})
	tb.Cleanup(func() {
		s.site.Close()
		if s.log.Len() > 0 {
			tb.Error(s.log.String())
		}
	})
	return s
}

// tab is a browser in which somebody is signed in, without script.
type tab struct {
	*stage
	cookies map[string]string
	at      string // the address of the page that is shown
	page    *answer
}

// answer is what came back.
type answer struct {
	tb     testing.TB
	status int
	header http.Header
	root   *html.Node
	body   string
}

// enter gives somebody a browser.
func (s *stage) enter(name string) *tab {
	s.tb.Helper()
	return s.enterAs(s.Actor(name).ID)
}

func (s *stage) enterAs(id string) *tab {
	s.tb.Helper()
	var random [32]byte
	copy(random[:], id)
	token := person.SessionToken.Token(random)
	hash, _ := person.SessionToken.Hash(token)
	session := &store.Session{Person: id, Expires: s.Now().Add(person.SessionLength)}
	s.Must(s.Store.Update(s.tb.Context(), access.Everything(), func(tx *store.Tx) error { return tx.AddSession(session, hash) }))
	return &tab{stage: s, cookies: map[string]string{sessionCookie: string(token)}}
}

// token is what the forms of the session carry.
func (t *tab) token() string {
	return (&visit{token: t.cookies[sessionCookie]}).formToken()
}

// send asks, and follows nothing.
func (t *tab) send(method, address string, form url.Values, headers ...string) *answer {
	t.tb.Helper()
	w := t.exchange(method, address, form, headers...)
	for _, c := range w.Result().Cookies() {
		t.cookies[c.Name] = c.Value
		if c.MaxAge < 0 {
			delete(t.cookies, c.Name)
		}
	}
	p := &answer{tb: t.tb, status: w.Code, header: w.Header(), body: w.Body.String()}
	var err error
	if p.root, err = html.Parse(strings.NewReader(p.body)); err != nil {
		t.tb.Fatal(err)
	}
	return p
}

// exchange sends one request.
func (t *tab) exchange(method, address string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	t.tb.Helper()
	var body io.Reader = http.NoBody
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequestWithContext(t.tb.Context(), method, "http://desk.test"+address, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	for name, value := range t.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	w := httptest.NewRecorder()
	t.site.ServeHTTP(w, r)
	return w
}

// get opens an address, and follows where it leads.
func (t *tab) get(address string) *answer {
	t.tb.Helper()
	return t.follow(address, t.send("GET", address, nil))
}

func (t *tab) follow(address string, p *answer) *answer {
	t.tb.Helper()
	for range 5 {
		if p.status != http.StatusSeeOther {
			t.at, t.page = address, p
			return p
		}
		address, _, _ = strings.Cut(p.header.Get("Location"), "#")
		p = t.send("GET", address, nil)
	}
	t.tb.Fatalf("%s leads on and on", address)
	return nil
}

// submit sends a form of the page that is shown, as a browser without script does: with what
// is filled in, what is given here (alternating names and values, in place of what is there),
// and the button that is pressed, as "name=value", "" for the first.
func (t *tab) submit(action, button string, namesAndValues ...string) *answer {
	t.tb.Helper()
	form := t.page.form(action)
	values := t.page.filled(form)
	given := url.Values{}
	for i := 0; i < len(namesAndValues); i += 2 {
		given.Add(namesAndValues[i], namesAndValues[i+1])
	}
	maps.Copy(values, given)
	if name, value, ok := strings.Cut(button, "="); ok {
		if len(t.page.find(func(n *html.Node) bool {
			return n.Data == "button" && attr(n, "name") == name && attr(n, "value") == value
		})) == 0 {
			t.tb.Fatalf("no button %s in %s", button, action)
		}
		values.Set(name, value)
	}
	if strings.EqualFold(attr(form, "method"), "post") {
		return t.follow(action, t.send("POST", action, values))
	}
	return t.get(action + "?" + values.Encode())
}

// form finds the form with an action.
func (p *answer) form(action string) *html.Node {
	p.tb.Helper()
	for _, f := range p.find(func(n *html.Node) bool { return n.Data == "form" }) {
		if attr(f, "action") == action {
			return f
		}
	}
	p.tb.Fatalf("no form to %s on the page: %s", action, p.text())
	return nil
}

// filled gives what a form sends when nobody fills anything in.
func (p *answer) filled(form *html.Node) url.Values {
	values := url.Values{}
	inside := map[*html.Node]bool{}
	for n := range form.Descendants() {
		inside[n] = true
	}
	for _, n := range p.find(func(n *html.Node) bool { return attr(n, "name") != "" }) {
		belongs := inside[n] && attr(n, "form") == "" || attr(form, "id") != "" && attr(n, "form") == attr(form, "id")
		if !belongs {
			continue
		}
		switch n.Data {
		case "input":
			kind := attr(n, "type")
			if (kind == "checkbox" || kind == "radio") && !has(n, "checked") {
				continue
			}
			values.Add(attr(n, "name"), attr(n, "value"))
		case "textarea":
			values.Add(attr(n, "name"), textOf(n))
		case "select":
			for o := range n.Descendants() {
				if o.Type == html.ElementNode && o.Data == "option" && has(o, "selected") {
					values.Add(attr(n, "name"), attr(o, "value"))
				}
			}
		}
	}
	return values
}

// wants demands a status.
func (p *answer) wants(status int) *answer {
	p.tb.Helper()
	if p.status != status {
		p.tb.Fatalf("status %d, want %d: %s", p.status, status, p.text())
	}
	return p
}

// find gives the elements for which a test holds.
func (p *answer) find(fits func(*html.Node) bool) (found []*html.Node) {
	for n := range p.root.Descendants() {
		if n.Type == html.ElementNode && fits(n) {
			found = append(found, n)
		}
	}
	return found
}

// text is what the page says in its main part, with single spaces.
func (p *answer) text() string {
	if main := p.find(func(n *html.Node) bool { return n.Data == "main" }); len(main) > 0 {
		return textOf(main[0])
	}
	return textOf(p.root)
}

// says demands that the page says something.
func (p *answer) says(what string) {
	p.tb.Helper()
	if !strings.Contains(textOf(p.root), what) {
		p.tb.Errorf("the page does not say %q: %s", what, p.text())
	}
}

// rows gives the tickets of the lists on the page, in their order.
func (p *answer) rows() (ids []string) {
	for _, n := range p.find(func(n *html.Node) bool { return n.Data == "tr" }) {
		if id, ok := strings.CutPrefix(attr(n, "id"), "t-"); ok {
			ids = append(ids, id)
		}
	}
	return ids
}

// lists demands the tickets of the page, in their order.
func (p *answer) lists(want ...string) {
	p.tb.Helper()
	if got := p.rows(); !slices.Equal(got, want) {
		p.tb.Errorf("the page lists %q, want %q", got, want)
	}
}

// link finds the address of a link by what it says, "" for none.
func (p *answer) link(says string) string {
	for _, n := range p.find(func(n *html.Node) bool { return n.Data == "a" }) {
		if textOf(n) == says || attr(n, "aria-label") == says || attr(n, "title") == says {
			return attr(n, "href")
		}
	}
	return ""
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == name })
}

func textOf(n *html.Node) string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(strings.ReplaceAll(b.String(), "\u00a0", " ")), " ")
}

// unguarded gives the actions of forms that change something and do not carry the token.
func (p *answer) unguarded(token string) (actions []string) {
	for _, f := range p.find(func(n *html.Node) bool { return n.Data == "form" && strings.EqualFold(attr(n, "method"), "post") }) {
		if p.filled(f).Get(ui.TokenField) != token {
			actions = append(actions, attr(f, "action"))
		}
	}
	return actions
}

// minute is how far tests set tickets apart.
const minute = time.Minute
