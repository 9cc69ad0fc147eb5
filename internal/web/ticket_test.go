package web

import (
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
)

// opened is a desk with an incident of Boei that ann took on, and its address.
func opened(tb testing.TB) (*stage, app.Ref, string) {
	tb.Helper()
	d := newStage(tb)
	ref := d.As("ann").Logs(d.Incident(desktest.Boei, "The shop is down"))
	d.As("ann").Takes(ref, "", ticket.Acknowledged{})
	return d, ref, "/tickets/boei/" + ref.Key
}

func TestTicketPage(t *testing.T) {
	t.Parallel()
	d, ref, path := opened(t)
	d.As("bo").Takes(ref, "Looks like the cache.", ticket.Noted{})
	d.As("ann").Takes(ref, "We are on it.", ticket.Replied{})
	a := d.browse("ann").get(path).wants(http.StatusOK)
	a.contains("h1", "The shop is down").contains("#timeline", "bo to colleagues").contains("#timeline", "We are on it.")
	inside := a.find(func(n *html.Node) bool { return attr(n, "data-to") == "inside" })
	if len(inside) != 1 || textOf(inside[0]) != "Looks like the cache." {
		t.Errorf("internal notes: %d", len(inside))
	}
	clocks := a.find(func(n *html.Node) bool { return n.Data == "li" && strings.HasPrefix(attr(n, "class"), "clock") })
	if len(clocks) < 3 {
		t.Errorf("%d clocks", len(clocks))
	}
	for _, key := range []string{"w", "r", "i", "l", "u", "o", "p"} {
		if len(a.find(func(n *html.Node) bool { return attr(n, "data-key") == key || attr(n, "data-also") == key })) != 1 {
			t.Errorf("the key %s is not for one thing", key)
		}
	}
	for _, form := range a.find(func(n *html.Node) bool { return n.Data == "form" && attr(n, "method") == "post" }) {
		token := false
		for n := range form.Descendants() {
			token = token || attr(n, "name") == "csrf"
		}
		if !token {
			t.Errorf("the form to %s has no token", attr(form, "action"))
		}
	}
}

// TestTicketPageOfAnAuditor has nothing to press that would be refused.
func TestTicketPageOfAnAuditor(t *testing.T) {
	t.Parallel()
	d, _, path := opened(t)
	a := d.browse("ona").get(path).wants(http.StatusOK)
	if a.one("textarea") != nil || a.one("#next") != nil {
		t.Error("an auditor is offered steps")
	}
}

// TestRenewed asks for what changes of a ticket, as script does.
func TestRenewed(t *testing.T) {
	t.Parallel()
	d, _, path := opened(t)
	b := d.browse("ann")
	b.live = true
	a := b.get(path).wants(http.StatusOK)
	if a.one("nav") != nil || a.one("#parts") == nil || a.one("#timeline") == nil {
		t.Error("not the parts alone")
	}
	// What an answer would do is renewed beside what is being written.
	a.contains("hx-partial", "stops no clock")
	unanswered := d.As("ann").Logs(d.Incident(desktest.Boei, "Another one"))
	b.get("/tickets/boei/"+unanswered.Key).contains("hx-partial", "stops “first answer”")
}

// TestSteps takes each step by its form: what is wrong is refused at its field and what was
// typed is kept, what is right is taken.
func TestSteps(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		step         string
		bad          []string
		field, keeps string // what is wrong, and a field that keeps its value
		good         []string
		says         string // in the timeline
	}{
		{"acknowledged", nil, "", "", nil, "acknowledged"},
		{"titled", []string{"text", strings.Repeat("x", 201)}, "text", "text", []string{"text", "The till is down"}, "changed the title"},
		{"waits", []string{"party", "nobody", "text", "Which order?"}, "", "text", []string{"party", "client", "text", "Which order?"}, "Which order?"},
		{"restored", nil, "", "", []string{"workaround", "on", "text", "Cache off."}, "Cache off."},
		{"resolved", nil, "", "", []string{"text", "Cache replaced."}, "Cache replaced."},
		{"escalated", []string{"how", "functional", "level", "L9"}, "level", "", []string{"how", "functional", "level", "L3"}, "escalated to L3"},
		{"classified", []string{"impact", "", "urgency", "U1"}, "priority", "urgency", []string{"priority", "P1"}, "priority to P1"},
		{"assigned", []string{"person", "nobody-such", "level", "L2"}, "person", "level", []string{"person", "me", "level", "L2"}, "gave it to"},
		{"due_agreed", []string{"target", "restoration", "due", "soon"}, "due", "due", []string{"target", "restoration", "due", "2026-03-09T12:00"}, "agreed"},
		{"worked", []string{"minutes", "a while", "day", "2026-03-02"}, "minutes", "minutes", []string{"minutes", "1h30", "day", "2026-03-02"}, "1 h 30"},
		{"linked", []string{"relation", "fixes", "key", "INC-999"}, "key", "key", []string{"relation", "fixes", "key", "inc-1"}, "fixes"},
		{"attached", []string{"internal", "on"}, "file", "", nil, ""},
	} {
		t.Run(one.step, func(t *testing.T) {
			t.Parallel()
			d := newStage(t)
			d.As("ann").Logs(d.Incident(desktest.Boei, "An older one"))
			ref := d.As("ann").Logs(d.Incident(desktest.Boei, "The shop is down"))
			path := "/tickets/boei/" + ref.Key
			b := d.browse("ann")
			if one.step != "acknowledged" {
				form := b.get(path + "/" + one.step).wants(http.StatusOK)
				form.must("#sheet-title")
				b.live = true
				if part := b.get(path + "/" + one.step); part.one("nav") != nil || part.header.Get("HX-Retarget") != "#sheet" {
					t.Error("script is given the whole page")
				}
				b.live = false
			}
			if one.bad != nil {
				before := d.As("ann").Opens(ref).Head
				a := b.post(path+"/"+one.step, append(one.bad, "once", "k1", "seen", strconv.Itoa(before))...)
				if a.status < 400 {
					t.Fatalf("taken: %d", a.status)
				}
				if one.field != "" && a.wrong(one.field) == "" {
					t.Errorf("nothing is said at %s: %s", one.field, a.said("main"))
				}
				for i := 0; i < len(one.bad); i += 2 {
					if one.bad[i] == one.keeps && a.value(one.keeps) != one.bad[i+1] {
						t.Errorf("%s is %q, want what was typed", one.keeps, a.value(one.keeps))
					}
				}
				if d.As("ann").Opens(ref).Head != before {
					t.Error("something was recorded")
				}
				if a.value("once") != "k1" {
					t.Error("the key of the form is not kept")
				}
			}
			if one.says == "" {
				return
			}
			for i := range one.good {
				if one.good[i] == "me" {
					one.good[i] = d.Actor("ann").ID
				}
			}
			b.post(path+"/"+one.step, append(one.good, "once", "k2")...).leads(path)
			b.get(path).contains("#timeline", one.says)
		})
	}
}

// TestStepOnceSent sends a form twice.
func TestStepOnceSent(t *testing.T) {
	t.Parallel()
	d, ref, path := opened(t)
	b := d.browse("ann")
	for range 2 {
		b.post(path+"/worked", "minutes", "20", "day", "2026-03-02", "once", "k").leads(path)
	}
	b.post(path+"/acknowledged", "once", "k") // another form of the same page
	if got := d.As("ann").Opens(ref).Ticket.Minutes; got != 20 {
		t.Errorf("%d minutes, want 20", got)
	}
	for range 2 {
		b.post(path+"/say", "text", "Only once.", "to", "client", "once", "s").leads(path)
	}
	if n := strings.Count(b.get(path).said("#timeline"), "Only once."); n != 1 {
		t.Errorf("said %d times", n)
	}
}

// TestMeanwhile has two people act on what both have open.
func TestMeanwhile(t *testing.T) {
	t.Parallel()
	d, ref, path := opened(t)
	b := d.browse("ann")
	page := b.get(path + "/classified")
	seen := page.value("seen")
	d.As("bo").Takes(ref, "", ticket.Classified{Priority: catalog.P3})

	a := b.post(path+"/classified", "priority", "P1", "seen", seen, "once", "k").wants(http.StatusConflict)
	a.contains("main", "Meanwhile").contains("main", "bo set the priority to P3")
	if a.value("priority") != "P1" {
		t.Errorf("what was chosen is lost: %q", a.value("priority"))
	}
	b.post(path+"/classified", "priority", "P1", "seen", a.value("seen"), "once", "k").wants(http.StatusConflict)
	anyway := a.find(func(n *html.Node) bool { return attr(n, "name") == "anyway" })
	if len(anyway) != 1 {
		t.Fatal("it cannot be sent anyway")
	}
	b.post(path+"/classified", "priority", "P1", "seen", a.value("seen"), "once", "k", "anyway", attr(anyway[0], "value")).leads(path)
	if got := d.As("ann").Opens(ref).Ticket.Priority; got != catalog.P1 {
		t.Errorf("priority %v", got)
	}
}

// TestMeanwhileWriting keeps a text with which a step was to be taken that was overtaken.
func TestMeanwhileWriting(t *testing.T) {
	t.Parallel()
	d, ref, path := opened(t)
	b := d.browse("ann")
	seen := b.get(path).value("seen")
	d.As("bo").Takes(ref, "", ticket.Waits{For: catalog.ThirdParty})

	a := b.post(path+"/say", "text", "It works again.", "to", "client", "then", "restore", "seen", seen, "once", "k").wants(http.StatusConflict)
	if a.value("text") != "It works again." {
		t.Errorf("the text is lost: %q", a.value("text"))
	}
	a.contains("main", "bo waits for")
	anyway := a.find(func(n *html.Node) bool { return attr(n, "name") == "anyway" })
	if len(anyway) != 1 {
		t.Fatal("it cannot be sent anyway")
	}
	b.post(path+"/say", "text", "It works again.", "to", "client", "seen", seen, "once", "k", "anyway", attr(anyway[0], "value")).leads(path)
	if got := d.As("ann").Opens(ref).Ticket.State; got != ticket.StateRestored {
		t.Errorf("state %v", got)
	}
	b.get(path).contains("#timeline", "It works again.")
}

func TestSay(t *testing.T) {
	t.Parallel()
	d, ref, path := opened(t)
	b := d.browse("ann")
	long := strings.Repeat("a", ticket.MaxText+1)
	a := b.post(path+"/say", "text", long, "to", "inside", "once", "k").wants(http.StatusUnprocessableEntity)
	if a.value("text") != long || a.value("to") != "inside" || a.one("#compose-error") == nil {
		t.Error("what is too long is lost, or nothing is said")
	}
	to := b.post(path+"/say", "text", "Which browser?", "to", "client", "then", "wait", "once", "k2").leads(path)
	if got := d.As("ann").Opens(ref).Ticket.WaitingFor; got != catalog.Client {
		t.Errorf("waits for %v", got)
	}
	sent := b.get(strings.TrimSuffix(to, "#compose-text")).find(func(n *html.Node) bool { return has(n, "data-sent") })
	if len(sent) != 1 || attr(sent[0], "data-sent") != "boei/"+ref.Key {
		t.Error("the browser is not told that the draft has arrived")
	}
}

var changing = regexp.MustCompile(`nonce="[^"]*"|[Rr]eference [A-Z0-9]{10}`)

// TestNotThere compares the answer for another client's ticket with that for a ticket of no
// client, to the byte.
func TestNotThere(t *testing.T) {
	t.Parallel()
	d, ref, _ := opened(t)
	b := d.agentOf(desktest.Kompas)
	// What was asked for is said again, so it is as long and as odd in both.
	same := func(a *answer) string {
		return strings.ReplaceAll(changing.ReplaceAllString(a.wants(http.StatusNotFound).body, ""), "boei", "none")
	}
	for _, path := range []string{"", "/worked", "/files/x", "/pictures/x"} {
		other, none := same(b.get("/tickets/boei/"+ref.Key+path)), same(b.get("/tickets/none/"+ref.Key+path))
		if other != none {
			t.Errorf("%s: another client's ticket reads otherwise than none", path)
		}
	}
	for _, step := range []string{"say", "acknowledged", "worked", "watch", "nonsense"} {
		fields := []string{"text", "x", "to", "client", "minutes", "5", "on", "1"}
		other, none := same(b.post("/tickets/boei/"+ref.Key+"/"+step, fields...)), same(b.post("/tickets/none/"+ref.Key+"/"+step, fields...))
		if other != none {
			t.Errorf("%s: another client's ticket answers otherwise than none", step)
		}
	}
}

// TestForms refuses what does not come from a form of the session.
func TestForms(t *testing.T) {
	t.Parallel()
	d, ref, path := opened(t)
	ann, bo := d.browse("ann"), d.browse("bo")
	before := d.As("ann").Opens(ref).Head
	good := ann.form
	for name, token := range map[string]string{"none": "", "of another session": bo.form, "made up": strings.ToUpper(good) + "x"} {
		ann.form = token
		if a := ann.post(path+"/acknowledged", "once", name); a.status != http.StatusForbidden {
			t.Errorf("%s: status %d", name, a.status)
		}
	}
	ann.form = good
	ann.send("POST", path+"/restored", url.Values{"csrf": {good}}, "Sec-Fetch-Site", "cross-site").wants(http.StatusForbidden)
	ann.cookies = map[string]string{}
	ann.post(path + "/restored").wants(http.StatusUnauthorized)
	if d.As("ann").Opens(ref).Head != before {
		t.Error("something was recorded")
	}
}
