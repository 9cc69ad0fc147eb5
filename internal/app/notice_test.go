package app

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

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
