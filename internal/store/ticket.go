package store

import (
	"encoding"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// TicketRow is a ticket as it stood when it was last settled. It is a cache: all of it
// follows from the entries of its stream and the versions of its contract.
type TicketRow struct {
	Stream   string
	Key      string
	Contract string
	Title    string
	Head     int // number of the last entry
	ticket.Ticket
	Ball        catalog.Party // that must act now, 0 for none
	Accountable catalog.Party
	Face        clock.Face
	Terms       int       // number of the newest version that was known
	Settled     time.Time // up to here everything was decided
	Wake        time.Time // when something may next fall due
	Changed     time.Time // when the row last had something new to see
}

// PutTicket writes the row of a ticket in place of the one before, all but its links.
func (c *Client) PutTicket(t *TicketRow) error {
	f := &t.Face
	c.tx.touched.add(c.ID, t.Stream)
	_, err := c.exec(`
		INSERT INTO tickets (client, stream, key, contract, title, head, kind, state, impact, urgency, priority,
			waiting_for, level, team, person, escalated, workaround, merged_into, requester, via, site, opened,
			responded, restored, solved, closed, root_cause, reopened, minutes, is_open, ball, accountable, lane,
			rank, face_target, face_phase, face_promise, face_due, face_left, face_allowed, face_version,
			face_priority, face_agreed, face_risky, terms, settled, wake, changed)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21,
			$22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40, $41,
			$42, $43, $44, $45, $46, $47, $48)
		ON CONFLICT (client, stream) DO UPDATE SET
			key = excluded.key, contract = excluded.contract, title = excluded.title, head = excluded.head,
			kind = excluded.kind, state = excluded.state, impact = excluded.impact, urgency = excluded.urgency,
			priority = excluded.priority, waiting_for = excluded.waiting_for, level = excluded.level,
			team = excluded.team, person = excluded.person, escalated = excluded.escalated,
			workaround = excluded.workaround, merged_into = excluded.merged_into, requester = excluded.requester,
			via = excluded.via, site = excluded.site, opened = excluded.opened, responded = excluded.responded,
			restored = excluded.restored, solved = excluded.solved, closed = excluded.closed,
			root_cause = excluded.root_cause, reopened = excluded.reopened, minutes = excluded.minutes,
			is_open = excluded.is_open, ball = excluded.ball, accountable = excluded.accountable,
			lane = excluded.lane, rank = excluded.rank, face_target = excluded.face_target,
			face_phase = excluded.face_phase, face_promise = excluded.face_promise, face_due = excluded.face_due,
			face_left = excluded.face_left, face_allowed = excluded.face_allowed,
			face_version = excluded.face_version, face_priority = excluded.face_priority,
			face_agreed = excluded.face_agreed, face_risky = excluded.face_risky, terms = excluded.terms,
			settled = excluded.settled, wake = excluded.wake, changed = excluded.changed`,
		t.Stream, t.Key, t.Contract, t.Title, t.Head, t.Kind.String(), t.State.String(), t.Impact.String(),
		t.Urgency.String(), t.Priority.String(), t.WaitingFor.String(), t.Level.String(), t.Team, t.Person,
		t.Escalated, t.Workaround, t.MergedInto, t.Requester, string(t.Via), t.Site, millis(t.Opened),
		millis(t.Responded), millis(t.Restored), millis(t.Solved), millis(t.Closed), millis(t.RootCause), t.Reopened,
		t.Minutes, t.State.Open(), t.Ball.String(), t.Accountable.String(), int(f.Lane), f.Rank(), faceTarget(f),
		int(f.Phase), f.Promise.String(), millis(f.Due), f.Left.Milliseconds(), f.Allowed.Milliseconds(), f.Version,
		f.Priority.String(), f.Agreed, millis(f.Risky), t.Terms, millis(t.Settled), millis(t.Wake), millis(t.Changed))
	return err
}

// faceTarget is the word for the clock of a face, "" for none.
func faceTarget(f *clock.Face) string {
	if f.Lane == clock.LaneNone {
		return ""
	}
	return f.Kind.String()
}

// TicketRow reads the row of a ticket, without links; false when there is none.
func (c *Client) TicketRow(stream string) (TicketRow, bool, error) {
	found, err := clientQuery(c, scanTicket, `
		SELECT `+ticketColumns+`
		FROM tickets t WHERE t.client = $1 AND t.stream = $2`, stream)
	if err != nil || len(found) == 0 {
		return TicketRow{}, false, err
	}
	return found[0], true, nil
}

// ticketColumns are what scanTicket reads, of table t.
const ticketColumns = `t.stream, t.key, t.contract, t.title, t.head, t.kind, t.state, t.impact, t.urgency, t.priority,
	t.waiting_for, t.level, t.team, t.person, t.escalated, t.workaround, t.merged_into, t.requester, t.via, t.site,
	t.opened, t.responded, t.restored, t.solved, t.closed, t.root_cause, t.reopened, t.minutes, t.ball, t.accountable,
	t.lane, t.face_target, t.face_phase, t.face_promise, t.face_due, t.face_left, t.face_allowed, t.face_version,
	t.face_priority, t.face_agreed, t.face_risky, t.terms, t.settled, t.wake, t.changed`

func scanTicket(r row) (t TicketRow, err error) {
	var s ticketScan
	if err := r.Scan(s.into(&t)...); err != nil {
		return t, err
	}
	err = s.finish(&t)
	return t, err
}

// ticketScan holds the columns of a row that are not kept as the core has them.
type ticketScan struct {
	kind, state, impact, urgency, priority, waitingFor, level, ball, accountable, target, promise, facePriority string

	opened, responded, restored, solved, closed, rootCause int64
	lane, phase                                            uint8
	due, left, allowed, risky, settled, wake, changed      int64
}

// into lists where ticketColumns go.
func (s *ticketScan) into(t *TicketRow) []any {
	return []any{
		&t.Stream, &t.Key, &t.Contract, &t.Title, &t.Head, &s.kind, &s.state, &s.impact, &s.urgency, &s.priority,
		&s.waitingFor, &s.level, &t.Team, &t.Person, &t.Escalated, &t.Workaround, &t.MergedInto, &t.Requester, &t.Via, &t.Site,
		&s.opened, &s.responded, &s.restored, &s.solved, &s.closed, &s.rootCause, &t.Reopened, &t.Minutes, &s.ball, &s.accountable,
		&s.lane, &s.target, &s.phase, &s.promise, &s.due, &s.left, &s.allowed, &t.Face.Version,
		&s.facePriority, &t.Face.Agreed, &s.risky, &t.Terms, &s.settled, &s.wake, &s.changed,
	}
}

func (s *ticketScan) finish(t *TicketRow) error {
	err := readWords(
		word{s.kind, &t.Kind}, word{s.state, &t.State}, word{s.impact, &t.Impact}, word{s.urgency, &t.Urgency},
		word{s.priority, &t.Priority}, word{s.waitingFor, &t.WaitingFor}, word{s.level, &t.Level}, word{s.ball, &t.Ball},
		word{s.accountable, &t.Accountable}, word{s.facePriority, &t.Face.Priority},
	)
	if err != nil {
		return err
	}
	t.Opened, t.Responded, t.Restored = instant(s.opened), instant(s.responded), instant(s.restored)
	t.Solved, t.Closed, t.RootCause = instant(s.solved), instant(s.closed), instant(s.rootCause)
	t.Settled, t.Wake, t.Changed = instant(s.settled), instant(s.wake), instant(s.changed)
	return s.face(&t.Face)
}

// word is a word of a column, and the value of the core that it stands for.
type word struct {
	text string
	into encoding.TextUnmarshaler
}

func readWords(all ...word) error {
	for _, w := range all {
		if err := w.into.UnmarshalText([]byte(w.text)); err != nil {
			return err
		}
	}
	return nil
}

func (s *ticketScan) face(f *clock.Face) error {
	f.Lane, f.Phase = clock.Lane(s.lane), clock.Phase(s.phase)
	f.Due, f.Risky = instant(s.due), instant(s.risky)
	f.Left, f.Allowed = time.Duration(s.left)*time.Millisecond, time.Duration(s.allowed)*time.Millisecond
	if s.target == "" {
		return nil
	}
	if err := f.Kind.UnmarshalText([]byte(s.target)); err != nil {
		return err
	}
	return f.Promise.UnmarshalText([]byte(s.promise))
}

// Stale lists up to limit streams of tickets under a contract that were last settled when
// its newest version was not known.
func (c *Client) Stale(k Contract, limit int) ([]string, error) {
	return clientQuery(c, scanOne[string], `
		SELECT stream FROM tickets WHERE client = $1 AND contract = $2 AND terms < $3
		ORDER BY terms, stream LIMIT $4`, k.Name, k.Newest, limit)
}
