package client_test

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/client"
	"github.com/watchbill/watchbill/internal/desktest"
)

// desk is a whole desk behind its API, and what was asked of it.
type desk struct {
	*desktest.Neighbours
	t      *testing.T
	server *httptest.Server
	mutex  sync.Mutex
	used   map[string]bool // patterns of routes that were done
}

// newDesk serves a desk and notes which operations were done well.
func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{Neighbours: desktest.NewNeighbours(t), t: t, used: map[string]bool{}}
	handler := api.New(d.App, api.Config{Log: slog.New(slog.DiscardHandler)})
	routes := http.NewServeMux()
	for _, r := range api.Routes() {
		routes.Handle(r.Pattern, http.NotFoundHandler())
	}
	d.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &status{ResponseWriter: w}
		_, pattern := routes.Handler(r)
		handler.ServeHTTP(seen, r)
		if seen.code < 300 {
			d.mutex.Lock()
			d.used[pattern] = true
			d.mutex.Unlock()
		}
	}))
	t.Cleanup(d.server.Close)
	return d
}

type status struct {
	http.ResponseWriter
	code int
}

func (s *status) WriteHeader(code int) {
	s.code = code
	s.ResponseWriter.WriteHeader(code)
}

func (s *status) Write(body []byte) (int, error) {
	if s.code == 0 {
		s.code = http.StatusOK
	}
	return s.ResponseWriter.Write(body)
}

func (d *desk) as(who string) *client.Client {
	d.t.Helper()
	c, err := client.New(d.server.URL, d.Token(who), "en")
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

func (d *desk) must(err error) {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
}

func (d *desk) log(who, title string) client.Ref {
	d.t.Helper()
	key, err := d.as(who).Log(d.t.Context(), "anker", api.NewTicket{Kind: "incident", Title: title, Impact: "I2", Urgency: "U2"}, client.Sending{})
	d.must(err)
	return client.Ref{Client: "anker", Key: key}
}

func (d *desk) take(who string, r client.Ref, step string, body any) api.Taken {
	d.t.Helper()
	done, err := d.as(who).Take(d.t.Context(), r, step, body, client.Sending{})
	if err != nil {
		d.t.Fatalf("%s: %v", step, err)
	}
	return done
}

// refused demands a problem.
func refused(t *testing.T, err error, status int, code string) {
	t.Helper()
	if p := problem(err); p.Status != status || p.Code != code {
		t.Errorf("want %d %s: %v", status, code, err)
	}
}

// problem is what the API said was wrong.
func problem(err error) (p api.Problem) {
	if one, ok := errors.AsType[*api.Problem](err); ok {
		p = *one
	}
	return p
}

// TestEveryOperationWorks does each operation of the API once, and then asks whether one was
// left out.
func TestEveryOperationWorks(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	ann, cleo, lea := d.as("ann"), d.as("cleo"), d.as("lea")
	older := d.log("cleo", "Slow since nine")
	r := d.log("ann", "Checkout is down")
	plain := map[string]string{}
	d.take("ann", r, "acknowledge", plain)
	d.take("ann", r, "classify", api.Classify{Impact: "I1", Urgency: "U2"})
	d.take("ann", r, "assign", api.Assign{Level: "L2", Person: d.ID("ann")})
	d.take("ann", r, "reply", api.Reply{Message: api.Message{Text: "We look."}})
	d.take("ann", r, "note", api.Note{Message: api.Message{Text: "Zebra in the logs."}})
	d.take("cleo", r, "write", api.Write{Message: api.Message{Text: "Any news?"}})
	d.take("ann", r, "wait", api.Wait{For: "client"})
	d.take("ann", r, "resume", plain)
	d.take("ann", r, "escalate", api.Escalate{Management: true})
	d.take("ann", r, "retitle", api.Retitle{Title: "Checkout fails"})
	d.take("ann", r, "agree-due", map[string]string{"target": "restoration", "due": "2099-01-01T09:00:00+01:00"})
	d.take("ann", r, "withdraw-due", api.WithdrawDue{Target: "restoration"})
	worked := d.take("ann", r, "log-work", api.LogWork{Minutes: 30})
	d.take("ann", r, "withdraw-work", api.WithdrawWork{Entry: worked.Head})
	d.take("ann", r, "log-work", api.LogWork{Minutes: 45})
	d.take("ann", r, "link", api.Link{Relation: "caused_by", Key: older.Key})
	d.take("ann", r, "unlink", api.Link{Relation: "caused_by", Key: older.Key})
	d.take("ann", r, "restore", api.Restore{Workaround: true})
	d.take("ann", r, "publish-root-cause", plain)
	d.take("ann", r, "resolve", plain)
	d.take("ann", r, "close", plain)
	d.take("cleo", r, "reopen", plain)
	_, err := ann.TakeAll(ctx, r, []api.AnyStep{
		{Reply: &api.Reply{Message: api.Message{Text: "Please try."}}}, {Wait: &api.Wait{For: "client"}},
	}, client.Sending{})
	d.must(err)
	_, err = ann.Attach(ctx, r, "proxy.log", []byte("502"), false, client.Sending{})
	d.must(err)
	d.must(ann.Watch(ctx, r, true))
	seen, err := ann.Ticket(ctx, r)
	d.must(err)
	body, err := cleo.File(ctx, r, seen.Files[0].ID)
	if d.must(err); string(body) != "502" || !seen.Watching || seen.State != "waiting" || seen.Minutes != 45 || seen.Level != "L2" {
		t.Errorf("%s, %+v", body, seen)
	}
	d.must(ann.Watch(ctx, r, false))
	done, err := ann.TakeOnMany(ctx, api.BulkSteps{
		Tickets: []api.TicketRef{{Client: "anker", Key: r.Key}, {Client: "anker", Key: "INC-000099"}},
		Steps:   []api.AnyStep{{Note: &api.Note{Message: api.Message{Text: "Both."}}}},
	}, "bulk-1")
	if d.must(err); done[0].Problem != nil || done[1].Problem == nil || done[1].Problem.Status != 404 {
		t.Errorf("%+v", done)
	}
	d.take("ann", r, "merge", api.Merge{Into: older.Key})
	d.readAll(ann, lea, cleo)
	d.nothingLeftOut()
}

// readAll does the operations that are about no single ticket.
func (d *desk) readAll(ann, lea, cleo *client.Client) {
	d.t.Helper()
	ctx := d.t.Context()
	n, err := ann.Count(ctx, api.TicketFilter{Show: "all"})
	if d.must(err); n != 2 {
		d.t.Errorf("%d tickets", n)
	}
	clients, err := cleo.Clients(ctx)
	if d.must(err); len(clients) != 1 || clients[0].Slug != "anker" {
		d.t.Errorf("%+v", clients)
	}
	contract, err := cleo.Contract(ctx, "anker", clients[0].Contracts[0])
	if d.must(err); len(contract.Versions) != 1 || !strings.Contains(contract.Versions[0].Document, "client: Anker") {
		d.t.Errorf("%+v", contract)
	}
	plain, err := cleo.ExplainContract(ctx, "anker", contract.Name, 1)
	if d.must(err); len(plain.Sections) < 5 || plain.Sections[0].Title.Text == "" {
		d.t.Errorf("%+v", plain)
	}
	week, err := ann.Week(ctx, "")
	if d.must(err); week.Minutes != 45 || len(week.Work) != 1 {
		d.t.Errorf("%+v", week)
	}
	people, err := ann.People(ctx)
	if d.must(err); len(people) < 8 {
		d.t.Errorf("%+v", people)
	}
	_, err = ann.Teams(ctx)
	d.must(err)
	kept, err := lea.SaveView(ctx, api.NewView{Name: "Urgent", Query: "priority=P1", Shared: true})
	d.must(err)
	_, err = lea.ChangeView(ctx, kept.ID, api.NewView{Name: "Most urgent", Query: "priority=P1", Shared: true})
	d.must(err)
	views, err := ann.Views(ctx)
	if d.must(err); len(views) != 1 || views[0].Own || views[0].Name != "Most urgent" {
		d.t.Errorf("%+v", views)
	}
	_, err = ann.ChangeView(ctx, kept.ID, api.NewView{Name: "Mine"})
	refused(d.t, err, 404, "app.view_unknown")
	d.must(lea.DropView(ctx, kept.ID))
	notices, err := cleo.Notices(ctx, "", 200)
	d.must(err)
	id := "0"
	if len(notices.Notices) > 0 {
		id = notices.Notices[0].ID
	}
	d.must(cleo.ReadNotice(ctx, id, false))
	d.must(cleo.ReadNotice(ctx, id, true))
	if notices, err = cleo.Notices(ctx, "", 1); err != nil || notices.Unread != 0 {
		d.t.Errorf("%+v %v", notices, err)
	}
}

func (d *desk) nothingLeftOut() {
	d.t.Helper()
	for _, err := range d.as("ann").Tickets(d.t.Context(), api.TicketFilter{}) {
		d.must(err)
		break
	}
	for _, path := range []string{"/api/docs", "/api/docs.css", "/api/v1/openapi.json", "/api/v1/openapi.yaml"} {
		answer, err := d.server.Client().Get(d.server.URL + path)
		d.must(err)
		_, err = io.Copy(io.Discard, answer.Body)
		d.must(errors.Join(err, answer.Body.Close()))
	}
	for _, r := range api.Routes() {
		if !d.used[r.Pattern] {
			d.t.Errorf("%s was not tried", r.Pattern)
		}
	}
}

// TestOnceIsOnce: the same request under the same key makes one ticket, and one entry.
func TestOnceIsOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx, ann := t.Context(), d.as("ann")
	n := api.NewTicket{Kind: "incident", Title: "Once", Priority: "P2"}
	keys := make([]string, 8)
	var all sync.WaitGroup
	for i := range keys {
		all.Go(func() { keys[i], _ = ann.Log(ctx, "anker", n, client.Sending{Once: "k"}) })
	}
	all.Wait()
	for _, k := range keys {
		if k == "" || k != keys[0] {
			t.Fatalf("keys %q", keys)
		}
	}
	_, err := ann.Log(ctx, "anker", api.NewTicket{Kind: "incident", Title: "Another", Priority: "P2"}, client.Sending{Once: "k"})
	refused(t, err, 409, "store.once_reused")
	if key, err := d.as("lea").Log(ctx, "anker", n, client.Sending{Once: "k"}); err != nil || key == keys[0] {
		t.Errorf("the key of somebody else: %s %v", key, err)
	}
	r := client.Ref{Client: "anker", Key: keys[0]}
	one, err := ann.Take(ctx, r, "note", api.Note{Message: api.Message{Text: "x"}}, client.Sending{Once: "n"})
	d.must(err)
	two, err := ann.Take(ctx, r, "note", api.Note{Message: api.Message{Text: "x"}}, client.Sending{Once: "n"})
	if d.must(err); one != two {
		t.Errorf("%+v, then %+v", one, two)
	}
	_, err = ann.Log(ctx, "anker", n, client.Sending{Once: "a b"})
	refused(t, err, 400, "api.once")
}

// TestTwoPeopleOnOneTicket: words are added, what somebody else overtook is refused.
func TestTwoPeopleOnOneTicket(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	r := d.log("ann", "Both at it")
	ctx := t.Context()
	seen, err := d.as("lea").Ticket(ctx, r)
	d.must(err)
	d.take("ann", r, "restore", map[string]string{})
	_, err = d.as("lea").Take(ctx, r, "wait", api.Wait{For: "client"}, client.Sending{Seen: seen.Head})
	refused(t, err, 412, "ticket.meanwhile")
	if p := problem(err); p.Args["other"] != "restored" || p.Args["by"] != d.ID("ann") || p.Args["entry"] != 3.0 {
		t.Errorf("%+v", p)
	}
	_, err = d.as("lea").Take(ctx, r, "reply", api.Reply{Message: api.Message{Text: "Hello."}}, client.Sending{Seen: seen.Head})
	d.must(err)
}

// TestEachKindOfFault has one of each.
func TestEachKindOfFault(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	ctx := t.Context()
	r := d.log("ann", "Faults")
	try := func(who, step string, body any) error {
		_, err := d.as(who).Take(ctx, r, step, body, client.Sending{})
		return err
	}
	refused(t, try("nobody", "close", struct{}{}), 401, "api.no_token")
	refused(t, try("aud", "close", struct{}{}), 403, "access.denied")
	refused(t, try("ann", "close", struct{}{}), 422, "ticket.step_not_now")
	refused(t, try("ann", "write", api.Write{Message: api.Message{Text: "x"}}), 403, "access.denied")
	refused(t, try("ann", "fly", struct{}{}), 404, "api.route")
	refused(t, try("ann", "reply", api.Reply{}), 422, "ticket.no_text")
	if p := problem(try("ann", "reply", api.Reply{})); len(p.Errors) != 1 || p.Errors[0].Pointer != "/text" || p.Errors[0].Cure == "" {
		t.Errorf("%+v", p)
	}
	refused(t, try("ann", "wait", api.Wait{For: "nobody"}), 422, "api.word")
	refused(t, try("ann", "log-work", map[string]any{"minutes": 0}), 422, "ticket.minutes")
	refused(t, try("ann", "log-work", map[string]any{"minutes": 5, "day": "tomorrow"}), 422, "api.day")
	refused(t, try("ann", "reply", map[string]string{"text": "x", "at": "2099-01-01T00:00:00Z"}), 422, "ticket.ahead")
	refused(t, try("ann", "reply", map[string]string{"text": strings.Repeat("x", 2<<20)}), 413, "api.body_large")
	refused(t, try("ann", "merge", api.Merge{Into: r.Key}), 422, "ticket.itself")
	refused(t, try("ann", "assign", api.Assign{Person: d.ID("cleo")}), 422, "app.not_for_them")
	refused(t, try("ann", "steps", api.StepList{}), 422, "api.steps")
	refused(t, try("ann", "steps", api.StepList{Steps: []api.AnyStep{{}}}), 422, "api.no_step")
	_, err := d.as("ann").Attach(ctx, r, "large", make([]byte, 11<<20), false, client.Sending{})
	refused(t, err, 413, "api.body_large")
	_, err = d.as("ann").Attach(ctx, r, "empty", nil, false, client.Sending{})
	if err == nil {
		t.Error("an empty file was attached")
	}
	_, err = d.as("ann").Page(ctx, api.TicketFilter{}, "AQID", 10)
	refused(t, err, 400, "api.cursor")
	_, err = d.as("ann").ExplainContract(ctx, "anker", "anker-care", 7)
	refused(t, err, 404, "api.version")
}

// TestListsGoOnFromPageToPage reads a list in both orders while it grows.
func TestListsGoOnFromPageToPage(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	want := map[string]bool{}
	for range 7 {
		want[d.log("ann", "One of seven").Key] = true
	}
	for _, order := range []string{"due", "newest"} {
		got, cursor := map[string]bool{}, ""
		for pages := 0; ; pages++ {
			page, err := d.as("ann").Page(t.Context(), api.TicketFilter{Order: order}, cursor, 3)
			d.must(err)
			for _, row := range page.Tickets {
				if got[row.Key] {
					t.Errorf("%s: %s twice", order, row.Key)
				}
				got[row.Key] = true
			}
			if cursor = page.Next; cursor == "" {
				break
			}
			if pages == 0 {
				other := "due"
				if order == "due" {
					other = "newest"
				}
				_, err := d.as("ann").Page(t.Context(), api.TicketFilter{Order: other}, cursor, 3)
				refused(t, err, 400, "api.cursor_other")
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: %d of %d", order, len(got), len(want))
		}
	}
	d.Index()
	found := 0
	for row, err := range d.as("ann").Tickets(t.Context(), api.TicketFilter{Q: "seven"}) {
		d.must(err)
		if found++; !want[row.Key] {
			t.Errorf("found %s", row.Key)
		}
	}
	if found != 7 {
		t.Errorf("found %d", found)
	}
}
