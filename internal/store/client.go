package store

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// Client is one client in a transaction, and the only way to what belongs to it.
type Client struct {
	ID   string
	Slug string // the word for it in addresses, which stays
	Name string
	tx   *Tx
}

// Tx is the transaction.
func (c *Client) Tx() *Tx { return c.tx }

// Now is the instant of the transaction.
func (c *Client) Now() time.Time { return c.tx.Now }

// The methods of Client run their statements with these two, which give every statement the
// client as its first argument.

func (c *Client) exec(text string, args ...any) (int64, error) {
	return c.tx.exec(text, slices.Insert(args, 0, any(c.ID))...)
}

func clientQuery[T any](c *Client, scan func(row) (T, error), text string, args ...any) ([]T, error) {
	return query(c.tx, scan, text, slices.Insert(args, 0, any(c.ID))...)
}

// Clients lists the clients in scope, by name.
func (tx *Tx) Clients() ([]*Client, error) {
	all, err := query(tx, tx.scanClient, `SELECT client, slug, name FROM clients`)
	if err != nil {
		return nil, err
	}
	all = slices.DeleteFunc(all, func(c *Client) bool { return !tx.scope.Has(c.ID) })
	slices.SortFunc(all, func(a, b *Client) int { return cmp.Compare(a.Name, b.Name) })
	return all, nil
}

// Client finds a client by its id or its slug. CodeClientUnknown says that there is none, or that it
// lies outside the scope.
func (tx *Tx) Client(id string) (*Client, error) {
	return tx.oneClient(id, `SELECT client, slug, name FROM clients WHERE client = $1 OR slug = $1`)
}

// ClientNamed finds a client by its name, with the faults of Client.
func (tx *Tx) ClientNamed(name string) (*Client, error) {
	return tx.oneClient(name, `SELECT client, slug, name FROM clients WHERE name = $1`)
}

func (tx *Tx) oneClient(asked, text string) (*Client, error) {
	found, err := query(tx, tx.scanClient, text, asked)
	if err != nil {
		return nil, err
	}
	if len(found) == 0 || !tx.scope.Has(found[0].ID) {
		return nil, fault.New(fault.NotFound, CodeClientUnknown, "client", asked)
	}
	return found[0], nil
}

func (tx *Tx) scanClient(r row) (*Client, error) {
	c := &Client{tx: tx}
	return c, r.Scan(&c.ID, &c.Slug, &c.Name)
}

// AddClient takes on a client. CodeClientExists says that the name is taken. The new client
// is usable in this transaction whatever its scope, since nobody can have named it before.
func (tx *Tx) AddClient(name string) (*Client, error) {
	taken, err := query(tx, scanOne[string], `SELECT client FROM clients WHERE name = $1`, name)
	if err != nil {
		return nil, err
	}
	if len(taken) > 0 {
		return nil, fault.New(fault.Conflict, CodeClientExists, "client", name)
	}
	c := &Client{ID: tx.newKey(), Name: name, tx: tx}
	if c.Slug, err = tx.freeSlug(name); err != nil {
		return nil, err
	}
	_, err = tx.exec(`INSERT INTO clients (client, slug, name, recorded) VALUES ($1, $2, $3, $4)`,
		c.ID, c.Slug, name, millis(tx.Now))
	return c, err
}

// freeSlug makes a slug of a name that no client has yet.
func (tx *Tx) freeSlug(name string) (string, error) {
	wanted := slugOf(name)
	for n := 1; ; n++ {
		slug := wanted
		if n > 1 {
			slug += "-" + strconv.Itoa(n)
		}
		taken, err := query(tx, scanOne[string], `SELECT client FROM clients WHERE slug = $1`, slug)
		if err != nil || len(taken) == 0 {
			return slug, err
		}
	}
}

// longestSlug keeps slugs shorter than ids, so that neither is taken for the other.
const longestSlug = 18

// slugOf writes a name in small letters, digits and hyphens.
func slugOf(name string) string {
	var b strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		switch {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case unicode.Is(unicode.Mn, r): // the accent of the letter before
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
		if b.Len() == longestSlug {
			break
		}
	}
	if slug := strings.Trim(b.String(), "-"); slug != "" {
		return slug
	}
	return "client"
}

// nextNumber counts up a kind of human key of the client, from 1.
func (c *Client) nextNumber(prefix string) (int, error) {
	numbers, err := clientQuery(c, scanOne[int], `
		INSERT INTO counters (client, prefix, last) VALUES ($1, $2, 1)
		ON CONFLICT (client, prefix) DO UPDATE SET last = counters.last + 1
		RETURNING last`, prefix)
	if err != nil {
		return 0, err
	}
	return numbers[0], nil
}
