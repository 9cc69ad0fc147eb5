package store

import "time"

// Wake is a ticket about which something may have fallen due, and since when.
type Wake struct {
	At             time.Time
	Client, Stream string
}

// Due lists up to limit tickets of clients in scope with something that may have fallen due
// by an instant, the earliest first.
func (tx *Tx) Due(until time.Time, limit int) ([]Wake, error) {
	var found []Wake
	for after := (Wake{}); ; {
		page, err := query(tx, scanWake, `
			SELECT wake, client, stream FROM tickets
			WHERE wake <= $1 AND (wake > $2 OR wake = $2 AND (client > $3 OR client = $3 AND stream > $4))
			ORDER BY wake, client, stream LIMIT $5`,
			millis(until), millis(after.At), after.Client, after.Stream, limit)
		if err != nil {
			return nil, err
		}
		for _, w := range page {
			if after = w; tx.scope.Has(w.Client) && len(found) < limit {
				found = append(found, w)
			}
		}
		if len(page) < limit || len(found) == limit {
			return found, nil
		}
	}
}

// NextWake is when something may next fall due about a ticket, the year 9999 when nothing
// does.
func (tx *Tx) NextWake() (time.Time, error) {
	found, err := query(tx, scanOne[int64], `SELECT wake FROM tickets WHERE wake < $1 ORDER BY wake LIMIT 1`, millis(never))
	if err != nil || len(found) == 0 {
		return never, err
	}
	return instant(found[0]), nil
}

func scanWake(r row) (w Wake, err error) {
	var at int64
	err = r.Scan(&at, &w.Client, &w.Stream)
	w.At = instant(at)
	return w, err
}

// Postpone has a ticket that cannot be settled looked at again later, under a version of its
// contract or for the time alone.
func (c *Client) Postpone(stream string, terms int, until time.Time) error {
	_, err := c.exec(`UPDATE tickets SET wake = $3, terms = $4 WHERE client = $1 AND stream = $2`, stream, millis(until), terms)
	return err
}

// NewestVersions lists the contracts of all clients in scope by client, each with its newest
// version.
func (tx *Tx) NewestVersions() (map[string][]Contract, error) {
	type owned struct {
		client string
		Contract
	}
	found, err := query(tx, func(r row) (k owned, err error) {
		err = r.Scan(&k.client, &k.Name, &k.Newest)
		return k, err
	}, `SELECT client, contract, max(number) FROM contract_versions GROUP BY client, contract`)
	of := map[string][]Contract{}
	for _, k := range found {
		if tx.scope.Has(k.client) {
			of[k.client] = append(of[k.client], k.Contract)
		}
	}
	return of, err
}
