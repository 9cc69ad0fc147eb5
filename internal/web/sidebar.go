package web

import (
	"maps"
	"net/url"
	"strings"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// standing are the views that everybody of the desk has.
var standing = []struct {
	id     string
	filter filter
}{
	{"due", filter{Path: queuePath}},
	{"mine", filter{Path: queuePath, Persons: []string{"me"}}},
	{"triage", filter{Path: queuePath, New: true, Persons: []string{"nobody"}}},
	{"risky", filter{Path: queuePath, Risky: true}},
	{"client", filter{Path: queuePath, Balls: []catalog.Party{catalog.Client}}},
	{"third_party", filter{Path: queuePath, Balls: []catalog.Party{catalog.ThirdParty, catalog.Platform}}},
	{"nobody", filter{Path: queuePath, Persons: []string{"nobody"}}},
}

// viewGroups lists the views in the sidebar, with how much is in them: of holds it by address.
func (v *visit) viewGroups(saved []savedView, of map[string]int) []ui.NavGroup {
	own := ui.NavGroup{Title: v.voice.Text("web.nav.views")}
	shared := ui.NavGroup{Title: v.voice.Text("web.nav.shared")}
	here := v.here()
	if v.actor.May(access.OwnViews) {
		list := here
		if list == nil {
			list = &filter{Path: queuePath}
		}
		own.Add, own.AddAs = list.at("/views/new"), v.voice.Text("queue.view.new")
	}
	item := func(text string, f *filter) ui.NavItem {
		href := f.address()
		i := ui.NavItem{Text: text, Href: href, Current: here != nil && here.address() == href}
		if n := of[href]; n > 0 {
			i.Count, i.AtRisk = counted(n), f.Risky || f.Broken
		}
		return i
	}
	for i := range standing {
		own.Items = append(own.Items, item(v.voice.Text("queue.view."+standing[i].id), &standing[i].filter))
	}
	for i := range saved {
		one := item(saved[i].Name, &saved[i].asked.filter)
		if saved[i].Person == v.actor.ID {
			own.Items = append(own.Items, one)
		} else {
			shared.Items = append(shared.Items, one)
		}
	}
	groups := []ui.NavGroup{own}
	if len(shared.Items) > 0 {
		groups = append(groups, shared)
	}
	return groups
}

// here is the list that the page shows, nil on other pages.
func (v *visit) here() *filter {
	if v.r.URL.Path != queuePath {
		return nil
	}
	f, _ := parseFilter(queuePath, v.r.URL.Query())
	return &f
}

// savedView is a view that somebody keeps, with its list.
type savedView struct {
	app.SavedView
	asked asked
}

// saved lists the saved views that the person may open; none when they cannot be read, for a
// page must not fail because of its sidebar.
func (v *visit) saved() []savedView {
	if v.views != nil || !v.actor.May(access.ReadViews) {
		return v.views
	}
	views, err := v.site.app.Views(v.ctx(), v.actor)
	if err != nil {
		v.site.config.Log.WarnContext(v.ctx(), "views not read", "reference", v.reference, "problem", err.Error())
		return nil
	}
	v.views = make([]savedView, len(views))
	for i, kept := range views {
		v.views[i] = savedView{SavedView: kept}
		if q, err := url.ParseQuery(kept.Query); err == nil {
			v.views[i].asked.filter, _ = parseFilter(queuePath, q)
		}
	}
	return v.views
}

// mostCounted is how many saved views of a person are counted.
const mostCounted = 20

// viewCounts gives how much is in each view.
func (v *visit) viewCounts(saved []savedView) map[string]int {
	var common, personal []*asked
	for i := range standing {
		list := &asked{filter: standing[i].filter}
		if list.personal() {
			personal = append(personal, list)
		} else {
			common = append(common, list)
		}
	}
	key := []string{"views of", v.actor.ID}
	for i := range saved[:min(len(saved), mostCounted)] {
		personal = append(personal, &saved[i].asked)
		key = append(key, saved[i].asked.address())
	}
	of := map[string]int{}
	for _, known := range []map[string]int{v.count("views of clients "+scopeKey(v.actor), common), v.count(strings.Join(key, "\n"), personal)} {
		maps.Copy(of, known)
	}
	return of
}
