package app

import (
	"context"
	"slices"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
)

// Codes of people who cannot have what is asked for them.
const (
	CodePasswordWrong reason.Code = "person.password_wrong" // the old one, of who wants a new one
	CodeAccessEnded   reason.Code = "person.access_ended"   // name
)

// Codes of what the audit says was done to people and teams.
const (
	CodeAuditSetUp       reason.Code = "audit.set_up"           //
	CodeAuditInvited     reason.Code = "audit.invited"          // role, client
	CodeAuditAccepted    reason.Code = "audit.accepted"         //
	CodeAuditChanged     reason.Code = "audit.changed"          // role, was, clients, level, team
	CodeAuditEnded       reason.Code = "audit.access_ended"     //
	CodeAuditRestored    reason.Code = "audit.access_restored"  //
	CodeAuditPassword    reason.Code = "audit.password_changed" //
	CodeAuditReset       reason.Code = "audit.password_reset"   //
	CodeAuditRecovered   reason.Code = "audit.recovery_link"    //
	CodeAuditHandedOn    reason.Code = "audit.invitation_link"  //
	CodeAuditTokenMade   reason.Code = "audit.token_made"       // token, scopes
	CodeAuditTokenEnded  reason.Code = "audit.token_revoked"    // token
	CodeAuditTeamMade    reason.Code = "audit.team_made"        // name
	CodeAuditTeamChanged reason.Code = "audit.team_changed"     // name
)

// People lists those whom the actor sees, by name.
func (a *App) People(ctx context.Context, actor access.Actor) (people []*person.Person, err error) {
	err = a.read(ctx, actor, access.ReadPeople, func(tx *store.Tx) error {
		all, err := tx.People()
		people = slices.DeleteFunc(all, func(p *person.Person) bool { return !person.Sees(actor, p) })
		return err
	})
	return people, err
}

// Takers lists those whom a ticket of each of these clients can be given to, by name. A client
// that is out of scope is none of them.
func (a *App) Takers(ctx context.Context, actor access.Actor, clients ...string) (people []*person.Person, err error) {
	err = a.read(ctx, actor, access.RecordEntries, func(tx *store.Tx) error {
		var ids []string
		for _, client := range clients {
			c, err := tx.Client(client)
			if isFault(err, store.CodeClientUnknown) {
				continue
			}
			if err != nil {
				return err
			}
			ids = append(ids, c.ID)
		}
		if len(ids) == 0 {
			return nil
		}
		all, err := tx.People()
		people = slices.DeleteFunc(all, func(p *person.Person) bool {
			return slices.ContainsFunc(ids, func(client string) bool { return !p.MayTake(client) })
		})
		return err
	})
	return people, err
}

// Person finds one of the people whom the actor sees. store.CodePersonUnknown says that
// there is none.
func (a *App) Person(ctx context.Context, actor access.Actor, id string) (p *person.Person, err error) {
	err = a.read(ctx, actor, access.ReadPeople, func(tx *store.Tx) error {
		p, err = seen(tx, actor, id)
		return err
	})
	return p, err
}

// seen finds somebody whom the actor sees.
func seen(tx *store.Tx, actor access.Actor, id string) (*person.Person, error) {
	p, err := tx.Person(id)
	if err == nil && !person.Sees(actor, p) {
		err = fault.New(fault.NotFound, store.CodePersonUnknown, "person", id)
	}
	return p, err
}

// ChangePerson gives somebody another position. It counts from their next request on. When
// their role changes they have to sign in again.
func (a *App) ChangePerson(ctx context.Context, actor access.Actor, id string, to Position) error {
	return a.change(ctx, actor, id, func(tx *store.Tx, p *person.Person) (reason.Reason, error) {
		was := p.Role
		if err := place(tx, p, to); err != nil {
			return reason.Reason{}, err
		}
		if p.Role != was {
			if _, err := tx.EndSessions(p.ID, ""); err != nil {
				return reason.Reason{}, err
			}
		}
		clients := len(p.Scope.Clients())
		if p.Scope.All() {
			clients = -1
		}
		return reason.New(CodeAuditChanged, "role", p.Role, "was", was, "clients", clients, "level", p.Level, "team", p.Team), nil
	})
}

// Deactivate ends somebody's access at once: their sessions, tokens and links, and the
// browsers that knew them. Their name stays on what they did.
func (a *App) Deactivate(ctx context.Context, actor access.Actor, id string) error {
	return a.change(ctx, actor, id, func(tx *store.Tx, p *person.Person) (reason.Reason, error) {
		p.Active = false
		return reason.New(CodeAuditEnded), endAccess(tx, p.ID)
	})
}

// endAccess takes away all by which somebody can get in.
func endAccess(tx *store.Tx, id string) error {
	if _, err := tx.EndSessions(id, ""); err != nil {
		return err
	}
	if err := tx.RevokeTokens(id); err != nil {
		return err
	}
	if err := tx.DropLinks(id, store.Inviting); err != nil {
		return err
	}
	if err := tx.DropLinks(id, store.Resetting); err != nil {
		return err
	}
	return tx.ForgetDevices(id)
}

// Reactivate gives somebody their access back, with the password that they had. Their
// tokens stay revoked.
func (a *App) Reactivate(ctx context.Context, actor access.Actor, id string) error {
	return a.change(ctx, actor, id, func(_ *store.Tx, p *person.Person) (reason.Reason, error) {
		p.Active = true
		return reason.New(CodeAuditRestored), nil
	})
}

// change changes somebody, if the actor may, and keeps in the audit what was done.
func (a *App) change(ctx context.Context, actor access.Actor, id string, do func(*store.Tx, *person.Person) (reason.Reason, error)) error {
	return a.write(ctx, actor, access.ManagePeople, func(tx *store.Tx) error {
		before, err := seen(tx, actor, id)
		if err != nil {
			return err
		}
		others, err := otherAdmins(tx, id)
		if err != nil {
			return err
		}
		after := *before
		done, err := do(tx, &after)
		if err != nil {
			return err
		}
		if err := person.MayChange(actor, before, &after, others); err != nil {
			return err
		}
		if err := tx.PutPerson(&after); err != nil {
			return err
		}
		return tx.Audit(actor.ID, id, done)
	})
}

// otherAdmins counts the people but one who keep an installation manageable.
func otherAdmins(tx *store.Tx, but string) (int, error) {
	admins, err := tx.PeopleOf(access.Admin)
	n := 0
	for _, p := range admins {
		if p.ID != but && p.Rules() {
			n++
		}
	}
	return n, err
}

// Profile is what people say of themselves.
type Profile struct {
	Name string
	person.Preferences
}

// UpdateProfile keeps what the actor says of themselves.
func (a *App) UpdateProfile(ctx context.Context, actor access.Actor, to Profile) error {
	name, err := person.Name(to.Name)
	if err != nil {
		return err
	}
	if err := to.Check(); err != nil {
		return err
	}
	return a.write(ctx, actor, access.OwnProfile, func(tx *store.Tx) error {
		p, err := tx.Person(actor.ID)
		if err != nil {
			return err
		}
		p.Name, p.Preferences = name, to.Preferences
		return tx.PutPerson(p)
	})
}

// ChangePassword gives somebody who is signed in a new password. All their sessions end; a new
// one begins in the browser that asks, with a token of its own. CodePasswordWrong says that the old
// password is not theirs, CodeTooOften how long to wait after too many of those.
func (a *App) ChangePassword(ctx context.Context, who SignedIn, was, to person.Secret, from From) (NewSession, error) {
	if err := who.Actor.Authorise(access.OwnProfile); err != nil {
		return NewSession{}, err
	}
	known, err := a.lookUp(ctx, who.Person.Email, "")
	if err != nil {
		return NewSession{}, err
	}
	back, err := a.throttle.admit(known.now, "password", signInBudgets, known.attempt(from))
	if err != nil {
		return NewSession{}, err
	}
	right, err := a.hasher.matches(ctx, was, known.hash)
	switch {
	case err != nil:
		return NewSession{}, err
	case !right:
		return NewSession{}, fault.New(fault.Invalid, CodePasswordWrong)
	}
	back()
	hash, err := a.newPassword(ctx, to, &who.Person)
	if err != nil {
		return NewSession{}, err
	}
	var begun NewSession
	err = a.write(ctx, who.Actor, access.OwnProfile, func(tx *store.Tx) error {
		p, err := unchanged(tx, known)
		if err != nil {
			return err
		}
		if err := putPassword(tx, p, hash); err != nil {
			return err
		}
		if err := tx.Audit(p.ID, p.ID, reason.New(CodeAuditPassword)); err != nil {
			return err
		}
		begun, err = beginSession(tx, p, "", from)
		return err
	})
	return begun, err
}

// putPassword keeps a new password, ends every session and reset of before, and tells the
// person.
func putPassword(tx *store.Tx, p *person.Person, hash string) error {
	if err := tx.SetPassword(p.ID, hash); err != nil {
		return err
	}
	if _, err := tx.EndSessions(p.ID, ""); err != nil {
		return err
	}
	if err := tx.DropLinks(p.ID, store.Resetting); err != nil {
		return err
	}
	return enqueueMail(tx, p, mail{kind: notice.PasswordChanged})
}
