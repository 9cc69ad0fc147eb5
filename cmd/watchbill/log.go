package main

import (
	"fmt"
	"io"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"
)

// mostLines is how many lines of the log wait while nobody takes them.
const mostLines = 4096

// logWriter writes lines of a log that keeps nobody up: where they cannot be written, because
// the disk of the log is full or whoever reads it has stopped, they are dropped and counted.
type logWriter struct {
	lines   chan []byte
	dropped atomic.Int64
	ended   chan struct{}
}

// newLogWriter writes to an output until it is closed. The end of who reads it does not end the
// program from now on.
func newLogWriter(to io.Writer) *logWriter {
	signal.Ignore(syscall.SIGPIPE)
	w := &logWriter{lines: make(chan []byte, mostLines), ended: make(chan struct{})}
	go func() {
		defer close(w.ended)
		told := int64(0)
		for line := range w.lines {
			if _, err := to.Write(line); err != nil {
				w.dropped.Add(1)
				continue
			}
			if n := w.dropped.Load(); n > told {
				told = n
				_, _ = fmt.Fprintf(to, `{"level":"WARN","msg":"log: lines were dropped","count":%d}`+"\n", n) // the next one counts
			}
		}
	}()
	return w
}

// Write takes a line.
func (w *logWriter) Write(line []byte) (int, error) {
	kept := append([]byte(nil), line...) // slog uses its buffer again
	select {
	case w.lines <- kept:
	default:
		w.dropped.Add(1)
	}
	return len(line), nil
}

// close writes what waits, for as long as a moment. Nothing may be written after that.
func (w *logWriter) close() {
	close(w.lines)
	select {
	case <-w.ended:
	case <-time.After(time.Second):
	}
}
