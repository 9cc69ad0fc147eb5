package main

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/web"
)

// a sample of ids, to fill addresses with.
func (w *world) address(pattern string) string {
	t := w.fixed["of rik"]
	return strings.NewReplacer("{$}", "", "{client}", t.client, "{key}", t.key, "{file}", t.file, "{step}", "assigned", "{view}", w.fixed["view/ada"].key,
		"{notice}", w.fixed["notice/ada"].key, "{contract}", w.contract, "{version}", "1", "{token}", "none", "{person}", w.who["ria"].actor.ID, "{item}", noID).Replace(pattern)
}

// TestOtherMethods asks for every address by every method that it does not have, as who may
// most. Nothing answers, and nothing happens.
func TestOtherMethods(t *testing.T) {
	t.Parallel()
	w := newWorld(desktest.New(t, desktestStore(t)))
	has := map[string][]string{}
	for route := range registered(w) {
		method, path, _ := strings.Cut(route, " ")
		path = w.address(path)
		has[path] = append(has[path], method)
	}
	ada := w.who["ada"]
	for _, path := range slices.Sorted(maps.Keys(has)) {
		by := byCookie
		if strings.HasPrefix(path, "/api/") {
			by = byBearer
		}
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"} {
			if slices.Contains(has[path], method) || elsewhere(has, path, method) {
				continue
			}
			got := w.ask(ada, by, method, path, "")
			if got.status != http.StatusNotFound && got.status != http.StatusMethodNotAllowed && got.status != http.StatusForbidden {
				t.Errorf("%s %s: %d %s", method, path, got.status, tail(got.body))
			}
		}
	}
	if now := w.state(w.fixed["of rik"]); now != w.marked["of rik"] {
		t.Errorf("something happened:\n%s", now)
	}
}

// elsewhere tells whether a pattern with a place for a word takes the address as well, as
// {step} takes "watch".
func elsewhere(has map[string][]string, path, method string) bool {
	dir := path[:strings.LastIndex(path, "/")+1]
	return strings.HasPrefix(dir, "/tickets/") && slices.Contains(has[dir+"assigned"], method) || strings.HasPrefix(dir, "/views/") && method == "POST"
}

// TestCredentialsOpenTheirSideOnly: a token is nothing to pages, a cookie nothing to the API.
func TestCredentialsOpenTheirSideOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(desktest.New(t, desktestStore(t)))
	ada := w.who["ada"]
	for _, r := range web.New(w.App, web.Config{Base: base}).Routes() {
		if r.Public() {
			continue
		}
		path := w.address(r.Path)
		if got := w.ask(ada, byBearer, r.Method, path, "x=y"); classOf(got) != "in" {
			t.Errorf("%s %s by a token: %d", r.Method, path, got.status)
		}
		with := []string{"Authorization", "Bearer " + ada.cookie, "X-Forwarded-User", ada.actor.ID, "X-Remote-User", "ada", "Remote-User", "ada@mail.test"}
		if got := w.ask(&visitor{}, byBearer, r.Method, path, "x=y", with...); classOf(got) != "in" {
			t.Errorf("%s %s by a session as a token: %d", r.Method, path, got.status)
		}
		if got := w.ask(&visitor{cookie: ada.bearer}, byCookie, r.Method, path, "x=y"); classOf(got) != "in" {
			t.Errorf("%s %s by a token as a cookie: %d", r.Method, path, got.status)
		}
	}
	for _, r := range api.Routes() {
		if r.Public {
			continue
		}
		_, path, _ := strings.Cut(r.Pattern, " ")
		for name, got := range map[string]reply{
			"by a cookie":            w.ask(ada, byCookie, r.Method, w.address(path), ""),
			"by a token as a cookie": w.ask(&visitor{cookie: ada.bearer}, byCookie, r.Method, w.address(path), ""),
			"by a session":           w.ask(&visitor{bearer: ada.cookie}, byBearer, r.Method, w.address(path), ""),
		} {
			if got.status != http.StatusUnauthorized {
				t.Errorf("%s %s: %d", r.Pattern, name, got.status)
			}
		}
	}
}

// TestTokensAreNarrow asks for every operation with tokens of one permission each.
func TestTokensAreNarrow(t *testing.T) {
	t.Parallel()
	w := newWorld(desktest.New(t, desktestStore(t)))
	for _, p := range w.who["ada"].actor.TokenScopes() {
		v := w.narrow("ada", p)
		for _, r := range api.Routes() {
			_, path, _ := strings.Cut(r.Pattern, " ")
			if r.Public || slices.Contains(r.Permissions, p) {
				continue
			}
			if got := w.ask(v, byBearer, r.Method, w.address(path), "{}"); got.status != http.StatusForbidden {
				t.Errorf("%s with %s alone: %d %s", r.Pattern, p, got.status, tail(got.body))
			}
		}
	}
	if now := w.state(w.fixed["of rik"]); now != w.marked["of rik"] {
		t.Errorf("something happened:\n%s", now)
	}
}

// TestForgedForms sends every form without its token, with one of another session, with one
// of a session that has ended, and from another site. None is taken.
func TestForgedForms(t *testing.T) {
	t.Parallel()
	w := newWorld(desktest.New(t, desktestStore(t)))
	ada, lea, ended := w.who["ada"], w.who["lea"], w.who["ended"]
	forged := func(form string) *visitor {
		v := *ada
		v.form = form
		return &v
	}
	for _, r := range web.New(w.App, web.Config{Base: base}).Routes() {
		if r.Method == http.MethodGet || r.ClientsOnly() {
			continue
		}
		path := w.address(r.Path)
		if !r.Public() {
			for name, v := range map[string]*visitor{"none": forged(""), "another's": forged(lea.form), "an old one": forged(ended.form), "a longer one": forged(ada.form + "A")} {
				if got := w.ask(v, byCookie, r.Method, path, "x=y"); got.status != http.StatusForbidden {
					t.Errorf("%s %s with %s: %d", r.Method, path, name, got.status)
				}
			}
			if got := w.ask(forged(""), byCookie, r.Method, path+"?csrf="+ada.form, "x=y"); got.status != http.StatusForbidden {
				t.Errorf("%s %s with one in the address: %d", r.Method, path, got.status)
			}
			if got := w.ask(ended, byCookie, r.Method, path, "x=y"); classOf(got) != "in" {
				t.Errorf("%s %s after signing out: %d", r.Method, path, got.status)
			}
		}
		for _, from := range [][]string{
			{"Origin", "https://evil.test"},
			{"Origin", "null"},
			{"Origin", "https://desk.test.evil.test"},
			{"Sec-Fetch-Site", "cross-site"},
			{"Sec-Fetch-Site", "same-site"},
		} {
			if got := w.ask(ada, byCookie, r.Method, path, "x=y", from...); got.status != http.StatusForbidden {
				t.Errorf("%s %s from %v: %d", r.Method, path, from, got.status)
			}
		}
	}
	if now := w.state(w.fixed["of rik"]); now != w.marked["of rik"] {
		t.Errorf("something happened:\n%s", now)
	}
	if got := w.ask(ada, byCookie, "POST", w.address("/tickets/{client}/{key}/assigned"), "level=L2"); got.status != http.StatusSeeOther {
		t.Errorf("with the right token: %d %s", got.status, tail(got.body))
	}
}

// TestPathTricks tries to reach what is another client's around the corners of an address.
func TestPathTricks(t *testing.T) {
	t.Parallel()
	w := newWorld(desktest.New(t, desktestStore(t)))
	theirs, mine := w.fixed["theirs"], w.fixed["of rik"]
	for _, v := range []*visitor{w.who["nobody"], w.who["rik"], w.who["cor"], w.who["one"]} {
		for _, of := range []struct {
			by          credential
			root, inner string
		}{
			{byCookie, "/tickets/", ""},
			{byCookie, "/portal/tickets/", ""},
			{byBearer, "/api/v1/clients/", "tickets/"},
		} {
			at := func(t thing) string { return of.root + t.client + "/" + of.inner + t.key }
			for _, path := range []string{
				of.root + mine.client + "/../" + theirs.client + "/" + of.inner + theirs.key,
				of.root + mine.client + "/..;/" + theirs.client + "/" + of.inner + theirs.key,
				of.root + mine.client + "/%2e%2e/" + theirs.client + "/" + of.inner + theirs.key,
				of.root + mine.client + "/%2e%2e%2f" + theirs.client + "/" + of.inner + theirs.key,
				of.root + mine.client + "%2f.." + "%2f" + theirs.client + "/" + of.inner + theirs.key,
				"/" + at(theirs), "//desk.test" + at(theirs), at(theirs) + "/", at(theirs) + "/.", at(theirs) + ".", at(theirs) + "%00", at(theirs) + ";x",
				strings.ToUpper(of.root) + theirs.client + "/" + of.inner + theirs.key,
				"/static/.." + at(theirs), "/sign-in/.." + at(theirs), "/api/docs/.." + at(theirs), "/static/%2e%2e" + at(theirs),
				of.root + strings.ToUpper(theirs.client) + "/" + of.inner + theirs.key, of.root + "*/" + of.inner + theirs.key,
				of.root + "%25/" + of.inner + theirs.key, of.root + mine.client + "," + theirs.client + "/" + of.inner + theirs.key,
				of.root + mine.client + "/" + of.inner + theirs.key + "?client=" + theirs.client, at(mine) + "/files/" + theirs.file,
				at(mine) + "/files/../../" + theirs.key, at(theirs) + "/../" + theirs.key,
			} {
				w.follow(v, of.by, path)
			}
		}
	}
}

// follow asks for an address and where it leads. Nothing of Kompas comes back.
func (w *world) follow(v *visitor, by credential, path string) {
	w.tb.Helper()
	for range 5 {
		got := w.ask(v, by, http.MethodGet, path, "")
		if got.status == http.StatusOK && !strings.Contains(got.body, "main") || got.status >= http.StatusInternalServerError || tells.MatchString(got.body) {
			w.tb.Errorf("%s as %s: %d %s", path, v.name, got.status, tail(got.body))
		}
		to := got.header.Get("Location")
		if to == "" || strings.HasPrefix(to, "/sign-in") {
			return
		}
		if !strings.HasPrefix(to, "/") || strings.HasPrefix(to, "//") {
			w.tb.Errorf("%s leads away to %s", path, to)
			return
		}
		path = to
	}
	w.tb.Errorf("%s leads round and round", path)
}

// TestForeignIdsInBodies names what is another client's where a request takes ids. It must be
// answered like an id that nothing has.
func TestForeignIdsInBodies(t *testing.T) {
	t.Parallel()
	w := newWorld(desktest.New(t, desktestStore(t)))
	theirs, mine := w.fixed["theirs"], w.fixed["of rik"]
	dirk, boei := w.who["dirk"].actor.ID, w.Client(desktest.Boei)
	at := "/api/v1/clients/" + boei + "/tickets"
	for _, c := range []struct {
		what, method, path, sends, id, none string
	}{
		{"requester", "POST", at, `{"kind":"incident","title":"x","impact":"I2","urgency":"U2","requester":"ID"}`, dirk, noID},
		{"watcher", "POST", at, `{"kind":"incident","title":"x","impact":"I2","urgency":"U2","watchers":["ID"]}`, dirk, noID},
		{"contract", "POST", at, `{"kind":"incident","title":"x","impact":"I2","urgency":"U2","contract":"ID"}`, "critical", "nothings"},
		{"person", "POST", at + "/" + mine.key + "/assign", `{"person":"ID"}`, dirk, noID},
		{"person in steps", "POST", at + "/" + mine.key + "/steps", `{"steps":[{"assign":{"person":"ID"}}]}`, dirk, noID},
		{"team", "POST", at + "/" + mine.key + "/assign", `{"team":"ID"}`, w.Client(desktest.Kompas), noID},
		{"ticket to merge into", "POST", at + "/" + mine.key + "/merge", `{"into":"ID"}`, theirs.key, "PRB-999999"},
		{"ticket to link", "POST", at + "/" + mine.key + "/link", `{"relation":"relates","key":"ID"}`, theirs.key, "PRB-999999"},
		{"ticket of many", "POST", "/api/v1/tickets/steps", `{"tickets":[{"client":"ID","key":"PRB-000001"}],"steps":[{"acknowledge":{}}]}`, theirs.client, noID},
		{"filter", "GET", "/api/v1/tickets?client=ID", "", theirs.client, noID},
		{"filter by person", "GET", "/api/v1/tickets?person=ID", "", dirk, noID},
		{"count", "GET", "/api/v1/tickets/count?client=ID&show=all", "", theirs.client, noID},
		{"words", "GET", "/api/v1/tickets?q=ID", "", canary, "nothing"},
		{"cursor of notices", "GET", "/api/v1/notices?before=ID", "", theirs.file, noID},
		{"list", "GET", "/queue?client=ID", "", "kompas", "nothere"},
		{"jump", "GET", "/find?q=ID", "", theirs.key, "PRB-999999"},
		{"words of a jump", "GET", "/find?q=ID", "", canary, "nothing"},
		{"selected row", "POST", "/queue/bulk", "act=acknowledge&ticket=ID/" + theirs.key, "kompas", "nothere"},
		{"person of a form", "POST", "/tickets/boei/" + mine.key + "/assigned", "person=ID", dirk, noID},
		{"person of many", "POST", "/queue/bulk", "act=assign&chosen=person:ID&ticket=boei/" + mine.key, dirk, noID},
		{"merge of a form", "POST", "/tickets/boei/" + mine.key + "/merged", "key=ID", theirs.key, "PRB-999999"},
	} {
		for _, v := range []*visitor{w.who["one"], w.who["cor"], w.who["rik"]} {
			by := byCookie
			if strings.HasPrefix(c.path, "/api/") {
				by = byBearer
			}
			ask := func(id string) sent {
				path, body := strings.ReplaceAll(c.path, "ID", id), strings.ReplaceAll(c.sends, "ID", id)
				return sent{w.ask(v, by, c.method, path, body), path, strings.NewReplacer(id, "…")}
			}
			nothing, got := ask(c.none), ask(c.id)
			if one, other := apart(got.plain(), nothing.plain()); got.plain() != nothing.plain() {
				t.Errorf("%s as %s is not answered like what is unknown:\n%s\n%s", c.what, v.name, one, other)
			}
			if tells.MatchString(got.plain()) {
				t.Errorf("%s tells %s: %s", c.what, v.name, tells.FindString(got.plain()))
			}
			if c.method == "POST" && v.name == "one" && got.status < 300 && c.what != "ticket of many" && c.what != "selected row" && c.what != "person of many" {
				t.Errorf("%s as %s: taken: %s", c.what, v.name, tail(got.body))
			}
		}
	}
	for _, name := range []string{"of rik", "theirs"} {
		if now := w.state(w.fixed[name]); now != w.marked[name] {
			t.Errorf("%s: something happened:\n%s", name, now)
		}
	}
}
