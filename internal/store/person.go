package store

import (
	"cmp"
	"database/sql"
	"slices"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
)

// People belong to the installation: these methods find people of every client, whatever the
// scope of the transaction. Who may see whom is for person.Sees to say.

// AddPerson takes somebody in who has no password yet, and gives them their id and the instant.
// CodeEmailExists says that somebody else has the address.
func (tx *Tx) AddPerson(p *person.Person) error {
	taken, err := query(tx, scanOne[string], `SELECT person FROM people WHERE email = $1`, p.Email)
	if err != nil {
		return err
	}
	if len(taken) > 0 {
		return fault.New(fault.Conflict, CodeEmailExists, "email", p.Email)
	}
	p.ID, p.Created = tx.newKey(), tx.Now
	_, err = tx.exec(`
		INSERT INTO people (person, client, email, name, role, everything, level, team, works_as, password,
			language, zone, theme, density, active, created, seen)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, '', $10, $11, $12, $13, $14, $15, 0)`,
		p.ID, orNull(p.Client), p.Email, p.Name, string(p.Role), p.Scope.All(), p.Level.String(), orNull(p.Team),
		string(p.Works), p.Language, p.Zone, string(p.Theme), string(p.Density), p.Active, millis(tx.Now))
	if err != nil {
		return err
	}
	return tx.addGrants(p)
}

// PutPerson keeps all that can change of a person but the password and when they were seen.
func (tx *Tx) PutPerson(p *person.Person) error {
	_, err := tx.exec(`
		UPDATE people SET name = $2, role = $3, everything = $4, level = $5, team = $6, works_as = $7,
			language = $8, zone = $9, theme = $10, density = $11, active = $12
		WHERE person = $1`,
		p.ID, p.Name, string(p.Role), p.Scope.All(), p.Level.String(), orNull(p.Team), string(p.Works),
		p.Language, p.Zone, string(p.Theme), string(p.Density), p.Active)
	if err != nil {
		return err
	}
	if _, err := tx.exec(`DELETE FROM grants WHERE person = $1`, p.ID); err != nil {
		return err
	}
	return tx.addGrants(p)
}

// addGrants keeps the clients that somebody of the provider sees. Those of a client see it
// because they belong to it.
func (tx *Tx) addGrants(p *person.Person) error {
	if p.Client != "" {
		return nil
	}
	for _, client := range p.Scope.Clients() {
		if _, err := tx.exec(`INSERT INTO grants (person, client) VALUES ($1, $2)`, p.ID, client); err != nil {
			return err
		}
	}
	return nil
}

// AnyPerson tells whether there is anybody at all.
func (tx *Tx) AnyPerson() (bool, error) {
	found, err := query(tx, scanOne[string], `SELECT person FROM people LIMIT 1`)
	return len(found) > 0, err
}

// Person finds somebody by their id. CodePersonUnknown says that there is nobody.
func (tx *Tx) Person(id string) (*person.Person, error) {
	found, err := query(tx, scanPerson, `
		SELECT p.person, p.client, p.email, p.name, p.role, p.everything, p.level, p.team, p.works_as, p.password <> '',
			p.language, p.zone, p.theme, p.density, p.active, p.created, p.seen
		FROM people p WHERE p.person = $1`, id)
	return tx.onePerson(found, err, id)
}

// PersonByEmail finds somebody by their folded address, as Person does.
func (tx *Tx) PersonByEmail(email string) (*person.Person, error) {
	found, err := query(tx, scanPerson, `
		SELECT p.person, p.client, p.email, p.name, p.role, p.everything, p.level, p.team, p.works_as, p.password <> '',
			p.language, p.zone, p.theme, p.density, p.active, p.created, p.seen
		FROM people p WHERE p.email = $1`, email)
	return tx.onePerson(found, err, email)
}

func (tx *Tx) onePerson(found []*person.Person, err error, asked string) (*person.Person, error) {
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fault.New(fault.NotFound, CodePersonUnknown, "person", asked)
	}
	return found[0], tx.findScope(found[0])
}

// findScope completes the scope of somebody of the provider who does not see everything.
func (tx *Tx) findScope(p *person.Person) error {
	if p.Client != "" || p.Scope.All() {
		return nil
	}
	clients, err := query(tx, scanOne[string], `SELECT client FROM grants WHERE person = $1 ORDER BY client`, p.ID)
	p.Scope = access.Only(clients...)
	return err
}

// People lists everybody, by name.
func (tx *Tx) People() ([]*person.Person, error) {
	all, err := query(tx, scanPerson, `
		SELECT p.person, p.client, p.email, p.name, p.role, p.everything, p.level, p.team, p.works_as, p.password <> '',
			p.language, p.zone, p.theme, p.density, p.active, p.created, p.seen
		FROM people p`)
	if err != nil {
		return nil, err
	}
	type grant struct{ client, person string }
	grants, err := query(tx, func(r row) (g grant, err error) { return g, r.Scan(&g.client, &g.person) },
		`SELECT client, person FROM grants ORDER BY client`)
	if err != nil {
		return nil, err
	}
	seen := map[string][]string{}
	for _, g := range grants {
		seen[g.person] = append(seen[g.person], g.client)
	}
	for _, p := range all {
		if p.Client == "" && !p.Scope.All() {
			p.Scope = access.Only(seen[p.ID]...)
		}
	}
	slices.SortFunc(all, func(a, b *person.Person) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all, nil
}

// PeopleOf lists the people with a role, in the order of their ids.
func (tx *Tx) PeopleOf(r access.Role) ([]*person.Person, error) {
	found, err := query(tx, scanPerson, `
		SELECT p.person, p.client, p.email, p.name, p.role, p.everything, p.level, p.team, p.works_as, p.password <> '',
			p.language, p.zone, p.theme, p.density, p.active, p.created, p.seen
		FROM people p WHERE p.role = $1`, string(r))
	slices.SortFunc(found, func(a, b *person.Person) int { return cmp.Compare(a.ID, b.ID) })
	for _, p := range found {
		if err == nil {
			err = tx.findScope(p)
		}
	}
	return found, err
}

func scanPerson(r row) (*person.Person, error) {
	var s personScan
	err := r.Scan(s.into()...)
	if err != nil {
		return nil, err
	}
	return s.person()
}

// personScan reads the columns of a person.
type personScan struct {
	p             person.Person
	client, team  sql.NullString
	everything    bool
	level         string
	created, seen int64
}

func (s *personScan) into() []any {
	p := &s.p
	return []any{
		&p.ID, &s.client, &p.Email, &p.Name, &p.Role, &s.everything, &s.level, &s.team, &p.Works, &p.Accepted,
		&p.Language, &p.Zone, &p.Theme, &p.Density, &p.Active, &s.created, &s.seen,
	}
}

func (s *personScan) person() (*person.Person, error) {
	p := &s.p
	p.Client, p.Team, p.Created, p.Seen = s.client.String, s.team.String, instant(s.created), instant(s.seen)
	switch {
	case p.Client != "":
		p.Scope = access.Only(p.Client)
	case s.everything:
		p.Scope = access.Everything()
	}
	return p, p.Level.UnmarshalText([]byte(s.level))
}

// PasswordHash gives the hash of somebody's password, "" for none. CodePersonUnknown says
// that there is nobody.
func (tx *Tx) PasswordHash(id string) (string, error) {
	found, err := query(tx, scanOne[string], `SELECT password FROM people WHERE person = $1`, id)
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", fault.New(fault.NotFound, CodePersonUnknown, "person", id)
	}
	return found[0], nil
}

// SetPassword keeps the hash of a new password.
func (tx *Tx) SetPassword(id, hash string) error {
	_, err := tx.exec(`UPDATE people SET password = $2 WHERE person = $1`, id, hash)
	return err
}

// SawPerson keeps that somebody was seen now.
func (tx *Tx) SawPerson(id string) error {
	_, err := tx.exec(`UPDATE people SET seen = $2 WHERE person = $1 AND seen < $2`, id, millis(tx.Now))
	return err
}

// Names gives the names of people by their ids: those of the provider, and those of clients
// in a scope.
func (tx *Tx) Names(scope access.Scope, ids []string) (map[string]string, error) {
	b := &builder{}
	unique := slices.Compact(slices.Sorted(slices.Values(ids)))
	if len(unique) == 0 {
		return map[string]string{}, nil
	}
	found, err := query(tx, scanName, `SELECT person, coalesce(client, ''), name FROM people WHERE person IN (`+b.list(unique)+`)`, b.args...)
	names := make(map[string]string, len(found))
	for _, one := range found {
		if one.client == "" || scope.Has(one.client) {
			names[one.person] = one.name
		}
	}
	return names, err
}

type personName struct{ person, client, name string }

func scanName(r row) (n personName, err error) {
	err = r.Scan(&n.person, &n.client, &n.name)
	return n, err
}
