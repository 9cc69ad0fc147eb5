package store

import (
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Token is a token by which a program acts for somebody.
type Token struct {
	ID      string // what its owner calls it by; it opens nothing
	Person  string
	Name    string
	Scopes  []access.Permission
	Created time.Time
	Used    time.Time // to within some minutes, zero for never
	Expires time.Time // zero for never
	Revoked time.Time // zero for not
}

// AddToken keeps a token by its hash, and gives it its id and the instant.
func (tx *Tx) AddToken(t *Token, hash string) error {
	t.ID, t.Created = tx.newKey(), tx.Now
	scopes := make([]string, len(t.Scopes))
	for i, s := range t.Scopes {
		scopes[i] = string(s)
	}
	_, err := tx.exec(`
		INSERT INTO api_tokens (token, hash, person, name, scopes, created, used, expires, revoked)
		VALUES ($1, $2, $3, $4, $5, $6, 0, $7, 0)`,
		t.ID, hash, t.Person, t.Name, strings.Join(scopes, " "), millis(tx.Now), millis(t.Expires))
	return err
}

// TokenByHash finds a token, whether it still holds or not. CodeTokenUnknown says that there
// is none.
func (tx *Tx) TokenByHash(hash string) (*Token, error) {
	found, err := query(tx, scanToken, `
		SELECT token, person, name, scopes, created, used, expires, revoked
		FROM api_tokens WHERE hash = $1`, hash)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fault.New(fault.NotFound, CodeTokenUnknown)
	}
	return found[0], nil
}

// Tokens lists the tokens of somebody, the oldest first, with those that were revoked.
func (tx *Tx) Tokens(ofPerson string) ([]*Token, error) {
	return query(tx, scanToken, `
		SELECT token, person, name, scopes, created, used, expires, revoked
		FROM api_tokens WHERE person = $1 ORDER BY token`, ofPerson)
}

func scanToken(r row) (*Token, error) {
	var t Token
	var scopes string
	var created, used, expires, revoked int64
	err := r.Scan(&t.ID, &t.Person, &t.Name, &scopes, &created, &used, &expires, &revoked)
	for s := range strings.FieldsSeq(scopes) {
		t.Scopes = append(t.Scopes, access.Permission(s))
	}
	t.Created, t.Used, t.Expires, t.Revoked = instant(created), instant(used), instant(expires), instant(revoked)
	return &t, err
}

// SawToken keeps that a token was used now.
func (tx *Tx) SawToken(id string) error {
	_, err := tx.exec(`UPDATE api_tokens SET used = $2 WHERE token = $1 AND used < $2`, id, millis(tx.Now))
	return err
}

// RevokeToken ends a token of somebody. CodeTokenUnknown says that they have none such that
// still holds.
func (tx *Tx) RevokeToken(ofPerson, id string) error {
	n, err := tx.exec(`UPDATE api_tokens SET revoked = $3 WHERE person = $1 AND token = $2 AND revoked = 0`,
		ofPerson, id, millis(tx.Now))
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, CodeTokenUnknown)
	}
	return err
}

// RevokeTokens ends every token of somebody.
func (tx *Tx) RevokeTokens(ofPerson string) error {
	_, err := tx.exec(`UPDATE api_tokens SET revoked = $2 WHERE person = $1 AND revoked = 0`, ofPerson, millis(tx.Now))
	return err
}
