package store

import (
	"context"
	"slices"
	"sync"
)

// line is where callers wait for their turn, first come first served. Unlike a mutex it lets
// go of a caller whose context ends, and tells who has the turn whether anybody waits.
type line struct {
	mu      sync.Mutex
	taken   bool
	waiting []chan struct{}
}

// wait returns nil when the turn has come, and the error of the context when that ended
// first.
func (l *line) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	l.mu.Lock()
	if !l.taken {
		l.taken = true
		l.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	l.waiting = append(l.waiting, turn)
	l.mu.Unlock()
	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	place := slices.Index(l.waiting, turn)
	if place < 0 {
		return nil // the turn came at the same moment, and somebody must use it or pass it on
	}
	l.waiting = slices.Delete(l.waiting, place, place+1)
	return ctx.Err()
}

// pass gives the turn to the next in line. It tells whether there was one; if not, the turn
// stays where it is.
func (l *line) pass() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		return false
	}
	close(l.waiting[0])
	l.waiting = slices.Delete(l.waiting, 0, 1)
	return true
}

// leave gives the turn to the next in line, or to whoever comes.
func (l *line) leave() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.waiting) == 0 {
		l.taken = false
		return
	}
	close(l.waiting[0])
	l.waiting = slices.Delete(l.waiting, 0, 1)
}
