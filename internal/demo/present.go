package demo

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// stage is how far an open ticket is.
type stage uint8

const (
	fresh   stage = iota // nobody has answered
	working              // somebody works on it
	waiting              // the party of the story has the turn
	done                 // resolved, the client has not said anything yet
)

// slot is an open ticket, by the clock that a list shows of it: how much open time of this
// target is left now, negative when it is broken. From that follows when it was logged.
type slot struct {
	shop, story string
	priority    catalog.Priority
	stage       stage
	clock       contract.TargetKind
	left        time.Duration
	who         string // first name of whom it is with, "" for nobody
}

const (
	respond = contract.Response
	update  = contract.UpdateCadence
	restore = contract.Restoration
	resolve = contract.Resolution
)

// slots are the open tickets. Whether it is night or a holiday, those of clocks that run
// day and night fall due within hours; the others when their calendar opens.
var slots = []slot{
	{"fietswereld", "ideal-502", catalog.P1, working, restore, 18 * time.Minute, "Noor"},
	{"fietswereld", "double-order", catalog.P3, working, restore, -66 * time.Minute, "Sem"},
	{"fietswereld", "search-empty", catalog.P2, fresh, respond, 82 * time.Minute, ""},
	{"fietswereld", "refund-twice", catalog.P3, working, restore, 160 * time.Minute, "Bram"},
	{"fietswereld", "stock-negative", catalog.P3, waiting, restore, 400 * time.Minute, "Bram"},
	{"fietswereld", "kassa-traag", catalog.P3, waiting, restore, 9 * time.Hour, "Sem"},
	{"fietswereld", "guest-checkout-mail", catalog.P3, fresh, respond, 5 * time.Hour, ""},
	{"fietswereld", "reviews-gone", catalog.P4, fresh, respond, 19 * time.Hour, ""},
	{"fietswereld", "app-menu", catalog.P4, done, restore, 0, "Sem"},
	{"fietswereld", "admin-user", catalog.P4, working, resolve, 30 * time.Hour, "Ravi"},
	{"fietswereld", "wijziging-thema", catalog.P3, waiting, resolve, 26 * time.Hour, "Bram"},

	{"casa-linnen", "order-export", catalog.P2, working, update, 9 * time.Minute, "Mila"},
	{"casa-linnen", "gift-wrap-price", catalog.P3, working, restore, -40 * time.Minute, "Sem"},
	{"casa-linnen", "track-trace", catalog.P3, waiting, restore, 185 * time.Minute, "Mila"},
	{"casa-linnen", "vat-rounding", catalog.P3, waiting, restore, 8 * time.Hour, "Mila"},
	{"casa-linnen", "price-wrong-group", catalog.P3, fresh, respond, 3 * time.Hour, "Ravi"},
	{"casa-linnen", "cookie-banner", catalog.P4, fresh, respond, 22 * time.Hour, ""},
	{"casa-linnen", "worker-count", catalog.P3, waiting, resolve, 5 * time.Hour, "Daan"},
	{"casa-linnen", "cms-banner", catalog.P4, working, resolve, 20 * time.Hour, "Ravi"},
	{"casa-linnen", "redirects-404", catalog.P4, done, restore, 0, "Mila"},

	{"nordic-audio", "pages-slow", catalog.P1, fresh, respond, 34 * time.Minute, "Ravi"},
	{"nordic-audio", "sessions-lost", catalog.P2, fresh, respond, 70 * time.Minute, ""},
	{"nordic-audio", "klarna-missing", catalog.P3, fresh, respond, 190 * time.Minute, ""},
	{"nordic-audio", "staging-images", catalog.P3, waiting, restore, 11 * time.Hour, "Yara"},
	{"nordic-audio", "images-missing", catalog.P3, waiting, restore, 5 * time.Hour, "Ravi"},
	{"nordic-audio", "cart-empty", catalog.P3, working, restore, 10 * time.Hour, "Yara"},
	{"nordic-audio", "third-party-access", catalog.P3, waiting, resolve, 15 * time.Hour, "Noor"},
	{"nordic-audio", "php-patch", catalog.P3, working, resolve, 18 * time.Hour, "Daan"},

	{"bloemenhuis", "delivery-slots", catalog.P3, fresh, respond, 58 * time.Minute, "Sem"},
	{"bloemenhuis", "bundle-price", catalog.P3, working, restore, 11 * time.Hour, "Sem"},
	{"bloemenhuis", "bundle-price", catalog.P3, fresh, respond, 7 * time.Hour, ""}, // the same once more
	{"bloemenhuis", "delivery-date", catalog.P3, waiting, restore, 6 * time.Hour, "Sem"},
	{"bloemenhuis", "bezorgdag", catalog.P3, working, restore, 200 * time.Minute, "Lotte"},
	{"bloemenhuis", "kortingscodes", catalog.P4, working, resolve, 40 * time.Hour, "Ravi"},
	{"bloemenhuis", "privacy", catalog.P3, waiting, resolve, 14 * time.Hour, "Noor"},
}

// openProblems are the problems that are being looked into, by shop.
var openProblems = map[string]string{"fietswereld": "issuer-errors", "nordic-audio": "session-loss"}

// present makes up the tickets of a shop that are open now.
func (m *maker) present(s *shop) {
	for i := range slots {
		if slots[i].shop == s.slug {
			m.occupy(s, &slots[i])
		}
	}
	if about, open := openProblems[s.slug]; open {
		p := m.begin(s, m.book.story(about), catalog.P2, before(s.business, m.now, 34*time.Hour))
		p.answer(after(s.business, p.opened, time.Hour))
		p.hand(after(s.business, p.opened, 3*time.Hour), catalog.L2, s.second[0])
		p.note(after(s.business, p.opened, 9*time.Hour), 0)
		p.work(after(s.business, p.opened, 9*time.Hour), 100)
		m.tie(p, m.incidentsOf(s, about))
	}
}

// occupy makes up one open ticket.
func (m *maker) occupy(s *shop, o *slot) {
	about := m.book.story(o.story)
	at := m.logged(s, o, about)
	l := m.begin(s, about, o.priority, at)
	if twin := s.open(o.story, l); twin != nil { // reported once more, by the other
		l.fill = twin.fill
		l.said[0].text = twin.said[0].text
		if l.raised == twin.raised {
			l.raised = m.cast.client(s.people[0])
			l.said[0].By = l.raised
		}
	}
	if o.stage == fresh {
		if o.who != "" {
			level := memberOf(o.who).level
			l.add(l.opened, program, ticket.Assigned{Level: level, Team: m.cast.team(level), Person: m.cast.ids[o.who]}, "")
		}
		return
	}
	l.taken(o)
}

// open finds an open ticket of a shop about a story, other than one.
func (s *shop) open(about string, but *life) *life {
	i := slices.IndexFunc(s.lives, func(l *life) bool {
		return l != but && l.story.ID == about && l.ends.IsZero()
	})
	if i < 0 {
		return nil
	}
	return s.lives[i]
}

// asked is how long ago the party of a waiting ticket was asked, in open time.
const asked = 150 * time.Minute

// logged finds when a ticket of a slot was logged, so that its clock stands as it says.
func (m *maker) logged(s *shop, o *slot, about *story) time.Time {
	rules := s.terms.At(m.now)
	if o.clock == update { // the cadence begins anew with each update, the rest is half used
		t := rules.Target(about.Kind, o.priority, restore)
		return before(t.Calendar, m.now, t.Open*9/20)
	}
	t := rules.Target(about.Kind, o.priority, o.clock)
	if t == nil { // restored with a release
		return before(s.business, m.now, 30*time.Hour)
	}
	until := m.now
	if o.stage == waiting {
		until = before(s.business, m.now, asked)
	}
	return before(t.Calendar, until, t.Open-o.left)
}

// taken lives an open ticket that somebody has answered up to now.
func (l *life) taken(o *slot) {
	b, now := l.shop.business, l.now
	until := now
	if o.stage == waiting {
		until = before(b, now, asked)
	}
	span := until.Sub(l.opened)
	answered := l.opened.Add(span / 6)
	if t := l.target(respond); t != nil {
		if soon := after(t.Calendar, l.opened, t.Open*2/5); soon.Before(answered) {
			answered = soon
		}
	}
	answered = answered.Truncate(time.Second)
	l.answer(answered)
	level := memberOf(o.who).level
	l.hand(answered.Add(span/8).Truncate(time.Second), level, o.who)
	if t := l.target(update); t != nil {
		l.cadence(answered, t, o)
	} else if l.kind == catalog.Incident && l.chance(60) {
		l.updates(answered.Add(span / 2).Truncate(time.Second))
	}
	l.note(answered.Add(span/3).Truncate(time.Second), 0)
	if l.kind != catalog.Enhancement {
		l.work(answered.Add(span/2).Truncate(time.Second), 25+5*l.IntN(12))
	}
	switch o.stage {
	case waiting:
		l.wait(until)
	case done:
		at := before(b, now, 3*time.Hour)
		l.add(at, l.by(), ticket.Replied{}, l.story.Fix)
		l.add(at, l.by(), ticket.Resolved{}, "")
	default:
		if len(l.story.Wrote) > 0 {
			l.add(answered.Add(span*3/4).Truncate(time.Second), l.raised, ticket.Wrote{}, l.story.Wrote[0])
		}
	}
}

// cadence writes the updates of an open ticket, the last one so long ago that the next is due
// as the slot says.
func (l *life) cadence(answered time.Time, t *contract.Target, o *slot) {
	ago := t.Open / 4
	if o.clock == update {
		ago = t.Open - o.left
	}
	var at []time.Time
	for one := before(t.Calendar, l.now, ago); one.After(answered); one = before(t.Calendar, one, t.Open*13/20) {
		at = append(at, one)
	}
	slices.Reverse(at)
	l.updates(at...)
}
