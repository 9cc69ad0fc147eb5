package ticket

import (
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Why a new ticket goes where it goes. Arguments: activity, level, contract, version, and team
// or party.
const (
	CodeRoutedTeam  reason.Code = "ticket.routed_team"  // the contract's level, and the team of that level
	CodeRoutedLevel reason.Code = "ticket.routed_level" // no team of the desk has that level
	CodeRoutedParty reason.Code = "ticket.routed_party" // the level belongs to another party
)

// Keeping is the assignment with what it leaves out as it is on the ticket: the level, and at
// the same level the team. A person who is left out is nobody.
func (a Assigned) Keeping(t Ticket) Assigned {
	if a.Level == 0 {
		a.Level = t.Level
	}
	if a.Team == "" && a.Level == t.Level {
		a.Team = t.Team
	}
	return a
}

// Team is a group of the provider's people that works on a level.
type Team struct {
	ID    string
	Name  string
	Level catalog.Level
}

// Route says where a new ticket goes: to the level that the contract gives the activity of
// its kind to, and to the first of the teams that work on this level.
func Route(v *contract.Version, kind catalog.Kind, teams []Team) (Assigned, reason.Reason) {
	activity := catalog.WorkOn(kind)
	to := Assigned{Level: v.Matrix[activity].Level}
	args := []any{"activity", activity, "level", to.Level, "contract", v.Name, "version", v.Number}
	if owner := v.Levels[to.Level]; owner != 0 && owner != catalog.Provider {
		return to, reason.New(CodeRoutedParty, append(args, "party", owner)...)
	}
	for _, t := range teams {
		if t.Level == to.Level {
			to.Team = t.ID
			return to, reason.New(CodeRoutedTeam, append(args, "team", t.Name)...)
		}
	}
	return to, reason.New(CodeRoutedLevel, args...)
}
