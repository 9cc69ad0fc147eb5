package ui

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/wording"
)

// The pages of the gallery.
const (
	GalleryParts    = ""
	GalleryQueue    = "queue"
	GalleryTicket   = "ticket"
	GalleryHours    = "hours"
	GalleryPortal   = "portal"
	GallerySignIn   = "sign-in"
	GalleryFirstRun = "first-run"
)

// gallery is a day that never was: persons, clients and shops are invented.
type gallery struct {
	v     *wording.Voice
	theme string
	now   time.Time // in the zone of the person
}

func (g gallery) say(id string, args ...any) string { return g.v.Text("gallery."+id, args...) }

func (g gallery) at(d time.Duration) time.Time { return g.now.Add(d) }

func (g gallery) frame(title string, place int) Frame {
	nav := func(text string, icon Icon, key, count string) NavItem {
		return NavItem{Text: text, Href: "#main", Icon: icon, Key: key, Count: count}
	}
	desk := []NavItem{
		nav(g.say("queue"), IconInbox, "g q", "38"),
		nav(g.say("hours"), IconClock, "g h", ""),
		nav(g.say("contracts"), IconFileText, "g c", ""),
		nav(g.say("capacity"), IconGauge, "g p", ""),
	}
	desk[place].Current = true
	risk := nav(g.say("at_risk"), "", "", "4")
	risk.AtRisk = true
	return Frame{
		Voice: g.v, Title: title, Theme: g.theme, Now: g.now, Person: "Noor", Account: "#main", Home: "Kade Support",
		Crumbs: []Crumb{{"Kade Support", "#main"}, {Text: title}}, Find: "/find",
		Nav: []NavGroup{
			{Items: desk},
			{Title: g.say("views"), Add: "#main", AddAs: g.say("new_view"), Items: []NavItem{
				nav(g.say("due_next"), "", "", "38"), nav(g.say("mine"), "", "", "7"), risk,
				nav(g.say("ball_client"), "", "", "9"),
			}},
		},
		Foot: []NavItem{nav(g.say("settings"), IconSettings, "", "")},
		Dock: []NavItem{
			desk[0], nav(g.say("mine"), IconUser, "", ""), desk[1], nav(g.say("more"), IconMenu, "", ""),
		},
		Watch: []WatchItem{
			{Before: g.say("on_watch"), Strong: "Noor", After: g.say("until", "time", g.at(4*time.Hour).Format("15:04")), Icon: IconAnchor},
			{Before: g.say("next_due"), Strong: "Casa Linnen INC-000087", Href: "#main"},
		},
	}
}

func (g gallery) clock(left, whole time.Duration) clock.Clock {
	c := clock.Clock{
		Kind: contract.Restoration, Phase: clock.Running, Verdict: clock.Within, Promise: contract.SLA,
		Remaining: left, Allowed: whole, Due: g.at(left), WaitsFor: catalog.ThirdParty,
	}
	if left < 0 {
		c.Verdict = clock.Breached
	}
	return c
}

func (g gallery) face(left, whole time.Duration) Face { return FaceOf(g.v, g.clock(left, whole)) }

// shape is a case of a component, with the name of its state.
type shape struct {
	name string
	face Face
}

func (g gallery) faces() []shape {
	const m, h = time.Minute, time.Hour
	with := func(c clock.Clock, change func(*clock.Clock)) Face {
		change(&c)
		return FaceOf(g.v, c)
	}
	kpi := func(c *clock.Clock) {
		c.Kind, c.Promise = contract.Response, contract.KPI
		if c.Verdict == clock.Breached {
			c.Verdict = clock.Missed
		}
	}
	stopped := func(c *clock.Clock) { c.Phase = clock.Stopped }
	return []shape{
		{"calm", g.face(370*m, 8*h)},
		{"watch", g.face(88*m, 8*h)},
		{"near", g.face(18*m, 4*h)},
		{"seconds", g.face(75*time.Second, 4*h)},
		{"over", g.face(-66*m, 4*h)},
		{"still", with(g.clock(185*m, 4*h), func(c *clock.Clock) { c.Phase = clock.Paused })},
		{"kept", with(g.clock(h, 4*h), stopped)},
		{"missed", with(g.clock(-145*m, 4*h), stopped)},
		{"waiting", with(g.clock(0, 16*h), func(c *clock.Clock) {
			c.Kind, c.Phase, c.Verdict = contract.RootCause, clock.NotStarted, clock.Undecided
		})},
		{"unknown", with(g.clock(0, 4*h), func(c *clock.Clock) { c.Phase, c.Verdict = clock.Stopped, clock.NotMeasurable })},
		{"kpi", with(g.clock(58*m, 2*h), kpi)},
		{"kpi_over", with(g.clock(-20*m, 2*h), kpi)},
	}
}

func (g gallery) rows() (broken, soon, still []Row) {
	const m, h = time.Minute, time.Hour
	row := func(key, client string, p catalog.Priority, f Face, owner string) Row {
		return Row{
			ID: client + "/" + key, Key: key, Href: "#main", Face: f, Priority: p, Title: g.say("title." + key),
			Client: client, Level: catalog.L2, Status: g.say("status"), Ball: catalog.Provider, BallName: "Kade",
			Accountable: catalog.Provider, AccountableName: "Kade", Owner: owner,
		}
	}
	faces := g.faces()
	major := row("INC-000214", "Fietswereld", catalog.P1, g.face(18*m, 4*h), "Noor")
	major.Tags = []Sign{{Danger, g.say("major")}}
	fresh := row("INC-000131", "Nordic Audio", catalog.P1, FaceOf(g.v, g.clock(34*m, h)), "")
	fresh.Unseen, fresh.Level = true, catalog.L1
	kpi := row("REQ-000063", "Bloemenhuis", catalog.P3, faces[10].face, "Sem")
	approve := row("CHG-000044", "Casa Linnen", catalog.P4, g.face(88*m, 8*h), "Daan")
	approve.Ball, approve.BallName, approve.Tags = catalog.Client, "Casa Linnen", []Sign{{Plain, g.say("freeze")}}
	waits := row("INC-000085", "Casa Linnen", catalog.P2, faces[5].face, "Mila")
	waits.Ball, waits.BallName = catalog.ThirdParty, "Pakketlijn"
	over := row("ENH-000039", "Bloemenhuis", catalog.P4, faces[5].face, "Lotte")
	over.Level, over.Ball, over.BallName, over.Tags = catalog.L3, catalog.Platform, "Commerce cloud", []Sign{{Concern, g.say("over_pool")}}
	return []Row{row("INC-000079", "Casa Linnen", catalog.P3, g.face(-66*m, 4*h), "Sem")},
		[]Row{row("INC-000087", "Casa Linnen", catalog.P2, g.face(9*m, 2*h), "Mila"), major, fresh, kpi, approve},
		[]Row{waits, over}
}

func (g gallery) why() Why {
	const m = time.Minute
	part := func(t Texture, from, to time.Duration, label string) Stretch {
		return Stretch{t, g.at(from), g.at(to), label, span(to - from)}
	}
	return Why{
		ID: "why-restoration", Title: g.say("why.title", "time", g.at(18*m).Format("15:04")),
		Stretches: []Stretch{
			part(Shut, -345*m, -332*m, g.say("why.shut")), part(Counted, -332*m, -207*m, g.say("why.counted")),
			part(Paused, -207*m, -97*m, g.say("why.paused")), part(Counted, -97*m, 0, g.say("why.counted")),
			part(Left, 0, 18*m, g.say("why.left")),
		},
		Says: []string{g.say("why.promise"), g.say("why.sum")}, Contract: g.say("why.contract"), Href: "#main",
		Since: g.say("why.since"), Clause: g.say("why.clause"),
	}
}

func (g gallery) clocks() []ClockRow {
	const m, h = time.Minute, time.Hour
	faces := g.faces()
	due := func(d time.Duration) string {
		return g.say("due", "time", wording.Moment(g.v.Language(), g.at(d), g.now))
	}
	update := g.clock(23*m, 30*m)
	update.Kind = contract.UpdateCadence
	return []ClockRow{
		{
			Face: g.face(18*m, 4*h), Name: g.say("clock.restoration"), Due: due(18 * m),
			Why: "why-restoration", Ask: g.say("ask", "clock", g.say("clock.restoration")), Key: "w",
		},
		{Face: FaceOf(g.v, update), Name: g.say("clock.update"), Due: due(23 * m)},
		{Face: g.face(43*h, 46*h), Name: g.say("clock.resolution"), Due: due(114 * h)},
		{Face: faces[6].face, Name: g.say("clock.response"), Due: g.say("kept_in")},
		{Face: faces[8].face, Name: g.say("clock.root_cause"), Due: g.say("starts")},
	}
}

func (g gallery) steps() []Step {
	return []Step{
		{Icon: IconSend, Text: g.say("step.ask"), Note: g.say("step.ask.note"), Href: "#main"},
		{Icon: IconCircleCheck, Text: g.say("step.restored"), Note: g.say("step.restored.note"), Post: "/gallery"},
		{Icon: IconPause, Text: g.say("step.wait"), Note: g.say("step.wait.note"), Href: "#main"},
		{Icon: IconBan, Text: g.say("step.close"), Not: g.say("step.close.not")},
	}
}

func (g gallery) related() []Related {
	f := g.face(3*time.Hour, 8*time.Hour)
	return []Related{
		{Key: "CHG-000051", Title: g.say("rel.hotfix"), Href: "#main", Face: &f},
		{Key: "PRB-000012", Title: g.say("rel.problem"), Href: "#main", Tag: g.say("rel.third")},
	}
}

func (g gallery) entries() []Entry {
	const m = time.Minute
	return []Entry{
		{ID: "e-1", At: g.at(-345 * m), Icon: IconActivity, By: g.say("monitoring"), Did: g.say("did.alert")},
		{ID: "e-2", At: g.at(-345 * m), Decided: true, Did: g.say("did.opened")},
		{ID: "e-3", At: g.at(-330 * m), Icon: IconCheck, By: "Noor", Did: g.say("did.acknowledged"), Late: g.say("did.late")},
		{ID: "e-4", At: g.at(-207 * m), Icon: IconPause, By: "Noor", Did: g.say("did.waits")},
		{ID: "e-5", At: g.at(-51 * m), By: "Bram", Did: g.say("did.inside"), Inside: true, Text: g.say("text.inside")},
		{ID: "e-6", At: g.at(-7 * m), Icon: IconMessageSquare, By: "Noor", Did: g.say("did.reply"), Text: g.say("text.reply")},
	}
}

func (g gallery) composer() Composer {
	return Composer{
		Action: "/gallery", Draft: "INC-000214", Hint: g.say("compose.hint"),
		Client: Audience{g.say("compose.client"), g.say("compose.client.goes"), g.say("compose.client.does")},
		Inside: Audience{g.say("compose.inside"), g.say("compose.inside.goes"), ""},
		Hidden: [][2]string{{"seen", "12"}, {"once", "01JD"}},
		Acts: []Act{
			{Text: g.say("compose.wait"), Name: "then", Value: "wait"},
			{Text: g.say("compose.send"), Weight: Main, Key: "$mod+Enter"},
		},
	}
}

func (g gallery) meters() []Meter {
	warn := []int{50, 75, 90}
	meter := func(used, planned, whole int, n string) Meter {
		return Meter{
			Used: used, Planned: planned, Whole: whole, Warn: warn, Mood: MoodOf(used, whole, warn[1:]),
			Says: g.say("pool."+n, "used", wording.Hours(g.v.Language(), used), "whole", wording.Hours(g.v.Language(), whole)),
			Note: g.say("pool." + n + ".note"),
		}
	}
	return []Meter{
		meter(34*60, 0, 72*60, "calm"), meter(58*60+15, 0, 72*60, "watch"),
		meter(118*60, 25*60, 180*60, "planned"), meter(86*60, 0, 80*60, "over"),
	}
}

func (g gallery) week() (days []Day, rows []WeekRow) {
	monday := g.now.AddDate(0, 0, -int((g.now.Weekday()+6)%7))
	totals := []string{"7 h 30", "8 h", "6 h 15", "3 h", "", "", ""}
	for i, total := range totals {
		d := monday.AddDate(0, 0, i)
		days = append(days, Day{
			Name: wording.Day(g.v.Language(), d), Total: total, Today: d.Equal(g.now), Shut: i > 4,
		})
	}
	row := func(key, note, total string, cells ...string) WeekRow {
		r := WeekRow{Key: key, Title: g.say("title." + key), Href: "#main", Note: g.say(note), Total: total}
		for i := range days {
			c := WeekCell{Href: "#main", As: g.say("log_on", "key", key, "day", days[i].Name)}
			if i < len(cells) {
				c.Text, c.Late = cells[i], cells[i] == "2 h 45"
			}
			r.Cells = append(r.Cells, c)
		}
		return r
	}
	return days, []WeekRow{
		row("INC-000214", "work.incident", "9 h 45", "1 h 30", "4 h", "2 h 45", "1 h 30"),
		row("REQ-000063", "work.request", "8 h 30", "6 h", "", "1 h", "1 h 30"),
		row("CHG-000044", "work.change", "6 h 30", "", "4 h", "2 h 30"),
	}
}

func (g gallery) code() []Line {
	return []Line{
		{Text: "contract: Fietswereld"},
		{Text: "targets:", Mark: HereLine},
		{Text: "  P1: { restoration: 8h }", Mark: RemovedLine},
		{Text: "  P1: { restoration: 4h }", Mark: AddedLine},
		{Text: "  P2: { restoration: 2d }", Mark: WrongLine, Says: g.say("code.wrong")},
		{Text: "warn: [75, 90]", Mark: WarnedLine, Says: g.say("code.warned")},
	}
}

// colours are the roles of tokens.css, in the order of the concept.
var colours = [...][]string{
	{"sunken", "paper", "surface", "fill", "hover", "line", "line-firm", "edge", "ink-3", "ink-2", "ink"},
	{"act", "act-soft", "watch-mark", "watch-soft", "risk-mark", "risk-soft", "kept-mark", "kept-soft"},
	{"prio", "prio-soft", "level", "level-soft"},
}
