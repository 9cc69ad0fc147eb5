package web

import (
	"net/http"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/web/page/people"
	"github.com/watchbill/watchbill/internal/web/ui"
)

func (s *Site) peopleRoutes() []Route {
	return []Route{
		{"GET", "/people", access.ReadPeople, staffOnly, s.people},
		{"GET", "/people/new", access.ManagePeople, staffOnly, s.invitePage},
		{"POST", "/people/new", access.ManagePeople, staffOnly, s.invite},
		{"GET", "/people/{person}", access.ReadPeople, staffOnly, s.person},
		{"POST", "/people/{person}", access.ManagePeople, staffOnly, s.changePerson},
		{"POST", "/people/{person}/end", access.ManagePeople, staffOnly, s.endPerson},
		{"POST", "/people/{person}/restore", access.ManagePeople, staffOnly, s.restorePerson},
		{"POST", "/people/{person}/invite", access.ManagePeople, staffOnly, s.inviteAgain},
		{"GET", "/teams", access.ReadPeople, staffOnly, s.teams},
		{"POST", "/teams", access.ManageTeams, staffOnly, s.saveTeam},
	}
}

// around is what stands around people: the clients and teams that they can belong to.
type around struct {
	clients []app.Client
	teams   []*app.Team
}

func (v *visit) around() (a around, err error) {
	if a.clients, err = v.site.app.Clients(v.ctx(), v.actor); err != nil {
		return a, err
	}
	a.teams, err = v.site.app.Teams(v.ctx(), v.actor)
	return a, err
}

func (a *around) clientName(id string) string {
	for _, c := range a.clients {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

func (a *around) teamName(id string) string {
	for _, t := range a.teams {
		if t.ID == id {
			return t.Name
		}
	}
	return ""
}

// people lists those whom somebody sees: the provider's own, then those of each client.
func (s *Site) people(v *visit) error {
	all, err := s.app.People(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	a, err := v.around()
	if err != nil {
		return err
	}
	own := people.Group{Title: s.config.Home}
	groups := map[string]*people.Group{}
	d := people.ListData{MayInvite: v.actor.May(access.ManagePeople)}
	for _, p := range all {
		row := v.personRow(p, &a)
		if p.Client == "" {
			own.People = append(own.People, row)
			continue
		}
		if groups[p.Client] == nil {
			groups[p.Client] = &people.Group{Title: a.clientName(p.Client)}
		}
		groups[p.Client].People = append(groups[p.Client].People, row)
	}
	d.Groups = []people.Group{own}
	for _, c := range a.clients {
		if g := groups[c.ID]; g != nil {
			d.Groups = append(d.Groups, *g)
		}
	}
	return v.page(people.List(v.frame(v.voice.Text("web.nav.people")), d))
}

func (v *visit) personRow(p *person.Person, a *around) people.Row {
	row := people.Row{
		Href: "/people/" + p.ID, Name: p.Name, Email: p.Email, Role: v.voice.Text("people.role." + string(p.Role)), Team: a.teamName(p.Team), Level: p.Level,
	}
	switch {
	case !p.Active:
		row.State, row.Mood = v.voice.Text("people.state.ended"), ui.Plain
	case !p.Accepted:
		row.State, row.Mood = v.voice.Text("people.state.invited"), ui.Concern
	case !p.Seen.IsZero():
		row.Seen = p.Seen.In(v.zone)
	}
	return row
}

// positionFields are the fields that say what somebody may do and where they work.
func (v *visit) positionFields(p *person.Person, sent bool, fields map[string]string, a *around) people.Position {
	field := func(name, kept string) ui.Field {
		f := ui.Field{Name: name, Label: v.voice.Text("people." + name), Value: kept, Error: fields[name]}
		if sent {
			f.Value = v.field(name)
		}
		return f
	}
	level := ""
	if p.Level != 0 {
		level = p.Level.String()
	}
	d := people.Position{
		Role: field("role", string(p.Role)), Level: field("level", level), Team: field("team", p.Team), Works: field("works", string(p.Works)),
		OfClient: p.Client != "", Everything: p.Scope.All(),
	}
	d.Role.Required = true
	for _, r := range v.actor.Grantable() {
		if r.OfClient() == (p.Client != "") || p.ID == "" {
			d.Roles = append(d.Roles, ui.Option{Value: string(r), Text: v.voice.Text("people.role." + string(r)), Note: v.voice.Text("people.may." + string(r))})
		}
	}
	none := ui.Option{Text: v.voice.Text("people.none")}
	d.Levels, d.Teams, d.Worked = []ui.Option{none}, []ui.Option{none}, []ui.Option{none}
	for l := catalog.L0; l <= catalog.L3; l++ {
		d.Levels = append(d.Levels, ui.Option{Value: l.String(), Text: v.voice.Text("ui.level." + l.String())})
	}
	for _, t := range a.teams {
		d.Teams = append(d.Teams, ui.Option{Value: t.ID, Text: t.Name})
	}
	for _, r := range []catalog.Role{catalog.Developer, catalog.QualityAnalyst, catalog.SolutionArchitect, catalog.ProjectManager, catalog.ReleaseManager} {
		d.Worked = append(d.Worked, ui.Option{Value: string(r), Text: v.voice.Text("people.works." + string(r))})
	}
	if sent {
		d.Everything = v.field("everything") != ""
	}
	chosen := map[string]bool{}
	for _, id := range p.Scope.Clients() {
		chosen[id] = true
	}
	if sent {
		chosen = map[string]bool{}
		for _, id := range v.r.PostForm["clients"] {
			chosen[id] = true
		}
	}
	for _, c := range a.clients {
		d.Clients = append(d.Clients, people.Choice{ID: c.ID, Name: c.Name, On: chosen[c.ID]})
	}
	d.MayAll = v.actor.Scope.All()
	return d
}

// position reads what the form says somebody is to be.
func (v *visit) position() (app.Position, error) {
	var faults fault.List
	p := app.Position{
		Role: access.Role(v.field("role")), Everything: v.field("everything") != "", Clients: v.r.PostForm["clients"], Team: v.field("team"),
		Works: catalog.Role(v.field("works")), Level: oneWord[catalog.Level](v, "level", &faults),
	}
	return p, faults.Err()
}

func (s *Site) invitePage(v *visit) error { return v.showInvite(http.StatusOK, false, nil, nil) }

func (v *visit) showInvite(status int, sent bool, fields map[string]string, problem *ui.Problem) error {
	a, err := v.around()
	if err != nil {
		return err
	}
	field := func(name string) ui.Field {
		return ui.Field{Name: name, Label: v.voice.Text("people." + name), Value: v.field(name), Error: fields[name]}
	}
	d := people.InviteData{Problem: problem, Name: field("name"), Email: field("email"), Side: field("client"), Language: field("language")}
	d.Name.Required, d.Email.Required, d.Email.Type = true, true, "email"
	d.Side.Hint = v.voice.Text("people.client.hint")
	if d.Language.Value == "" {
		d.Language.Value = string(v.voice.Language())
	}
	d.Sides = []ui.Option{{Text: v.site.config.Home}}
	for _, c := range a.clients {
		d.Sides = append(d.Sides, ui.Option{Value: c.ID, Text: c.Name})
	}
	d.Languages = []ui.Option{{Value: "en", Text: v.voice.Text("me.language.en")}, {Value: "nl", Text: v.voice.Text("me.language.nl")}}
	d.Position = v.positionFields(&person.Person{Role: access.Agent, Scope: v.actor.Scope}, sent, fields, &a)
	f := v.frame(v.voice.Text("people.invite"), v.peopleCrumb())
	return v.render(status, people.Invite(f, d))
}

func (v *visit) peopleCrumb() ui.Crumb {
	return ui.Crumb{Text: v.voice.Text("web.nav.people"), Href: "/people"}
}

func (s *Site) invite(v *visit) error {
	at, err := v.position()
	id := ""
	if err == nil {
		id, err = s.app.Invite(v.ctx(), v.actor, app.Invitation{
			Email: v.field("email"), Name: v.field("name"), Client: v.field("client"), Language: v.field("language"), Zone: v.session.Person.Zone,
			Position: at,
		})
	}
	if err != nil {
		fields, problem := v.errorsOf(err)
		if len(fields) == 0 && problem == nil {
			return err
		}
		return v.showInvite(v.statusOf(err), true, fields, problem)
	}
	v.say(v.voice.Text("people.invited"))
	return v.to("/people/" + id)
}

func (s *Site) person(v *visit) error { return v.showPerson(http.StatusOK, false, nil, nil) }

// showPerson shows somebody, and lets those who may change what they are.
func (v *visit) showPerson(status int, sent bool, fields map[string]string, problem *ui.Problem) error {
	p, err := v.site.app.Person(v.ctx(), v.actor, v.r.PathValue("person"))
	if err != nil {
		return err
	}
	a, err := v.around()
	if err != nil {
		return err
	}
	d := people.PersonData{
		Path: "/people/" + p.ID, Row: v.personRow(p, &a), Problem: problem, Client: a.clientName(p.Client), Provider: v.site.config.Home,
		Active: p.Active, Accepted: p.Accepted, Self: p.ID == v.actor.ID, Works: string(p.Works),
		MayChange: v.actor.May(access.ManagePeople) && v.actor.MayGrant(p.Role, p.Scope) == nil,
		Position:  v.positionFields(p, sent, fields, &a), Created: p.Created.In(v.zone),
	}
	if p.Scope.All() {
		d.Sees = v.voice.Text("people.sees_all")
	} else {
		for _, id := range p.Scope.Clients() {
			if name := a.clientName(id); name != "" {
				d.SeesClients = append(d.SeesClients, name)
			}
		}
	}
	if v.actor.May(access.ReadAudit) {
		d.Audit = "/audit?about=" + p.ID
	}
	return v.render(status, people.Person(v.frame(p.Name, v.peopleCrumb()), d))
}

func (s *Site) changePerson(v *visit) error {
	at, err := v.position()
	if err == nil {
		err = s.app.ChangePerson(v.ctx(), v.actor, v.r.PathValue("person"), at)
	}
	return v.personDone(err, "people.changed", true)
}

func (s *Site) endPerson(v *visit) error {
	return v.personDone(s.app.Deactivate(v.ctx(), v.actor, v.r.PathValue("person")), "people.ended", false)
}

func (s *Site) restorePerson(v *visit) error {
	return v.personDone(s.app.Reactivate(v.ctx(), v.actor, v.r.PathValue("person")), "people.restored", false)
}

func (s *Site) inviteAgain(v *visit) error {
	return v.personDone(s.app.InviteAgain(v.ctx(), v.actor, v.r.PathValue("person")), "people.invited", false)
}

// personDone says what was done to somebody, or shows them with what was wrong.
func (v *visit) personDone(err error, said string, sent bool) error {
	if err == nil {
		v.say(v.voice.Text(said))
		return v.to("/people/" + v.r.PathValue("person"))
	}
	fields, problem := v.errorsOf(err)
	if len(fields) == 0 && problem == nil || fault.IsKind(err, fault.NotFound) {
		return err
	}
	return v.showPerson(v.statusOf(err), sent, fields, problem)
}

func (s *Site) teams(v *visit) error { return v.showTeams(http.StatusOK, nil, nil) }

// showTeams lists the teams, each with a form that renames it for those who may.
func (v *visit) showTeams(status int, fields map[string]string, problem *ui.Problem) error {
	all, err := v.site.app.Teams(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	d := people.TeamsData{Problem: problem, MayManage: v.actor.May(access.ManageTeams)}
	levels := []ui.Option{{Text: v.voice.Text("people.several")}}
	for l := catalog.L0; l <= catalog.L3; l++ {
		levels = append(levels, ui.Option{Value: l.String(), Text: l.String()})
	}
	form := func(id, name string, l catalog.Level) people.Team {
		t := people.Team{ID: id, Levels: levels}
		t.Name = ui.Field{Name: "name", ID: "team-" + id, Label: v.voice.Text("people.team.name"), Required: true, Value: name}
		t.Level = ui.Field{Name: "level", ID: "level-" + id, Label: v.voice.Text("people.level")}
		if l != 0 {
			t.Level.Value = l.String()
		}
		if changes(v.r.Method) && v.field("team") == id {
			t.Name.Value, t.Level.Value, t.Name.Error, t.Level.Error = v.field("name"), v.field("level"), fields["name"], fields["level"]
		}
		return t
	}
	for _, t := range all {
		d.Teams = append(d.Teams, form(t.ID, t.Name, t.Level))
	}
	d.New = form("", "", 0)
	return v.render(status, people.Teams(v.frame(v.voice.Text("people.teams"), v.peopleCrumb()), d))
}

func (s *Site) saveTeam(v *visit) error {
	var faults fault.List
	t := app.Team{ID: v.field("team"), Name: v.field("name"), Level: oneWord[catalog.Level](v, "level", &faults)}
	err := faults.Err()
	if err == nil {
		_, err = s.app.SaveTeam(v.ctx(), v.actor, t)
	}
	if err != nil {
		fields, problem := v.errorsOf(err)
		if len(fields) == 0 && problem == nil {
			return err
		}
		return v.showTeams(v.statusOf(err), fields, problem)
	}
	v.say(v.voice.Text("people.team.saved"))
	return v.to("/teams")
}
