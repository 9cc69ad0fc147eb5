package app

import (
	"context"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
)

// RequestReset writes to somebody who has forgotten their password. The answer and the work
// are the same whether there is such a person or not. CodeTooOften tells how long to wait.
func (a *App) RequestReset(ctx context.Context, email string, from From) error {
	known, err := a.lookUp(ctx, email, "")
	if err != nil {
		return err
	}
	if _, err := a.throttle.admit(known.now, "reset", resetBudgets, known.attempt(from)); err != nil {
		return err
	}
	return a.write(ctx, visitor, access.SignIn, func(tx *store.Tx) error {
		if err := sweep(tx); err != nil {
			return err
		}
		p, err := tx.Person(known.id)
		switch {
		case isFault(err, store.CodePersonUnknown):
			return writeNothing(tx)
		case err != nil:
			return err
		case !p.Active || !p.Accepted:
			return writeNothing(tx)
		}
		return enqueueMail(tx, p, mail{kind: notice.Reset, lasts: person.ResetLength})
	})
}

// writeNothing writes as much as a letter does and leaves nothing, so that the time to the
// answer does not tell who has an account.
func writeNothing(tx *store.Tx) error {
	token, err := newLink(tx, store.Resetting, "", person.ResetLength)
	if err != nil {
		return err
	}
	hash, _ := person.LinkToken.Hash(token)
	return tx.DropLink(hash)
}

// MayReset tells whose password a link renews. CodeLinkDead says that it does not.
func (a *App) MayReset(ctx context.Context, token person.Secret) (person.Person, error) {
	return a.holder(ctx, store.Resetting, token)
}

// ResetPassword gives somebody the password that they chose. Every session and API token of
// theirs ends, since the account may have been in the hands of another; no browser is known any
// more, and they are told by mail. It does not sign them in. CodeLinkDead says that the link
// cannot be used, or was already.
func (a *App) ResetPassword(ctx context.Context, token, password person.Secret) error {
	holder, err := a.MayReset(ctx, token)
	if err != nil {
		return err
	}
	hash, err := a.newPassword(ctx, password, &holder)
	if err != nil {
		return err
	}
	return a.write(ctx, visitor, access.SignIn, func(tx *store.Tx) error {
		p, err := linked(tx, store.Resetting, token)
		if err != nil {
			return err
		}
		if err := useLink(tx, store.Resetting, token); err != nil {
			return err
		}
		if err := putPassword(tx, p, hash); err != nil {
			return err
		}
		if err := tx.ForgetDevices(p.ID); err != nil {
			return err
		}
		if err := tx.RevokeTokens(p.ID); err != nil {
			return err
		}
		return tx.Audit(p.ID, p.ID, reason.New(CodeAuditReset))
	})
}

// Recover gives who has the machine before them a link with which somebody chooses a new
// password, also where no mail goes out. It is kept in the audit, and every admin is told.
// CodeAccessEnded says that they may not sign in at all.
func (a *App) Recover(ctx context.Context, actor access.Actor, email string) (link person.Secret, err error) {
	email, err = person.Email(email)
	if err != nil {
		return "", err
	}
	err = a.write(ctx, actor, access.RecoverPeople, func(tx *store.Tx) error {
		p, err := tx.PersonByEmail(email)
		if err != nil {
			return err
		}
		if !p.Active {
			return fault.New(fault.Conflict, CodeAccessEnded, "name", p.Name)
		}
		purpose, lasts := store.Resetting, person.ResetLength
		if !p.Accepted {
			purpose, lasts = store.Inviting, person.InviteLength
		}
		if link, err = newLink(tx, purpose, p.ID, lasts); err != nil {
			return err
		}
		if err := tellAdmins(tx, p); err != nil {
			return err
		}
		return tx.Audit(actor.ID, p.ID, reason.New(CodeAuditRecovered))
	})
	return link, err
}

// tellAdmins tells every admin that somebody is let in from the machine itself.
func tellAdmins(tx *store.Tx, about *person.Person) error {
	admins, err := tx.PeopleOf(access.Admin)
	if err != nil {
		return err
	}
	for _, admin := range admins {
		if !admin.Rules() {
			continue
		}
		if err := enqueueMail(tx, admin, mail{kind: notice.Recovered, args: map[string]string{notice.ArgPerson: about.ID}}); err != nil {
			return err
		}
	}
	return nil
}
