package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"modernc.org/sqlite"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// engine is all in which the two databases differ.
type engine struct {
	dialect goose.Dialect
	// local says that statements run in this process: transactions go through a writer and
	// readers of our own. Statements end soon, so the context is looked at between them: to
	// watch it during each one costs more than most of them do.
	local bool
	// update and view open the transactions of each kind where they are those of package sql.
	update, view *sql.TxOptions
	// time is the SQL that asks the database for its time, "" when it runs on this machine.
	time string
	// iso is the SQL that writes a column of milliseconds as RFC 3339, NULL for 0.
	iso func(column string) string
	// bytes is the type of a column of bytes.
	bytes string
	// count is the statement that counts the rows of all tables, so that the engine can choose how
	// to find some; "" where it chooses well without.
	count string
	// search is how words are kept and looked for: see engine_search.go.
	search *search
	// locker keeps nodes that start together from migrating together.
	locker func() (lock.Locker, error)
}

var sqliteEngine = engine{
	dialect: goose.DialectSQLite3,
	local:   true,
	bytes:   "BLOB",
	search:  &sqliteSearch,
	// Without counts SQLite finds lists as their test holds (queue_plan_test.go), whatever the desk
	// holds. With counts it read and sorted all that is open for the newest fifty; and with the
	// samples of values that it takes with them it plans a query anew for each value that it is
	// asked with, which costs more than most queries do.
	count: "",
	iso: func(column string) string {
		return "strftime('%Y-%m-%dT%H:%M:%fZ', nullif(" + column + ", 0) / 1000.0, 'unixepoch')"
	},
}

var postgresEngine = engine{
	dialect: goose.DialectPostgres,
	update:  &sql.TxOptions{Isolation: sql.LevelSerializable},
	view:    &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true},
	bytes:   "BYTEA",
	search:  &postgresSearch,
	count:   `ANALYZE`,
	time:    `SELECT clock_timestamp()`, // now() is the instant at which a transaction began
	iso: func(column string) string {
		return "to_char(to_timestamp(nullif(" + column + ", 0) / 1000.0) AT TIME ZONE 'UTC'," +
			` 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`
	},
	locker: func() (lock.Locker, error) {
		return lock.NewPostgresTableLocker(lock.WithTableLockTimeout(time.Second, 300))
	},
}

// mostConnections is how many connections a program keeps with a PostgreSQL server, of the
// hundred that one allows by itself. They are kept: each has its prepared statements, and to make
// one takes longer than a transaction.
const mostConnections = 20

// isPostgres tells a PostgreSQL address from the path of a SQLite file.
func isPostgres(dsn string) bool {
	return strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://")
}

// connect opens the handles of a database, for writing and for reading.
func connect(dsn string, create bool) (*Store, error) {
	if isPostgres(dsn) {
		config, err := pgx.ParseConfig(dsn)
		if err != nil {
			return nil, err
		}
		// To compile a query, as the server does with those that it takes to be long, costs more
		// than any of ours.
		config.RuntimeParams["jit"] = "off"
		db := stdlib.OpenDB(*config)
		db.SetMaxOpenConns(mostConnections)
		db.SetMaxIdleConns(mostConnections)
		db.SetConnMaxIdleTime(time.Minute)
		return &Store{engine: postgresEngine, write: db, read: db}, nil
	}
	if _, err := os.Stat(dsn); err != nil && (!create || !errors.Is(err, os.ErrNotExist)) {
		return nil, fault.New(fault.NotFound, CodeMissing, "file", dsn).Because(err)
	}
	if kind := networkFileSystem(filepath.Dir(dsn)); kind != "" {
		return nil, fault.New(fault.Invalid, CodeNetworkFile, "file", dsn, "kind", kind)
	}
	write, err := sql.Open("sqlite", sqliteName(dsn, "_txlock", "immediate")) // for migrations
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	read, err := sql.Open("sqlite", sqliteName(dsn, "_pragma", "query_only(1)"))
	if err != nil {
		return nil, errors.Join(err, write.Close())
	}
	return &Store{
		engine: sqliteEngine, write: write, read: read,
		writer: &writer{db: write}, readers: &readers{db: read, slots: make(chan struct{}, 2+runtime.NumCPU())},
	}, nil
}

// sqliteName is the name by which the driver opens a file with our settings and one more.
func sqliteName(path, key, value string) string {
	settings := url.Values{"_pragma": {
		"busy_timeout(5000)", "journal_mode(WAL)", "synchronous(FULL)", "foreign_keys(1)", "trusted_schema(0)",
		"secure_delete(1)", // what was erased is overwritten, too
		// What many changes share, the end of an index above all, is copied into the file once in 32
		// MB of changes and not once in 4.
		"wal_autocheckpoint(8000)",
	}}
	settings.Add(key, value)
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + settings.Encode()
}

// The result codes of SQLite that we tell apart.
const (
	sqliteBusy     = 5
	sqliteLocked   = 6
	sqliteReadOnly = 8
	sqliteIO       = 10
	sqliteFull     = 13
	sqliteNoOpen   = 14
	sqliteNotDB    = 26

	// The file that readers and writer share cannot grow: the disk is full.
	sqliteNoShared = sqliteIO | 19<<8
)

// isBroken tells whether an error says that the disk under a file failed. After that nobody
// knows what the file holds; least of all after a failed fsync, which may succeed when it is
// tried again although the data are lost.
func isBroken(err error) bool {
	e, ok := errors.AsType[*sqlite.Error](err)
	return ok && e.Code()&0xff == sqliteIO && e.Code() != sqliteNoShared
}

// canRetry tells whether the whole transaction can be tried again. While committing only
// those errors count that say for certain that nothing was kept.
func canRetry(err error, committing bool) bool {
	if errors.Is(err, errSpoilt) {
		return true
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		code := e.Code() & 0xff
		return code == sqliteBusy || code == sqliteLocked
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch e.Code {
		case "40001", "40P01": // not serialisable, deadlock
			return true
		case "57P01", "25006": // shut down, or no longer the leader
			return !committing
		}
	}
	return !committing && connectionLost(err)
}

// connectionLost tells whether a connection to the database ended in the middle of a conversation.
func connectionLost(err error) bool {
	if _, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return false // there was none
	}
	_, network := errors.AsType[*net.OpError](err)
	return network || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, driver.ErrBadConn) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, pgconn.ErrConnClosed)
}

// explain turns an error of the database into a fault where somebody can do something
// about it.
func explain(err error, committing bool) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || len(fault.All(err)) > 0 {
		return err
	}
	if errors.Is(err, errSpoilt) {
		return fault.New(fault.Unavailable, CodeBusy).Because(err)
	}
	if e, ok := errors.AsType[*sqlite.Error](err); ok {
		return explainSQLite(e.Code(), err)
	}
	if e, ok := errors.AsType[*pgconn.PgError](err); ok {
		switch {
		case e.Code == "40001" || e.Code == "40P01":
			return fault.New(fault.Unavailable, CodeBusy).Because(err)
		case e.Code == "53100":
			return fault.New(fault.Unavailable, CodeFull).Because(err)
		case committing:
			return fault.New(fault.Unavailable, CodeUnknownOutcome).Because(err)
		case e.Code == "25006" || strings.HasPrefix(e.Code, "57P0") || strings.HasPrefix(e.Code, "08") ||
			strings.HasPrefix(e.Code, "28") || e.Code == "3D000":
			return fault.New(fault.Unavailable, CodeUnreachable, "problem", e.Message).Because(err)
		}
		return err
	}
	if committing {
		return fault.New(fault.Unavailable, CodeUnknownOutcome).Because(err)
	}
	// Both leave out the password.
	if e, ok := errors.AsType[*pgconn.ConnectError](err); ok {
		return fault.New(fault.Unavailable, CodeUnreachable, "problem", e.Error()).Because(err)
	}
	if connectionLost(err) {
		return fault.New(fault.Unavailable, CodeUnreachable, "problem", err.Error()).Because(err)
	}
	if e, ok := errors.AsType[*pgconn.ParseConfigError](err); ok {
		return fault.New(fault.Unavailable, CodeUnreachable, "problem", e.Error()).Because(err)
	}
	return err
}

func explainSQLite(code int, err error) error {
	switch {
	case code&0xff == sqliteBusy, code&0xff == sqliteLocked:
		return fault.New(fault.Unavailable, CodeBusy).Because(err)
	case code&0xff == sqliteFull, code == sqliteNoShared:
		return fault.New(fault.Unavailable, CodeFull).Because(err)
	case code&0xff == sqliteIO:
		return fault.New(fault.Unavailable, CodeBroken).Because(err)
	case code&0xff == sqliteReadOnly:
		return fault.New(fault.Unavailable, CodeReadOnly).Because(err)
	case code&0xff == sqliteNoOpen:
		return fault.New(fault.Unavailable, CodeUnreachable, "problem", "the file cannot be opened").Because(err)
	}
	return err
}
