package store

import (
	"encoding/json"
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// OutboxState says how far something on its way out has come.
type OutboxState string

// The states of what is on its way out. The last four are final.
const (
	Queued    OutboxState = "queued"     // waits for its first attempt
	Claimed   OutboxState = "claimed"    // somebody is handing it over
	Failed    OutboxState = "failed"     // an attempt failed; there will be another
	Sent      OutboxState = "sent"       // the channel took it
	WouldSend OutboxState = "would_send" // there is no such channel here
	Expired   OutboxState = "expired"    // too old to be of use
	Parked    OutboxState = "parked"     // given up after many attempts
)

// Outgoing is something that is to leave the desk. Stream, Seq, Rule, Step, Recipient and
// Channel are its key: whatever the rules conclude again has the same key, and is kept once.
type Outgoing struct {
	Stream    string // the case that it is about; for mail about a person the person's id
	Seq       int    // number of the entry that caused it, 0 for none
	Rule      string // what concluded it
	Step      string // tells apart what one rule concludes from one entry, "" where that is one
	Recipient string // id of a person
	Channel   notice.Channel
	Kind      notice.Kind
	// Args are codes and values for the wording. They hold no secret (a link gets its token
	// when it is handed over) and no text that a person wrote (that is read at the hand-over,
	// so that it can be erased).
	Args    map[string]string
	Due     time.Time // not before; zero is now
	Expires time.Time // of no use from then on; zero is never
}

// Item is an Outgoing as it is kept.
type Item struct {
	Outgoing
	ID       string // sorts by time
	Client   string // "" for what concerns the installation itself
	State    OutboxState
	Recorded time.Time
	Attempts int
	Fence    int       // of the lease under which it was last claimed
	Sent     time.Time // zero until then
	Problem  string    // code of the last problem, "" for none
}

// Enqueue puts something about the client into the outbox. What is there already under the
// same key stays as it is, sent or not.
func (c *Client) Enqueue(o *Outgoing) error { return c.tx.enqueue(c.ID, o) }

// Enqueue puts something that concerns the installation itself into the outbox, as
// Client.Enqueue does.
func (tx *Tx) Enqueue(o *Outgoing) error { return tx.enqueue("", o) }

func (tx *Tx) enqueue(client string, o *Outgoing) error {
	args, err := json.Marshal(o.Args)
	if err != nil {
		return err
	}
	due := o.Due
	if due.IsZero() {
		due = tx.Now
	}
	_, err = tx.exec(`
		INSERT INTO outbox (client, item, stream, seq, rule, step, recipient, channel, kind, args, state, recorded,
			due, expires, attempts, fence, sent, problem)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 0, 0, 0, '')
		ON CONFLICT (client, stream, seq, rule, step, recipient, channel) DO NOTHING`,
		client, tx.newKey(), o.Stream, o.Seq, o.Rule, o.Step, o.Recipient, string(o.Channel), string(o.Kind), string(args),
		string(Queued), millis(tx.Now), millis(due), millis(o.Expires))
	return err
}

// never is the due of what nobody need look at again.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// ClaimDue claims up to limit items that are due, the longest due first, under a lease: until
// the instant nobody else gets them. Who does not report on an item by then loses it, and it
// is handed over again. CodeLeaseLost says that the lease was given to somebody else. The work
// is that of all clients, so a transaction with a smaller scope finds nothing.
func (tx *Tx) ClaimDue(l Lease, limit int, until time.Time) ([]Item, error) {
	if err := tx.Hold(l); err != nil || !tx.scope.Has("") {
		return nil, err
	}
	items, err := query(tx, scanItem, `
		SELECT client, item, stream, seq, rule, step, recipient, channel, kind, args, state, recorded,
			due, expires, attempts, fence, sent, problem
		FROM outbox WHERE due <= $1 ORDER BY due, item LIMIT $2`, millis(tx.Now), limit)
	if err != nil {
		return nil, err
	}
	for i := range items {
		it := &items[i]
		it.State, it.Fence, it.Due, it.Attempts = Claimed, l.Fence, until, it.Attempts+1
		_, err := tx.exec(`
			UPDATE outbox SET state = $3, fence = $4, due = $5, attempts = $6 WHERE client = $1 AND item = $2`,
			it.Client, it.ID, string(it.State), it.Fence, millis(it.Due), it.Attempts)
		if err != nil {
			return nil, err
		}
	}
	return items, nil
}

// Outcome is what became of an attempt to hand something over.
type Outcome struct {
	State   OutboxState // Sent, Failed, WouldSend, Expired or Parked
	Next    time.Time   // of Failed: when to try again
	Problem reason.Code // "" for none
}

// Conclude writes down what became of a claimed item. CodeClaimLost says that it was claimed
// by somebody else meanwhile, or concluded before; their word stands.
func (tx *Tx) Conclude(it *Item, o Outcome) error {
	due, sent := never, time.Time{}
	switch o.State {
	case Failed:
		due = o.Next
	case Sent:
		sent = tx.Now
	}
	n, err := tx.exec(`
		UPDATE outbox SET state = $3, due = $4, sent = $5, problem = $6
		WHERE client = $1 AND item = $2 AND state = $7 AND fence = $8 AND attempts = $9`,
		it.Client, it.ID, string(o.State), millis(due), millis(sent), string(o.Problem), string(Claimed), it.Fence, it.Attempts)
	if err == nil && n == 0 {
		err = fault.New(fault.Conflict, CodeClaimLost)
	}
	return err
}

// Requeue has an item that was given up, or that had no channel, handed over again from the
// start. CodeItemUnknown says that there is no such item in the scope.
func (tx *Tx) Requeue(id string) error {
	client, err := tx.clientOfItem(id)
	if err != nil {
		return err
	}
	n, err := tx.exec(`
		UPDATE outbox SET state = $3, due = $4, expires = 0, attempts = 0
		WHERE client = $1 AND item = $2 AND (state = $5 OR state = $6)`,
		client, id, string(Queued), millis(tx.Now), string(Parked), string(WouldSend))
	if err == nil && n == 0 {
		err = fault.New(fault.NotFound, CodeItemUnknown, "item", id)
	}
	return err
}

// Item finds an item in scope. CodeItemUnknown says that there is none.
func (tx *Tx) Item(id string) (Item, error) {
	client, err := tx.clientOfItem(id)
	if err != nil {
		return Item{}, err
	}
	found, err := query(tx, scanItem, `
		SELECT client, item, stream, seq, rule, step, recipient, channel, kind, args, state, recorded,
			due, expires, attempts, fence, sent, problem
		FROM outbox WHERE client = $1 AND item = $2`, client, id)
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, CodeItemUnknown, "item", id)
	}
	if err != nil {
		return Item{}, err
	}
	return found[0], nil
}

// clientOfItem finds whom an item in scope concerns.
func (tx *Tx) clientOfItem(id string) (string, error) {
	clients, err := query(tx, scanOne[string], `SELECT client FROM outbox WHERE item = $1`, id)
	if err == nil && (len(clients) == 0 || !tx.scope.Has(clients[0])) {
		err = fault.New(fault.NotFound, CodeItemUnknown, "item", id)
	}
	if err != nil {
		return "", err
	}
	return clients[0], nil
}

// Items lists up to limit items in scope that are older than one, newest first. Before "" is
// the newest.
func (tx *Tx) Items(before string, limit int) ([]Item, error) {
	if before == "" {
		before = "w" // after every id, in every collation
	}
	return pagesInScope(tx, limit, before, func(before string) ([]Item, error) {
		return query(tx, scanItem, `
			SELECT client, item, stream, seq, rule, step, recipient, channel, kind, args, state, recorded,
				due, expires, attempts, fence, sent, problem
			FROM outbox WHERE item < $1 ORDER BY item DESC LIMIT $2`, before, limit)
	}, func(it Item) (client, id string) { return it.Client, it.ID })
}

// pagesInScope reads page after page until it has limit rows of clients in scope.
func pagesInScope[T any](tx *Tx, limit int, before string, read func(before string) ([]T, error), of func(T) (client, id string)) ([]T, error) {
	var found []T
	for {
		page, err := read(before)
		if err != nil {
			return nil, err
		}
		for _, one := range page {
			client, id := of(one)
			before = id
			if tx.scope.Has(client) && len(found) < limit {
				found = append(found, one)
			}
		}
		if len(page) < limit || len(found) == limit {
			return found, nil
		}
	}
}

// Waiting tells how many items still wait to be handed over, of all clients, and since when
// the oldest does; zero when none does.
func (tx *Tx) Waiting() (int, time.Time, error) {
	type waiting struct{ count, oldest int64 }
	found, err := query(tx, func(r row) (w waiting, err error) {
		err = r.Scan(&w.count, &w.oldest)
		return w, err
	}, `SELECT COUNT(*), COALESCE(MIN(recorded), 0) FROM outbox WHERE due < $1`, millis(never))
	if err != nil {
		return 0, time.Time{}, err
	}
	return int(found[0].count), instant(found[0].oldest), nil
}

// NextDue is when something in the outbox is due next, the year 9999 when nothing is.
func (tx *Tx) NextDue() (time.Time, error) {
	found, err := query(tx, scanOne[int64], `SELECT due FROM outbox WHERE due < $1 ORDER BY due LIMIT 1`, millis(never))
	if err != nil || len(found) == 0 {
		return never, err
	}
	return instant(found[0]), nil
}

func scanItem(r row) (it Item, err error) {
	var args []byte
	var recorded, due, expires, sent int64
	err = r.Scan(&it.Client, &it.ID, &it.Stream, &it.Seq, &it.Rule, &it.Step, &it.Recipient, &it.Channel, &it.Kind,
		&args, &it.State, &recorded, &due, &expires, &it.Attempts, &it.Fence, &sent, &it.Problem)
	if err != nil {
		return it, err
	}
	it.Recorded, it.Due, it.Expires, it.Sent = instant(recorded), instant(due), instant(expires), instant(sent)
	return it, json.Unmarshal(args, &it.Args)
}
