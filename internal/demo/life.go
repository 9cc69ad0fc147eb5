package demo

import (
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// maker makes up what has happened, the same for a seed, an instant and a cast.
type maker struct {
	*rand.Rand
	book  *book
	cast  *cast
	now   time.Time
	links []link
}

// link relates two tickets once both have their keys.
type link struct {
	at       time.Time
	by       ticket.Actor
	from, to *life
	relation ticket.Relation // absorbed: the first one was merged into the second
}

// chance is true in so many of a hundred cases.
func (m *maker) chance(percent float64) bool { return m.Float64()*100 < percent }

// part is some part of a whole, from one to another.
func (m *maker) part(from, to float64) float64 { return from + m.Float64()*(to-from) }

// open is some part of an open time.
func (m *maker) open(whole time.Duration, from, to float64) time.Duration {
	return time.Duration(float64(whole) * m.part(from, to))
}

func pick[T any](m *maker, some []T) T { return some[m.IntN(len(some))] }

// life is a ticket in the making.
type life struct {
	*maker
	shop     *shop
	story    *story
	say      phrases
	kind     catalog.Kind
	priority catalog.Priority
	rules    *contract.Version // in force when it was logged
	opened   time.Time
	raised   ticket.Actor // who wrote it, or would have noticed
	worker   string       // first name of whom it is with
	fill     *strings.Replacer
	said     []said
	watchers []string
	ends     time.Time
	key      string
}

// said is an entry with what its author wrote.
type said struct {
	ticket.Entry
	text string
}

// add reports a fact at an instant, in order of time whatever the order of calls.
func (l *life) add(at time.Time, by ticket.Actor, f ticket.Fact, text string) {
	entry := said{ticket.Entry{At: at.UTC(), By: by, Fact: f}, l.fill.Replace(text)}
	place := len(l.said)
	for place > 0 && l.said[place-1].At.After(entry.At) {
		place--
	}
	l.said = slices.Insert(l.said, place, entry)
}

// by is the worker as the author of an entry.
func (l *life) by() ticket.Actor { return l.cast.staff(l.worker) }

// begin logs a ticket about a story and has the contract route it.
func (m *maker) begin(s *shop, about *story, p catalog.Priority, at time.Time) *life {
	at = at.Truncate(time.Second)
	l := &life{
		maker: m, shop: s, story: about, say: m.book.phrasesOf(about), kind: about.Kind, priority: p, rules: s.terms.At(at), opened: at,
		fill: strings.NewReplacer(
			"{n}", strconv.Itoa(3+m.IntN(38)), "{few}", strconv.Itoa(4+m.IntN(6)), "{part}", strconv.Itoa(86+m.IntN(12)), "{order}", "#1000"+strconv.Itoa(10_000+m.IntN(80_000)), "{item}", pick(m, s.items),
			"{place}", pick(m, s.places), "{site}", s.site,
		),
	}
	l.raised = m.cast.client(s.people[min(m.IntN(3), 1)])
	by, via := l.raised, about.Via
	switch via {
	case ticket.ViaMonitoring:
		by = program
	case "":
		by, via = m.cast.staff(s.second[0]), ticket.ViaDesk
	}
	logged := ticket.Logged{Kind: l.kind, Priority: p, Via: via, Site: s.site}
	logged.Impact, logged.Urgency = m.weigh(l.rules, p)
	if by.Party == catalog.Provider && !by.Automated {
		logged.Requester = l.raised.ID
	}
	l.add(at, by, logged, about.Title+"\n"+about.Text)
	goes, _ := ticket.Route(l.rules, l.kind, m.cast.teams)
	l.add(at, program, goes, "")
	if m.chance(20) {
		l.watchers = append(l.watchers, m.cast.ids[s.people[0]])
	}
	if p == catalog.P1 {
		l.watchers = append(l.watchers, m.cast.ids["Noor"], m.cast.ids["Daan"])
	}
	s.lives = append(s.lives, l)
	return l
}

// weigh finds an impact and an urgency that make a priority.
func (m *maker) weigh(v *contract.Version, p catalog.Priority) (catalog.Impact, catalog.Urgency) {
	for {
		impact, urgency := catalog.Impact(1+m.IntN(4)), catalog.Urgency(1+m.IntN(4))
		if v.PriorityOf(impact, urgency) == p {
			return impact, urgency
		}
	}
}

// target is what the contract says of the ticket, nil for nothing.
func (l *life) target(k contract.TargetKind) *contract.Target {
	return l.rules.Target(l.kind, l.priority, k)
}

// goal is the target that the work on the ticket goes by: how much open time until it is
// done. Where the contract names none it is two days.
func (l *life) goal() (*calendar.Calendar, time.Duration) {
	for _, k := range []contract.TargetKind{contract.Restoration, contract.Resolution} {
		if t := l.target(k); t != nil {
			return t.Calendar, t.Open
		}
	}
	return l.shop.business, 18 * time.Hour
}

// desk is who takes up what comes in at an instant.
func (l *life) desk(at time.Time) string {
	switch {
	case !l.shop.business.IsOpen(at):
		return "Bram"
	case l.chance(80):
		return "Ravi"
	default:
		return l.shop.second[0]
	}
}

// answer has somebody take the ticket up and say so.
func (l *life) answer(at time.Time) {
	l.worker = l.desk(at)
	l.add(at, l.by(), ticket.Acknowledged{}, "")
	words := l.say.Answer
	if l.story.Via == ticket.ViaMonitoring {
		words = l.say.Seen
	}
	if l.priority <= catalog.P2 || l.chance(70) {
		l.add(at, l.by(), ticket.Replied{}, pick(l.maker, words))
	}
	if l.kind == catalog.Incident {
		l.work(at, 10+5*l.IntN(3))
	}
}

// hand gives the ticket to a person of a level.
func (l *life) hand(at time.Time, level catalog.Level, to string) {
	if to == l.worker && level == catalog.L1 {
		l.add(at, l.by(), ticket.Assigned{Level: level, Team: l.cast.team(level), Person: l.cast.ids[to]}, "")
		return
	}
	if level > catalog.L1 && memberOf(l.worker).level < level && l.kind == catalog.Incident {
		l.add(at, l.by(), ticket.Noted{}, pick(l.maker, l.say.Hand))
		l.add(at, l.by(), ticket.Escalated{Level: level}, "")
	}
	l.add(at, l.by(), ticket.Assigned{Level: level, Team: l.cast.team(level), Person: l.cast.ids[to]}, "")
	l.worker = to
}

// owner chooses who does the work and at which level.
func (l *life) owner(at time.Time) (catalog.Level, string) {
	switch {
	case l.story.Level == catalog.L1 && l.shop.business.IsOpen(at):
		return catalog.L1, "Ravi"
	case l.kind == catalog.Enhancement:
		return catalog.L3, "Bram"
	case !l.shop.business.IsOpen(at):
		return catalog.L2, "Bram"
	case l.chance(65):
		return catalog.L2, l.shop.second[0]
	default:
		return catalog.L2, pick(l.maker, l.shop.second[1:])
	}
}

// updates writes public messages about how it goes: the first and the last ones are those of
// the story, and between them there is nothing new to say.
func (l *life) updates(at ...time.Time) {
	own, still := l.story.Updates, l.IntN(len(l.say.Still))
	for i, one := range at {
		text := l.say.Still[(still+i)%len(l.say.Still)]
		switch fromEnd := len(at) - i; {
		case i == 0 && len(own) > 0:
			text = own[0]
		case fromEnd < len(own):
			text = own[len(own)-fromEnd]
		}
		l.add(one, l.by(), ticket.Replied{}, text)
	}
}

// note writes an internal note of the story.
func (l *life) note(at time.Time, n int) {
	if n < len(l.story.Notes) {
		l.add(at, l.by(), ticket.Noted{}, l.story.Notes[n])
	}
}

// wait asks a party for something; back says when it answered.
func (l *life) wait(at time.Time) {
	l.add(at, l.by(), ticket.Replied{}, l.story.Ask)
	l.add(at, l.by(), ticket.Waits{For: l.story.Party}, "")
}

func (l *life) back(at time.Time) {
	if l.story.Party == catalog.Client {
		l.add(at, l.raised, ticket.Wrote{}, l.story.Back)
	} else {
		l.add(at, l.by(), ticket.Noted{}, l.story.Back)
	}
	l.add(at.Add(time.Minute), l.by(), ticket.Resumed{}, "")
}

// work logs time of the worker, on the day on which it was done.
func (l *life) work(at time.Time, minutes int) {
	l.workOf(at, l.worker, minutes, catalog.WorkOn(l.kind), memberOf(l.worker).works)
}

func (l *life) workOf(at time.Time, first string, minutes int, a catalog.Activity, r catalog.Role) {
	l.add(at, l.cast.staff(first), ticket.Worked{
		Minutes: max(5, minutes/5*5), Activity: a, Role: r, Day: calendar.DateOf(at, l.rules.Zone),
	}, "")
}

// link relates this ticket to another, from both sides.
func (l *life) link(at time.Time, r ticket.Relation, to *life) {
	l.links = append(l.links, link{at, l.cast.staff("Noor"), l, to, r})
}

// last is when the last entry was made.
func (l *life) last() time.Time { return l.said[len(l.said)-1].At }

// past gives the ticket as an import takes it.
func (l *life) past() app.PastTicket {
	t := app.PastTicket{Kind: l.kind, Watchers: l.watchers}
	for _, s := range l.said {
		t.Entries, t.Texts = append(t.Entries, s.Entry), append(t.Texts, s.text)
	}
	return t
}
