package person

import (
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of changes of people that are refused.
const (
	CodeLastAdmin   reason.Code = "person.last_admin"    //
	CodeWrongSide   reason.Code = "person.wrong_side"    // role
	CodeTeamOutside reason.Code = "person.team_outside"  //
	CodeMayNotTouch reason.Code = "person.may_not_touch" // role
	CodeSelfChange  reason.Code = "person.self_change"   //
)

// Fits returns the fault of a person whose role is that of the other side: people of a
// client have a role of a client, for that client, and no team.
func (p *Person) Fits() error {
	switch {
	case p.Role.OfClient() != (p.Client != ""):
		return fault.New(fault.Invalid, CodeWrongSide, "role", p.Role)
	case p.Client != "" && (p.Team != "" || p.Works != ""):
		return fault.New(fault.Invalid, CodeTeamOutside)
	}
	return nil
}

// MayAdd returns the fault of an actor who takes somebody in.
func MayAdd(by access.Actor, p *Person) error {
	if err := p.Fits(); err != nil {
		return err
	}
	return by.MayGrant(p.Role, p.Scope)
}

// MayChange returns the fault of an actor who changes somebody from before to after. Who
// could not have given what a person has, may not touch them. Nobody changes their own role
// or scope, or ends their own access. OtherAdmins is how many other people are
// admins who can sign in: without one, the last admin stays what they are.
func MayChange(by access.Actor, before, after *Person, otherAdmins int) error {
	if by.MayGrant(before.Role, before.Scope) != nil {
		return fault.New(fault.Forbidden, CodeMayNotTouch, "role", before.Role)
	}
	if err := MayAdd(by, after); err != nil {
		return err
	}
	loses := before.Rules() && !after.Rules()
	if loses && otherAdmins == 0 {
		return fault.New(fault.Conflict, CodeLastAdmin)
	}
	if by.ID == before.ID && (before.Role != after.Role || !sameScope(before.Scope, after.Scope) || !after.Active) {
		return fault.New(fault.Forbidden, CodeSelfChange)
	}
	return nil
}

// Rules tells whether the person is one of those admins who keep an installation
// manageable: of all clients, active, with a password.
func (p *Person) Rules() bool {
	return p.Role == access.Admin && p.Scope.All() && p.Active && p.Accepted
}

func sameScope(a, b access.Scope) bool { return a.Within(b) && b.Within(a) }

// Sees tells whether an actor sees the person in lists: oneself, people of the provider, and
// people of clients in scope. People of clients see nobody of the provider there.
func Sees(by access.Actor, p *Person) bool {
	switch {
	case by.ID == p.ID:
		return true
	case p.Client == "":
		return !by.Role.OfClient()
	}
	return by.Scope.Has(p.Client)
}
