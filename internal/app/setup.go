package app

import (
	"context"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
)

// FirstPerson is the admin that an installation begins with.
type FirstPerson struct {
	Email    string
	Name     string
	Password person.Secret
	person.Preferences
}

// NeedsSetUp tells whether there is nobody yet.
func (a *App) NeedsSetUp(ctx context.Context) (needs bool, err error) {
	err = a.read(ctx, visitor, access.SetUp, func(tx *store.Tx) error {
		some, err := tx.AnyPerson()
		needs = !some
		return err
	})
	return needs, err
}

// SetUpToken makes a token with which the first person can be made, for a day, to be shown
// where only the one who started the program sees it. CodeAlreadySetUp says that there is somebody.
func (a *App) SetUpToken(ctx context.Context, actor access.Actor) (token person.Secret, err error) {
	err = a.write(ctx, actor, access.SetUp, func(tx *store.Tx) error {
		if err := nobodyYet(tx); err != nil {
			return err
		}
		var err error
		token, err = newLink(tx, store.SettingUp, "", person.SetUpLength)
		return err
	})
	return token, err
}

// SetUp makes the first admin, who sees all clients, and returns their id. It does not sign
// them in. CodeAlreadySetUp says that there is somebody: of two who set up at one time, one
// does. CodeLinkDead says that the token is not one that this installation gave.
func (a *App) SetUp(ctx context.Context, token person.Secret, f FirstPerson) (string, error) {
	p := &person.Person{
		Role: access.Admin, Scope: access.Everything(), Active: true, Accepted: true, Preferences: f.Preferences,
	}
	if err := a.read(ctx, visitor, access.SetUp, func(tx *store.Tx) error { return maySetUp(tx, token) }); err != nil {
		return "", err
	}
	var err error
	if p.Email, err = person.Email(f.Email); err != nil {
		return "", err
	}
	if p.Name, err = person.Name(f.Name); err != nil {
		return "", err
	}
	if err := p.Check(); err != nil {
		return "", err
	}
	hash, err := a.newPassword(ctx, f.Password, p)
	if err != nil {
		return "", err
	}
	err = a.write(ctx, visitor, access.SetUp, func(tx *store.Tx) error {
		if err := maySetUp(tx, token); err != nil {
			return err
		}
		if err := useLink(tx, store.SettingUp, token); err != nil {
			return err
		}
		if err := tx.AddPerson(p); err != nil {
			return err
		}
		if err := tx.SetPassword(p.ID, hash); err != nil {
			return err
		}
		return tx.Audit(p.ID, p.ID, reason.New(CodeAuditSetUp))
	})
	return p.ID, err
}

func maySetUp(tx *store.Tx, token person.Secret) error {
	if err := nobodyYet(tx); err != nil {
		return err
	}
	hash, ok := person.LinkToken.Hash(token)
	if ok {
		var err error
		if _, ok, err = tx.Link(store.SettingUp, hash); err != nil {
			return err
		}
	}
	if !ok {
		return fault.New(fault.NotFound, CodeLinkDead)
	}
	return nil
}

func nobodyYet(tx *store.Tx) error {
	some, err := tx.AnyPerson()
	if err == nil && some {
		err = fault.New(fault.Conflict, CodeAlreadySetUp)
	}
	return err
}
