package ticket

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Why two tickets may not be related, or not any more. Arguments: key of the other ticket; of
// a merge: key of the ticket that would end, into.
const (
	CodeItself        reason.Code = "ticket.itself"         // the other one is the ticket itself
	CodeIntoYounger   reason.Code = "ticket.into_younger"   // a ticket ends in an older one
	CodeLinkedAlready reason.Code = "ticket.linked_already" // they are related like that already
	CodeNotLinked     reason.Code = "ticket.not_linked"     // they are not related like that
)

// MayRelate demands a relation that people may set; it fails with catalog.CodeUnknownWord.
func MayRelate(r Relation) error {
	if slices.Contains(Relations, r) {
		return nil
	}
	known := make([]string, len(Relations))
	for i, k := range Relations {
		known[i] = string(k)
	}
	return fault.New(fault.Invalid, catalog.CodeUnknownWord, "word", string(r), "known", known)
}

// MayLink tells whether a ticket as it stands may be related to another one: by a relation
// that people may set, and that it does not have yet.
func MayLink(t Ticket, r Relation, key string) error {
	if err := MayRelate(r); err != nil {
		return err
	}
	if slices.Contains(t.Links, Link{Relation: r, Key: key}) {
		return fault.New(fault.Invalid, CodeLinkedAlready, "key", key)
	}
	return nil
}

// MayUnlink tells whether a relation may be taken back: one that people may set, and that the
// ticket as it stands has.
func MayUnlink(t Ticket, r Relation, key string) error {
	if err := MayRelate(r); err != nil {
		return err
	}
	if !slices.Contains(t.Links, Link{Relation: r, Key: key}) {
		return fault.New(fault.Invalid, CodeNotLinked, "key", key)
	}
	return nil
}

// MayMerge tells whether a ticket, known by its key, may end in another: not in one that was
// opened later. Of two that were opened at the same instant either may.
func MayMerge(t Ticket, key string, other Ticket, into string) error {
	if other.Opened.After(t.Opened) {
		return fault.New(fault.Invalid, CodeIntoYounger, "key", key, "into", into)
	}
	return nil
}

// MayPair demands two tickets where a command names two by their keys.
func MayPair(key, other string) error {
	if key == other {
		return fault.New(fault.Invalid, CodeItself, "key", key)
	}
	return nil
}
