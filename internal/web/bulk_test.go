package web

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/web/ui"
)

func TestManyTicketsAtOnce(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	me := b.Actor("ann").ID

	ann.get("/queue?priority=P1&priority=P3")
	ann.submit("/queue/bulk", "act=mine", "ticket", b.urgent, "ticket", b.kompas)
	ann.page.says("2 tickets are yours")
	if ann.at != "/queue?priority=P1&priority=P3" {
		t.Errorf("it leads to %s", ann.at)
	}
	for _, row := range []string{b.urgent, b.kompas} {
		v := b.As("ann").Opens(b.ref(row))
		if v.Ticket.Person != me || v.Ticket.Level == 0 {
			t.Errorf("%s is of %q at %s", row, v.Ticket.Person, v.Ticket.Level)
		}
	}
	ann.get("/queue")
	if strings.Contains(ann.page.body, "are yours") {
		t.Error("it is said twice")
	}

	ann.submit("/queue/bulk", "act=priority", "ticket", b.kompas)
	ann.page.says("Priority of 1 ticket")
	ann.submit("/queue/bulk", "chosen=P2").says("1 ticket has its priority")
	if p := b.As("ann").Opens(b.ref(b.kompas)).Ticket.Priority; p != catalog.P2 {
		t.Errorf("it is %s", p)
	}

	ann.submit("/queue/bulk", "act=assign", "ticket", b.kompas, "ticket", b.urgent)
	ann.submit("/queue/bulk", "", "chosen", "").wants(http.StatusUnprocessableEntity).says("It is not said what to do")
	ann.submit("/queue/bulk", "", "chosen", "person:"+b.Actor("bo").ID).says("2 tickets assigned")

	ann.submit("/queue/bulk", "act=wait", "ticket", b.kompas)
	ann.submit("/queue/bulk", "chosen=client").says("1 ticket waits")
	if at := b.As("ann").Opens(b.ref(b.kompas)).Ticket; at.WaitingFor != catalog.Client || at.Person != b.Actor("bo").ID {
		t.Errorf("it waits for %s, and is of %s", at.WaitingFor, at.Person)
	}
}

func TestWhatIsNotPossibleIsSaidOfEach(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	ann.get("/queue")
	ann.submit("/queue/bulk", "act=acknowledge", "ticket", b.urgent, "ticket", b.mine, "ticket", "boei/INC-009999", "ticket", "nowhere/INC-000001")
	ann.page.wants(http.StatusOK).says("1 ticket acknowledged")
	ann.page.says("not possible for 3 tickets")
	ann.page.says("“Acknowledge” is not possible while the ticket is in progress")
	if b.As("ann").Opens(b.ref(b.urgent)).Ticket.State != ticket.StateWorking {
		t.Error("what is possible was not done")
	}
	// The requests need no resolution before they are closed, an incident does.
	ann.get("/queue")
	ann.submit("/queue/bulk", "act=close", "ticket", b.request, "ticket", b.calm)
	ann.submit("/queue/bulk", "", "text", "Was agreed by phone").says("1 ticket closed")
	ann.page.says("not possible for 1 ticket")
	if href := ann.page.link("To the list"); href != "/queue" {
		t.Errorf("it leads back to %q", href)
	}
}

// TestAFailureOfOursIsNotSaidToBeImpossible answers with what the app gives when the database
// fails midway: what was done is still said, and what is not known is not said to be unchanged.
func TestAFailureOfOursIsNotSaidToBeImpossible(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	done := []app.Outcome{
		{Ref: app.Ref{Client: "boei", Key: "INC-000001"}},
		{Ref: app.Ref{Client: "boei", Key: "INC-000002"}, Err: fault.New(fault.Invalid, ticket.CodeNoPriority)},
		{Ref: app.Ref{Client: "boei", Key: "INC-000003"}, Err: fault.New(fault.Unavailable, store.CodeUnknownOutcome)},
		{Ref: app.Ref{Client: "boei", Key: "INC-000004"}, Err: errors.New("row 17 is torn")},
	}
	answer := func(done []app.Outcome) (int, string) {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "http://desk.test/queue", http.NoBody)
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: ann.cookies[sessionCookie]})
		w := httptest.NewRecorder()
		b.site.visit(w, r, &Route{door: staffOnly, serve: func(v *visit) error { return v.outcome(&acts[0], done) }})
		return w.Code, w.Body.String()
	}
	status, body := answer(done)
	if status != http.StatusServiceUnavailable {
		t.Errorf("the status is %d", status)
	}
	for _, says := range []string{
		"1 ticket acknowledged", "not possible for 1 ticket", "failed on our side for 2 tickets", "Something broke on our side", "Reference ", "INC-000004",
	} {
		if !strings.Contains(body, says) {
			t.Errorf("it does not say %q", says)
		}
	}
	if strings.Contains(body, "torn") || !strings.Contains(b.log.String(), "row 17 is torn") {
		t.Errorf("what failed is not for the page but for the log, which has %q", b.log.String())
	}
	b.log.Reset()
	if status, body := answer(done[:2]); status != http.StatusOK || strings.Contains(body, "failed on our side") {
		t.Errorf("what is not possible is said to have failed, with status %d", status)
	}
}

func TestSentTwiceIsDoneOnce(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	ann.get("/queue")
	form := ann.page.filled(ann.page.form("/queue/bulk"))
	form.Set("act", "mine")
	form["ticket"] = []string{b.urgent, b.kompas}
	before := len(b.As("ann").Opens(b.ref(b.urgent)).Entries)
	for range 2 {
		ann.follow("/queue/bulk", ann.send("POST", "/queue/bulk", form)).says("2 tickets are yours")
	}
	if got := len(b.As("ann").Opens(b.ref(b.urgent)).Entries); got != before+1 {
		t.Errorf("%d entries more, want 1", got-before)
	}
	form.Set("act", "acknowledge") // the same key for something else
	ann.follow("/queue/bulk", ann.send("POST", "/queue/bulk", form)).says("not possible for 2 tickets")
}

func TestBulkFaults(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	for _, e := range []struct {
		name   string
		form   url.Values
		status int
		says   string
	}{
		{"nothing selected", url.Values{"act": {"mine"}}, http.StatusUnprocessableEntity, "No ticket is selected."},
		{"an act there is not", url.Values{"act": {"burn"}, "ticket": {b.urgent}}, http.StatusUnprocessableEntity, "“burn” is not possible"},
		{"a priority there is not", url.Values{"act": {"priority"}, "ticket": {b.urgent}, "chosen": {"P9"}}, http.StatusUnprocessableEntity, "not said"},
		{"a team there is not", url.Values{"act": {"assign"}, "ticket": {b.urgent}, "chosen": {"team:x"}}, http.StatusUnprocessableEntity, "not said"},
		{"somebody who may not work", url.Values{"act": {"assign"}, "ticket": {b.urgent}, "chosen": {"person:" + b.Actor("cor").ID}}, http.StatusOK, "not possible for 1 ticket"},
	} {
		e.form.Set(ui.TokenField, ann.token())
		p := ann.send("POST", "/queue/bulk", e.form)
		if p.status != e.status || !strings.Contains(textOf(p.root), e.says) {
			t.Errorf("%s: %d %s", e.name, p.status, p.text())
		}
	}
	form := url.Values{ui.TokenField: {ann.token()}, "act": {"mine"}, "ticket": {b.urgent}, "back": {"https://elsewhere.test/"}}
	if to := ann.send("POST", "/queue/bulk", form).header.Get("Location"); to != "/" {
		t.Errorf("it leads off the site, to %s", to)
	}
}

// TestScriptGetsParts asks as htmx does.
func TestScriptGetsParts(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	script := []string{"HX-Request", "true"}
	form := url.Values{ui.TokenField: {ann.token()}, "act": {"mine"}, "ticket": {b.urgent}, "back": {"/queue"}}
	done := ann.send("POST", "/queue/bulk", form, script...)
	part := ann.send(http.MethodGet, done.header.Get("Location"), nil, script...)
	if strings.Contains(part.body, "<html") || len(part.rows()) != 6 || !strings.Contains(part.body, "1 ticket is yours") {
		t.Errorf("the list is no part of a page, or does not say what was done: %.300s", part.body)
	}
	form.Set("act", "priority")
	sheet := ann.send("POST", "/queue/bulk", form, script...)
	if strings.Contains(sheet.body, "<html") || sheet.header.Get("HX-Retarget") != "#sheet" {
		t.Errorf("what asks is no part of a page: %.300s", sheet.body)
	}
	if n := len(sheet.find(func(n *html.Node) bool { return n.Data == "button" && attr(n, "name") == "chosen" })); n != 4 {
		t.Errorf("%d priorities", n)
	}
}
