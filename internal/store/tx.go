package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/notice"
)

// runner is what runs the statements of a transaction: a connection with a SQLite file, or
// a transaction of package sql with PostgreSQL, whose driver keeps statements by itself.
type runner interface {
	ExecContext(ctx context.Context, text string, args ...any) (sql.Result, error)
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// Tx is one transaction. It is valid until the function that got it returns, and not safe
// for concurrent use.
type Tx struct {
	// Now is the one instant of the transaction: UTC, whole milliseconds.
	Now time.Time

	// Leap is the last leap of the clock before it, zero for none since the program began.
	Leap notice.Leap

	ctx     context.Context
	scope   access.Scope
	sql     runner
	engine  *engine
	failed  error // of the first statement that failed
	keys    uint32
	touched touched
}

// run calls the function of a transaction. A statement that failed fails all of it, whatever
// fn made of that: with PostgreSQL nothing can follow it, and with SQLite an error may have
// rolled back what came before. So does the end of the context.
func (tx *Tx) run(fn func(*Tx) error) error {
	if err := tx.ctx.Err(); err != nil {
		return err
	}
	if err := fn(tx); err != nil {
		return err
	}
	if tx.failed != nil {
		return tx.failed
	}
	return tx.ctx.Err()
}

func (tx *Tx) newKey() string {
	tx.keys++
	return newKey(tx.Now, tx.keys)
}

// ready gives the context for a statement, and an error when none can run any more.
func (tx *Tx) ready() (context.Context, error) {
	if tx.failed != nil {
		return nil, tx.failed
	}
	if err := tx.ctx.Err(); err != nil {
		return nil, err
	}
	if tx.engine.local {
		return context.WithoutCancel(tx.ctx), nil
	}
	return tx.ctx, nil
}

// exec runs a statement and tells how many rows it changed.
func (tx *Tx) exec(text string, args ...any) (changed int64, err error) {
	ctx, err := tx.ready()
	if err != nil {
		return 0, err
	}
	result, err := tx.sql.ExecContext(ctx, text, args...)
	if err == nil {
		changed, err = result.RowsAffected()
	}
	tx.failed = err
	return changed, err
}

// query runs a query and scans each row.
func query[T any](tx *Tx, scan func(row) (T, error), text string, args ...any) (found []T, err error) {
	ctx, err := tx.ready()
	if err != nil {
		return nil, err
	}
	rows, err := tx.sql.QueryContext(ctx, text, args...)
	if err != nil {
		tx.failed = err
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		one, err := scan(rows)
		if err != nil {
			return nil, err
		}
		found = append(found, one)
	}
	tx.failed = rows.Err()
	return found, tx.failed
}

// row is what a scan function reads.
type row interface{ Scan(into ...any) error }

// scanOne scans a row of one column.
func scanOne[T any](r row) (one T, err error) {
	err = r.Scan(&one)
	return one, err
}

// millis is how an instant is kept: 0 for none.
func millis(at time.Time) int64 {
	if at.IsZero() {
		return 0
	}
	return at.UnixMilli()
}

// instant reads what millis wrote.
func instant(millis int64) time.Time {
	if millis == 0 {
		return time.Time{}
	}
	return time.UnixMilli(millis).UTC()
}

// CountRows has the database look again at how its tables are filled, so that it finds rows
// in the best way. It belongs at the end of a bulk load.
func (tx *Tx) CountRows() error {
	if tx.engine.count == "" {
		return nil
	}
	_, err := tx.exec(tx.engine.count)
	return err
}
