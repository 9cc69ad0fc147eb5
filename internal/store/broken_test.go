//go:build linux

package store

import (
	"errors"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"syscall"
	"testing"

	"github.com/watchbill/watchbill/internal/core/access"
)

// brokenFile is how TestBrokenDisk tells the program that it starts which file to write to.
const brokenFile = "WATCHBILL_TEST_BROKEN_FILE"

// TestBrokenDisk starts this program again as one that may write files of a few hundred
// kilobytes only: beyond that the system answers as a failing disk does.
func TestBrokenDisk(t *testing.T) {
	t.Parallel()
	if name := os.Getenv(brokenFile); name != "" {
		onBrokenDisk(t, name)
		return
	}
	name := t.TempDir() + "/broken.db"
	again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestBrokenDisk$", "-test.v")
	again.Env = append(os.Environ(), brokenFile+"="+name)
	out, err := again.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "--- PASS: TestBrokenDisk") {
		t.Fatalf("%v\n%s", err, out)
	}
	s, err := Open(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if got := clientNames(t, s); !strings.HasPrefix(got, "Kept ") || strings.Contains(got, "Refused") {
		t.Errorf("after the start found %.100s", got)
	}
}

func onBrokenDisk(t *testing.T, name string) {
	t.Helper()
	s, err := Create(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	update := func(client string) error { return s.Update(t.Context(), access.Everything(), takesOn(client)) }
	if err := update("Kept"); err != nil {
		t.Fatal(err)
	}
	select {
	case <-s.Failed():
		t.Fatal("has failed already")
	default:
	}
	log, err := os.Stat(name + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	signal.Ignore(syscall.SIGXFSZ)
	limit := uint64(log.Size())
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: limit, Max: limit}); err != nil {
		t.Fatal(err)
	}
	if err := update("Lost " + strings.Repeat("x", 1<<20)); !isFault(err, CodeBroken) {
		t.Errorf("answered %.200v", err)
	}
	<-s.Failed()
	if err := update("Refused"); !isFault(err, CodeBroken) {
		t.Errorf("written after that: %v", err)
	}
	if err := s.View(t.Context(), access.Everything(), func(*Tx) error { return errors.New("read") }); !isFault(err, CodeBroken) {
		t.Errorf("read after that: %v", err)
	}
}

// TestLocalDisk knows the directory of the tests to be on this machine, and network drives
// by their numbers, also those that are negative where the system has 32 bits.
func TestLocalDisk(t *testing.T) {
	t.Parallel()
	if kind := networkFileSystem(t.TempDir()); kind != "" {
		t.Errorf("the directory of the tests is on %s", kind)
	}
	for kind, number := range map[string]int64{"NFS": 0x6969, "CIFS": -0xacb2be, "SMB": 0xfe534d42} {
		if got := networkKind(number); got != kind {
			t.Errorf("%x is %q, not %s", number, got, kind)
		}
	}
}
