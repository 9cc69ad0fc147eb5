package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
)

var comparesScopes = cmp.Comparer(func(a, b access.Scope) bool { return a.Within(b) && b.Within(a) })

// addPerson takes in somebody of the provider who sees one client.
func (d *desk) addPerson(email string) *person.Person {
	d.t.Helper()
	p := &person.Person{
		Email: email, Name: "Noor", Role: access.Agent, Scope: access.Only(d.a), Level: catalog.L2, Works: "Dev", Active: true,
		Preferences: person.Preferences{Language: "nl", Zone: "Europe/Amsterdam", Theme: person.Dark, Density: person.Roomy},
	}
	d.update(func(tx *store.Tx) error { return tx.AddPerson(p) })
	return p
}

func TestPeopleComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		team := &store.Team{Name: "Second line", Level: catalog.L2}
		d.update(func(tx *store.Tx) error { return tx.AddTeam(team) })
		staff := d.addPerson("noor@desk.test")
		ofClient := &person.Person{Email: "ida@boei.test", Client: d.b, Name: "Ida", Role: access.Requester, Scope: access.Only(d.b)}
		all := &person.Person{Email: "ann@desk.test", Name: "Ann", Role: access.Admin, Scope: access.Everything(), Active: true}
		d.update(func(tx *store.Tx) error {
			if err := tx.AddPerson(ofClient); err != nil {
				return err
			}
			return tx.AddPerson(all)
		})
		if staff.ID == "" || !staff.Created.Equal(nine) {
			t.Fatalf("added %+v", staff)
		}
		staff.Team, staff.Scope, staff.Role, staff.Active = team.ID, access.Only(d.b, d.a), access.Lead, false
		d.update(func(tx *store.Tx) error {
			if err := tx.PutPerson(staff); err != nil {
				return err
			}
			if err := tx.SetPassword(staff.ID, "hash"); err != nil {
				return err
			}
			return tx.SawPerson(staff.ID)
		})
		staff.Accepted, staff.Seen = true, nine
		d.view(func(tx *store.Tx) error {
			for _, want := range []*person.Person{staff, ofClient, all} {
				for find, by := range map[string]func(string) (*person.Person, error){want.ID: tx.Person, want.Email: tx.PersonByEmail} {
					got, err := by(find)
					if diff := cmp.Diff(want, got, comparesScopes); err != nil || diff != "" {
						t.Errorf("%v:\n%s", err, diff)
					}
				}
			}
			people, err := tx.People()
			if diff := cmp.Diff([]*person.Person{all, ofClient, staff}, people, comparesScopes); err != nil || diff != "" {
				t.Errorf("%v:\n%s", err, diff)
			}
			leads, err := tx.PeopleOf(access.Lead)
			if diff := cmp.Diff([]*person.Person{staff}, leads, comparesScopes); err != nil || diff != "" {
				t.Errorf("%v:\n%s", err, diff)
			}
			if hash, err := tx.PasswordHash(staff.ID); hash != "hash" || err != nil {
				t.Errorf("password %q, %v", hash, err)
			}
			if some, err := tx.AnyPerson(); !some || err != nil {
				t.Errorf("anybody: %v, %v", some, err)
			}
			return nil
		})
		d.refuses(store.CodeEmailExists, func(tx *store.Tx) error { return tx.AddPerson(&person.Person{Email: "ann@desk.test"}) })
		d.refuses(store.CodePersonUnknown, func(tx *store.Tx) error { _, err := tx.Person("nobody"); return err })
		d.refuses(store.CodePersonUnknown, func(tx *store.Tx) error { _, err := tx.PersonByEmail(""); return err })
		d.refuses(store.CodePersonUnknown, func(tx *store.Tx) error { _, err := tx.PasswordHash("nobody"); return err })
	})
}

// refuses runs a change that must fail with a code.
func (d *desk) refuses(code reason.Code, fn func(tx *store.Tx) error) {
	d.t.Helper()
	if err := d.Update(d.t.Context(), access.Everything(), fn); !isFault(err, code) {
		d.t.Errorf("got %v, want %s", err, code)
	}
}

func TestTeams(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		second, first := &store.Team{Name: "Second line", Level: catalog.L2}, &store.Team{Name: "Front", Level: catalog.L1}
		d.update(func(tx *store.Tx) error {
			if err := tx.AddTeam(second); err != nil {
				return err
			}
			return tx.AddTeam(first)
		})
		first.Name = "Front desk"
		d.update(func(tx *store.Tx) error { return tx.PutTeam(first) })
		d.view(func(tx *store.Tx) error {
			all, err := tx.Teams()
			if diff := cmp.Diff([]*store.Team{first, second}, all); err != nil || diff != "" {
				t.Errorf("%v:\n%s", err, diff)
			}
			got, err := tx.Team(second.ID)
			if diff := cmp.Diff(second, got); err != nil || diff != "" {
				t.Errorf("%v:\n%s", err, diff)
			}
			return nil
		})
		d.refuses(store.CodeTeamExists, func(tx *store.Tx) error { return tx.AddTeam(&store.Team{Name: "Front desk"}) })
		d.refuses(store.CodeTeamExists, func(tx *store.Tx) error { return tx.PutTeam(&store.Team{ID: second.ID, Name: "Front desk"}) })
		d.refuses(store.CodeTeamUnknown, func(tx *store.Tx) error { return tx.PutTeam(&store.Team{ID: "none", Name: "None"}) })
		d.refuses(store.CodeTeamUnknown, func(tx *store.Tx) error { _, err := tx.Team("none"); return err })
	})
}

func TestAuditLines(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		for i, subject := range []string{"noor", "ida", "noor"} {
			d.Now = func() time.Time { return nine.Add(time.Duration(i) * time.Minute) }
			d.update(func(tx *store.Tx) error {
				return tx.Audit("ann", subject, reason.New("x.y", "role", access.Lead, "quoted", "\"ж\n"))
			})
		}
		d.view(func(tx *store.Tx) error {
			all, err := tx.AuditLines("", "", 2)
			if err != nil || len(all) != 2 || all[0].Subject != "noor" || all[1].Subject != "ida" {
				t.Fatalf("%+v, %v", all, err)
			}
			want := reason.New("x.y", "role", "lead", "quoted", "\"ж\n")
			if diff := cmp.Diff(want, all[0].What); diff != "" || !all[0].At.Equal(nine.Add(2*time.Minute)) || all[0].Actor != "ann" {
				t.Errorf("%+v:\n%s", all[0], diff)
			}
			rest, err := tx.AuditLines("", all[1].ID, 2)
			if err != nil || len(rest) != 1 || !rest[0].At.Equal(nine) {
				t.Errorf("%+v, %v", rest, err)
			}
			about, err := tx.AuditLines("noor", "", 5)
			if err != nil || len(about) != 2 {
				t.Errorf("%+v, %v", about, err)
			}
			return nil
		})
	})
}
