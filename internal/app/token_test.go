package app

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

func TestAPITokens(t *testing.T) {
	t.Parallel()
	onEachDoor(t, func(d *door) {
		t := d.t
		d.agent("noor@desk.test")
		noor := d.enter("noor@desk.test", good)
		id, token, err := d.CreateToken(t.Context(), noor.Actor, NewAPIToken{
			Name: " build\u200b ", Scopes: []access.Permission{access.ReadTickets, access.LogTickets}, Expires: d.now.Add(time.Hour),
		})
		d.must(err)
		who, err := d.ActorOfToken(t.Context(), token)
		d.must(err)
		if who.Actor.ID != noor.Actor.ID || !who.Actor.May(access.LogTickets) || who.Actor.May(access.RecordEntries) || !who.Actor.Token() || who.Session != "" {
			t.Errorf("acts as %+v", who)
		}
		// A token opens nothing about the person themselves, and makes no other.
		_, _, err = d.CreateToken(t.Context(), who.Actor, NewAPIToken{Name: "more", Scopes: []access.Permission{access.ReadTickets}})
		d.wants(err, access.CodeTokenDenied)
		_, err = d.ChangePassword(t.Context(), who, good, better, here)
		d.wants(err, access.CodeTokenDenied)
		_, err = d.Sessions(t.Context(), who.Actor)
		d.wants(err, access.CodeTokenDenied)
		_, err = d.ActorOf(t.Context(), token)
		d.wants(err, CodeSignedOut)

		all, err := d.Tokens(t.Context(), noor.Actor)
		if err != nil || len(all) != 1 || all[0].ID != id || all[0].Name != "build" || !all[0].Used.Equal(d.now) {
			t.Errorf("tokens %+v, %v", all, err)
		}
		d.wants(d.RevokeToken(t.Context(), d.admin.Actor, id), store.CodeTokenUnknown)
		d.must(d.RevokeToken(t.Context(), noor.Actor, id))
		_, err = d.ActorOfToken(t.Context(), token)
		d.wants(err, CodeTokenNoGood)
		d.wants(d.RevokeToken(t.Context(), noor.Actor, id), store.CodeTokenUnknown)
	})
}

func TestAPITokensThatAreRefused(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	some := []access.Permission{access.ReadTickets}
	_, _, err := d.CreateToken(t.Context(), d.admin.Actor, NewAPIToken{Name: "x", Scopes: some, Expires: d.now})
	d.wants(err, CodeTokenPast)
	_, _, err = d.CreateToken(t.Context(), d.admin.Actor, NewAPIToken{Scopes: some})
	d.wants(err, person.CodeNameMissing)
	_, _, err = d.CreateToken(t.Context(), d.admin.Actor, NewAPIToken{Name: "x", Scopes: []access.Permission{access.OwnProfile}})
	d.wants(err, access.CodeNotForToken)
	_, short, err := d.CreateToken(t.Context(), d.admin.Actor, NewAPIToken{Name: "x", Scopes: some, Expires: d.now.Add(time.Minute)})
	d.must(err)
	for range mostTokens - 1 {
		_, _, err = d.CreateToken(t.Context(), d.admin.Actor, NewAPIToken{Name: "x", Scopes: some})
		d.must(err)
	}
	_, _, err = d.CreateToken(t.Context(), d.admin.Actor, NewAPIToken{Name: "x", Scopes: some})
	d.wants(err, CodeTokensMany)
	d.now = d.now.Add(time.Minute)
	_, err = d.ActorOfToken(t.Context(), short)
	d.wants(err, CodeTokenNoGood)
	_, _, err = d.CreateToken(t.Context(), d.admin.Actor, NewAPIToken{Name: "x", Scopes: some}) // its place is free
	d.must(err)
}

func TestPeopleAndTeams(t *testing.T) {
	t.Parallel()
	onEachDoor(t, func(d *door) {
		t := d.t
		team, err := d.SaveTeam(t.Context(), d.admin.Actor, Team{Name: " Second  line", Level: catalog.L2})
		d.must(err)
		_, err = d.SaveTeam(t.Context(), d.admin.Actor, Team{ID: team, Name: "Line two", Level: catalog.L2})
		d.must(err)
		noor := d.person("noor@desk.test", Invitation{Position: Position{Role: access.Agent, Clients: []string{d.a}, Level: catalog.L2, Team: team, Works: "Dev"}})
		ida := d.person("ida@anker.test", Invitation{Client: d.a, Position: Position{Role: access.ClientLead}})
		bob := d.person("bob@boei.test", Invitation{Client: d.b, Position: Position{Role: access.Requester}})
		who := d.enter("noor@desk.test", good)
		teams, err := d.Teams(t.Context(), who.Actor)
		if err != nil || len(teams) != 1 || teams[0].Name != "Line two" || who.Person.Team != team || who.Person.Works != "Dev" {
			t.Errorf("teams %+v of %+v, %v", teams, who, err)
		}
		people, err := d.People(t.Context(), who.Actor)
		seen := map[string]bool{}
		for _, p := range people {
			seen[p.ID] = true
		}
		if err != nil || !seen[noor] || !seen[ida] || !seen[d.admin.Actor.ID] || seen[bob] {
			t.Errorf("sees %v, %v", seen, err)
		}
		_, err = d.Person(t.Context(), who.Actor, bob)
		d.wants(err, store.CodePersonUnknown)
		// The own profile, and nothing else of anybody.
		d.must(d.UpdateProfile(t.Context(), who.Actor, Profile{Name: "Noor V.", Preferences: person.Preferences{Theme: person.Dark, Zone: "Europe/Brussels"}}))
		again := d.enter("noor@desk.test", good)
		if again.Person.Name != "Noor V." || again.Person.Theme != person.Dark || again.Person.Team != team {
			t.Errorf("is now %+v", again.Person)
		}
		for name, err := range map[string]error{
			"changes somebody": d.ChangePerson(t.Context(), who.Actor, ida, Position{Role: access.Requester}),
			"ends somebody":    d.Deactivate(t.Context(), who.Actor, ida),
			"makes a team":     func() error { _, err := d.SaveTeam(t.Context(), who.Actor, Team{Name: "Mine"}); return err }(),
			"reads the audit":  func() error { _, err := d.Audit(t.Context(), who.Actor, "", "", 5); return err }(),
			"makes recoveries": func() error { _, err := d.Recover(t.Context(), who.Actor, adminEmail); return err }(),
		} {
			if !isFault(err, access.CodeDenied) {
				t.Errorf("an agent %s: %v", name, err)
			}
		}
	})
}

// TestTheLastAdminStays also when two take the role from each other at one time.
func TestTheLastAdminStays(t *testing.T) {
	t.Parallel()
	onEachDoor(t, func(d *door) {
		t := d.t
		one := d.admin.Actor
		d.wants(d.Deactivate(t.Context(), operator, one.ID), person.CodeLastAdmin)
		d.wants(d.ChangePerson(t.Context(), operator, one.ID, Position{Role: access.Admin, Clients: []string{d.a}}), person.CodeLastAdmin)
		// Somebody who was invited and has not accepted is no other admin yet.
		_, _, err := d.AddPersonHere(t.Context(), operator, Invitation{Email: "new@desk.test", Name: "New", Position: Position{Role: access.Admin, Everything: true}})
		d.must(err)
		d.wants(d.Deactivate(t.Context(), operator, one.ID), person.CodeLastAdmin)
		d.person("bo@desk.test", Invitation{Position: Position{Role: access.Admin, Everything: true}})
		two := d.enter("bo@desk.test", good).Actor
		d.wants(d.Deactivate(t.Context(), one, one.ID), person.CodeSelfChange)
		demote := func(by access.Actor, whom string) <-chan error {
			done := make(chan error, 1)
			go func() { done <- d.ChangePerson(t.Context(), by, whom, Position{Role: access.Lead}) }()
			return done
		}
		first, second := demote(one, two.ID), demote(two, one.ID)
		errs := []error{<-first, <-second}
		if errs[0] == nil && errs[1] == nil {
			t.Error("two admins demoted each other")
		}
		if errs[0] != nil && errs[1] != nil {
			t.Errorf("neither demoted the other: %v, %v", errs[0], errs[1])
		}
	})
}
