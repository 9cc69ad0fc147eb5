package web

import (
	"crypto/rand"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/ticket"
	page "github.com/watchbill/watchbill/internal/web/page/ticket"
	"github.com/watchbill/watchbill/internal/web/ui"
	"github.com/watchbill/watchbill/internal/wording"
)

func (s *Site) ticketRoutes() []Route {
	return []Route{
		{"GET", "/tickets/{client}/{key}", access.ReadTickets, signedIn, s.ticket},
		{"GET", "/tickets/{client}/{key}/files/{file}", access.ReadFiles, staffOnly, s.file},
		{"GET", "/tickets/{client}/{key}/pictures/{file}", access.ReadFiles, staffOnly, s.picture},
		{"GET", "/tickets/{client}/{key}/why", access.ReadTickets, staffOnly, s.why},
		{"POST", "/tickets/{client}/{key}/watch", access.ReadTickets, staffOnly, s.watch},
		{"POST", "/tickets/{client}/{key}/say", access.RecordEntries, staffOnly, s.say},
		{"GET", "/tickets/{client}/{key}/{step}", access.RecordEntries, staffOnly, s.stepPage},
		{"POST", "/tickets/{client}/{key}/{step}", access.RecordEntries, staffOnly, s.step},
	}
}

// ref is the ticket that the address names.
func (v *visit) ref() app.Ref {
	return app.Ref{Client: v.r.PathValue("client"), Key: v.r.PathValue("key")}
}

// pathOf is the address of a ticket.
func pathOf(client, key string) string { return "/tickets/" + client + "/" + key }

func (v *visit) path() string { return pathOf(v.r.PathValue("client"), v.r.PathValue("key")) }

// ticket shows a ticket.
func (s *Site) ticket(v *visit) error {
	t, err := s.app.Ticket(v.ctx(), v.actor, v.ref())
	if err != nil {
		return err
	}
	if v.actor.Role.OfClient() { // letters name tickets by this address to both sides
		return v.to("/portal/tickets/" + url.PathEscape(v.r.PathValue("key")))
	}
	return v.ticketPage(200, t, nil)
}

// ticketPage shows a ticket, with a composer whose text could not be sent, if any. Script asks
// for what changes of it alone.
func (v *visit) ticketPage(status int, t *app.TicketView, kept *ui.Composer, meanwhile ...page.Entry) error {
	names, err := v.site.app.Names(v.ctx(), v.actor, peopleOf(t)...)
	if err != nil {
		return err
	}
	sees := &ticketVoice{visit: v, t: t, names: names}
	d := page.Data{
		Path: pathOf(t.ClientSlug, t.Key), Title: orKey(t.Title, t.Key), Key: t.Key, Priority: t.Ticket.Priority, Tags: sees.tags(), Opened: sees.opened(),
		Facts: sees.facts(), Entries: sees.entries(), Clocks: sees.clocks(), Why: sees.whys(), Hidden: hidden(t.Head), Pools: sees.pools(),
		Hours: sees.hours(), Related: sees.related(), Watch: sees.watch(), Watchers: sees.watchers(),
		Sent: v.r.URL.Query().Get("sent"), Composer: kept, Meanwhile: meanwhile,
	}
	if d.Works = sees.works(); v.actor.May(access.RecordEntries) {
		d.Acts = true
		d.Steps, d.More = sees.steps()
		if kept == nil {
			d.Composer = sees.composer()
		}
	}
	if v.live() {
		return v.render(status, page.Renewed(ui.Frame{Voice: v.voice, Now: v.now().In(v.zone)}, d))
	}
	crumb := ui.Crumb{Text: t.ClientName, Href: "/queue?client=" + t.ClientSlug}
	f := v.frame(t.Key, ui.Crumb{Text: v.voice.Text("web.nav.queue"), Href: "/queue"}, crumb)
	f.Title = t.Key + " " + d.Title
	return v.render(status, page.Page(f, d))
}

func orKey(title, key string) string {
	if title == "" {
		return key
	}
	return title
}

// hidden is what every form on a ticket sends along: what its reader had seen, and a key that
// makes a second press the same as the first.
func hidden(head int) [][2]string {
	return [][2]string{{"seen", strconv.Itoa(head)}, {"once", rand.Text()}}
}

// command reads it back. Who was told what happened meanwhile and sends anyway has seen that too.
// Each form of a page has its own key, for what they ask for is not the same.
func (v *visit) command() app.Command {
	seen, _ := strconv.Atoi(v.field("seen")) // 0 is "did not look"
	head, _, _ := strings.Cut(v.field("anyway"), " ")
	if known, err := strconv.Atoi(head); err == nil {
		seen = known
	}
	cmd := app.Command{Seen: seen, Once: v.once()}
	if cmd.Once != "" {
		cmd.Once += " " + v.r.PathValue("step")
	}
	return cmd
}

// longestOnce is longer, in bytes, than every key that the site makes.
const longestOnce = 64

// once is the key of a form. It is kept with the answer, so it has a length.
func (v *visit) once() string {
	key := v.field("once")
	return strings.ToValidUTF8(key[:min(len(key), longestOnce)], "")
}

// peopleOf lists the ids of all who stand on the page of a ticket.
func peopleOf(t *app.TicketView) []string {
	ids := append([]string{t.Ticket.Requester, t.Ticket.Person}, t.Watchers...)
	for i := range t.Entries {
		ids = append(ids, t.Entries[i].By.ID)
		if a, ok := t.Entries[i].Fact.(ticket.Assigned); ok {
			ids = append(ids, a.Person)
		}
	}
	return ids
}

// watch begins or ends watching.
func (s *Site) watch(v *visit) error {
	if err := s.app.Watch(v.ctx(), v.actor, v.ref(), v.field("on") == "1"); err != nil {
		return err
	}
	return v.to(v.path())
}

// ticketVoice says a ticket to a person.
type ticketVoice struct {
	*visit
	t     *app.TicketView
	names map[string]string
}

// name is what people call an actor of an entry.
func (s *ticketVoice) name(by ticket.Actor) string {
	if name := s.names[by.ID]; name != "" {
		return name
	}
	if by.Automated || by.ID == "" {
		return ""
	}
	return s.partyName(by.Party, s.t.ClientName)
}

func (s *ticketVoice) in(at time.Time) time.Time { return at.In(s.zone) }

func (s *ticketVoice) tags() []ui.Sign {
	var tags []ui.Sign
	if s.t.Ticket.Escalated {
		tags = append(tags, ui.Sign{Mood: ui.Concern, Text: s.voice.Text("queue.tag.escalated")})
	}
	if s.t.Ticket.Reopened > 0 {
		tags = append(tags, ui.Sign{Text: s.voice.Text("queue.tag.reopened")})
	}
	if s.t.Ticket.ByWorkaround() {
		tags = append(tags, ui.Sign{Text: s.voice.Text("desk.workaround")})
	}
	return tags
}

func (s *ticketVoice) opened() string {
	by := s.names[s.t.Ticket.Requester]
	return s.voice.Text("desk.opened", "at", s.in(s.t.Ticket.Opened), "by", by, "via", string(s.t.Ticket.Via))
}

func (s *ticketVoice) facts() []ui.Fact {
	t := &s.t.Ticket
	facts := []ui.Fact{
		{Name: s.voice.Text("ui.queue.client"), Text: s.t.ClientName},
		{Name: s.voice.Text("desk.kind"), Text: s.voice.Text("desk.kind." + t.Kind.String())},
		{Name: s.voice.Text("ui.queue.level"), Body: ui.Level(s.voice, t.Level)},
		{Name: s.voice.Text("ui.queue.status"), Text: s.voice.Text("ticket.state." + t.State.String())},
	}
	if s.t.Ball != 0 {
		facts = append(facts, ui.Fact{Name: s.voice.Text("ui.queue.ball"), Body: ui.BallHolder(s.voice, s.t.Ball, s.partyName(s.t.Ball, s.t.ClientName))})
	}
	if s.t.Accountable != 0 {
		facts = append(facts, ui.Fact{
			Name: s.voice.Text("ui.queue.accountable"), Body: ui.Accountable(s.voice, s.t.Accountable, s.partyName(s.t.Accountable, s.t.ClientName)),
		})
	}
	facts = append(facts, ui.Fact{Name: s.voice.Text("ui.queue.owner"), Body: ui.Person(s.voice, s.names[t.Person])})
	if t.Site != "" {
		facts = append(facts, ui.Fact{Name: s.voice.Text("desk.site"), Text: t.Site})
	}
	return facts
}

func (s *ticketVoice) watch() ui.Act {
	if s.t.Watching {
		return ui.Act{Text: s.voice.Text("desk.unwatch"), Name: "on", Value: "0", Small: true}
	}
	return ui.Act{Text: s.voice.Text("desk.watch"), Name: "on", Value: "1", Small: true}
}

// watchers are the names of those who are kept up to date.
func (s *ticketVoice) watchers() []string {
	var names []string
	for _, id := range s.t.Watchers {
		if name := s.names[id]; name != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (s *ticketVoice) related() []ui.Related {
	var all []ui.Related
	for i := range s.t.Related {
		r := &s.t.Related[i]
		one := ui.Related{
			Key: r.Key, Title: r.Title, Href: pathOf(s.t.ClientSlug, r.Key), How: s.voice.Text("desk.relation." + string(r.Relation)),
		}
		if !r.State.Open() {
			one.Tag = s.voice.Text("ticket.state." + r.State.String())
		}
		all = append(all, one)
	}
	return all
}

func (s *ticketVoice) pools() []ui.Meter {
	var all []ui.Meter
	for i := range s.t.Pools {
		p := &s.t.Pools[i]
		if p.Unlimited {
			continue
		}
		whole := p.Whole()
		m := ui.Meter{
			Used: p.Used(), Whole: whole, Warn: p.Warn, Mood: ui.MoodOf(p.Used(), whole, p.Warn),
			Says: s.voice.Text("desk.pool", "pool", p.Pool, "used", minutes(p.Used()), "whole", minutes(whole)),
			Note: s.voice.Text("desk.pool_left", "left", minutes(p.Left)),
		}
		if over := p.Beyond(); over > 0 {
			m.Note = s.voice.Text("desk.pool_over", "over", minutes(over))
		}
		all = append(all, m)
	}
	return all
}

// minutes says a length of work; none is "0 min".
func minutes(n int) string {
	if n == 0 {
		return "0\u00a0min"
	}
	return wording.Duration(time.Duration(n) * time.Minute)
}

// hours says what was worked on the ticket, and until when the pools last.
func (s *ticketVoice) hours() string {
	var until string
	for i := range s.t.Pools {
		if ends := s.t.Pools[i].Ends; !s.t.Pools[i].Unlimited && until == "" {
			until = wording.Day(s.voice.Language(), ends.AddDays(-1).Start(time.UTC))
		}
	}
	return s.voice.Text("desk.worked", "minutes", minutes(s.t.Ticket.Minutes), "until", until)
}

func (s *ticketVoice) works() []page.Work {
	var all []page.Work
	for _, w := range s.t.Works {
		if w.Withdrawn {
			continue
		}
		one := page.Work{Says: s.voice.Text("desk.work", "who", s.names[w.Person], "minutes", minutes(w.Minutes), "role", string(w.Role), "day", w.Day,
			"activity", w.Activity)}
		if w.Person == s.actor.ID && s.actor.May(access.CorrectOwn) || s.actor.May(access.CorrectOthers) {
			one.Back = pathOf(s.t.ClientSlug, s.t.Key) + "/work_withdrawn?entry=" + strconv.Itoa(w.Seq)
		}
		all = append(all, one)
	}
	return all
}
