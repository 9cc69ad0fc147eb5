package store

import (
	"encoding/json"
	"fmt"
	"time"

	"github.com/watchbill/watchbill/internal/core/reason"
)

// AuditLine is one change of something that has no timeline of its own, such as a person.
type AuditLine struct {
	ID      string
	At      time.Time
	Actor   string // id of who did it
	Subject string // id of what was changed
	What    reason.Reason
}

// Audit adds a line about what somebody changed. Its values are kept as text, so they
// must be words that can be read: no secret, and no hash of one.
func (tx *Tx) Audit(actor, subject string, what reason.Reason) error {
	detail := make([][2]string, len(what.Args))
	for i, a := range what.Args {
		detail[i] = [2]string{a.Name, fmt.Sprint(a.Value)}
	}
	text, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	_, err = tx.exec(`INSERT INTO audit (line, at, actor, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)`,
		tx.newKey(), millis(tx.Now), actor, string(what.Code), subject, string(text))
	return err
}

// AuditLines lists up to limit lines before one, the newest first; before "" the newest of all.
// Subject keeps to those about one thing, "" to none.
func (tx *Tx) AuditLines(subject, before string, limit int) ([]*AuditLine, error) {
	if before == "" {
		before = "z" // after every key, under every collation
	}
	if subject != "" {
		return query(tx, scanAuditLine, `
			SELECT line, at, actor, action, subject, detail
			FROM audit WHERE subject = $1 AND line < $2 ORDER BY line DESC LIMIT $3`, subject, before, limit)
	}
	return query(tx, scanAuditLine, `
		SELECT line, at, actor, action, subject, detail
		FROM audit WHERE line < $1 ORDER BY line DESC LIMIT $2`, before, limit)
}

func scanAuditLine(r row) (*AuditLine, error) {
	var l AuditLine
	var at int64
	var detail string
	if err := r.Scan(&l.ID, &at, &l.Actor, &l.What.Code, &l.Subject, &detail); err != nil {
		return nil, err
	}
	l.At = instant(at)
	var args [][2]string
	if err := json.Unmarshal([]byte(detail), &args); err != nil {
		return nil, fmt.Errorf("store: audit line %s: %w", l.ID, err)
	}
	for _, a := range args {
		l.What.Args = append(l.What.Args, reason.Arg{Name: a[0], Value: a[1]})
	}
	return &l, nil
}
