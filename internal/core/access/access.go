// Package access says who may do what: actors, their roles, what a role permits, and which
// clients an actor may see. What is not granted here is denied.
package access

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of faults of actors who want more than they may.
const (
	CodeDenied       reason.Code = "access.denied"        // permission, role
	CodeTokenDenied  reason.Code = "access.token_denied"  // permission
	CodeGrantsMore   reason.Code = "access.grants_more"   // role, permission
	CodeGrantsClient reason.Code = "access.grants_client" //
	CodeRoleUnknown  reason.Code = "access.role_unknown"  // role, known
	CodeScopeUnfit   reason.Code = "access.scope_unfit"   // role
	CodeNotForToken  reason.Code = "access.not_for_token" // permission, role
)

// Actor is who asks for something.
type Actor struct {
	ID    string // a pseudonym, not a name
	Role  Role
	Scope Scope

	token  bool // asks by an API token, which may do no more than scopes says
	scopes []Permission
}

// Narrow returns the actor as they are when they ask by an API token with these scopes: they
// may do what both their role and the token permit.
func (a Actor) Narrow(scopes ...Permission) Actor {
	a.token, a.scopes = true, slices.Clone(scopes)
	return a
}

// Authorise returns a fault of kind Forbidden when the actor's role, or the API token that
// they ask by, lacks the permission. An actor without a role may do nothing.
func (a Actor) Authorise(p Permission) error {
	switch {
	case !slices.Contains(grants[a.Role], p):
		return fault.New(fault.Forbidden, CodeDenied, "permission", p, "role", a.Role)
	case a.token && !slices.Contains(a.scopes, p):
		return fault.New(fault.Forbidden, CodeTokenDenied, "permission", p)
	}
	return nil
}

// May tells whether Authorise would let the actor.
func (a Actor) May(p Permission) bool { return a.Authorise(p) == nil }

// OwnOnly tells whether the actor sees no more than the tickets that they raised or watch.
func (a Actor) OwnOnly() bool { return a.Role == Requester }

// Token tells whether the actor asks by an API token.
func (a Actor) Token() bool { return a.token }

// Permissions lists what a role permits.
func (r Role) Permissions() []Permission { return slices.Clone(grants[r]) }

// TokenScopes lists the permissions that an API token of the actor can be given.
func (a Actor) TokenScopes() []Permission {
	return slices.DeleteFunc(a.Role.Permissions(), func(p Permission) bool {
		return slices.Contains(notByToken, p)
	})
}

// MayHandOut returns the fault of an API token that the actor cannot be given: one without
// scopes, or with one that they lack.
func (a Actor) MayHandOut(scopes []Permission) error {
	known := a.TokenScopes()
	if len(scopes) == 0 {
		return fault.New(fault.Invalid, CodeNotForToken, "permission", Permission(""), "role", a.Role)
	}
	for _, p := range scopes {
		if !slices.Contains(known, p) {
			return fault.New(fault.Invalid, CodeNotForToken, "permission", p, "role", a.Role)
		}
	}
	return nil
}

// clientSide is what only people of a client may do. Staff may hand it to them without
// having it: it is no power over the desk.
var clientSide = []Permission{AnswerTickets}

// MayGrant returns the fault of an actor who gives somebody a role within a scope, or who
// changes somebody who has them. Nobody grants a permission that they lack, nor a client
// that they do not see. The operator, who holds the database itself, may grant every role.
//
// A role of the provider takes any scope; a role of a client exactly one client.
func (a Actor) MayGrant(r Role, s Scope) error {
	if !slices.Contains(People, r) {
		return fault.New(fault.Invalid, CodeRoleUnknown, "role", string(r), "known", words(People))
	}
	if r.OfClient() && (s.all || len(s.clients) != 1) {
		return fault.New(fault.Invalid, CodeScopeUnfit, "role", r)
	}
	if a.Role == Operator {
		return nil
	}
	for _, p := range grants[r] {
		if !slices.Contains(grants[a.Role], p) && !slices.Contains(clientSide, p) {
			return fault.New(fault.Forbidden, CodeGrantsMore, "role", r, "permission", p)
		}
	}
	if !s.Within(a.Scope) {
		return fault.New(fault.Forbidden, CodeGrantsClient)
	}
	return nil
}

// Grantable lists the roles that the actor may give to somebody within a scope that they
// have, those with the most rights first.
func (a Actor) Grantable() []Role {
	if !a.May(ManagePeople) {
		return nil
	}
	a.Scope = Everything()
	return slices.DeleteFunc(slices.Clone(People), func(r Role) bool { return a.MayGrant(r, Only("any")) != nil })
}

func words(roles []Role) []string {
	list := make([]string, len(roles))
	for i, r := range roles {
		list[i] = string(r)
	}
	return list
}

// Scope is the set of clients that an actor may see. What lies outside reads as not there.
// The zero Scope is empty.
type Scope struct {
	all     bool
	clients []string
}

// Everything is the scope of all clients, present and future.
func Everything() Scope { return Scope{all: true} }

// Only is the scope of the clients with these ids.
func Only(clients ...string) Scope { return Scope{clients: slices.Clone(clients)} }

// Has tells whether the client with this id lies in the scope.
func (s Scope) Has(client string) bool { return s.all || slices.Contains(s.clients, client) }

// All tells whether the scope is Everything.
func (s Scope) All() bool { return s.all }

// Clients lists the clients that the scope names; none for Everything.
func (s Scope) Clients() []string { return slices.Clone(s.clients) }

// Within tells whether another scope has every client of this one.
func (s Scope) Within(other Scope) bool {
	if s.all {
		return other.all
	}
	return !slices.ContainsFunc(s.clients, func(c string) bool { return !other.Has(c) })
}
