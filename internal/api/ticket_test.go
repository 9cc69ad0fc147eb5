package api

import (
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

func TestTicketIsLoggedReadAndListed(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	key := s.log1("ann", "anker", "Checkout is down")
	var one Ticket
	got := s.ask("ann", "GET", at("anker", key), nil).want(200, &one)
	if one.Title != "Checkout is down" || one.State != "new" || one.Priority == "" || len(one.Entries) != 2 || len(one.Clocks) == 0 {
		t.Errorf("read %+v", one)
	}
	if got.headers.Get("ETag") != `"2"` || got.headers.Get("Cache-Control") != "no-store" || got.headers.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("headers %v", got.headers)
	}
	if r := one.Clocks[0].Reason; r.Code != "clock.runs_within" || r.Text == "" || r.Args["due"] == nil {
		t.Errorf("reason %+v", r)
	}
	var page TicketPage
	s.ask("ann", "GET", "/api/v1/tickets?kind=incident", nil).want(200, &page)
	if len(page.Tickets) != 1 || page.Tickets[0].Key != key || page.Tickets[0].Clock == nil || page.Next != "" {
		t.Errorf("list %+v", page)
	}
	var done Taken
	s.ask("ann", "POST", at("anker", key)+"/acknowledge", nil).want(200, &done)
	s.ask("ann", "POST", at("anker", key)+"/reply", Reply{Message{Text: "We look."}}, "If-Match", `"2"`).want(200, &done)
	if done.Head != 4 {
		t.Errorf("head %d", done.Head)
	}
	s.ask("ann", "GET", at("anker", key), nil, "Accept-Language", "nl").want(200, &one)
	if one.State != "working" || one.Entries[3].Text != "We look." {
		t.Errorf("then %+v", one)
	}
	t.Log(string(s.ask("ann", "GET", at("anker", key), nil).body))
}

func TestProblems(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	log := "/api/v1/clients/anker/tickets"
	s.ask("", "GET", "/api/v1/tickets", nil).refused(401, "api.no_token")
	s.ask("ann", "GET", "/api/v1/tickets", nil, "Authorization", "Bearer wba_x").refused(401, "token.no_good")
	s.ask("ann", "GET", "/api/v1/nothing", nil).refused(404, "api.route")
	if a := s.ask("ann", "DELETE", "/api/v1/tickets", nil); a.refused(405, "api.method").Status != 405 || a.headers.Get("Allow") != "GET, HEAD" {
		t.Errorf("allow %q", a.headers.Get("Allow"))
	}
	s.ask("ann", "POST", log, `{"kind":"incident",}`).refused(400, "api.json_syntax")
	s.ask("ann", "POST", log, `{"kind":"incident","kind":"problem","title":"x"}`).refused(400, "api.json_twice")
	s.ask("ann", "POST", log, `{"Kind":"incident","title":"x"}`).refused(422, "api.json_unknown")
	s.ask("ann", "POST", log, nil).refused(400, "api.body_missing")
	s.ask("ann", "POST", log, "{}", "Content-Type", "text/plain").refused(415, "api.media")
	p := s.ask("ann", "POST", log, `{"kind":"incident","title":""}`).refused(422, "api.fields")
	if len(p.Errors) != 2 || p.Errors[0].Pointer != "/title" || p.Errors[1].Pointer != "/priority" {
		t.Errorf("%+v", p)
	}
	s.ask("ann", "GET", "/api/v1/tickets?kinds=x", nil).refused(400, "api.no_parameter")
	s.ask("ann", "GET", "/api/v1/tickets?kind=x", nil).refused(422, "api.word")
	s.ask("ann", "GET", "/api/v1/tickets?limit=201", nil).refused(400, "api.number")
	s.ask("aud", "POST", log, `{}`).refused(403, "access.denied")
}

// TestWhatNoDatabaseKeeps is refused before one sees it, on both engines: PostgreSQL has no text
// with NUL, or of other bytes than UTF-8.
func TestWhatNoDatabaseKeeps(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, on *store.Store) {
		t.Helper()
		s := newStageOn(t, on)
		key := s.log1("ann", "anker", "Checkout is down")
		for _, text := range []string{"a%00b", "a%ffb"} {
			s.ask("ann", "GET", "/api/v1/tickets?q="+text, nil).refused(400, "api.address")
			s.ask("ann", "GET", "/api/v1/tickets?"+text, nil).refused(400, "api.address")
			s.ask("ann", "GET", "/api/v1/clients/anker/tickets/"+text, nil).refused(400, "api.address")
			s.ask("ann", "GET", "/api/v1/"+text, nil).refused(400, "api.address")
			s.ask("ann", "POST", at("anker", key)+"/attach?name="+text, "x", "Content-Type", "application/octet-stream").refused(400, "api.address")
		}
		s.ask("ann", "POST", at("anker", key)+"/reply", `{"text":"a\u0000b"}`).want(422, nil)
		s.ask("ann", "POST", at("anker", key)+"/reply", "{\"text\":\"a\xffb\"}").refused(400, "api.json_utf8")
		s.ask("ann", "POST", at("anker", key)+"/reply", `{"text":"half of two: \ud800"}`).want(200, nil) // it is kept as U+FFFD
		s.ask("ann", "POST", at("anker", key)+"/reply", Reply{Message{Text: "Hello"}}, "Idempotency-Key", "a\xffb").refused(400, "api.once")
		s.ask("ann", "POST", at("anker", key)+"/reply", Reply{Message{Text: "Hello"}}, "If-Match", "\"a\xffb\"").refused(400, "api.if_match")
		s.ask("ann", "GET", "/api/v1/tickets?cursor="+writeCursor(listDigest(TicketFilter{}), app.Place{Stream: "a\x00b"}), nil).refused(400, "api.cursor")
		s.ask("ann", "GET", "/api/v1/notices", nil, "Authorization", "Bearer a\xffb").refused(401, "token.no_good")
	})
}

// TestTooFast has one token ask until it is refused; another is answered.
func TestTooFast(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.App.Limit(app.Rates{Token: 1})
	var last answer
	for range 60 { // time goes by meanwhile
		if last = s.ask("ann", "GET", "/api/v1/notices", nil); last.status != 200 {
			break
		}
	}
	p := last.refused(429, "app.too_fast")
	if p.RetryAfter != 1 || last.headers.Get("Retry-After") != "1" {
		t.Errorf("to be tried again after %d, %q", p.RetryAfter, last.headers.Get("Retry-After"))
	}
	s.ask("lea", "GET", "/api/v1/notices", nil).want(200, nil)
}

// TestFiltersNarrow: each filter leaves out what does not fit, alone and with another.
func TestFiltersNarrow(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	one := s.log1("ann", "anker", "One")
	two := s.log1("ann", "boreas", "Two")
	s.ask("ann", "POST", at("anker", one)+"/assign", Assign{Level: "L2", Person: s.ID("ann")}).want(200, nil)
	s.ask("ann", "POST", at("anker", one)+"/classify", Classify{Priority: "P1"}).want(200, nil)
	s.ask("ann", "POST", at("boreas", two)+"/wait", Wait{For: "client"}).want(200, nil)
	for query, want := range map[string]string{
		"": "2", "kind=incident": "2", "kind=problem": "0", "kind=problem&kind=incident": "2", "priority=P1": "One", "priority=P2": "Two",
		"state=waiting": "Two", "state=new": "One", "ball=client": "Two", "level=L2": "One", "person=me": "One", "person=none": "Two",
		"client=" + s.Anker: "One", "show=closed": "0", "show=all&priority=P1&person=none": "0", "breaking=true": "0", "team=x": "0",
		"order=newest": "2",
	} {
		var page TicketPage
		s.ask("ann", "GET", "/api/v1/tickets?"+query, nil).want(200, &page)
		got := "0"
		switch len(page.Tickets) {
		case 1:
			got = page.Tickets[0].Title
		case 2:
			got = "2"
		}
		if got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	for query, code := range map[string]string{
		"show=x": "api.word", "order=x": "api.word", "risky=1": "api.word", "state=open": "api.word", "ball=me": "api.word",
	} {
		s.ask("ann", "GET", "/api/v1/tickets?"+query, nil).refused(422, code)
	}
	s.ask("ann", "GET", "/api/v1/tickets?priority=&priority=P1", nil).refused(400, "api.parameter_none")
	s.ask("ann", "GET", "/api/v1/tickets?show=all&show=open", nil).refused(400, "api.parameter_more")
}

func TestLanguageIsThatOfTheAnswer(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"": "en", "nl": "nl", "nl-BE,nl;q=0.9": "nl", "de, nl;q=0.5, en;q=0.4": "nl", "nl;q=0": "en", "*": "en",
		"fr": "en", "NL": "nl", "en-GB;q=0.8,nl;q=0.9": "nl", ";;;,,": "en", "nl;q=0.000": "en",
	} {
		if got := string(language(header)); got != want {
			t.Errorf("%q: %s, want %s", header, got, want)
		}
	}
	s := newStage(t)
	p := s.ask("", "GET", "/api/v1/tickets", nil, "Accept-Language", "nl").refused(401, "api.no_token")
	if p.Title != "Niet aangemeld" || p.Cure == "" {
		t.Errorf("%+v", p)
	}
}

// TestAFailureTellsNothing: what broke is in the log under the reference, and nowhere else.
func TestAFailureTellsNothing(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	token := s.Token("ann")
	if err := s.App.Close(); err != nil {
		t.Fatal(err)
	}
	a := s.ask("ann", "GET", "/api/v1/tickets", nil)
	var p Problem
	a.want(a.status, &p)
	if p.Status < 500 || strings.Contains(string(a.body), "sql") || strings.Contains(string(a.body), token) {
		t.Errorf("%s", a.body)
	}
	if log := s.log.String(); !strings.Contains(log, p.Reference) || strings.Contains(log, token) {
		t.Errorf("log: %s", log)
	}
}
