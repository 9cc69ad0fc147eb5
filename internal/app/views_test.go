package app_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

func TestViews(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		save := func(who string, v app.SavedView) (app.SavedView, error) {
			return d.SaveView(t.Context(), d.Actor(who), v)
		}
		names := func(who string) (all []string) {
			views, err := d.Views(t.Context(), d.Actor(who))
			d.Must(err)
			for _, v := range views {
				all = append(all, v.Name)
			}
			return all
		}
		shared, err := save("lea", app.SavedView{Name: "Shift", Query: "open=yes", Shared: true})
		wants(t, "shared", err, "")
		mine, err := save("ann", app.SavedView{Name: " Mine ", Query: "person=me"})
		wants(t, "own", err, "")
		_, err = save("bo", app.SavedView{Name: "Of Bo", Query: "person=me"})
		wants(t, "of bo", err, "")
		for who, want := range map[string][]string{"ann": {"Mine", "Shift"}, "bo": {"Of Bo", "Shift"}, "ona": {"Shift"}} {
			if diff := cmp.Diff(want, names(who)); diff != "" {
				t.Errorf("%s: %s", who, diff)
			}
		}
		_, err = save("ann", app.SavedView{Name: " "})
		wants(t, "without a name", err, app.CodeViewName)
		_, err = save("ann", app.SavedView{Name: strings.Repeat("x", 41)})
		wants(t, "with a long name", err, app.CodeViewName)
		_, err = save("ann", app.SavedView{Name: "All", Shared: true})
		wants(t, "shared by who may not", err, access.CodeDenied)
		_, err = save("ann", app.SavedView{ID: shared.ID, Name: "Taken over"})
		wants(t, "of somebody else", err, app.CodeViewUnknown)
		_, err = save("cor", app.SavedView{Name: "Mine"})
		wants(t, "by the client", err, access.CodeDenied)
		mine.Name = "Mine, renamed"
		_, err = save("ann", mine)
		wants(t, "renamed", err, "")
		d.Must(d.DropView(t.Context(), d.Actor("ann"), shared.ID)) // drops nothing: it is not hers
		if diff := cmp.Diff([]string{"Mine, renamed", "Shift"}, names("ann")); diff != "" {
			t.Error(diff)
		}
		d.Must(d.DropView(t.Context(), d.Actor("ann"), mine.ID))
		if diff := cmp.Diff([]string{"Shift"}, names("ann")); diff != "" {
			t.Error(diff)
		}
	})
}

// Seen red with the shared views of others counted as one's own.
func TestWhatColleaguesShareTakesNobodysRoom(t *testing.T) {
	t.Parallel()
	d := desktest.New(t, storetest.SQLite(t))
	save := func(who string, v app.SavedView) error {
		_, err := d.SaveView(t.Context(), d.Actor(who), v)
		return err
	}
	for i := range 100 {
		d.Must(save("lea", app.SavedView{Name: strconv.Itoa(i), Shared: true}))
	}
	wants(t, "one more", save("lea", app.SavedView{Name: "one more"}), app.CodeViewsMany)
	wants(t, "by a colleague", save("bo", app.SavedView{Name: "Mine"}), "")
}

// TestViewsThatNameAClientAreForThoseWhoSeeIt shares views with somebody of one client only.
func TestViewsThatNameAClientAreForThoseWhoSeeIt(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		ofBoei := access.Actor{ID: "x", Role: access.Agent, Scope: access.Only(d.Client(desktest.Boei))}
		for name, query := range map[string]string{
			"all": "priority=P1", "boei": "client=boei", "by id": "client=" + d.Client(desktest.Boei), "kompas": "client=kompas",
			"both": "client=boei&client=kompas", "kompas by id": "client=" + d.Client(desktest.Kompas), "nobody": "client=nobody", "broken": "client=%zz",
		} {
			_, err := d.SaveView(t.Context(), d.Actor("lea"), app.SavedView{Name: name, Query: query, Shared: true})
			d.Must(err)
		}
		for _, e := range []struct {
			who  access.Actor
			want []string
		}{
			{ofBoei, []string{"all", "boei", "by id"}},
			{d.Actor("ann"), []string{"all", "boei", "both", "by id", "kompas", "kompas by id"}},
			{d.Actor("lea"), []string{"all", "boei", "both", "broken", "by id", "kompas", "kompas by id", "nobody"}},
		} {
			views, err := d.Views(t.Context(), e.who)
			d.Must(err)
			var names []string
			for _, v := range views {
				names = append(names, v.Name)
			}
			slices.Sort(names)
			if diff := cmp.Diff(e.want, names); diff != "" {
				t.Errorf("%s: %s", e.who.ID, diff)
			}
		}
	})
}
