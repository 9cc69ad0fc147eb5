package store

import (
	"encoding"
	"time"

	"github.com/watchbill/watchbill/internal/core/ticket"
)

// TicketRow is a ticket as it stood when it was last settled. It is a cache: all of it
// follows from the entries of its stream and the versions of its contract.
type TicketRow struct {
	Stream   string
	Contract string
	ticket.Ticket
	Terms   int       // number of the newest version that was known
	Settled time.Time // up to here everything was decided
	Wake    time.Time // when something may next fall due
}

// PutTicket writes the row of a ticket in place of the one before, all but its links.
func (c *Client) PutTicket(t *TicketRow) error {
	_, err := c.exec(`
		INSERT INTO tickets (client, stream, contract, kind, state, impact, urgency, priority, waiting_for, level,
			team, person, escalated, workaround, merged_into, opened, responded, restored, solved, closed,
			root_cause, reopened, minutes, terms, settled, wake)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
			$22, $23, $24, $25, $26)
		ON CONFLICT (client, stream) DO UPDATE SET
			contract = excluded.contract, kind = excluded.kind, state = excluded.state, impact = excluded.impact,
			urgency = excluded.urgency, priority = excluded.priority, waiting_for = excluded.waiting_for,
			level = excluded.level, team = excluded.team, person = excluded.person, escalated = excluded.escalated,
			workaround = excluded.workaround, merged_into = excluded.merged_into, opened = excluded.opened,
			responded = excluded.responded, restored = excluded.restored, solved = excluded.solved, closed = excluded.closed,
			root_cause = excluded.root_cause, reopened = excluded.reopened, minutes = excluded.minutes, terms = excluded.terms,
			settled = excluded.settled, wake = excluded.wake`,
		t.Stream, t.Contract, t.Kind.String(), t.State.String(), t.Impact.String(), t.Urgency.String(),
		t.Priority.String(), t.WaitingFor.String(), t.Level.String(), t.Team, t.Person, t.Escalated, t.Workaround,
		t.MergedInto, millis(t.Opened), millis(t.Responded), millis(t.Restored), millis(t.Solved), millis(t.Closed), millis(t.RootCause),
		t.Reopened, t.Minutes, t.Terms, millis(t.Settled), millis(t.Wake))
	return err
}

// TicketRow reads the row of a ticket, without links; false when there is none.
func (c *Client) TicketRow(stream string) (TicketRow, bool, error) {
	found, err := clientQuery(c, scanTicket, `
		SELECT stream, contract, kind, state, impact, urgency, priority, waiting_for, level,
			team, person, escalated, workaround, merged_into, opened, responded, restored, solved, closed,
			root_cause, reopened, minutes, terms, settled, wake
		FROM tickets WHERE client = $1 AND stream = $2`, stream)
	if err != nil || len(found) == 0 {
		return TicketRow{}, false, err
	}
	return found[0], true, nil
}

func scanTicket(r row) (t TicketRow, err error) {
	var kind, state, impact, urgency, priority, waitingFor, level string
	var opened, responded, restored, solved, closed, rootCause, settled, wake int64
	err = r.Scan(&t.Stream, &t.Contract, &kind, &state, &impact, &urgency, &priority, &waitingFor, &level,
		&t.Team, &t.Person, &t.Escalated, &t.Workaround, &t.MergedInto, &opened, &responded, &restored, &solved, &closed, &rootCause,
		&t.Reopened, &t.Minutes, &t.Terms, &settled, &wake)
	if err != nil {
		return t, err
	}
	for _, word := range []struct {
		text string
		into encoding.TextUnmarshaler
	}{
		{kind, &t.Kind},
		{state, &t.State},
		{impact, &t.Impact},
		{urgency, &t.Urgency},
		{priority, &t.Priority},
		{waitingFor, &t.WaitingFor},
		{level, &t.Level},
	} {
		if err := word.into.UnmarshalText([]byte(word.text)); err != nil {
			return t, err
		}
	}
	t.Opened, t.Responded, t.Restored = instant(opened), instant(responded), instant(restored)
	t.Solved, t.Closed, t.RootCause = instant(solved), instant(closed), instant(rootCause)
	t.Settled, t.Wake = instant(settled), instant(wake)
	return t, nil
}

// Due lists up to limit streams of tickets with something that may have fallen due by an
// instant, the earliest first.
func (c *Client) Due(until time.Time, limit int) ([]string, error) {
	return clientQuery(c, scanOne[string], `
		SELECT stream FROM tickets WHERE client = $1 AND wake <= $2 ORDER BY wake, stream LIMIT $3`,
		millis(until), limit)
}

// Stale lists up to limit streams of tickets under a contract that were last settled when
// its newest version was not known.
func (c *Client) Stale(k Contract, limit int) ([]string, error) {
	return clientQuery(c, scanOne[string], `
		SELECT stream FROM tickets WHERE client = $1 AND contract = $2 AND terms < $3
		ORDER BY terms, stream LIMIT $4`, k.Name, k.Newest, limit)
}
