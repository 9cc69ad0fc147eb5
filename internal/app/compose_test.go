package app

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// TestAnInvitationThatWasGivenUpIsSentAgain has an admin send again what the mail server refused,
// long after the letter ran out: its link opens the door.
//
// Seen red with the link ending with the first letter: nothing was sent.
func TestAnInvitationThatWasGivenUpIsSentAgain(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		id, err := m.Invite(m.t.Context(), m.admin.Actor, Invitation{
			Email: "new@mail.test", Name: "New", Position: Position{Role: access.Agent, Everything: true},
		})
		m.must(err)
		m.answer = func(*notice.Message) error { return fault.New(fault.Invalid, notice.CodeNotTaken) }
		m.deliver()
		list, err := m.Notices(m.t.Context(), m.admin.Actor, "", 5)
		m.must(err)
		m.answer, m.letters = nil, nil
		m.now = m.now.Add(person.InviteLength + time.Hour)
		m.takeLease()
		m.must(m.Resend(m.t.Context(), m.admin.Actor, list[0].Stream))
		if m.deliver(); len(m.letters) != 1 {
			m.t.Fatalf("got %+v", m.letters)
		}
		link := person.Secret(strings.TrimPrefix(m.letters[0].Path, InvitationPath))
		if p, err := m.Invited(m.t.Context(), link); err != nil || p.ID != id {
			m.t.Errorf("%v, %v", p, err)
		}
	})
}

func TestWhatWasErasedIsNotSent(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		ref := m.log()
		m.take(m.bo.Actor(), ref, "Rik's card number is 4111", ticket.Replied{})
		m.must(m.store.Update(m.t.Context(), access.Everything(), func(tx *store.Tx) error {
			c, err := tx.Client(m.a)
			if err != nil {
				return err
			}
			s, err := c.Ticket(ref.Key)
			if err != nil {
				return err
			}
			texts, err := c.Contents(s.ID)
			if err != nil {
				return err
			}
			return c.EraseContent(texts[len(texts)-1].ID)
		}))
		m.deliver()
		m.same(m.got(), []string{"Rik: reply"})
	})
}

func TestWhatIsTooOldIsNotSent(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		_, err := m.LogTicket(m.t.Context(), m.bo.Actor(), NewTicket{
			Client: m.a, Kind: catalog.Incident, Title: "Slow", Impact: 4, Urgency: 3, Requester: m.rik.ID,
		})
		m.must(err)
		m.now = m.now.Add(24 * time.Hour)
		if done := m.deliver(); done.Expired != 1 {
			m.t.Errorf("delivered %+v", done)
		}
		m.same(m.got(), []string(nil))
	})
}

func TestALinkIsMadeWithItsLetter(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		id, err := m.Invite(m.t.Context(), m.admin.Actor, Invitation{
			Email: "new@mail.test", Name: "New", Position: Position{Role: access.Agent, Everything: true},
		})
		m.must(err)
		m.answer = func(*notice.Message) error { return errors.New("cut") }
		m.deliver()
		m.answer = nil
		m.now = m.now.Add(time.Minute)
		m.deliver()
		if len(m.letters) != 2 || m.letters[0].ID != m.letters[1].ID || m.letters[0].Path == m.letters[1].Path {
			m.t.Fatalf("got %+v", m.letters)
		}
		// Both letters may have arrived: either link opens the door.
		for _, l := range m.letters {
			if p, err := m.Invited(m.t.Context(), person.Secret(strings.TrimPrefix(l.Path, InvitationPath))); err != nil || p.ID != id {
				m.t.Errorf("%v, %v", p, err)
			}
		}
	})
}
