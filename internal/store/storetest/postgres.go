package storetest

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/watchbill/watchbill/internal/store"
)

// background is the context of what all tests share.
var background = context.Background()

// server is a PostgreSQL server that ends with this process, however that ends: it runs
// under a shell that waits for its standard input to close.
type server struct {
	sockets string    // directory; there is no port
	input   io.Closer // kept here, since a file that nobody holds is closed
	admin   *sql.DB
	made    atomic.Int64
}

// startServer makes a cluster in a new directory, starts it, tells the directory, and
// removes all of it when its input closes. The database sorts text as English dictionaries
// do, since a query that relies on the order of bytes must fail here. WATCHBILL_FSYNC=on has it
// write as durably as in earnest, for benchmarks.
const startServer = `
set -e
bin=$1 user=$2
as_user() { if [ -n "$user" ]; then runuser -u "$user" -- "$@"; else "$@"; fi; }
dir=$(mktemp -d "${TMPDIR:-/tmp}/watchbill-pg.XXXXXX")
trap 'cd /; as_user "$bin/pg_ctl" -D "$dir/data" -m immediate stop >/dev/null 2>&1 || true; rm -rf "$dir"' EXIT
trap '' INT TERM
cd "$dir"
if [ -n "$user" ]; then chown "$user" .; fi
as_user "$bin/initdb" -D data -U watchbill -A trust --no-sync -E UTF8 --locale=C \
	--locale-provider=icu --icu-locale=en-US >log 2>&1 || { cat log >&2; exit 1; }
as_user "$bin/pg_ctl" -D data -w -l server.log -o "-c listen_addresses='' -c unix_socket_directories='$dir' -c fsync=${WATCHBILL_FSYNC:-off}" \
	start >/dev/null || { cat server.log >&2; exit 1; }
echo "$dir"
cat >/dev/null
`

// errNoPostgres says that the server programs are not installed.
var errNoPostgres = errors.New(`PostgreSQL's server is not installed (Debian: "apt-get install postgresql")`)

var theServer = sync.OnceValues(func() (*server, error) {
	bin, err := serverPrograms()
	if err != nil {
		return nil, err
	}
	runAs, err := serverUser()
	if err != nil {
		return nil, err
	}
	shell := exec.CommandContext(background, "sh", "-c", startServer, "sh", bin, runAs)
	var complaints strings.Builder
	shell.Stderr = &complaints
	input, err := shell.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := shell.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	dir, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		return nil, fmt.Errorf("starting PostgreSQL: %w: %s", errors.Join(err, shell.Wait()), complaints.String())
	}
	s := &server{sockets: strings.TrimSpace(dir), input: input}
	s.admin, err = sql.Open("pgx", s.name("postgres"))
	if err != nil {
		return nil, err
	}
	return s, s.makeTemplate()
})

// serverPrograms finds the directory of initdb and pg_ctl.
func serverPrograms() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb") // where Debian puts them
	if err != nil {
		return "", err
	}
	if onPath, err := exec.LookPath("initdb"); err == nil {
		if program, err := filepath.EvalSymlinks(onPath); err == nil {
			found = append(found, program)
		}
	}
	if len(found) == 0 {
		return "", errNoPostgres
	}
	return filepath.Dir(slices.Max(found)), nil
}

// serverUser is the user that the server runs as, "" for ours: PostgreSQL refuses root.
func serverUser() (string, error) {
	if os.Geteuid() != 0 {
		return "", nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		if _, err := user.Lookup(name); err == nil {
			return name, nil
		}
	}
	return "", errors.New("PostgreSQL does not run as root, and there is neither a user postgres nor nobody")
}

func (s *server) name(database string) string {
	return "postgres:///" + database + "?" + url.Values{"host": {s.sockets}, "user": {"watchbill"}}.Encode()
}

// makeTemplate makes a database that is up to date and empty.
func (s *server) makeTemplate() error {
	if _, err := s.admin.ExecContext(background, "CREATE DATABASE template_watchbill"); err != nil {
		return err
	}
	made, err := store.Open(background, s.name("template_watchbill"))
	if err != nil {
		return err
	}
	return made.Close()
}

// copying keeps copies of the template apart: PostgreSQL makes one at a time.
var copying sync.Mutex

// PostgresName gives the address of an empty database on the test server. It skips as
// Postgres does.
func PostgresName(tb testing.TB) string {
	tb.Helper()
	if testing.Short() {
		tb.Skip("a PostgreSQL server takes too long for a short run")
	}
	s, err := theServer()
	if errors.Is(err, errNoPostgres) {
		tb.Skip(err.Error())
	}
	if err != nil {
		tb.Fatal(err)
	}
	copying.Lock()
	defer copying.Unlock()
	database := fmt.Sprintf("test_%d", s.made.Add(1))
	if _, err := s.admin.ExecContext(tb.Context(), "CREATE DATABASE "+database+" TEMPLATE template_watchbill"); err != nil {
		tb.Fatal(err)
	}
	return s.name(database)
}
