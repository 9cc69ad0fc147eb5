package api

import (
	"context"
	"net/http"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
)

// views adds the operations on saved views.
func (d *desk) views() {
	add(d.routes, &operation{
		method: http.MethodGet, path: "/views", id: "listViews", tag: "views", may: []access.Permission{access.ReadViews},
		summary: "List saved views", doc: "Your own first, then those that colleagues share.",
	}, d.listViews)
	add(d.routes, &operation{
		method: http.MethodPost, path: "/views", id: "saveView", tag: "views", may: []access.Permission{access.OwnViews},
		summary: "Save a view", status: http.StatusCreated, body: NewView{}, doc: "Keeps a question to the list of tickets under a name.",
	}, d.saveView)
	add(d.routes, &operation{
		method: http.MethodPut, path: "/views/{view}", id: "changeView", tag: "views", may: []access.Permission{access.OwnViews},
		summary: "Change a view", body: NewView{}, doc: "Puts another name and question in place of those of a view of your own.",
	}, d.changeView)
	add(d.routes, &operation{
		method: http.MethodDelete, path: "/views/{view}", id: "dropView", tag: "views", may: []access.Permission{access.OwnViews},
		summary: "Drop a view", status: http.StatusNoContent, doc: "Drops a view of your own. Dropping one that is not there changes nothing.",
	}, d.dropView)
}

// NewView is what somebody saves as a view.
type NewView struct {
	Name   string `json:"name" minLength:"1" maxLength:"40" doc:"The name, in one line."`
	Query  string `json:"query" maxLength:"2000" doc:"The query of the address of the list of tickets." example:"priority=P1&ball=provider"`
	Shared bool   `json:"shared,omitempty" doc:"Colleagues see it, too. This needs the permission views.share."`
}

// View is a question to the list of tickets that somebody keeps.
type View struct {
	ID string `json:"id" doc:"The id."`
	NewView
	Own bool `json:"own" doc:"It is yours."`
}

// Views are the saved views that somebody may open.
type Views struct {
	Views []View `json:"views" doc:"Your own first."`
}

type viewsOut struct{ Body Views }

type viewOut struct{ Body View }

func view(c *caller, v *app.SavedView) View {
	return View{v.ID, NewView{v.Name, v.Query, v.Shared}, v.Person == c.actor.ID}
}

func (d *desk) listViews(ctx context.Context, c *caller, _ *struct{}) (*viewsOut, error) {
	all, err := d.app.Views(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	out := Views{Views: make([]View, len(all))}
	for i := range all {
		out.Views[i] = view(c, &all[i])
	}
	return &viewsOut{out}, nil
}

type saveViewRequest struct {
	RawBody []byte `contentType:"application/json"`
}

func (d *desk) saveView(ctx context.Context, c *caller, in *saveViewRequest) (*viewOut, error) {
	return d.keepView(ctx, c, "", in.RawBody)
}

// ViewPath is the part of an address that names a view.
type ViewPath struct {
	View string `path:"view" doc:"Id of the view."`
}

type changeViewRequest struct {
	ViewPath
	RawBody []byte `contentType:"application/json"`
}

func (d *desk) changeView(ctx context.Context, c *caller, in *changeViewRequest) (*viewOut, error) {
	return d.keepView(ctx, c, in.View, in.RawBody)
}

func (d *desk) keepView(ctx context.Context, c *caller, id string, text []byte) (*viewOut, error) {
	var body NewView
	if err := readJSON(text, &body); err != nil {
		return nil, err
	}
	kept, err := d.app.SaveView(ctx, c.actor, app.SavedView{ID: id, Name: body.Name, Query: body.Query, Shared: body.Shared})
	if err != nil {
		return nil, err
	}
	return &viewOut{view(c, &kept)}, nil
}

func (d *desk) dropView(ctx context.Context, c *caller, in *ViewPath) (*struct{}, error) {
	return nil, d.app.DropView(ctx, c.actor, in.View)
}
