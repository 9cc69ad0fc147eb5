package web

import (
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// frame is what stands around a page for the person who looks.
func (v *visit) frame(title string, crumbs ...ui.Crumb) ui.Frame {
	f := ui.Frame{
		Voice: v.voice, Title: title, Theme: v.themeCookie(), Density: string(v.session.Person.Density),
		Home: v.site.config.Home, Crumbs: v.crumbs(title, crumbs), Now: v.now().In(v.zone), KeysOff: v.keysOff(),
	}
	if v.actor.Role == access.Visitor {
		return f
	}
	f.Person, f.Account = v.session.Person.Name, "/me"
	if v.actor.Role.Staff() {
		f.Find, f.Said = findPath, v.heard()
		f.Nav, f.Foot, f.Dock = v.nav(), v.foot(), v.dock()
		f.Watch = v.watchLine()
	}
	return f
}

// crumbs lead from the installation, by those above a page, to the page.
func (v *visit) crumbs(title string, above []ui.Crumb) []ui.Crumb {
	all := make([]ui.Crumb, 0, len(above)+2)
	if v.site.config.Home != "" {
		all = append(all, ui.Crumb{Text: v.site.config.Home, Href: "/"})
	}
	return append(append(all, above...), ui.Crumb{Text: title})
}

// now is the instant of the request, by the clock of the store.
func (v *visit) now() time.Time { return v.site.app.Now() }

func (v *visit) themeCookie() string {
	if c, err := v.r.Cookie("theme"); err == nil && (c.Value == "light" || c.Value == "dark") {
		return c.Value
	}
	return string(v.session.Person.Theme)
}

// place makes an item of the navigation; it is current where its path begins that of the page.
func (v *visit) place(id, href string, icon ui.Icon, key string) ui.NavItem {
	path, _, _ := strings.Cut(href, "?")
	return ui.NavItem{
		Text: v.voice.Text("web.nav." + id), Href: href, Icon: icon, Key: key,
		Current: v.r.URL.Path == path || strings.HasPrefix(v.r.URL.Path, path+"/"),
	}
}

// nav is the sidebar: the places, and the views of the queue with how much is in them.
func (v *visit) nav() []ui.NavGroup {
	places := ui.NavGroup{Items: []ui.NavItem{
		v.place("queue", "/queue", ui.IconInbox, "g q"),
		v.place("hours", "/hours", ui.IconClock, "g h"),
	}}
	service := ui.NavGroup{Title: v.voice.Text("web.nav.service"), Items: []ui.NavItem{
		v.place("clients", "/clients", ui.IconBuilding, "g c"),
	}}
	if v.actor.May(access.ReadPeople) {
		service.Items = append(service.Items, v.place("people", "/people", ui.IconUsers, ""))
	}
	if v.actor.May(access.ReadOutbox) {
		service.Items = append(service.Items, v.place("outbox", "/outbox", ui.IconSend, ""))
	}
	saved := v.saved()
	of := v.viewCounts(saved)
	if n := of[queuePath]; n > 0 {
		places.Items[0].Count = counted(n)
	}
	return append([]ui.NavGroup{places, service}, v.viewGroups(saved, of)...)
}

func (v *visit) foot() []ui.NavItem {
	notices := v.place("notices", noticesPath, ui.IconBell, "g n")
	notices.Count = v.unread()
	return []ui.NavItem{notices, v.place("settings", "/me", ui.IconSettings, "")}
}

// dock holds what a thumb reaches for most; the sidebar has the rest.
func (v *visit) dock() []ui.NavItem {
	notices := v.place("notices", noticesPath, ui.IconBell, "")
	notices.Count = v.unread()
	return []ui.NavItem{
		v.place("queue", "/queue", ui.IconInbox, ""), notices, v.place("hours", "/hours", ui.IconClock, ""),
	}
}

// watchLine says at the foot what falls due next.
func (v *visit) watchLine() []ui.WatchItem {
	list, err := v.site.app.Queue(v.ctx(), v.actor, (&filter{Path: queuePath}).question(v.actor.ID, nil), app.Place{}, 1)
	if err != nil || len(list.Rows) == 0 || list.Rows[0].Face.Lane != clock.LaneDue {
		return nil
	}
	row := v.row(&list.Rows[0], nil)
	return []ui.WatchItem{{
		Before: v.voice.Text("web.watch.next"), Strong: row.Client + " " + row.Key, After: row.Face.Left + " " + row.Face.What,
		Href: row.Href, Icon: ui.IconAnchor,
	}}
}
