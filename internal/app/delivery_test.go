package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// mailroom is a desk with people, a channel that takes letters as the test wants, and a
// lease under which they are handed over.
type mailroom struct {
	*door
	lea, bo, rik, cor person.Person
	lease             Lease

	mu      sync.Mutex
	letters []*notice.Message
	answer  func(*notice.Message) error // nil takes everything
}

func newMailroom(t *testing.T, s *store.Store) *mailroom {
	t.Helper()
	m := &mailroom{door: newDoor(t, s)}
	m.must(m.AddContractVersion(t.Context(), m.admin.Actor, m.a, document(t, goldHotfix)))
	m.lea = m.person("Lea", access.Lead, "")
	m.bo = m.person("Bo", access.Agent, "")
	m.rik = m.person("Rik", access.Requester, m.a)
	m.cor = m.person("Cor", access.ClientLead, m.a)
	m.takeLease()
	m.deliver() // what the set-up itself had to say
	m.letters = nil
	return m
}

func onEachMailroom(t *testing.T, test func(m *mailroom)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		t.Helper()
		test(newMailroom(t, s))
	})
}

// person takes somebody in who need not accept.
func (m *mailroom) person(name string, role access.Role, client string) person.Person {
	m.t.Helper()
	p := person.Person{
		Name: name, Email: strings.ToLower(name) + "@mail.test", Role: role, Client: client, Active: true, Scope: access.Everything(),
	}
	if client != "" {
		p.Scope = access.Only(client)
	}
	m.must(m.store.Update(m.t.Context(), access.Everything(), func(tx *store.Tx) error { return tx.AddPerson(&p) }))
	return p
}

func (m *mailroom) takeLease() {
	m.t.Helper()
	var ok bool
	var err error
	if m.lease, ok, err = m.Acquire(m.t.Context(), worker, "work", "test", time.Minute); err != nil || !ok {
		m.t.Fatal(ok, err)
	}
}

// mail is the channel.
func (m *mailroom) mail(_ context.Context, letter *notice.Message) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.letters = append(m.letters, letter)
	if m.answer == nil {
		return nil
	}
	return m.answer(letter)
}

func (m *mailroom) deliver() Delivered {
	m.t.Helper()
	done, err := m.Deliver(m.t.Context(), worker, m.lease, Channels{notice.Mail: m.mail})
	m.must(err)
	return done
}

// log opens a ticket for rik and gives its key.
func (m *mailroom) log() Ref {
	m.t.Helper()
	key, err := m.LogTicket(m.t.Context(), m.rik.Actor(), NewTicket{
		Client: m.a, Kind: catalog.Incident, Title: "Checkout is down", Text: "Nobody can pay.", Impact: 1, Urgency: 1,
	})
	m.must(err)
	return Ref{m.a, key}
}

func (m *mailroom) take(by access.Actor, ref Ref, text string, facts ...ticket.Fact) {
	m.t.Helper()
	steps := make([]Step, len(facts))
	for i, f := range facts {
		steps[i] = Step{Fact: f}
	}
	steps[0].Text = text
	_, err := m.Take(m.t.Context(), by, ref, Command{}, steps...)
	m.must(err)
}

// got lists the letters that were handed over since it was asked last.
func (m *mailroom) got() []string {
	var lines []string
	for _, l := range m.letters {
		line := fmt.Sprintf("%s: %s %s %s", l.Name, l.Kind, l.Text, l.Args[notice.ArgClocks])
		lines = append(lines, strings.TrimSpace(line))
	}
	slices.Sort(lines)
	m.letters = nil
	return lines
}

// states counts the items of the outbox by state.
func (m *mailroom) states() map[store.OutboxState]int {
	m.t.Helper()
	items, err := m.Outbox(m.t.Context(), m.admin.Actor, "", 200)
	m.must(err)
	count := map[store.OutboxState]int{}
	for _, it := range items {
		count[it.State]++
	}
	return count
}

func (m *mailroom) same(got, want any) {
	m.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		m.t.Error(diff)
	}
}

// TestWhoGetsMail takes the whole way: from a step on a ticket to the letters.
func TestWhoGetsMail(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		ref := m.log()
		m.must(m.Watch(m.t.Context(), m.cor.Actor(), ref, true))
		m.deliver()
		m.same(m.got(), []string(nil))
		m.take(m.lea.Actor(), ref, "", ticket.Assigned{Level: catalog.L1, Person: m.bo.ID})
		m.take(m.bo.Actor(), ref, "We look into it.", ticket.Replied{})
		m.take(m.bo.Actor(), ref, "@lea shall we wake the hoster?", ticket.Noted{})
		m.take(m.rik.Actor(), ref, "Thanks!", ticket.Wrote{})
		if done := m.deliver(); done.Sent != 6 {
			m.t.Errorf("delivered %+v", done)
		}
		m.same(m.got(), []string{
			"Bo: assigned", "Bo: wrote Thanks!", "Cor: reply We look into it.", "Cor: wrote Thanks!",
			"Lea: mention @lea shall we wake the hoster?", "Rik: reply We look into it.",
		})
		if done := m.deliver(); done.Total() != 0 {
			m.t.Errorf("delivered again: %+v", done)
		}
		unread := map[string]int{}
		for _, p := range []person.Person{m.lea, m.bo, m.rik, m.cor} {
			n, err := m.UnreadNotices(m.t.Context(), p.Actor())
			m.must(err)
			unread[p.Name] = n
		}
		m.same(unread, map[string]int{"Lea": 1, "Bo": 2, "Rik": 1, "Cor": 2})
	})
}

func TestNoticesAreRead(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		ref := m.log()
		for range 3 {
			m.now = m.now.Add(time.Minute)
			m.take(m.bo.Actor(), ref, "Still looking.", ticket.Replied{})
		}
		list, err := m.Notices(m.t.Context(), m.rik.Actor(), "", 2)
		m.must(err)
		rest, err := m.Notices(m.t.Context(), m.rik.Actor(), list[1].ID, 2)
		m.must(err)
		if len(list) != 2 || len(rest) != 1 || list[0].Kind != notice.Reply || list[0].Title != "Checkout is down" || list[0].Ref != ref {
			m.t.Fatalf("%+v, then %+v", list, rest)
		}
		m.must(m.MarkNoticeRead(m.t.Context(), m.cor.Actor(), list[0].ID)) // not theirs
		m.must(m.MarkNoticesRead(m.t.Context(), m.rik.Actor(), list[1].ID))
		if n, err := m.UnreadNotices(m.t.Context(), m.rik.Actor()); n != 1 || err != nil {
			m.t.Errorf("%d unread, %v", n, err)
		}
		_, err = m.Notices(m.t.Context(), access.Actor{ID: m.rik.ID}, "", 9)
		m.wants(err, access.CodeDenied)
	})
}

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

// TestRightsAreLookedAtAtTheHandOver changes what people may see while their mail waits.
func TestRightsAreLookedAtAtTheHandOver(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(m *mailroom, ref Ref) error{
		"no longer watches": func(m *mailroom, ref Ref) error { return m.Watch(m.t.Context(), m.rik.Actor(), ref, false) },
		"left":              func(m *mailroom, _ Ref) error { m.rik.Active = false; return m.put(&m.rik) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := newMailroom(t, storetest.SQLite(t))
			key, err := m.LogTicket(t.Context(), m.cor.Actor(), NewTicket{
				Client: m.a, Kind: catalog.Incident, Title: "Slow", Impact: 4, Urgency: 3, Watchers: []string{m.rik.ID},
			})
			m.must(err)
			ref := Ref{m.a, key}
			m.take(m.bo.Actor(), ref, "We look into it.", ticket.Replied{})
			m.must(change(m, ref))
			if done := m.deliver(); done.Expired != 1 || done.Sent != 1 {
				t.Errorf("delivered %+v", done)
			}
			m.same(m.got(), []string{"Cor: reply We look into it."})
		})
	}
}

func (m *mailroom) put(p *person.Person) error {
	return m.store.Update(m.t.Context(), access.Everything(), func(tx *store.Tx) error { return tx.PutPerson(p) })
}

func TestStaffWhoLostAClientAreNotTold(t *testing.T) {
	t.Parallel()
	m := newMailroom(t, storetest.SQLite(t))
	m.take(m.lea.Actor(), m.log(), "", ticket.Assigned{Level: catalog.L1, Person: m.bo.ID})
	m.bo.Scope = access.Only(m.b)
	m.must(m.put(&m.bo))
	if done := m.deliver(); done.Expired != 1 || done.Sent != 0 {
		t.Errorf("delivered %+v", done)
	}
	if list, err := m.Notices(t.Context(), m.bo.Actor(), "", 9); len(list) != 0 || err != nil {
		t.Errorf("on the screen: %+v, %v", list, err)
	}
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

// TestANightWithoutAWorkerIsOneLetter has warnings and breaches fall due while the process
// is down.
func TestANightWithoutAWorkerIsOneLetter(t *testing.T) {
	t.Parallel()
	onEachMailroom(t, func(m *mailroom) {
		ref := m.log()
		m.take(m.lea.Actor(), ref, "", ticket.Assigned{Level: catalog.L1, Person: m.bo.ID})
		m.deliver()
		m.got()
		m.now = m.now.Add(48 * time.Hour)
		if _, err := m.Settle(m.t.Context(), worker); err != nil {
			m.t.Fatal(err)
		}
		m.deliver()
		m.same(m.got(), []string{
			"Bo: breached  response:breached:0 restoration:breached:0", "Lea: breached  response:breached:0 restoration:breached:0",
		})
		n, err := m.UnreadNotices(m.t.Context(), m.lea.Actor())
		if n != 1 || err != nil {
			m.t.Errorf("lea was told %d times, %v", n, err)
		}
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
