package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

func TestEntriesComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		late := nine.Add(90*time.Minute + 7*time.Millisecond)
		more := []store.Written{
			{Entry: ticket.Entry{At: nine.Add(time.Hour), Recorded: late, By: ticket.Actor{ID: "ж'\"$1", Party: catalog.Client, Automated: true}, Fact: ticket.Wrote{}}},
			{Entry: ticket.Entry{At: nine.Add(time.Hour), Recorded: late, Fact: ticket.Warned{Target: contract.Response, Round: nine, Percent: 80}}},
		}
		d.with(d.a, func(c *store.Client) error {
			s, err := c.Ticket(stream.Key)
			if err != nil {
				return err
			}
			return c.Append(s, more)
		})
		d.with(d.a, func(c *store.Client) error {
			got, err := c.Entries(stream.ID)
			if err != nil {
				return err
			}
			want := []ticket.Entry{written(nine, ticket.Logged{Kind: catalog.Incident, Priority: catalog.P2}).Entry, more[0].Entry, more[1].Entry}
			if diff := cmp.Diff(want, got, comparesFacts); diff != "" {
				t.Error(diff)
			}
			again, err := c.Stream(stream.ID)
			if err != nil {
				return err
			}
			wantStream := store.Stream{
				ID: stream.ID, Kind: store.StreamTicket, Key: "INC-000001", Contract: "support", Head: 3, Recorded: late,
			}
			if diff := cmp.Diff(&wantStream, again); diff != "" {
				t.Error(diff)
			}
			return nil
		})
	})
}

func TestHumanKeysCountPerClient(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		var keys []string
		add := func(client string, kind catalog.Kind) {
			d.with(client, func(c *store.Client) error {
				s, err := c.AddTicket(kind, "support", "")
				if err == nil {
					keys = append(keys, s.Key)
				}
				return err
			})
		}
		add(d.a, catalog.Incident)
		add(d.a, catalog.Incident)
		add(d.b, catalog.Incident)
		add(d.a, catalog.Problem)
		add(d.a, catalog.Incident)
		want := []string{"INC-000001", "INC-000002", "INC-000001", "PRB-000001", "INC-000003"}
		if diff := cmp.Diff(want, keys); diff != "" {
			t.Error(diff)
		}
	})
}

func TestOriginIsTakenOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		add := func(client string) error {
			return d.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
				c, err := tx.Client(client)
				if err != nil {
					return err
				}
				_, err = logged(c, catalog.Incident, "support", "HD-7")
				return err
			})
		}
		if err := errors.Join(add(d.a), add(d.b)); err != nil {
			t.Error(err)
		}
		if err := add(d.a); !isFault(err, store.CodeOriginExists) {
			t.Errorf("the second time: got %v", err)
		}
	})
}

func TestAppendExpectsTheHead(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		stale := *stream
		d.with(d.a, func(c *store.Client) error {
			return c.Append(stream, []store.Written{written(nine, ticket.Acknowledged{})})
		})
		err := d.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
			c, err := tx.Client(d.a)
			if err != nil {
				return err
			}
			return c.Append(&stale, []store.Written{written(nine, ticket.Closed{})})
		})
		if !isFault(err, store.CodeHeadMoved) {
			t.Errorf("got %v, want %s", err, store.CodeHeadMoved)
		}
		if f := fault.All(err); len(f) != 1 || f[0].Kind != fault.Conflict {
			t.Errorf("%v is no conflict", err)
		}
		if stale.Head != 1 {
			t.Errorf("a failed append moved its stream to %d", stale.Head)
		}
	})
}

func TestRecordedNeverGoesBack(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		early, next := nine.Add(-time.Millisecond), nine.Add(time.Millisecond)
		for _, now := range []time.Time{early, nine, next} {
			if got := stream.After(now); !got.Equal(next) {
				t.Errorf("at %v a new command is recorded at %v, want %v", now, got, next)
			}
		}
		err := d.Update(t.Context(), access.Everything(), func(tx *store.Tx) error {
			c, err := tx.Client(d.a)
			if err != nil {
				return err
			}
			return c.Append(stream, []store.Written{written(early, ticket.Closed{})})
		})
		if !errors.Is(err, store.ErrRecordedBack) {
			t.Errorf("got %v", err)
		}
	})
}

func TestErasedWordsLeaveTheirDigest(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		said := written(nine, ticket.Wrote{})
		said.Text = "Call me, Ann — 06 1234"
		d.with(d.a, func(c *store.Client) error { return c.Append(stream, []store.Written{said}) })
		d.with(d.a, func(c *store.Client) error {
			found, err := c.Contents(stream.ID)
			if err != nil {
				return err
			}
			if len(found) != 1 || found[0].Text != said.Text || found[0].Seq != 2 || !found[0].Intact() {
				t.Fatalf("got %+v", found)
			}
			forged := found[0]
			forged.Text += "!"
			if forged.Intact() {
				t.Error("another text has the same digest")
			}
			return c.EraseContent(found[0].ID)
		})
		d.with(d.a, func(c *store.Client) error {
			found, err := c.Contents(stream.ID)
			if len(found) != 0 {
				t.Errorf("still there: %+v", found)
			}
			entries, more := c.Entries(stream.ID)
			if len(entries) != 2 {
				t.Errorf("%d entries, want both", len(entries))
			}
			return errors.Join(err, more)
		})
	})
}

func TestStreamsComeInPages(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		var want []string
		d.with(d.a, func(c *store.Client) error {
			want = nil
			for range 7 {
				s, err := logged(c, catalog.Incident, "support", "")
				if err != nil {
					return err
				}
				want = append(want, s.Key)
			}
			return nil
		})
		var got []string
		d.with(d.a, func(c *store.Client) error {
			got = nil
			after := ""
			for {
				page, err := c.Streams(after, 3)
				if err != nil || len(page) == 0 {
					return err
				}
				for _, s := range page {
					got = append(got, s.Key)
				}
				after = page[len(page)-1].ID
			}
		})
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error("keys do not sort by the time at which they were made:", diff)
		}
	})
}

// TestManyEntriesAtOnce adds more entries than go into one statement.
func TestManyEntriesAtOnce(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addTicket(d.a)
		var many []store.Written
		for i := range 117 {
			w := written(nine.Add(time.Duration(i)*time.Minute), ticket.Assigned{Team: fmt.Sprint(i)})
			if i%50 == 0 {
				w.Text = fmt.Sprint("text ", i)
			}
			many = append(many, w)
		}
		d.with(d.a, func(c *store.Client) error {
			s := *stream
			return c.Append(&s, many)
		})
		d.with(d.a, func(c *store.Client) error {
			entries, err := c.Entries(stream.ID)
			if len(entries) != 118 {
				t.Fatalf("%d entries", len(entries))
			}
			for i, e := range entries[1:] {
				if e.Fact != many[i].Fact || !e.At.Equal(many[i].At) {
					t.Fatalf("entry %d is %+v", i+2, e)
				}
			}
			texts, more := c.Contents(stream.ID)
			if len(texts) != 3 || texts[2].Seq != 102 || texts[2].Text != "text 100" || !texts[2].Intact() {
				t.Errorf("texts %+v", texts)
			}
			return errors.Join(err, more)
		})
	})
}
