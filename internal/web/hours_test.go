package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
)

func TestHours(t *testing.T) {
	t.Parallel()
	d, ref, path := opened(t)
	b := d.browse("ann")
	b.get("/hours").wants(http.StatusOK).contains("main", "Nothing is logged")

	b.post("/hours", "ticket", "inc-1", "minutes", "1h30", "day", "2026-03-02", "once", "a").leads("/hours?week=2026-03-02")
	b.post("/hours", "ticket", "inc-1", "minutes", "1h30", "day", "2026-03-02", "once", "a").leads("/hours?week=2026-03-02")
	d.As("ann").Takes(ref, "", ticket.Worked{Minutes: 15})
	a := b.get("/hours?week=2026-03-05").wants(http.StatusOK)
	a.contains("tfoot", "1 h 45").contains("tbody", "The shop is down")
	if rows := a.find(func(n *html.Node) bool { return n.Data == "th" && attr(n, "scope") == "row" }); len(rows) != 2 { // a ticket, and the sum
		t.Errorf("%d rows", len(rows))
	}
	if links := a.links(path + "/worked?day="); len(links) != 0 {
		t.Errorf("days ahead can be logged on: %v", links)
	}
	b.get("/hours?week=2026-02-23").contains("main", "Nothing is logged")
	d.browse("bo").get("/hours").contains("main", "Nothing is logged")

	back := ""
	for _, f := range a.find(func(n *html.Node) bool {
		return n.Data == "form" && strings.Contains(attr(n, "action"), "work_withdrawn")
	}) {
		back = attr(f, "action")
	}
	b.post(back, "back", "/hours?week=2026-03-02", "once", "b").leads("/hours?week=2026-03-02")
	b.get("/hours").contains("tfoot", "1 h 30")
	b.post(back, "back", "/hours", "once", "c").wants(http.StatusConflict) // it is taken back already
	b.post(path+"/work_withdrawn?entry=1", "back", "//evil.example/").wants(http.StatusUnprocessableEntity)
}

// TestHoursRefused says what is wrong at its field.
func TestHoursRefused(t *testing.T) {
	t.Parallel()
	d, _, _ := opened(t)
	d.As("ann").Logs(d.Incident(desktest.Kompas, "The other shop"))
	b := d.browse("ann")
	for field, form := range map[string][]string{
		"ticket":  {"ticket", "INC-77", "minutes", "10"},
		"minutes": {"ticket", "boei/INC-1", "minutes", "long", "day", "2026-03-02"},
		"day":     {"ticket", "boei/INC-1", "minutes", "10", "day", "yesterday"},
	} {
		a := b.post("/hours", form...).wants(http.StatusUnprocessableEntity)
		if a.wrong(field) == "" || a.value("ticket") != form[1] {
			t.Errorf("%s: nothing is said, or %q is lost", field, form[1])
		}
	}
	a := b.post("/hours", "ticket", "INC-1", "minutes", "10").wants(http.StatusUnprocessableEntity)
	if said := a.wrong("ticket"); !strings.Contains(said, "boei/INC-000001") || !strings.Contains(said, "kompas/INC-000001") {
		t.Errorf("it is not said which: %s", said)
	}
	auditor := d.browse("ona")
	auditor.post("/hours", "ticket", "boei/INC-1", "minutes", "10").wants(http.StatusForbidden)
	auditor.get("/hours").wants(http.StatusOK)
}

func TestNotices(t *testing.T) {
	t.Parallel()
	d, ref, path := opened(t)
	other := d.browse("lea")
	other.get("/notices").wants(http.StatusOK).contains("main", "nothing yet")
	d.As("ann").Takes(ref, "", ticket.Assigned{Person: d.Actor("bo").ID})
	b := d.browse("bo")
	a := b.get("/notices").contains("main", "now yours").contains("main", "assigned to you")
	if links := a.links(path + "#e-"); len(links) != 1 {
		t.Fatalf("links: %v", links)
	}
	unread := func(a *answer) string {
		for _, n := range a.find(func(n *html.Node) bool { return n.Data == "a" && attr(n, "href") == "/notices" }) {
			return textOf(n)
		}
		return ""
	}
	if got := unread(b.get("/queue")); got != "Notices 1" {
		t.Errorf("the sidebar says %q", got)
	}
	id := strings.TrimPrefix(attr(a.find(func(n *html.Node) bool { return has(n, "data-new") })[0], "id"), "n-")
	other.post("/notices/" + id + "/read").leads("/notices")
	if len(b.get("/notices").find(func(n *html.Node) bool { return has(n, "data-new") })) != 1 {
		t.Error("somebody else has read it for bo")
	}
	b.post("/notices/" + id + "/read-all").leads("/notices")
	a = b.get("/notices")
	if len(a.find(func(n *html.Node) bool { return has(n, "data-new") })) != 0 || unread(a) != "Notices" {
		t.Errorf("it is still new: %s", unread(a))
	}
	d.agentOf(desktest.Kompas).get("/notices").contains("main", "nothing yet")
}
