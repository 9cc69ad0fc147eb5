package app

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/store"
)

const (
	// deliverBatch is how many items are claimed at once, and handed over at the same time.
	deliverBatch = 8
	// claimFor is how long a claim holds: longer than any hand-over may take.
	claimFor = 2 * time.Minute
	// stuckAfter is how long something waits for a channel that does not answer before the
	// admins are told.
	stuckAfter = 5 * time.Minute
)

// Channel hands a message over and returns when it was taken. A fault of kind Unavailable is
// tried again later, one with notice.CodeChannelDown without trying others before; every other
// fault is final. What was handed over before may come again, with the same id.
type Channel func(context.Context, *notice.Message) error

// Channels are the ways out that an installation has.
type Channels map[notice.Channel]Channel

// Delivered counts what became of a batch.
type Delivered struct {
	Sent, Failed, Parked, Expired, WouldSend int
}

// Total is how many items that were.
func (d Delivered) Total() int { return d.Sent + d.Failed + d.Parked + d.Expired + d.WouldSend }

// Deliver hands over one batch of what is due in the outbox, under a lease. The items are
// claimed in a transaction, handed over outside of any, and each is reported on as soon as the
// channel has answered. What is too old, or for somebody who may not know it any more, is not
// sent; what has no channel here stays as it would have been sent. It fails with
// store.CodeLeaseLost when the work was given to another process.
//
// The end of ctx keeps further items from being handed over; they stay claimed, and come back.
func (a *App) Deliver(ctx context.Context, actor access.Actor, l Lease, channels Channels) (Delivered, error) {
	var done Delivered
	var ready []handOver
	err := a.write(ctx, actor, access.DeliverOutbox, func(tx *store.Tx) error {
		done, ready = Delivered{}, nil
		items, err := tx.ClaimDue(l, deliverBatch, tx.Now.Add(claimFor))
		if err != nil {
			return err
		}
		for i := range items {
			h := handOver{item: &items[i], channel: channels[items[i].Channel]}
			o, err := h.prepare(tx)
			if err != nil {
				return err
			}
			if o.State == "" {
				ready = append(ready, h)
				continue
			}
			if err := tx.Conclude(h.item, o); err != nil {
				return err
			}
			done.count(o.State)
		}
		return nil
	})
	if err != nil {
		return done, err
	}
	err = a.handAllOver(ctx, actor, ready, &done)
	return done, err
}

func (d *Delivered) count(s store.OutboxState) {
	switch s {
	case store.Sent:
		d.Sent++
	case store.Failed:
		d.Failed++
	case store.Parked:
		d.Parked++
	case store.Expired:
		d.Expired++
	case store.WouldSend:
		d.WouldSend++
	case store.Queued, store.Claimed: // no outcomes
	}
}

// handAllOver hands over what is ready and reports on each.
func (a *App) handAllOver(ctx context.Context, actor access.Actor, ready []handOver, done *Delivered) error {
	var (
		mu    sync.Mutex
		fails error
		all   sync.WaitGroup
	)
	for i := range ready {
		all.Go(func() {
			o, err := a.conclude(ctx, actor, ready[i].item, ready[i].send(ctx))
			mu.Lock()
			defer mu.Unlock()
			fails = errors.Join(fails, err)
			done.count(o.State)
		})
	}
	all.Wait()
	return fails
}

// conclude reports on an item: what the answer of the channel comes to. When another process
// has claimed the item meanwhile its word stands.
func (a *App) conclude(ctx context.Context, actor access.Actor, it *store.Item, answer error) (o store.Outcome, err error) {
	// What was handed over is reported on even when the program is about to end.
	ctx = context.WithoutCancel(ctx)
	err = a.write(ctx, actor, access.DeliverOutbox, func(tx *store.Tx) error {
		o = outcome(it, answer, tx.Now)
		err := tx.Conclude(it, o)
		switch {
		case isFault(err, store.CodeClaimLost):
			o = store.Outcome{}
			return nil
		case err != nil:
			return err
		case o.State == store.Parked:
			return alarm(tx, &store.Notice{Stream: it.ID, Kind: notice.Parked, Args: map[string]string{
				"kind": string(it.Kind), "problem": string(o.Problem),
			}})
		case o.State == store.Failed && tx.Now.Sub(it.Recorded) >= stuckAfter:
			// Once a day.
			return alarm(tx, &store.Notice{Stream: string(it.Channel), Seq: int(tx.Now.Unix() / 86400), Kind: notice.Stuck, Args: map[string]string{
				"problem": string(o.Problem),
			}})
		}
		return nil
	})
	return o, err
}

// outcome says what comes of the answer of a channel.
func outcome(it *store.Item, answer error, now time.Time) store.Outcome {
	if answer == nil {
		return store.Outcome{State: store.Sent}
	}
	problem, final := notice.CodeFailed, false
	if faults := fault.All(answer); len(faults) > 0 {
		problem, final = faults[0].Code, faults[0].Kind != fault.Unavailable
	}
	if final || it.Attempts >= notice.MostAttempts {
		return store.Outcome{State: store.Parked, Problem: problem}
	}
	return store.Outcome{State: store.Failed, Next: now.Add(notice.Pause(it.Attempts, rand.Float64())), Problem: problem}
}

// alarm tells the admins of the installation something.
func alarm(tx *store.Tx, n *store.Notice) error {
	admins, err := tx.PeopleOf(access.Admin)
	if err != nil {
		return err
	}
	n.Args[notice.ArgWhy] = string(notice.CodeAdmin)
	for _, p := range admins {
		if !p.Rules() {
			continue
		}
		n.Person = p.ID
		if err := tx.AddNotice(n); err != nil {
			return err
		}
	}
	return nil
}

// handOver is one item on its way through a channel.
type handOver struct {
	item    *store.Item
	channel Channel
	message *notice.Message
}

// send calls the channel. A panic of it is an error like any other.
func (h *handOver) send(ctx context.Context) (err error) {
	defer recovered(&err)
	return h.channel(ctx, h.message)
}

// OutboxItem is an item as people see it, with whom it goes to and what it is about.
type OutboxItem struct {
	store.Item
	Name    string // of the person, "" for somebody who is not there any more
	Address string
	Ref     // of the ticket, empty for none
}

// Outbox lists up to limit items that are older than one, newest first: what was sent, waits,
// or would be sent if there were a channel. Before "" is the newest. Mail about the
// installation itself is listed for those who see everything.
func (a *App) Outbox(ctx context.Context, actor access.Actor, before string, limit int) ([]OutboxItem, error) {
	var list []OutboxItem
	err := a.read(ctx, actor, access.ReadOutbox, func(tx *store.Tx) error {
		list = nil
		items, err := tx.Items(before, limit)
		for _, it := range items {
			one := OutboxItem{Item: it}
			if p, err := tx.Person(it.Recipient); err == nil {
				one.Name, one.Address = p.Name, p.Email
			} else if !isFault(err, store.CodePersonUnknown) {
				return err
			}
			if it.Client != "" {
				row, _, err := ticketFor(tx, actor, it.Client, it.Stream)
				if err != nil {
					return err
				}
				one.Ref = Ref{Client: it.Client, Key: row.Key}
			}
			list = append(list, one)
		}
		return err
	})
	return list, err
}

// OutboxBacklog tells how many items wait to be handed over, of all clients, and since when
// the oldest does; zero when none does.
func (a *App) OutboxBacklog(ctx context.Context, actor access.Actor) (waiting int, since time.Time, err error) {
	asks := access.ReadOutbox
	if actor.May(access.DeliverOutbox) {
		asks = access.DeliverOutbox // the program itself, for its figures
	}
	err = a.read(ctx, actor, asks, func(tx *store.Tx) (err error) {
		waiting, since, err = tx.Waiting()
		return err
	})
	return waiting, since, err
}

// Resend has an item that was given up, or that had no channel, handed over again.
func (a *App) Resend(ctx context.Context, actor access.Actor, item string) error {
	return a.write(ctx, actor, access.ReadOutbox, func(tx *store.Tx) error { return tx.Requeue(item) })
}

// Idle is for how long nothing falls due of what nobody asks for: no ticket to settle, and
// nothing to hand over. It is 0 when something is due now.
func (a *App) Idle(ctx context.Context, actor access.Actor) (time.Duration, error) {
	idle := time.Duration(0)
	err := a.read(ctx, actor, access.SettleTickets, func(tx *store.Tx) error {
		wake, err := tx.NextWake()
		if err != nil {
			return err
		}
		due, err := tx.NextDue()
		if due.Before(wake) {
			wake = due
		}
		idle = max(0, wake.Sub(tx.Now))
		return err
	})
	return idle, err
}

// Unasked is the actor of what the program does without being asked.
func Unasked() access.Actor {
	return access.Actor{ID: program.ID, Role: access.Worker, Scope: access.Everything()}
}

// Listen tells what this process commits from now on about the clients in a scope. What it
// returns must be closed.
func (a *App) Listen(scope access.Scope) *store.Listener { return a.store.Listen(scope) }
