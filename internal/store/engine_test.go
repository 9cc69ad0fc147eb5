package store

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

func TestWhatCanBeTriedAgain(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		code              string
		before, atCommit  bool
		explained         reason.Code
		explainedAtCommit reason.Code
	}{
		{"40001", true, true, CodeBusy, CodeBusy},
		{"40P01", true, true, CodeBusy, CodeBusy},
		{"57P01", true, false, CodeUnreachable, CodeUnknownOutcome},
		{"57P03", false, false, CodeUnreachable, CodeUnknownOutcome},
		{"08006", false, false, CodeUnreachable, CodeUnknownOutcome},
		{"25006", true, false, CodeUnreachable, CodeUnknownOutcome},
		{"53100", false, false, CodeFull, CodeFull},
		{"28P01", false, false, CodeUnreachable, CodeUnknownOutcome},
		{"23505", false, false, "", CodeUnknownOutcome},
	} {
		t.Run(c.code, func(t *testing.T) {
			t.Parallel()
			err := fmt.Errorf("wrapped: %w", &pgconn.PgError{Code: c.code})
			if got := canRetry(err, false); got != c.before {
				t.Errorf("retry before commit: %v", got)
			}
			if got := canRetry(err, true); got != c.atCommit {
				t.Errorf("retry of a commit: %v", got)
			}
			for committing, want := range map[bool]reason.Code{false: c.explained, true: c.explainedAtCommit} {
				explained := explain(err, committing)
				if f := fault.All(explained); want == "" && len(f) > 0 || want != "" && (len(f) != 1 || f[0].Code != want) {
					t.Errorf("committing %v: got %v, want %s", committing, explained, want)
				}
				if !errors.Is(explained, err) {
					t.Errorf("the cause was lost: %v", explained)
				}
			}
		})
	}
}

// TestALostConnectionIsUnreachable has a connection end before and while committing.
func TestALostConnectionIsUnreachable(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{io.ErrUnexpectedEOF, io.EOF, net.ErrClosed, driver.ErrBadConn, &net.OpError{Op: "read", Err: syscall.ECONNRESET}} {
		err := fmt.Errorf("wrapped: %w", cause)
		for committing, want := range map[bool]reason.Code{false: CodeUnreachable, true: CodeUnknownOutcome} {
			if f := fault.All(explain(err, committing)); len(f) != 1 || f[0].Code != want || f[0].Kind != fault.Unavailable {
				t.Errorf("%v, committing %v: %v, want %s", cause, committing, f, want)
			}
			if got := canRetry(err, committing); got == committing {
				t.Errorf("%v, committing %v: can be tried again: %v", cause, committing, got)
			}
		}
	}
}

// TestWhatTheFileSays has the codes by which SQLite tells what is wrong with a file.
func TestWhatTheFileSays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		what string
		code int
		want reason.Code
	}{
		{"busy with recovery", 5 | 1<<8, CodeBusy},
		{"table locked", 6, CodeBusy},
		{"read only, in a directory that is", 8 | 6<<8, CodeReadOnly},
		{"read failed", 10 | 1<<8, CodeBroken},
		{"fsync failed", 10 | 4<<8, CodeBroken},
		{"no room for the shared file", 10 | 19<<8, CodeFull},
		{"full", 13, CodeFull},
		{"cannot be opened", 14, CodeUnreachable},
	} {
		if err := explainSQLite(c.code, errors.New("cause")); !isFault(err, c.want) {
			t.Errorf("%s: %v, want %s", c.what, err, c.want)
		}
	}
	s, err := Create(t.Context(), t.TempDir()+"/read.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.View(t.Context(), access.Everything(), takesOn("Ghost")); !isFault(err, CodeReadOnly) {
		t.Errorf("written where one may only read: %v", err)
	}
}

// TestBusyFileIsWaitedFor holds the one writer's lock with a second handle, as another
// process does.
func TestBusyFileIsWaitedFor(t *testing.T) {
	t.Parallel()
	name := t.TempDir() + "/busy.db"
	s, err := Create(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	other, err := Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	holds, letsGo := make(chan struct{}), make(chan struct{})
	held := make(chan error, 1)
	go func() {
		held <- other.Update(context.Background(), access.Everything(), func(tx *Tx) error {
			close(holds)
			<-letsGo
			_, err := tx.AddClient("First")
			return err
		})
	}()
	<-holds
	done := make(chan error, 1)
	go func() {
		done <- s.Update(context.Background(), access.Everything(), func(tx *Tx) error {
			_, err := tx.AddClient("Second")
			return err
		})
	}()
	close(letsGo)
	if err := errors.Join(<-held, <-done); err != nil {
		t.Error(err)
	}
}

func TestKeysSortByTime(t *testing.T) {
	t.Parallel()
	last := ""
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for i := range 300 {
		for n := range uint32(3) {
			key := newKey(at.Add(time.Duration(i)*time.Millisecond), n*0x10001)
			if key <= last || len(key) != 26 {
				t.Fatalf("%q after %q", key, last)
			}
			last = key
		}
	}
}
