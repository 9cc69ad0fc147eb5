// Package storetest gives tests real databases: a SQLite file of their own, and a database
// of their own on a PostgreSQL server that the first test starts.
package storetest

import (
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/watchbill/watchbill/internal/store"
)

// Each runs a test on both engines, each time on an empty database.
func Each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, SQLite(t))
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, Postgres(t))
	})
}

// SQLite opens an empty database in a file.
func SQLite(tb testing.TB) *store.Store {
	tb.Helper()
	return Open(tb, SQLiteName(tb))
}

// SQLiteName gives the name of an empty database in a file, for tests that open it
// themselves.
func SQLiteName(tb testing.TB) string {
	tb.Helper()
	template, err := sqliteTemplate()
	if err != nil {
		tb.Fatal(err)
	}
	name := filepath.Join(tb.TempDir(), "watchbill.db")
	if err := os.WriteFile(name, template, 0o600); err != nil {
		tb.Fatal(err)
	}
	return name
}

// sqliteTemplate is the content of a database that is up to date and empty.
var sqliteTemplate = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "watchbill-template")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir) //nolint:errcheck // it is in the directory for what may be lost
	name := filepath.Join(dir, "template.db")
	s, err := store.Create(background, name)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil { // moves all into the one file
		return nil, err
	}
	return os.ReadFile(name)
})

// Postgres opens an empty database on the test server. The test is skipped where
// PostgreSQL's server programs are not installed, and in short runs.
func Postgres(tb testing.TB) *store.Store {
	tb.Helper()
	return Open(tb, PostgresName(tb))
}

// Open opens a database and closes it with the test.
func Open(tb testing.TB, name string) *store.Store {
	tb.Helper()
	s, err := store.Open(tb.Context(), name)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	return s
}
