package store

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"regexp"
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
	numbered := regexp.MustCompile(`^schema/\d{4}_[a-z]+\.sql$`)
	for _, name := range names {
		if !numbered.MatchString(name) {
			t.Errorf("%s: migrations are numbered with four digits", name)
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
