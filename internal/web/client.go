package web

import (
	"net/http"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/web/page/client"
	"github.com/watchbill/watchbill/internal/web/ui"
)

func (s *Site) clientRoutes() []Route {
	return []Route{
		{"GET", "/clients", access.ReadClients, staffOnly, s.clients},
		{"POST", "/clients", access.ManageClients, staffOnly, s.addClient},
		{"GET", "/clients/{client}", access.ReadClients, staffOnly, s.client},
		{"GET", "/clients/{client}/add", access.AmendContracts, staffOnly, s.addContractPage},
		{"POST", "/clients/{client}/add", access.AmendContracts, staffOnly, s.addContract},
		{"GET", "/clients/{client}/contracts/{contract}", access.ReadContracts, staffOnly, s.contract},
	}
}

func (s *Site) clients(v *visit) error { return v.showClients(http.StatusOK, nil, nil) }

// showClients lists the clients that somebody sees, with a form for another one.
func (v *visit) showClients(status int, fields map[string]string, problem *ui.Problem) error {
	all, err := v.site.app.Clients(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	d := client.ListData{Problem: problem, MayAdd: v.actor.May(access.ManageClients)}
	for _, c := range all {
		d.Clients = append(d.Clients, client.Row{
			Name: c.Name, Href: "/clients/" + c.Slug, Tickets: "/queue?client=" + c.Slug, Contracts: len(c.Contracts), MayLog: len(c.Contracts) > 0,
		})
	}
	d.Name = ui.Field{Name: "name", Label: v.voice.Text("clients.name"), Required: true, Value: v.field("name"), Error: fields["name"]}
	return v.render(status, client.List(v.frame(v.voice.Text("web.nav.clients")), d))
}

func (s *Site) addClient(v *visit) error {
	id, err := s.app.CreateClient(v.ctx(), v.actor, v.field("name"))
	if err != nil {
		fields, problem := v.clientErrors(err)
		if len(fields) == 0 && problem == nil {
			return err
		}
		return v.showClients(v.statusOf(err), fields, problem)
	}
	c, err := v.clientAt(id)
	if err != nil {
		return err
	}
	return v.to("/clients/" + c.Slug)
}

// clientErrors are those of a form that asks for the name of a client.
func (v *visit) clientErrors(err error) (fields map[string]string, problem *ui.Problem) {
	fields, problem = v.errorsOf(err)
	if all := fault.All(err); problem != nil && len(all) == 1 && all[0].Kind != fault.Unavailable {
		fields["name"], problem = problem.What+" "+problem.Cure, nil
	}
	return fields, problem
}

// clientAt finds a client in scope by its id or slug.
func (v *visit) clientAt(word string) (app.Client, error) {
	all, err := v.site.app.Clients(v.ctx(), v.actor)
	if err != nil {
		return app.Client{}, err
	}
	for _, c := range all {
		if c.ID == word || c.Slug == word {
			return c, nil
		}
	}
	return app.Client{}, fault.New(fault.NotFound, CodePageUnknown)
}

func (v *visit) clientCrumb() ui.Crumb {
	return ui.Crumb{Text: v.voice.Text("web.nav.clients"), Href: "/clients"}
}

// client shows a client with the contracts that it has.
func (s *Site) client(v *visit) error {
	c, err := v.clientAt(v.r.PathValue("client"))
	if err != nil {
		return err
	}
	d := client.PageData{Name: c.Name, Tickets: "/queue?client=" + c.Slug, Add: "/clients/" + c.Slug + "/add", MayAmend: v.actor.May(access.AmendContracts)}
	for _, name := range c.Contracts {
		versions, err := s.app.Contract(v.ctx(), v.actor, c.ID, name)
		if err != nil {
			return err
		}
		k := client.Contract{Name: name, Href: contractPath(c.Slug, name)}
		now := v.inForce(versions)
		k.Versions = v.versionRows(c.Slug, name, versions, now)
		shown := max(now, 0)
		k.Model = v.modelOf(versions[shown].Document)
		d.Contracts = append(d.Contracts, k)
	}
	return v.page(client.Page(v.frame(c.Name, v.clientCrumb()), d))
}
