package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// logs has somebody log an incident of a priority and gives the row that a list has for it.
func (s *stage) logs(who, client, title string, p catalog.Priority) string {
	s.tb.Helper()
	n := s.Incident(client, title)
	n.Impact, n.Urgency, n.Priority = 0, 0, p
	s.Pass(minute)
	return strings.ToLower(client) + "/" + s.As(who).Logs(n).Key
}

func (s *stage) ref(row string) app.Ref { return refsOf([]string{row})[0] }

// busy is a desk with a ticket for each filter.
type busy struct {
	*stage
	calm, urgent, mine, waiting, closed, kompas, request string
}

func newBusy(tb testing.TB) *busy {
	tb.Helper()
	s := newStage(tb)
	b := &busy{stage: s}
	b.calm = s.logs("ann", desktest.Boei, "Banner is crooked", catalog.P4)
	b.urgent = s.logs("ann", desktest.Boei, "Checkout is down", catalog.P1)
	b.mine = s.logs("ann", desktest.Boei, "Prices of last week", catalog.P3)
	b.waiting = s.logs("ann", desktest.Boei, "Parcel codes missing", catalog.P3)
	b.closed = s.logs("ann", desktest.Boei, "Typo on the home page", catalog.P4)
	b.kompas = s.logs("ann", desktest.Kompas, "Search finds nothing", catalog.P3)
	n := s.Incident(desktest.Boei, "Two new users")
	n.Kind, n.Impact, n.Urgency, n.Priority = catalog.ServiceRequest, 0, 0, catalog.P4
	s.Pass(minute)
	b.request = "boei/" + s.As("ann").Logs(n).Key
	s.As("ann").Takes(s.ref(b.mine), "", ticket.Assigned{Person: s.Actor("ann").ID}, ticket.Acknowledged{})
	s.As("ann").Takes(s.ref(b.waiting), "", ticket.Acknowledged{}, ticket.Waits{For: catalog.ThirdParty})
	s.As("ann").Takes(s.ref(b.closed), "", ticket.Acknowledged{}, ticket.Resolved{}, ticket.Closed{})
	s.Work()
	return b
}

func TestEveryFilterNarrows(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	for _, e := range []struct {
		query string
		want  []string // in any order
	}{
		{"", []string{b.calm, b.urgent, b.mine, b.waiting, b.kompas, b.request}},
		{"state=open", []string{b.calm, b.urgent, b.mine, b.waiting, b.kompas, b.request}},
		{"state=closed", []string{b.closed}},
		{"state=all", []string{b.calm, b.urgent, b.mine, b.waiting, b.closed, b.kompas, b.request}},
		{"client=kompas", []string{b.kompas}},
		{"client=kompas&client=anker", []string{b.kompas}},
		{"client=loods", nil},
		{"kind=service_request", []string{b.request}},
		{"priority=P1", []string{b.urgent}},
		{"priority=P1&priority=P3", []string{b.urgent, b.mine, b.waiting, b.kompas}},
		{"level=L0", nil},
		{"ball=third_party", []string{b.waiting}},
		{"ball=client", nil},
		{"person=me", []string{b.mine}},
		{"person=" + b.Actor("ann").ID, []string{b.mine}},
		{"person=nobody&priority=P1", []string{b.urgent}},
		{"person=me&person=nobody&priority=P3", []string{b.mine, b.waiting, b.kompas}},
		{"new=1&priority=P3", []string{b.kompas}},
		{"q=checkout", []string{b.urgent}},
		{"q=prices+week", []string{b.mine}},
		{"q=typo", nil},
		{"q=typo&state=all", []string{b.closed}},
		{"risky=1", nil},
		{"broken=1", nil},
	} {
		p := ann.get("/queue?" + e.query).wants(http.StatusOK)
		got, want := p.rows(), slices.Clone(e.want)
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s lists %q, want %q", e.query, got, want)
		}
		if len(e.want) == 0 && len(p.find(func(n *html.Node) bool { return attr(n, "class") == "empty" })) != 1 {
			t.Errorf("%s: the empty list says nothing", e.query)
		}
	}
	b.Advance(3 * 60 * minute)
	ann.get("/queue?broken=1").wants(http.StatusOK)
	if rows := ann.page.rows(); !slices.Contains(rows, b.urgent) {
		t.Errorf("a broken promise is not listed: %q", rows)
	}
	ann.get("/queue")
	if first := ann.page.rows()[0]; first != b.urgent {
		t.Errorf("%s comes first, want the broken promise", first)
	}
	ann.page.says("Promise broken 1")
}

func TestChipsAreTakenOff(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	ann.get("/queue?client=boei&priority=P3&person=me&ball=provider&kind=incident&level=L1&level=L2&level=L3&new=")
	if got := ann.at; strings.Contains(got, "new=") {
		t.Errorf("what is empty stays in the address: %s", got)
	}
	for _, one := range []string{"Client Boei", "Priority P3", "Owner me", "Ball with provider", "Kind incidents"} {
		ann.page.says(one)
	}
	for _, name := range []string{"Client", "Priority", "Owner", "Ball with", "Kind", "Level"} {
		href := ann.page.link("Remove the filter “" + name + "”")
		if href == "" {
			t.Fatalf("no way to take %s off", name)
		}
		ann.get(href)
	}
	if ann.at != "/queue" {
		t.Errorf("without all of them the list is at %s", ann.at)
	}
}

func TestFilterFormWorksWithoutScript(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	ann.get("/queue?priority=P3")
	add := ann.page.find(func(n *html.Node) bool { return attr(n, "data-key") == "f" })[0]
	ann.get(attr(add, "href")).wants(http.StatusOK)
	form := ann.page.form("/queue")
	if got := ann.page.filled(form); got.Get("priority") != "P3" || got.Get("state") != "open" {
		t.Errorf("the form does not show the list: %v", got)
	}
	ann.submit("/queue", "", "priority", "P1", "client", "boei")
	ann.page.lists(b.urgent)
	if ann.at != "/queue?client=boei&priority=P1" {
		t.Errorf("the list is at %s", ann.at)
	}
}

func TestWrongFiltersAreSaid(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	for _, e := range []struct{ query, says string }{
		{"priority=P9", "“P9” is not possible for the filter “Priority”"},
		{"state=half", "“half” is not possible for the filter “State”"},
		{"client=nowhere", "“nowhere” is not possible for the filter “Client”"},
		{"person=somebody", "“somebody” is not possible for the filter “Owner”"},
		{"team=x", "“x” is not possible for the filter “Team”"},
		{"kind=cake&level=L9&ball=moon", "“moon” is not possible for the filter “Ball with”"},
	} {
		p := ann.get("/queue?" + e.query).wants(http.StatusOK)
		p.says(e.says)
		if n := len(p.rows()); n != 6 {
			t.Errorf("%s: %d rows, want those of the list without it", e.query, n)
		}
	}
	p := ann.get("/queue?priority=P1&priority=P9")
	p.lists(b.urgent)
	for _, place := range []string{"x", "AAAA", placeText(app.Place{Lane: 9})} {
		ann.get("/queue?after=" + place + "&shown=%zz").wants(http.StatusOK)
	}
}

func TestPagesFollowEachOther(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	want := map[string]bool{}
	for i := range 120 {
		want[s.logs("ann", desktest.Boei, fmt.Sprintf("Ticket %d", i), catalog.P3)] = true
	}
	ann := s.enter("ann")
	for _, address := range []string{"/queue", "/queue?sort=newest"} {
		ann.get(address)
		seen := map[string]bool{}
		for pages := 1; ; pages++ {
			for _, row := range ann.page.rows() {
				if seen[row] {
					t.Errorf("%s comes twice", row)
				}
				seen[row] = true
			}
			ann.page.says("120")
			next := ann.page.link("Next")
			if first := ann.page.link("Before"); (first == "") != (pages == 1) {
				t.Errorf("page %d leads back to %q", pages, first)
			}
			if next == "" {
				break
			}
			ann.get(next)
		}
		if len(seen) != len(want) {
			t.Errorf("%s: %d tickets on its pages, want %d", address, len(seen), len(want))
		}
		if ann.get(ann.page.link("Before")); ann.at != address {
			t.Errorf("back to the first leads to %s", ann.at)
		}
	}
}

func TestOthersSeeNothingOfIt(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	scoped := &person.Person{Name: "kim", Email: "kim@mail.test", Role: access.Agent, Scope: access.Only(b.Client(desktest.Kompas)), Active: true}
	b.Must(b.Store.Update(t.Context(), access.Everything(), func(tx *store.Tx) error { return tx.AddPerson(scoped) }))
	kim := b.enterAs(scoped.ID)
	for _, address := range []string{
		"/queue", "/queue?state=all", "/queue?sort=newest", "/queue?client=boei", "/queue?q=checkout", "/find?q=checkout", "/find?q=INC-000002",
		"/find?q=2", "/find?hits=1&q=checkout", "/find?hits=1&q=2", "/queue/filter", "/queue/filter?client=boei", "/views/new?client=boei",
	} {
		p := kim.send("GET", address, nil)
		if p.status != http.StatusOK {
			t.Errorf("%s answers %d", address, p.status)
		}
		for _, secret := range []string{"Boei", "Checkout is down", "boei/"} {
			if strings.Contains(p.body, secret) && !strings.Contains(address, "client=boei") {
				t.Errorf("%s tells of %q", address, secret)
			}
		}
		for _, row := range p.rows() {
			if !strings.HasPrefix(row, "kompas/") {
				t.Errorf("%s lists %s", address, row)
			}
		}
	}
	known, unknown := kim.send("GET", "/queue?client=boei", nil), kim.send("GET", "/queue?client=none", nil)
	if got := strings.ReplaceAll(known.text(), "boei", "none"); got != unknown.text() {
		t.Errorf("a client out of sight reads otherwise than one there is not:\n%s\n%s", got, unknown.text())
	}
	if n := len(kim.get("/queue").find(func(n *html.Node) bool { return attr(n, "class") == "n" && textOf(n) == "1" })); n == 0 {
		t.Error("the sidebar does not count the one ticket")
	}
}

func TestTheDeskIsForStaff(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	for _, name := range []string{"cor", "rik"} {
		client := b.enter(name)
		for _, r := range append(b.site.queueRoutes(), b.site.findRoutes()...) {
			form := url.Values{ui.TokenField: {client.token()}}
			if r.Method == http.MethodGet {
				form = nil
			}
			p := client.send(r.Method, strings.ReplaceAll(r.Path, "{view}", "x"), form)
			if p.status != http.StatusNotFound || len(p.rows()) > 0 {
				t.Errorf("%s: %s %s answers %d", name, r.Method, r.Path, p.status)
			}
		}
	}
	ona := b.enter("ona") // who sees everything and changes nothing
	ona.get("/queue").wants(http.StatusOK)
	if len(ona.page.rows()) != 6 || ona.page.link("New ticket c") != "" || ona.page.link("Keep this list as a view") != "" ||
		len(ona.page.find(func(n *html.Node) bool { return attr(n, "id") == "bulk" })) > 0 {
		t.Error("an auditor is offered what they may not do")
	}
	ona.send("POST", "/queue/bulk", url.Values{ui.TokenField: {ona.token()}, "act": {"acknowledge"}, "ticket": {b.urgent}}).wants(http.StatusForbidden)
}

func TestDensityIsKept(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ann := s.enter("ann")
	ann.get("/queue?state=all")
	ann.submit("/queue/density", "density=roomy").wants(http.StatusOK)
	if ann.at != "/queue?state=all" || attr(ann.page.find(func(n *html.Node) bool { return n.Data == "html" })[0], "data-density") != "roomy" {
		t.Errorf("the list at %s is not roomy", ann.at)
	}
	ann.send("POST", "/queue/density", url.Values{ui.TokenField: {ann.token()}, "density": {"huge"}}).wants(http.StatusUnprocessableEntity)
}

func TestFormsCarryTheToken(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("lea")
	ann.get("/queue")
	ann.get("/views/new?priority=P1")
	ann.submit("/views", "", "name", "Urgent")
	changes := ann.page.link("Change this view")
	for _, address := range []string{
		"/queue", "/queue?q=checkout", "/find", "/find?q=checkout", "/queue/filter", "/views/new", changes, "/tickets/" + b.urgent, "/nowhere",
	} {
		ann.get(address)
		for _, action := range ann.page.unguarded(ann.token()) {
			t.Errorf("%s: the form to %s has no token", address, action)
		}
	}
	for _, r := range b.site.queueRoutes() {
		if r.Method == http.MethodPost {
			ann.send("POST", strings.ReplaceAll(r.Path, "{view}", "x"), url.Values{}).wants(http.StatusForbidden)
		}
	}
}
