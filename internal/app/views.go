package app

import (
	"context"
	"net/url"
	"slices"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/store"
)

// SavedView is a question to the list of tickets that a person keeps.
type SavedView = store.View

// Views lists the saved views that an actor may open: their own first, then those that
// colleagues share. One that names a client is there for those who see the client.
func (a *App) Views(ctx context.Context, actor access.Actor) (views []store.View, err error) {
	err = a.read(ctx, actor, access.ReadViews, func(tx *store.Tx) error {
		kept, err := tx.Views(actor.ID)
		if err != nil {
			return err
		}
		views = nil
		for _, v := range kept {
			sees := v.Person == actor.ID
			if !sees {
				if sees, err = seesAllOf(tx, v.Query); err != nil {
					return err
				}
			}
			if sees {
				views = append(views, v)
			}
		}
		slices.SortStableFunc(views, func(one, other store.View) int {
			return boolAsInt(one.Person != actor.ID) - boolAsInt(other.Person != actor.ID)
		})
		return nil
	})
	return views, err
}

// seesAllOf tells whether all clients that the question of a view names are in scope. What
// cannot be read may name any.
func seesAllOf(tx *store.Tx, question string) (bool, error) {
	q, err := url.ParseQuery(question)
	if err != nil {
		return false, nil //nolint:nilerr // it is the answer
	}
	for _, name := range q["client"] {
		_, err := tx.Client(name)
		if isFault(err, store.CodeClientUnknown) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
	}
	return true, nil
}

func boolAsInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// maxViewName is the most characters of the name of a view, and maxViews how many a person
// may keep.
const (
	maxViewName = 40
	maxViews    = 100
	// maxViewQuery is the most bytes of the question of a view.
	maxViewQuery = 2000
)

// SaveView keeps a view for the actor, and for everybody of the desk when it is shared. It
// returns the view with its id.
func (a *App) SaveView(ctx context.Context, actor access.Actor, v store.View) (saved store.View, err error) {
	v.Person, v.Name = actor.ID, text.Line(v.Name)
	if length := utf8.RuneCountInString(v.Name); length == 0 || length > maxViewName {
		return v, fault.New(fault.Invalid, CodeViewName, "field", "name", "most", maxViewName)
	}
	if len(v.Query) > maxViewQuery || !utf8.ValidString(v.Query) {
		return v, fault.New(fault.Invalid, CodeViewQuery, "field", "query", "most", maxViewQuery)
	}
	if v.Shared {
		if err := actor.Authorise(access.ShareViews); err != nil {
			return v, err
		}
	}
	err = a.write(ctx, actor, access.OwnViews, func(tx *store.Tx) error {
		kept, err := tx.Views(actor.ID)
		if err != nil {
			return err
		}
		own := slices.DeleteFunc(kept, func(k store.View) bool { return k.Person != actor.ID })
		if v.ID != "" && !slices.ContainsFunc(own, func(k store.View) bool { return k.ID == v.ID }) {
			return fault.New(fault.NotFound, CodeViewUnknown)
		}
		if len(own) >= maxViews && v.ID == "" {
			return fault.New(fault.Conflict, CodeViewsMany, "most", maxViews)
		}
		saved, err = tx.PutView(v)
		return err
	})
	return saved, err
}

// DropView drops a view of the actor.
func (a *App) DropView(ctx context.Context, actor access.Actor, id string) error {
	return a.write(ctx, actor, access.OwnViews, func(tx *store.Tx) error { return tx.DropView(actor.ID, id) })
}
