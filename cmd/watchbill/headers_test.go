package main

import (
	"net/http"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
	"github.com/watchbill/watchbill/internal/web"
	"github.com/watchbill/watchbill/internal/web/static"
)

func desktestStore(tb testing.TB) *store.Store {
	tb.Helper()
	return storetest.SQLite(tb)
}

// TestHeaders looks at what every answer tells the browser: of every route, good and bad, and
// of what no route is there for.
func TestHeaders(t *testing.T) {
	t.Parallel()
	w := newWorld(desktest.New(t, desktestStore(t)))
	asks := [][2]string{
		{"GET", "/nothing"},
		{"POST", "/nothing"},
		{"DELETE", "/queue"},
		{"GET", "//queue"},
		{"GET", "/queue/../queue"},
		{"GET", "/queue/"},
		{"GET", "/api/v1/nothing"},
		{"DELETE", "/api/v1/tickets"},
		{"GET", "/api/"},
		{"GET", "/api"},
		{"GET", "/api/v1//tickets"},
		{"OPTIONS", "/api/v1/tickets"},
		{"GET", static.URL("desk.css")},
		{"GET", static.URL("desk.js")},
		{"GET", static.URL("nothing.js")},
		{"GET", "/static/old/desk.css"},
		{"GET", "/static/"},
		{"POST", static.URL("desk.css")},
		{"HEAD", "/queue"},
		{"GET", "/tickets/boei/INC-999999"},
		{"GET", "/queue?page=%zz"},
	}
	for _, r := range web.New(w.App, web.Config{Base: base}).Routes() {
		asks = append(asks, [2]string{r.Method, w.address(r.Path)})
	}
	for _, r := range api.Routes() {
		method, path, _ := strings.Cut(r.Pattern, " ")
		asks = append(asks, [2]string{method, w.address(path)})
	}
	seen := map[int]int{}
	for _, name := range []string{"nobody", "ended", "rik", "ona", "ada"} {
		for _, a := range asks {
			v := w.who[name]
			by := byCookie
			if strings.HasPrefix(a[1], "/api/") {
				by = byBearer
			}
			got := w.ask(v, by, a[0], a[1], "")
			seen[got.status]++
			for _, fault := range headerFaults(a[1], got) {
				t.Errorf("%s %s as %s: %d: %s", a[0], a[1], name, got.status, fault)
			}
			if a[1] == "/sign-out" && v.actor.ID != "" {
				w.signIn(name)
			}
		}
	}
	for _, status := range []int{200, 303, 401, 403, 404, 405, 422} {
		if seen[status] == 0 {
			t.Errorf("no answer with %d was looked at: %v", status, seen)
		}
	}
}

// headerFaults says what is wrong with the headers of an answer.
func headerFaults(path string, got reply) (faults []string) {
	demand := func(ok bool, what string) {
		if !ok {
			faults = append(faults, what)
		}
	}
	h := got.header
	policy := h.Get("Content-Security-Policy")
	demand(len(h.Values("Content-Security-Policy")) == 1, "one policy")
	demand(strings.Contains(policy, "default-src 'none'"), "default-src 'none': "+policy)
	demand(strings.Contains(policy, "frame-ancestors 'none'"), "frame-ancestors 'none': "+policy)
	for _, bad := range []string{"unsafe-inline", "unsafe-eval", "*", "http:", "https:", "script-src 'self'"} {
		demand(!strings.Contains(policy, bad), "no "+bad+": "+policy)
	}
	demand(h.Get("X-Content-Type-Options") == "nosniff", "nosniff")
	demand(strings.HasPrefix(path, "/static/") || h.Get("Cache-Control") == "no-store", "no-store: "+h.Get("Cache-Control"))
	for _, begin := range []string{"/set-up", app.InvitationPath, app.ResetPath} {
		demand(!strings.HasPrefix(path, begin) || h.Get("Referrer-Policy") == "no-referrer", "no referrer: "+h.Get("Referrer-Policy"))
	}
	demand(h.Get("Server") == "" && h.Get("X-Powered-By") == "", "no word of the program")
	demand(h.Get("Access-Control-Allow-Origin") == "", "no other origin")
	if strings.HasPrefix(h.Get("Content-Type"), "text/html") && !strings.HasPrefix(path, "/api/") && got.status != http.StatusTemporaryRedirect && got.status != http.StatusMovedPermanently {
		demand(h.Get("Strict-Transport-Security") != "" || h.Get("Location") != "", "https only")
		demand(!strings.Contains(got.body, " style=\"") && !strings.Contains(got.body, "<style") && !strings.Contains(got.body, " onclick="), "nothing inline")
	}
	for _, cookie := range (&http.Response{Header: h}).Cookies() {
		if cookie.Name == "theme" { // script reads it before the page is painted
			demand(cookie.Secure && cookie.SameSite == http.SameSiteLaxMode, cookie.Raw)
			continue
		}
		demand(strings.HasPrefix(cookie.Name, "__Host-") && cookie.Secure && cookie.HttpOnly && cookie.Path == "/" && cookie.Domain == "" &&
			cookie.SameSite == http.SameSiteLaxMode, cookie.Raw)
	}
	return faults
}
