package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/cli"
)

// start runs a command on a console of its own.
func start(ctx context.Context, out io.Writer, errs *bytes.Buffer, args ...string) int {
	ticks := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	return cli.Run(ctx, args, &cli.Console{
		Out: out, Err: errs, Env: func(string) string { return "" }, Terminal: true,
		Now: func() time.Time { ticks = ticks.Add(time.Second); return ticks },
	})
}

// full is a disk with room for some bytes.
type full struct{ room int }

func (f *full) Write(p []byte) (int, error) {
	n := min(len(p), f.room)
	if f.room -= n; n < len(p) {
		return n, syscall.ENOSPC
	}
	return n, nil
}

func TestFullDiskIsSaidOnce(t *testing.T) {
	t.Parallel()
	contract, history := written(t, "c.yaml", ankerContract), written(t, "h.csv", ankerHistory)
	for _, args := range [][]string{
		{"--help"},
		{"history", "inspect", "--zone", "UTC", history},
		{"history", "sample", "--incidents", "9"},
		{"contract", "lint", contract},
		{"contract", "show", contract},
		{"contract", "explain", contract},
		{"replay", "--zone", "UTC", "--contract", contract, history},
		{"clock", "explain", "--contract", contract, "--history", history, "--zone", "UTC", "--ticket", "HD-1"},
	} {
		var errs bytes.Buffer
		code := start(t.Context(), &full{room: 10}, &errs, args...)
		if code != 2 || strings.Count(errs.String(), "no space left") != 1 {
			t.Errorf("%q: exit %d\n%s", args, code, errs.String())
		}
	}
}

// interrupting ends a context when something is printed.
type interrupting struct{ stop context.CancelFunc }

func (i interrupting) Write(p []byte) (int, error) {
	i.stop()
	return len(p), nil
}

// TestInterruptedWhileLooking stops before a history was looked at whole: nothing is said
// about it, also where a broken file is read as far as it goes.
func TestInterruptedWhileLooking(t *testing.T) {
	t.Parallel()
	contract, history := written(t, "c.yaml", ankerContract), written(t, "h.csv", ankerHistory)
	for _, args := range [][]string{
		{"history", "inspect", history}, // no zone, which only the whole file shows
		{"history", "inspect", "--keep-going", "--zone", "UTC", history},
		{"history", "import", "--db", filepath.Join(t.TempDir(), "d"), "--contract", contract, history},
		{"replay", "--keep-going", "--contract", contract, history},
		{"clock", "explain", "--contract", contract, "--history", history, "--ticket", "HD-1"},
	} {
		ctx, stop := context.WithCancel(t.Context())
		stop()
		var out, errs bytes.Buffer
		code := start(ctx, &out, &errs, args...)
		if code != 130 || errs.String() != "Stopped. Nothing was written.\n" || out.Len() > 0 {
			t.Errorf("%q: exit %d\n%s%s", args, code, out.String(), errs.String())
		}
	}
}

// TestInterruptedAfterPrinting does not say that nothing was written.
func TestInterruptedAfterPrinting(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	var errs bytes.Buffer
	code := start(ctx, interrupting{stop}, &errs, "history", "inspect", "--zone", "UTC", written(t, "h.csv", ankerHistory))
	if code != 130 || errs.String() != "Stopped.\n" {
		t.Errorf("exit %d: %q", code, errs.String())
	}
}

func TestInterruptedSampleLeavesNothing(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	stop()
	dir := t.TempDir()
	var errs bytes.Buffer
	code := start(ctx, io.Discard, &errs, "history", "sample", "-o", filepath.Join(dir, "s.csv"))
	left, err := os.ReadDir(dir)
	if code != 130 || !strings.Contains(errs.String(), "Nothing was written") || err != nil || len(left) > 0 {
		t.Errorf("exit %d, %v, %v\n%s", code, left, err, errs.String())
	}
}

// TestInspectShowsHowFarItIs draws on a terminal and takes it off again.
func TestInspectShowsHowFarItIs(t *testing.T) {
	t.Parallel()
	var history strings.Builder
	history.WriteString("ticket,state,changed\n")
	for i := range 200 {
		fmt.Fprintf(&history, "HD-%d,Closed,2025-02-03T09:00:00Z\n", i)
	}
	var errs bytes.Buffer
	code := start(t.Context(), io.Discard, &errs, "history", "inspect", written(t, "h.csv", history.String()))
	if code != 0 || !strings.Contains(errs.String(), "\r128 tickets read") || !strings.HasSuffix(errs.String(), "\r\x1b[K") {
		t.Errorf("exit %d: %q", code, errs.String())
	}
}
