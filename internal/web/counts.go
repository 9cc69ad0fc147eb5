package web

import (
	"context"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// counts remembers how much is in the views of each person. They stand on every page, and
// counting reads many rows, so they are counted anew only after a while: a page shows what was
// known, and the next one what was counted meanwhile.
type counts struct {
	mutex sync.Mutex
	known map[string]*knownCounts // by person
}

type knownCounts struct {
	at       time.Time
	counting bool
	of       map[string]int // by the address of the view
}

// fresh is how long counts are shown before they are counted again.
const fresh = 2 * time.Second

// get gives what is known for a person, and counts it (now when nothing is known, else in the
// background) when that is old.
func (c *counts) get(person string, now time.Time, count func() map[string]int) map[string]int {
	c.mutex.Lock()
	if c.known == nil {
		c.known = map[string]*knownCounts{}
	}
	k := c.known[person]
	if k == nil {
		k = &knownCounts{}
		c.known[person] = k
	}
	known, first := k.of, k.of == nil
	due := !k.counting && (first || now.Sub(k.at) >= fresh)
	k.counting = k.counting || due
	c.mutex.Unlock()
	if !due {
		return known
	}
	recount := func() map[string]int {
		of := count()
		c.mutex.Lock()
		defer c.mutex.Unlock()
		k.at, k.of, k.counting = now, of, false
		return of
	}
	if first {
		return recount()
	}
	go recount()
	return known
}

// standing are the views that everybody of the desk has.
var standing = []struct {
	id     string
	filter filter
	atRisk bool
}{
	{"due", filter{}, false},
	{"mine", filter{Persons: []string{"me"}}, false},
	{"triage", filter{New: true, Persons: []string{"nobody"}}, false},
	{"risky", filter{Risky: true}, true},
	{"client", filter{Balls: client}, false},
	{"third_party", filter{Balls: others}, false},
	{"nobody", filter{Persons: []string{"nobody"}}, false},
}

// viewGroups lists the views in the sidebar.
func (v *visit) viewGroups() []ui.NavGroup {
	own := ui.NavGroup{Title: v.voice.Text("web.nav.views"), Add: "/views/new?" + v.r.URL.RawQuery, AddAs: v.voice.Text("web.view.new")}
	shared := ui.NavGroup{Title: v.voice.Text("web.nav.shared")}
	here := v.r.URL.RequestURI()
	of := v.counts()
	item := func(text, href string, risk bool) ui.NavItem {
		i := ui.NavItem{Text: text, Href: href, Current: here == href}
		if n, ok := of[href]; ok && n > 0 {
			i.Count, i.AtRisk = counted(n), risk
		}
		return i
	}
	for i := range standing {
		own.Items = append(own.Items, item(v.voice.Text("web.view."+standing[i].id), standing[i].filter.address("/queue"), standing[i].atRisk))
	}
	for _, kept := range v.saved() {
		one := item(kept.Name, "/queue?"+kept.Query, false)
		if kept.Person == v.actor.ID {
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

// saved lists the saved views that the person may open; none when they cannot be read, for a
// page must not fail because of its sidebar.
func (v *visit) saved() []app.SavedView {
	if !v.actor.May(access.ReadViews) {
		return nil
	}
	views, err := v.site.app.Views(v.ctx(), v.actor)
	if err != nil {
		v.site.config.Log.WarnContext(v.ctx(), "views not read", "reference", v.reference, "problem", err.Error())
	}
	return views
}

// counts gives how much is in each view.
func (v *visit) counts() map[string]int {
	actor, site := v.actor, v.site
	ctx := context.WithoutCancel(v.ctx())
	return site.counts.get(actor.ID, v.now(), func() map[string]int {
		of := map[string]int{}
		for i := range standing {
			f := standing[i].filter
			n, err := site.app.Count(ctx, actor, f.question(actor.ID))
			if err != nil {
				site.config.Log.WarnContext(ctx, "views not counted", "problem", err.Error())
				break
			}
			of[f.address("/queue")] = n
		}
		return of
	})
}
