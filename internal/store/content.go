package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
)

// Content is what a person wrote with an entry.
type Content struct {
	ID     string
	Seq    int // number of the entry in its stream
	Text   string
	salt   string
	digest string // of the entry
}

// Intact tells whether the text is the one that the entry was recorded with.
func (c *Content) Intact() bool { return c.digest == digestOf(c.salt, c.Text) }

// digestOf ties an entry to a text without telling anything about it to those who lack the
// salt.
func digestOf(salt, text string) string {
	mac := hmac.New(sha256.New, []byte(salt))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

func (c *Client) insertContent(stream string, seq int, salt, text string) error {
	_, err := c.exec(`
		INSERT INTO contents (client, content, stream, seq, salt, body) VALUES ($1, $2, $3, $4, $5, $6)`,
		c.tx.newKey(), stream, seq, salt, text)
	return err
}

// Contents lists what people wrote in a stream and what was not erased, in order.
func (c *Client) Contents(stream string) ([]Content, error) {
	return clientQuery(c, scanContent, `
		SELECT k.content, k.seq, k.salt, k.body, e.digest
		FROM contents k
		JOIN entries e ON e.client = k.client AND e.stream = k.stream AND e.seq = k.seq
		WHERE k.client = $1 AND k.stream = $2 ORDER BY k.seq`, stream)
}

func scanContent(r row) (k Content, err error) {
	err = r.Scan(&k.ID, &k.Seq, &k.salt, &k.Text, &k.digest)
	return k, err
}

// EraseContent erases what a person wrote, with its salt. The entry stays, and its digest
// with it. The ticket is found by none of its words until it is brought into the search anew.
// Erasing what is erased does nothing.
func (c *Client) EraseContent(id string) error {
	streams, err := clientQuery(c, scanOne[string], `SELECT stream FROM contents WHERE client = $1 AND content = $2`, id)
	if err != nil || len(streams) == 0 {
		return err
	}
	if err := c.unfind(streams[0]); err != nil {
		return err
	}
	_, err = c.exec(`DELETE FROM contents WHERE client = $1 AND content = $2`, id)
	return err
}
