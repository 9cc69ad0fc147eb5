package store

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
)

// Work is time that an entry of a ticket logs. It is a cache of that entry.
type Work struct {
	Stream    string
	Seq       int // of the entry
	Contract  string
	Person    string
	Activity  catalog.Activity
	Role      catalog.Role
	Day       calendar.Date // on which it was done
	Minutes   int
	Recorded  time.Time
	Withdrawn bool
}

// PutWork writes the row of an entry that logs work.
func (c *Client) PutWork(w *Work) error {
	touched := c.tx.Now
	last, err := c.WorksTouched(w.Contract)
	if err != nil {
		return err
	}
	if !touched.After(last) { // so that each change is another instant
		touched = last.Add(time.Millisecond)
	}
	_, err = c.exec(`
		INSERT INTO works (client, stream, seq, contract, person, activity, role, day, minutes, recorded, withdrawn,
			touched)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (client, stream, seq) DO UPDATE SET withdrawn = excluded.withdrawn, touched = excluded.touched`,
		w.Stream, w.Seq, w.Contract, w.Person, string(w.Activity), string(w.Role), w.Day.String(), w.Minutes,
		millis(w.Recorded), w.Withdrawn, millis(touched))
	return err
}

// WorksTouched is when work under a contract was last entered or taken back, zero when there
// is none. It is another instant after each change.
func (c *Client) WorksTouched(contract string) (time.Time, error) {
	last, err := clientQuery(c, scanOne[int64], `
		SELECT touched FROM works WHERE client = $1 AND contract = $2 ORDER BY touched DESC LIMIT 1`, contract)
	if err != nil || len(last) == 0 {
		return time.Time{}, err
	}
	return instant(last[0]), nil
}

// Works lists the work on a ticket in the order in which it was entered.
func (c *Client) Works(stream string) ([]Work, error) {
	return clientQuery(c, scanWork, `
		SELECT stream, seq, contract, person, activity, role, day, minutes, recorded, withdrawn
		FROM works WHERE client = $1 AND stream = $2 ORDER BY seq`, stream)
}

// WorksUnder lists the work under a contract on days from one to another, both included, as
// it was entered.
func (c *Client) WorksUnder(contract string, from, to calendar.Date) ([]Work, error) {
	return clientQuery(c, scanWork, `
		SELECT stream, seq, contract, person, activity, role, day, minutes, recorded, withdrawn
		FROM works WHERE client = $1 AND contract = $2 AND day >= $3 AND day <= $4
		ORDER BY recorded, stream, seq`, contract, from.String(), to.String())
}

func scanWork(r row) (w Work, err error) {
	var day string
	var recorded int64
	if err := r.Scan(&w.Stream, &w.Seq, &w.Contract, &w.Person, &w.Activity, &w.Role, &day, &w.Minutes, &recorded, &w.Withdrawn); err != nil {
		return w, err
	}
	w.Recorded = instant(recorded)
	w.Day, err = calendar.ParseDate(day)
	return w, err
}

// PersonWork is work in a list that may span clients.
type PersonWork struct {
	Client     string
	ClientSlug string
	ClientName string
	Key        string // of the ticket
	Title      string
	Work
}

// WorkOf lists the work of a person on days from one to another, both included, by day.
func (tx *Tx) WorkOf(person string, from, to calendar.Date) ([]PersonWork, error) {
	b := tx.scoped(nil)
	b.where.WriteString(` AND w.person = ` + b.arg(person) + ` AND w.day >= ` + b.arg(from.String()) + ` AND w.day <= ` + b.arg(to.String()))
	return query(tx, scanPersonWork, b.text(`
		SELECT t.client, n.slug, n.name, t.key, t.title, w.stream, w.seq, w.contract, w.person, w.activity, w.role, w.day, w.minutes,
			w.recorded, w.withdrawn
		FROM tickets t
		JOIN works w ON w.client = t.client AND w.stream = t.stream
		JOIN clients n ON n.client = t.client
		WHERE SCOPE(t.client)`)+` ORDER BY w.day, w.recorded, w.stream, w.seq`, b.args...)
}

func scanPersonWork(r row) (w PersonWork, err error) {
	var day string
	var recorded int64
	if err := r.Scan(&w.Client, &w.ClientSlug, &w.ClientName, &w.Key, &w.Title, &w.Stream, &w.Seq, &w.Contract, &w.Person, &w.Activity,
		&w.Role, &day, &w.Minutes, &recorded, &w.Withdrawn); err != nil {
		return w, err
	}
	w.Recorded = instant(recorded)
	w.Day, err = calendar.ParseDate(day)
	return w, err
}
