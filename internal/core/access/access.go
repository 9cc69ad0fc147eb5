// Package access says who may do what: actors, their roles, what a role permits, and which
// clients an actor may see. What is not granted here is denied.
package access

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// CodeDenied is the fault of an actor whose role lacks a permission.
const CodeDenied reason.Code = "access.denied" // permission, role

// Permission is the right to use one group of use cases. Every use case names one.
type Permission string

// The permissions.
const (
	ManageClients   Permission = "clients.manage"   // take on a client
	AmendContracts  Permission = "contracts.amend"  // add a version of a contract
	ImportHistories Permission = "histories.import" // bring in the tickets of another system
	RecordEntries   Permission = "tickets.record"   // report what happened to a ticket
	SettleTickets   Permission = "tickets.settle"   // have the rules decide what fell due
	VerifyStore     Permission = "store.verify"     // recompute all that is kept, of every client
)

// Role is a set of permissions.
type Role string

// The roles.
const (
	Operator Role = "operator" // runs the installation, on its own machine
	Agent    Role = "agent"    // works on tickets
	Worker   Role = "worker"   // the program itself, when something falls due
)

// grants are the permissions of each role.
var grants = map[Role][]Permission{
	Operator: {ManageClients, AmendContracts, ImportHistories, VerifyStore},
	Agent:    {RecordEntries},
	Worker:   {SettleTickets},
}

// Actor is who asks for something.
type Actor struct {
	ID    string // a pseudonym, not a name
	Role  Role
	Scope Scope
}

// Authorise returns a fault of kind Forbidden when the actor's role lacks the permission.
// An actor without a role may do nothing.
func (a Actor) Authorise(p Permission) error {
	if !slices.Contains(grants[a.Role], p) {
		return fault.New(fault.Forbidden, CodeDenied, "permission", p, "role", a.Role)
	}
	return nil
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
