package store_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

func TestTicketRowsComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		row := store.TicketRow{
			Stream: stream.ID, Key: stream.Key, Contract: "support", Title: "Payment fails", Head: 7, Terms: 3,
			Settled: nine, Wake: nine.Add(time.Hour), Changed: nine.Add(time.Minute), Ball: catalog.Client, Accountable: catalog.Provider,
			Face: clock.Face{
				Lane: clock.LanePaused, Kind: contract.Restoration, Phase: clock.Paused, Promise: contract.KPI, Due: nine.Add(time.Hour),
				Left: time.Minute, Allowed: time.Hour, Version: 2, Priority: catalog.P3, Agreed: true, Risky: nine.Add(time.Minute),
			},
			Ticket: ticket.Ticket{
				Requester: "p1", Via: ticket.ViaMail, Site: "shop.example",
				Kind: catalog.Incident, State: ticket.StateWaiting, Impact: 1, Urgency: 2, Priority: catalog.P2,
				WaitingFor: catalog.Client, Level: catalog.L2, Team: "web", Person: "p7", Escalated: true, Workaround: true,
				MergedInto: "INC-000009", Opened: nine, Responded: nine.Add(time.Minute), Restored: nine.Add(2 * time.Minute),
				Solved: nine.Add(3 * time.Minute), Closed: nine.Add(4 * time.Minute), RootCause: nine.Add(time.Hour), Reopened: 2, Minutes: 45,
			},
		}
		for i := range reflect.TypeFor[ticket.Ticket]().NumField() {
			name := reflect.TypeFor[ticket.Ticket]().Field(i).Name
			if name != "Links" && reflect.ValueOf(row.Ticket).Field(i).IsZero() {
				t.Errorf("the test has no value for %s: is there a column for it?", name)
			}
		}
		// The second time it replaces the first.
		for _, r := range []store.TicketRow{{Stream: stream.ID, Contract: "support", Face: clock.Face{Lane: clock.LaneNone}}, row} {
			d.with(d.a, func(c *store.Client) error { return c.PutTicket(&r) })
			d.with(d.a, func(c *store.Client) error {
				got, ok, err := c.TicketRow(stream.ID)
				if diff := cmp.Diff(r, got); !ok || diff != "" {
					t.Errorf("there %v, %s", ok, diff)
				}
				return err
			})
		}
		d.with(d.a, func(c *store.Client) error {
			if _, ok, err := c.TicketRow("none"); ok || err != nil {
				t.Errorf("a row that is not there: %v, %v", ok, err)
			}
			return nil
		})
	})
}

func TestDueAndStale(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		var ids []string
		for i, hours := range []int{3, 1, 2, 9} {
			wake := nine.Add(time.Duration(hours) * time.Hour)
			stream := d.addTicket(d.a)
			ids = append(ids, stream.ID)
			d.with(d.a, func(c *store.Client) error {
				return c.PutTicket(&store.TicketRow{Stream: stream.ID, Contract: "support", Terms: i, Wake: wake})
			})
		}
		other := d.addTicket(d.b)
		d.with(d.b, func(c *store.Client) error {
			return c.PutTicket(&store.TicketRow{Stream: other.ID, Contract: "support", Wake: nine})
		})
		wake := func(client string, i, hours int) store.Wake {
			return store.Wake{At: nine.Add(time.Duration(hours) * time.Hour), Client: client, Stream: append(ids, other.ID)[i]}
		}
		for limit, want := range map[int][]store.Wake{
			2: {wake(d.b, 4, 0), wake(d.a, 1, 1)}, 9: {wake(d.b, 4, 0), wake(d.a, 1, 1), wake(d.a, 2, 2), wake(d.a, 0, 3)},
		} {
			d.view(func(tx *store.Tx) error {
				due, err := tx.Due(nine.Add(3*time.Hour), limit)
				if diff := cmp.Diff(want, due); diff != "" {
					t.Error("due:", diff)
				}
				return err
			})
		}
		err := d.View(t.Context(), access.Only(d.a), func(tx *store.Tx) error {
			due, err := tx.Due(nine.Add(3*time.Hour), 1)
			if diff := cmp.Diff([]store.Wake{wake(d.a, 1, 1)}, due); diff != "" {
				t.Error("due in scope:", diff)
			}
			if next, err := tx.NextWake(); err != nil || !next.Equal(nine) {
				t.Errorf("next wake %v, %v", next, err)
			}
			all, more := tx.NewestVersions()
			if diff := cmp.Diff(map[string][]store.Contract{d.a: {{Name: "support", Newest: 1}}}, all); diff != "" {
				t.Error("newest:", diff)
			}
			return errors.Join(err, more)
		})
		if err != nil {
			t.Error(err)
		}
		d.with(d.a, func(c *store.Client) error {
			stale, err := c.Stale(store.Contract{Name: "support", Newest: 2}, 10)
			if diff := cmp.Diff([]string{ids[0], ids[1]}, stale); diff != "" {
				t.Error("stale:", diff)
			}
			return err
		})
	})
}

func TestPostponedIsNeitherDueNorStale(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		s := d.addTicket(d.a)
		d.with(d.a, func(c *store.Client) error {
			return errors.Join(c.PutTicket(&store.TicketRow{Stream: s.ID, Contract: "support", Wake: nine}),
				c.Postpone(s.ID, 1, nine.Add(time.Minute)))
		})
		d.with(d.a, func(c *store.Client) error {
			stale, err := c.Stale(store.Contract{Name: "support", Newest: 1}, 10)
			if len(stale) > 0 {
				t.Error("still stale")
			}
			return err
		})
		d.view(func(tx *store.Tx) error {
			early, err := tx.Due(nine.Add(59*time.Second), 10)
			due, more := tx.Due(nine.Add(time.Minute), 10)
			if len(early) != 0 || len(due) != 1 {
				t.Errorf("due %v, then %v", early, due)
			}
			return errors.Join(err, more)
		})
	})
}
