package store_test

import (
	"maps"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/store"
)

// TestOldAnswersAreForgotten keeps an answer a minute, of two clients in turn, and forgets
// those of one of them. What is old is told of all clients in scope, the oldest first.
func TestOldAnswersAreForgotten(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		at := func(minute int) time.Time { return nine.Add(time.Duration(minute) * time.Minute) }
		keys := []string{"0", "1", "2", "3", "4"}
		for i, key := range keys {
			d.Now = func() time.Time { return at(i) }
			d.with([]string{d.a, d.b}[i%2], func(c *store.Client) error { return c.Answer("ann", key, "asked", "answer") })
		}
		old := func(scope access.Scope, limit int) (found map[string]time.Time) {
			err := d.View(d.t.Context(), scope, func(tx *store.Tx) (err error) {
				found, err = tx.OldAnswers(at(4), limit)
				return err
			})
			if err != nil {
				d.t.Fatal(err)
			}
			return found
		}
		for _, c := range []struct {
			what  string
			scope access.Scope
			limit int
			want  map[string]time.Time
		}{
			{"three", access.Everything(), 3, map[string]time.Time{d.a: at(2), d.b: at(1)}},
			{"all", access.Everything(), 9, map[string]time.Time{d.a: at(2), d.b: at(3)}},
			{"of one client", access.Only(d.b), 9, map[string]time.Time{d.b: at(3)}},
		} {
			if got := old(c.scope, c.limit); !maps.EqualFunc(got, c.want, time.Time.Equal) {
				d.t.Errorf("%s: %v, want %v", c.what, got, c.want)
			}
		}
		d.with(d.a, func(c *store.Client) error { return c.ForgetAnswers(at(2)) })
		for i, key := range keys {
			d.with([]string{d.a, d.b}[i%2], func(c *store.Client) error {
				_, kept, err := c.Answered("ann", key, "asked")
				if want := i%2 == 1 || i > 2; kept != want {
					d.t.Errorf("answer %d kept: %v", i, kept)
				}
				return err
			})
		}
	})
}
