package app

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// Ref names a ticket: the id or slug of its client, and its human key.
type Ref struct {
	Client string
	Key    string
}

// NewTicket is what somebody logs.
type NewTicket struct {
	Client   string // id or slug
	Contract string // name; may be left out where the client has one only
	Kind     catalog.Kind
	Title    string
	Text     string
	// Priority by hand, or what it follows from. A person of the client gives impact and
	// urgency only.
	Impact    catalog.Impact
	Urgency   catalog.Urgency
	Priority  catalog.Priority
	Requester string    // person who raised it, the actor when left out
	Site      string    // may be left out
	At        time.Time // when it was raised, now when zero
	Via       ticket.Channel
	Watchers  []string // persons
	// Once is a key of the sender's choice: sent again with the same key, the same ticket is
	// answered and none is made.
	Once string
}

// LogTicket opens a ticket under a contract of a client and routes it by the contract. It
// returns the human key. It fails with the faults of ticket.Opening, all at once, and with
// CodeNotForThem for somebody who is named and may not raise or watch it.
func (a *App) LogTicket(ctx context.Context, actor access.Actor, n NewTicket) (string, error) {
	key := ""
	err := a.write(ctx, actor, access.LogTickets, func(tx *store.Tx) error {
		c, err := tx.Client(n.Client)
		if err != nil {
			return err
		}
		key, err = once(c, actor, n.Once, n, func() (string, error) { return a.logNew(tx, c, actor, n) })
		return err
	})
	return key, err
}

func (a *App) logNew(tx *store.Tx, c *store.Client, actor access.Actor, n NewTicket) (string, error) {
	if !n.At.IsZero() {
		if err := actor.Authorise(access.BackdateSteps); err != nil {
			return "", err
		}
	}
	under, err := contractFor(c, n.Contract)
	if err != nil {
		return "", err
	}
	terms, err := a.terms(c, under)
	if err != nil {
		return "", err
	}
	logged, err := ticket.Opening(terms.At(tx.Now), partyOf(actor), ticket.Logged{
		Kind: n.Kind, Impact: n.Impact, Urgency: n.Urgency, Priority: n.Priority, Requester: n.Requester, Via: n.Via,
		Site: text.Cut(text.Line(n.Site), longestSite),
	}, n.Title, n.Text)
	if err != nil {
		return "", err
	}
	if err := checkNamed(tx, c, actor, &n); err != nil {
		return "", err
	}
	s, err := c.AddTicket(n.Kind, under, "")
	if err != nil {
		return "", err
	}
	teams, err := teamsFor(tx)
	if err != nil {
		return "", err
	}
	f := newCaseFile(c, s, terms, s.After(tx.Now))
	goes, _ := ticket.Route(terms.At(tx.Now), n.Kind, teams)
	written := text.Line(n.Title) + "\n" + strings.TrimSpace(n.Text)
	if err := f.report(
		report{At: n.At, By: by(actor), Fact: logged, Text: strings.TrimSpace(written)},
		report{At: n.At, By: program, Fact: goes},
	); err != nil {
		return "", err
	}
	if err := f.keep(); err != nil {
		return "", err
	}
	for _, w := range n.Watchers {
		if err := c.Watch(s.ID, w); err != nil {
			return "", err
		}
	}
	return s.Key, nil
}

// checkNamed demands that those whom a new ticket names may raise and watch it. Who sees only
// their own tickets raises them in no other name.
func checkNamed(tx *store.Tx, c *store.Client, actor access.Actor, n *NewTicket) error {
	if actor.OwnOnly() && n.Requester != "" && n.Requester != actor.ID {
		return fault.New(fault.Invalid, CodeNotForThem, "field", "requester")
	}
	for i, id := range append([]string{n.Requester}, n.Watchers...) {
		field := "watchers"
		if i == 0 {
			field = "requester"
		}
		if id == "" || id == actor.ID {
			continue
		}
		if err := mayRaise(tx, c, id, field); err != nil {
			return err
		}
	}
	return nil
}

// longestSite is the most signs of the name of a site.
const longestSite = 100

// program is who reports what the desk does by itself.
var program = ticket.Actor{ID: "watchbill", Party: catalog.Provider, Automated: true}

// by is how an actor stands in the entries of a ticket.
func by(actor access.Actor) ticket.Actor { return ticket.Actor{ID: actor.ID, Party: partyOf(actor)} }

// partyOf is the side that an actor is on.
func partyOf(actor access.Actor) catalog.Party {
	if actor.Role.OfClient() {
		return catalog.Client
	}
	return catalog.Provider
}

// contractFor finds the contract of a client that was named, or the only one.
func contractFor(c *store.Client, named string) (string, error) {
	if named != "" {
		return named, nil
	}
	all, err := c.Contracts()
	switch {
	case err != nil:
		return "", err
	case len(all) == 0:
		return "", fault.New(fault.Invalid, CodeNoContract, "client", c.Name)
	case len(all) > 1:
		names := make([]string, len(all))
		for i, k := range all {
			names[i] = k.Name
		}
		return "", fault.New(fault.Invalid, CodeWhichContract, "contracts", names)
	}
	return all[0].Name, nil
}

// find looks a ticket up for an actor: who sees only their own tickets finds no others.
func find(tx *store.Tx, actor access.Actor, ref Ref) (*store.Client, *store.Stream, error) {
	c, err := tx.Client(ref.Client)
	if err != nil {
		return nil, nil, err
	}
	s, err := c.Ticket(ref.Key)
	if err != nil || !actor.OwnOnly() {
		return c, s, err
	}
	own, err := isOwn(c, s, actor.ID)
	if err == nil && !own {
		err = fault.New(fault.NotFound, store.CodeStreamUnknown, "key", ref.Key)
	}
	return c, s, err
}

// isOwn tells whether a person raised a ticket or watches it.
func isOwn(c *store.Client, s *store.Stream, person string) (bool, error) {
	row, _, err := c.TicketRow(s.ID)
	if err != nil || row.Requester == person {
		return err == nil, err
	}
	return c.Watches(s.ID, person)
}

func isFault(err error, code reason.Code) bool {
	return errors.Is(err, &fault.Fault{Reason: reason.New(code)})
}
