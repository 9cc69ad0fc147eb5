package notice

// Channel is a way by which something leaves the desk.
type Channel string

// Mail is the channel of letters.
const Mail Channel = "mail"

// Kind is what a message is about. Each has its wording.
type Kind string

// The kinds. The first five are about the access of a person to the installation, the others
// about a ticket.
const (
	Invitation      Kind = "invitation"
	Reset           Kind = "reset"
	PasswordChanged Kind = "password_changed"
	NewSignIn       Kind = "new_sign_in"
	Recovered       Kind = "recovered" // somebody is let in from the machine itself

	Reply     Kind = "reply"     // the provider answered in public
	Message   Kind = "message"   // the client wrote
	Mention   Kind = "mention"   // somebody was named in a note
	Assigned  Kind = "assigned"  // the ticket was given to a person
	Warned    Kind = "warned"    // a part of a target was used up
	Breached  Kind = "breached"  // a service level was broken
	Withdrawn Kind = "withdrawn" // a breach no longer holds

	Parked Kind = "parked" // something could not be delivered and waits for an administrator
)
