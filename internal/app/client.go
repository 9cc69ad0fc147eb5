package app

import (
	"context"
	"strings"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/store"
)

// CreateClient takes on a client and returns its id. The name must be free.
func (a *App) CreateClient(ctx context.Context, actor access.Actor, name string) (string, error) {
	id := ""
	err := a.write(ctx, actor, access.ManageClients, func(tx *store.Tx) error {
		c, err := addClient(tx, name)
		if err == nil {
			id = c.ID
		}
		return err
	})
	return id, err
}

func addClient(tx *store.Tx, name string) (*store.Client, error) {
	if strings.TrimSpace(name) == "" {
		return nil, fault.New(fault.Invalid, CodeClientUnnamed)
	}
	return tx.AddClient(name)
}
