package web

import (
	"crypto/rand"
	"net/http"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/web/page/firstrun"
	"github.com/watchbill/watchbill/internal/web/ui"
)

func (s *Site) firstRunRoutes() []Route {
	return []Route{
		{"GET", "/first-run", access.ManageClients, staffOnly, s.firstRun},
		{"POST", "/first-run/client", access.ManageClients, staffOnly, s.firstClient},
		{"POST", "/first-run/contract", access.AmendContracts, staffOnly, s.firstContract},
		{"POST", "/first-run/ticket", access.LogTickets, staffOnly, s.firstTicket},
	}
}

// The steps of the first run. Where somebody stands is told by what there is already, so one
// can leave at any time and go on later.
const (
	stepClient = iota
	stepContract
	stepTicket
	stepDone
)

// run is how far the first run has come.
type run struct {
	step   int
	client app.Client // the one that it is about, once there is one
}

func (v *visit) firstRunAt() (run, error) {
	clients, err := v.site.app.Clients(v.ctx(), v.actor)
	if err != nil || len(clients) == 0 {
		return run{step: stepClient}, err
	}
	r := run{step: stepContract, client: clients[0]}
	for _, c := range clients {
		if len(c.Contracts) > 0 {
			r = run{step: stepTicket, client: c}
		}
	}
	if r.step == stepContract {
		return r, nil
	}
	n, err := v.site.app.Count(v.ctx(), v.actor, app.Filter{})
	if n > 0 {
		r.step = stepDone
	}
	return r, err
}

// atFirst tells whether the first run has not come to its end.
func (v *visit) atFirst() bool {
	r, err := v.firstRunAt()
	return err == nil && r.step != stepDone
}

func (s *Site) firstRun(v *visit) error {
	r, err := v.firstRunAt()
	if err != nil {
		return err
	}
	return v.showRun(http.StatusOK, r, nil)
}

// showRun shows the step that comes next, with what was wrong with what was sent.
func (v *visit) showRun(status int, r run, failed error) error {
	fields, problem := map[string]string{}, (*ui.Problem)(nil)
	if failed != nil {
		if fields, problem = v.errorsOf(failed); len(fields) == 0 && problem == nil {
			return failed
		}
		status = v.statusOf(failed)
	}
	f, stages := v.frame(v.voice.Text("first.title")), v.stages(r)
	switch r.step {
	case stepClient:
		if problem != nil {
			fields, problem = v.clientErrors(failed)
		}
		name := ui.Field{Name: "name", Label: v.voice.Text("clients.name"), Required: true, Value: v.field("name"), Error: fields["name"]}
		return v.render(status, firstrun.Client(f, firstrun.ClientData{Stages: stages, Name: name, Problem: problem}))
	case stepContract:
		d := v.contractForm(r.client)
		d.Action = "/first-run/contract"
		return v.render(status, firstrun.Contract(f, stages, d))
	case stepTicket:
		return v.render(status, firstrun.Ticket(f, v.firstTicketForm(stages, fields, problem)))
	default:
		return v.render(status, firstrun.Done(f, stages))
	}
}

func (v *visit) stages(r run) []ui.Stage {
	all := []ui.Stage{{Title: v.voice.Text("first.you"), Note: v.session.Person.Name, State: ui.Done}}
	for i, id := range []string{"client", "contract", "ticket"} {
		s := ui.Stage{Title: v.voice.Text("first." + id)}
		switch {
		case i < r.step:
			s.State = ui.Done
		case i == r.step:
			s.State = ui.Here
		}
		switch {
		case i == stepClient && r.step > stepClient:
			s.Note = r.client.Name
		case i == stepContract && r.step > stepContract:
			s.Note = r.client.Contracts[0]
		}
		all = append(all, s)
	}
	return all
}

func (s *Site) firstClient(v *visit) error {
	if _, err := s.app.CreateClient(v.ctx(), v.actor, v.field("name")); err != nil {
		return v.showRun(http.StatusOK, run{step: stepClient}, err)
	}
	return v.to("/first-run")
}

func (s *Site) firstContract(v *visit) error {
	r, err := v.firstRunAt()
	if err != nil {
		return err
	}
	if r.step != stepContract {
		return v.to("/first-run") // it was sent twice, or by two
	}
	d := v.contractForm(r.client)
	d.Action = "/first-run/contract"
	kept, status, err := v.contractSent(r.client, &d)
	switch {
	case err != nil:
		return err
	case kept != nil:
		return v.to("/first-run")
	default:
		return v.render(status, firstrun.Contract(v.frame(v.voice.Text("first.title")), v.stages(r), d))
	}
}

func (v *visit) firstTicketForm(stages []ui.Stage, fields map[string]string, problem *ui.Problem) firstrun.TicketData {
	d := firstrun.TicketData{Stages: stages, Problem: problem, Once: v.once()}
	if d.Once == "" {
		d.Once = rand.Text()
	}
	field := func(name string) ui.Field {
		return ui.Field{Name: name, Label: v.voice.Text("first.ticket." + name), Value: v.field(name), Error: fields[name]}
	}
	d.Title, d.Text, d.Impact, d.Urgency = field("title"), field("text"), field("impact"), field("urgency")
	d.Title.Required, d.Impact.Required, d.Urgency.Required = true, true, true
	for i := catalog.Impact(1); i <= 4; i++ {
		d.Impacts = append(d.Impacts, ui.Option{Value: i.String(), Text: v.voice.Text("desk.impact." + i.String())})
	}
	for u := catalog.Urgency(1); u <= 4; u++ {
		d.Urgencies = append(d.Urgencies, ui.Option{Value: u.String(), Text: v.voice.Text("desk.urgency." + u.String())})
	}
	return d
}

func (s *Site) firstTicket(v *visit) error {
	r, err := v.firstRunAt()
	if err != nil {
		return err
	}
	if r.step < stepTicket {
		return v.to("/first-run")
	}
	n := app.NewTicket{
		Client: r.client.ID, Kind: catalog.Incident, Title: v.field("title"), Text: v.field("text"), Via: ticket.ViaDesk, Once: v.once(),
	}
	if len(r.client.Contracts) > 0 {
		n.Contract = r.client.Contracts[0]
	}
	var faults fault.List
	n.Impact = oneWord[catalog.Impact](v, "impact", &faults)
	n.Urgency = oneWord[catalog.Urgency](v, "urgency", &faults)
	if err = faults.Err(); err == nil {
		_, err = s.app.LogTicket(v.ctx(), v.actor, n)
	}
	if err != nil {
		r.step = stepTicket
		return v.showRun(http.StatusOK, r, err)
	}
	return v.to("/first-run")
}
