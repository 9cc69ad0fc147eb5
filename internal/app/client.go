package app

import (
	"context"
	"slices"
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

// Client is a client in the actor's scope.
type Client struct {
	ID        string
	Slug      string // the word for it in addresses
	Name      string
	Contracts []string // names, in order
}

// Clients lists the clients in the actor's scope, by name.
func (a *App) Clients(ctx context.Context, actor access.Actor) (clients []Client, err error) {
	err = a.read(ctx, actor, access.ReadClients, func(tx *store.Tx) error {
		all, err := tx.Clients()
		if err != nil {
			return err
		}
		clients = make([]Client, len(all))
		for i, c := range all {
			clients[i] = Client{ID: c.ID, Slug: c.Slug, Name: c.Name}
			contracts, err := c.Contracts()
			if err != nil {
				return err
			}
			for _, k := range contracts {
				clients[i].Contracts = append(clients[i].Contracts, k.Name)
			}
			slices.Sort(clients[i].Contracts)
		}
		return nil
	})
	return clients, err
}

// ClientsNamed finds clients by id or slug, without their contracts. What the actor does not
// see is left out, as what there is not.
func (a *App) ClientsNamed(ctx context.Context, actor access.Actor, names ...string) (clients []Client, err error) {
	err = a.read(ctx, actor, access.ReadClients, func(tx *store.Tx) error {
		clients = nil
		for _, name := range names {
			c, err := tx.Client(name)
			if isFault(err, store.CodeClientUnknown) {
				continue
			}
			if err != nil {
				return err
			}
			clients = append(clients, Client{ID: c.ID, Slug: c.Slug, Name: c.Name})
		}
		return nil
	})
	return clients, err
}
