package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/store"
)

// browser is a tab that follows nothing, in which one can send what no form of a page would.
type browser struct {
	*tab
	form string // what the forms of the session carry
	live bool   // script asks
}

// browse signs somebody of the crew in.
func (s *stage) browse(name string) *browser {
	s.tb.Helper()
	t := s.enter(name)
	return &browser{tab: t, form: t.token()}
}

// agentOf signs an agent in who sees one client only.
func (s *stage) agentOf(client string) *browser {
	s.tb.Helper()
	p := person.Person{Name: "bob", Email: "bob@mail.test", Role: access.Agent, Active: true, Scope: access.Only(s.Client(client))}
	s.Must(s.Store.Update(s.tb.Context(), access.Everything(), func(tx *store.Tx) error { return tx.AddPerson(&p) }))
	t := s.enterAs(p.ID)
	return &browser{tab: t, form: t.token()}
}

func (b *browser) headers() []string {
	if b.live {
		return []string{"HX-Request", "true"}
	}
	return nil
}

func (b *browser) get(address string) *answer {
	b.tb.Helper()
	return b.send(http.MethodGet, address, nil, b.headers()...)
}

// post sends a form with the token of the session; fields are names and values in turn.
func (b *browser) post(address string, fields ...string) *answer {
	b.tb.Helper()
	form := url.Values{"csrf": {b.form}}
	for i := 0; i < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return b.send(http.MethodPost, address, form, b.headers()...)
}

// upload is post with a file.
func (b *browser) upload(address, name string, body []byte, fields ...string) *answer {
	b.tb.Helper()
	var sent bytes.Buffer
	w := multipart.NewWriter(&sent)
	fields = append(fields, "csrf", b.form)
	for i := 0; i < len(fields); i += 2 {
		_ = w.WriteField(fields[i], fields[i+1]) // into memory
	}
	part, _ := w.CreateFormFile("file", name)
	_, _ = part.Write(body)
	_ = w.Close()
	r := httptest.NewRequestWithContext(b.tb.Context(), http.MethodPost, "http://desk.test"+address, &sent)
	r.Header.Set("Content-Type", w.FormDataContentType())
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	answered := httptest.NewRecorder()
	b.site.ServeHTTP(answered, r)
	root, err := html.Parse(bytes.NewReader(answered.Body.Bytes()))
	b.Must(err)
	return &answer{tb: b.tb, status: answered.Code, header: answered.Header(), root: root, body: answered.Body.String()}
}

// leads demands that the answer leads to an address that begins so, and gives it.
func (p *answer) leads(begin string) string {
	p.tb.Helper()
	to := p.wants(http.StatusSeeOther).header.Get("Location")
	if !strings.HasPrefix(to, begin) {
		p.tb.Fatalf("leads to %s, want %s…", to, begin)
	}
	return to
}

// one gives the element with an id ("#parts") or the first of a name ("h1"), nil for none.
func (p *answer) one(what string) *html.Node {
	id, byID := strings.CutPrefix(what, "#")
	for _, n := range p.find(func(n *html.Node) bool { return byID && attr(n, "id") == id || !byID && n.Data == what }) {
		return n
	}
	return nil
}

// must demands such an element.
func (p *answer) must(what string) {
	p.tb.Helper()
	if p.one(what) == nil {
		p.tb.Fatalf("the page has no %s: %s", what, p.text())
	}
}

// said is what such an element says.
func (p *answer) said(what string) string {
	n := p.one(what)
	if n == nil {
		n = p.root
	}
	return textOf(n)
}

// contains demands words in such an element.
func (p *answer) contains(what, words string) *answer {
	p.tb.Helper()
	if said := p.said(what); !strings.Contains(said, words) {
		p.tb.Errorf("%s does not say %q: %s", what, words, said)
	}
	return p
}

// value is what the last form that has a field of a name would send for it.
func (p *answer) value(name string) (value string) {
	for _, form := range p.find(func(n *html.Node) bool { return n.Data == "form" }) {
		if values := p.filled(form); values.Has(name) {
			value = values.Get(name)
		}
	}
	return value
}

// wrong is what is said to be wrong with a field, "" for nothing.
func (p *answer) wrong(name string) string {
	if p.one("#f-"+name+"-error") == nil {
		return ""
	}
	return p.said("#f-" + name + "-error")
}

// links are the addresses of a page that begin so.
func (p *answer) links(begin string) (found []string) {
	for _, n := range p.find(func(n *html.Node) bool { return n.Data == "a" || n.Data == "img" }) {
		for _, name := range []string{"href", "src"} {
			if to := attr(n, name); strings.HasPrefix(to, begin) {
				found = append(found, to)
			}
		}
	}
	return found
}
