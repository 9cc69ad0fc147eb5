package api

import (
	"testing"
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
