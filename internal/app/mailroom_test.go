package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
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

func (m *mailroom) put(p *person.Person) error {
	return m.store.Update(m.t.Context(), access.Everything(), func(tx *store.Tx) error { return tx.PutPerson(p) })
}
