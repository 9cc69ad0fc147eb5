package store

import (
	"encoding/json"
	"maps"
	"strconv"
	"time"

	"github.com/watchbill/watchbill/internal/core/notice"
)

// Notice is something that a person is told on the screen.
type Notice struct {
	ID     string // sorts by time
	Client string // "" for what concerns the installation itself
	Person string // who is told
	Stream string // the case that it is about, "" for none
	Seq    int    // number of the entry that caused it, 0 for none
	Kind   notice.Kind
	Args   map[string]string // for the wording
	At     time.Time         // when it was told
	Seen   time.Time         // when the person read it, zero until then
}

// AddNotice tells a person something about the client. The same about one entry is told once.
func (c *Client) AddNotice(n *Notice) error { return c.tx.addNotice(c.ID, n) }

// AddNotice tells a person something about the installation itself, once.
func (tx *Tx) AddNotice(n *Notice) error { return tx.addNotice("", n) }

func (tx *Tx) addNotice(client string, n *Notice) error {
	args, err := json.Marshal(n.Args)
	if err != nil {
		return err
	}
	_, err = tx.exec(`
		INSERT INTO notices (client, notice, person, stream, seq, code, args, at, seen)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0)
		ON CONFLICT (client, person, stream, seq, code) DO NOTHING`,
		client, tx.newKey(), n.Person, n.Stream, n.Seq, string(n.Kind), string(args), millis(tx.Now))
	return err
}

// AddTo is AddNotice for what grows: what the person was told before under the same stream, number
// and kind stays one notice, in which a count goes up by more, and which is unread again.
func (c *Client) AddTo(n *Notice, count string, more int) error {
	return c.tx.addTo(c.ID, n, count, more)
}

// AddTo is Client.AddTo about the installation itself.
func (tx *Tx) AddTo(n *Notice, count string, more int) error { return tx.addTo("", n, count, more) }

func (tx *Tx) addTo(client string, n *Notice, count string, more int) error {
	args, told, err := tx.NoticeArgs(client, n)
	if err != nil {
		return err
	}
	before, _ := strconv.Atoi(args[count])
	if !told {
		args = maps.Clone(n.Args)
	}
	args[count] = strconv.Itoa(before + more)
	if !told {
		first := *n
		first.Args = args
		return tx.addNotice(client, &first)
	}
	text, err := json.Marshal(args)
	if err != nil {
		return err
	}
	_, err = tx.exec(`
		UPDATE notices SET args = $6, seen = 0 WHERE client = $1 AND person = $2 AND stream = $3 AND seq = $4 AND code = $5`,
		client, n.Person, n.Stream, n.Seq, string(n.Kind), string(text))
	return err
}

// NoticeArgs reads the arguments of what a person was told under a stream, number and kind; false
// when they were not told. The client is "" for what concerns the installation itself.
func (tx *Tx) NoticeArgs(client string, n *Notice) (args map[string]string, told bool, err error) {
	found, err := query(tx, scanOne[[]byte], `
		SELECT args FROM notices WHERE client = $1 AND person = $2 AND stream = $3 AND seq = $4 AND code = $5`,
		client, n.Person, n.Stream, n.Seq, string(n.Kind))
	if err != nil || len(found) == 0 {
		return nil, false, err
	}
	err = json.Unmarshal(found[0], &args)
	return args, true, err
}

// Notices lists up to limit notices to a person about clients in scope that are older than
// one, newest first. Before "" is the newest. What concerns the installation is in no scope
// but that of everything.
func (tx *Tx) Notices(person, before string, limit int) ([]Notice, error) {
	if before == "" {
		before = "w" // after every id, in every collation
	}
	return pagesInScope(tx, limit, before, func(before string) ([]Notice, error) {
		return query(tx, scanNotice, `
			SELECT client, notice, person, stream, seq, code, args, at, seen
			FROM notices WHERE person = $1 AND notice < $2 ORDER BY notice DESC LIMIT $3`, person, before, limit)
	}, func(n Notice) (client, id string) { return n.Client, n.ID })
}

// UnseenNotices counts the notices to a person about clients in scope that were not seen.
func (tx *Tx) UnseenNotices(person string) (int, error) {
	type count struct {
		client string
		n      int
	}
	counts, err := query(tx, func(r row) (c count, err error) {
		err = r.Scan(&c.client, &c.n)
		return c, err
	}, `SELECT client, COUNT(*) FROM notices WHERE person = $1 AND seen = 0 GROUP BY client`, person)
	unseen := 0
	for _, c := range counts {
		if tx.scope.Has(c.client) {
			unseen += c.n
		}
	}
	return unseen, err
}

// SeeNotice notes that a person has seen a notice. One that is not theirs stays as it is.
func (tx *Tx) SeeNotice(person, id string) error {
	_, err := tx.exec(`UPDATE notices SET seen = $3 WHERE person = $1 AND notice = $2 AND seen = 0`, person, id, millis(tx.Now))
	return err
}

// SeeNotices notes that a person has seen a notice and all that came before it.
func (tx *Tx) SeeNotices(person, upTo string) error {
	_, err := tx.exec(`UPDATE notices SET seen = $3 WHERE person = $1 AND notice <= $2 AND seen = 0`, person, upTo, millis(tx.Now))
	return err
}

func scanNotice(r row) (n Notice, err error) {
	var args []byte
	var at, seen int64
	if err := r.Scan(&n.Client, &n.ID, &n.Person, &n.Stream, &n.Seq, &n.Kind, &args, &at, &seen); err != nil {
		return n, err
	}
	n.At, n.Seen = instant(at), instant(seen)
	return n, json.Unmarshal(args, &n.Args)
}
