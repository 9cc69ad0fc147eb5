package app_test

import (
	"slices"
	"testing"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/desktest"
)

// TestAuditKeepsToTheScope has people of two clients invited, and looks as who sees one of them.
func TestAuditKeepsToTheScope(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		client := map[string]string{}
		for range 5 {
			for _, name := range []string{desktest.Boei, desktest.Kompas, ""} {
				i := app.Invitation{
					Email: name + string(rune('a'+len(client))) + "@mail.test", Name: "Noor", Language: "en", Position: app.Position{Role: access.Agent, Everything: true},
				}
				if name != "" {
					i.Client, i.Position = d.Client(name), app.Position{Role: access.Requester}
				}
				id, err := d.Invite(t.Context(), d.Actor("ada"), i)
				d.Must(err)
				client[id] = name
			}
		}
		team, err := d.SaveTeam(t.Context(), d.Actor("ada"), app.Team{Name: "Web"})
		d.Must(err)
		client[team] = "team"
		ofBoei := access.Actor{ID: "x", Role: access.Auditor, Scope: access.Only(d.Client(desktest.Boei))}
		var seen []string
		for before, more := "", true; more; {
			lines, err := d.Audit(t.Context(), ofBoei, "", before, 2) // fewer than are hidden in a row
			d.Must(err)
			for _, l := range lines {
				seen, before = append(seen, client[l.Subject]), l.ID
			}
			more = len(lines) == 2
		}
		slices.Sort(seen)
		if want := []string{"", "", "", "", "", "Boei", "Boei", "Boei", "Boei", "Boei", "team"}; !slices.Equal(seen, want) {
			t.Errorf("who sees Boei reads about %q", seen)
		}
		for id, name := range client {
			lines, err := d.Audit(t.Context(), ofBoei, id, "", 10)
			if d.Must(err); (len(lines) > 0) != (name != desktest.Kompas) {
				t.Errorf("about one of %q: %d lines", name, len(lines))
			}
		}
		if all, err := d.Audit(t.Context(), d.Actor("ona"), "", "", 100); err != nil || len(all) < 16 {
			t.Errorf("who sees everything reads %d lines, %v", len(all), err)
		}
	})
}
