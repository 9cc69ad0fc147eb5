package store

import (
	"cmp"
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Team is a team of the provider.
type Team struct {
	ID    string
	Name  string
	Level catalog.Level // zero where a team works at several
}

// AddTeam makes a team and gives it its id. CodeTeamExists says that the name is taken.
func (tx *Tx) AddTeam(t *Team) error {
	if err := tx.freeTeamName(t); err != nil {
		return err
	}
	t.ID = tx.newKey()
	_, err := tx.exec(`INSERT INTO teams (team, name, level, created) VALUES ($1, $2, $3, $4)`,
		t.ID, t.Name, t.Level.String(), millis(tx.Now))
	return err
}

// PutTeam keeps the name and the level of a team, with the faults of AddTeam.
func (tx *Tx) PutTeam(t *Team) error {
	if err := tx.freeTeamName(t); err != nil {
		return err
	}
	n, err := tx.exec(`UPDATE teams SET name = $2, level = $3 WHERE team = $1`, t.ID, t.Name, t.Level.String())
	if err == nil && n == 0 {
		return fault.New(fault.NotFound, CodeTeamUnknown, "team", t.ID)
	}
	return err
}

func (tx *Tx) freeTeamName(t *Team) error {
	taken, err := query(tx, scanOne[string], `SELECT team FROM teams WHERE name = $1 AND team <> $2`, t.Name, t.ID)
	if err == nil && len(taken) > 0 {
		return fault.New(fault.Conflict, CodeTeamExists, "team", t.Name)
	}
	return err
}

// Team finds a team by its id. CodeTeamUnknown says that there is none.
func (tx *Tx) Team(id string) (*Team, error) {
	found, err := query(tx, scanTeam, `SELECT team, name, level FROM teams WHERE team = $1`, id)
	switch {
	case err != nil:
		return nil, err
	case len(found) == 0:
		return nil, fault.New(fault.NotFound, CodeTeamUnknown, "team", id)
	}
	return found[0], nil
}

// Teams lists all teams, by level and name.
func (tx *Tx) Teams() ([]*Team, error) {
	all, err := query(tx, scanTeam, `SELECT team, name, level FROM teams`)
	slices.SortFunc(all, func(a, b *Team) int {
		return cmp.Or(cmp.Compare(a.Level, b.Level), cmp.Compare(a.Name, b.Name))
	})
	return all, err
}

func scanTeam(r row) (*Team, error) {
	var t Team
	var level string
	if err := r.Scan(&t.ID, &t.Name, &level); err != nil {
		return nil, err
	}
	return &t, t.Level.UnmarshalText([]byte(level))
}
