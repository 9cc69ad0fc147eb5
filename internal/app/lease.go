package app

import (
	"context"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/store"
)

// Lease is the right of one process to do the work of the desk that nobody asks for: see
// store.Lease.
type Lease = store.Lease

// Acquire takes the lease of a name for a while. It is false when another process holds it.
func (a *App) Acquire(ctx context.Context, actor access.Actor, name, holder string, length time.Duration) (l Lease, ok bool, err error) {
	err = a.write(ctx, actor, access.DeliverOutbox, func(tx *store.Tx) (err error) {
		l, ok, err = tx.Acquire(name, holder, length)
		return err
	})
	return l, ok, err
}

// Renew lets a lease last for a while from now. It fails with store.CodeLeaseLost when it
// was given to another process.
func (a *App) Renew(ctx context.Context, actor access.Actor, l Lease, length time.Duration) (renewed Lease, err error) {
	err = a.write(ctx, actor, access.DeliverOutbox, func(tx *store.Tx) (err error) {
		renewed, err = tx.Renew(l, length)
		return err
	})
	return renewed, err
}

// Release gives a lease back.
func (a *App) Release(ctx context.Context, actor access.Actor, l Lease) error {
	return a.write(ctx, actor, access.DeliverOutbox, func(tx *store.Tx) error { return tx.Release(l) })
}
