package app

import (
	"context"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// Now is the instant by the clock of the desk: UTC, whole milliseconds.
func (a *App) Now() time.Time { return a.store.Now().UTC().Truncate(time.Millisecond) }

// Names gives the names of people by their ids, as far as the actor may know them: those of
// the provider, who sign what they do, and those of clients in scope.
func (a *App) Names(ctx context.Context, actor access.Actor, ids ...string) (names map[string]string, err error) {
	err = a.read(ctx, actor, access.ReadTickets, func(tx *store.Tx) error {
		names, err = tx.Names(actor.Scope, ids)
		return err
	})
	return names, err
}

// mayTake demands somebody whom tickets of the client can be given to.
func mayTake(tx *store.Tx, c *store.Client, id string) error {
	p, err := known(tx, id)
	if err != nil {
		return err
	}
	if p == nil || !p.MayTake(c.ID) {
		return fault.New(fault.Invalid, CodeNotForThem, "field", "person")
	}
	return nil
}

// mayRaise demands somebody of the client, or of the provider with the client in scope.
func mayRaise(tx *store.Tx, c *store.Client, id, field string) error {
	p, err := known(tx, id)
	if err != nil {
		return err
	}
	if p == nil || !sees(p, c.ID) {
		return fault.New(fault.Invalid, CodeNotForThem, "field", field)
	}
	return nil
}

// known finds a person, nil when there is nobody.
func known(tx *store.Tx, id string) (*person.Person, error) {
	p, err := tx.Person(id)
	if isFault(err, store.CodePersonUnknown) {
		return nil, nil //nolint:nilnil // the caller asks whether there is one
	}
	return p, err
}

// teamsFor lists the teams of the desk for routing, by level and name.
func teamsFor(tx *store.Tx) ([]ticket.Team, error) {
	all, err := tx.Teams()
	if err != nil {
		return nil, err
	}
	teams := make([]ticket.Team, len(all))
	for i, t := range all {
		teams[i] = ticket.Team{ID: t.ID, Name: t.Name, Level: t.Level}
	}
	return teams, nil
}
