package app

import (
	"context"
	"errors"
	"maps"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// tell turns new entries of a ticket into notices and mail, in the transaction that keeps
// them. Before is the number of the entry before the first new one, folded the ticket as it
// stands with them.
func (f *caseFile) tell(before int, folded ticket.Ticket) error {
	c, s := f.client, f.stream
	entries := make([]notice.Entry, len(f.added))
	for i := range f.added {
		entries[i] = notice.Entry{Entry: f.added[i].Entry, Seq: before + 1 + i, Text: f.added[i].Text}
	}
	need := notice.Needs(folded, entries)
	if !need.Anybody {
		return nil
	}
	watchers, err := c.Watchers(s.ID)
	if err != nil {
		return err
	}
	ids := append([]string{folded.Person, folded.Requester}, watchers...)
	for i := range f.added {
		if given, ok := f.added[i].Fact.(ticket.Assigned); ok {
			ids = append(ids, given.Person)
		}
	}
	if f.folk == nil {
		f.folk = newFolk(c.Tx())
	}
	people, err := f.folk.around(c.ID, need, ids)
	if err != nil {
		return err
	}
	for _, told := range notice.Tell(&notice.Case{Ticket: folded, People: people, Watchers: watchers, Leap: c.Tx().Leap}, entries) {
		if err := f.keepTold(&told); err != nil {
			return err
		}
	}
	return nil
}

// keepTold keeps what one person is told: on the screen, and as mail where it is worth that.
func (f *caseFile) keepTold(told *notice.Told) error {
	c, s := f.client, f.stream
	args := map[string]string{notice.ArgWhy: string(told.Why)}
	maps.Copy(args, told.Args)
	if told.Kind == notice.Leapt {
		return f.keepLeapt(told, args)
	}
	err := c.AddNotice(&store.Notice{Person: told.Person, Stream: s.ID, Seq: told.Seq, Kind: told.Kind, Args: args})
	if err != nil || !told.Mail {
		return err
	}
	return c.Enqueue(&store.Outgoing{
		Stream: s.ID, Seq: told.Seq, Rule: "told", Recipient: told.Person, Channel: notice.Mail, Kind: told.Kind, Args: args,
		Expires: told.Kind.Expires(c.Now()),
	})
}

// gatherFor is how long mail about a leap waits while more of what fell due in it is counted.
const gatherFor = 15 * time.Second

// keepLeapt adds to what one person is told of a leap of the clock: once for all clients, or
// for each client where they see some only.
func (f *caseFile) keepLeapt(told *notice.Told, args map[string]string) error {
	p, err := f.folk.person(told.Person)
	if err != nil {
		return err
	}
	tx := f.client.Tx()
	n := &store.Notice{Person: told.Person, Seq: int(tx.Leap.To.Unix()), Kind: told.Kind, Args: args}
	o := &store.Outgoing{
		Seq: n.Seq, Rule: "told", Recipient: told.Person, Channel: notice.Mail, Kind: told.Kind, Args: args,
		Due: tx.Now.Add(gatherFor), Expires: told.Kind.Expires(tx.Now),
	}
	if p.Scope.All() {
		return errors.Join(tx.AddTo(n, notice.ArgCount, told.More), tx.Enqueue(o))
	}
	return errors.Join(f.client.AddTo(n, notice.ArgCount, told.More), f.client.Enqueue(o))
}

// folk finds the people who may have to be told, each once in a transaction.
type folk struct {
	tx     *store.Tx
	people map[string]*person.Person // by id, nil for somebody who is not there
	roles  map[access.Role][]*person.Person
}

func newFolk(tx *store.Tx) *folk {
	return &folk{tx: tx, people: map[string]*person.Person{}, roles: map[access.Role][]*person.Person{}}
}

// around finds the people who may have to be told about a ticket and can see it: those with
// the ids, and as needed those who lead, and all of the provider.
func (k *folk) around(client string, need notice.Need, ids []string) ([]notice.Person, error) {
	found := map[string]bool{}
	var people []notice.Person
	add := func(p *person.Person, leads bool) {
		if !found[p.ID] && sees(p, client) {
			found[p.ID] = true
			people = append(people, notice.Person{ID: p.ID, Name: p.Name, Email: p.Email, Client: p.Client != "", Leads: leads})
		}
	}
	if need.Leads {
		leads, err := k.leading(client)
		if err != nil {
			return nil, err
		}
		for _, p := range leads {
			add(p, true)
		}
	}
	for _, id := range ids {
		p, err := k.person(id)
		if err != nil {
			return nil, err
		}
		if p != nil {
			add(p, false)
		}
	}
	if need.Names {
		all, err := k.tx.People()
		if err != nil {
			return nil, err
		}
		for _, p := range all {
			if p.Role.Staff() {
				add(p, false)
			}
		}
	}
	return people, nil
}

// person finds somebody by their id, nil for nobody and for somebody of another system, as
// imported tickets have.
func (k *folk) person(id string) (*person.Person, error) {
	p, known := k.people[id]
	if known || id == "" {
		return p, nil
	}
	p, err := k.tx.Person(id)
	if isFault(err, store.CodePersonUnknown) {
		p, err = nil, nil
	}
	if err == nil {
		k.people[id] = p
	}
	return p, err
}

// leading lists who leads for a client: the leads, or where there are none the managers, or
// the admins, so that a breach is never told to nobody.
func (k *folk) leading(client string) ([]*person.Person, error) {
	for _, role := range []access.Role{access.Lead, access.Manager, access.Admin} {
		all, known := k.roles[role]
		if !known {
			var err error
			if all, err = k.tx.PeopleOf(role); err != nil {
				return nil, err
			}
			k.roles[role] = all
		}
		var some []*person.Person
		for _, p := range all {
			if sees(p, client) {
				some = append(some, p)
			}
		}
		if len(some) > 0 {
			return some, nil
		}
	}
	return nil, nil
}

// sees tells whether a person can sign in and has a client in their scope.
func sees(p *person.Person, client string) bool { return p.Active && p.Scope.Has(client) }

// Notice is something that a person was told, and about which ticket.
type Notice struct {
	store.Notice
	Ref
	Title string // of the ticket, as it is now
}

// Notices lists up to limit notices to the actor that are older than one, newest first;
// before "" is the newest. Those about a client that the actor no longer sees are left out.
func (a *App) Notices(ctx context.Context, actor access.Actor, before string, limit int) ([]Notice, error) {
	var list []Notice
	err := a.read(ctx, actor, access.OwnNotices, func(tx *store.Tx) error {
		list = nil
		kept, err := tx.Notices(actor.ID, before, limit)
		if err != nil {
			return err
		}
		for _, n := range kept {
			one := Notice{Notice: n}
			if n.Client != "" && n.Stream != "" {
				about, ok, err := ticketFor(tx, actor, n.Client, n.Stream)
				if err != nil {
					return err
				}
				if !ok {
					continue
				}
				one.Ref, one.Title = Ref{Client: n.Client, Key: about.Key}, about.Title
			}
			list = append(list, one)
		}
		return nil
	})
	return list, err
}

// ticketFor reads the row of a ticket by its stream, for somebody who may see it; false for
// somebody who may not.
func ticketFor(tx *store.Tx, actor access.Actor, client, stream string) (row store.TicketRow, ok bool, err error) {
	c, err := tx.Client(client)
	if err != nil {
		return row, false, err
	}
	row, ok, err = c.TicketRow(stream)
	if err != nil || !ok || !actor.OwnOnly() || row.Requester == actor.ID {
		return row, ok, err
	}
	ok, err = c.Watches(stream, actor.ID)
	return row, ok, err
}

// UnreadNotices counts the notices that the actor has not read.
func (a *App) UnreadNotices(ctx context.Context, actor access.Actor) (int, error) {
	unread := 0
	err := a.read(ctx, actor, access.OwnNotices, func(tx *store.Tx) (err error) {
		unread, err = tx.UnseenNotices(actor.ID)
		return err
	})
	return unread, err
}

// MarkNoticeRead notes that the actor has read a notice. One that is somebody else's stays as
// it is, and reads as if there were none.
func (a *App) MarkNoticeRead(ctx context.Context, actor access.Actor, id string) error {
	return a.write(ctx, actor, access.OwnNotices, func(tx *store.Tx) error { return tx.SeeNotice(actor.ID, id) })
}

// MarkNoticesRead notes that the actor has read a notice and all that came before it.
func (a *App) MarkNoticesRead(ctx context.Context, actor access.Actor, upTo string) error {
	return a.write(ctx, actor, access.OwnNotices, func(tx *store.Tx) error { return tx.SeeNotices(actor.ID, upTo) })
}
