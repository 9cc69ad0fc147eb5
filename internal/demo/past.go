package demo

import (
	"cmp"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// historyDays is how many days the demonstration tells of.
const historyDays = 90

// days makes up what came in on each day and is over.
func (m *maker) days(s *shop) {
	today := calendar.DateOf(m.now, s.business.Zone())
	for d := today.AddDays(-historyDays); !today.Before(d); d = d.AddDays(1) {
		m.day(s, d)
	}
}

// day makes up what comes in at a shop on a day and is over by now.
func (m *maker) day(s *shop, d calendar.Date) {
	zone := s.business.Zone()
	wanted := s.busy
	noon := d.Start(zone).Add(12 * time.Hour)
	if !s.business.IsOpen(noon) {
		wanted /= 5
	}
	if ago := int(m.now.Sub(noon).Hours() / 24); ago <= s.campaign && ago > s.campaign-4 {
		wanted *= 2.2
	}
	for range int(wanted + m.Float64()) {
		at := d.Start(zone).Add(m.moment())
		kind := catalog.Incident
		if m.chance(29) {
			kind = catalog.ServiceRequest
		} else if m.chance(6) {
			kind = catalog.Change
		}
		m.closed(s, m.draw(s, kind), at)
	}
}

// moment draws a time of day: most comes in while people work, some in the evening, and a
// little at night.
func (m *maker) moment() time.Duration {
	from, until := 8.0, 18.0
	switch hour := m.Float64(); {
	case hour > 0.93:
		from, until = 0, 8
	case hour > 0.76:
		from, until = 18, 24
	}
	return time.Duration(m.part(from, until) * float64(time.Hour))
}

// draw picks a story; those of high priorities are rare.
func (m *maker) draw(s *shop, kind catalog.Kind) *story {
	some := m.book.about(kind, s.slug)
	for {
		one := pick(m, some)
		keep := 100.0
		switch slices.Min(one.Priority) {
		case catalog.P1:
			keep = 15
		case catalog.P2:
			keep = 60
		}
		if m.chance(keep) && !m.plans(one) {
			return one
		}
	}
}

// plans tells whether a story is a change that only follows from a problem.
func (m *maker) plans(one *story) bool {
	return slices.ContainsFunc(m.book.stories, func(s *story) bool { return s.Change == one.ID })
}

// closed makes up a ticket that is over by now. What would not be is tried again, faster, and
// then left out: what is open now is made up elsewhere.
func (m *maker) closed(s *shop, about *story, at time.Time) *life {
	if !at.Before(m.now) {
		return nil
	}
	p := pick(m, about.Priority)
	for try := range 3 {
		before := len(s.lives)
		l := m.begin(s, about, p, at)
		goes := m.pace()
		if try > 0 {
			goes = pace{answer: 0.1 / float64(try), work: 0.15 / float64(try), quick: true}
		}
		if l.kind == catalog.Incident {
			l.incident(goes)
			if m.chance(3) {
				l.repeat()
			}
		} else {
			l.errand(goes)
		}
		if !slices.ContainsFunc(s.lives[before:], func(l *life) bool { return l.last().After(m.now) }) {
			return l
		}
		m.forget(s, before)
	}
	return nil
}

// forget takes back the tickets of a shop from the n-th on, and what links them.
func (m *maker) forget(s *shop, n int) {
	gone := func(l *life) bool { return slices.Contains(s.lives[n:], l) }
	m.links = slices.DeleteFunc(m.links, func(k link) bool { return gone(k.from) || gone(k.to) })
	s.lives = slices.Delete(s.lives, n, len(s.lives))
}

// problems finds what recurred at a shop early enough to be over by now: the problem behind
// it, the change that ended it, and no such incident after that.
func (m *maker) problems(s *shop) {
	for _, about := range m.book.about(catalog.Problem, s.slug) {
		behind := m.incidentsOf(s, about.ID)
		slices.SortFunc(behind, func(a, b *life) int { return a.opened.Compare(b.opened) })
		if len(behind) < 3 || behind[2].ends.After(m.now.AddDate(0, 0, -35)) || about.ID == openProblems[s.slug] {
			continue
		}
		problem := m.begin(s, about, about.Priority[0], after(s.business, behind[2].ends, m.open(8*time.Hour, 0.2, 1)))
		problem.answer(after(s.business, problem.opened, time.Hour))
		problem.hand(after(s.business, problem.opened, 2*time.Hour), catalog.L2, s.second[0])
		told := problem.analyse(m.open(30*time.Hour, 0.6, 1))
		change := m.closed(s, m.book.story(about.Change), after(s.business, told, m.open(8*time.Hour, 0.2, 1)))
		if change == nil {
			continue
		}
		problem.add(change.ends.Add(time.Hour), problem.by(), ticket.Replied{}, about.Fix)
		problem.add(change.ends.Add(time.Hour), problem.by(), ticket.Closed{}, "")
		problem.ends = change.ends.Add(time.Hour)
		problem.link(change.opened.Add(5*time.Minute), ticket.FixedBy, change)
		m.tie(problem, behind)
	}
}

// analyse finds and tells the root cause of a problem within so much open time.
func (l *life) analyse(within time.Duration) time.Time {
	b := l.shop.business
	for i := range l.story.Notes {
		at := after(b, l.opened, within*time.Duration(i+1)/4)
		l.note(at, i)
		l.work(at, 60+l.IntN(90))
	}
	told := after(b, l.opened, within)
	l.add(told, l.by(), ticket.RootCausePublished{}, l.story.Cause)
	return told
}

func (m *maker) incidentsOf(s *shop, problem string) []*life {
	var some []*life
	for _, l := range s.lives {
		if l.story.Problem == problem && len(l.said) > 2 && !m.merged(l) {
			some = append(some, l)
		}
	}
	return some
}

func (m *maker) merged(l *life) bool {
	return slices.ContainsFunc(m.links, func(k link) bool { return k.from == l && k.relation == ticket.Absorbs })
}

// tie links a problem with the incidents that it is behind. Those that would have come after its
// end have not happened.
func (m *maker) tie(problem *life, behind []*life) {
	s := problem.shop
	never := func(l *life) bool {
		return !problem.ends.IsZero() && l.story.Problem == problem.story.ID && l.opened.After(problem.ends)
	}
	m.links = slices.DeleteFunc(m.links, func(k link) bool { return never(k.from) || never(k.to) })
	s.lives = slices.DeleteFunc(s.lives, never)
	for _, l := range behind {
		if never(l) {
			continue
		}
		ends := l.ends
		if ends.IsZero() {
			ends = m.now
		}
		at := problem.opened.Add(10 * time.Minute)
		if late := l.opened.Add(ends.Sub(l.opened) / 2).Truncate(time.Second); late.After(at) {
			at = late
		}
		l.link(at, ticket.CausedBy, problem)
	}
}

// enhancements has one enhancement after the other in two lanes. The last one of the first
// lane goes on.
func (m *maker) enhancements(s *shop) {
	some := m.book.about(catalog.Enhancement, s.slug)
	slices.SortStableFunc(some, func(a, b *story) int { // those that wait for somebody are the last ones
		return cmp.Or(cmp.Compare(a.Party, b.Party), cmp.Compare(len(b.In), len(a.In)))
	})
	next := 0
	for lane := range 2 {
		at := m.now.AddDate(0, 0, -historyDays+7*lane)
		for next < len(some) {
			opened, _ := s.business.NextOpen(at)
			opened = after(s.business, opened, m.open(5*time.Hour, 0.1, 1))
			ends := after(s.business, opened, m.open(200*time.Hour, 0.7, 1))
			goesOn := ends.After(m.now.AddDate(0, 0, -9))
			if goesOn && (lane > 0 || !opened.Before(m.now.AddDate(0, 0, -9))) {
				break
			}
			if i := slices.IndexFunc(some[next:], func(s *story) bool { return s.Party != 0 }); goesOn && i > 0 {
				some[next] = some[next+i] // the one that waits is open now
			}
			m.enhance(s, some[next], opened, ends, goesOn)
			next++
			if goesOn {
				break
			}
			at = ends
		}
	}
}

func (m *maker) enhance(s *shop, about *story, opened, ends time.Time, goesOn bool) {
	l := m.begin(s, about, about.Priority[0], opened)
	l.worker = "Mila"
	b := s.business
	l.add(after(b, opened, 2*time.Hour), l.by(), ticket.Acknowledged{}, "")
	l.add(after(b, opened, 2*time.Hour), l.by(), ticket.Replied{}, pick(m, l.say.Answer))
	l.hand(after(b, opened, 6*time.Hour), catalog.L3, pick(m, []string{"Bram", "Lotte", "Yara"}))
	span := ends.Sub(opened)
	for i := range about.Notes {
		if at := after(b, opened.Add(span*time.Duration(i+1)/4), time.Hour); at.Before(m.now) {
			l.note(at, i)
		}
	}
	switch {
	case goesOn && about.Party != 0:
		l.wait(before(b, m.now, 4*time.Hour))
	case !goesOn:
		if about.Party != 0 {
			asked := after(b, opened, 8*time.Hour)
			l.wait(asked)
			l.back(after(b, asked, 5*time.Hour))
		}
		l.add(ends, l.by(), ticket.Replied{}, about.Fix)
		l.add(ends, l.by(), ticket.Closed{}, "")
		l.ends = ends
	}
}
