// Package person says who the people of a desk are: their address and name, what they chose
// for themselves, how long they stay signed in, and who may change whom.
package person

import (
	"slices"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/text"
)

// Codes of faults of what somebody says about a person.
const (
	CodeNameMissing  reason.Code = "person.name_missing"  //
	CodeNameLong     reason.Code = "person.name_long"     // longest
	CodeEmailInvalid reason.Code = "person.email_invalid" // email
	CodeWordUnknown  reason.Code = "person.word_unknown"  // word, known
)

// Person is somebody who has, had or is about to have access to a desk.
type Person struct {
	ID     string // a pseudonym: entries and audit lines hold it, and nothing else of the person
	Client string // id of the client that they belong to, "" for people of the provider
	Email  string // as Email gives it
	Name   string
	Role   access.Role
	Scope  access.Scope // for people of a client that client alone
	Level  catalog.Level
	Team   string       // id of a team of the provider, "" for none
	Works  catalog.Role // whose capacity their work draws on unless the work says otherwise, "" for not said

	Preferences

	Accepted bool // has a password, so the invitation was accepted
	Active   bool // may sign in
	Created  time.Time
	Seen     time.Time // last sign-in or use of a session, to within some minutes; zero for never
}

// Actor is the person as somebody who asks for something.
func (p *Person) Actor() access.Actor {
	return access.Actor{ID: p.ID, Role: p.Role, Scope: p.Scope}
}

// MayTake tells whether tickets of a client can be given to the person: somebody of the provider
// who can sign in, sees the client, and may take the steps of the desk.
func (p *Person) MayTake(client string) bool {
	return p.Active && p.Client == "" && p.Scope.Has(client) && p.Actor().May(access.RecordEntries)
}

// GoesOnIn tells whether somebody who raised or watched a ticket goes on in the one that it
// ends in, and so reads it: who sees that one anyway, whose own it is, and who is let in by the
// one who merges.
func (p *Person) GoesOnIn(own, letIn bool) bool { return own || letIn || !p.Actor().OwnOnly() }

// Theme is the light in which somebody sees the screen.
type Theme string

// The themes. The zero value follows the system of the browser.
const (
	Light Theme = "light"
	Dark  Theme = "dark"
)

// Density is how much room the rows of a list take.
type Density string

// The densities. The zero value is dense.
const (
	Dense Density = "dense"
	Roomy Density = "roomy"
)

// Preferences are what somebody chose for themselves.
type Preferences struct {
	Language string // "en" or "nl"; "" asks the browser
	Zone     string // IANA name of the zone in which they read times; "" is UTC
	Theme    Theme
	Density  Density
}

// Check returns the faults of preferences with words that nobody knows.
func (p Preferences) Check() error {
	var faults fault.List
	choice := func(word string, known ...string) {
		if word != "" && !slices.Contains(known, word) {
			faults = append(faults, fault.New(fault.Invalid, CodeWordUnknown, "word", word, "known", known))
		}
	}
	choice(p.Language, "en", "nl")
	choice(string(p.Theme), string(Light), string(Dark))
	choice(string(p.Density), string(Dense), string(Roomy))
	if p.Zone != "" {
		if _, err := calendar.LoadZone(p.Zone); err != nil {
			faults = append(faults, fault.All(err)...)
		}
	}
	return faults.Err()
}

const (
	longestName  = 100
	longestEmail = 254
	longestLocal = 64
)

// Name cleans the name of a person or a team. CodeNameMissing says that nothing is left of
// it, CodeNameLong that it is longer than 100 signs.
func Name(said string) (string, error) {
	name := text.Line(said)
	switch {
	case name == "":
		return "", fault.New(fault.Invalid, CodeNameMissing)
	case text.Cut(name, longestName) != name:
		return "", fault.New(fault.Invalid, CodeNameLong, "longest", longestName)
	}
	return name, nil
}

// Email cleans a mail address and folds it to small letters, so that one person has one.
// CodeEmailInvalid says that it is none. It takes the plain form of ASCII only: quoted names
// and comments have no place in an address that somebody signs in with, and a domain in
// another script is written in its ASCII form.
func Email(said string) (string, error) {
	email := strings.ToLower(strings.TrimSpace(said))
	local, domain, _ := strings.Cut(email, "@")
	dotted := func(part string) bool {
		return part != "" && !strings.HasPrefix(part, ".") && !strings.HasSuffix(part, ".") && !strings.Contains(part, "..")
	}
	if !dotted(local) || !dotted(domain) || len(local) > longestLocal || len(email) > longestEmail ||
		strings.Trim(local, letters+"!#$%&'*+/=?^_`{|}~.-") != "" || strings.Trim(domain, letters+".-") != "" {
		return "", fault.New(fault.Invalid, CodeEmailInvalid, "email", text.Cut(text.Line(said), longestEmail))
	}
	return email, nil
}

const letters = "abcdefghijklmnopqrstuvwxyz0123456789"
