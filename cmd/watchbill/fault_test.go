//go:build linux

package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/client"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// stage is a desk that is served by a program of its own while a test breaks what is under it.
type stage struct {
	t     *testing.T
	named map[string]string
	desk  *program
	kept  []string // keys that were acknowledged
}

// try logs a ticket with a title of a length, once, and gives the answer.
func (s *stage) try(length int) (status int, header http.Header, body string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	text := strings.Repeat("x", length)
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.desk.address+"/api/v1/clients/boei/tickets",
		strings.NewReader(`{"kind":"incident","title":"Down","description":"`+text+`","impact":"I2","urgency":"U2"}`))
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+s.named["ANN"])
	r.Header.Set("Content-Type", "application/json")
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return 0, nil, err.Error()
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, nil, err.Error()
	}
	if answer.StatusCode == http.StatusCreated {
		at := answer.Header.Get("Location")
		s.kept = append(s.kept, at[strings.LastIndexByte(at, '/')+1:])
	}
	return answer.StatusCode, answer.Header, string(read)
}

// page opens the queue in a browser that has a session, as far as it knows.
func (s *stage) page() (status int, body string) {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.desk.address+"/queue", http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	session, _ := secret(person.SessionToken)
	for _, name := range []string{"watchbill", "__Host-watchbill"} {
		r.AddCookie(&http.Cookie{Name: name, Value: session})
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	read, err := io.ReadAll(answer.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer.StatusCode, tail(string(read))
}

// has demands that all is there that was acknowledged, and that all can be recomputed.
func (s *stage) has(db string) {
	s.t.Helper()
	desk, err := client.New(s.desk.address, s.named["ANN"], "en")
	if err != nil {
		s.t.Fatal(err)
	}
	for _, key := range s.kept {
		if _, err := desk.Ticket(s.t.Context(), client.Ref{Client: s.named["BOEI"], Key: key}); err != nil {
			s.t.Errorf("%s was acknowledged: %v", key, err)
		}
	}
	if err := s.desk.stop(); err != nil {
		s.t.Errorf("it did not end well: %v", err)
	}
	verified(s.t.Context(), s.t, db)
}

// limitFiles has a running program write files up to a size only: beyond that the system
// answers as a failing disk does.
func limitFiles(t *testing.T, process int, size uint64) {
	t.Helper()
	limit := syscall.Rlimit{Cur: size, Max: size}
	const files = 1 // RLIMIT_FSIZE
	_, _, failed := syscall.RawSyscall6(syscall.SYS_PRLIMIT64, uintptr(process), files, uintptr(unsafe.Pointer(&limit)), 0, 0, 0)
	if failed != 0 {
		t.Fatal(failed)
	}
}

// TestAFailingDiskEndsTheProgram has the disk under a served desk fail: what cannot be said to be
// kept is not said to be, the program ends with an error, and a new one has all that was
// acknowledged.
func TestAFailingDiskEndsTheProgram(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starting programs takes a while")
	}
	db := storetest.SQLiteName(t)
	s := &stage{t: t}
	var err error
	if s.named, err = furnish(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if s.desk, err = serveAt(t.Context(), t.TempDir(), db, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	if status, _, said := s.try(10); status != http.StatusCreated {
		t.Fatalf("%d %s", status, said)
	}
	limitFiles(t, s.desk.cmd.Process.Pid, 200_000)
	status, said := http.StatusCreated, ""
	for status == http.StatusCreated && len(s.kept) < 500 {
		status, _, said = s.try(9000)
	}
	if status != http.StatusServiceUnavailable && status != 0 { // it may end before it can answer
		t.Errorf("answered %d %s", status, said)
	}
	select {
	case <-s.desk.ended:
	case <-time.After(20 * time.Second):
		t.Fatal("it goes on with a disk that fails")
	}
	if s.desk.err == nil || !strings.Contains(s.desk.said.String(), "disk") {
		t.Errorf("it ended with %v and said %s", s.desk.err, s.desk.said)
	}
	t.Logf("ended after %d writes", len(s.kept))
	if s.desk, err = serveAt(t.Context(), t.TempDir(), db, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	s.has(db)
}

// TestAFullDiskLetsRead serves a desk from a small disk until it is full: writing is refused with
// what to do, reading goes on, and so does writing once there is room, by itself.
func TestAFullDiskLetsRead(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("filling a disk takes a while")
	}
	dir := t.TempDir()
	if err := syscall.Mount("watchbill", dir, "tmpfs", 0, "size=8m"); err != nil {
		t.Skipf("no small disk can be made: %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	db, ballast := dir+"/desk.db", dir+"/ballast"
	empty, err := os.ReadFile(storetest.SQLiteName(t))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(db, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ballast, make([]byte, 3<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t}
	if s.named, err = furnish(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if s.desk, err = serveAt(t.Context(), t.TempDir(), db, "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.desk.kill)
	status, header, said := 0, http.Header(nil), ""
	for status == 0 || status == http.StatusCreated && len(s.kept) < 3000 {
		status, header, said = s.try(9000)
	}
	if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || !strings.Contains(said, "store.full") || !strings.Contains(said, `"cure"`) {
		t.Fatalf("after %d writes answered %d %v %s", len(s.kept), status, header, said)
	}
	desk, err := client.New(s.desk.address, s.named["ANN"], "en")
	if err != nil {
		t.Fatal(err)
	}
	if page, err := desk.Page(t.Context(), api.TicketFilter{}, "", 10); err != nil || len(page.Tickets) != 10 {
		t.Errorf("reading on a full disk: %d tickets, %v", len(page.Tickets), err)
	}
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	for began := time.Now(); ; {
		if status, _, said = s.try(10); status == http.StatusCreated {
			break
		}
		if time.Since(began) > 10*time.Second {
			t.Fatalf("with room again: %d %s", status, said)
		}
		wait(t.Context(), 100*time.Millisecond)
	}
	t.Logf("full after %d writes", len(s.kept))
	s.has(db)
}

// line is a way to a database that a test cuts.
type line struct {
	listener net.Listener
	to       string // socket

	mu    sync.Mutex
	cut   bool
	conns []net.Conn
}

func newLine(t *testing.T, to string) *line {
	t.Helper()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &line{listener: l, to: to}
	t.Cleanup(func() { _ = l.Close(); w.set(true) })
	go func() {
		for {
			one, err := l.Accept()
			if err != nil {
				return
			}
			w.join(one)
		}
	}()
	return w
}

func (l *line) join(one net.Conn) {
	other, err := net.Dial("unix", l.to)
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil || l.cut {
		_ = one.Close()
		if err == nil {
			_ = other.Close()
		}
		return
	}
	l.conns = append(l.conns, one, other)
	go func() { _, _ = io.Copy(one, other); _ = one.Close() }()
	go func() { _, _ = io.Copy(other, one); _ = other.Close() }()
}

func (l *line) set(cut bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.cut = cut
	if cut {
		for _, c := range l.conns {
			_ = c.Close()
		}
		l.conns = nil
	}
}

// TestTheDatabaseIsAway cuts the way to PostgreSQL under a served desk, twice: it answers that it
// cannot, keeps nothing in its memory, and goes on by itself when the way is there again.
func TestTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("waiting for a database takes a while")
	}
	db := storetest.PostgresName(t)
	direct, err := url.Parse(db)
	if err != nil {
		t.Fatal(err)
	}
	away := newLine(t, direct.Query().Get("host")+"/.s.PGSQL.5432")
	round := url.URL{
		Scheme: "postgres", User: url.User(direct.Query().Get("user")), Host: away.listener.Addr().String(), Path: direct.Path, RawQuery: "sslmode=disable",
	}
	s := &stage{t: t}
	if s.named, err = furnish(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if s.desk, err = serveAt(t.Context(), t.TempDir(), round.String(), "127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.desk.kill)
	for range 2 {
		if status, _, said := s.try(10); status != http.StatusCreated {
			t.Fatalf("%d %s", status, said)
		}
		away.set(true)
		for i := range 3 {
			status, header, said := s.try(10)
			if status != http.StatusServiceUnavailable || header.Get("Retry-After") == "" || strings.Contains(said, "127.0.0.1") {
				t.Errorf("try %d without a database: %d %v %s", i, status, header, said)
			}
		}
		if status, said := s.page(); status != http.StatusServiceUnavailable || strings.Contains(said, "127.0.0.1") {
			t.Errorf("a page without a database: %d %s", status, said)
		}
		away.set(false)
		began := time.Now()
		for status := 0; status != http.StatusCreated; {
			if status, _, _ = s.try(10); time.Since(began) > 30*time.Second {
				t.Fatal("it does not find its database again")
			}
			wait(t.Context(), 50*time.Millisecond)
		}
	}
	s.has(db)
}

// TestTheLogCannotBeWritten serves a desk of which nobody reads the log, and then nobody can.
func TestTheLogCannotBeWritten(t *testing.T) {
	t.Parallel()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	w := newLogWriter(writer)
	for i := range 3 * mostLines { // beyond what a pipe and the queue hold
		if _, err := fmt.Fprintln(w, strings.Repeat("x", 100), i); err != nil {
			t.Fatal(err)
		}
	}
	if w.dropped.Load() == 0 {
		t.Error("nothing was dropped while nobody read")
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	before := w.dropped.Load()
	fmt.Fprintln(w, "nobody can read this")
	w.close()
	if w.dropped.Load() <= before {
		t.Error("lines that could not be written are not counted")
	}
	if testing.Short() {
		return
	}
	db := storetest.SQLiteName(t)
	s := &stage{t: t}
	if s.named, err = furnish(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	cmd, err := command(t.Context(), t.TempDir(), "serve", "--db", db, "--listen", "127.0.0.1:0", "--admin", "-")
	if err != nil {
		t.Fatal(err)
	}
	if reader, writer, err = os.Pipe(); err != nil {
		t.Fatal(err)
	}
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = writer
	if s.desk, err = started(cmd); err != nil {
		t.Fatal(err)
	}
	for range 5 { // meanwhile the worker says that it has the work
		if status, _, said := s.try(10); status != http.StatusCreated {
			t.Fatalf("without a log: %d %s", status, said)
		}
		wait(t.Context(), 100*time.Millisecond)
	}
	s.has(db)
}
