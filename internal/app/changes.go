package app

import (
	"context"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/store"
)

// Changes finds out which clients have something new to see, whichever process wrote it. It
// is not safe for concurrent use.
type Changes struct {
	seen map[string]time.Time // by client: the last change that was told
}

// behind is how far the clock of another machine may be behind and its changes still be
// found.
const behind = 5 * time.Second

// Next gives the ids of the clients with a change since it was last asked.
func (n *Changes) Next(ctx context.Context, a *App, actor access.Actor) (clients []string, err error) {
	first := n.seen == nil
	if first {
		n.seen = map[string]time.Time{}
	}
	var changed map[string]time.Time
	err = a.read(ctx, actor, access.SettleTickets, func(tx *store.Tx) error {
		changed, err = tx.ClientsChanged(tx.Now.Add(-behind))
		return err
	})
	for client, at := range changed {
		if at.After(n.seen[client]) {
			n.seen[client] = at
			if !first {
				clients = append(clients, client)
			}
		}
	}
	return clients, err
}
