package store

import (
	"math"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// In the search a word of a public text stands as it is, one of an internal text behind this
// sign, and the client behind that one. Words hold letters and digits only, so nothing that
// people write or ask for can be taken for another.
const (
	internalSign = "#"
	clientSign   = "@"
)

// search is how an engine keeps the words of tickets and finds them, the newest first.
type search struct {
	// table are the statements that make the table search_words, apart as in a migration.
	table string
	// tuning is a statement that was found necessary later.
	tuning string
	// match is the condition on search_words s and tickets t, with $0 for the question, and
	// number the column that rises from the oldest ticket on.
	match, number string
	// walks is how many of the newest tickets are looked at one by one at first, before the index
	// is asked; 0 says that the index gives them in their order.
	walks int
	// settings is the question that sets how the database plans the rest of the transaction; only
	// where it walks.
	settings string
	question func(a *asked) string
	put      func(tx *Tx, client string, number int64, words ticket.Found) error
	drop     func(tx *Tx, client string, number int64) error
}

// asked is what a search looks for. All words must be there.
type asked struct {
	words    []string
	typing   bool     // the last word may go on
	internal bool     // words of internal texts count, too
	clients  []string // that the tickets are of, none for any
}

// mostAsked is how many words of a question count, and mostClients how many clients it names:
// with more of them the condition on the row of the ticket does it alone.
const (
	mostAsked   = 12
	mostClients = 50
)

func (q *QueueQuery) asked(clients []string) *asked {
	a := &asked{typing: q.Typing, internal: q.Internal}
	seen := map[string]bool{}
	for _, w := range text.Words(q.Text) {
		if !seen[w] && len(a.words) < mostAsked {
			seen[w] = true
			a.words = append(a.words, w)
		}
	}
	if len(clients) <= mostClients {
		a.clients = clients
	}
	return a
}

// searched says whether the query looks for words.
func (q *QueueQuery) searched() bool {
	_, isKey := ticket.ParseKey(q.Text)
	return q.Text != "" && !isKey
}

// look adds the search for words to a query about search_words s and tickets t; false when
// there are none to look for, which no ticket holds.
func (b *builder) look(tx *Tx, q *QueueQuery) bool {
	a := q.asked(b.clients)
	if len(a.words) == 0 {
		return false
	}
	b.where.WriteString(strings.Replace(tx.engine.search.match, `$0`, b.arg(tx.engine.search.question(a)), 1))
	return true
}

// queueFound is Queue for a query that looks for words.
func (tx *Tx) queueFound(b *builder, q *QueueQuery, after QueuePlace, limit int) ([]QueueRow, error) {
	until := int64(math.MaxInt64)
	if after != (QueuePlace{}) {
		var err error
		if until, err = tx.numberAt(after); err != nil {
			return nil, err
		}
	}
	if !b.look(tx, q) {
		return nil, nil
	}
	number := tx.engine.search.number
	if tx.engine.search.walks > 0 {
		return tx.walkFound(b, q.Clients, until, limit)
	}
	return query(tx, scanQueueRow, b.text(`
		SELECT t.client, n.slug, n.name, `+ticketColumns+`
		FROM search_words s CROSS JOIN tickets t JOIN clients n ON n.client = t.client WHERE SCOPE(t.client)`)+
		` AND `+number+` < `+b.arg(until)+` ORDER BY `+number+` DESC LIMIT `+b.arg(limit), b.args...)
}

// worthWalking is how many of a hundred tickets must fit for the walk to go on: the index is
// faster when fewer do.
const worthWalking = 1

// walkFound looks at the newest tickets one by one, where a common word is soon found often
// enough, in longer and longer stretches; it asks the index for what is older as soon as few
// fit. Each question is written so that it can be answered in one way only.
func (tx *Tx) walkFound(b *builder, clients []string, until int64, limit int) (found []QueueRow, err error) {
	args := len(b.args)
	if _, err := query(tx, scanPair, tx.engine.search.settings); err != nil {
		return nil, err
	}
	for length := tx.engine.search.walks; ; length *= 4 {
		from, err := tx.walkFrom(clients, until, length)
		if err != nil {
			return nil, err
		}
		b.args = b.args[:args]
		stretch, err := query(tx, scanQueueRow, b.text(`
			SELECT t.client, n.slug, n.name, `+ticketColumns+`
			FROM (SELECT t.client, t.number, t.words FROM search_words t
				WHERE SCOPE(t.client) AND t.number < `+b.arg(until)+` ORDER BY t.number DESC LIMIT `+b.arg(length)+`) s
			CROSS JOIN tickets t JOIN clients n ON n.client = t.client WHERE SCOPE(t.client)`)+
			` ORDER BY s.number DESC LIMIT `+b.arg(limit-len(found)), b.args...)
		if err != nil {
			return nil, err
		}
		found, until = append(found, stretch...), from
		if from == 0 || len(found) == limit {
			return found, nil
		}
		if len(stretch)*100 < length*worthWalking {
			break
		}
	}
	b.args = b.args[:args]
	older, err := query(tx, scanQueueRow, b.text(`
		SELECT t.client, n.slug, n.name, `+ticketColumns+`
		FROM search_words s CROSS JOIN tickets t JOIN clients n ON n.client = t.client WHERE SCOPE(t.client)`)+
		` AND s.number + 0 < `+b.arg(until)+` ORDER BY s.number + 0 DESC LIMIT `+b.arg(limit-len(found)), b.args...)
	return append(found, older...), err
}

// walkFrom is the number at which a stretch of so many tickets before another begins, 0 when
// there are no more.
func (tx *Tx) walkFrom(clients []string, until int64, length int) (int64, error) {
	b := tx.scoped(clients)
	found, err := query(tx, scanOne[int64], b.text(`SELECT t.number FROM search_words t WHERE SCOPE(t.client)`)+
		` AND t.number < `+b.arg(until)+` ORDER BY t.number DESC LIMIT 1 OFFSET `+b.arg(length-1), b.args...)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

// countFound is CountQueue for a query that looks for words.
func (tx *Tx) countFound(b *builder, q *QueueQuery, limit int) (int, error) {
	if !b.look(tx, q) {
		return 0, nil
	}
	counted, err := query(tx, scanOne[int], `SELECT count(t.stream) FROM (`+b.text(`
		SELECT t.stream FROM search_words s CROSS JOIN tickets t WHERE SCOPE(t.client)`)+` LIMIT `+b.arg(limit)+`) t`, b.args...)
	if err != nil {
		return 0, err
	}
	return counted[0], nil
}

// numberAt finds the number of the ticket at a place. Should it be gone, the list goes on
// before its instant.
func (tx *Tx) numberAt(p QueuePlace) (int64, error) {
	b := tx.scoped(nil)
	found, err := query(tx, scanOne[int64], b.text(`SELECT t.number FROM tickets t WHERE SCOPE(t.client)`)+
		` AND t.opened = `+b.arg(millis(p.Opened))+` AND t.stream = `+b.arg(p.Stream), b.args...)
	if err != nil || len(found) == 0 {
		return numberOf(p.Opened), err
	}
	return found[0], nil
}

// numberOf is the first number of the tickets that were logged in a millisecond. Others of
// that millisecond take the next ones, and where there are many some that belong to later ones.
func numberOf(opened time.Time) int64 { return max(1, millis(opened)*4) }

// Pending is a ticket with words that are not in the search yet.
type Pending struct{ Client, Stream string }

// Pending lists up to limit of the tickets in scope that have words which are not in the
// search yet, the newest first.
func (tx *Tx) Pending(limit int) ([]Pending, error) {
	b := tx.scoped(nil)
	return query(tx, func(r row) (p Pending, err error) {
		err = r.Scan(&p.Client, &p.Stream)
		return p, err
	}, b.text(`SELECT t.client, t.stream FROM search_pending t WHERE SCOPE(t.client)`)+
		` ORDER BY t.stream DESC LIMIT `+b.arg(limit), b.args...)
}

// pend has a ticket brought into the search anew.
func (c *Client) pend(stream string) error {
	_, err := c.exec(`
		INSERT INTO search_pending (client, stream) VALUES ($1, $2) ON CONFLICT (client, stream) DO NOTHING`, stream)
	return err
}

// PutFound writes the words that a ticket is found by in place of those before.
func (c *Client) PutFound(stream string, opened time.Time, words ticket.Found) error {
	number, err := c.number(stream)
	if err != nil {
		return err
	}
	switch {
	case number > 0:
		err = c.tx.engine.search.drop(c.tx, c.ID, number)
	default:
		number, err = c.takeNumber(stream, opened)
	}
	if err != nil {
		return err
	}
	if err := c.tx.engine.search.put(c.tx, c.ID, number, words); err != nil {
		return err
	}
	_, err = c.exec(`DELETE FROM search_pending WHERE client = $1 AND stream = $2`, stream)
	return err
}

// unfind takes a ticket out of the search, until it is brought in anew.
func (c *Client) unfind(stream string) error {
	number, err := c.number(stream)
	if err == nil && number > 0 {
		err = c.tx.engine.search.drop(c.tx, c.ID, number)
	}
	if err != nil {
		return err
	}
	return c.pend(stream)
}

// number is the place of a ticket in the search, 0 for none yet.
func (c *Client) number(stream string) (int64, error) {
	found, err := clientQuery(c, scanOne[int64], `SELECT number FROM tickets WHERE client = $1 AND stream = $2`, stream)
	if err != nil || len(found) == 0 {
		return 0, err
	}
	return found[0], nil
}

// takeNumber gives a ticket its place in the search: one that is free, as near behind its
// instant as can be found in few steps. An import may have thousands of one instant.
func (c *Client) takeNumber(stream string, opened time.Time) (int64, error) {
	number := numberOf(opened)
	for width := int64(4); ; width *= 2 {
		taken, err := query(c.tx, scanOne[int64], `SELECT number FROM tickets WHERE number = $1 AND number > 0`, number)
		if err != nil {
			return 0, err
		}
		if len(taken) == 0 {
			break
		}
		number = numberOf(opened) + rand.Int64N(width)
	}
	_, err := c.exec(`UPDATE tickets SET number = $3 WHERE client = $1 AND stream = $2`, stream, number)
	return number, err
}

// Called lists up to limit tickets of a list whose human key is the one that somebody typed,
// the newest first: a number alone is that of any kind.
func (tx *Tx) Called(q *QueueQuery, typed string, limit int) ([]QueueRow, error) {
	keys := ticket.KeysCalled(typed)
	if len(keys) == 0 {
		return nil, nil
	}
	b := tx.scoped(q.Clients)
	b.conditions(q)
	b.where.WriteString(` AND t.key IN (` + b.list(keys) + `)`)
	return query(tx, scanQueueRow, b.text(`
		SELECT t.client, n.slug, n.name, `+ticketColumns+`
		FROM tickets t JOIN clients n ON n.client = t.client WHERE SCOPE(t.client)`)+
		` ORDER BY t.opened DESC, t.stream DESC LIMIT `+b.arg(limit), b.args...)
}
