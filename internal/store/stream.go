package store

import (
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// StreamTicket is the kind of the streams that hold a ticket.
const StreamTicket = "ticket"

// Stream is the list of the entries of one case.
type Stream struct {
	ID       string // sorts by the time at which the stream was made
	Kind     string
	Key      string // what people call the case: INC-000123
	Contract string // that rules the case, "" for none
	Origin   string // key in the system that the case was imported from, "" for none
	Head     int    // number of the last entry, 0 before there is one
	Recorded time.Time
}

// After returns the instant at which a command is recorded: now, and always later than what
// was recorded before, whichever machine wrote that. So a replay tells commands apart.
func (s *Stream) After(now time.Time) time.Time {
	if s.Recorded.Before(now) {
		return now
	}
	return s.Recorded.Add(time.Millisecond)
}

// AddTicket makes the stream of a new ticket under a contract and gives it its human key. It is
// kept with its first entries: Append them in the same transaction. Origin is its key in the
// system that it is imported from, "" for none; CodeOriginExists says that it was imported
// before.
func (c *Client) AddTicket(kind catalog.Kind, contract, origin string) (*Stream, error) {
	if origin != "" {
		known, err := clientQuery(c, scanOne[string],
			`SELECT stream FROM streams WHERE client = $1 AND kind = $2 AND origin = $3`, StreamTicket, origin)
		if err != nil {
			return nil, err
		}
		if len(known) > 0 {
			return nil, fault.New(fault.Conflict, CodeOriginExists, "origin", origin)
		}
	}
	number, err := c.nextNumber(ticket.KeyPrefix(kind))
	if err != nil {
		return nil, err
	}
	return &Stream{
		ID: c.tx.newKey(), Kind: StreamTicket, Key: ticket.HumanKey(kind, number),
		Contract: contract, Origin: origin,
	}, nil
}

func orNull(text string) sql.NullString { return sql.NullString{String: text, Valid: text != ""} }

// Ticket finds the stream of a ticket by its human key. CodeStreamUnknown says that there is
// none.
func (c *Client) Ticket(key string) (*Stream, error) {
	found, err := clientQuery(c, scanStream, `
		SELECT stream, kind, key, contract, origin, head, recorded
		FROM streams WHERE client = $1 AND kind = $2 AND key = $3`, StreamTicket, key)
	return c.oneStream(found, err, key)
}

// Stream finds a stream by its id. CodeStreamUnknown says that there is none.
func (c *Client) Stream(id string) (*Stream, error) {
	found, err := clientQuery(c, scanStream, `
		SELECT stream, kind, key, contract, origin, head, recorded
		FROM streams WHERE client = $1 AND stream = $2`, id)
	return c.oneStream(found, err, id)
}

func (c *Client) oneStream(found []*Stream, err error, asked string) (*Stream, error) {
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fault.New(fault.NotFound, CodeStreamUnknown, "key", asked)
	default:
		return found[0], nil
	}
}

// Streams lists up to limit streams of the client with ids after one, in the order of their
// ids. After "" the first ones.
func (c *Client) Streams(after string, limit int) ([]*Stream, error) {
	return clientQuery(c, scanStream, `
		SELECT stream, kind, key, contract, origin, head, recorded
		FROM streams WHERE client = $1 AND stream > $2 ORDER BY stream LIMIT $3`, after, limit)
}

func scanStream(r row) (*Stream, error) {
	var s Stream
	var contract, origin sql.NullString
	var recorded int64
	err := r.Scan(&s.ID, &s.Kind, &s.Key, &contract, &origin, &s.Head, &recorded)
	s.Contract, s.Origin, s.Recorded = contract.String, origin.String, instant(recorded)
	return &s, err
}

// Written is an entry with the words that a person wrote, "" for none. The words are kept
// apart, so that they can be erased.
type Written struct {
	ticket.Entry
	Text string
}

// ErrRecordedBack says that the caller wanted to record an entry before one that the stream
// has already.
var ErrRecordedBack = errors.New("store: recorded goes back within a stream")

// Append adds entries at the end of a stream and moves s along. CodeHeadMoved says that
// somebody else has added entries since s was read.
func (c *Client) Append(s *Stream, entries []Written) error {
	if len(entries) == 0 {
		return nil
	}
	next := *s
	for i := range entries {
		if entries[i].Recorded.Before(next.Recorded) {
			return ErrRecordedBack
		}
		next.Head, next.Recorded = next.Head+1, entries[i].Recorded
	}
	if err := c.moveHead(s, &next); err != nil {
		return err
	}
	seq := s.Head + 1
	for chunk := range slices.Chunk(entries, rowsAtOnce) {
		if err := c.insertEntries(s.ID, seq, chunk); err != nil {
			return err
		}
		seq += len(chunk)
	}
	*s = next
	c.tx.touched.add(c.ID, s.ID)
	return nil
}

// moveHead writes where a stream stands now, in place of where it stood.
func (c *Client) moveHead(s, next *Stream) error {
	if s.Head == 0 {
		_, err := c.exec(`
			INSERT INTO streams (client, stream, kind, key, contract, origin, head, recorded)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
			s.ID, s.Kind, s.Key, orNull(s.Contract), orNull(s.Origin), next.Head, millis(next.Recorded))
		return err
	}
	moved, err := c.exec(`
		UPDATE streams SET head = $3, recorded = $4 WHERE client = $1 AND stream = $2 AND head = $5`,
		s.ID, next.Head, millis(next.Recorded), s.Head)
	if err == nil && moved == 0 {
		err = fault.New(fault.Conflict, CodeHeadMoved, "key", s.Key)
	}
	return err
}

// rowsAtOnce is how many entries go into one statement: a server far away is asked less
// often, and both engines have a limit on arguments.
const rowsAtOnce = 50

const insertEntry = `
	INSERT INTO entries (client, stream, seq, at, recorded, actor, party, automated, fact, body, digest)
	VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`

// insertEntryArgs is how many arguments an entry takes, beside the client.
const insertEntryArgs = 10

// insertEntryTexts are the statements for 1 to rowsAtOnce entries, by that number less one.
var insertEntryTexts = sync.OnceValue(func() []string {
	texts := []string{insertEntry}
	for n := 1; n < rowsAtOnce; n++ {
		var row strings.Builder
		for i := range insertEntryArgs {
			fmt.Fprintf(&row, ", $%d", 2+n*insertEntryArgs+i)
		}
		texts = append(texts, texts[n-1]+", ($1"+row.String()+")")
	}
	return texts
})

func (c *Client) insertEntries(stream string, first int, entries []Written) error {
	args := make([]any, 0, insertEntryArgs*len(entries))
	salts := make([]string, len(entries))
	for i := range entries {
		e := &entries[i]
		digest := ""
		if e.Text != "" {
			salts[i] = newSalt()
			digest = digestOf(salts[i], e.Text)
		}
		args = append(args, stream, first+i, millis(e.At), millis(e.Recorded), e.By.ID, e.By.Party.String(),
			e.By.Automated, e.Fact.Name(), string(ticket.EncodeFact(e.Fact)), digest)
	}
	if _, err := c.exec(insertEntryTexts()[len(entries)-1], args...); err != nil {
		return err
	}
	wrote := false
	for i := range entries {
		if entries[i].Text == "" {
			continue
		}
		wrote = true
		if err := c.insertContent(stream, first+i, salts[i], entries[i].Text); err != nil {
			return err
		}
	}
	if wrote {
		return c.pend(stream)
	}
	return nil
}

// Entries lists the entries of a stream, in order, numbered from 1. An entry that this
// program cannot read is a fault of package ticket.
func (c *Client) Entries(stream string) ([]ticket.Entry, error) {
	return clientQuery(c, scanEntry, `
		SELECT at, recorded, actor, party, automated, fact, body
		FROM entries WHERE client = $1 AND stream = $2 ORDER BY seq`, stream)
}

func scanEntry(r row) (e ticket.Entry, err error) {
	var at, recorded int64
	var party, fact string
	var body []byte
	if err := r.Scan(&at, &recorded, &e.By.ID, &party, &e.By.Automated, &fact, &body); err != nil {
		return e, err
	}
	e.At, e.Recorded = instant(at), instant(recorded)
	if err := e.By.Party.UnmarshalText([]byte(party)); err != nil {
		return e, err
	}
	e.Fact, err = ticket.DecodeFact(fact, body)
	return e, err
}
