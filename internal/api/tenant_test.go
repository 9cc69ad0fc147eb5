package api

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/core/access"
)

// fill puts values into the pattern of a route.
func fill(r Route, client, key, file string) string {
	_, path, _ := strings.Cut(r.Pattern, " ")
	return strings.NewReplacer("{client}", client, "{key}", key, "{file}", file, "{contract}", client+"-care", "{version}", "1",
		"{view}", "x", "{notice}", "x").Replace(path)
}

// TestRoutesSayWhoMayUseThem: each has a permission that somebody has, but for what tells of
// the API itself.
func TestRoutesSayWhoMayUseThem(t *testing.T) {
	t.Parallel()
	public := []string{"GET /api/v1/openapi.json", "GET /api/v1/openapi.yaml", "GET /api/docs", "GET /api/docs.css"}
	var open []string
	for _, r := range Routes() {
		if r.Public {
			open = append(open, r.Pattern)
			continue
		}
		for _, p := range r.Permissions {
			if !slices.ContainsFunc(access.People, func(role access.Role) bool { return slices.Contains(role.Permissions(), p) }) {
				t.Errorf("%s: nobody has %s", r.Pattern, p)
			}
		}
	}
	if !slices.Equal(open, public) {
		t.Errorf("open to everybody: %q", open)
	}
}

func TestAnOperationWithoutPermissionStopsTheStart(t *testing.T) {
	t.Parallel()
	defer func() {
		if recover() == nil {
			t.Error("it started")
		}
	}()
	d := newDesk(nil, Config{})
	add(d.routes, &operation{method: http.MethodGet, path: "/x", id: "x", tag: "x"}, d.getTicket)
}

// TestNothingOpensWithoutToken tries every route without a token, with one that never was,
// with a cookie, and with a token in the address.
func TestNothingOpensWithoutToken(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for _, r := range Routes() {
		path := fill(r, "anker", "INC-000001", "x")
		if r.Public {
			s.ask("", r.Method, path, nil).want(200, nil)
			continue
		}
		s.ask("", r.Method, path, nil).refused(401, "api.no_token")
		s.ask("", r.Method, path, nil, "Authorization", "Bearer wba_"+strings.Repeat("A", 43)).refused(401, "token.no_good")
		s.ask("", r.Method, path, nil, "Authorization", "Basic "+s.Token("ann")).refused(401, "api.no_token")
		s.ask("", r.Method, path, nil, "Cookie", "token="+s.Token("ann")+"; session="+s.Token("ann")).refused(401, "api.no_token")
		s.ask("", r.Method, path+"?token="+s.Token("ann"), nil).refused(401, "api.no_token")
	}
}

// TestTokensOpenNoMoreThanTheirScopes tries every route with a token that has none of its
// permissions, before anything else is looked at.
func TestTokensOpenNoMoreThanTheirScopes(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	s.Narrow("reads views", "ada", access.ReadViews)
	s.Narrow("owns notices", "ada", access.OwnNotices)
	for _, r := range Routes() {
		who, code := "reads views", "access.token_denied"
		if slices.Contains(r.Permissions, access.ReadViews) {
			who = "owns notices"
		}
		if r.Public {
			continue
		}
		if p := s.ask(who, r.Method, fill(r, "anker", "INC-000001", "x"), "{", "Content-Type", "x").want(403, nil); !strings.Contains(string(p.body), code) && !strings.Contains(string(p.body), "access.denied") {
			t.Errorf("%s: %s", r.Pattern, p.body)
		}
	}
}

var reference = regexp.MustCompile(`"reference":"[0-9a-f]+"`)

// plain is a body without what differs from answer to answer.
func plain(body []byte, words ...string) string {
	text := reference.ReplaceAllString(string(body), "")
	for _, w := range words {
		text = strings.ReplaceAll(text, w, "…")
	}
	return text
}

// bodies are what each operation on a ticket is sent here; {} where it needs nothing.
var bodies = map[string]string{
	"reply": `{"text":"canary"}`, "write": `{"text":"canary"}`, "note": `{"text":"canary"}`, "classify": `{"priority":"P1"}`,
	"wait": `{"for":"client"}`, "retitle": `{"title":"canary"}`, "agree-due": `{"target":"response","due":"2027-01-01T00:00:00Z"}`,
	"withdraw-due": `{"target":"response"}`, "log-work": `{"minutes":5}`, "withdraw-work": `{"entry":1}`,
	"merge": `{"into":"INC-000002"}`, "link": `{"relation":"relates","key":"INC-000002"}`, "unlink": `{"relation":"relates","key":"INC-000002"}`,
	"steps": `{"steps":[{"reply":{"text":"canary"}}]}`, "tickets": `{"kind":"incident","title":"canary","priority":"P1"}`,
	"attach": "canary",
}

func bodyOf(path string) (body any, media string) {
	word := path[strings.LastIndex(path, "/")+1:]
	media = "application/json"
	if word == "attach" {
		media = "application/octet-stream"
	}
	if text, ok := bodies[word]; ok {
		return text, media
	}
	return "{}", media
}

// TestForeignReadsAsUnknown: to people of Boreas, and to staff who see Boreas only, whatever
// belongs to Anker answers as what was never there, byte for byte.
func TestForeignReadsAsUnknown(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	key := s.log1("ann", "anker", "Canary of Anker")
	s.ask("ann", "POST", at("anker", key)+"/attach?name=canary.txt", "canary", "Content-Type", "application/octet-stream").want(200, nil)
	var seen Ticket
	s.ask("ann", "GET", at("anker", key), nil).want(200, &seen)
	file := seen.Files[0].ID
	tried := 0
	for _, r := range Routes() {
		if !strings.Contains(r.Pattern, "{client}") {
			continue
		}
		for _, who := range []string{"bob", "bea"} {
			ask := func(client, key, file string) answer {
				path := fill(r, client, key, file)
				if r.Method == http.MethodGet {
					return s.ask(who, r.Method, path, nil)
				}
				text, media := bodyOf(path)
				return s.ask(who, r.Method, path, text, "Content-Type", media)
			}
			foreign, unknown := ask("anker", key, file), ask("nikki", key, file)
			if foreign.status == http.StatusForbidden && unknown.status == http.StatusForbidden {
				continue // the role has no such step at all
			}
			tried++
			if foreign.status != http.StatusNotFound || foreign.status != unknown.status ||
				plain(foreign.body, "anker") != plain(unknown.body, "nikki") {
				t.Errorf("%s as %s: %d %s\nunknown: %d %s", r.Pattern, who, foreign.status, foreign.body, unknown.status, unknown.body)
			}
		}
	}
	if tried < 25 {
		t.Errorf("only %d tried", tried)
	}
	// By the id of the client, and by the key under one's own client, it is no other.
	s.ask("bea", "GET", at(s.Anker, key), nil).refused(404, "store.client_unknown")
	s.ask("bea", "GET", at("boreas", key), nil).refused(404, "store.stream_unknown")
	// Nothing of it shows in what spans clients.
	s.Index()
	for _, who := range []string{"bob", "bea"} {
		for _, path := range []string{
			"/tickets?show=all", "/tickets?client=" + s.Anker, "/tickets?q=canary", "/tickets/count?show=all", "/clients", "/views", "/notices",
			"/people", "/work/week", "/teams",
		} {
			if a := s.ask(who, "GET", "/api/v1"+path, nil); strings.Contains(strings.ToLower(string(a.body)), "canary") ||
				strings.Contains(string(a.body), s.Anker) || strings.Contains(string(a.body), key) {
				t.Errorf("%s tells %s: %s", path, who, a.body)
			}
		}
	}
	var done BulkOutcomes
	s.ask("bob", "POST", "/api/v1/tickets/steps", `{"tickets":[{"client":"anker","key":"`+key+`"}],"steps":[{"note":{"text":"canary"}}]}`).want(200, &done)
	if p := done.Outcomes[0].Problem; p == nil || p.Status != 404 {
		t.Errorf("bulk: %+v", done)
	}
}

// TestRequesterSeesOwnTicketsOnly: one of a colleague is as unknown as one that never was.
func TestRequesterSeesOwnTicketsOnly(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	others := s.log1("cleo", "anker", "Of a colleague")
	own := s.log1("rik", "anker", "Own")
	foreign, unknown := s.ask("rik", "GET", at("anker", others), nil), s.ask("rik", "GET", at("anker", "INC-000099"), nil)
	foreign.refused(404, "store.stream_unknown")
	if plain(foreign.body, others) != plain(unknown.body, "INC-000099") {
		t.Errorf("%s\n%s", foreign.body, unknown.body)
	}
	s.ask("rik", "POST", at("anker", others)+"/write", `{"text":"x"}`).refused(404, "store.stream_unknown")
	s.ask("rik", "POST", at("anker", own)+"/write", `{"text":"x"}`).want(200, nil)
	var page TicketPage
	s.ask("rik", "GET", "/api/v1/tickets", nil).want(200, &page)
	if len(page.Tickets) != 1 || page.Tickets[0].Key != own {
		t.Errorf("%+v", page)
	}
}

// TestClientNeverSeesWhatIsInternal plants words in all that the provider keeps to itself.
func TestClientNeverSeesWhatIsInternal(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	key := s.log1("cleo", "anker", "Checkout is down")
	other := s.log1("cleo", "anker", "Another")
	do := func(step, body string) { s.ask("ann", "POST", at("anker", key)+"/"+step, body).want(200, nil) }
	do("acknowledge", "")
	do("note", `{"text":"canary"}`)
	do("assign", `{"person":"`+s.ID("ann")+`","text":"canary"}`)
	do("escalate", `{"management":true,"text":"canary"}`)
	do("log-work", `{"minutes":77,"text":"canary"}`)
	do("link", `{"relation":"caused_by","key":"`+other+`"}`)
	s.ask("ann", "POST", at("anker", key)+"/attach?name=canary.txt&internal=true", "canary", "Content-Type", "application/octet-stream").want(200, nil)
	s.ask("ann", "POST", at("anker", key)+"/watch", nil).want(204, nil)
	s.Index()
	for _, path := range []string{at("anker", key), "/api/v1/tickets", "/api/v1/tickets?q=checkout", "/api/v1/notices"} {
		var kept map[string]any
		a := s.ask("cleo", "GET", path, nil).want(200, &kept)
		for _, word := range []string{"canary", "caused_by", `"minutes"`, `"escalated"`, `"person":"` + s.ID("ann") + `","`, `"team"`, `"work"`, `"routed"`} {
			if word == `"person":"`+s.ID("ann")+`","` {
				continue // who acknowledged is public
			}
			if strings.Contains(string(a.body), word) {
				t.Errorf("%s tells %s: %s", path, word, a.body)
			}
		}
	}
	var page TicketPage
	if s.ask("cleo", "GET", "/api/v1/tickets?q=canary", nil).want(200, &page); len(page.Tickets) != 0 {
		t.Errorf("found by an internal word: %+v", page)
	}
	s.ask("cleo", "GET", "/api/v1/tickets?person="+s.ID("ann"), nil).refused(403, "access.denied")
	s.ask("cleo", "GET", "/api/v1/tickets/count?team=x", nil).refused(403, "access.denied")
	var seen Ticket
	s.ask("ann", "GET", at("anker", key), nil).want(200, &seen)
	s.ask("cleo", "GET", at("anker", key)+"/files/"+seen.Files[0].ID, nil).refused(404, "store.file_unknown")
	if seen.Person != s.ID("ann") || seen.Minutes != 77 || !seen.Escalated || len(seen.Related) != 1 || len(seen.Watchers) != 1 {
		t.Errorf("the agent sees %+v", seen)
	}
}
