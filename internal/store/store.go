// Package store keeps facts: contract versions, the entries of each stream, what people
// wrote, and caches of what follows from them. The same SQL runs on SQLite and PostgreSQL.
//
// All work goes through View and Update. The transaction that they hand out carries a scope
// and one instant; the data of a client are reached through Tx.Client, which looks at the
// scope, and every statement about them has the client as its first argument.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
)

// Store is an open database. It is safe for concurrent use.
type Store struct {
	// Now is where transactions get their instant: the clock of the machine. A test sets it
	// before it uses the store.
	Now func() time.Time

	engine      engine
	write, read *sql.DB
}

// Open opens the database that exists under a name: the path of a SQLite file, or a
// postgres:// address. A database of an older version of the program is brought up to date;
// one of a newer version is refused with CodeNewer.
func Open(ctx context.Context, dsn string) (*Store, error) { return open(ctx, dsn, false) }

// Create is Open for a SQLite file that need not be there yet.
func Create(ctx context.Context, dsn string) (*Store, error) { return open(ctx, dsn, true) }

func open(ctx context.Context, dsn string, create bool) (*Store, error) {
	s, err := connect(dsn, create)
	if err != nil {
		return nil, explainOpen(err, dsn)
	}
	s.Now = wallClock
	if err := migrate(ctx, s.engine, s.write); err != nil {
		return nil, errors.Join(explainOpen(err, dsn), s.Close())
	}
	return s, nil
}

// Close lets go of the database.
func (s *Store) Close() error {
	if s.read == s.write {
		return s.write.Close()
	}
	return errors.Join(s.read.Close(), s.write.Close())
}

// attempts is how often a transaction is tried when others are in the way.
const attempts = 12

// View runs fn in a transaction that changes nothing and sees one state of the database
// from beginning to end. It may run fn several times. An error of fn is returned as it is.
func (s *Store) View(ctx context.Context, scope access.Scope, fn func(*Tx) error) error {
	return s.run(ctx, s.read, s.engine.view, scope, fn)
}

// Update runs fn in a transaction that is kept when fn returns nil, durably, and leaves
// nothing behind otherwise. It may run fn several times, when others are in the way; fn
// must therefore change nothing outside the transaction. CodeUnknownOutcome says that the
// connection broke while committing; nobody knows then whether the change was kept.
func (s *Store) Update(ctx context.Context, scope access.Scope, fn func(*Tx) error) error {
	return s.run(ctx, s.write, s.engine.update, scope, fn)
}

func (s *Store) run(ctx context.Context, db *sql.DB, options *sql.TxOptions, scope access.Scope, fn func(*Tx) error) error {
	for attempt := 1; ; attempt++ {
		committing, err := s.try(ctx, db, options, scope, fn)
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil && !committing:
			return ctx.Err()
		case !canRetry(err, committing) || attempt == attempts:
			return explain(err, committing)
		}
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

// try runs a transaction once. It tells whether an error came while committing.
func (s *Store) try(ctx context.Context, db *sql.DB, options *sql.TxOptions, scope access.Scope, fn func(*Tx) error) (committing bool, err error) {
	sqlTx, err := db.BeginTx(ctx, options)
	if err != nil {
		return false, fmt.Errorf("store: begin: %w", err)
	}
	// After a commit this does nothing; after an error or a panic of fn nothing is kept.
	defer sqlTx.Rollback() //nolint:errcheck // the error of fn is the one that counts
	tx := &Tx{Now: s.Now().UTC().Truncate(time.Millisecond), ctx: ctx, scope: scope, engine: &s.engine, sql: sqlTx}
	if s.engine.local {
		tx.ctx = context.WithoutCancel(ctx) // the end of ctx still ends the transaction
	}
	if err := fn(tx); err != nil {
		return false, err
	}
	if err := sqlTx.Commit(); err != nil {
		// Where the end of ctx was faster, the transaction was rolled back and no commit was sent.
		sent := !errors.Is(err, sql.ErrTxDone)
		return sent, fmt.Errorf("store: commit: %w", err)
	}
	return false, nil
}
