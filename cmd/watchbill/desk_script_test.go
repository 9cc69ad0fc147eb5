package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/client"
	"github.com/watchbill/watchbill/internal/notify/notifytest"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// TestDesk tells what people do on a desk that is served: testdata/desk of the repository, on
// SQLite and on PostgreSQL. A script begins with a desk with two clients and some people (see
// furnish), which speaks at $WATCHBILL_SERVER and keeps all in $DB. Ann's token is in use.
//
//	as NAME                    the command line and ask speak for somebody else
//	ask FILE METHOD PATH [BODY [HEADER...]]  asks the API; FILE begins with the status
//	enter NAME                 signs in by the browser
//	visit FILE PATH            opens a page
//	send FILE PATH [FORM]      sends a form, as the pages do
//	mail FILE NAME PATTERN     waits for a letter to somebody
//	letters once               no letter came twice, and none under two ids
//	told NAME KIND             waits for a notice to somebody
//	found WORDS TITLE          waits until a ticket is found by words
//	desk start|start plain|stop  starts another desk on $DB, one without mail, stops all
func TestDesk(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("serving desks for scripts takes a while")
	}
	var mu sync.Mutex
	ran := map[string][]string{} // engines by script
	t.Cleanup(func() { allRows(t, ran) })
	for engine, empty := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteName, "postgres": storetest.PostgresName} {
		t.Run(engine, func(t *testing.T) {
			t.Parallel()
			empty(t) // skips where there is no server
			testscript.Run(t, testscript.Params{
				Dir: "../../testdata/desk", RequireExplicitExec: true, RequireUniqueNames: true,
				Setup: func(e *testscript.Env) error {
					mu.Lock()
					name := strings.TrimPrefix(filepath.Base(e.WorkDir), "script-")
					ran[name] = append(ran[name], engine)
					mu.Unlock()
					return newScript(t, e, empty(t))
				},
				Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
					"as": as, "ask": ask, "enter": enter, "visit": visitPage, "send": sendForm, "mail": letter, "desk": deskCommand, "letters": letters, "told": told, "found": found,
				},
			})
		})
	}
}

// allRows demands that a script was told for each row of what a desk is for, and each on both
// engines, where there are both.
func allRows(t *testing.T, ran map[string][]string) {
	t.Helper()
	if only := flag.Lookup("test.run"); t.Skipped() || t.Failed() || strings.Contains(only.Value.String(), "/") {
		return // some were chosen
	}
	for i, name := range []string{"incidents", "queue", "ticket", "scope", "mail", "worker", "api"} {
		if len(ran[name]) == 0 {
			t.Errorf("nothing was told for row %d, %s: %v", i+1, name, ran)
		}
	}
	engines := len(ran["incidents"])
	for name, on := range ran {
		if len(on) != engines {
			t.Errorf("%s was told on %v", name, on)
		}
	}
	t.Logf("%d scripts, each on %d engines", len(ran), engines)
}

// script is what a running script has.
type script struct {
	ctx     context.Context
	dir     string
	db      string
	named   map[string]string
	mail    *notifytest.Server
	desks   []*program
	browser *http.Client
	form    string // token of the last page
}

type scriptKey struct{}

func of(ts *testscript.TestScript) *script { return ts.Value(scriptKey{}).(*script) } //nolint:forcetypeassert // newScript puts it there

func newScript(t *testing.T, e *testscript.Env, db string) error {
	t.Helper()
	ctx, end := context.WithCancel(t.Context())
	e.Defer(end)
	named, err := furnish(ctx, db)
	if err != nil {
		return err
	}
	dir := filepath.Join(e.WorkDir, ".desk")
	if err := os.Mkdir(dir, 0o700); err != nil {
		return err
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		return err
	}
	s := &script{ctx: ctx, dir: dir, db: db, named: named, mail: notifytest.Start(t), browser: &http.Client{Jar: jar, Timeout: time.Minute}}
	e.Values[scriptKey{}] = s
	e.Defer(s.stop)
	for name, value := range named {
		e.Setenv(name, value)
	}
	e.Setenv("DB", db)
	e.Setenv("HOURS_AGO", time.Now().UTC().Add(-2*time.Hour).Format(time.RFC3339))
	e.Setenv("WATCHBILL_CONFIG", filepath.Join(dir, "none.yaml"))
	e.Setenv("WATCHBILL_TOKEN", named["ANN"])
	p, err := s.start(s.bySMTP()...)
	if err != nil {
		return err
	}
	e.Setenv("WATCHBILL_SERVER", p.address)
	return nil
}

func (s *script) start(more ...string) (*program, error) {
	p, err := serveAt(s.ctx, s.dir, s.db, "127.0.0.1:0", more...)
	if err == nil {
		s.desks = append(s.desks, p)
	}
	return p, err
}

// bySMTP are the flags of a desk that sends mail.
func (s *script) bySMTP() []string {
	return []string{"--smtp", fmt.Sprintf("smtp://%s:%d", s.mail.Host, s.mail.Port), "--from", "desk@kade.test"}
}

func (s *script) stop() {
	for _, p := range s.desks {
		p.kill()
	}
	s.desks = nil
}

func as(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 || ts.Getenv(args[0]) == "" {
		ts.Fatalf("as: who is %v?", args)
	}
	ts.Setenv("WATCHBILL_TOKEN", ts.Getenv(args[0]))
}

// ask asks the API.
func ask(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) < 3 {
		ts.Fatalf("usage: ask FILE METHOD PATH [BODY [HEADER...]]")
	}
	body := ""
	if len(args) > 3 {
		body = args[3]
	}
	r, err := http.NewRequestWithContext(of(ts).ctx, args[1], ts.Getenv("WATCHBILL_SERVER")+args[2], strings.NewReader(body))
	ts.Check(err)
	r.Header.Set("Authorization", "Bearer "+ts.Getenv("WATCHBILL_TOKEN"))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, h := range args[min(4, len(args)):] {
		name, value, _ := strings.Cut(h, ":")
		r.Header.Set(name, strings.TrimSpace(value))
	}
	keep(ts, neg, args[0], r, &http.Client{Timeout: time.Minute})
}

// keep sends a request and keeps the answer: the status in its first line, the headers, and
// the body. A status that is not good fails, unless that is what is wanted.
func keep(ts *testscript.TestScript, neg bool, file string, r *http.Request, by *http.Client) string {
	answer, err := by.Do(r)
	ts.Check(err)
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	ts.Check(err)
	var b strings.Builder
	fmt.Fprintf(&b, "%d\n", answer.StatusCode)
	ts.Check(answer.Header.Write(&b))
	b.WriteString("\n" + string(body))
	ts.Check(os.WriteFile(ts.MkAbs(file), []byte(b.String()), 0o600))
	if (answer.StatusCode >= http.StatusBadRequest) != neg {
		ts.Fatalf("%s %s: %d %.600s", r.Method, r.URL, answer.StatusCode, tail(string(body)))
	}
	return string(body)
}

func enter(ts *testscript.TestScript, neg bool, args []string) {
	s := of(ts)
	s.browser.Jar, _ = cookiejar.New(nil)
	form := url.Values{"email": {strings.ToLower(args[0]) + "@mail.test"}, "password": {password}}
	s.post(ts, neg, ".desk/enter", "/sign-in", form)
}

func visitPage(ts *testscript.TestScript, neg bool, args []string) {
	s := of(ts)
	r, err := http.NewRequestWithContext(s.ctx, http.MethodGet, ts.Getenv("WATCHBILL_SERVER")+args[1], http.NoBody)
	ts.Check(err)
	s.read(keep(ts, neg, args[0], r, s.browser))
}

func sendForm(ts *testscript.TestScript, neg bool, args []string) {
	form := url.Values{}
	if len(args) > 2 {
		var err error
		form, err = url.ParseQuery(args[2])
		ts.Check(err)
	}
	of(ts).post(ts, neg, args[0], args[1], form)
}

var token = regexp.MustCompile(`name="csrf" value="([^"]+)"`)

// read finds the token that forms of a page send along.
func (s *script) read(page string) {
	if found := token.FindStringSubmatch(page); found != nil {
		s.form = found[1]
	}
}

func (s *script) post(ts *testscript.TestScript, neg bool, file, path string, form url.Values) {
	form.Set("csrf", s.form)
	r, err := http.NewRequestWithContext(s.ctx, http.MethodPost, ts.Getenv("WATCHBILL_SERVER")+path, strings.NewReader(form.Encode()))
	ts.Check(err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	s.read(keep(ts, neg, file, r, s.browser))
}

// letter waits for a letter. With ! it demands that none has come.
func letter(ts *testscript.TestScript, neg bool, args []string) {
	s := of(ts)
	wanted := regexp.MustCompile(args[2])
	for end := time.Now().Add(20 * time.Second); ; wait(s.ctx, 20*time.Millisecond) {
		mails := s.mail.Mails()
		for i := range mails {
			text := strings.ReplaceAll(mails[i].Data, "=\r\n", "")
			if mails[i].To[0] == strings.ToLower(args[1])+"@mail.test" && wanted.MatchString(text) {
				if neg {
					ts.Fatalf("a letter came: %s", text)
				}
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(text), 0o600))
				return
			}
		}
		switch {
		case neg:
			return
		case time.Now().After(end):
			ts.Fatalf("no letter to %s about %s came, of %d", args[1], args[2], len(mails))
		}
	}
}

func deskCommand(ts *testscript.TestScript, _ bool, args []string) {
	s := of(ts)
	switch strings.Join(args, " ") {
	case "start", "start plain":
		flags := s.bySMTP()
		if len(args) > 1 {
			flags = nil
		}
		p, err := s.start(flags...)
		ts.Check(err)
		ts.Setenv("WATCHBILL_SERVER", p.address)
	case "stop":
		var err error
		for _, p := range s.desks {
			err = errors.Join(err, p.stop())
		}
		s.desks = nil
		ts.Check(err)
	default:
		ts.Fatalf("usage: desk start|stop")
	}
}

// until tries for a while.
func until(ts *testscript.TestScript, what string, done func() bool) {
	for end := time.Now().Add(20 * time.Second); !done(); wait(of(ts).ctx, 50*time.Millisecond) {
		if time.Now().After(end) {
			ts.Fatalf("%s: not within 20 s", what)
		}
	}
}

func told(ts *testscript.TestScript, _ bool, args []string) {
	desk, err := client.New(ts.Getenv("WATCHBILL_SERVER"), of(ts).named[args[0]], "en")
	ts.Check(err)
	until(ts, strings.Join(args, " "), func() bool {
		all, err := desk.Notices(of(ts).ctx, "", 50)
		ts.Check(err)
		return slices.ContainsFunc(all.Notices, func(n api.Notice) bool { return n.Kind == args[1] })
	})
}

func found(ts *testscript.TestScript, _ bool, args []string) {
	desk, err := client.New(ts.Getenv("WATCHBILL_SERVER"), ts.Getenv("WATCHBILL_TOKEN"), "en")
	ts.Check(err)
	until(ts, args[0], func() bool {
		page, err := desk.Page(of(ts).ctx, api.TicketFilter{Q: args[0]}, "", 10)
		ts.Check(err)
		return slices.ContainsFunc(page.Tickets, func(r api.TicketRow) bool { return r.Title == args[1] })
	})
}

// letters demands that each letter came once.
func letters(ts *testscript.TestScript, _ bool, _ []string) {
	came := map[string]bool{}
	mails := of(ts).mail.Mails()
	for i := range mails {
		m := &mails[i]
		_, body, _ := strings.Cut(m.Data, "\r\n\r\n")
		for _, one := range []string{m.Header("Message-ID"), m.To[0] + m.Header("Subject") + body} {
			if came[one] {
				ts.Fatalf("a letter came twice: %s", one)
			}
			came[one] = true
		}
	}
}
