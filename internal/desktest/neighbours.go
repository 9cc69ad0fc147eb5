package desktest

import (
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// Operator is who runs the installation.
var Operator = access.Actor{ID: "operator", Role: access.Operator, Scope: access.Everything()}

// Neighbours is a desk on a real database with two clients that must not learn of each other,
// and with people in every role, each with an API token:
//
//	ann agent, lea lead, max manager, ada admin, aud auditor: of the provider, for all clients
//	bob agent of the provider, for Boreas only
//	cleo client lead, rik requester: of Anker
//	bea client lead: of Boreas
type Neighbours struct {
	App    *app.App
	Anker  string // id of the client; its slug is "anker"
	Boreas string // id of the client; its slug is "boreas"

	tb     testing.TB
	store  *store.Store
	tokens map[string]string
	ids    map[string]string
}

// NewNeighbours opens such a desk on SQLite, for one test. Its clock is that of the machine.
func NewNeighbours(tb testing.TB) *Neighbours {
	tb.Helper()
	return NeighboursOn(tb, storetest.SQLite(tb))
}

// NeighboursOn is NewNeighbours on an empty database.
func NeighboursOn(tb testing.TB, s *store.Store) *Neighbours {
	tb.Helper()
	d := &Neighbours{tb: tb, store: s, tokens: map[string]string{}, ids: map[string]string{}}
	d.App = app.On(d.store)
	d.Anker, d.Boreas = d.client("Anker"), d.client("Boreas")
	for name, role := range map[string]access.Role{
		"ann": access.Agent, "lea": access.Lead, "max": access.Manager, "ada": access.Admin, "aud": access.Auditor,
	} {
		d.person(name, role, "", access.Everything())
	}
	d.person("bob", access.Agent, "", access.Only(d.Boreas))
	d.person("cleo", access.ClientLead, d.Anker, access.Only(d.Anker))
	d.person("rik", access.Requester, d.Anker, access.Only(d.Anker))
	d.person("bea", access.ClientLead, d.Boreas, access.Only(d.Boreas))
	return d
}

// terms are those of both clients.
const terms = `client: CLIENT
contract: NAME-care
template: sla_hotfix@1
tier: gold
version: 1
effective: 2026-01-01
zone: Europe/Amsterdam
calendars: {business: {holidays: [2026-12-25]}}
`

// client takes on a client with a contract, which is called by its slug and "-care".
func (d *Neighbours) client(name string) string {
	d.tb.Helper()
	id, err := d.App.CreateClient(d.tb.Context(), Operator, name)
	if err != nil {
		d.tb.Fatal(err)
	}
	text := strings.NewReplacer("CLIENT", name, "NAME", strings.ToLower(name)).Replace(terms)
	document, faults := contract.Parse("contract.yaml", []byte(text))
	if len(faults) > 0 {
		d.tb.Fatal(faults)
	}
	if err := d.App.AddContractVersion(d.tb.Context(), Operator, id, document); err != nil {
		d.tb.Fatal(err)
	}
	return id
}

func (d *Neighbours) person(name string, r access.Role, client string, scope access.Scope) {
	d.tb.Helper()
	p := &person.Person{Email: name + "@example.test", Name: name, Role: r, Client: client, Scope: scope, Active: true, Accepted: true}
	err := d.store.Update(d.tb.Context(), access.Everything(), func(tx *store.Tx) error { return tx.AddPerson(p) })
	if err != nil {
		d.tb.Fatal(err)
	}
	d.ids[name] = p.ID
	d.Narrow(name, name, access.Actor{Role: r}.TokenScopes()...)
}

// ID is the id of a person.
func (d *Neighbours) ID(name string) string { return d.ids[name] }

// Token is the API token of a person, which may do all that such a token can, or the one that
// Narrow made. It is "" for somebody who is not there.
func (d *Neighbours) Token(name string) string { return d.tokens[name] }

// Narrow makes a token for a person, called by a name of its own, that has these scopes only.
func (d *Neighbours) Narrow(name, person string, scopes ...access.Permission) {
	d.tb.Helper()
	actor := d.As(person)
	_, token, err := d.App.CreateToken(d.tb.Context(), actor, app.NewAPIToken{Name: name, Scopes: scopes})
	if err != nil {
		d.tb.Fatal(err)
	}
	d.tokens[name] = string(token)
}

// As is a person as the actor of use cases.
func (d *Neighbours) As(name string) access.Actor {
	d.tb.Helper()
	var p *person.Person
	err := d.store.View(d.tb.Context(), access.Everything(), func(tx *store.Tx) (err error) {
		p, err = tx.Person(d.ids[name])
		return err
	})
	if err != nil {
		d.tb.Fatal(err)
	}
	return p.Actor()
}

// Index brings what was written into the search, as the worker does.
func (d *Neighbours) Index() {
	d.tb.Helper()
	if _, err := d.App.Index(d.tb.Context(), app.Unasked()); err != nil {
		d.tb.Fatal(err)
	}
}
