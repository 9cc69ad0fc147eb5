package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
)

// CodeUnsettled is the fault of a ticket that cannot be settled. Others are.
const CodeUnsettled reason.Code = "app.unsettled" // key, client

// settleBatch is how many tickets are settled in one transaction, so that nobody waits long
// for it. Several of these at a time would be in each other's way.
const settleBatch = 50

// Settle decides what fell due about all tickets in scope, up to now: the earliest first, and
// then what amendments brought. It returns how many tickets it looked at. A ticket that
// cannot be settled does not keep the others from it: it is looked at again later, and its
// fault is joined to the others. Settle can be stopped and run again at any time.
func (a *App) Settle(ctx context.Context, actor access.Actor) (int, error) {
	settled := 0
	var unsettled error
	for {
		batch, err := a.toSettle(ctx, actor)
		if err != nil || len(batch) == 0 {
			return settled, errors.Join(unsettled, err)
		}
		failed, err := a.settlePart(ctx, actor, batch)
		unsettled = errors.Join(unsettled, failed)
		if err != nil {
			return settled, errors.Join(unsettled, err)
		}
		settled += len(batch)
	}
}

// settlePart settles some tickets together, or one by one when that fails. It returns the
// faults of tickets that cannot be settled, apart from what keeps all of them from it.
func (a *App) settlePart(ctx context.Context, actor access.Actor, part []store.Wake) (unsettled, err error) {
	err = a.settleAll(ctx, actor, part)
	if err == nil || ctx.Err() != nil || isKind(err, fault.Unavailable) {
		return nil, err
	}
	return a.settleEach(ctx, actor, part)
}

// settleAll settles a batch in one transaction.
func (a *App) settleAll(ctx context.Context, actor access.Actor, batch []store.Wake) (err error) {
	defer recovered(&err)
	var late []time.Duration
	err = a.write(ctx, actor, access.SettleTickets, func(tx *store.Tx) error {
		late = late[:0]
		of := settling{clients: map[string]*store.Client{}, terms: map[string]contract.Terms{}, folk: newFolk(tx)}
		for _, w := range batch {
			if err := a.settleOne(tx, &of, w); err != nil {
				return err
			}
			if !w.At.IsZero() { // else its contract was amended
				late = append(late, tx.Now.Sub(tx.Leap.Came(w.At)))
			}
		}
		return nil
	})
	if err == nil && a.observe != nil {
		for _, l := range late {
			a.observe(l)
		}
	}
	return err
}

// settling is what the tickets of a batch have in common, read once in their transaction.
type settling struct {
	clients map[string]*store.Client
	terms   map[string]contract.Terms // by client and contract
	folk    *folk
}

// settleEach settles the tickets of a batch one by one, and postpones those that fail.
func (a *App) settleEach(ctx context.Context, actor access.Actor, batch []store.Wake) (unsettled, err error) {
	for _, w := range batch {
		err := a.settleAll(ctx, actor, []store.Wake{w})
		switch {
		case err == nil:
			a.unsettled.recovers(w.Stream)
		case ctx.Err() != nil || isKind(err, fault.Unavailable):
			return unsettled, err
		default:
			unsettled = errors.Join(unsettled, a.postpone(ctx, actor, w, err))
		}
	}
	return unsettled, nil
}

// postpone has a ticket that cannot be settled looked at again later, and later each time. It
// returns the fault of the ticket.
func (a *App) postpone(ctx context.Context, actor access.Actor, w store.Wake, why error) error {
	after := a.unsettled.fails(w.Stream)
	var failed *fault.Fault
	err := a.write(ctx, actor, access.SettleTickets, func(tx *store.Tx) error {
		c, err := tx.Client(w.Client)
		if err != nil {
			return err
		}
		s, err := c.Stream(w.Stream)
		if err != nil {
			return err
		}
		failed = fault.New(fault.Invalid, CodeUnsettled, "key", s.Key, "client", c.Name).Because(why)
		newest, err := newestVersion(c, s.Contract)
		if err != nil {
			return err
		}
		return c.Postpone(s.ID, newest, tx.Now.Add(after))
	})
	if err != nil {
		return errors.Join(why, err)
	}
	return failed
}

func newestVersion(c *store.Client, contract string) (int, error) {
	all, err := c.Contracts()
	for _, k := range all {
		if k.Name == contract {
			return k.Newest, err
		}
	}
	return 0, err
}

func (a *App) settleOne(tx *store.Tx, of *settling, w store.Wake) (err error) {
	c := of.clients[w.Client]
	if c == nil {
		if c, err = tx.Client(w.Client); err != nil {
			return err
		}
		of.clients[w.Client] = c
	}
	s, err := c.Stream(w.Stream)
	if err != nil {
		return err
	}
	under := w.Client + "/" + s.Contract
	terms := of.terms[under]
	if terms == nil {
		if terms, err = a.terms(c, s.Contract); err != nil {
			return err
		}
		of.terms[under] = terms
	}
	f, err := a.loadUnder(c, s, terms)
	if err != nil {
		return err
	}
	f.folk = of.folk
	f.settle()
	return f.keep()
}

// toSettle lists a batch of tickets about which something is due, and when there are none,
// of those that were last settled before their contract was amended. It only reads, so that
// the many times at which nothing is due cost nobody a turn at writing.
func (a *App) toSettle(ctx context.Context, actor access.Actor) ([]store.Wake, error) {
	var batch []store.Wake
	err := a.read(ctx, actor, access.SettleTickets, func(tx *store.Tx) (err error) {
		if batch, err = tx.Due(tx.Now, settleBatch); err != nil || len(batch) > 0 {
			return err
		}
		batch, err = a.amended.stale(tx)
		return err
	})
	return batch, err
}

// amended remembers up to which version the tickets of each contract were settled, so that
// nobody asks again about each contract for as long as nothing is amended.
type amended struct {
	mu      sync.Mutex
	since   time.Time
	settled map[string]int // by client and contract
}

// amendedFor is how long that is believed: a ticket may have been written by somebody who
// had not seen the amendment yet.
const amendedFor = 5 * time.Minute

// stale lists a batch of tickets that were last settled before their contract was amended.
func (m *amended) stale(tx *store.Tx) ([]store.Wake, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if age := tx.Now.Sub(m.since); age < 0 || age >= amendedFor {
		m.since, m.settled = tx.Now, map[string]int{}
	}
	newest, err := tx.NewestVersions()
	if err != nil {
		return nil, err
	}
	var batch []store.Wake
	for client, contracts := range newest {
		c, err := tx.Client(client)
		if err != nil {
			return nil, err
		}
		for _, k := range contracts {
			if m.settled[client+"/"+k.Name] == k.Newest {
				continue
			}
			streams, err := c.Stale(k, settleBatch-len(batch))
			if err != nil {
				return nil, err
			}
			for _, s := range streams {
				batch = append(batch, store.Wake{Client: client, Stream: s})
			}
			if len(batch) == settleBatch {
				return batch, nil
			}
			if len(streams) == 0 {
				m.settled[client+"/"+k.Name] = k.Newest
			}
		}
	}
	return batch, nil
}

// failures counts how often each ticket could not be settled in a row.
type failures struct {
	mu    sync.Mutex
	tries map[string]int
}

// fails notes a failure and tells how long to leave the ticket alone: a minute, and twice as
// long each time, up to a day.
func (f *failures) fails(stream string) time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.tries == nil {
		f.tries = map[string]int{}
	}
	f.tries[stream]++
	return min(time.Minute<<min(f.tries[stream]-1, 11), 24*time.Hour)
}

func (f *failures) recovers(stream string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.tries, stream)
}

// recovered turns a panic into an error, so that one ticket does not end the work on others.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("app: panic: %v", p)
	}
}

// isKind tells whether a fault of a kind is among the faults of an error.
func isKind(err error, kind fault.Kind) bool {
	for _, f := range fault.All(err) {
		if f.Kind == kind {
			return true
		}
	}
	return false
}
