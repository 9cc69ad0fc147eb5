package app

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/store"
)

const (
	// answersKept is for how long a request can be sent again under its key. A form that was
	// left open over the weekend is still sent once.
	answersKept = 7 * 24 * time.Hour
	// forgetBatch is about how many answers are forgotten in one transaction, so that nobody
	// waits long for it.
	forgetBatch = 500
)

// once does what a person asked for under a key of their choice, and keeps the answer; asked
// again under the key, it gives that answer and does nothing. Without a key it is done each
// time. store.CodeOnceReused says that the key was used for something else.
func once(c *store.Client, actor access.Actor, key string, asked any, do func() (string, error)) (string, error) {
	if key == "" {
		return do()
	}
	digest := digestOf(asked)
	answer, done, err := c.Answered(actor.ID, key, digest)
	if done || err != nil {
		return answer, err
	}
	if answer, err = do(); err != nil {
		return "", err
	}
	return answer, c.Answer(actor.ID, key, digest, answer)
}

// ForgetAnswers forgets some of the answers that were kept under a key for longer than a week,
// the oldest first, and tells whether there were any: again, until there are none.
func (a *App) ForgetAnswers(ctx context.Context, actor access.Actor) (more bool, err error) {
	var old map[string]time.Time
	// It only reads first, as Index does.
	err = a.read(ctx, actor, access.SettleTickets, func(tx *store.Tx) (err error) {
		old, err = tx.OldAnswers(tx.Now.Add(-answersKept), forgetBatch)
		return err
	})
	if err != nil || len(old) == 0 {
		return false, err
	}
	return true, a.write(ctx, actor, access.SettleTickets, func(tx *store.Tx) error {
		for client, last := range old {
			c, err := tx.Client(client)
			if err != nil {
				return err
			}
			if err := c.ForgetAnswers(last); err != nil {
				return err
			}
		}
		return nil
	})
}

// digestOf tells one request from another.
func digestOf(asked any) string {
	body, err := json.Marshal(asked)
	if err != nil {
		panic(err) // requests hold nothing that JSON cannot say
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
