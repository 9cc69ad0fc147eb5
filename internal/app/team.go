package app

import (
	"context"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
)

// Team is a team of the provider.
type Team = store.Team

// Teams lists the teams of the provider, by level and name.
func (a *App) Teams(ctx context.Context, actor access.Actor) (teams []*Team, err error) {
	err = a.read(ctx, actor, access.ReadPeople, func(tx *store.Tx) error {
		teams, err = tx.Teams()
		return err
	})
	return teams, err
}

// SaveTeam makes a team, or renames the one with the id, and returns the id.
func (a *App) SaveTeam(ctx context.Context, actor access.Actor, t Team) (string, error) {
	name, err := person.Name(t.Name)
	if err != nil {
		return "", err
	}
	t.Name = name
	id := ""
	err = a.write(ctx, actor, access.ManageTeams, func(tx *store.Tx) error {
		kept, done, put := t, CodeAuditTeamChanged, tx.PutTeam
		if t.ID == "" {
			done, put = CodeAuditTeamMade, tx.AddTeam
		}
		if err := put(&kept); err != nil {
			return err
		}
		id = kept.ID
		return tx.Audit(actor.ID, kept.ID, reason.New(done, "name", name))
	})
	return id, err
}
