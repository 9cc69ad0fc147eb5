// Package demo makes a desk to try: a provider, four shops on the four models of contract,
// people at every level, and ninety days in which much happened.
//
// What people did is made up, the same for a seed and an instant. What followed from it
// (warnings, breaches, hours against the pools) was decided by the rules, as everywhere.
package demo

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Password is that of everybody on a desk of the demonstration.
const Password person.Secret = "harbour lantern nineteen"

// Seed is what the demonstration is made from unless somebody says otherwise.
const Seed = 1914

// Desk is what was made.
type Desk struct {
	People  []SignIn // the provider's first
	Tickets int
	Entries int // reported and decided
	// Token is an API token of somebody, for the command line and programs.
	Token  person.Secret
	Bearer string // name of that person
}

// bearer is who has an API token from the beginning: the one to begin with.
const bearer = "Noor"

// SignIn is somebody who can sign in, with the password of all.
type SignIn struct {
	Name, Email string
	Role        access.Role
	Client      string // name, "" for the provider
}

// operator is who runs the program.
var operator = access.Actor{ID: "operator", Role: access.Operator, Scope: access.Everything()}

// Make fills an empty desk with people and with the days before an instant, which is no later
// than the clock of the desk. Progress is called after each ticket.
func Make(ctx context.Context, a *app.App, seed uint64, now time.Time, progress func()) (*Desk, error) {
	clients := map[string]string{}
	for _, b := range brands {
		id, err := a.CreateClient(ctx, operator, b.name)
		if err != nil {
			return nil, err
		}
		clients[b.slug] = id
	}
	made := &Desk{}
	who, err := enrol(ctx, a, clients, made)
	if err != nil {
		return nil, err
	}
	shops, err := tell(seed, now, who)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		s := SignIn{Name: m.name, Email: m.email, Role: m.role}
		if i := slices.IndexFunc(brands, func(b brand) bool { return b.slug == m.shop }); i >= 0 {
			s.Client = brands[i].name
		}
		made.People = append(made.People, s)
	}
	for _, s := range shops {
		done, err := a.ImportHistory(ctx, operator, app.Import{
			Client: s.name, Contract: s.documents, Progress: progress,
			Tickets: func(yield func(app.PastTicket, error) bool) {
				for _, l := range s.lives {
					if !yield(l.past(), nil) {
						return
					}
				}
			},
		})
		if err != nil {
			return nil, fmt.Errorf("demo: history of %s: %w", s.name, err)
		}
		made.Tickets += done.Tickets
		made.Entries += done.Reported + done.Decided
	}
	return made, nil
}

// enrol takes in the teams and the people, who all accept at once; one of them gets a token.
func enrol(ctx context.Context, a *app.App, clients map[string]string, made *Desk) (*cast, error) {
	c := &cast{ids: map[string]string{}}
	for _, t := range teams {
		id, err := a.SaveTeam(ctx, operator, app.Team{Name: t.Name, Level: t.Level})
		if err != nil {
			return nil, err
		}
		t.ID = id
		c.teams = append(c.teams, t)
	}
	for _, m := range members {
		i := app.Invitation{
			Email: m.email, Name: m.name, Client: clients[m.shop], Language: m.language, Zone: "Europe/Amsterdam",
			Position: app.Position{Role: m.role},
		}
		if m.shop == "" {
			i.Position = app.Position{Role: m.role, Everything: true, Level: m.level, Team: c.team(m.level), Works: m.works}
		}
		id, link, err := a.AddPersonHere(ctx, operator, i)
		if err != nil {
			return nil, err
		}
		p, err := a.AcceptInvitation(ctx, link, m.name, Password)
		if err != nil {
			return nil, err
		}
		if m.first == bearer {
			made.Bearer = m.name
			_, made.Token, err = a.CreateToken(ctx, p.Actor(), app.NewAPIToken{Name: "demo", Scopes: p.Actor().TokenScopes()})
			if err != nil {
				return nil, err
			}
		}
		c.ids[m.first] = id
	}
	return c, nil
}

// tell makes up what has happened at the shops until an instant.
func tell(seed uint64, now time.Time, who *cast) ([]*shop, error) {
	words, err := readBook()
	if err != nil {
		return nil, err
	}
	now = now.UTC().Truncate(time.Second)
	var shops []*shop
	for i := range brands {
		// Each shop has chances of its own, so that a story more at one leaves the others as they are.
		m := &maker{Rand: rand.New(rand.NewPCG(seed, uint64(i))), book: words, cast: who, now: now}
		s, err := openShop(&brands[i], now)
		if err != nil {
			return nil, err
		}
		m.live(s)
		shops = append(shops, s)
	}
	return shops, nil
}

// live makes up what has happened at one shop.
func (m *maker) live(s *shop) {
	m.days(s)
	m.enhancements(s)
	m.problems(s)
	m.present(s)
	m.hours(s)
	m.number(s)
}

// number gives the tickets the keys that they will have, in the order in which they were
// logged, and writes down on both sides what relates them.
func (m *maker) number(s *shop) {
	slices.SortStableFunc(s.lives, func(a, b *life) int { return a.opened.Compare(b.opened) })
	numbers := map[string]int{}
	for _, l := range s.lives {
		prefix := ticket.KeyPrefix(l.kind)
		numbers[prefix]++
		l.key = ticket.HumanKey(l.kind, numbers[prefix])
	}
	for _, k := range m.links {
		if k.relation == ticket.Absorbs {
			k.from.add(k.at, k.by, ticket.Merged{Into: k.to.key}, "")
			k.to.add(k.at, k.by, ticket.Absorbed{Key: k.from.key}, "")
			continue
		}
		k.from.add(k.at, k.by, ticket.Linked{Relation: k.relation, Key: k.to.key}, "")
		k.to.add(k.at, k.by, ticket.Linked{Relation: k.relation.Opposite(), Key: k.from.key}, "")
	}
}
