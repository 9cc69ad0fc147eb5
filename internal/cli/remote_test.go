package cli_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/cli"
	"github.com/watchbill/watchbill/internal/desktest"
)

// TestCommandsOnADesk tells a morning by commands.
func TestCommandsOnADesk(t *testing.T) {
	t.Parallel()
	d := desktest.NewNeighbours(t)
	server := httptest.NewServer(api.New(d.App, api.Config{Log: slog.New(slog.DiscardHandler)}))
	defer server.Close()
	kept := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(kept, []byte("server: "+server.URL+"\ntoken: "+d.Token("ann")+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "proxy.log")
	if err := os.WriteFile(file, []byte("502"), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(code int, args ...string) (out, errs string) {
		t.Helper()
		var stdout, stderr bytes.Buffer
		console := cli.Console{Out: &stdout, Err: &stderr, Env: func(name string) string {
			return map[string]string{"WATCHBILL_CONFIG": kept}[name]
		}}
		if got := cli.Run(t.Context(), args, &console); got != code {
			t.Fatalf("%q: exit %d, %s%s", args, got, stdout.String(), stderr.String())
		}
		return stdout.String(), stderr.String()
	}
	says := func(text string, parts ...string) {
		t.Helper()
		for _, p := range parts {
			if !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), p) {
				t.Errorf("%q is not in\n%s", p, text)
			}
		}
	}
	out, _ := run(0, "ticket", "list")
	says(out, "No tickets.")
	out, _ = run(0, "ticket", "log", "anker", "Slow since nine", "--impact", "I3", "--urgency", "U3")
	says(out, "anker/INC-000001 is logged.")
	out, _ = run(0, "ticket", "log", "anker", "Checkout is down", "--impact", "I1", "--urgency", "U1", "--once", "k")
	again, _ := run(0, "ticket", "log", "anker", "Checkout is down", "--impact", "I1", "--urgency", "U1", "--once", "k")
	says(out, "anker/INC-000002 is logged.")
	says(again, out)
	one := "anker/INC-000002"
	run(0, "ticket", "take", one, "acknowledge")
	run(0, "ticket", "reply", one, "We look.")
	run(0, "ticket", "note", one, "Zebra.")
	run(0, "ticket", "assign", one, "--person", d.ID("ann"))
	run(0, "ticket", "take", one, "wait", "for=client", "text=Your turn.")
	run(0, "ticket", "work", one, "45", "--text", "Looked.")
	run(0, "ticket", "link", one, "caused_by", "INC-000001")
	run(0, "ticket", "attach", one, file)
	out, _ = run(0, "ticket", "show", one)
	says(out, one+"  Checkout is down", "waiting", "The ball is with the client.", "Replied\n  We look.", "Note (internal)\n  Zebra.", "for=client")
	out, _ = run(0, "ticket", "why", one)
	says(out, "To L1", "in version 1 of the contract")
	out, _ = run(0, "ticket", "list", "--priority", "P1")
	says(out, "TICKET", one, "the client", "Checkout is down")
	out, _ = run(0, "--lang", "nl", "ticket", "list", "--priority", "P1")
	says(out, "TITEL", "in de wacht", "de opdrachtgever")
	var rows []api.TicketRow
	out, _ = run(0, "ticket", "list", "--json", "--limit", "1")
	if err := json.Unmarshal([]byte(out), &rows); err != nil || len(rows) != 1 {
		t.Errorf("%v: %s", err, out)
	}
	out, _ = run(0, "work", "week")
	says(out, "45 min", one, "Checkout is down")
	run(0, "notice", "list")
	out, _ = run(0, "view", "list")
	says(out, "No views.")
	run(0, "ticket", "merge", one, "INC-000001")

	_, errs := run(2, "ticket", "show", "anker/INC-000099")
	says(errs, `error: There is no ticket "INC-000099".`, "What to do: ")
	_, errs = run(2, "ticket", "show", "INC-000001")
	says(errs, "names no ticket")
	_, errs = run(2, "ticket", "log", "anker", " ")
	says(errs, "title: error: A ticket needs a title.", "priority: error: The priority is not known.")
	_, errs = run(2, "ticket", "take", "anker/INC-000001", "wait", "client")
	says(errs, "is not NAME=VALUE")
	_, errs = run(2, "ticket", "list", "--token", "wba_x")
	says(errs, "error: ")
	_, errs = run(2, "ticket", "list", "--server", "http://127.0.0.1:1")
	says(errs, "cannot be reached")
	if err := os.WriteFile(kept, []byte("server: [\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, errs = run(2, "ticket", "list")
	says(errs, "config.yaml", "cannot be read")
	if strings.Contains(errs, d.Token("ann")) {
		t.Error("the token is shown")
	}
	if err := os.Remove(kept); err != nil {
		t.Fatal(err)
	}
	_, errs = run(2, "ticket", "list")
	says(errs, "which desk", "no token", "config.yaml")
}
