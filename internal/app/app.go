package app

import (
	"context"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
)

// Codes of faults of the use cases.
const (
	CodeClientUnnamed reason.Code = "app.client_unnamed" //
	CodeOtherClient   reason.Code = "app.other_client"   // client, named
	CodeSettledPast   reason.Code = "app.settled_past"   // effective, recorded
	CodeNotLogged     reason.Code = "app.not_logged"     //
	CodeLoggedTwice   reason.Code = "app.logged_twice"   //
	CodeNothingPast   reason.Code = "app.nothing_past"   //
	CodeNoContract    reason.Code = "app.no_contract"    // client
	CodeWhichContract reason.Code = "app.which_contract" // contracts
	CodeOwnWay        reason.Code = "app.own_way"        // step
	CodeTooMany       reason.Code = "app.too_many"       // most, count
	CodeFileEmpty     reason.Code = "app.file_empty"     // field
	CodeFileLarge     reason.Code = "app.file_large"     // field, most: MiB
	CodeViewName      reason.Code = "app.view_name"      // field, most: characters
	CodeViewUnknown   reason.Code = "app.view_unknown"   //
	CodeViewQuery     reason.Code = "app.view_query"     // field, most: bytes
	CodeViewsMany     reason.Code = "app.views_many"     // most
	CodeNotForThem    reason.Code = "app.not_for_them"   // field: a person who cannot have it
)

// App is the desk on a database. It is safe for concurrent use.
//
// A use case names its permission to open a transaction, loads what it needs, has the core
// decide, and keeps the answer. It holds no rule of its own.
type App struct {
	store     *store.Store
	versions  versions
	metered   metered
	amended   amended
	unsettled failures
	hasher    hasher
	throttle  throttle
	rates     Rates
	asked     throttle                 // by rates
	observe   func(late time.Duration) // see ObserveSettling
}

// On is the desk on a database that is open. Closing the desk closes it.
func On(s *store.Store) *App { return &App{store: s} }

// Open opens the desk on a database that exists: see store.Open.
func Open(ctx context.Context, dsn string) (*App, error) {
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return nil, err
	}
	return On(s), nil
}

// Create is Open for a SQLite file that need not be there yet.
func Create(ctx context.Context, dsn string) (*App, error) {
	s, err := store.Create(ctx, dsn)
	if err != nil {
		return nil, err
	}
	return On(s), nil
}

// Close lets go of the database.
func (a *App) Close() error { return a.store.Close() }

// Failed is closed when the disk under the database has failed, and the program must end with
// an error: see store.Failed.
func (a *App) Failed() <-chan struct{} { return a.store.Failed() }

// Warn has a function told what the operator should know about the clock: see store.Warn.
// It is called before the desk is used.
func (a *App) Warn(tell func(reason.Reason)) { a.store.Warn = tell }

// ObserveSettling has a function told how late each ticket was settled about which something had
// fallen due: how long after the clock came to that instant. It is called before the desk is used.
func (a *App) ObserveSettling(observe func(late time.Duration)) { a.observe = observe }

// ClockSkew reads the clocks.
func (a *App) ClockSkew() store.Skew { return a.store.ClockSkew() }

// write opens a transaction that may change things, for an actor who has the permission.
// It may run fn several times: see store.Update.
func (a *App) write(ctx context.Context, actor access.Actor, p access.Permission, fn func(*store.Tx) error) error {
	if err := actor.Authorise(p); err != nil {
		return err
	}
	return a.store.Update(ctx, actor.Scope, fn)
}

// writeAlone is write for much at once: see store.UpdateAlone.
func (a *App) writeAlone(ctx context.Context, actor access.Actor, p access.Permission, fn func(*store.Tx) error) error {
	if err := actor.Authorise(p); err != nil {
		return err
	}
	return a.store.UpdateAlone(ctx, actor.Scope, fn)
}

// read opens a transaction that changes nothing, for an actor who has the permission.
func (a *App) read(ctx context.Context, actor access.Actor, p access.Permission, fn func(*store.Tx) error) error {
	if err := actor.Authorise(p); err != nil {
		return err
	}
	return a.store.View(ctx, actor.Scope, fn)
}
