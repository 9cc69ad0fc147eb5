package demo

import (
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Provider is the organisation whose desk it is.
const Provider = "Kade Support"

// member is somebody of the demonstration, known by the first name.
type member struct {
	first, name, email string
	shop               string // slug of the client, "" for the provider
	role               access.Role
	level              catalog.Level
	works              catalog.Role
	language           string
}

// members is everybody, the first admin first.
var members = []member{
	{first: "Daan", name: "Daan Vos", email: "daan@kade.example", role: access.Admin, level: catalog.L2, works: catalog.ReleaseManager},
	{first: "Noor", name: "Noor de Wit", email: "noor@kade.example", role: access.Lead, level: catalog.L2, works: "L2"},
	{first: "Mila", name: "Mila Jansen", email: "mila@kade.example", role: access.Manager, level: catalog.L2, works: catalog.ProjectManager},
	{first: "Ravi", name: "Ravi Sharma", email: "ravi@kade.example", role: access.Agent, level: catalog.L1, works: "L1"},
	{first: "Sem", name: "Sem Bakker", email: "sem@kade.example", role: access.Agent, level: catalog.L2, works: "L2", language: "nl"},
	{first: "Bram", name: "Bram Visser", email: "bram@kade.example", role: access.Agent, level: catalog.L3, works: catalog.Developer, language: "nl"},
	{first: "Yara", name: "Yara Haddad", email: "yara@kade.example", role: access.Agent, level: catalog.L3, works: catalog.SolutionArchitect},
	{first: "Lotte", name: "Lotte Smit", email: "lotte@kade.example", role: access.Agent, level: catalog.L3, works: catalog.QualityAnalyst},

	{first: "Jelle", name: "Jelle Hoekstra", email: "jelle@fietswereld.example", shop: "fietswereld", role: access.ClientLead, language: "nl"},
	{first: "Femke", name: "Femke Mulder", email: "femke@fietswereld.example", shop: "fietswereld", role: access.Requester, language: "nl"},
	{first: "Marco", name: "Marco Bellini", email: "marco@casalinnen.example", shop: "casa-linnen", role: access.ClientLead},
	{first: "Giulia", name: "Giulia Conti", email: "giulia@casalinnen.example", shop: "casa-linnen", role: access.Requester},
	{first: "Elin", name: "Elin Dahl", email: "elin@nordicaudio.example", shop: "nordic-audio", role: access.ClientLead},
	{first: "Aksel", name: "Aksel Berg", email: "aksel@nordicaudio.example", shop: "nordic-audio", role: access.Requester},
	{first: "Anouk", name: "Anouk Peters", email: "anouk@bloemenhuis.example", shop: "bloemenhuis", role: access.ClientLead, language: "nl"},
	{first: "Tess", name: "Tess van Dijk", email: "tess@bloemenhuis.example", shop: "bloemenhuis", role: access.Requester, language: "nl"},
}

// teams of the provider, one a level.
var teams = []ticket.Team{
	{Name: "Service desk", Level: catalog.L1},
	{Name: "Web operations", Level: catalog.L2},
	{Name: "Delivery", Level: catalog.L3},
}

// cast is who the people and teams of the demonstration are on a desk.
type cast struct {
	ids   map[string]string // by first name
	teams []ticket.Team
}

// staff is how somebody of the provider stands in entries.
func (c *cast) staff(first string) ticket.Actor {
	return ticket.Actor{ID: c.ids[first], Party: catalog.Provider}
}

// client is how somebody of a client stands in entries.
func (c *cast) client(first string) ticket.Actor {
	return ticket.Actor{ID: c.ids[first], Party: catalog.Client}
}

// program is how the desk itself stands in entries.
var program = ticket.Actor{ID: "watchbill", Party: catalog.Provider, Automated: true}

func (c *cast) team(l catalog.Level) string {
	for _, t := range c.teams {
		if t.Level == l {
			return t.ID
		}
	}
	return ""
}

func memberOf(first string) *member {
	for i := range members {
		if members[i].first == first {
			return &members[i]
		}
	}
	return nil
}
