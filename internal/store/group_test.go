package store_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// ends are the ways in which an Update can end.
var ends = []string{"kept", "kept", "kept", "failed", "panicked", "cancelled before", "cancelled within", "failed statement"}

var (
	errEnd    = errors.New("the end that was drawn")
	errAnswer = errors.New("an Update fails if and only if its work does")
)

// book is what must be kept, by what the callers were answered.
type book struct {
	*desk
	mu      sync.Mutex
	origins map[string]time.Time // of the tickets, with the instants of their transactions
	last    time.Time            // instant of the last transaction that was begun
	back    bool                 // an instant went back
}

// call does one Update that ends in a certain way, and notes what was kept.
func (b *book) call(origin, end string) (err error) {
	ctx, cancel := context.WithCancel(b.t.Context())
	defer cancel()
	if end == "cancelled before" {
		cancel()
	}
	defer func() {
		if r := recover(); r != nil && r != end {
			err = fmt.Errorf("a panic of somebody else: %v", r)
		}
	}()
	var now time.Time
	var key string
	err = b.Update(ctx, access.Only(b.a), func(tx *store.Tx) (err error) {
		now = tx.Now
		key, err = b.work(tx, origin, end, cancel)
		return err
	})
	if (err == nil) != (end == "kept") {
		return fmt.Errorf("%s: answered wrongly: %w", end, errors.Join(errAnswer, err))
	}
	if err != nil {
		return nil
	}
	b.mu.Lock()
	b.origins[origin] = now
	b.mu.Unlock()
	return b.mustSee(key)
}

func (b *book) work(tx *store.Tx, origin, end string, cancel func()) (key string, err error) {
	b.mu.Lock()
	b.back = b.back || tx.Now.Before(b.last)
	b.last = tx.Now
	b.mu.Unlock()
	c, err := tx.Client(b.a)
	if err != nil {
		return "", err
	}
	s, err := c.AddTicket(catalog.Incident, "support", origin)
	if err != nil {
		return "", err
	}
	if err := c.Append(s, []store.Written{written(tx.Now, ticket.Logged{Kind: catalog.Incident})}); err != nil {
		return "", err
	}
	switch end {
	case "failed":
		return "", errEnd
	case "panicked":
		panic(end)
	case "cancelled within":
		cancel()
	case "failed statement":
		_, _ = logged(c, catalog.Incident, "no such contract", "") // whatever is made of the error
	}
	return s.Key, nil
}

// mustSee reads what was answered to be kept: an answer never comes before the commit.
func (b *book) mustSee(key string) error {
	return b.View(b.t.Context(), access.Only(b.a), func(tx *store.Tx) error {
		c, err := tx.Client(b.a)
		if err != nil {
			return err
		}
		if _, err = c.Ticket(key); err != nil {
			return fmt.Errorf("answered before it was kept: %w", err)
		}
		return nil
	})
}

// TestOnlyWhatWasAnsweredIsKept has several callers do Updates that end in all ways at once,
// and holds what is kept against what they were answered: no work of one who failed, all of
// those who did not, and human keys without a gap.
func TestOnlyWhatWasAnsweredIsKept(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		d.Now = d.ownNow
		b := &book{desk: d, origins: map[string]time.Time{}}
		round := 0
		rapid.Check(d.t, func(t *rapid.T) {
			round++
			const callers = 5
			drawn := rapid.SliceOfN(rapid.SliceOfN(rapid.SampledFrom(ends), 0, 5), callers, callers).Draw(t, "ends")
			errs := make([]error, callers)
			var done sync.WaitGroup
			for caller, ends := range drawn {
				done.Go(func() {
					for i, end := range ends {
						errs[caller] = errors.Join(errs[caller], b.call(fmt.Sprint(round, "/", caller, "/", i), end))
					}
				})
			}
			done.Wait()
			if err := errors.Join(errs...); err != nil {
				t.Fatal(err)
			}
			b.compare(t)
		})
		if strings.HasSuffix(d.t.Name(), "sqlite") && b.back {
			d.t.Error("instants went back")
		}
	})
}

func (b *book) compare(t *rapid.T) {
	var kept []*store.Stream
	if err := b.View(b.t.Context(), access.Only(b.a), func(tx *store.Tx) error {
		c, err := tx.Client(b.a)
		if err != nil {
			return err
		}
		kept, err = c.Streams("", 1_000_000)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(kept, func(a, b *store.Stream) int { return strings.Compare(a.Key, b.Key) })
	var found []string
	for i, s := range kept {
		found = append(found, s.Origin)
		if want := fmt.Sprintf("INC-%06d", i+1); s.Key != want {
			t.Fatalf("key %s in the place of %s", s.Key, want)
		}
		if s.Head != 1 || !s.Recorded.Equal(b.origins[s.Origin]) {
			t.Fatalf("%s has %d entries, recorded %s; its transaction had %s", s.Origin, s.Head, s.Recorded, b.origins[s.Origin])
		}
	}
	slices.Sort(found)
	if want := slices.Sorted(maps.Keys(b.origins)); !slices.Equal(found, want) {
		t.Fatalf("kept %q, answered %q", found, want)
	}
}
