package store_test

import (
	"errors"
	"testing"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// woken tells whether a listener was woken, and takes what it is told.
func woken(l *store.Listener) (streams map[string]store.Change, everything, woke bool) {
	select {
	case <-l.Wake():
		woke = true
	default:
	}
	changes, everything := l.Take()
	streams = map[string]store.Change{}
	for _, c := range changes {
		streams[c.Stream] = c
	}
	return streams, everything, woke
}

func TestListenersHearOfTheirClients(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		mine, all := d.Listen(access.Only(d.a)), d.Listen(access.Everything())
		defer all.Close()
		one, other := d.addTicket(d.a), d.addTicket(d.b)

		heard, everything, woke := woken(mine)
		want := store.Change{Client: d.a, Stream: one.ID, At: nine}
		if !woke || everything || len(heard) != 1 || heard[one.ID] != want {
			t.Errorf("who may see one client heard %v, everything %v, woken %v", heard, everything, woke)
		}
		if heard, _, woke := woken(all); !woke || len(heard) != 2 || heard[other.ID].Client != d.b {
			t.Errorf("who may see all heard %v", heard)
		}
		if heard, _, woke := woken(all); woke || len(heard) != 0 {
			t.Errorf("heard twice of %v", heard)
		}

		d.addTicket(d.b)
		if heard, _, woke := woken(mine); woke || len(heard) != 0 {
			t.Errorf("heard of another client: %v", heard)
		}
		mine.Close()
		d.addTicket(d.a)
		if heard, _, woke := woken(mine); woke || len(heard) != 0 {
			t.Errorf("heard after the end: %v", heard)
		}
	})
}

// TestListenersHearOnlyOfWhatIsKept looks from within a transaction, and after one that failed.
func TestListenersHearOnlyOfWhatIsKept(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		l := d.Listen(access.Everything())
		defer l.Close()
		boom := errors.New("boom")
		err := d.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
			c, err := tx.Client(d.a)
			if err != nil {
				return err
			}
			s, err := c.AddTicket(catalog.Incident, "support", "")
			if err != nil {
				return err
			}
			err = c.Append(s, []store.Written{written(nine, ticket.Logged{Kind: catalog.Incident})})
			if _, _, woke := woken(l); woke {
				t.Error("heard before the commit")
			}
			return errors.Join(err, boom)
		})
		if _, _, woke := woken(l); woke || !errors.Is(err, boom) {
			t.Errorf("heard of what was not kept; %v", err)
		}
	})
}

// TestSlowListenersLookAgain changes more than a listener is told one by one.
func TestSlowListenersLookAgain(t *testing.T) {
	t.Parallel()
	s := newDesk(t, storetest.SQLite(t))
	byOne, byMany := s.Listen(access.Everything()), s.Listen(access.Everything())
	defer byOne.Close()
	defer byMany.Close()
	for range 300 {
		s.addTicket(s.a)
	}
	if heard, everything, woke := woken(byOne); !woke || !everything || len(heard) > 256 {
		t.Errorf("of 300 transactions heard %d, everything %v", len(heard), everything)
	}
	woken(byMany)
	s.with(s.a, func(c *store.Client) error {
		for range 300 {
			t, err := c.AddTicket(catalog.Incident, "support", "")
			if err != nil {
				return err
			}
			if err := c.Append(t, []store.Written{written(nine, ticket.Logged{Kind: catalog.Incident})}); err != nil {
				return err
			}
		}
		return nil
	})
	if heard, everything, woke := woken(byMany); !woke || !everything || len(heard) > 256 {
		t.Errorf("of one transaction heard %d, everything %v", len(heard), everything)
	}
	one := s.addTicket(s.a)
	if heard, everything, _ := woken(byMany); everything || len(heard) != 1 {
		t.Errorf("of %s heard %v, everything %v", one.ID, heard, everything)
	}
}
