package store

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// Answered gives the answer to what a person asked for under a key before; false when
// nothing was. Asked is a digest of the request: CodeOnceReused says that the key was used for
// another one.
func (c *Client) Answered(person, once, asked string) (string, bool, error) {
	found, err := clientQuery(c, scanPair,
		`SELECT asked, answer FROM commands WHERE client = $1 AND person = $2 AND once = $3`, person, once)
	switch {
	case err != nil || len(found) == 0:
		return "", false, err
	case found[0][0] != asked:
		return "", false, fault.New(fault.Conflict, CodeOnceReused)
	default:
		return found[0][1], true, nil
	}
}

// scanPair scans a row of two texts.
func scanPair(r row) (p [2]string, err error) {
	err = r.Scan(&p[0], &p[1])
	return p, err
}

// Answer keeps the answer, to be given again.
func (c *Client) Answer(person, once, asked, answer string) error {
	_, err := c.exec(`
		INSERT INTO commands (client, person, once, asked, answer, recorded) VALUES ($1, $2, $3, $4, $5, $6)`,
		person, once, asked, answer, millis(c.tx.Now))
	return err
}

// OldAnswers finds the answers in scope that were kept before an instant: up to limit of the
// oldest, as the clients that they are of, each with when the last of its own was kept.
func (tx *Tx) OldAnswers(before time.Time, limit int) (map[string]time.Time, error) {
	type kept struct {
		client string
		at     int64
	}
	b := tx.scoped(nil)
	found, err := query(tx, func(r row) (k kept, err error) {
		err = r.Scan(&k.client, &k.at)
		return k, err
	}, b.text(`SELECT t.client, t.recorded FROM commands t WHERE SCOPE(t.client)`)+
		` AND t.recorded < `+b.arg(millis(before))+` ORDER BY t.recorded LIMIT `+b.arg(limit), b.args...)
	last := map[string]time.Time{}
	for _, k := range found {
		last[k.client] = instant(k.at)
	}
	return last, err
}

// ForgetAnswers drops the answers that were kept up to an instant. Their keys are as if they
// had never been used.
func (c *Client) ForgetAnswers(until time.Time) error {
	_, err := c.exec(`DELETE FROM commands WHERE client = $1 AND recorded <= $2`, millis(until))
	return err
}
