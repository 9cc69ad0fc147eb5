package web

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// TestSecretAddressesAreNotLogged has the database be gone when somebody follows a link that
// came by mail.
func TestSecretAddressesAreNotLogged(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Must(s.Close())
	secret := string(person.LinkToken.Token([32]byte{1}))
	for _, path := range []string{"/reset/", "/invitation/"} {
		w := httptest.NewRecorder()
		s.site.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "http://desk.test"+path+secret, nil))
		if w.Code < 500 || s.log.Len() == 0 {
			t.Fatalf("%s: %d, and the log says %q", path, w.Code, s.log)
		}
		if strings.Contains(s.log.String(), secret) {
			t.Errorf("%s: the log has the secret: %s", path, s.log)
		}
		s.log.Reset()
	}
}

// TestSecretAddressesAreToldToNobody asks in ways in which nothing answers, or that are refused.
func TestSecretAddressesAreToldToNobody(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	site := New(s.App, Config{Base: "https://desk.test", Log: s.site.config.Log})
	defer site.Close()
	secret := string(person.LinkToken.Token([32]byte{1}))
	for _, path := range []string{"/reset/" + secret, "/invitation/" + secret, "/set-up?token=" + secret, "/reset/" + secret + "/more"} {
		for _, method := range []string{"GET", "POST", "PUT"} {
			for _, from := range []string{"", "https://evil.test"} {
				r := httptest.NewRequestWithContext(t.Context(), method, "https://desk.test"+path, nil)
				r.Header.Set("Origin", from)
				w := httptest.NewRecorder()
				site.ServeHTTP(w, r)
				if got := w.Header().Get("Referrer-Policy"); got != "no-referrer" {
					t.Errorf("%s %s from %q: %d, %q", method, path, from, w.Code, got)
				}
			}
		}
	}
}

// TestAnOpenPageKeepsNobodySignedIn leaves a page alone that looks and listens by itself.
func TestAnOpenPageKeepsNobodySignedIn(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ann := s.enter("ann")
	for range 2 {
		s.Pass(person.SessionIdle - time.Hour)
		ann.send("GET", "/queue", nil).wants(http.StatusOK) // somebody is there
	}
	s.Pass(person.SessionIdle - time.Hour)
	ann.send("GET", "/queue", nil, "HX-Request", "true").wants(http.StatusOK)
	if !s.site.stillIn(&visit{site: s.site, r: httptest.NewRequestWithContext(t.Context(), "GET", eventsPath, nil), token: ann.cookies[sessionCookie], actor: s.Actor("ann")}) {
		t.Error("the stream ended too early")
	}
	s.Pass(2 * time.Hour)
	ann.send("GET", "/queue", nil, "HX-Request", "true").wants(http.StatusUnauthorized)
}

// TestAStreamEndsWithWhatItsPersonSees takes a client from somebody whose page is open.
func TestAStreamEndsWithWhatItsPersonSees(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ann := s.enter("ann")
	open := func() bool {
		r := httptest.NewRequestWithContext(t.Context(), "GET", eventsPath, nil)
		return s.site.stillIn(&visit{site: s.site, r: r, token: ann.cookies[sessionCookie], actor: s.Actor("ann")})
	}
	if !open() {
		t.Fatal("the stream does not begin")
	}
	s.Must(s.ChangePerson(t.Context(), s.Actor("ada"), s.Actor("ann").ID, app.Position{Role: access.Agent, Clients: []string{s.Client(desktest.Boei)}}))
	if open() {
		t.Error("the stream still tells of every client")
	}
}

// TestSigningInAgainEndsTheSessionBefore follows somebody who signs in over another session.
func TestSigningInAgainEndsTheSessionBefore(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	const word = person.Secret("plum tart on the porch")
	token := person.LinkToken.Token([32]byte{7})
	hash, _ := person.LinkToken.Hash(token)
	s.Must(s.Store.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
		return tx.AddLink(store.Inviting, hash, s.Actor("bo").ID, s.Now().Add(time.Hour))
	}))
	_, err := s.AcceptInvitation(t.Context(), token, "Bo", word)
	s.Must(err)
	ann := s.enter("ann")
	before := ann.cookies[sessionCookie]
	ann.send("POST", "/sign-in", url.Values{"email": {"bo@mail.test"}, "password": {string(word)}}).wants(http.StatusSeeOther)
	if ann.cookies[sessionCookie] == before {
		t.Fatal("no new session began")
	}
	ann.cookies[sessionCookie] = before
	ann.send("GET", "/queue", nil).wants(http.StatusSeeOther)
}

// TestDraftsGoWithTheSession looks at what the browser is told to forget.
func TestDraftsGoWithTheSession(t *testing.T) {
	t.Parallel()
	ann := newStage(t).browse("ann")
	if got := ann.post("/sign-out").wants(http.StatusSeeOther).header.Get("Clear-Site-Data"); got != `"storage"` {
		t.Errorf("told to forget %s", got)
	}
}

// TestWhatNoBrowserSends is refused before a database sees it, on both engines: PostgreSQL has no
// text with NUL, or of other bytes than UTF-8.
func TestWhatNoBrowserSends(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, on *store.Store) {
		t.Helper()
		s := newStageOn(t, on)
		ref := s.As("rik").Logs(s.Incident(desktest.Boei, "Checkout is down"))
		ann, rik := s.enter("ann"), s.enter("rik")
		for _, text := range []string{"a\x00b", "a\xffb"} {
			desk, portal := "/tickets/boei/"+ref.Key+"/say", "/portal/tickets/"+ref.Key+"/answer"
			ann.send("POST", desk, url.Values{ui.TokenField: {ann.token()}, "text": {text}}).wants(http.StatusUnprocessableEntity)
			ann.send("POST", desk, url.Values{ui.TokenField: {ann.token()}, text: {"a"}}).wants(http.StatusUnprocessableEntity)
			rik.send("POST", portal, url.Values{ui.TokenField: {rik.token()}, "text": {text}}).wants(http.StatusUnprocessableEntity)
			ann.send("POST", "/sign-in", url.Values{"email": {text}, "password": {text}}).wants(http.StatusUnprocessableEntity)
			ann.send("GET", "/tickets/boei/"+url.PathEscape(text), nil).wants(http.StatusNotFound)
			ann.send("GET", "/queue?text="+url.QueryEscape(text), nil).wants(http.StatusNotFound)
			ann.send("GET", "/find?q="+url.QueryEscape(text), nil).wants(http.StatusNotFound)
			rik.send("GET", "/portal/tickets?q="+url.QueryEscape(text), nil).wants(http.StatusNotFound)
			ann.send("GET", "/reset/"+url.PathEscape(text), nil).wants(http.StatusNotFound)
			rik.send("GET", "/portal/tickets?after="+placeText(app.Place{Stream: text}), nil).wants(http.StatusOK)
		}
	})
	if p := parsePlace("MCAwIDAgAA"); p.Stream != "" { // "0 0 0 " and a NUL
		t.Errorf("a place has the stream %q", p.Stream)
	}
}

// TestAgentsSendWhatTheyLike has a header say what a browser is that no database can keep.
func TestAgentsSendWhatTheyLike(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, on *store.Store) {
		t.Helper()
		s := newStageOn(t, on)
		const word = person.Secret("plum tart on the porch")
		token := person.LinkToken.Token([32]byte{7})
		hash, _ := person.LinkToken.Hash(token)
		s.Must(s.Store.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
			return tx.AddLink(store.Inviting, hash, s.Actor("bo").ID, s.Now().Add(time.Hour))
		}))
		_, err := s.AcceptInvitation(t.Context(), token, "Bo", word)
		s.Must(err)
		b := &tab{stage: s, cookies: map[string]string{deviceCookie: "a\xffb"}}
		form := url.Values{"email": {"bo@mail.test"}, "password": {string(word)}}
		b.send("POST", "/sign-in", form, "User-Agent", "a\x00b\xff").wants(http.StatusSeeOther)
		b.send("GET", "/queue", nil, "Accept-Language", "\xff").wants(http.StatusOK)
	})
}

// TestKeysOfFormsHaveALength sends one of half a megabyte.
func TestKeysOfFormsHaveALength(t *testing.T) {
	t.Parallel()
	r := httptest.NewRequestWithContext(t.Context(), "POST", "/", strings.NewReader("once="+strings.Repeat("k", 1<<19)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if n := len((&visit{r: r}).once()); n != longestOnce {
		t.Errorf("%d bytes are kept", n)
	}
}

// TestStrangersSendNoFiles has somebody who has not signed in send what an attachment may have.
func TestStrangersSendNoFiles(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "x")
	s.Must(err)
	_, err = part.Write(make([]byte, 2<<20))
	s.Must(err)
	s.Must(form.Close())
	r := httptest.NewRequestWithContext(t.Context(), "POST", "http://desk.test/sign-in", &body)
	r.Header.Set("Content-Type", form.FormDataContentType())
	w := httptest.NewRecorder()
	s.site.ServeHTTP(w, r)
	if r.MultipartForm != nil && len(r.MultipartForm.File) > 0 {
		t.Errorf("%d, and the file was taken in", w.Code)
	}
}

// TestViewsOfOthersTakeNoRoom shares as many views as somebody may keep.
func TestViewsOfOthersTakeNoRoom(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for range 100 {
		_, err := s.SaveView(t.Context(), s.Actor("lea"), app.SavedView{Name: "Shared", Shared: true})
		s.Must(err)
	}
	kept, err := s.SaveView(t.Context(), s.Actor("bo"), app.SavedView{Name: "Mine\u202e\x00 own"})
	s.Must(err)
	if kept.Name != "Mine own" {
		t.Errorf("it is called %q", kept.Name)
	}
}

// TestAClientAsksTooFast has two people of a client ask until they are refused; others go on.
func TestAClientAsksTooFast(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Limit(app.Rates{Client: 1})
	rik, cor := s.enter("rik"), s.enter("cor")
	for range 5 {
		rik.send("GET", "/portal", nil).wants(http.StatusOK)
		cor.send("GET", "/portal/tickets", nil).wants(http.StatusOK)
	}
	if got := rik.send("GET", "/portal", nil).wants(http.StatusTooManyRequests).header.Get("Retry-After"); got != "1" {
		t.Errorf("to be tried again after %q", got)
	}
	cor.send("POST", "/portal/tickets/new", url.Values{ui.TokenField: {cor.token()}}).wants(http.StatusTooManyRequests)
	s.enter("dirk").send("GET", "/portal", nil).wants(http.StatusOK)
	s.enter("ann").send("GET", "/queue", nil).wants(http.StatusOK)
}
