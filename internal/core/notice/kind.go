package notice

import (
	"slices"
	"time"
)

// Channel is a way by which something leaves the desk.
type Channel string

// Mail is the channel of letters.
const Mail Channel = "mail"

// Kind is what a message is about. Each has its wording.
type Kind string

// The kinds. The first five are about the access of a person to the installation, the last
// two about the outbox itself, all others about a ticket.
const (
	Invitation      Kind = "invitation"
	Reset           Kind = "reset"
	PasswordChanged Kind = "password_changed"
	NewSignIn       Kind = "new_sign_in"
	Recovered       Kind = "recovered" // somebody is let in from the machine itself

	Received  Kind = "received"  // the ticket was logged for the requester
	Reply     Kind = "reply"     // the provider answered in public
	Wrote     Kind = "wrote"     // the client wrote
	Solved    Kind = "solved"    // the ticket was restored, resolved or closed
	Reopened  Kind = "reopened"  // the ticket was taken up again
	Note      Kind = "note"      // an internal note
	Mention   Kind = "mention"   // somebody was named in a text
	Assigned  Kind = "assigned"  // the ticket was given to a person
	Warned    Kind = "warned"    // a part of a target was used up
	Breached  Kind = "breached"  // a service level was broken
	Withdrawn Kind = "withdrawn" // a breach no longer holds

	Leapt Kind = "leapt" // promises fell due while the clock jumped; about many tickets

	Parked Kind = "parked" // something could not be delivered
	Stuck  Kind = "stuck"  // nothing leaves, for some time now
)

// Kinds lists all of them.
var Kinds = []Kind{
	Invitation, Reset, PasswordChanged, NewSignIn, Recovered, Received, Reply, Wrote, Solved, Reopened, Note, Mention,
	Assigned, Warned, Breached, Withdrawn, Leapt, Parked, Stuck,
}

// ForClients tells whether people of a client may be told this about a ticket.
func (k Kind) ForClients() bool {
	return slices.Contains([]Kind{Received, Reply, Wrote, Solved, Reopened}, k)
}

// ShowsText tells whether a message of this kind shows what a person wrote.
func (k Kind) ShowsText() bool { return k == Reply || k == Wrote || k == Mention }

// Expires is when a message of this kind that was caused at an instant is of no use any more.
func (k Kind) Expires(caused time.Time) time.Time {
	const hour, day = time.Hour, 24 * time.Hour
	switch k {
	case Reset:
		return caused.Add(hour)
	case Received, Warned, Withdrawn:
		return caused.Add(day)
	case Breached, Leapt, Assigned, Mention, Note:
		return caused.Add(3 * day)
	default:
		return caused.Add(7 * day)
	}
}
