package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// addFound makes a ticket that is found by words, and gives its stream.
func (d *desk) addFound(client string, opened time.Time, public, internal string, change ...func(*store.TicketRow)) string {
	d.t.Helper()
	stream := ""
	d.with(client, func(c *store.Client) error {
		var err error
		stream, err = putFound(c, opened, public, internal, change...)
		return err
	})
	return stream
}

func putFound(c *store.Client, opened time.Time, public, internal string, change ...func(*store.TicketRow)) (string, error) {
	s, err := logged(c, catalog.Incident, "support", "")
	if err != nil {
		return "", err
	}
	row := &store.TicketRow{
		Stream: s.ID, Key: s.Key, Contract: "support", Title: public, Face: clock.Face{Lane: clock.LaneNone},
		Ticket: ticket.Ticket{Kind: catalog.Incident, Priority: catalog.P2, Opened: opened},
	}
	for _, f := range change {
		f(row)
	}
	return s.ID, errors.Join(c.PutTicket(row), c.PutFound(s.ID, opened, ticket.Found{Public: text.Words(public), Internal: text.Words(internal)}))
}

// found lists the streams that a query finds, page by page.
func (d *desk) found(scope access.Scope, q store.QueueQuery, page int) []string {
	d.t.Helper()
	var all []string
	place := store.QueuePlace{}
	for {
		var rows []store.QueueRow
		err := d.View(d.t.Context(), scope, func(tx *store.Tx) (err error) {
			rows, err = tx.Queue(&q, place, page)
			return err
		})
		if err != nil {
			d.t.Fatalf("%+v: %v", q, err)
		}
		for i := range rows {
			all = append(all, rows[i].Stream)
			place = rows[i].Place()
		}
		if len(rows) < page {
			return all
		}
		if len(all) > 10_000 {
			d.t.Fatalf("%+v has no end", q)
		}
	}
}

func TestFoundByWords(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		hour := func(n int) time.Time { return nine.Add(time.Duration(n) * time.Hour) }
		old := d.addFound(d.a, hour(-5), "Façade of the checkout: iDEAL hangs", "MySQL pool")
		theirs := d.addFound(d.b, hour(-4), "Checkout is slow", "canary")
		late := d.addFound(d.a, hour(2), "Payment fails at checkout", "")
		closed := d.addFound(d.a, hour(-3), "Search finds no product", "", func(r *store.TicketRow) { r.State = ticket.StateClosed })
		everyone := access.Everything()
		d.WalkLess(1)
		for _, c := range []struct {
			name  string
			scope access.Scope
			q     store.QueueQuery
			want  []string
		}{
			{"one word, newest first", everyone, store.QueueQuery{Text: "checkout"}, []string{late, theirs, old}},
			{"of the scope", access.Only(d.a), store.QueueQuery{Text: "checkout"}, []string{late, old}},
			{"of no scope", access.Scope{}, store.QueueQuery{Text: "checkout"}, nil},
			{"of one client", everyone, store.QueueQuery{Text: "checkout", Clients: []string{d.b}}, []string{theirs}},
			{"of a client out of scope", access.Only(d.a), store.QueueQuery{Text: "checkout", Clients: []string{d.b}}, nil},
			{"all words, in any order", everyone, store.QueueQuery{Text: "CHECKOUT fails"}, []string{late}},
			{"accents", everyone, store.QueueQuery{Text: "facade"}, []string{old}},
			{"accents of the question", everyone, store.QueueQuery{Text: "chéckout IDEAL"}, []string{old}},
			{"a part of a word", everyone, store.QueueQuery{Text: "check"}, nil},
			{"a part while typing", everyone, store.QueueQuery{Text: "check", Typing: true}, []string{late, theirs, old}},
			{"a longer part while typing", everyone, store.QueueQuery{Text: "fails checkou", Typing: true}, []string{late}},
			{"only the last word is typed", everyone, store.QueueQuery{Text: "check fails", Typing: true}, nil},
			{"internal words, for others", everyone, store.QueueQuery{Text: "mysql"}, nil},
			{"internal words while typing, for others", everyone, store.QueueQuery{Text: "mys", Typing: true}, nil},
			{"internal words, asked for by their sign", everyone, store.QueueQuery{Text: "#mysql"}, nil},
			{"internal words", everyone, store.QueueQuery{Text: "mysql", Internal: true}, []string{old}},
			{"internal words while typing", everyone, store.QueueQuery{Text: "mysq", Internal: true, Typing: true}, []string{old}},
			{"internal and public words", everyone, store.QueueQuery{Text: "pool checkout", Internal: true}, []string{old}},
			{"internal words of others", access.Only(d.a), store.QueueQuery{Text: "canary", Internal: true}, nil},
			{"the id of a client is no word", everyone, store.QueueQuery{Text: d.a}, nil},
			{"with another condition", everyone, store.QueueQuery{Text: "finds", Closed: true}, []string{closed}},
			{"against another condition", everyone, store.QueueQuery{Text: "finds", Open: true}, nil},
			{"no words", everyone, store.QueueQuery{Text: "?!"}, nil},
			{"operators are words", everyone, store.QueueQuery{Text: "checkout OR payment"}, nil},
			{"a key", everyone, store.QueueQuery{Text: "inc-2", Clients: []string{d.a}}, []string{late}},
		} {
			for _, page := range []int{1, 10} {
				if diff := cmp.Diff(c.want, d.found(c.scope, c.q, page)); diff != "" {
					t.Errorf("%s, by %d: %s", c.name, page, diff)
				}
			}
			d.countsTheSame(c.name, c.scope, c.q, c.want)
		}
	})
}

// countsTheSame counts what a query finds.
func (d *desk) countsTheSame(name string, scope access.Scope, q store.QueueQuery, want []string) {
	d.t.Helper()
	err := d.View(d.t.Context(), scope, func(tx *store.Tx) error {
		n, err := tx.CountQueue(&q, 100)
		if n != len(want) {
			d.t.Errorf("%s: counted %d of %d", name, n, len(want))
		}
		return err
	})
	if err != nil {
		d.t.Errorf("%s: %v", name, err)
	}
}

func TestCalledByKey(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		first := d.addFound(d.a, nine, "one", "")
		theirs := d.addFound(d.b, nine.Add(time.Minute), "two", "")
		for _, c := range []struct {
			typed string
			scope access.Scope
			want  []string
		}{
			{"INC-000001", access.Everything(), []string{theirs, first}},
			{" inc1 ", access.Everything(), []string{theirs, first}},
			{"1", access.Only(d.a), []string{first}},
			{"0001", access.Only(d.b), []string{theirs}},
			{"1", access.Scope{}, nil},
			{"REQ-1", access.Everything(), nil},
			{"2", access.Everything(), nil},
			{"0", access.Everything(), nil},
			{"one", access.Everything(), nil},
			{"INC-1' OR '1'='1", access.Everything(), nil},
			{"99999999999999999999", access.Everything(), nil},
		} {
			var got []string
			err := d.View(t.Context(), c.scope, func(tx *store.Tx) error {
				rows, err := tx.Called(&store.QueueQuery{}, c.typed, 10)
				for _, r := range rows {
					got = append(got, r.Stream)
				}
				return err
			})
			if diff := cmp.Diff(c.want, got); diff != "" || err != nil {
				t.Errorf("%q: %v %s", c.typed, err, diff)
			}
		}
	})
}

func TestErasedWordsAreNotFound(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		t := d.t
		stream := d.addFound(d.a, nine, "Call me", "")
		d.with(d.a, func(c *store.Client) error {
			s, err := c.Stream(stream)
			if err != nil {
				return err
			}
			said := written(nine, ticket.Wrote{})
			said.Text = "my number is 0612345678"
			return errors.Join(c.Append(s, []store.Written{said}), c.PutFound(stream, nine, ticket.Found{Public: text.Words("call me " + said.Text)}))
		})
		q := store.QueueQuery{Text: "0612345678"}
		if got := d.found(access.Everything(), q, 10); len(got) != 1 {
			t.Fatalf("found %v before", got)
		}
		pending := func() (all []store.Pending) {
			d.view(func(tx *store.Tx) (err error) {
				all, err = tx.Pending(10)
				return err
			})
			return all
		}
		if got := pending(); len(got) != 0 {
			t.Errorf("pending before: %v", got)
		}
		d.with(d.a, func(c *store.Client) error {
			kept, err := c.Contents(stream)
			if err != nil {
				return err
			}
			return c.EraseContent(kept[0].ID)
		})
		for _, words := range []string{q.Text, "call"} {
			if got := d.found(access.Everything(), store.QueueQuery{Text: words}, 10); len(got) != 0 {
				t.Errorf("%s finds %v", words, got)
			}
		}
		if diff := cmp.Diff([]store.Pending{{Client: d.a, Stream: stream}}, pending()); diff != "" {
			t.Error(diff)
		}
		d.with(d.a, func(c *store.Client) error {
			return c.PutFound(stream, nine, ticket.Found{Public: []string{"call", "me"}})
		})
		if got := d.found(access.Everything(), store.QueueQuery{Text: "call"}, 10); len(got) != 1 {
			t.Errorf("brought in anew: %v", got)
		}
	})
}

// TestFoundLaw draws tickets of two clients with few words and few instants, so that many are
// alike, and holds what is found, page by page, against a look at each.
func TestFoundLaw(t *testing.T) {
	t.Parallel()
	onEach(t, func(d *desk) {
		type drawn struct {
			stream, client   string
			opened           time.Time
			public, internal []string
		}
		var all []drawn
		d.WalkLess(5)
		rapid.Check(d.t, func(t *rapid.T) {
			words := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"cart", "cartel", "pay", "payment", "ж"}), 0, 3, rapid.ID)
			d.update(func(tx *store.Tx) error {
				for range rapid.IntRange(0, 3).Draw(t, "more") {
					one := drawn{
						client: rapid.SampledFrom([]string{d.a, d.b}).Draw(t, "client"), public: words.Draw(t, "public"), internal: words.Draw(t, "internal"),
						opened: nine.Add(time.Duration(rapid.IntRange(0, 5).Draw(t, "opened")) * time.Second),
					}
					one.internal = slices.DeleteFunc(one.internal, func(w string) bool { return slices.Contains(one.public, w) })
					c, err := tx.Client(one.client)
					if err != nil {
						return err
					}
					one.stream, err = putFound(c, one.opened, strings.Join(one.public, " "), strings.Join(one.internal, " "))
					if err != nil {
						return err
					}
					all = append(all, one)
				}
				return nil
			})
			asked := rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"cart", "pay", "payment", "cartel", "ж"}), 1, 2, rapid.ID).Draw(t, "asked")
			q := store.QueueQuery{
				Text: strings.Join(asked, " "), Internal: rapid.Bool().Draw(t, "internal"), Typing: rapid.Bool().Draw(t, "typing"),
			}
			scope := rapid.SampledFrom([]access.Scope{access.Everything(), access.Only(d.a), access.Only(d.b, d.a)}).Draw(t, "scope")
			want := map[string]bool{}
			for _, one := range all {
				if scope.Has(one.client) && holds(&q, asked, one.public, one.internal) {
					want[one.stream] = true
				}
			}
			got := d.found(scope, q, rapid.IntRange(1, 7).Draw(t, "page"))
			if len(got) != len(want) {
				t.Fatalf("%+v finds %d of %d", q, len(got), len(want))
			}
			last := nine.Add(time.Hour)
			for _, stream := range got {
				one := all[slices.IndexFunc(all, func(o drawn) bool { return o.stream == stream })]
				if !want[stream] {
					t.Fatalf("%+v finds %+v, or finds it twice", q, one)
				}
				delete(want, stream)
				if one.opened.After(last) {
					t.Errorf("%v after %v", one.opened, last)
				}
				last = one.opened
			}
		})
	})
}

// holds is a slow look at one ticket.
func holds(q *store.QueueQuery, asked, public, internal []string) bool {
	for i, w := range asked {
		last := q.Typing && i == len(asked)-1
		fits := func(stands string, sign int) bool {
			if !last {
				return stands == w
			}
			for _, n := range []int{6, 4, 3} { // see beginnings
				if len([]rune(w))+sign >= n {
					return strings.HasPrefix(stands, w[:n-sign])
				}
			}
			return stands == w
		}
		there := slices.ContainsFunc(public, func(s string) bool { return fits(s, 0) }) ||
			q.Internal && slices.ContainsFunc(internal, func(s string) bool { return fits(s, 1) })
		if !there {
			return false
		}
	}
	return true
}

// FuzzAsked asks a database of each question that anybody may type: it is never syntax, and
// finds the ticket that was written with the same text.
func FuzzAsked(f *testing.F) {
	for _, seed := range []string{`checkout`, `"`, `'`, `a" OR "b`, `NEAR(a b, 2)`, `col : x`, `^x`, `-x`, `(`, `x*`, "\x00", `\`, `#note`, `@client`, `$1`, `INC-000001`} {
		f.Add(seed)
	}
	s := newFuzzStore(f)
	f.Fuzz(func(t *testing.T, typed string) {
		for _, q := range []store.QueueQuery{{Text: typed}, {Text: typed, Typing: true, Internal: true}} {
			err := s.View(t.Context(), access.Everything(), func(tx *store.Tx) error {
				_, err := tx.Queue(&q, store.QueuePlace{}, 3)
				_, called := tx.Called(&q, typed, 3)
				return errors.Join(err, called)
			})
			if err != nil {
				t.Errorf("%q: %v", typed, err)
			}
		}
	})
}

func newFuzzStore(f *testing.F) *store.Store {
	f.Helper()
	s, err := store.Create(f.Context(), f.TempDir()+"/fuzz.db")
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() { _ = s.Close() })
	err = s.Update(f.Context(), access.Everything(), func(tx *store.Tx) error {
		c, err := tx.AddClient("Anker")
		if err != nil {
			return err
		}
		if err := c.AddVersion(store.ContractVersion{Contract: "support", Number: 1, Effective: nine}); err != nil {
			return err
		}
		for i := range 20 {
			if _, err := putFound(c, nine, fmt.Sprint("checkout x a b ", i), "note"); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
	return s
}
