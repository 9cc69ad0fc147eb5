package app

import (
	"context"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/store"
)

// Watch has the actor kept up to date about a ticket, or ends that.
func (a *App) Watch(ctx context.Context, actor access.Actor, ref Ref, on bool) error {
	return a.write(ctx, actor, access.ReadTickets, func(tx *store.Tx) error {
		c, s, err := find(tx, actor, ref)
		if err != nil {
			return err
		}
		if on {
			return c.Watch(s.ID, actor.ID)
		}
		return c.Unwatch(s.ID, actor.ID)
	})
}
