package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
)

// Tx is one transaction. It is valid until the function that got it returns, and not safe
// for concurrent use.
type Tx struct {
	// Now is the one instant of the transaction: UTC, whole milliseconds.
	Now time.Time

	ctx    context.Context
	scope  access.Scope
	engine *engine
	sql    *sql.Tx
	keys   uint32
	// statements are those that were run before in this transaction, prepared the second
	// time: a bulk load runs few statements often, a command many once.
	statements map[string]*sql.Stmt
}

func (tx *Tx) newKey() string {
	tx.keys++
	return newKey(tx.Now, tx.keys)
}

// prepared returns the prepared statement, nil the first time that a text is seen.
func (tx *Tx) prepared(text string) (*sql.Stmt, error) {
	if tx.statements == nil {
		tx.statements = map[string]*sql.Stmt{}
	}
	statement, seen := tx.statements[text]
	if statement != nil || !seen {
		tx.statements[text] = statement
		return statement, nil
	}
	statement, err := tx.sql.PrepareContext(tx.ctx, text)
	tx.statements[text] = statement
	return statement, err
}

// exec runs a statement and tells how many rows it changed.
func (tx *Tx) exec(text string, args ...any) (int64, error) {
	statement, err := tx.prepared(text) //nolint:sqlclosecheck // closed with the transaction
	if err != nil {
		return 0, err
	}
	var result sql.Result
	if statement != nil {
		result, err = statement.ExecContext(tx.ctx, args...)
	} else {
		result, err = tx.sql.ExecContext(tx.ctx, text, args...)
	}
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// query runs a query and scans each row.
func query[T any](tx *Tx, scan func(row) (T, error), text string, args ...any) (found []T, err error) {
	statement, err := tx.prepared(text) //nolint:sqlclosecheck // closed with the transaction
	if err != nil {
		return nil, err
	}
	var rows *sql.Rows
	if statement != nil {
		rows, err = statement.QueryContext(tx.ctx, args...)
	} else {
		rows, err = tx.sql.QueryContext(tx.ctx, text, args...)
	}
	if err != nil {
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
	return found, rows.Err()
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
	_, err := tx.exec(`ANALYZE`)
	return err
}
