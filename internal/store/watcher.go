package store

// Watch has a person kept up to date about a ticket. Watching twice changes nothing.
func (c *Client) Watch(stream, person string) error {
	_, err := c.exec(`
		INSERT INTO watchers (client, stream, person, since) VALUES ($1, $2, $3, $4)
		ON CONFLICT (client, stream, person) DO NOTHING`, stream, person, millis(c.tx.Now))
	return err
}

// Unwatch ends that.
func (c *Client) Unwatch(stream, person string) error {
	_, err := c.exec(`DELETE FROM watchers WHERE client = $1 AND stream = $2 AND person = $3`, stream, person)
	return err
}

// Watchers lists who watches a ticket, the longest first.
func (c *Client) Watchers(stream string) ([]string, error) {
	return clientQuery(c, scanOne[string], `
		SELECT person FROM watchers WHERE client = $1 AND stream = $2 ORDER BY since`, stream)
}

// Watches tells whether a person watches a ticket.
func (c *Client) Watches(stream, person string) (bool, error) {
	found, err := clientQuery(c, scanOne[string], `
		SELECT person FROM watchers WHERE client = $1 AND stream = $2 AND person = $3`, stream, person)
	return len(found) > 0, err
}
