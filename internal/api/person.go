package api

import (
	"context"
	"net/http"

	"github.com/watchbill/watchbill/internal/core/access"
)

// people adds the operations that read people and teams, and oneself.
func (d *desk) people() {
	may := []access.Permission{access.ReadPeople}
	add(d.routes, &operation{
		method: http.MethodGet, path: "/people", id: "listPeople", tag: "people", may: may,
		summary: "List people", doc: "The people whom you see, by name.",
	}, d.listPeople)
	add(d.routes, &operation{
		method: http.MethodGet, path: "/teams", id: "listTeams", tag: "people", may: may,
		summary: "List teams", doc: "The teams of the provider, by level and name.",
	}, d.listTeams)
}

// People are people whom somebody sees.
type People struct {
	People []Person `json:"people" doc:"By name."`
}

// Person is somebody who has or had access to the desk.
type Person struct {
	ID     string `json:"id" doc:"The id. Entries name people by it alone."`
	Name   string `json:"name" doc:"The name, for people."`
	Role   string `json:"role" doc:"What they may do." example:"agent"`
	Client string `json:"client,omitempty" doc:"Id of the client that they belong to; left out for the provider's people."`
	Level  string `json:"level,omitempty" doc:"Level of support at which they work."`
	Team   string `json:"team,omitempty" doc:"Id of their team."`
	Works  string `json:"works,omitempty" doc:"Code of the role whose capacity their work draws on." example:"Dev"`
	Active bool   `json:"active" doc:"They may sign in."`
}

type peopleOut struct{ Body People }

func (d *desk) listPeople(ctx context.Context, c *caller, _ *struct{}) (*peopleOut, error) {
	all, err := d.app.People(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	out := People{People: make([]Person, len(all))}
	for i, p := range all {
		out.People[i] = Person{p.ID, p.Name, string(p.Role), p.Client, p.Level.String(), p.Team, string(p.Works), p.Active}
	}
	return &peopleOut{out}, nil
}

// Teams are the teams of the provider.
type Teams struct {
	Teams []Team `json:"teams" doc:"By level and name."`
}

// Team is a team of the provider.
type Team struct {
	ID    string `json:"id" doc:"The id."`
	Name  string `json:"name" doc:"The name, for people."`
	Level string `json:"level,omitempty" doc:"The level of support at which it works; several when left out."`
}

type teamsOut struct{ Body Teams }

func (d *desk) listTeams(ctx context.Context, c *caller, _ *struct{}) (*teamsOut, error) {
	all, err := d.app.Teams(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	out := Teams{Teams: make([]Team, len(all))}
	for i, t := range all {
		out.Teams[i] = Team{t.ID, t.Name, t.Level.String()}
	}
	return &teamsOut{out}, nil
}
