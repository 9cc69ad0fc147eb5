package store

import (
	"encoding/json"
	"time"

	"github.com/watchbill/watchbill/internal/core/notice"
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
