package app

import (
	"context"
	"slices"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// Find lists up to limit tickets of the actor's scope that hold all words of a text, the
// newest first, after a place. It is Queue with the text in the filter. People of the client
// find nothing by what they may not read.
func (a *App) Find(ctx context.Context, actor access.Actor, text string, f Filter, after store.QueuePlace, limit int) (QueuePage, error) {
	f.Text = text
	return a.Queue(ctx, actor, f, after, limit)
}

// Jump lists up to limit tickets of the actor's scope by the human key that somebody typed,
// the newest first: INC-000123, inc-123, or 123 for any kind. Anything else is no key, and
// gives none.
func (a *App) Jump(ctx context.Context, actor access.Actor, typed string, limit int) (rows []QueueRow, err error) {
	err = a.read(ctx, actor, access.ReadTickets, func(tx *store.Tx) error {
		f := Filter{}
		found, err := tx.Called(f.query(actor, tx.Now), typed, limit)
		if err != nil {
			return err
		}
		rows, err = a.queueRows(tx, actor, found)
		return err
	})
	return rows, err
}

// indexBatch is how many tickets are brought into the search in one transaction, so that
// nobody waits long for it.
const indexBatch = 100

// Index brings some of the tickets into the search in which something was written since, the
// newest first, and tells of how many: again, until there are none. What is new is not found
// before. So is a database of before brought in, while people work.
func (a *App) Index(ctx context.Context, actor access.Actor) (int, error) {
	var pending []store.Pending
	// It only reads first, so that the many times at which there is nothing cost nobody a turn
	// at writing.
	err := a.read(ctx, actor, access.SettleTickets, func(tx *store.Tx) (err error) {
		pending, err = tx.Pending(indexBatch)
		return err
	})
	if err != nil || len(pending) == 0 {
		return 0, err
	}
	return len(pending), a.write(ctx, actor, access.SettleTickets, func(tx *store.Tx) error { return indexSome(tx, pending) })
}

// indexSome brings tickets into the search, the oldest first: that is the order in which
// SQLite takes in many at once.
func indexSome(tx *store.Tx, pending []store.Pending) error {
	for _, p := range slices.Backward(pending) {
		c, err := tx.Client(p.Client)
		if err != nil {
			return err
		}
		if err := indexTicket(c, p.Stream); err != nil {
			return err
		}
	}
	return nil
}

func indexTicket(c *store.Client, stream string) error {
	row, _, err := c.TicketRow(stream)
	if err != nil {
		return err
	}
	entries, err := c.Entries(stream)
	if len(fault.All(err)) > 0 {
		entries, err = nil, nil // what cannot be read is not found, and keeps nothing else from it
	}
	if err != nil {
		return err
	}
	contents, err := c.Contents(stream)
	if err != nil {
		return err
	}
	texts := make(map[int]string, len(contents))
	for _, k := range contents {
		texts[k.Seq] = k.Text
	}
	return c.PutFound(stream, row.Opened, ticket.FoundBy(entries, texts))
}
