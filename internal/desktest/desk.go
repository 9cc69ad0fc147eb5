// Package desktest gives tests a whole desk: a real database, a clock that they set, four
// clients on the four models of contract, and people of every role by their names.
package desktest

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// Monday is when a desk opens: at nine o'clock, UTC, the zone of all its contracts. Business
// hours go from nine to five.
var Monday = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// The clients of a desk, by the models of their contracts.
const (
	Anker  = "Anker"  // fixed capacity
	Boei   = "Boei"   // SLA with hotfix, gold
	Kompas = "Kompas" // critical SLA with dedicated delivery, gold
	Loods  = "Loods"  // managed service, gold
)

var models = []struct {
	client string
	model  contract.Model
	tier   contract.Tier
}{
	{Anker, contract.FixedCapacity, ""},
	{Boei, contract.SLAHotfix, contract.Gold},
	{Kompas, contract.SLACriticalDedicated, contract.Gold},
	{Loods, contract.ManagedService, contract.Gold},
}

// crew are the people of a desk. Those of a client are of Boei, but for dirk.
var crew = []struct {
	name   string
	role   access.Role
	client string
}{
	{"ada", access.Admin, ""},
	{"mo", access.Manager, ""},
	{"lea", access.Lead, ""},
	{"ann", access.Agent, ""},
	{"bo", access.Agent, ""},
	{"ona", access.Auditor, ""},
	{"cor", access.ClientLead, Boei},
	{"rik", access.Requester, Boei},
	{"ria", access.Requester, Boei},
	{"dirk", access.ClientLead, Kompas},
}

// Desk is a desk for one test. It is not safe for concurrent use, but for its App.
type Desk struct {
	*app.App
	Store *store.Store

	tb      testing.TB
	now     atomic.Pointer[time.Time] // pages count behind the back of a test
	clients map[string]string
	people  map[string]person.Person
}

// Each runs a test on both engines, each time on a new desk.
func Each(t *testing.T, test func(d *Desk)) {
	t.Helper()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		t.Helper()
		test(New(t, s))
	})
}

// New opens a desk on an empty database.
func New(tb testing.TB, s *store.Store) *Desk {
	tb.Helper()
	d := &Desk{App: app.On(s), Store: s, tb: tb, clients: map[string]string{}, people: map[string]person.Person{}}
	d.now.Store(&Monday)
	s.Now = d.Now
	d.Must(s.Update(d.ctx(), access.Everything(), func(tx *store.Tx) error {
		for _, m := range models {
			c, err := tx.AddClient(m.client)
			if err != nil {
				return err
			}
			d.clients[m.client] = c.ID
		}
		for _, m := range crew {
			p := person.Person{
				Name: m.name, Email: m.name + "@mail.test", Role: m.role, Client: d.clients[m.client], Active: true, Scope: access.Everything(),
			}
			if m.client != "" {
				p.Scope = access.Only(p.Client)
			}
			if err := tx.AddPerson(&p); err != nil {
				return err
			}
			d.people[m.name] = p
		}
		return nil
	}))
	for _, m := range models {
		draft := contract.Draft{
			Model: m.model, Tier: m.tier, Client: m.client, Zone: "UTC", Effective: calendar.Date{Year: 2026, Month: 1, Day: 1},
		}
		doc, faults := contract.Parse(m.client+".yaml", draft.YAML())
		if len(faults) > 0 {
			tb.Fatal(faults)
		}
		d.Must(d.AddContractVersion(d.ctx(), d.Actor("ada"), d.Client(m.client), doc))
	}
	return d
}

// T is the test that the desk is for.
func (d *Desk) T() testing.TB { return d.tb }

func (d *Desk) ctx() context.Context { return d.tb.Context() }

// Must ends the test when there is an error.
func (d *Desk) Must(err error) {
	d.tb.Helper()
	if err != nil {
		d.tb.Fatal(err)
	}
}

// Now is what the clock of the desk shows.
func (d *Desk) Now() time.Time { return *d.now.Load() }

// Pass lets time pass while the worker is down.
func (d *Desk) Pass(length time.Duration) {
	later := d.Now().Add(length)
	d.now.Store(&later)
}

// Advance lets time pass, and has the worker do what it then does.
func (d *Desk) Advance(length time.Duration) {
	d.tb.Helper()
	d.Pass(length)
	d.Work()
}

// Work settles what is due, forgets what need not be kept, and brings what was written into
// the search.
func (d *Desk) Work() {
	d.tb.Helper()
	_, err := d.Settle(d.ctx(), app.Unasked())
	d.Must(err)
	for more := true; more; {
		more, err = d.ForgetAnswers(d.ctx(), app.Unasked())
		d.Must(err)
	}
	for {
		n, err := d.Index(d.ctx(), app.Unasked())
		d.Must(err)
		if n == 0 {
			return
		}
	}
}

// Client is the id of a client.
func (d *Desk) Client(name string) string {
	d.tb.Helper()
	id, ok := d.clients[name]
	if !ok {
		d.tb.Fatalf("there is no client %s", name)
	}
	return id
}

// Actor is somebody of the crew, as they ask for things.
func (d *Desk) Actor(name string) access.Actor {
	d.tb.Helper()
	p, ok := d.people[name]
	if !ok {
		d.tb.Fatalf("there is nobody called %s", name)
	}
	return p.Actor()
}

// As is somebody of the crew at the desk.
func (d *Desk) As(name string) *Person {
	d.tb.Helper()
	return &Person{Actor: d.Actor(name), desk: d, name: name}
}

// Incident is an incident of a client with everything that it needs.
func (d *Desk) Incident(client, title string) app.NewTicket {
	d.tb.Helper()
	return app.NewTicket{Client: d.Client(client), Kind: catalog.Incident, Title: title, Text: "Since nine.", Impact: 2, Urgency: 2, Via: ticket.ViaDesk}
}

// Person is somebody who works at a desk. The methods end the test when they fail; what is to
// fail is asked of the App, with the Actor.
type Person struct {
	access.Actor
	desk *Desk
	name string
}

// Logs logs a ticket.
func (p *Person) Logs(n app.NewTicket) app.Ref {
	p.desk.tb.Helper()
	key, err := p.desk.LogTicket(p.desk.ctx(), p.Actor, n)
	p.must("logs "+n.Title, err)
	return app.Ref{Client: n.Client, Key: key}
}

// Takes takes steps on a ticket in one command; the text goes with the first. It returns the
// number of the last entry.
func (p *Person) Takes(ref app.Ref, text string, facts ...ticket.Fact) int {
	p.desk.tb.Helper()
	head, err := p.Tries(ref, app.Command{}, text, facts...)
	p.must(fmt.Sprintf("takes %v on %s", facts, ref.Key), err)
	return head
}

// Tries is Takes for what may fail.
func (p *Person) Tries(ref app.Ref, cmd app.Command, text string, facts ...ticket.Fact) (int, error) {
	p.desk.tb.Helper()
	steps := make([]app.Step, len(facts))
	for i, f := range facts {
		steps[i] = app.Step{Fact: f}
	}
	steps[0].Text = text
	return p.desk.Take(p.desk.ctx(), p.Actor, ref, cmd, steps...)
}

// Opens reads a ticket.
func (p *Person) Opens(ref app.Ref) *app.TicketView {
	p.desk.tb.Helper()
	v, err := p.desk.Ticket(p.desk.ctx(), p.Actor, ref)
	p.must("opens "+ref.Key, err)
	return v
}

// Lists gives the titles of the tickets of a list, read by pages of a length.
func (p *Person) Lists(f app.Filter, length int) []string {
	p.desk.tb.Helper()
	var titles []string
	place := app.Place{}
	for {
		page, err := p.desk.Queue(p.desk.ctx(), p.Actor, f, place, length)
		p.must("lists", err)
		for i := range page.Rows {
			titles = append(titles, page.Rows[i].Title)
			place = page.Rows[i].Place()
		}
		if !page.More {
			return titles
		}
		if len(titles) > 10_000 {
			p.desk.tb.Fatal("the list has no end")
		}
	}
}

func (p *Person) must(what string, err error) {
	p.desk.tb.Helper()
	if err != nil {
		p.desk.tb.Fatalf("%s %s: %v", p.name, strings.TrimSpace(what), err)
	}
}
