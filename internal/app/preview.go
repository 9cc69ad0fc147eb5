package app

import (
	"context"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/triage"
	"github.com/watchbill/watchbill/internal/store"
)

// Preview is what would follow from a ticket that somebody is about to log.
type Preview struct {
	// Priorities gives the priority of impact and urgency, each 1 to 4.
	Priorities [5][5]catalog.Priority
	Priority   catalog.Priority // 0 while it does not follow from what is said
	Routed     reason.Reason    // where it would go; empty while its kind is not said
	Clocks     []clock.Clock    // those that would run, with the due time of each
	Like       []Alike          // open tickets that it may be a duplicate of, the likest first
}

// Alike is a ticket that a new one is like.
type Alike struct {
	triage.Match
	Title string
	State ticket.State
}

// Preview says what would follow from a ticket, were it logged now. What is wrong with it is
// left to LogTicket; what does not follow yet is left out.
func (a *App) Preview(ctx context.Context, actor access.Actor, n NewTicket) (p Preview, err error) {
	err = a.read(ctx, actor, access.RecordEntries, func(tx *store.Tx) error {
		p = Preview{}
		c, err := tx.Client(n.Client)
		if err != nil {
			return err
		}
		under, err := contractFor(c, n.Contract)
		if len(fault.All(err)) > 0 {
			return nil
		}
		if err != nil {
			return err
		}
		terms, err := a.terms(c, under)
		if err != nil {
			return err
		}
		teams, err := teamsFor(tx)
		if err != nil {
			return err
		}
		now := terms.At(tx.Now)
		p.Priorities, p.Priority = now.Priorities, n.Priority
		if p.Priority == 0 {
			p.Priority = now.PriorityOf(n.Impact, n.Urgency)
		}
		if n.Kind != 0 {
			_, p.Routed = ticket.Route(now, n.Kind, teams)
		}
		if n.Kind != 0 && p.Priority != 0 {
			logged := ticket.Logged{Kind: n.Kind, Priority: p.Priority, Impact: n.Impact, Urgency: n.Urgency}
			p.Clocks = running(terms, ticket.Entry{At: tx.Now, Recorded: tx.Now, By: by(actor), Fact: logged})
		}
		p.Like, err = alike(tx, c, n)
		return err
	})
	return p, err
}

// running are the clocks that an opening starts.
func running(terms contract.Terms, opening ticket.Entry) (all []clock.Clock) {
	reading := clock.Read(terms, ticket.NewTimeline(opening), opening.At.Add(time.Millisecond)) // as it is once logged
	for i := range reading.Clocks {
		if c := &reading.Clocks[i]; c.Phase == clock.Running {
			c.Elapsed, c.Remaining = 0, c.Allowed
			all = append(all, *c)
		}
	}
	return all
}

// alike lists the open tickets of the client that a new one is like.
func alike(tx *store.Tx, c *store.Client, n NewTicket) ([]Alike, error) {
	if n.Title == "" {
		return nil, nil
	}
	before, err := c.Recent(suggestFrom)
	if err != nil {
		return nil, err
	}
	suggested := triage.NewHistory(c.ID, before).Suggest(&triage.Ticket{
		Client: c.ID, Kind: n.Kind, Site: n.Site, Opened: tx.Now, Title: n.Title, Text: n.Text,
	})
	var all []Alike
	for _, m := range append(suggested.Duplicates, suggested.Related...) {
		for i := range before {
			if before[i].Key == m.Key && before[i].State.Open() {
				all = append(all, Alike{Match: m, Title: before[i].Title, State: before[i].State})
			}
		}
	}
	return all, nil
}
