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

// ForgetAnswers drops the answers that were kept before an instant.
func (c *Client) ForgetAnswers(before time.Time) error {
	_, err := c.exec(`DELETE FROM commands WHERE client = $1 AND recorded < $2`, millis(before))
	return err
}
