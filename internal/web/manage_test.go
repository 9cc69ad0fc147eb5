package web

import (
	"log/slog"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// invalid tells whether a field is marked as wrong.
func invalid(n *html.Node) bool { return attr(n, "aria-invalid") == "true" }

var chance = regexp.MustCompile(`(Reference|Referentie) [A-Z2-7]{10}|nonce="[A-Z2-7]+"|value="[\w-]{24}"`)

// same is a page without what is new each time.
func same(p *answer) string { return chance.ReplaceAllString(p.body, "") }

// lastKey is the key of the ticket that was logged last.
func (s *stage) lastKey() string {
	s.tb.Helper()
	list, err := s.Queue(s.tb.Context(), s.Actor("ada"), app.Filter{QueueQuery: app.Query{Order: app.ByNewest}}, app.Place{}, 1)
	s.Must(err)
	return list.Rows[0].Key
}

// submitTo sends the form that leads to one address to another, as a button with an action of
// its own does.
func (t *tab) submitTo(action, form string, namesAndValues ...string) *answer {
	t.tb.Helper()
	values := t.page.filled(t.page.form(form))
	for i := 0; i < len(namesAndValues); i += 2 {
		values.Set(namesAndValues[i], namesAndValues[i+1])
	}
	if len(t.page.find(func(n *html.Node) bool { return attr(n, "formaction") == action })) == 0 {
		t.tb.Fatalf("no button leads to %s", action)
	}
	return t.follow(action, t.send("POST", action, values))
}

// TestWhoMayOpenWhat walks the registry: everybody is let in, turned away or told that there
// is nothing, as it says.
func TestWhoMayOpenWhat(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	tabs := map[string]*tab{}
	for _, who := range []string{"ada", "mo", "lea", "ann", "ona", "cor", "rik"} {
		tabs[who] = s.enter(who)
	}
	for i := range s.site.routes {
		r := &s.site.routes[i]
		if r.Method != http.MethodGet || strings.Contains(r.Path, "{") || r.Public() || r.Path == "/events" {
			continue
		}
		for who, in := range tabs {
			actor := s.Actor(who)
			want := http.StatusOK
			switch {
			case r.StaffOnly() && !actor.Role.Staff(), r.ClientsOnly() && !actor.Role.OfClient():
				want = http.StatusNotFound
			case r.Needs != "" && !actor.May(r.Needs):
				want = http.StatusForbidden
			}
			got := in.send(http.MethodGet, r.Path, nil)
			if got.status != want && (got.status != http.StatusSeeOther || want != http.StatusOK) {
				t.Errorf("%s %s for %s: %d, want %d", r.Method, r.Path, who, got.status, want)
			}
			if bad := got.unguarded(in.token()); len(bad) > 0 {
				t.Errorf("%s has forms without a token: %q", r.Path, bad)
			}
		}
	}
}

func TestContractIsShownBeforeItIsKept(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.enter("ada")
	ada.get("/clients")
	ada.submit("/clients", "", "name", "Zeil").wants(http.StatusOK).says("Nothing is agreed with this client yet")
	ada.get("/clients/zeil/add")
	page := ada.submit("/clients/zeil/add", "do=draft", "model", "sla_hotfix", "tier", "gold", "effective", "2026-04-01", "zone", "Europe/Amsterdam", "hours", "72").wants(http.StatusOK)
	page.says("This can be kept.")
	page.says("72 h a month")
	if c, err := s.Clients(t.Context(), s.Actor("ada")); err != nil || slices.ContainsFunc(c, func(c app.Client) bool { return c.Name == "Zeil" && len(c.Contracts) > 0 }) {
		t.Fatalf("it was kept before it was asked for, or %v", err)
	}
	good := area(page)
	form := page.filled(page.form("/clients/zeil/add"))
	form.Set("do", "keep")
	form.Set("text", strings.Replace(good, "hours: 72", "hours: 99", 1))
	ada.follow("/clients/zeil/add", ada.send("POST", "/clients/zeil/add", form)).says("99 h a month") // not what was shown: shown again
	if _, err := s.Contract(t.Context(), s.Actor("ada"), "zeil", "main"); err == nil {
		t.Fatal("a text was kept that nobody saw in plain words")
	}
	ada.follow("/clients/zeil/add", ada.send("POST", "/clients/zeil/add", keep(page, good))).wants(http.StatusOK).says("Version 1")
}

// session begins another session of somebody.
func (s *stage) session(name, seed string) string {
	s.tb.Helper()
	var random [32]byte
	copy(random[:], seed)
	token := person.SessionToken.Token(random)
	hash, _ := person.SessionToken.Hash(token)
	s.Must(s.Store.Update(s.tb.Context(), access.Everything(), func(tx *store.Tx) error {
		return tx.AddSession(&store.Session{Person: s.Actor(name).ID, Expires: s.Now().Add(person.SessionLength)}, hash)
	}))
	return string(token)
}

// area is the text in the field, with its line ends.
func area(p *answer) string {
	for _, n := range p.find(func(n *html.Node) bool { return n.Data == "textarea" && attr(n, "name") == "text" }) {
		if n.FirstChild != nil {
			return n.FirstChild.Data
		}
	}
	return ""
}

func keep(p *answer, text string) url.Values {
	form := url.Values{"do": {"keep"}, "text": {text}}
	for _, n := range p.find(func(n *html.Node) bool { return n.Data == "input" && attr(n, "type") == "hidden" }) {
		form.Set(attr(n, "name"), attr(n, "value"))
	}
	return form
}

func TestContractFaultsAreTheirLine(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mo := s.enter("mo")
	mo.get("/clients/boei/add")
	text := "client: Boei\ncontract: second\ntemplate: sla_hotfix@1\ntier: brons\nversion: 1\neffective: 2026-04-01\nzone: Europe/Amsterdam\n"
	page := mo.submit("/clients/boei/add", "do=check", "text", text).wants(http.StatusUnprocessableEntity)
	page.says("line 4, column 7")
	if area(page) != text {
		t.Errorf("the text was not kept: %q", area(page))
	}
	if wrong := page.find(func(n *html.Node) bool { return attr(n, "id") == "line-4" && attr(n, "class") == "err" }); len(wrong) != 1 {
		t.Error("line 4 is not marked")
	}
	for _, n := range page.find(func(n *html.Node) bool { return n.Data == "button" }) {
		if attr(n, "value") == "keep" {
			t.Error("a wrong text can be kept")
		}
	}
}

func TestAmendmentSaysWhatItChanges(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	mo := s.enter("mo")
	versions, err := s.Contract(t.Context(), s.Actor("mo"), s.Client(desktest.Boei), s.contractOf(desktest.Boei))
	s.Must(err)
	name := versions[0].Document.Name
	page := mo.get("/clients/boei/add?contract=" + url.QueryEscape(name)).wants(http.StatusOK)
	text := area(page)
	if !strings.Contains(text, "version: 2") {
		t.Fatalf("the text does not begin with the next version: %.200s", text)
	}
	text = strings.NewReplacer("effective: 2026-01-01", "effective: 2026-05-01", "hours: 80", "hours: 96").Replace(text)
	action := "/clients/boei/add?contract=" + url.QueryEscape(name)
	page = mo.submit(action, "do=check", "text", text).wants(http.StatusOK)
	page.says("96 h a month")
	page.says("What changed from version 1")
	kept := mo.follow(action, mo.send("POST", action, keep(page, text))).wants(http.StatusOK)
	kept.says("Version 2")
	kept.says("ahead")
	// The clause of a clock leads to its line of the page.
	if lines := kept.find(func(n *html.Node) bool { return attr(n, "id") == "line-15" }); len(lines) != 1 {
		t.Errorf("%d lines have the id line-15", len(lines))
	}
	for _, n := range kept.find(func(n *html.Node) bool { return n.Data == "a" && strings.HasPrefix(attr(n, "href"), "#line-") }) {
		id := strings.TrimPrefix(attr(n, "href"), "#")
		if len(kept.find(func(n *html.Node) bool { return attr(n, "id") == id })) != 1 {
			t.Errorf("%s leads nowhere", attr(n, "href"))
		}
	}
	mo.get("/clients/boei/contracts/" + url.PathEscape(name) + "?version=9").wants(http.StatusNotFound)
}

func (s *stage) contractOf(client string) string {
	s.tb.Helper()
	all, err := s.Clients(s.tb.Context(), s.Actor("ada"))
	s.Must(err)
	for _, c := range all {
		if c.Name == client {
			return c.Contracts[0]
		}
	}
	return ""
}

func TestFirstRunGoesOnWhereOneWas(t *testing.T) {
	t.Parallel()
	ada := newStageEmpty(t)
	ada.get("/tickets/new").wants(http.StatusOK).says("There is no client yet")
	if ada.page.link("Begin") != "/first-run" {
		t.Error("a new ticket for no client leads nowhere")
	}
	ada.get("/first-run").wants(http.StatusOK).says("Whom do you support?")
	ada.submit("/first-run/client", "", "name", " ").wants(http.StatusUnprocessableEntity)
	ada.submit("/first-run/client", "", "name", "Zeil").wants(http.StatusOK).says("What did they buy?")
	ada.get("/queue").wants(http.StatusOK)
	if ada.page.link("Begin") != "/first-run" {
		t.Errorf("the empty queue leads to %q", ada.page.link("Begin"))
	}
	ada.get("/first-run").says("Step 3 of 4")
	page := ada.submit("/first-run/contract", "do=draft", "model", string(contract.ManagedService), "tier", "platinum", "effective", "2026-01-01", "zone", "UTC").wants(http.StatusOK)
	ada.follow("/first-run/contract", ada.send("POST", "/first-run/contract", keep(page, area(page)))).wants(http.StatusOK).says("What is the first thing to do?")
	ada.submit("/first-run/ticket", "", "text", "All of it.", "impact", "I1", "urgency", "U1").wants(http.StatusUnprocessableEntity).says("All of it.")
	ada.submit("/first-run/ticket", "", "title", "No payment", "impact", "I1", "urgency", "U1").wants(http.StatusOK).says("The desk is ready")
	ada.get("/queue").wants(http.StatusOK).says("INC-000001")
}

// newStageEmpty is a desk on which nobody was before, and the browser of who sets it up.
func newStageEmpty(t *testing.T) *tab {
	t.Helper()
	kept := storetest.SQLite(t)
	s := &stage{Desk: &desktest.Desk{App: app.On(kept), Store: kept}, tb: t}
	s.site = New(s.App, Config{Base: "http://desk.test", Home: "Kade", Log: slog.New(slog.DiscardHandler)})
	t.Cleanup(s.site.Close)
	secret, err := s.SetUpToken(t.Context(), desktest.Operator)
	if err != nil {
		t.Fatal(err)
	}
	ada := &tab{stage: s, cookies: map[string]string{}}
	address := "/set-up?token=" + url.QueryEscape(string(secret))
	ada.get(address)
	ada.submit(address, "", "name", "Ada", "email", "ada@mail.test", "password", "harbour lantern nineteen").wants(http.StatusOK)
	return ada
}

func TestInvitedWithoutMail(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.enter("ada")
	ada.get("/people/new")
	ada.submit("/people/new", "", "name", "Eva", "email", "eva", "role", "agent", "everything", "1").wants(http.StatusUnprocessableEntity)
	if got := ada.page.filled(ada.page.form("/people/new")).Get("name"); got != "Eva" {
		t.Errorf("the name became %q", got)
	}
	ada.submit("/people/new", "", "name", "Eva", "email", "eva@mail.test", "role", "agent", "everything", "1").wants(http.StatusOK).says("invited")
	lease, _, err := s.Acquire(t.Context(), app.Unasked(), "work", "test", time.Minute)
	s.Must(err)
	_, err = s.Deliver(t.Context(), app.Unasked(), lease, nil)
	s.Must(err)
	page := ada.get("/outbox").wants(http.StatusOK)
	page.says("not sent")
	action := ""
	for _, n := range page.find(func(n *html.Node) bool { return n.Data == "form" && strings.HasSuffix(attr(n, "action"), "/link") }) {
		action = attr(n, "action")
	}
	shown := ada.submit(action, "").wants(http.StatusOK)
	secret := shown.find(func(n *html.Node) bool { return n.Data == "code" })
	if len(secret) != 1 {
		t.Fatalf("no link on the page: %s", shown.text())
	}
	link := textOf(secret[0])
	if strings.Contains(ada.get("/outbox").body, link) {
		t.Error("the link is shown again")
	}
	eva := &tab{stage: s, cookies: map[string]string{}}
	eva.get(strings.TrimPrefix(link, "http://desk.test")).wants(http.StatusOK)
	ona := s.enter("ona")
	if p := ona.send("POST", action, url.Values{"csrf": {ona.token()}}); p.status != http.StatusForbidden {
		t.Errorf("an auditor gets %d", p.status)
	}
	ada.get("/audit").says("link of an invitation")
}

func TestPeopleAreChanged(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ada := s.enter("ada")
	bo := "/people/" + s.Actor("bo").ID
	ada.get("/teams")
	ada.submit("/teams", "", "name", "Web", "level", "L2").wants(http.StatusOK).says("The team was kept")
	ada.get(bo)
	ada.submit(bo, "", "role", "lead", "everything", "1", "level", "L3").wants(http.StatusOK).says("Lead")
	ada.submit(bo+"/end", "").wants(http.StatusOK).says("no access")
	ada.submit(bo+"/restore", "").wants(http.StatusOK)
	ada.get("/people").says("bo@mail.test")
	ada.get("/audit").says("from “Agent” to “Lead”")
	mo := s.enter("mo")
	page := mo.get("/people/" + s.Actor("ada").ID).wants(http.StatusOK)
	for _, f := range page.find(func(n *html.Node) bool { return n.Data == "form" }) {
		if strings.HasPrefix(attr(f, "action"), "/people/") {
			t.Errorf("a manager is offered to change an admin: %s", attr(f, "action"))
		}
	}
	if p := mo.send("POST", "/people/"+s.Actor("ada").ID+"/end", url.Values{"csrf": {mo.token()}}); p.status != http.StatusForbidden {
		t.Errorf("a manager ends an admin: %d", p.status)
	}
	if p := s.enter("ann").send("POST", bo+"/end", nil); p.status != http.StatusForbidden {
		t.Errorf("an agent ends somebody: %d", p.status)
	}
}

func TestOwnSettings(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ann := s.enter("ann")
	ann.get("/me").wants(http.StatusOK)
	ann.submit("/me", "", "name", "Ann Aker", "zone", "Mars/Crater").wants(http.StatusUnprocessableEntity).says("Mars/Crater")
	ann.get("/me")
	ann.submit("/me", "", "name", "Ann Aker", "zone", "Europe/Amsterdam", "language", "nl", "density", "roomy", "theme", "dark", "keys", "off").
		wants(http.StatusOK).says("Instellingen")
	root := ann.page.find(func(n *html.Node) bool { return n.Data == "html" })[0]
	if attr(root, "data-theme") != "dark" || attr(root, "data-density") != "roomy" || !has(root, "data-keys-off") || attr(root, "lang") != "nl" {
		t.Errorf("the page does not follow: %v", root.Attr)
	}
}

func TestTokenIsShownOnce(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ann := s.enter("ann")
	ann.get("/me")
	ann.submit("/me/tokens", "", "token_name", "Sync").wants(http.StatusUnprocessableEntity).says("at least one scope")
	ann.submit("/me/tokens", "", "token_name", "Sync", "expires", "2026-02-30", "scope", "tickets.read").wants(http.StatusUnprocessableEntity)
	page := ann.submit("/me/tokens", "", "token_name", "Sync", "expires", "2026-12-31", "scope", "tickets.read").wants(http.StatusOK)
	secret := page.find(func(n *html.Node) bool { return n.Data == "code" })
	if len(secret) != 1 {
		t.Fatalf("no token on the page: %s", page.text())
	}
	token := textOf(secret[0])
	if strings.Contains(ann.get("/me").body, token) {
		t.Error("the token is shown again")
	}
	ann.page.says("Sync")
	ann.submit("/me/tokens/revoke", "").wants(http.StatusOK).says("revoked")
}

func TestSessionsAreSeenAndEnded(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	here := s.enter("ann")
	there := &tab{stage: s, cookies: map[string]string{}}
	there.cookies[sessionCookie] = s.session("ann", "there")
	here.get("/me").says("Unknown browser")
	form := url.Values{"csrf": {here.token()}}
	here.follow("/me/sessions/end", here.send("POST", "/me/sessions/end", form)).wants(http.StatusOK)
	if p := there.send("GET", "/me", nil); p.status != http.StatusUnauthorized && p.status != http.StatusSeeOther {
		t.Errorf("the other browser still gets %d", p.status)
	}
	here.get("/me").wants(http.StatusOK)
}

func TestAuditorSeesWithoutChanging(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ona := s.enter("ona")
	for _, path := range []string{"/clients", "/clients/boei", "/people", "/teams", "/people/" + s.Actor("bo").ID, "/audit"} {
		page := ona.get(path).wants(http.StatusOK)
		for _, f := range page.find(func(n *html.Node) bool { return n.Data == "form" && strings.EqualFold(attr(n, "method"), "post") }) {
			if a := attr(f, "action"); a != "/theme" && a != "" {
				t.Errorf("%s offers an auditor %s", path, a)
			}
		}
	}
	if !s.Actor("ona").May(access.ReadAudit) {
		t.Error("an auditor reads no audit")
	}
}
