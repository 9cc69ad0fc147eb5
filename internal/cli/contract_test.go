package cli_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/cli"
	"github.com/watchbill/watchbill/internal/core/contract"
)

var update = flag.Bool("update", false, "write the golden files of contracts")

// call runs a command and returns its exit code and what it printed.
func call(t *testing.T, args ...string) (code int, out, errs string) {
	t.Helper()
	var stdout, stderr bytes.Buffer
	code = cli.Run(context.Background(), args, &cli.Console{
		Out: &stdout, Err: &stderr, Env: func(string) string { return "" },
		Now: func() time.Time { return time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC) },
	})
	return code, stdout.String(), stderr.String()
}

// run runs a command that must exit with 0 and returns what it printed.
func run(t *testing.T, args ...string) string {
	t.Helper()
	code, out, errs := call(t, args...)
	if code != 0 {
		t.Fatalf("watchbill %s: exit %d\n%s", strings.Join(args, " "), code, errs)
	}
	return out
}

// golden compares with testdata/contract/<name>.txt, which -update writes.
func golden(t *testing.T, name, got string) {
	t.Helper()
	file := filepath.Join("testdata", "contract", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (go test ./internal/cli -update writes it anew):\n%s", file, diff)
	}
}

// Each standard contract in plain words, and what sets it apart from the one before it.
func TestStandardsInPlainWords(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	before := ""
	for _, s := range contract.Standards {
		file := filepath.Join(dir, strings.ReplaceAll(s.Name(), " ", "-")+".yaml")
		name := strings.TrimSuffix(filepath.Base(file), ".yaml")
		args := []string{"contract", "init", "--model", string(s.Model), "--client", "Fietswereld", "-o", file}
		if s.Tier != "" {
			args = append(args, "--tier", string(s.Tier))
		}
		run(t, args...)
		for _, language := range []string{"en", "nl"} {
			golden(t, "explain-"+name+"."+language, run(t, "--lang", language, "contract", "explain", file))
			if before != "" {
				said := run(t, "--lang", language, "contract", "diff", before, file)
				golden(t, "diff-"+name+"."+language, strings.ReplaceAll(said, dir+string(filepath.Separator), ""))
			}
		}
		before = file
	}
}

// A file that is no contract, or contradicts itself, ends with 2; one that says what a
// contract should not, with 1.
func TestContractExitCodes(t *testing.T) {
	t.Parallel()
	const head = "client: A\ntemplate: sla_hotfix@1\nversion: 1\neffective: 2026-12-01\nzone: Europe/Amsterdam\n"
	for name, test := range map[string]struct {
		text string
		want int
	}{
		"warnings only":  {head + "tier: gold\n", 0},
		"lint errors":    {head + "tier: gold\npools: {monthly: {hours: 0}}\n", 1},
		"contradictory":  {head + "tier: gold\nmodel: managed_service\n", 2},
		"binary rubbish": {"\x00\x01\x02", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "c.yaml")
			if err := os.WriteFile(file, []byte(test.text), 0o600); err != nil {
				t.Fatal(err)
			}
			if code, out, errs := call(t, "contract", "lint", file); code != test.want {
				t.Errorf("exit %d, want %d\n%s%s", code, test.want, out, errs)
			}
		})
	}
}

// A command that uses a contract refuses one that lint refuses.
func TestUnfitContractIsRefused(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "c.yaml")
	const text = "client: A\ntemplate: sla_hotfix@1\ntier: gold\nversion: 1\neffective: 2026-12-01\nzone: Europe/Amsterdam\n" +
		"pools: {monthly: {hours: 0}}\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	code, _, errs := call(t, "clock", "explain", "--contract", file, "--history", "none.csv", "--ticket", "INC-1")
	if code != 2 || !strings.Contains(errs, "c.yaml:7:26: error: The pool") {
		t.Errorf("exit %d\n%s", code, errs)
	}
}
