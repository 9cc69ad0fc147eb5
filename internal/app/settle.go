package app

import (
	"context"
	"slices"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/store"
)

// settleBatch is how many tickets are settled in one transaction, so that nobody waits long
// for it.
const settleBatch = 100

// Settle decides what fell due about all tickets in scope, up to now: client by client, the
// earliest first, and then what amendments brought. It returns how many tickets it looked
// at. It can be stopped and run again at any time.
func (a *App) Settle(ctx context.Context, actor access.Actor) (int, error) {
	clients, err := a.unsettled(ctx, actor)
	settled := 0
	for _, client := range clients {
		for more := true; more && err == nil; {
			n := 0
			err = a.write(ctx, actor, access.SettleTickets, func(tx *store.Tx) error {
				var err error
				n, err = a.settleSome(tx, client)
				return err
			})
			settled += n
			more = n == settleBatch
		}
	}
	return settled, err
}

// unsettled lists the ids of clients with something to settle. It only reads, so that the
// many times at which nothing is due cost nobody a turn at writing.
func (a *App) unsettled(ctx context.Context, actor access.Actor) ([]string, error) {
	var ids []string
	err := a.read(ctx, actor, access.SettleTickets, func(tx *store.Tx) error {
		ids = nil
		clients, err := tx.Clients()
		if err != nil {
			return err
		}
		for _, c := range clients {
			some, err := toSettle(tx, c, 1)
			if err != nil {
				return err
			}
			if len(some) > 0 {
				ids = append(ids, c.ID)
			}
		}
		return nil
	})
	return ids, err
}

// settleSome settles a batch of the tickets of a client, and tells how many.
func (a *App) settleSome(tx *store.Tx, client string) (int, error) {
	c, err := tx.Client(client)
	if err != nil {
		return 0, err
	}
	streams, err := toSettle(tx, c, settleBatch)
	if err != nil {
		return 0, err
	}
	for _, id := range streams {
		s, err := c.Stream(id)
		if err != nil {
			return 0, err
		}
		f, err := a.load(c, s)
		if err != nil {
			return 0, err
		}
		f.settle()
		if err := f.keep(); err != nil {
			return 0, err
		}
	}
	return len(streams), nil
}

// toSettle lists up to limit streams of tickets about which something is due, and then of
// those that were last settled before their contract was amended.
func toSettle(tx *store.Tx, c *store.Client, limit int) ([]string, error) {
	streams, err := c.Due(tx.Now, limit)
	if err != nil {
		return nil, err
	}
	contracts, err := c.Contracts()
	for _, k := range contracts {
		if err != nil || len(streams) == limit {
			break
		}
		var stale []string
		stale, err = c.Stale(k, limit-len(streams))
		for _, id := range stale {
			if !slices.Contains(streams, id) {
				streams = append(streams, id)
			}
		}
	}
	return streams, err
}
