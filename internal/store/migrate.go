package store

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"strconv"
	"strings"

	"github.com/pressly/goose/v3"
	"modernc.org/sqlite"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// The migrations are numbered and only go forward. One that was released never changes:
// a test holds each against schema/checksums.txt.
//
//go:embed schema/*.sql
var schema embed.FS

// isoCall is how the migrations ask for a time that can be read: ISO(column).
var isoCall = regexp.MustCompile(`ISO\(([a-z_.]+)\)`)

// bytesWord is how they ask for the type of a column of bytes.
var bytesWord = regexp.MustCompile(`\bBYTES\b`)

// searchTable is how they ask for the table of the words, and searchTuning for what else it needs.
const (
	searchTable  = "SEARCH_TABLE"
	searchTuning = "SEARCH_TUNING"
)

// migrate brings a database up to date.
func migrate(ctx context.Context, e engine, db *sql.DB) error {
	migrations, err := migrationsFor(e)
	if err != nil {
		return err
	}
	options := []goose.ProviderOption{goose.WithGoMigrations(migrations...), goose.WithDisableGlobalRegistry(true)}
	if e.locker != nil {
		locker, err := e.locker()
		if err != nil {
			return err
		}
		options = append(options, goose.WithLocker(locker))
	}
	provider, err := goose.NewProvider(e.dialect, db, nil, options...)
	if err != nil {
		return err
	}
	current, err := provider.GetDBVersion(ctx)
	if err != nil {
		return err
	}
	newest := migrations[len(migrations)-1].Version
	switch {
	case current > newest:
		return fault.New(fault.Invalid, CodeNewer, "version", int(current), "known", int(newest))
	case current == newest:
		return nil
	}
	if _, err = provider.Up(ctx); err != nil {
		// Two processes may have found one SQLite file without tables: the second one to
		// create them failed, and finds them now.
		_, err = provider.Up(ctx)
	}
	return err
}

// migrationsFor gives the migrations in order, in the words of an engine.
func migrationsFor(e engine) ([]*goose.Migration, error) {
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		return nil, err
	}
	var all []*goose.Migration
	for _, name := range names {
		text, err := schema.ReadFile(name)
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(strings.TrimPrefix(name, "schema/"), "_")
		version, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("store: the name of %s does not begin with a number", name)
		}
		spelt := isoCall.ReplaceAllStringFunc(string(text), func(call string) string {
			return e.iso(isoCall.FindStringSubmatch(call)[1])
		})
		spelt = bytesWord.ReplaceAllString(spelt, e.bytes)
		spelt = strings.ReplaceAll(spelt, searchTable, e.search.table)
		spelt = strings.ReplaceAll(spelt, searchTuning, e.search.tuning)
		all = append(all, goose.NewGoMigration(version, &goose.GoFunc{RunTx: runs(spelt)}, nil))
	}
	return all, nil
}

// runs gives the function that runs the statements of a migration, each of which ends with
// a semicolon at the end of a line.
func runs(text string) func(context.Context, *sql.Tx) error {
	return func(ctx context.Context, tx *sql.Tx) error {
		for statement := range strings.SplitSeq(text, ";\n") {
			if strings.TrimSpace(statement) == "" {
				continue
			}
			if _, err := tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
		return nil
	}
}

// explainOpen explains an error of opening a database.
func explainOpen(err error, dsn string) error {
	if e, ok := errors.AsType[*sqlite.Error](err); ok && e.Code()&0xff == sqliteNotDB {
		return fault.New(fault.Invalid, CodeNotDatabase, "file", dsn).Because(err)
	}
	return explain(err, false)
}

// Newest is the number of the newest migration: that of a database that is up to date.
func Newest() int {
	all, err := migrationsFor(sqliteEngine)
	if err != nil {
		panic(err) // the migrations are part of the program
	}
	return int(all[len(all)-1].Version)
}
