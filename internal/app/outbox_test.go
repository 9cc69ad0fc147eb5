package app

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// TestAMessageIsSentUntilItWasTaken has the mail server down for hours, and then answer no
// more after it has taken a letter.
func TestAMessageIsSentUntilItWasTaken(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		ref := m.log()
		m.take(m.bo.Actor(), ref, "We look into it.", ticket.Replied{})
		m.take(m.bo.Actor(), ref, "Found it.", ticket.Replied{})
		since := m.now
		m.answer = func(*notice.Message) error { return fault.New(fault.Unavailable, notice.CodeChannelDown) }
		tries := 0
		for m.now.Before(since.Add(5 * time.Hour)) {
			m.now = m.now.Add(10 * time.Second)
			if done := m.deliver(); done.Total() > 0 {
				if done.Failed != done.Total() {
					m.t.Fatalf("%+v, %d tried", done, len(m.letters))
				}
				tries++
				m.letters = nil
			}
		}
		if tries < 15 || tries > 100 {
			m.t.Errorf("tried %d times in five hours", tries)
		}
		waiting, oldest, err := m.OutboxBacklog(m.t.Context(), Unasked())
		if waiting != 2 || !oldest.Equal(since) || err != nil {
			m.t.Errorf("%d wait since %v, %v", waiting, oldest, err)
		}

		list, err := m.Notices(m.t.Context(), m.admin.Actor, "", 5)
		if len(list) != 1 || list[0].Kind != notice.Stuck || list[0].At.Sub(since) > 10*time.Minute || err != nil {
			m.t.Errorf("the admin was told %+v, %v", list, err)
		}

		cut := true
		m.answer = func(*notice.Message) error {
			if cut {
				return errors.New("connection reset")
			}
			return nil
		}
		m.now = m.now.Add(time.Hour)
		m.deliver()
		first := slices.Clone(m.letters)
		cut = false
		m.letters = nil
		m.now = m.now.Add(time.Hour)
		if done := m.deliver(); done.Sent != 2 {
			m.t.Errorf("drained %+v", done)
		}
		ids := func(letters []*notice.Message) (ids []string) {
			for _, l := range letters {
				ids = append(ids, l.ID)
			}
			slices.Sort(ids)
			return ids
		}
		m.same(ids(m.letters), ids(first))
		m.same(m.states(), map[store.OutboxState]int{store.Sent: 2})
	})
}

// TestKilledBetweenSendAndReport has the process die after the channel took a letter: the
// claim comes back, with the same id.
func TestKilledBetweenSendAndReport(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		m.take(m.bo.Actor(), m.log(), "We look into it.", ticket.Replied{})
		m.must(m.store.Update(m.t.Context(), access.Everything(), func(tx *store.Tx) error {
			items, err := tx.ClaimDue(m.lease, 1, tx.Now.Add(claimFor))
			if err != nil {
				return err
			}
			letter, _, err := compose(tx, &items[0])
			m.letters = []*notice.Message{letter} // handed over, and then the process was gone
			return err
		}))
		if m.deliver(); len(m.letters) != 1 {
			m.t.Error("handed over by two")
		}
		m.now = m.now.Add(claimFor + time.Second)
		m.deliver()
		if len(m.letters) != 2 || m.letters[0].ID != m.letters[1].ID {
			m.t.Errorf("got %+v", m.letters)
		}
	})
}

func TestAFrozenWorkerDeliversNothing(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		m.take(m.bo.Actor(), m.log(), "We look into it.", ticket.Replied{})
		frozen := m.lease
		m.now = m.now.Add(2 * time.Minute)
		m.takeLease()
		_, err := m.Deliver(m.t.Context(), worker, frozen, Channels{notice.Mail: m.mail})
		m.wants(err, store.CodeLeaseLost)
		m.same(m.got(), []string(nil))
	})
}

func TestWhatIsRefusedForGoodIsParked(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		m.take(m.bo.Actor(), m.log(), "We look into it.", ticket.Replied{})
		m.answer = func(*notice.Message) error { return fault.New(fault.Invalid, notice.CodeNotTaken) }
		if done := m.deliver(); done.Parked != 1 {
			m.t.Errorf("delivered %+v", done)
		}
		list, err := m.Notices(m.t.Context(), m.admin.Actor, "", 5)
		m.must(err)
		if len(list) != 1 || list[0].Kind != notice.Parked || list[0].Args["problem"] != string(notice.CodeNotTaken) {
			m.t.Errorf("the admin was told %+v", list)
		}
		m.answer = nil
		m.must(m.Resend(m.t.Context(), m.admin.Actor, list[0].Stream))
		if done := m.deliver(); done.Sent != 1 {
			m.t.Errorf("sent again: %+v", done)
		}
		m.wants(m.Resend(m.t.Context(), m.admin.Actor, list[0].Stream), store.CodeItemUnknown)
	})
}

// TestPoisonIsGivenUp has a channel that panics over one letter; others are handed over.
func TestPoisonIsGivenUp(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		ref := m.log()
		m.take(m.bo.Actor(), ref, "poison", ticket.Replied{})
		m.take(m.bo.Actor(), ref, "fine", ticket.Replied{})
		m.answer = func(l *notice.Message) error {
			if l.Text == "poison" {
				panic("poison")
			}
			return nil
		}
		if done := m.deliver(); done.Sent != 1 || done.Failed != 1 {
			m.t.Errorf("delivered %+v", done)
		}
		for range notice.MostAttempts {
			m.now = m.now.Add(31 * time.Minute)
			m.deliver()
		}
		m.same(m.states(), map[store.OutboxState]int{store.Sent: 1, store.Parked: 1})
	})
}

func TestWithoutAMailServerItIsListed(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		m.take(m.bo.Actor(), m.log(), "We look into it.", ticket.Replied{})
		done, err := m.Deliver(m.t.Context(), worker, m.lease, nil)
		m.must(err)
		if done.WouldSend != 1 {
			m.t.Errorf("delivered %+v", done)
		}
		items, err := m.Outbox(m.t.Context(), m.admin.Actor, "", 5)
		m.must(err)
		if len(items) == 0 || items[0].State != store.WouldSend || items[0].Address != "rik@mail.test" || items[0].Key != "INC-000001" {
			m.t.Errorf("listed %+v", items)
		}
		_, err = m.Outbox(m.t.Context(), m.bo.Actor(), "", 5)
		m.wants(err, access.CodeDenied)
	})
}
