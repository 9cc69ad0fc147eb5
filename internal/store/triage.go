package store

import "github.com/watchbill/watchbill/internal/core/triage"

// Recent gives the last tickets that were logged, up to a number, the youngest first, as
// triage looks at them.
func (c *Client) Recent(limit int) ([]triage.Ticket, error) {
	return clientQuery(c, c.scanRecent, `
		SELECT key, kind, site, priority, level, team, person, state, opened, title FROM tickets
		WHERE client = $1 ORDER BY opened DESC, stream DESC LIMIT $2`, limit)
}

func (c *Client) scanRecent(r row) (triage.Ticket, error) {
	t := triage.Ticket{Client: c.ID}
	var kind, priority, level, state string
	var opened int64
	if err := r.Scan(&t.Key, &kind, &t.Site, &priority, &level, &t.Team, &t.Person, &state, &opened, &t.Title); err != nil {
		return t, err
	}
	t.Opened = instant(opened)
	return t, readWords(word{kind, &t.Kind}, word{priority, &t.Priority}, word{level, &t.Level}, word{state, &t.State})
}
