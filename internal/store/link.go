package store

import (
	"database/sql"
	"time"
)

// Purpose is what a link lets somebody do, once.
type Purpose string

// The purposes of links.
const (
	SettingUp Purpose = "set_up"     // make the first person
	Inviting  Purpose = "invitation" // accept an invitation
	Resetting Purpose = "reset"      // choose a new password
)

// AddLink keeps a link by the hash of its token. Person is "" for one that makes the first
// person.
func (tx *Tx) AddLink(purpose Purpose, hash, forPerson string, expires time.Time) error {
	_, err := tx.exec(`
		INSERT INTO links (hash, person, purpose, created, expires, used) VALUES ($1, $2, $3, $4, $5, 0)`,
		hash, orNull(forPerson), string(purpose), millis(tx.Now), millis(expires))
	return err
}

// Link tells for whom a link is that can be used now, and whether there is one.
func (tx *Tx) Link(purpose Purpose, hash string) (forPerson string, ok bool, err error) {
	found, err := query(tx, scanOne[sql.NullString], `
		SELECT person FROM links WHERE hash = $1 AND purpose = $2 AND used = 0 AND expires > $3`,
		hash, string(purpose), millis(tx.Now))
	if err != nil || len(found) == 0 {
		return "", false, err
	}
	return found[0].String, true, nil
}

// UseLink uses a link up, and tells whether it could be used: of two who use it at one time
// only the first one can.
func (tx *Tx) UseLink(purpose Purpose, hash string) (bool, error) {
	n, err := tx.exec(`
		UPDATE links SET used = $3 WHERE hash = $1 AND purpose = $2 AND used = 0 AND expires > $3`,
		hash, string(purpose), millis(tx.Now))
	return n == 1, err
}

// DropLinks removes the links of somebody that were made for a purpose.
func (tx *Tx) DropLinks(forPerson string, purpose Purpose) error {
	_, err := tx.exec(`DELETE FROM links WHERE person = $1 AND purpose = $2`, forPerson, string(purpose))
	return err
}

// DropLink removes a link.
func (tx *Tx) DropLink(hash string) error {
	_, err := tx.exec(`DELETE FROM links WHERE hash = $1`, hash)
	return err
}
