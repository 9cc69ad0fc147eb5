package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestSecondInterruptKills asks a program twice that cannot hear the first time, since it
// waits for a pipe in which nothing comes.
func TestSecondInterruptKills(t *testing.T) {
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	program, pipe := filepath.Join(dir, "watchbill"), filepath.Join(dir, "pipe")
	if err := errors.Join(os.Symlink(self, program), syscall.Mkfifo(pipe, 0o600)); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), program, "contract", "lint", pipe)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	writer, err := os.OpenFile(pipe, os.O_WRONLY, 0) // waits until the program reads
	if err != nil {
		t.Fatal(err)
	}
	defer writer.Close()
	again, late := time.NewTicker(20*time.Millisecond), time.After(20*time.Second)
	defer again.Stop()
	for {
		select {
		case err := <-ended:
			exit, ok := errors.AsType[*exec.ExitError](err)
			if !ok || !exit.Sys().(syscall.WaitStatus).Signaled() {
				t.Errorf("ended with %v, want by a signal", err)
			}
			return
		case <-again.C:
			_ = command.Process.Signal(os.Interrupt) // it may have ended meanwhile
		case <-late:
			_ = command.Process.Kill()
			t.Fatalf("many interrupts did not end it: %v", <-ended)
		}
	}
}
