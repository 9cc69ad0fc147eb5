package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"sync"
)

// connection is one connection to a SQLite file with the statements that were prepared on it:
// to read the text of a statement costs more than to run most of them. It is not safe for
// concurrent use.
type connection struct {
	conn       *sql.Conn
	statements map[string]*kept
	uses       int
}

// kept is a prepared statement, with the number of its last use.
type kept struct {
	*sql.Stmt
	used int
}

// mostStatements is how many statements a connection keeps. The package has fewer; it is for
// texts that are put together.
const mostStatements = 256

func connectTo(ctx context.Context, db *sql.DB) (*connection, error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return nil, err
	}
	return &connection{conn: conn, statements: map[string]*kept{}}, nil
}

// close gives up the connection. What it had begun is rolled back. SQLite keeps a connection,
// and its locks, for as long as it has statements, and package sql leaves those to us.
func (s *connection) close() error {
	var errs []error
	for _, k := range s.statements {
		errs = append(errs, k.Close())
	}
	// Were it put back among those that wait, it could be used with a transaction open.
	_ = s.conn.Raw(func(any) error { return driver.ErrBadConn })
	if err := s.conn.Close(); !errors.Is(err, sql.ErrConnDone) {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

func (s *connection) prepared(ctx context.Context, text string) (*sql.Stmt, error) {
	s.uses++
	if k := s.statements[text]; k != nil {
		k.used = s.uses
		return k.Stmt, nil
	}
	if len(s.statements) >= mostStatements {
		if err := s.forget(); err != nil {
			return nil, err
		}
	}
	statement, err := s.conn.PrepareContext(ctx, text)
	if err != nil {
		return nil, err
	}
	s.statements[text] = &kept{statement, s.uses}
	return statement, nil
}

// forget closes the statement that was not used for the longest time.
func (s *connection) forget() error {
	oldest, text := s.uses, ""
	for t, k := range s.statements {
		if k.used < oldest {
			oldest, text = k.used, t
		}
	}
	k := s.statements[text]
	delete(s.statements, text)
	return k.Close()
}

// ExecContext runs a statement that gives no rows.
func (s *connection) ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error) {
	statement, err := s.prepared(ctx, text) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return nil, err
	}
	return statement.ExecContext(ctx, args...)
}

// QueryContext runs a query.
func (s *connection) QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error) {
	statement, err := s.prepared(ctx, text) //nolint:sqlclosecheck // kept for the next time
	if err != nil {
		return nil, err
	}
	return statement.QueryContext(ctx, args...)
}

// do runs a statement that only succeeds or fails.
func (s *connection) do(ctx context.Context, text string) error {
	_, err := s.ExecContext(ctx, text)
	return err
}

// readers are the connections that read a SQLite file, each for one caller at a time. The one
// that was used last is used first, so that its statements and pages are at hand and no more
// connections are opened than are needed at once.
type readers struct {
	db    *sql.DB
	slots chan struct{} // holds a token for each connection in use
	mu    sync.Mutex
	idle  []*connection
}

// view has work read one state of the file.
func (r *readers) view(ctx context.Context, work func(runner) error) error {
	select {
	case r.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-r.slots }()
	s, err := r.take(ctx)
	if err != nil {
		return err
	}
	defer r.giveBack(s) // also when work panics
	if err := s.do(context.WithoutCancel(ctx), `BEGIN`); err != nil {
		return err
	}
	return work(s)
}

func (r *readers) take(ctx context.Context) (*connection, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if last := len(r.idle) - 1; last >= 0 {
		s := r.idle[last]
		r.idle = r.idle[:last]
		return s, nil
	}
	return connectTo(ctx, r.db)
}

func (r *readers) giveBack(s *connection) {
	if err := s.do(context.Background(), `ROLLBACK`); err != nil {
		_ = s.close() // what is wrong with it was told by what it was asked to do
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.idle = append(r.idle, s)
}

// close waits until nobody reads.
func (r *readers) close() error {
	for range cap(r.slots) {
		r.slots <- struct{}{}
	}
	var errs []error
	for _, s := range r.idle {
		errs = append(errs, s.close())
	}
	r.idle = nil
	for range cap(r.slots) {
		<-r.slots
	}
	return errors.Join(append(errs, r.db.Close())...)
}
