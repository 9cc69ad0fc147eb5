package demo

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// pace is how a ticket goes: parts of its targets that are used, and how sure its end is.
type pace struct {
	answer, work float64 // of the targets of response and of restoration or resolution
	quick        bool    // the client confirms at once
}

// pace draws how a ticket goes: nearly all are kept, some with little left.
func (m *maker) pace() pace {
	p := pace{answer: 0.04 + 0.6*m.Float64()*m.Float64(), work: m.part(0.12, 0.82)}
	if m.chance(2.5) {
		p.answer = m.part(1.05, 1.6)
	}
	if m.chance(4) {
		p.work = m.part(1.03, 1.35)
	}
	return p
}

// incident lives a logged incident to its end.
func (l *life) incident(p pace) {
	answered := l.opened
	if t := l.target(contract.Response); t != nil {
		answered = after(t.Calendar, l.opened, max(2*time.Minute, time.Duration(p.answer*float64(t.Open))))
	}
	l.answer(answered)
	c, allowed := l.goal()
	used := c.Between(l.opened, answered)
	total := max(time.Duration(p.work*float64(allowed)), used+20*time.Minute)
	begun := after(c, answered, (total-used)/5)
	level, owner := l.owner(begun)
	l.hand(begun, level, owner)
	l.note(begun.Add(4*time.Minute), 0)
	if p.work > 1 && l.priority <= catalog.P3 {
		l.add(after(c, l.opened, allowed*9/10), l.by(), ticket.Escalated{Hierarchical: true}, l.say.Up[0])
	}
	restored := l.middle(c, begun, total-c.Between(l.opened, begun))
	l.keepUpdated(answered, restored)
	l.work(restored, int(float64([]int{0, 200, 110, 50, 30}[l.priority])*l.part(0.5, 1.6)))
	l.add(restored, l.by(), ticket.Replied{}, l.story.Fix)
	if l.priority <= catalog.P2 || l.chance(30) {
		l.add(restored, l.by(), ticket.Restored{Workaround: l.chance(25)}, "")
		l.resolve(after(l.shop.business, restored, l.open(6*time.Hour, 0.1, 1)), p)
	} else {
		l.resolve(restored, p)
	}
	l.ends = restored
}

// middle is the work on an incident, with a wait for another party where the story has one.
// It returns when the service works again, after so much more open time.
func (l *life) middle(c *calendar.Calendar, from time.Time, left time.Duration) time.Time {
	if l.story.Party == 0 || l.priority <= catalog.P2 && l.chance(60) {
		l.note(after(c, from, left/2), 1)
		l.chat(after(c, from, left/3))
		return after(c, from, left)
	}
	asked := after(c, from, left*2/5)
	l.wait(asked)
	longest := 10 * time.Hour
	if l.priority <= catalog.P2 {
		longest = 90 * time.Minute
	}
	answered := after(l.shop.business, asked, l.open(longest, 0.1, 1))
	l.back(answered)
	l.note(answered.Add(10*time.Minute), 1)
	return after(c, answered, left*3/5)
}

// chat has the client write something, and somebody answer.
func (l *life) chat(at time.Time) {
	if len(l.story.Wrote) == 0 || l.chance(35) {
		return
	}
	l.add(at, l.raised, ticket.Wrote{}, pick(l.maker, l.story.Wrote))
	l.add(after(l.shop.business, at, l.open(40*time.Minute, 0.2, 1)), l.by(), ticket.Replied{}, pick(l.maker, l.say.Reply))
}

// keepUpdated writes public updates as often as the contract asks, or nearly.
func (l *life) keepUpdated(from, until time.Time) {
	t := l.target(contract.UpdateCadence)
	if t == nil {
		if at := from.Add(until.Sub(from) / 2); l.priority == catalog.P3 && l.shop.business.IsOpen(at) {
			l.updates(at)
		}
		return
	}
	var times []time.Time
	for at := from; ; times = append(times, at) {
		step := l.open(t.Open, 0.5, 0.8)
		if l.chance(1.5) {
			step = l.open(t.Open, 1.1, 1.5)
		}
		at = after(t.Calendar, at, step)
		if !at.Before(until) {
			break
		}
	}
	l.updates(times...)
}

// resolve says that the cause is dealt with, tells it where it was a larger one, and has the
// client close the ticket, or nobody object.
func (l *life) resolve(at time.Time, p pace) {
	l.add(at, l.by(), ticket.Resolved{}, "")
	if l.chance(4) && !p.quick {
		at = l.reopen(at)
	}
	closed := after(l.shop.business, at, l.open(14*time.Hour, 0.05, 1))
	if p.quick {
		closed = after(l.shop.business, at, l.open(time.Hour, 0.1, 1))
	}
	if l.priority == catalog.P1 || l.priority == catalog.P2 && l.chance(60) {
		told, _ := l.shop.business.CloseOfDay(at, 1+l.IntN(4))
		told = told.Add(-l.open(6*time.Hour, 0.1, 1)).Truncate(time.Second)
		if told.Before(at) {
			told = at
		}
		cause := l.story.Cause
		if cause == "" {
			cause = pick(l.maker, l.say.Cause)
		}
		l.add(told, l.by(), ticket.RootCausePublished{}, cause)
		if l.priority == catalog.P1 { // it is closed when all is told
			at, closed = told, told.Add(20*time.Minute)
		}
	}
	if p.quick || l.chance(45) {
		l.add(closed, l.raised, ticket.Wrote{}, pick(l.maker, l.say.Thanks))
		l.add(closed, l.raised, ticket.Closed{}, "")
		return
	}
	l.add(after(l.shop.business, at, 27*time.Hour), program, ticket.Closed{}, "")
}

// reopen has the trouble come back once.
func (l *life) reopen(at time.Time) time.Time {
	again := after(l.shop.business, at, l.open(5*time.Hour, 0.1, 1))
	l.add(again, l.raised, ticket.Wrote{}, pick(l.maker, l.say.Reopen))
	l.add(again, l.raised, ticket.Reopened{}, "")
	taken := after(l.shop.business, again, l.open(time.Hour, 0.2, 1))
	l.add(taken, l.by(), ticket.Replied{}, pick(l.maker, l.say.Answer))
	done := after(l.shop.business, taken, l.open(3*time.Hour, 0.3, 1))
	l.keepUpdated(taken, done)
	l.work(done, 30+l.IntN(60))
	l.add(done, l.by(), ticket.Replied{}, pick(l.maker, l.say.Again))
	l.add(done, l.by(), ticket.Resolved{}, "")
	return done
}

// errand lives a service request or a change to its end.
func (l *life) errand(p pace) {
	answered := after(l.shop.business, l.opened, l.open(4*time.Hour, 0.05, 1))
	if t := l.target(contract.Response); t != nil {
		answered = after(t.Calendar, l.opened, time.Duration(p.answer*float64(t.Open)))
	}
	l.answer(answered)
	c, allowed := l.goal()
	used := c.Between(l.opened, answered)
	total := max(time.Duration(p.work*float64(allowed)), used+30*time.Minute)
	begun := after(c, answered, (total-used)/5)
	level, owner := l.owner(begun)
	l.hand(begun, level, owner)
	left := total - c.Between(l.opened, begun)
	if l.story.Party != 0 {
		asked := after(c, begun, left/3)
		l.wait(asked)
		begun = after(l.shop.business, asked, l.open(14*time.Hour, 0.1, 1))
		l.back(begun)
		left = left * 2 / 3
	}
	done := after(c, begun, left)
	l.note(done.Add(-10*time.Minute), 0)
	l.work(done, int(l.story.Hours*60*l.part(0.7, 1.3)))
	if l.kind == catalog.Change && l.story.Hours > 2 {
		l.workOf(done, "Lotte", int(l.story.Hours*20*l.part(0.7, 1.3)), catalog.ChangeManagement, catalog.QualityAnalyst)
	}
	l.add(done, l.by(), ticket.Replied{}, l.story.Fix)
	l.add(done, l.by(), ticket.Closed{}, "")
	l.ends = done
}

// repeat has somebody else report what an incident is about, and the desk merge the two.
func (l *life) repeat() {
	if l.priority == catalog.P1 || l.priority == catalog.P4 || l.ends.Sub(l.opened) < 2*time.Hour {
		return
	}
	at := l.opened.Add(l.ends.Sub(l.opened) / 4).Truncate(time.Second)
	merged := after(l.shop.business, at, l.open(40*time.Minute, 0.2, 1))
	if !merged.Before(l.ends) {
		return
	}
	again := l.begin(l.shop, l.story, l.priority, at)
	again.fill, again.said[0].text = l.fill, l.said[0].text
	again.worker = l.desk(merged)
	again.add(merged, again.by(), ticket.Noted{}, pick(l.maker, l.say.Same))
	again.add(merged, again.by(), ticket.Replied{}, l.say.Merged[0])
	again.work(merged, 5)
	l.watchers = append(l.watchers, again.raised.ID)
	l.links = append(l.links, link{merged, again.by(), again, l, ticket.Absorbs})
	again.ends = merged
}
