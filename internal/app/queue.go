package app

import (
	"context"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/store"
)

// Query says which tickets a list holds, and in which order.
type Query = store.QueueQuery

// Place is where a row stands in a list, to go on after it.
type Place = store.QueuePlace

// The orders of a list.
const (
	ByDue    = store.ByDue    // what asks for attention first
	ByNewest = store.ByNewest // the youngest first
)

// Filter says which tickets a list holds: see store.QueueQuery. Risky, Breaking and Group ask
// for now.
type Filter struct {
	store.QueueQuery
	Risky    bool
	Breaking bool
	Group    *clock.Group // this group of the list by due alone, unless nil
}

// mayAsk demands that the actor sees what the filter looks at.
func (f *Filter) mayAsk(actor access.Actor) error {
	if len(f.Teams) == 0 && len(f.Persons) == 0 {
		return nil
	}
	return actor.Authorise(access.ReadInternal)
}

func (f *Filter) query(actor access.Actor, now time.Time) *store.QueueQuery {
	q := f.QueueQuery
	if f.Risky {
		q.Risky = now
	}
	if f.Breaking {
		q.Breaking = now
	}
	if f.Group != nil {
		span := f.Group.Span(now)
		q.Span = &span
	}
	if actor.OwnOnly() {
		q.Requester = actor.ID
	}
	q.Internal = actor.May(access.ReadInternal)
	return &q
}

// QueueRow is a ticket in a list, with its clock as it stands.
type QueueRow struct {
	store.QueueRow
	Left     time.Duration // open time of the face, negative when over
	Nearness clock.Nearness
}

// QueuePage is a part of a list.
type QueuePage struct {
	Now  time.Time // of the reading
	Rows []QueueRow
	More bool // there are further rows, after the place of the last one
}

// Queue lists up to limit tickets of the actor's scope after a place.
func (a *App) Queue(ctx context.Context, actor access.Actor, f Filter, after store.QueuePlace, limit int) (page QueuePage, err error) {
	if err := f.mayAsk(actor); err != nil {
		return page, err
	}
	err = a.read(ctx, actor, access.ReadTickets, func(tx *store.Tx) error {
		rows, err := tx.Queue(f.query(actor, tx.Now), after, limit+1)
		if err != nil {
			return err
		}
		page = QueuePage{Now: tx.Now, More: len(rows) > limit}
		page.Rows, err = a.queueRows(tx, actor, rows[:min(limit, len(rows))])
		return err
	})
	return page, err
}

// queueRows reads how the clocks of rows stand now.
func (a *App) queueRows(tx *store.Tx, actor access.Actor, rows []store.QueueRow) ([]QueueRow, error) {
	read := make([]QueueRow, len(rows))
	for i := range rows {
		row := QueueRow{QueueRow: rows[i]}
		target, err := a.targetOf(tx, &rows[i])
		if err != nil {
			return nil, err
		}
		row.Left = row.Face.LeftAt(target, tx.Now)
		row.Nearness = row.Face.Nearness(row.Left, tx.Now)
		if !actor.May(access.ReadInternal) {
			row.Ticket, row.Head, row.Changed = row.Outside(), 0, time.Time{} // these count what is not public too
		}
		read[i] = row
	}
	return read, nil
}

// targetOf finds the target of the face of a row, nil when it has none.
func (a *App) targetOf(tx *store.Tx, row *store.QueueRow) (*contract.Target, error) {
	if row.Face.Lane == clock.LaneNone {
		return nil, nil //nolint:nilnil // no clock, no target
	}
	v, err := a.versions.numbered(tx, row.Client, row.Contract, row.Face.Version)
	if err != nil {
		return nil, err
	}
	return v.Target(row.Kind, row.Face.Priority, row.Face.Kind), nil
}

// countMost is where counting stops: nobody works on more by a list.
const countMost = 1000

// Count counts the tickets of a list, up to a thousand.
func (a *App) Count(ctx context.Context, actor access.Actor, f Filter) (n int, err error) {
	if err := f.mayAsk(actor); err != nil {
		return 0, err
	}
	err = a.read(ctx, actor, access.ReadTickets, func(tx *store.Tx) error {
		n, err = tx.CountQueue(f.query(actor, tx.Now), countMost)
		return err
	})
	return n, err
}
