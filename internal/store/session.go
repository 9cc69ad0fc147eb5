package store

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
)

// Session is a browser in which somebody is signed in.
type Session struct {
	ID      string // what its owner calls it by; it opens nothing
	Person  string
	Created time.Time
	Seen    time.Time // to within some minutes
	Expires time.Time
	Address string // of the browser, as far as it could be told; "" for not
	Agent   string // what the browser said it is
}

// AddSession keeps a session by the hash of its token, and gives it its id and the instant.
func (tx *Tx) AddSession(s *Session, hash string) error {
	s.ID, s.Created, s.Seen = tx.newKey(), tx.Now, tx.Now
	_, err := tx.exec(`
		INSERT INTO sessions (session, hash, person, created, seen, expires, address, agent)
		VALUES ($1, $2, $3, $4, $4, $5, $6, $7)`,
		s.ID, hash, s.Person, millis(tx.Now), millis(s.Expires), s.Address, s.Agent)
	return err
}

// SessionByHash finds a session, whether it still holds or not, and whose it is.
// CodeSessionUnknown says that there is none.
func (tx *Tx) SessionByHash(hash string) (*Session, *person.Person, error) {
	type both struct {
		session *Session
		person  *person.Person
	}
	found, err := query(tx, func(r row) (both, error) {
		var p personScan
		var s sessionScan
		if err := r.Scan(append(s.into(), p.into()...)...); err != nil {
			return both{}, err
		}
		owner, err := p.person()
		return both{s.session(), owner}, err
	}, `
		SELECT s.session, s.person, s.created, s.seen, s.expires, s.address, s.agent,
			p.person, p.client, p.email, p.name, p.role, p.everything, p.level, p.team, p.works_as, p.password <> '',
			p.language, p.zone, p.theme, p.density, p.active, p.created, p.seen
		FROM sessions s JOIN people p ON p.person = s.person WHERE s.hash = $1`, hash)
	switch {
	case err != nil:
		return nil, nil, err
	case len(found) == 0:
		return nil, nil, fault.New(fault.NotFound, CodeSessionUnknown)
	}
	return found[0].session, found[0].person, tx.findScope(found[0].person)
}

// Sessions lists the sessions of somebody, the oldest first.
func (tx *Tx) Sessions(ofPerson string) ([]*Session, error) {
	return query(tx, func(r row) (*Session, error) {
		var s sessionScan
		err := r.Scan(s.into()...)
		return s.session(), err
	}, `
		SELECT session, person, created, seen, expires, address, agent
		FROM sessions WHERE person = $1 ORDER BY session`, ofPerson)
}

type sessionScan struct {
	s                      Session
	created, seen, expires int64
}

func (s *sessionScan) into() []any {
	return []any{&s.s.ID, &s.s.Person, &s.created, &s.seen, &s.expires, &s.s.Address, &s.s.Agent}
}

func (s *sessionScan) session() *Session {
	s.s.Created, s.s.Seen, s.s.Expires = instant(s.created), instant(s.seen), instant(s.expires)
	return &s.s
}

// SawSession keeps that a session was used now, and its owner with it.
func (tx *Tx) SawSession(s *Session) error {
	if _, err := tx.exec(`UPDATE sessions SET seen = $2 WHERE session = $1 AND seen < $2`, s.ID, millis(tx.Now)); err != nil {
		return err
	}
	return tx.SawPerson(s.Person)
}

// EndSession ends a session of somebody. CodeSessionUnknown says that they have none such.
func (tx *Tx) EndSession(ofPerson, id string) error {
	n, err := tx.exec(`DELETE FROM sessions WHERE person = $1 AND session = $2`, ofPerson, id)
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, CodeSessionUnknown)
	}
	return err
}

// EndSessions ends all sessions of somebody but one, "" for none kept, and tells how many.
func (tx *Tx) EndSessions(ofPerson, but string) (int, error) {
	n, err := tx.exec(`DELETE FROM sessions WHERE person = $1 AND session <> $2`, ofPerson, but)
	return int(n), err
}

// SweepAccess removes sessions and links that nobody can use any more, and forgets devices
// that were last seen before an instant.
func (tx *Tx) SweepAccess(idleSince, devicesSince time.Time) error {
	if _, err := tx.exec(`DELETE FROM sessions WHERE expires <= $1`, millis(tx.Now)); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM sessions WHERE seen <= $1`, millis(idleSince)); err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM links WHERE expires <= $1`, millis(tx.Now)); err != nil {
		return err
	}
	_, err := tx.exec(`DELETE FROM known_devices WHERE seen <= $1`, millis(devicesSince))
	return err
}

// KnowDevice keeps that somebody has signed in, in a browser, now.
func (tx *Tx) KnowDevice(ofPerson, hash string) error {
	_, err := tx.exec(`
		INSERT INTO known_devices (hash, person, created, seen) VALUES ($1, $2, $3, $3)
		ON CONFLICT (hash, person) DO UPDATE SET seen = excluded.seen`, hash, ofPerson, millis(tx.Now))
	return err
}

// DeviceKnown tells whether somebody has signed in, in a browser, since an instant.
func (tx *Tx) DeviceKnown(ofPerson, hash string, since time.Time) (bool, error) {
	found, err := query(tx, scanOne[string], `
		SELECT person FROM known_devices WHERE hash = $1 AND person = $2 AND seen > $3`, hash, ofPerson, millis(since))
	return len(found) > 0, err
}

// ForgetDevices forgets every browser in which somebody has signed in.
func (tx *Tx) ForgetDevices(ofPerson string) error {
	_, err := tx.exec(`DELETE FROM known_devices WHERE person = $1`, ofPerson)
	return err
}
