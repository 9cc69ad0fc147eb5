package main

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/web"
)

// expectation is a line of testdata/authz.txt.
type expectation struct {
	line         int
	method, path string // as in the registry
	step         string // what {step} is here
	when         string
	of           map[string]string // class by role
	sends        string
}

// columns are the roles of the table, by who stands for each here.
var columns = []struct {
	role string
	who  []string
}{
	{"nobody", []string{"nobody", "ended"}},
	{"requester", []string{"rik"}},
	{"client_lead", []string{"cor"}},
	{"agent", []string{"one", "ann"}},
	{"lead", []string{"lea"}},
	{"manager", []string{"mo", "max"}},
	{"auditor", []string{"ona"}},
	{"admin", []string{"ada"}},
}

const table = "testdata/authz.txt"

func expectations(tb testing.TB) (all []expectation) {
	tb.Helper()
	text, err := os.ReadFile(table)
	if err != nil {
		tb.Fatal(err)
	}
	for i, line := range strings.Split(string(text), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 || strings.HasPrefix(line, "#") {
			continue
		}
		const head = 3
		if len(words) < head+len(columns) || len(words) > head+len(columns)+1 {
			tb.Fatalf("%s:%d: has %d words", table, i+1, len(words))
		}
		e := expectation{line: i + 1, method: words[0], path: words[1], when: words[2], of: map[string]string{}}
		e.path, e.step, _ = strings.Cut(e.path, ":")
		for j, c := range columns {
			e.of[c.role] = words[head+j]
		}
		if len(words) > head+len(columns) {
			e.sends = words[head+len(columns)]
		}
		all = append(all, e)
	}
	return all
}

// registered lists the routes of both surfaces.
func registered(w *world) map[string][]access.Permission {
	all := map[string][]access.Permission{}
	for _, r := range web.New(w.App, web.Config{Base: base}).Routes() {
		all[r.Method+" "+r.Path] = nil
	}
	for _, r := range api.Routes() {
		all[r.Pattern] = r.Permissions
	}
	return all
}

// TestTenantMatrix asks for everything that is served, as everybody, of their own, of a
// colleague, of another client, and of what is not there. What is another client's must be
// answered like what is not there.
func TestTenantMatrix(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("every address as everybody takes most of a minute, and a quarter of an hour under the race detector")
	}
	desktest.Each(t, func(d *desktest.Desk) {
		w := newWorld(d)
		routes := registered(w)
		said := map[string]bool{}
		for _, e := range expectations(t) {
			route := e.method + " " + e.path
			said[route] = true
			if _, ok := routes[route]; !ok {
				d.T().Errorf("%s:%d: there is no route %s", table, e.line, route)
				continue
			}
			for _, c := range columns {
				for _, who := range c.who {
					w.judge(&e, w.who[who])
				}
			}
		}
		for route := range routes {
			if !said[route] {
				d.T().Errorf("%s says nothing of %s: who should get what there?", table, route)
			}
		}
		for name, was := range w.marked {
			if now := w.state(w.fixed[name]); now != was {
				d.T().Errorf("the ticket %s was changed:\n%s\nit was\n%s", name, now, was)
			}
		}
	})
}

// subject are the ids that stand in an address.
type subject struct {
	thing
	contract, view, notice, person string
}

// relation is what somebody asks for, as it stands to them.
type relation struct {
	name string
	of   func(w *world, v *visitor, e *expectation) subject
	// like is what it must be answered like where it is hidden: something of the same form
	// that is not there.
	like func(w *world, s subject) subject
}

var relations = []relation{
	{"own", func(w *world, v *visitor, e *expectation) subject {
		s := w.with(w.made(e, v, "rik"), v.name)
		if e.about("{view}") && letIn(e.class(v)) {
			s.view = w.keepView(v)
		}
		if e.about("{person}") && e.method != http.MethodGet && letIn(e.class(v)) {
			s.person = w.newcomer(e.when)
		}
		return s
	}, nil},
	{"of a colleague", func(w *world, v *visitor, e *expectation) subject {
		return w.with(w.made(e, v, "ria"), map[bool]string{true: "lea", false: "mo"}[v.name == "mo"])
	}, func(_ *world, s subject) subject {
		return subject{thing{s.client, "INC-999999", noID}, s.contract, noID, noID, noID}
	}},
	{"of another client", func(w *world, _ *visitor, _ *expectation) subject { return w.with(w.fixed["theirs"], "dirk") }, nowhere},
	{"of another client by its word", func(w *world, _ *visitor, _ *expectation) subject {
		s := w.with(w.fixed["theirs"], "dirk")
		s.client = "kompas"
		return s
	}, nowhere},
	{"unknown of another client", func(w *world, _ *visitor, _ *expectation) subject {
		return subject{thing{w.Client(desktest.Kompas), "PRB-999999", noID}, noID, noID, noID, noID}
	}, nowhere},
	{"own with a file of another client", func(w *world, v *visitor, _ *expectation) subject {
		s := w.with(w.fixed["of rik"], v.name)
		s.file = w.fixed["theirs"].file
		return s
	}, func(_ *world, s subject) subject {
		s.file = noID
		return s
	}},
	{"of another type", func(w *world, v *visitor, _ *expectation) subject {
		theirs := w.fixed["theirs"]
		return subject{thing{v.actor.ID, w.Client(desktest.Boei), theirs.key}, w.Client(desktest.Boei), theirs.file, theirs.file, theirs.client}
	}, nowhere},
}

// nowhere has ids of the right form in place of all. A key says of which kind a ticket is.
func nowhere(*world, subject) subject {
	return subject{thing{noID, "PRB-999999", noID}, noID, noID, noID, noID}
}

// with adds what somebody has besides tickets.
func (w *world) with(t thing, of string) subject {
	s := subject{t, w.contract, w.fixed["view/"+of].key, w.fixed["notice/"+of].key, w.who["ria"].actor.ID}
	s.view, s.notice = cmp.Or(s.view, noID), cmp.Or(s.notice, noID)
	if of == "dirk" {
		s.person = w.who["dirk"].actor.ID
	}
	return s
}

// made is a ticket of Boei. Where something may happen to it, it is a new one.
func (w *world) made(e *expectation, v *visitor, requester string) thing {
	kept, ok := w.fixed["of "+requester]
	if ok && (e.method == http.MethodGet || !letIn(e.class(v))) {
		return kept
	}
	t := w.log(desktest.Boei, requester, "mine")
	w.bring(t, e.when)
	return t
}

// letIn tells whether people of a class get past the door.
func letIn(class string) bool { return class == "ok" || class == "own" || class == "rule" }

// class is what the table says of somebody.
func (e *expectation) class(v *visitor) string {
	for _, c := range columns {
		if slices.Contains(c.who, v.name) {
			return e.of[c.role]
		}
	}
	return ""
}

const noID = "019cafe00000000000000000ff"

// hidden tells whether somebody must not learn that a thing is there.
func (e *expectation) hidden(v *visitor, relation string) bool {
	switch {
	case e.about("{view}") || e.about("{notice}"):
		return relation != "own"
	case relation == "own":
		return false
	case relation == "of a colleague":
		return e.class(v) == "own" || e.class(v) == "hide"
	case relation == "own with a file of another client":
		return e.about("{file}")
	case relation == "of another type":
		return true
	default:
		return !v.actor.Scope.All()
	}
}

// about tells whether an id of a kind stands in what is asked.
func (e *expectation) about(what string) bool { return strings.Contains(e.path+e.sends, what) }

// aboutSomething tells whether any id does.
func (e *expectation) aboutSomething() bool { return placeholder.MatchString(e.path + e.sends) }

var placeholder = regexp.MustCompile(`\{(client|key|file|contract|view|notice|older|person|item)\}`)

// judge asks for one thing in all its relations.
func (w *world) judge(e *expectation, v *visitor) {
	w.tb.Helper()
	class := e.class(v)
	for i := range relations {
		r := &relations[i]
		hidden := e.hidden(v, r.name)
		switch {
		case i > 0 && !e.aboutSomething(), i > 2 && !letIn(class):
			return // nothing is asked for, or the door does not look at it
		case r.name == "own with a file of another client" && !e.about("{file}"),
			!hidden && i > 1 && e.method != http.MethodGet: // they may, and would
			continue
		}
		s := r.of(w, v, e)
		if !hidden {
			want := strings.NewReplacer("own", "ok", "hide", "no").Replace(class)
			if got := w.send(e, v, s); i < 2 && classOf(got.reply) != want {
				w.tb.Errorf("%s:%d: %s %s as %s, %s: %s, want %s: %d %s",
					table, e.line, e.method, got.path, v.name, r.name, classOf(got.reply), want, got.status, tail(got.body))
			}
			continue
		}
		nothing := w.send(e, v, r.like(w, s))
		got := w.send(e, v, s)
		if got.plain() != nothing.plain() {
			one, other := apart(got.plain(), nothing.plain())
			w.tb.Errorf("%s:%d: %s %s as %s: what is %s is not answered like what is unknown:\n%s\n%s", table, e.line, e.method, got.path, v.name, r.name, one, other)
		}
		if letIn(class) && strings.Contains(e.path, "{") && e.when != "quiet" && classOf(got.reply) != "none" {
			w.tb.Errorf("%s:%d: %s %s as %s, %s: %s, want none: %s", table, e.line, e.method, got.path, v.name, r.name, classOf(got.reply), tail(got.body))
		}
	}
}

// apart gives what differs first between two texts.
func apart(one, other string) (here, there string) {
	i := 0
	for i < min(len(one), len(other)) && one[i] == other[i] {
		i++
	}
	from := max(0, i-80)
	return one[from:min(len(one), i+120)], other[from:min(len(other), i+120)]
}

// tail is the part of an answer in which pages say what is wrong.
func tail(body string) string {
	if _, main, ok := strings.Cut(body, "<main"); ok {
		body = main
	}
	return body[:min(len(body), 400)]
}

// sent is what came back for a subject.
type sent struct {
	reply
	path  string
	words *strings.Replacer // takes out what was in the request
}

// send asks for a subject. Nobody who does not see Kompas must read of it, whatever they ask.
func (w *world) send(e *expectation, v *visitor, of subject) sent {
	w.tb.Helper()
	if strings.HasSuffix(e.path, "/sign-out") && v.actor.ID != "" {
		defer w.signIn(v.name)
	}
	ids := []string{
		"{client}", of.client, "{key}", of.key, "{file}", of.file, "{contract}", of.contract, "{view}", of.view, "{notice}", of.notice, "{person}", of.person, "{item}", of.file,
	}
	fill := strings.NewReplacer(append(ids, "{$}", "", "{version}", "1", "{token}", "none", "{step}", e.step, "{n}", strconv.Itoa(w.asked),
		"{boei}", w.Client(desktest.Boei), "{team}", w.fixed["team"].key, "{older}", w.older[w.name(of.client)])...)
	by := byCookie
	if strings.HasPrefix(e.path, "/api/") {
		by = byBearer
	}
	var words []string
	for i := 0; i < len(ids); i += 2 {
		if e.about(ids[i]) {
			words = append(words, ids[i+1], "…")
		}
	}
	words = append(words, url.PathEscape(of.contract), "…", url.QueryEscape(url.PathEscape(of.contract)), "…")
	got := sent{path: fill.Replace(e.path), words: strings.NewReplacer(words...)}
	got.reply = w.ask(v, by, e.method, got.path, fill.Replace(e.sends))
	if text := got.plain(); !v.actor.Scope.All() && tells.MatchString(text) {
		w.tb.Errorf("%s %s tells %s of another client: %s", e.method, got.path, v.name, tells.FindString(text))
	}
	return got
}

// tells finds what only Kompas' own people and those of the desk know.
var tells = regexp.MustCompile(`.{0,80}(` + canary + `|Kompas|kompas|dirk).{0,80}`)

// random is what differs between two answers to the same question.
var random = regexp.MustCompile(`\b([A-Z2-7]{26}|[A-Z2-7]{10}|[0-9a-f]{16})\b`)

// plain is an answer without what differs each time, and without what was asked.
func (s *sent) plain() string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(s.header)) {
		if name != "Content-Length" {
			b.WriteString(name + ": " + strings.Join(s.header[name], ", ") + "\n")
		}
	}
	return strconv.Itoa(s.status) + "\n" + random.ReplaceAllString(s.words.Replace(b.String()+"\n"+s.body), "?")
}

// classOf says in a word of the table what an answer is.
func classOf(r reply) string {
	switch {
	case r.status == http.StatusUnauthorized, strings.HasPrefix(r.header.Get("Location"), "/sign-in?"):
		return "in"
	case r.status == http.StatusNotFound:
		return "none"
	case r.status == http.StatusForbidden:
		return "no"
	case r.status < http.StatusBadRequest:
		return "ok"
	case r.status < http.StatusInternalServerError && r.status != http.StatusMethodNotAllowed:
		return "rule"
	default:
		return "broken"
	}
}
