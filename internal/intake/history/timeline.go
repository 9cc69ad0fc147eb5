package history

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Facts that carry nothing, or one of few values, are made once.
var (
	acknowledged ticket.Fact = ticket.Acknowledged{}
	resumed      ticket.Fact = ticket.Resumed{}
	restored     ticket.Fact = ticket.Restored{}
	reopened     ticket.Fact = ticket.Reopened{}
	closed       ticket.Fact = ticket.Closed{}
	published    ticket.Fact = ticket.RootCausePublished{}
	waits                    = map[catalog.Party]ticket.Fact{
		catalog.Client:     ticket.Waits{For: catalog.Client},
		catalog.ThirdParty: ticket.Waits{For: catalog.ThirdParty},
		catalog.Provider:   ticket.Waits{For: catalog.Provider},
		catalog.Platform:   ticket.Waits{For: catalog.Platform},
	}
	notShown = [contract.NumTargets]ticket.Fact{
		contract.Response:      ticket.NotShown{Target: contract.Response},
		contract.UpdateCadence: ticket.NotShown{Target: contract.UpdateCadence},
		contract.UpdateAnswer:  ticket.NotShown{Target: contract.UpdateAnswer},
		contract.RootCause:     ticket.NotShown{Target: contract.RootCause},
	}
)

// timeline turns the rows of one ticket, in order, into entries.
type timeline struct {
	v       *vocabulary
	entries []ticket.Entry
	at      time.Time
	by      ticket.Actor

	state   Meaning // of the row before; "" before the first
	was     row     // with the values that hold, missing ones filled in from before
	told    bool    // the root cause is published
	met     bool    // the response is shown, or can no longer be
	waited  bool
	reopens int
	again   []int32 // lines of rows that close a closed ticket
	back    []int32 // lines of rows whose time was moved on
	early   []int32 // lines of rows from before the ticket was logged
	changed bool    // the priority changed
}

func (t *timeline) add(f ticket.Fact) {
	t.entries = append(t.entries, ticket.Entry{At: t.at, Recorded: t.at, By: t.by, Fact: f})
}

// rows that a ticket has on average give this many entries, and a few more.
const entriesPerRow = 2

func (t *timeline) build(rows []row) {
	t.entries = make([]ticket.Entry, 0, len(rows)*entriesPerRow+6)
	t.logged(rows)
	logged := rows[0].opened
	latest := rows[0].at
	for i := range rows {
		r := &rows[i]
		switch {
		case r.at < latest:
			t.back = append(t.back, r.line)
		case r.at < logged:
			t.early = append(t.early, r.line)
		}
		latest = max(latest, r.at, logged)
		t.at = time.UnixMilli(latest).UTC()
		t.by = ticket.Actor{ID: t.v.actors.text(r.actor), Party: catalog.Provider}
		t.classify(r)
		t.assign(r)
		t.moveTo(r)
		if r.minutes > 0 {
			t.add(ticket.Worked{
				Minutes: int(r.minutes), Activity: catalog.WorkOn(t.v.mapping.Kind), Role: t.v.roleOf(r), Day: r.date(),
			})
		}
	}
}

// logged opens the ticket and says what the history does not show.
func (t *timeline) logged(rows []row) {
	first := &rows[0]
	t.at = time.UnixMilli(first.opened).UTC()
	t.by = ticket.Actor{ID: t.v.actors.text(first.actor), Party: catalog.Provider}
	t.was = row{impact: first.impact, urgency: first.urgency, priority: first.priority}
	t.add(ticket.Logged{
		Kind: t.v.mapping.Kind, Impact: catalog.Impact(first.impact), Urgency: catalog.Urgency(first.urgency),
		Priority: catalog.Priority(first.priority),
	})
	if t.v.mapping.Shows.Response == ResponseNever || !t.v.beginsWithNew(rows) {
		t.met = true
		t.add(notShown[contract.Response])
	}
	t.add(notShown[contract.UpdateCadence])
	t.add(notShown[contract.UpdateAnswer])
	if len(t.v.mapping.Shows.RootCause) == 0 {
		t.add(notShown[contract.RootCause])
	}
}

// beginsWithNew tells whether the first state that is known is new. What happened before
// the first row is not known, so a response that came before it cannot be dated.
func (v *vocabulary) beginsWithNew(rows []row) bool {
	for i := range rows {
		if m := v.meaning[rows[i].state]; m != MeansIgnore {
			return m == MeansNew
		}
	}
	return false
}

func (t *timeline) classify(r *row) {
	now := row{impact: fill(r.impact, t.was.impact), urgency: fill(r.urgency, t.was.urgency), priority: fill(r.priority, t.was.priority)}
	if now.impact == t.was.impact && now.urgency == t.was.urgency && now.priority == t.was.priority {
		return
	}
	t.changed = t.changed || now.priority != t.was.priority && t.was.priority != 0
	t.was.impact, t.was.urgency, t.was.priority = now.impact, now.urgency, now.priority
	t.add(ticket.Classified{
		Impact: catalog.Impact(now.impact), Urgency: catalog.Urgency(now.urgency), Priority: catalog.Priority(now.priority),
	})
}

func (t *timeline) assign(r *row) {
	team, person := fill(r.team, t.was.team), fill(r.person, t.was.person)
	if team == t.was.team && person == t.was.person {
		return
	}
	t.was.team, t.was.person = team, person
	t.add(ticket.Assigned{Team: t.v.teams.text(team), Person: t.v.persons.text(person)})
}

// fill keeps what was known where a row does not say.
func fill[V uint8 | uint32](now, before V) V {
	if now == 0 {
		return before
	}
	return now
}

// moveTo adds what a change of state means.
func (t *timeline) moveTo(r *row) {
	before, next := t.state, t.v.meaning[r.state]
	if next == MeansIgnore {
		return
	}
	if before == MeansNew && next != MeansNew && !t.met {
		t.met = true
		t.add(acknowledged)
	}
	if t.v.cause[r.state] && !t.told {
		t.told = true
		t.add(published)
	}
	ended := before == MeansRestored || before == MeansClosed
	switch {
	case next == MeansClosed && before == MeansClosed:
		t.again = append(t.again, r.line)
	case next == MeansClosed:
		t.add(closed)
	case next == MeansRestored && ended:
		return // a closed ticket stays closed until somebody works on it
	case next == MeansRestored:
		t.add(restored)
	default:
		if ended {
			t.reopens++
			t.add(reopened)
		}
		t.wait(next.waitsFor(), before.waitsFor())
	}
	t.state = next
}

func (t *timeline) wait(party, before catalog.Party) {
	switch party {
	case before:
	case 0:
		t.add(resumed)
	default:
		t.waited = true
		t.add(waits[party])
	}
}
