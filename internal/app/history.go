package app

import (
	"context"
	"iter"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/watch"
	"github.com/watchbill/watchbill/internal/store"
)

// Import is the past of a client in another system.
type Import struct {
	Client string // name; taken on when there is no such client
	// Contract is the versions of the contract that the tickets are judged by. Those that
	// are kept already are left as they are.
	Contract []*contract.Document
	// Tickets can be read several times: the whole import is tried again when others are in
	// the way.
	Tickets iter.Seq2[PastTicket, error]
	// Progress is called after each ticket.
	Progress func()
}

// PastTicket is one ticket of a history.
type PastTicket struct {
	Key     string // in the other system, "" when it has none
	Kind    catalog.Kind
	Entries []ticket.Entry // reported ones, Logged first; Recorded is not used
	// Texts is what people wrote with each of the entries, in their order. That of Logged begins
	// with the title, on a line of its own. Entries behind the last text have none.
	Texts    []string
	Watchers []string // persons
}

// Imported counts what an import kept.
type Imported struct {
	Tickets  int
	Reported int // entries
	Decided  int // entries
}

// ImportHistory brings in the tickets of another system. Each entry is recorded when it
// happened, and the rules decide again what followed; what is open still is settled up to
// now. All of it is one transaction: it is kept as a whole or not at all. It fails with
// store.CodeOriginExists when a ticket was imported before.
func (a *App) ImportHistory(ctx context.Context, actor access.Actor, h Import) (Imported, error) {
	for _, p := range []access.Permission{access.ManageClients, access.AmendContracts} {
		if err := actor.Authorise(p); err != nil {
			return Imported{}, err
		}
	}
	var done Imported
	err := a.writeAlone(ctx, actor, access.ImportHistories, func(tx *store.Tx) error {
		done = Imported{}
		c, err := clientFor(tx, h.Client)
		if err != nil {
			return err
		}
		if err := addMissing(c, h.Contract); err != nil {
			return err
		}
		name := h.Contract[0].Name
		kept, err := c.Versions(name)
		if err != nil {
			return err
		}
		terms, err := a.versions.terms(kept)
		if err != nil {
			return err
		}
		for t, err := range h.Tickets {
			if err != nil {
				return err
			}
			if err := importTicket(tx, c, name, terms, t, &done); err != nil {
				return err
			}
			h.Progress()
		}
		if done.Tickets == 0 {
			return fault.New(fault.Invalid, CodeNothingPast)
		}
		return tx.CountRows()
	})
	if err != nil {
		return Imported{}, err
	}
	return done, nil
}

// clientFor finds the client or takes it on.
func clientFor(tx *store.Tx, name string) (*store.Client, error) {
	c, err := tx.ClientNamed(name)
	if isFault(err, store.CodeClientUnknown) {
		return addClient(tx, name)
	}
	return c, err
}

// addMissing adds the versions of a contract that are not kept yet.
func addMissing(c *store.Client, documents []*contract.Document) error {
	kept, err := keptVersions(c, documents[0].Name)
	if err != nil {
		return err
	}
	for _, d := range documents {
		same := func(v store.ContractVersion) bool { return v.Number == d.Number && v.Document == string(d.YAML()) }
		if slices.ContainsFunc(kept, same) {
			continue
		}
		if err := addVersion(c, d); err != nil {
			return err
		}
	}
	return nil
}

func importTicket(tx *store.Tx, c *store.Client, under string, terms contract.Terms, t PastTicket, done *Imported) error {
	s, err := c.AddTicket(t.Kind, under, t.Key)
	if err != nil {
		return err
	}
	if err := checkPast(t.Entries, tx.Now); err != nil {
		return err
	}
	recorded := slices.Clone(t.Entries)
	for i := range recorded {
		recorded[i].Recorded = recorded[i].At
	}
	f := newCaseFile(c, s, terms, tx.Now)
	texts := slices.Concat(t.Texts, make([]string, max(0, len(recorded)-len(t.Texts))))
	f.silent = true
	for command := range watch.Commands(recorded) {
		f.past(command, texts[:len(command)])
		texts = texts[len(command):]
	}
	f.settle()
	done.Tickets++
	done.Reported += len(t.Entries)
	done.Decided += len(f.added) - len(t.Entries)
	if err := f.keep(); err != nil {
		return err
	}
	for _, w := range t.Watchers {
		if err := c.Watch(s.ID, w); err != nil {
			return err
		}
	}
	return nil
}

// checkPast demands that a ticket was logged, once and first, and that nothing lies ahead.
func checkPast(entries []ticket.Entry, now time.Time) error {
	for i, e := range entries {
		switch _, logged := e.Fact.(ticket.Logged); {
		case i == 0 && !logged:
			return fault.New(fault.Invalid, CodeNotLogged)
		case i > 0 && logged:
			return fault.New(fault.Invalid, CodeLoggedTwice)
		case e.At.After(now):
			return fault.New(fault.Invalid, ticket.CodeAhead, "at", e.At, "now", now)
		}
	}
	return nil
}
