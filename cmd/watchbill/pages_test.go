package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp/kb"

	"github.com/watchbill/watchbill/internal/web"
	"github.com/watchbill/watchbill/internal/web/webtest"
)

// noPages are addresses that a browser does not show as a page, that other tests look at, or
// that are for whom a letter came to.
var noPages = []string{
	"/{$}", "/events", "/gallery", "/set-up", "/invitation/{token}", "/reset/{token}",
	"/tickets/{client}/{key}/files/{file}", "/tickets/{client}/{key}/pictures/{file}", "/portal/tickets/{key}/files/{file}",
}

// looks is somebody who looks at pages. Each finds what the addresses of pages name by following links.
type looks struct {
	email string
	sees  func(*web.Route) bool
	finds [][3]string // placeholder, page that has the link, how the link begins
}

var lookers = []looks{
	{"", (*web.Route).Public, nil},
	{"daan@kade.example", func(r *web.Route) bool { return !r.ClientsOnly() && !r.Public() }, [][3]string{
		{"{person}", "/people", "/people/"},
		{"{contract}", "/clients/fietswereld", "/clients/fietswereld/contracts/"},
		{"{key}", "/queue?client=fietswereld", "/tickets/fietswereld/"},
	}},
	{"jelle@fietswereld.example", func(r *web.Route) bool { return !r.StaffOnly() && !r.Public() }, [][3]string{
		{"{key}", "/portal/tickets", "/portal/tickets/"},
	}},
}

// TestEveryPage looks at every page of the site in both themes, on a phone and on a desk.
func TestEveryPage(t *testing.T) {
	t.Parallel()
	base := demonstrate(t)
	for _, who := range lookers {
		var tab *webtest.Tab
		if who.email == "" {
			tab = webtest.Open(webtest.Browser(t), t, base+"/sign-in", 1440, 900)
		} else {
			tab = sit(t, base, who.email, 1440).Tab
		}
		pages := who.pages(t, tab, base)
		t.Logf("%q looks at %d pages", who.email, len(pages))
		if slices.Contains(pages, "/queue") {
			reachable(t, tab, base, pages)
		}
		for theme, width := range map[string]int64{"light": 390, "dark": 1440} {
			tab.Size(width, 900)
			webtest.Ask[any](tab, fmt.Sprintf(`document.cookie = "theme=%s; path=/"`, theme))
			for _, page := range pages {
				tab.Go(base + page)
				where := fmt.Sprintf("%s, %d pixels, %s", page, width, theme)
				tab.Shoot(fmt.Sprintf("page%s-%d", strings.NewReplacer("/", "_", "?", "_", "%20", "-").Replace(page), width))
				tab.KeepsNobodyOut(where)
				tab.ShowsFocus(where)
			}
		}
		tab.Leave()
	}
}

// pages are the addresses that somebody may open, with what they name filled in.
func (l *looks) pages(t *testing.T, tab *webtest.Tab, base string) (all []string) {
	t.Helper()
	fill := []string{"{client}", "fietswereld"}
	for _, f := range l.finds {
		tab.Go(base + f[1])
		link := webtest.Ask[string](tab, fmt.Sprintf(`[...document.querySelectorAll("main a")].map(a => a.getAttribute("href"))
			.find(h => h?.startsWith(%q) && !h.endsWith("/new")) ?? ""`, f[2]))
		name, _, _ := strings.Cut(strings.TrimPrefix(link, f[2]), "/")
		if name == "" {
			t.Fatalf("%s has no link to %s", f[1], f[2])
		}
		fill = append(fill, f[0], name)
	}
	filled := strings.NewReplacer(fill...)
	for _, r := range web.New(nil, web.Config{}).Routes() {
		address := filled.Replace(r.Path)
		switch {
		case r.Method != http.MethodGet || slices.Contains(noPages, r.Path) || !l.sees(&r):
		case strings.HasSuffix(r.Path, "/{step}"):
			ticket := strings.TrimSuffix(address, "{step}")
			tab.Go(base + strings.TrimSuffix(ticket, "/"))
			all = append(all, webtest.Ask[[]string](tab, fmt.Sprintf(`[...document.querySelectorAll("main a")].map(a => a.getAttribute("href"))
				.filter(h => h?.startsWith(%q) && !h.includes("/files/") && !h.includes("/pictures/"))`, ticket))...)
		case strings.HasSuffix(r.Path, "/{view}"):
			// a view is there once somebody kept a list
			tab.Go(base + "/views/new?priority=P1")
			webtest.Ask[any](tab, `(f => { f.elements.name.value = "Critical";
				return fetch(f.action, {method: "POST", body: new URLSearchParams(new FormData(f))}).then(r => r.status) })(document.querySelector("[name=name]").form)`)
			all = append(all, strings.TrimSuffix(address, "{view}")+lastOf(tab, base))
		case strings.Contains(address, "{"):
			t.Errorf("nobody says how to open %s", r.Path)
		default:
			all = append(all, address)
		}
	}
	return all
}

// lastOf gives the id of a view of one's own.
func lastOf(tab *webtest.Tab, base string) string {
	tab.Go(base + "/queue?priority=P1")
	return webtest.Ask[string](tab, `document.querySelector("main .head a[href^='/views/']").getAttribute("href").slice(7)`)
}

// reachable demands that a phone leads to every page, by links that its finger can press.
func reachable(t *testing.T, tab *webtest.Tab, base string, pages []string) {
	t.Helper()
	const links = `[...document.querySelectorAll("a[href^='/']")].filter(a => a.checkVisibility({visibilityProperty: true}) || a.closest("main details"))
		.map(a => a.getAttribute("href"))`
	tab.Size(390, 844)
	tab.Go(base + "/queue")
	next := webtest.Ask[[]string](tab, links)
	webtest.Ask[any](tab, `document.querySelector("#more").click()`)
	next = append(next, webtest.Ask[[]string](tab, links)...)
	tab.KeepsNobodyOut("the sidebar on a phone")
	tab.Shoot("sidebar-phone")
	tab.Press(kb.Escape)
	webtest.Want(tab, "Escape closes the sidebar", `document.querySelector("#side").checkVisibility()`, false)
	webtest.Want(tab, "and who had it goes on where they were", `document.activeElement.id`, "more")

	unfound := map[string]bool{}
	for _, p := range pages {
		unfound[pathOf(p)] = true
	}
	delete(unfound, "/first-run") // leads on by itself, while there is something to set up
	for places := len(next); len(next) > 0; next, places = next[1:], places-1 {
		// every place of the sidebar, also when it is a list by other words of a page that was seen
		if path := pathOf(next[0]); unfound[path] || places > 0 {
			delete(unfound, path)
			tab.Go(base + next[0])
			next = append(next, webtest.Ask[[]string](tab, links)...)
		}
	}
	for path := range unfound {
		t.Errorf("a phone leads nobody to %s", path)
	}
}

func pathOf(address string) string {
	path, _, _ := strings.Cut(address, "?")
	return path
}
