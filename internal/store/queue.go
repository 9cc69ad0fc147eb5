package store

import (
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// QueueQuery says which tickets a list holds. Of each field any of the values fits; an empty
// one fits all.
type QueueQuery struct {
	Clients    []string // ids; those out of scope are left out
	Open       bool     // open tickets only
	Closed     bool     // those that are no longer open, only
	Kinds      []catalog.Kind
	States     []ticket.State
	Priorities []catalog.Priority
	Levels     []catalog.Level
	Balls      []catalog.Party
	Teams      []string
	Persons    []string    // "" is nobody
	Risky      time.Time   // with a service level that is near its due at this instant, unless zero
	Breaking   time.Time   // with a service level that is beyond its due at this instant, unless zero
	Requester  string      // raised or watched by this person, unless ""
	Text       string      // written in it, unless "": all of these words, the newest first whatever the order
	Typing     bool        // the last word of Text may go on
	Internal   bool        // look for words of internal texts, too
	Span       *clock.Span // this stretch of the list by due alone, unless nil
	Order      QueueOrder
}

// QueueOrder is the order of a list.
type QueueOrder uint8

// The orders.
const (
	ByDue    QueueOrder = iota // by lane and rank of the face: what asks for attention first
	ByNewest                   // by the instant of logging, the youngest first
)

// QueueRow is a ticket in a list that may span clients.
type QueueRow struct {
	Client     string
	ClientSlug string
	ClientName string
	TicketRow
}

// QueuePlace is the place of a row in a list, to go on after it.
type QueuePlace struct {
	Lane   clock.Lane
	Rank   int64
	Opened time.Time
	Stream string
}

// Place is where the row stands.
func (r *QueueRow) Place() QueuePlace {
	return QueuePlace{Lane: r.Face.Lane, Rank: r.Face.Rank(), Opened: r.Opened, Stream: r.Stream}
}

// Queue lists up to limit tickets after a place; the zero place is the start.
func (tx *Tx) Queue(q *QueueQuery, after QueuePlace, limit int) ([]QueueRow, error) {
	b := tx.scoped(q.Clients)
	b.conditions(q)
	if q.searched() {
		return tx.queueFound(b, q, after, limit)
	}
	started := after != QueuePlace{}
	var order string
	switch q.Order {
	case ByNewest:
		order = ` ORDER BY t.opened DESC, t.stream DESC LIMIT `
		if started {
			b.add(` AND (t.opened, t.stream) < (`, millis(after.Opened), after.Stream)
		}
	default:
		order = ` ORDER BY t.lane, t.rank, t.stream LIMIT `
		if started {
			b.add(` AND (t.lane, t.rank, t.stream) > (`, int(after.Lane), after.Rank, after.Stream)
		}
	}
	return query(tx, scanQueueRow, b.text(`
		SELECT t.client, n.slug, n.name, `+ticketColumns+`
		FROM tickets t JOIN clients n ON n.client = t.client WHERE SCOPE(t.client)`)+order+b.arg(limit), b.args...)
}

func scanQueueRow(r row) (q QueueRow, err error) {
	var s ticketScan
	if err := r.Scan(append([]any{&q.Client, &q.ClientSlug, &q.ClientName}, s.into(&q.TicketRow)...)...); err != nil {
		return q, err
	}
	err = s.finish(&q.TicketRow)
	return q, err
}

// CountQueue counts the tickets of a list, up to a limit.
func (tx *Tx) CountQueue(q *QueueQuery, limit int) (int, error) {
	b := tx.scoped(q.Clients)
	b.conditions(q)
	if q.searched() {
		return tx.countFound(b, q, limit)
	}
	counted, err := query(tx, scanOne[int], `SELECT count(t.stream) FROM (`+b.text(`
		SELECT t.stream FROM tickets t WHERE SCOPE(t.client)`)+` LIMIT `+b.arg(limit)+`) t`, b.args...)
	if err != nil {
		return 0, err
	}
	return counted[0], nil
}

// builder puts together a query about tickets out of constant texts and arguments.
type builder struct {
	scope   string   // a condition on the client
	clients []string // that it names, none for any
	where   strings.Builder
	args    []any
}

// scoped begins a query about clients of the scope: those with the ids, or all.
func (tx *Tx) scoped(clients []string) *builder {
	b := &builder{}
	within, all := tx.scope.Among(clients)
	b.clients = within
	switch {
	case all:
		b.scope = `TRUE`
	case len(within) == 0:
		b.scope = `FALSE`
	case len(within) == 1:
		b.scope = `t.client = ` + b.arg(within[0])
	default:
		b.scope = `t.client IN (` + b.list(within) + `)`
	}
	return b
}

// text gives the whole query: SCOPE(t.client) of the beginning becomes the condition on the
// client, and the other conditions follow.
func (b *builder) text(beginning string) string {
	return strings.ReplaceAll(beginning, `SCOPE(t.client)`, b.scope) + b.where.String()
}

// arg adds an argument and gives its place.
func (b *builder) arg(value any) string {
	b.args = append(b.args, value)
	return `$` + strconv.Itoa(len(b.args))
}

func (b *builder) list(values []string) string {
	places := make([]string, len(values))
	for i, v := range values {
		places[i] = b.arg(v)
	}
	return strings.Join(places, `, `)
}

// add adds a condition that ends with a list of values in brackets.
func (b *builder) add(condition string, values ...any) {
	b.where.WriteString(condition)
	for i, v := range values {
		if i > 0 {
			b.where.WriteString(`, `)
		}
		b.where.WriteString(b.arg(v))
	}
	b.where.WriteString(`)`)
}

func (b *builder) conditions(q *QueueQuery) {
	switch {
	case q.Open && q.Order == ByNewest:
		// Not "= TRUE": the newest are found by when they were logged, and few others are passed
		// on the way. By the index of what is open all of it would be read and sorted.
		b.where.WriteString(` AND t.is_open IS NOT FALSE`)
	case q.Open:
		b.where.WriteString(` AND t.is_open = TRUE`)
	case q.Closed:
		b.where.WriteString(` AND t.is_open = FALSE`)
	}
	oneOf(b, ` AND t.kind IN (`, q.Kinds)
	oneOf(b, ` AND t.state IN (`, q.States)
	oneOf(b, ` AND t.priority IN (`, q.Priorities)
	oneOf(b, ` AND t.level IN (`, q.Levels)
	oneOf(b, ` AND t.ball IN (`, q.Balls)
	oneOf(b, ` AND t.team IN (`, plains(q.Teams))
	oneOf(b, ` AND t.person IN (`, plains(q.Persons))
	if !q.Risky.IsZero() {
		b.where.WriteString(` AND t.is_open = TRUE AND t.lane = 0 AND t.face_risky <= ` + b.arg(millis(q.Risky)))
	}
	if !q.Breaking.IsZero() {
		b.where.WriteString(` AND t.is_open = TRUE AND t.lane = 0 AND t.face_promise = 'sla' AND t.rank < ` + b.arg(millis(q.Breaking)))
	}
	if s := q.Span; s != nil {
		b.where.WriteString(` AND t.lane = ` + b.arg(int(s.Lane)) + ` AND t.rank >= ` + b.arg(s.From) + ` AND t.rank <= ` + b.arg(s.Until))
	}
	if key, ok := ticket.ParseKey(q.Text); ok {
		b.where.WriteString(` AND t.key = ` + b.arg(key))
	}
	if q.Requester != "" {
		person := b.arg(q.Requester)
		b.where.WriteString(` AND (t.requester = ` + person + ` OR EXISTS (` +
			`SELECT 1 FROM watchers w WHERE w.client = t.client AND w.stream = t.stream AND w.person = ` + person + `))`)
	}
}

type plain string

func (p plain) String() string { return string(p) }

func plains(all []string) []plain {
	words := make([]plain, len(all))
	for i, one := range all {
		words[i] = plain(one)
	}
	return words
}

func oneOf[T interface{ String() string }](b *builder, condition string, values []T) {
	if len(values) == 0 {
		return
	}
	words := make([]any, len(values))
	for i, v := range values {
		words[i] = v.String()
	}
	b.add(condition, words...)
}

// TicketRows reads the rows of tickets of the client by their human keys, in no particular
// order; unknown keys are left out.
func (c *Client) TicketRows(keys ...string) ([]TicketRow, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	b := &builder{scope: `t.client = $1`, args: []any{c.ID}}
	b.where.WriteString(` AND t.key IN (` + b.list(keys) + `)`)
	return query(c.tx, scanTicket, b.text(`
		SELECT `+ticketColumns+` FROM tickets t WHERE SCOPE(t.client)`), b.args...)
}

// ClientsChanged tells for each client in scope with a ticket that had something new to see
// after an instant when that last was.
func (tx *Tx) ClientsChanged(since time.Time) (map[string]time.Time, error) {
	b := tx.scoped(nil)
	b.where.WriteString(` AND t.changed > ` + b.arg(millis(since)))
	found, err := query(tx, scanChanged, b.text(`
		SELECT t.client, max(t.changed) FROM tickets t WHERE SCOPE(t.client)`)+` GROUP BY t.client`, b.args...)
	changed := make(map[string]time.Time, len(found))
	for _, one := range found {
		changed[one.client] = one.at
	}
	return changed, err
}

type clientChanged struct {
	client string
	at     time.Time
}

func scanChanged(r row) (c clientChanged, err error) {
	var at int64
	err = r.Scan(&c.client, &at)
	c.at = instant(at)
	return c, err
}
