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
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Store is an open database. It is safe for concurrent use.
type Store struct {
	// Now is where transactions get their instant. Unless a test sets it before it uses the
	// store, it follows the clock of the machine, or of the PostgreSQL database, never goes
	// back while the program runs, and leaps ahead only after a warning: see ClockSkew.
	Now func() time.Time

	// Warn is told what the operator should know about the clock; nil for nobody. It is set
	// before the store is used, must return soon, and must not use the store.
	Warn func(reason.Reason)

	engine      engine
	write, read *sql.DB
	writer      *writer  // with SQLite
	readers     *readers // with SQLite
	time        timekeeper
	listeners   listeners

	failed   chan struct{} // closed when the database can no longer be trusted
	failOnce sync.Once

	alive      context.Context // of what runs in the background
	stop       context.CancelFunc
	background sync.WaitGroup
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
	s.failed = make(chan struct{})
	s.alive, s.stop = context.WithCancel(context.WithoutCancel(ctx))
	s.Now = s.instant
	s.time.machine = machineTime
	err = migrate(ctx, s.engine, s.write)
	if err == nil && s.engine.time != "" {
		s.time.ask = s.databaseTime
		err = s.time.askDatabase(ctx)
	}
	if err != nil {
		return nil, errors.Join(explainOpen(err, dsn), s.Close())
	}
	return s, nil
}

// databaseTime asks the database for its time.
func (s *Store) databaseTime(ctx context.Context) (at time.Time, err error) {
	err = s.write.QueryRowContext(ctx, s.engine.time).Scan(&at)
	return at, err
}

// Close lets go of the database, once all transactions have ended.
func (s *Store) Close() error {
	s.stop()
	s.background.Wait()
	if s.engine.local {
		return errors.Join(s.readers.close(), s.writer.close())
	}
	return s.write.Close()
}

// Failed is closed when the database file cannot be read or written any more, after which
// nobody knows what it holds. All transactions fail with CodeBroken from then on; the
// program must end with an error and be started again.
func (s *Store) Failed() <-chan struct{} { return s.failed }

// attempts is how often a transaction is tried when others are in the way.
const attempts = 12

// View runs fn in a transaction that changes nothing and sees one state of the database
// from beginning to end. It may run fn several times. An error of fn is returned as it is.
func (s *Store) View(ctx context.Context, scope access.Scope, fn func(*Tx) error) error {
	return s.run(ctx, func() (bool, error) {
		work := func(on runner) error { return s.begun(ctx, scope, on).run(fn) }
		if s.engine.local {
			return false, s.readers.view(ctx, work)
		}
		return s.transact(ctx, s.engine.view, work)
	})
}

// Update runs fn in a transaction that is kept when fn returns nil, durably, and leaves
// nothing behind otherwise. It may run fn several times, when others are in the way; fn
// must therefore change nothing outside the transaction. A statement that failed fails the
// transaction, whatever fn makes of that. CodeUnknownOutcome says that the connection broke
// while committing; nobody knows then whether the change was kept.
//
// With SQLite the transactions of several callers may become durable together. Each has its
// own scope and instant, sees those before it, and is answered when it is durable. One that
// takes seconds keeps others waiting, and belongs in UpdateAlone.
func (s *Store) Update(ctx context.Context, scope access.Scope, fn func(*Tx) error) error {
	return s.update(ctx, false, scope, fn)
}

// UpdateAlone is Update for much at once, such as an import: nobody else's change becomes
// durable with it, or has to wait for its commit to be answered. With SQLite all changes
// that come later still wait until it has ended.
func (s *Store) UpdateAlone(ctx context.Context, scope access.Scope, fn func(*Tx) error) error {
	return s.update(ctx, true, scope, fn)
}

func (s *Store) update(ctx context.Context, alone bool, scope access.Scope, fn func(*Tx) error) error {
	var tx *Tx
	err := s.run(ctx, func() (bool, error) {
		work := func(on runner) error {
			tx = s.begun(ctx, scope, on)
			return tx.run(fn)
		}
		if s.engine.local {
			return s.writer.update(ctx, alone, work)
		}
		return s.transact(ctx, s.engine.update, work)
	})
	if err == nil {
		s.listeners.tell(&tx.touched, tx.Now)
	}
	return err
}

// begun is a transaction that has begun.
func (s *Store) begun(ctx context.Context, scope access.Scope, on runner) *Tx {
	now := s.Now().UTC().Truncate(time.Millisecond)
	return &Tx{Now: now, Leap: s.time.leap(), ctx: ctx, scope: scope, engine: &s.engine, sql: on}
}

// run tries a transaction until it succeeds or fails for good. Try tells whether its error
// came while committing.
func (s *Store) run(ctx context.Context, try func() (committing bool, err error)) error {
	for attempt := 1; ; attempt++ {
		select {
		case <-s.failed:
			return fault.New(fault.Unavailable, CodeBroken)
		default:
		}
		committing, err := try()
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil && !committing:
			return ctx.Err()
		case isBroken(err):
			s.failOnce.Do(func() { close(s.failed) })
			return explain(err, committing)
		case !canRetry(err, committing) || attempt == attempts:
			return explain(err, committing)
		}
		if err := pause(ctx, attempt); err != nil {
			return err
		}
	}
}

// transact does a piece of work in a transaction of package sql.
func (s *Store) transact(ctx context.Context, options *sql.TxOptions, work func(runner) error) (committing bool, err error) {
	tx, err := s.write.BeginTx(ctx, options)
	if err != nil {
		return false, fmt.Errorf("store: begin: %w", err)
	}
	// After a commit this does nothing; after an error or a panic of fn nothing is kept.
	defer tx.Rollback() //nolint:errcheck // the error of fn is the one that counts
	if err := work(tx); err != nil {
		return false, err
	}
	if err := tx.Commit(); err != nil {
		// Where the end of ctx was faster, the transaction was rolled back and no commit was sent.
		sent := !errors.Is(err, sql.ErrTxDone)
		return sent, fmt.Errorf("store: commit: %w", err)
	}
	return false, nil
}
