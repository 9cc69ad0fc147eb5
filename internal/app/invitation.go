package app

import (
	"context"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/store"
)

// Codes of taking people in.
const (
	CodeAlreadySetUp    reason.Code = "person.already_set_up"   //
	CodeAlreadyAccepted reason.Code = "person.already_accepted" // name
)

// Position is what somebody may do, for which clients, and where they work.
type Position struct {
	Role       access.Role
	Everything bool     // sees all clients, present and future
	Clients    []string // ids of those that they see otherwise; nothing for people of a client
	Level      catalog.Level
	Team       string       // id, "" for none
	Works      catalog.Role // whose capacity their work draws on, "" for not said
}

// Invitation is somebody who is to be taken in.
type Invitation struct {
	Email    string
	Name     string // they can change it when they accept
	Client   string // id of the client that they belong to, "" for the provider
	Language string // of the letter, "en" or "nl"
	Zone     string
	Position
}

// Invite takes somebody in and writes to them. They cannot sign in before they have accepted.
// It returns their id. The link in the letter is for them alone: the one who invites does
// not get to see it.
func (a *App) Invite(ctx context.Context, actor access.Actor, i Invitation) (string, error) {
	id := ""
	err := a.write(ctx, actor, access.ManagePeople, func(tx *store.Tx) error {
		p, err := takeIn(tx, actor, i)
		if err != nil {
			return err
		}
		id = p.ID
		return invite(tx, p)
	})
	return id, err
}

// AddPersonHere is Invite for who has the machine before them: they get the link to hand on,
// and no letter goes out.
func (a *App) AddPersonHere(ctx context.Context, actor access.Actor, i Invitation) (id string, link person.Secret, err error) {
	err = a.write(ctx, actor, access.RecoverPeople, func(tx *store.Tx) error {
		p, err := takeIn(tx, actor, i)
		if err != nil {
			return err
		}
		id = p.ID
		link, err = newLink(tx, store.Inviting, p.ID, person.InviteLength)
		return err
	})
	return id, link, err
}

// InviteAgain writes once more to somebody who has not accepted yet. The links of before
// stop working.
func (a *App) InviteAgain(ctx context.Context, actor access.Actor, id string) error {
	return a.write(ctx, actor, access.ManagePeople, func(tx *store.Tx) error {
		p, err := seen(tx, actor, id)
		if err != nil {
			return err
		}
		if err := person.MayChange(actor, p, p, 1); err != nil {
			return err
		}
		if p.Accepted {
			return fault.New(fault.Conflict, CodeAlreadyAccepted, "name", p.Name)
		}
		if err := tx.DropLinks(p.ID, store.Inviting); err != nil {
			return err
		}
		return invite(tx, p)
	})
}

// InvitationLink makes the link of an invitation that had no way out: where no mail is sent,
// somebody has to hand it on. It returns the path, which is shown once. It fails with
// store.CodeItemUnknown for all that is no such item, and with CodeLinkDead when nobody could
// follow it any more.
func (a *App) InvitationLink(ctx context.Context, actor access.Actor, item string) (path person.Secret, err error) {
	err = a.write(ctx, actor, access.ReadOutbox, func(tx *store.Tx) error {
		it, err := tx.Item(item)
		if err == nil && (it.Kind != notice.Invitation || it.State != store.WouldSend) {
			err = fault.New(fault.NotFound, store.CodeItemUnknown, "item", item)
		}
		if err != nil {
			return err
		}
		p, err := seen(tx, actor, it.Recipient)
		if err != nil {
			return err
		}
		if err := person.MayChange(actor, p, p, 1); err != nil {
			return err
		}
		if err := tx.DropLinks(p.ID, store.Inviting); err != nil {
			return err
		}
		if path, err = letterLink(tx, it.Kind, p, it.Expires); err != nil {
			return err
		}
		return tx.Audit(actor.ID, p.ID, reason.New(CodeAuditHandedOn))
	})
	return path, err
}

func invite(tx *store.Tx, p *person.Person) error {
	return enqueueMail(tx, p, mail{kind: notice.Invitation, lasts: person.InviteLength})
}

// takeIn adds somebody who has not accepted yet.
func takeIn(tx *store.Tx, actor access.Actor, i Invitation) (*person.Person, error) {
	p := &person.Person{Client: i.Client, Active: true, Preferences: person.Preferences{Language: i.Language, Zone: i.Zone}}
	var err error
	if p.Email, err = person.Email(i.Email); err != nil {
		return nil, err
	}
	if p.Name, err = person.Name(i.Name); err != nil {
		return nil, err
	}
	if err := p.Check(); err != nil {
		return nil, err
	}
	if err := place(tx, p, i.Position); err != nil {
		return nil, err
	}
	if err := person.MayAdd(actor, p); err != nil {
		return nil, err
	}
	if err := tx.AddPerson(p); err != nil {
		return nil, err
	}
	return p, tx.Audit(actor.ID, p.ID, reason.New(CodeAuditInvited, "role", p.Role, "client", p.Client))
}

// place gives somebody a position, whose team and clients must be there.
func place(tx *store.Tx, p *person.Person, to Position) error {
	p.Role, p.Level, p.Team = to.Role, to.Level, to.Team
	p.Works = catalog.Role(text.Cut(text.Line(string(to.Works)), 40))
	switch {
	case p.Client != "":
		p.Scope = access.Only(p.Client)
	case to.Everything:
		p.Scope = access.Everything()
	default:
		p.Scope = access.Only(to.Clients...)
	}
	for _, client := range p.Scope.Clients() {
		if _, err := tx.Client(client); err != nil {
			return err
		}
	}
	if to.Team != "" {
		if _, err := tx.Team(to.Team); err != nil {
			return err
		}
	}
	return nil
}

// Invited tells whom an invitation is for. CodeLinkDead says that nobody can accept it.
func (a *App) Invited(ctx context.Context, token person.Secret) (person.Person, error) {
	return a.holder(ctx, store.Inviting, token)
}

func (a *App) holder(ctx context.Context, purpose store.Purpose, token person.Secret) (held person.Person, err error) {
	err = a.read(ctx, visitor, access.SignIn, func(tx *store.Tx) error {
		p, err := linked(tx, purpose, token)
		if err == nil {
			held = *p
		}
		return err
	})
	return held, err
}

// AcceptInvitation gives somebody the name and the password that they chose. It does not sign
// them in. CodeLinkDead says that the invitation cannot be accepted, or was already.
func (a *App) AcceptInvitation(ctx context.Context, token person.Secret, name string, password person.Secret) (person.Person, error) {
	invited, err := a.Invited(ctx, token)
	if err != nil {
		return person.Person{}, err
	}
	if invited.Name, err = person.Name(name); err != nil {
		return person.Person{}, err
	}
	hash, err := a.newPassword(ctx, password, &invited)
	if err != nil {
		return person.Person{}, err
	}
	err = a.write(ctx, visitor, access.SignIn, func(tx *store.Tx) error {
		p, err := linked(tx, store.Inviting, token)
		if err != nil {
			return err
		}
		if err := useLink(tx, store.Inviting, token); err != nil {
			return err
		}
		p.Name, p.Accepted = invited.Name, true
		if err := tx.PutPerson(p); err != nil {
			return err
		}
		if err := tx.SetPassword(p.ID, hash); err != nil {
			return err
		}
		invited = *p
		if err := tx.DropLinks(p.ID, store.Inviting); err != nil {
			return err
		}
		return tx.Audit(p.ID, p.ID, reason.New(CodeAuditAccepted))
	})
	return invited, err
}

// newPassword checks and hashes a password that somebody chose. No transaction is open
// meanwhile, since hashing takes long.
func (a *App) newPassword(ctx context.Context, password person.Secret, of *person.Person) (string, error) {
	if err := person.Password(password, of.Email, of.Name); err != nil {
		return "", err
	}
	return a.hasher.hash(ctx, password)
}
