package store

import (
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
)

// Change is a stream of a client to which something was added, or whose row was refreshed,
// in a transaction with an instant.
type Change struct {
	Client, Stream string
	At             time.Time
}

// mostChanges is how many changed streams are named, of one transaction and to one listener
// who has not looked yet.
const mostChanges = 256

// place is where something changed.
type place struct{ client, stream string }

// touched are the streams that a transaction has changed.
type touched struct {
	places map[place]struct{}
	many   bool // more than are named
}

func (t *touched) add(client, stream string) {
	if len(t.places) >= mostChanges {
		t.many = true
		return
	}
	if t.places == nil {
		t.places = map[place]struct{}{}
	}
	t.places[place{client, stream}] = struct{}{}
}

// Listener is told what this process has committed. One that does not look holds nobody up:
// it learns that there was more than it can be told.
//
// What another process writes into the same database is not told.
type Listener struct {
	wake  chan struct{}
	scope access.Scope
	from  *listeners

	mu      sync.Mutex
	changes map[place]time.Time
	missed  bool
}

// Listen begins to tell what is committed from now on about the clients in a scope. The
// listener must be closed.
func (s *Store) Listen(scope access.Scope) *Listener {
	l := &Listener{wake: make(chan struct{}, 1), scope: scope, from: &s.listeners, changes: map[place]time.Time{}}
	l.from.mu.Lock()
	defer l.from.mu.Unlock()
	if l.from.all == nil {
		l.from.all = map[*Listener]struct{}{}
	}
	l.from.all[l] = struct{}{}
	return l
}

// Close ends it.
func (l *Listener) Close() {
	l.from.mu.Lock()
	defer l.from.mu.Unlock()
	delete(l.from.all, l)
}

// Wake has a value when Take has something to tell.
func (l *Listener) Wake() <-chan struct{} { return l.wake }

// Take gives what has changed since the last time, each stream once with the instant of its
// last change, in no order. True says that there was too much to name: look at everything
// that matters again.
func (l *Listener) Take() (changes []Change, everything bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for p, at := range l.changes {
		changes = append(changes, Change{p.client, p.stream, at})
	}
	everything = l.missed
	clear(l.changes)
	l.missed = false
	return changes, everything
}

// tell gives a listener what a transaction has changed.
func (l *Listener) tell(t *touched, at time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	news := t.many
	for p := range t.places {
		if !l.scope.Has(p.client) {
			continue
		}
		news = true
		if before, known := l.changes[p]; known || len(l.changes) < mostChanges {
			l.changes[p] = later(before, at)
		} else {
			l.missed = true
		}
	}
	l.missed = l.missed || t.many
	if !news {
		return
	}
	select {
	case l.wake <- struct{}{}:
	default: // it was woken already
	}
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// listeners are all who listen.
type listeners struct {
	mu  sync.RWMutex
	all map[*Listener]struct{}
}

func (ls *listeners) tell(t *touched, at time.Time) {
	if len(t.places) == 0 {
		return
	}
	ls.mu.RLock()
	defer ls.mu.RUnlock()
	for l := range ls.all {
		l.tell(t, at)
	}
}
