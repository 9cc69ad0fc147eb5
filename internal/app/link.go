package app

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
)

// CodeLinkDead is the fault of a link that was used, has run out, or never was: which of
// these is nobody's business.
const CodeLinkDead reason.Code = "link.dead"

// The paths of the links in mail, before their token.
const (
	InvitationPath = "/invitation/"
	ResetPath      = "/reset/"
	SetUpPath      = "/setup/"
)

// newLink makes a link that works once, for somebody or, to make the first person, for
// nobody. It returns the token. A letter is written when it is sent, so that is when its link is
// made: what waits in the outbox opens nothing.
func newLink(tx *store.Tx, purpose store.Purpose, forPerson string, lasts time.Duration) (person.Secret, error) {
	token := newToken(person.LinkToken)
	hash, _ := person.LinkToken.Hash(token)
	return token, tx.AddLink(purpose, hash, forPerson, tx.Now.Add(lasts))
}

// letterLink makes the link of a letter when it is handed over: its path, to be put behind the
// address of the installation. The link holds no longer than the letter is of use; a letter that
// somebody sends again is of use anew. It is "" for letters without a link. CodeLinkDead says that the letter is of no use any more, as when
// the person has accepted meanwhile.
func letterLink(tx *store.Tx, kind notice.Kind, to *person.Person, until time.Time) (person.Secret, error) {
	purpose, path := store.Inviting, InvitationPath
	switch kind {
	case notice.Invitation:
	case notice.Reset:
		purpose, path = store.Resetting, ResetPath
	default:
		return "", nil
	}
	if until.IsZero() {
		until = kind.Expires(tx.Now)
	}
	left := until.Sub(tx.Now)
	if left <= 0 || !mayUse(purpose, to) {
		return "", fault.New(fault.NotFound, CodeLinkDead)
	}
	token, err := newLink(tx, purpose, to.ID, left)
	return person.Secret(path) + token, err
}

// mayUse tells whether somebody may use a link at all: only who has accepted has a
// password to renew, and only who has not can accept.
func mayUse(purpose store.Purpose, p *person.Person) bool {
	return p.Active && p.Accepted == (purpose == store.Resetting)
}

// linked finds the person that a link is for, who may still use it.
func linked(tx *store.Tx, purpose store.Purpose, token person.Secret) (*person.Person, error) {
	dead := fault.New(fault.NotFound, CodeLinkDead)
	hash, ok := person.LinkToken.Hash(token)
	if !ok {
		return nil, dead
	}
	id, ok, err := tx.Link(purpose, hash)
	switch {
	case err != nil:
		return nil, err
	case !ok || id == "":
		return nil, dead
	}
	p, err := tx.Person(id)
	if err == nil && !mayUse(purpose, p) {
		err = dead
	}
	return p, err
}

// useLink uses a link up. CodeLinkDead says that somebody else was faster.
func useLink(tx *store.Tx, purpose store.Purpose, token person.Secret) error {
	hash, _ := person.LinkToken.Hash(token)
	ok, err := tx.UseLink(purpose, hash)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, CodeLinkDead)
	}
	return err
}

// mail is a letter to somebody about their access.
type mail struct {
	kind notice.Kind
	args map[string]string // no secrets: see store.Outgoing
	// lasts is how long the letter is of use, zero for always.
	lasts time.Duration
}

// enqueueMail has a letter sent with the transaction.
func enqueueMail(tx *store.Tx, to *person.Person, m mail) error {
	o := &store.Outgoing{
		// Each time that this happens is a time of its own.
		Stream: to.ID, Rule: string(m.kind), Step: tx.Now.Format(time.RFC3339Nano),
		Recipient: to.ID, Channel: notice.Mail, Kind: m.kind, Args: m.args,
	}
	if m.lasts > 0 {
		o.Expires = tx.Now.Add(m.lasts)
	}
	return tx.Enqueue(o)
}
