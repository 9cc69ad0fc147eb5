package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"
)

// writer takes the work of all callers through the one connection that writes to a SQLite
// file, one after the other. To make a change durable costs more than most changes, so those
// that wait are committed together:
//
//   - Who has the turn does its work in the open transaction, in a savepoint of its own, in
//     its own goroutine. When somebody waits it passes on the turn with the transaction still
//     open; else it commits.
//   - Nobody is answered before the commit. Work that fails is undone alone.
//   - Nobody waits for others to come: a lone caller begins, works and commits.
type writer struct {
	line
	db         *sql.DB
	connection *connection // nil before the first use, and after something went wrong with it
	open       *batch      // what was begun and not yet committed, nil for nothing
}

// batch is work that is committed together.
type batch struct {
	began      time.Duration // as tick tells it
	works      int           // how many are in it
	done       chan struct{} // closed after the commit; then the rest is set
	committing bool          // err came while committing
	err        error
}

// A batch is closed to more work at either of these, so that nobody waits long for the
// others.
const (
	mostTogether    = 64
	longestTogether = 10 * time.Millisecond
)

// errSpoilt says that a batch was rolled back because of the work of somebody else. Nothing
// was kept; it can be tried again.
var errSpoilt = errors.New("store: rolled back together with the work of another")

// update does a piece of work and makes it durable; alone, or with others. It tells whether
// an error came while committing. The work sees the end of the context by itself.
func (w *writer) update(ctx context.Context, alone bool, work func(runner) error) (committing bool, err error) {
	if err := w.wait(ctx); err != nil {
		return false, err
	}
	if alone {
		w.commit()
	}
	b, err := w.begin(ctx)
	if err != nil {
		w.leave()
		return false, fmt.Errorf("store: begin: %w", err)
	}
	if err := w.add(b, alone, work); err != nil {
		return false, err
	}
	<-b.done
	return b.committing, b.err
}

// begin gives the open batch, or opens one.
func (w *writer) begin(ctx context.Context) (*batch, error) {
	if w.open != nil {
		return w.open, nil
	}
	if w.connection == nil {
		if err := w.connect(ctx); err != nil {
			return nil, err
		}
	}
	// Another process may hold the file for seconds; the end of ctx ends the wait for it.
	if err := w.connection.do(ctx, `BEGIN IMMEDIATE`); err != nil {
		w.drop()
		return nil, err
	}
	w.open = &batch{began: tick(), done: make(chan struct{})}
	return w.open, nil
}

func (w *writer) connect(ctx context.Context) error {
	s, err := connectTo(ctx, w.db)
	if err != nil {
		return err
	}
	// What a savepoint needs to undo its work is kept in memory: in a file it takes as much
	// time as all the rest. Migrations are over by now, and may need a file to sort in.
	if err := s.do(ctx, `PRAGMA temp_store = MEMORY`); err != nil {
		return errors.Join(err, s.close())
	}
	w.connection = s
	return nil
}

// add does a piece of work in a batch and gives away the turn, also when the work panics.
func (w *writer) add(b *batch, alone bool, work func(runner) error) (err error) {
	first := b.works == 0 // needs no savepoint: when it fails, all of the transaction goes
	if !first {
		if err := w.connection.do(context.Background(), `SAVEPOINT work`); err != nil {
			w.spoil()
			w.leave()
			return errors.Join(errSpoilt, err)
		}
	}
	worked := false
	defer func() {
		switch {
		case !worked && first:
			w.giveUp()
		case !worked:
			w.undo()
		case !first:
			err = w.release()
		}
		if worked && err == nil {
			b.works++
		}
		if w.open != nil && !alone && b.hasRoom() && w.pass() {
			return
		}
		w.commit()
		w.leave()
	}()
	if err := work(w.connection); err != nil {
		return err
	}
	worked = true
	return nil
}

func (b *batch) hasRoom() bool {
	return b.works < mostTogether && tick()-b.began < longestTogether
}

// release keeps the work of the savepoint.
func (w *writer) release() error {
	if err := w.connection.do(context.Background(), `RELEASE work`); err != nil {
		w.spoil()
		return errors.Join(errSpoilt, err)
	}
	return nil
}

// undo undoes the work of the savepoint, and nothing else. Some errors, a full disk for one,
// have SQLite roll back all of the transaction; then there is no savepoint any more.
func (w *writer) undo() {
	if err := w.connection.do(context.Background(), `ROLLBACK TO work`); err != nil {
		w.spoil()
		return
	}
	if err := w.connection.do(context.Background(), `RELEASE work`); err != nil {
		w.spoil()
	}
}

// giveUp rolls back a transaction in which nobody has kept anything.
func (w *writer) giveUp() {
	w.open = nil
	if err := w.connection.do(context.Background(), `ROLLBACK`); err != nil {
		w.drop()
	}
}

// spoil gives up the open batch: all who are in it try again.
func (w *writer) spoil() {
	b := w.open
	w.open = nil
	w.drop()
	b.err = errSpoilt
	close(b.done)
}

// commit makes the open batch durable and has all who are in it answered.
func (w *writer) commit() {
	b := w.open
	if b == nil {
		return
	}
	w.open = nil
	if err := w.connection.do(context.Background(), `COMMIT`); err != nil {
		b.committing, b.err = true, fmt.Errorf("store: commit: %w", err)
		w.drop()
	}
	close(b.done)
}

// drop gives up the connection; the next batch opens another one.
func (w *writer) drop() {
	_ = w.connection.close() // why it is given up was told already
	w.connection = nil
}

// close waits for who has the turn.
func (w *writer) close() error {
	_ = w.wait(context.Background()) // which does not end
	defer w.leave()
	w.commit()
	if w.connection != nil {
		w.drop()
	}
	return w.db.Close()
}
