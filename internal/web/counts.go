package web

import (
	"context"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
)

// counts remembers how much is in lists. Counts stand on every page, and counting reads many
// rows, so it is done anew only after a while: a page shows what was known, and the next one
// what was counted meanwhile. Lists that are the same for several people are counted once.
type counts struct {
	mutex    sync.Mutex
	known    map[string]*knownCounts // by whose they are and what is counted
	counting sync.WaitGroup
	closed   bool
	log      *slog.Logger // told what could not be counted
}

type knownCounts struct {
	at       time.Time
	took     time.Duration
	counting bool
	of       map[string]int // by address; nil before it was first counted
}

// Counts are shown for freshFor, and longer where counting takes long: at most one part in
// freshShare of the time is spent on counting a list, however large the desk is.
const (
	freshFor   = 2 * time.Second
	freshShare = 25
)

// mostCounts bounds what is remembered. Beyond it all is forgotten and counted again.
const mostCounts = 2000

// get gives what is known under a key. It is counted at once when nothing is known, else in
// the background when that is old. now is asked for the instant, before and after. A count that
// fails leaves what was known, and is tried again when that would have been counted anew.
func (c *counts) get(key string, now func() time.Time, count func() (map[string]int, error)) map[string]int {
	began := now()
	c.mutex.Lock()
	if len(c.known) >= mostCounts && c.known[key] == nil {
		clear(c.known)
	}
	if c.known == nil {
		c.known = map[string]*knownCounts{}
	}
	k := c.known[key]
	if k == nil {
		k = &knownCounts{}
		c.known[key] = k
	}
	known, first := k.of, k.of == nil
	due := !k.counting && !c.closed && (first || began.Sub(k.at) >= max(freshFor, freshShare*k.took))
	if due {
		k.counting = true
		c.counting.Add(1)
	}
	c.mutex.Unlock()
	if !due {
		return known
	}
	recount := func() map[string]int {
		defer c.counting.Done()
		of, err := unbroken(count)
		if err != nil {
			c.log.Warn("not counted", "key", key, "problem", err.Error())
		}
		c.mutex.Lock()
		defer c.mutex.Unlock()
		k.counting, k.at = false, now()
		k.took = k.at.Sub(began)
		if err == nil {
			k.of = of
		}
		return k.of
	}
	if first {
		return recount()
	}
	go recount()
	return known
}

// unbroken counts, and takes a panic for an error like any other: behind a page nothing else
// would keep it from ending the program.
func unbroken(count func() (map[string]int, error)) (of map[string]int, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("web: panic: %v\n%s", p, debug.Stack())
		}
	}()
	return count()
}

// forget has what is known under a key counted anew when it is next asked for.
func (c *counts) forget(key string) {
	c.mutex.Lock()
	delete(c.known, key)
	c.mutex.Unlock()
}

// close lets nothing more be counted, and waits for what is.
func (c *counts) close() {
	c.mutex.Lock()
	c.closed = true
	c.mutex.Unlock()
	c.counting.Wait()
}

// counted is a count as it is shown; the desk counts up to a thousand.
func counted(n int) string {
	if n >= 1000 {
		return "999+"
	}
	return strconv.Itoa(n)
}

// count counts lists for the person, by their addresses. What is the same for all who see the
// same clients is kept for all of them.
func (v *visit) count(key string, lists []*asked) map[string]int {
	actor, site := v.actor, v.site
	ctx := context.WithoutCancel(v.ctx())
	return site.counts.get(key, site.app.Now, func() (map[string]int, error) {
		of := make(map[string]int, len(lists))
		for _, l := range lists {
			n, err := site.countOne(ctx, actor, l)
			if err != nil {
				return nil, fmt.Errorf("%s: %w", l.address(), err)
			}
			of[l.address()] = n
		}
		return of, nil
	})
}

// scopeKey names the clients that an actor sees.
func scopeKey(a access.Actor) string {
	if a.Scope.All() {
		return "*"
	}
	clients := a.Scope.Clients()
	slices.Sort(clients)
	return strings.Join(clients, " ")
}

// countOne counts one list. Clients that are named in it are looked up here, for the lists of
// the sidebar are counted far less often than shown.
func (s *Site) countOne(ctx context.Context, who access.Actor, l *asked) (int, error) {
	if len(l.Clients) == 0 || l.clients != nil {
		return s.app.Count(ctx, who, l.question(who))
	}
	clients, err := s.app.ClientsNamed(ctx, who, l.Clients...)
	if err != nil {
		return 0, err
	}
	q := (&asked{filter: l.filter, clients: clients}).question(who)
	if len(q.Clients) == 0 {
		return 0, nil // none of them is seen any longer
	}
	return s.app.Count(ctx, who, q)
}
