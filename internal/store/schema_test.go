package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
)

// TestMigrationsAreFrozen holds each migration against the checksum with which it was
// released. A database out there has run the old text and will never run the new one: what
// is to change goes into a new migration, and into schema/checksums.txt once.
func TestMigrationsAreFrozen(t *testing.T) {
	t.Parallel()
	want, err := os.ReadFile("schema/checksums.txt")
	if err != nil {
		t.Fatal(err)
	}
	names, err := fs.Glob(schema, "schema/*.sql")
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for i, name := range names {
		if !strings.HasPrefix(name, fmt.Sprintf("schema/%04d_", i+1)) {
			t.Errorf("%s: migrations are numbered without gaps from 0001", name)
		}
		text, err := schema.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(text)
		fmt.Fprintf(&got, "%s  %s\n", hex.EncodeToString(sum[:]), strings.TrimPrefix(name, "schema/"))
	}
	if got.String() != string(want) {
		t.Errorf("the migrations are\n%sand were released as\n%s", got.String(), want)
	}
}

// The table of the words is frozen as well: it stands in the migration 0005 by its name only.
func TestSearchTablesAreFrozen(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ table, want string }{
		"SQLite":     {sqliteSearch.table, "19570e39b90d701d7877799c36e491178252b237911a8a93467817ec7c0d053a"},
		"PostgreSQL": {postgresSearch.table, "2d19875edef2254a5db1d61f24d932c5d876d59952fc10cc5b4957c2d7b071c8"},
	} {
		sum := sha256.Sum256([]byte(c.table))
		if got := hex.EncodeToString(sum[:]); got != c.want {
			t.Errorf("%s: the table has the sum %s and was released with %s:\n%s", name, got, c.want, c.table)
		}
	}
}
