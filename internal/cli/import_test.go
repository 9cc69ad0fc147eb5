package cli_test

import (
	"bytes"
	"context"
	"database/sql"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/cli"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

const ankerContract = `client: Anker
contract: support
template: sla_hotfix@1
tier: gold
version: 1
effective: 2016-01-01
zone: Europe/Amsterdam
calendars: {business: {holidays: [2016-12-25 Christmas]}}
`

const ankerHistory = `ticket,state,changed,opened,priority
HD-1,New,2025-02-03 09:00,2025-02-03 09:00,P2
HD-1,In Progress,2025-02-03 12:00,2025-02-03 09:00,P2
HD-1,Closed,2025-02-03 13:00,2025-02-03 09:00,P2
`

// written writes a file of the test and gives its name.
func written(tb testing.TB, name, text string) string {
	tb.Helper()
	name = filepath.Join(tb.TempDir(), name)
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		tb.Fatal(err)
	}
	return name
}

// TestVerifyAnswersNo forges the priority of a ticket in the overview.
func TestVerifyAnswersNo(t *testing.T) {
	t.Parallel()
	db := filepath.Join(t.TempDir(), "desk.db")
	run(t, "history", "import", "--db", db, "--contract", written(t, "c.yaml", ankerContract), "--zone", "UTC",
		written(t, "h.csv", ankerHistory))
	run(t, "verify", "--db", db)

	forger, err := sql.Open("sqlite", db)
	if err != nil {
		t.Fatal(err)
	}
	defer forger.Close()
	if _, err := forger.ExecContext(t.Context(), `UPDATE tickets SET priority = 'P4'`); err != nil {
		t.Fatal(err)
	}
	code, out, _ := call(t, "verify", "--db", db)
	want := "Anker, INC-000001: The overview says something else than the entries: Priority.\n"
	if code != 1 || !strings.HasPrefix(out, want) || !strings.Contains(out, ": 1 differences.") {
		t.Errorf("exit %d\n%s\nwant exit 1 and %s", code, out, want)
	}
}

func TestInterruptedImportLeavesNoFile(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	db := filepath.Join(t.TempDir(), "desk.db")
	var errs bytes.Buffer
	code := cli.Run(ctx, []string{
		"history", "import", "--db", db, "--contract", written(t, "c.yaml", ankerContract), "--zone", "UTC",
		written(t, "h.csv", ankerHistory),
	}, &cli.Console{Out: &errs, Err: &errs, Env: func(string) string { return "" }, Now: time.Now})
	if code != 130 || !strings.Contains(errs.String(), "Nothing was written") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
	if _, err := os.Stat(db); err == nil {
		t.Error("a database was left behind")
	}
}

// BenchmarkImport brings the 28,479 rows of a real history into a database, reading
// included, durably: SQLite's file is synchronised before the command ends. The PostgreSQL
// server of the tests does not wait for its disk.
func BenchmarkImport(b *testing.B) {
	root := os.Getenv("WATCHBILL_SHARED")
	if root == "" {
		root = "../../../shared"
	}
	history := filepath.Join(root, "data", "tickets", "uci_incident_event_log_5000.csv.gz")
	if _, err := os.Stat(history); err != nil {
		b.Skipf("no shared data (set WATCHBILL_SHARED): %v", err)
	}
	contract := written(b, "c.yaml", ankerContract)
	for engine, empty := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteName, "postgres": storetest.PostgresName} {
		b.Run(engine, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				db := empty(b)
				b.StartTimer()
				var out bytes.Buffer
				code := cli.Run(b.Context(), []string{
					"history", "import", "--db", db, "--contract", contract, "--zone", "Europe/Lisbon", history,
				}, &cli.Console{Out: &out, Err: &out, Env: func(string) string { return "" }, Now: time.Now})
				if code != 0 || !strings.Contains(out.String(), "5000 tickets imported") {
					b.Fatalf("exit %d: %s", code, out.String())
				}
			}
		})
	}
}
