package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/desktest"
)

// ofBoei is a form of a new ticket with everything that it needs.
func ofBoei(more ...string) []string {
	return append([]string{"client", "boei", "kind", "incident", "title", "The shop is down", "text", "Since nine.", "once", "k"}, more...)
}

func TestNewTicket(t *testing.T) {
	t.Parallel()
	d := newStage(t)
	b := d.browse("ann")
	form := b.get("/tickets/new").wants(http.StatusOK)
	form.must("#f-client")
	if form.one("#f-title") != nil {
		t.Error("it asks for a title before the client")
	}
	form.contains("#f-client-hint", "Choose the client first")
	form = b.post("/tickets/new", "client", "boei", "ask", "client").wants(http.StatusOK)
	form.must("#f-title")
	if form.one("#f-client-hint") != nil {
		t.Error("it still asks for a client")
	}

	fields := ofBoei("impact", "I2", "urgency", "U2", "requester", d.Actor("rik").ID, "watchers", d.Actor("bo").ID)
	to := b.post("/tickets/new", fields...).leads("/tickets/boei/INC-")
	if again := b.post("/tickets/new", fields...).leads("/tickets/boei/INC-"); again != to {
		t.Errorf("sent twice it made %s and %s", to, again)
	}
	v := d.As("ann").Opens(app.Ref{Client: d.Client(desktest.Boei), Key: strings.TrimPrefix(to, "/tickets/boei/")})
	if v.Title != "The shop is down" || v.Description != "Since nine." || v.Ticket.Impact != 2 || v.Ticket.Requester != d.Actor("rik").ID ||
		len(v.Watchers) != 1 || v.Watchers[0] != d.Actor("bo").ID {
		t.Errorf("logged: %+v", v.Ticket)
	}
	b.post("/tickets/new", "client", "boei", "kind", "problem", "title", "By hand", "priority", "P1").leads("/tickets/boei/PRB-")
}

// TestNewTicketRefused says each thing at its field, and keeps what was typed.
func TestNewTicketRefused(t *testing.T) {
	t.Parallel()
	d := newStage(t)
	b := d.browse("ann")
	for name, one := range map[string]struct {
		field string
		form  []string
	}{
		"no client":        {"client", []string{"title", "x", "kind", "incident"}},
		"no title":         {"title", []string{"client", "boei", "kind", "incident", "impact", "I1", "urgency", "U1", "text", "Since nine."}},
		"no priority":      {"priority", ofBoei("impact", "I1")},
		"odd impact":       {"impact", ofBoei("impact", "I7", "urgency", "U1")},
		"odd kind":         {"kind", []string{"client", "boei", "kind", "war", "title", "x", "priority", "P1"}},
		"somebody else's":  {"requester", ofBoei("priority", "P1", "requester", d.Actor("dirk").ID)},
		"unknown priority": {"priority", ofBoei("priority", "P9")},
	} {
		a := b.post("/tickets/new", one.form...).wants(http.StatusUnprocessableEntity)
		if a.wrong(one.field) == "" {
			t.Errorf("%s: nothing is said at %s", name, one.field)
		}
		for i := 0; i < len(one.form); i += 2 {
			if f := one.form[i]; (f == "text" || f == "title") && a.one("#f-"+f) != nil && a.value(f) != one.form[i+1] {
				t.Errorf("%s: %s is lost: %q", name, f, a.value(f))
			}
		}
	}
	if rows := d.As("ann").Lists(app.Filter{}, 50); len(rows) != 0 {
		t.Errorf("logged: %v", rows)
	}
	d.browse("ona").get("/tickets/new").wants(http.StatusForbidden)
	bob := d.agentOf(desktest.Kompas)
	if form := bob.get("/tickets/new").wants(http.StatusOK); form.one("#f-title") == nil || strings.Contains(form.body, "Boei") {
		t.Error("the only client is not chosen, or another shows")
	}
	bob.post("/tickets/new", ofBoei("priority", "P1")...).wants(http.StatusNotFound)
}

// TestNewTicketFollows shows what would follow: the priority, its clocks, and what is like it.
func TestNewTicketFollows(t *testing.T) {
	t.Parallel()
	d := newStage(t)
	d.As("ann").Logs(d.Incident(desktest.Boei, "Checkout button does nothing on phones"))
	b := d.browse("ann")
	b.live = true
	a := b.post("/tickets/new?ask=preview", "client", "boei", "kind", "incident", "title", "Checkout button does nothing", "impact", "I1", "urgency", "U1")
	a.wants(http.StatusOK)
	if a.one("nav") != nil || a.one("form") != nil {
		t.Error("not the part alone")
	}
	a.contains("#follows", catalog.P1.String()).contains("#follows", "Restoration").contains("#follows", "INC-000001")
	if clocks := a.find(func(n *html.Node) bool { return strings.HasPrefix(attr(n, "class"), "clock") }); len(clocks) < 3 {
		t.Errorf("%d clocks", len(clocks))
	}
	if rows := d.As("ann").Lists(app.Filter{}, 50); len(rows) != 1 {
		t.Errorf("logged: %v", rows)
	}
}
