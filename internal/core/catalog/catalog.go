// Package catalog holds the words that contracts and tickets share: kinds of ticket,
// priorities, parties, levels, roles and the activities of the support model.
//
// The zero value of every word here means "not said".
package catalog

import (
	"fmt"
	"strings"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// CodeUnknownWord is the fault of a word that is not in the catalog.
const CodeUnknownWord reason.Code = "catalog.unknown_word"

// Kind is the kind of a ticket. Each has its own workflow.
type Kind uint8

// The kinds of ticket.
const (
	Incident Kind = iota + 1
	ServiceRequest
	Problem
	Change
	Enhancement
)

// NumKinds bounds arrays indexed by Kind.
const NumKinds = int(Enhancement) + 1

var kindNames = names{"", "incident", "service_request", "problem", "change", "enhancement"}

// Priority is P1 (critical) to P4 (low).
type Priority uint8

// The priorities, most urgent first.
const (
	P1 Priority = iota + 1
	P2
	P3
	P4
)

// NumPriorities bounds arrays indexed by Priority.
const NumPriorities = int(P4) + 1

var priorityNames = names{"", "P1", "P2", "P3", "P4"}

// Impact is how much is hit: 1 (whole store) to 4 (single person).
type Impact uint8

// Urgency is how soon it hurts: 1 (now) to 4 (whenever).
type Urgency uint8

var (
	impactNames  = names{"", "I1", "I2", "I3", "I4"}
	urgencyNames = names{"", "U1", "U2", "U3", "U4"}
)

// Party is a side of the support model that can hold the ball or be accountable.
type Party uint8

// The parties.
const (
	Provider   Party = iota + 1 // the organisation that gives the support
	Client                      // the brand that bought the contract
	ThirdParty                  // whoever runs an integration
	Platform                    // the maker or host of the shop platform
)

var partyNames = names{"", "provider", "client", "third_party", "platform"}

// Parties is a set of parties.
type Parties uint8

// PartiesOf makes a set.
func PartiesOf(members ...Party) Parties {
	var s Parties
	for _, p := range members {
		s |= 1 << p
	}
	return s
}

// Has tells whether the set holds the party.
func (s Parties) Has(p Party) bool { return p != 0 && s&(1<<p) != 0 }

// List returns the members in the order of the constants.
func (s Parties) List() []Party {
	var members []Party
	for p := Provider; p <= Platform; p++ {
		if s.Has(p) {
			members = append(members, p)
		}
	}
	return members
}

// Level is L0 (self-service) to L3 (enhancements and experts).
type Level uint8

// The levels of support.
const (
	L0 Level = iota + 1
	L1
	L2
	L3
)

var levelNames = names{"", "L0", "L1", "L2", "L3"}

// Role is the code of a role, such as Dev or SDM.
type Role string

// The roles that contracts sell capacity of.
const (
	Developer         Role = "Dev"
	QualityAnalyst    Role = "QA"
	SolutionArchitect Role = "SA"
	ProjectManager    Role = "PM"
	ReleaseManager    Role = "RM"
)

// names maps small numbers to the words of files and the API, and back.
type names []string

func (n names) word(i uint8) string {
	if int(i) < len(n) {
		return n[i]
	}
	return fmt.Sprintf("unknown(%d)", i)
}

func (n names) parse(text string) (uint8, error) {
	for i, word := range n {
		if i > 0 && strings.EqualFold(word, text) {
			return uint8(i), nil
		}
	}
	return 0, fault.New(fault.Invalid, CodeUnknownWord, "word", text, "known", []string(n[1:]))
}

// String returns the word of files and the API, "" for not said.
func (k Kind) String() string { return kindNames.word(uint8(k)) }

// MarshalText writes the word.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the word; it fails with CodeUnknownWord.
func (k *Kind) UnmarshalText(text []byte) error { return unmarshal(kindNames, (*uint8)(k), text) }

// String returns "P1" to "P4", "" for not said.
func (p Priority) String() string { return priorityNames.word(uint8(p)) }

// MarshalText writes the word.
func (p Priority) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the word; it fails with CodeUnknownWord.
func (p *Priority) UnmarshalText(text []byte) error {
	return unmarshal(priorityNames, (*uint8)(p), text)
}

// String returns "I1" to "I4", "" for not said.
func (i Impact) String() string { return impactNames.word(uint8(i)) }

// MarshalText writes the word.
func (i Impact) MarshalText() ([]byte, error) { return []byte(i.String()), nil }

// UnmarshalText reads the word; it fails with CodeUnknownWord.
func (i *Impact) UnmarshalText(text []byte) error { return unmarshal(impactNames, (*uint8)(i), text) }

// String returns "U1" to "U4", "" for not said.
func (u Urgency) String() string { return urgencyNames.word(uint8(u)) }

// MarshalText writes the word.
func (u Urgency) MarshalText() ([]byte, error) { return []byte(u.String()), nil }

// UnmarshalText reads the word; it fails with CodeUnknownWord.
func (u *Urgency) UnmarshalText(text []byte) error {
	return unmarshal(urgencyNames, (*uint8)(u), text)
}

// String returns the word of files and the API, "" for not said.
func (p Party) String() string { return partyNames.word(uint8(p)) }

// MarshalText writes the word.
func (p Party) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the word; it fails with CodeUnknownWord.
func (p *Party) UnmarshalText(text []byte) error { return unmarshal(partyNames, (*uint8)(p), text) }

// String returns "L0" to "L3", "" for not said.
func (l Level) String() string { return levelNames.word(uint8(l)) }

// MarshalText writes the word.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// UnmarshalText reads the word; it fails with CodeUnknownWord.
func (l *Level) UnmarshalText(text []byte) error { return unmarshal(levelNames, (*uint8)(l), text) }

// unmarshal reads a word; no text at all is "not said", as MarshalText writes it.
func unmarshal(n names, into *uint8, text []byte) error {
	if len(text) == 0 {
		*into = 0
		return nil
	}
	i, err := n.parse(string(text))
	if err != nil {
		return err
	}
	*into = i
	return nil
}
