package web

import (
	"crypto/rand"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/web/page/portal"
	"github.com/watchbill/watchbill/internal/web/ui"
)

func (s *Site) portalNewPage(v *visit) error { return v.showPortalNew(nil, nil, nil) }

// showPortalNew is the form in which the client says what is the matter, in plain questions.
// What was typed stays.
func (v *visit) showPortalNew(err error, fields map[string]string, problem *ui.Problem) error {
	supported, failed := v.site.app.Supported(v.ctx(), v.actor, v.ownClient())
	if failed != nil {
		return failed
	}
	f, failed := v.portalFrame(v.voice.Text("portal.report"))
	if failed != nil {
		return failed
	}
	field := func(name string) ui.Field {
		return ui.Field{Name: name, Label: v.voice.Text("portal.new." + name), Value: v.field(name), Error: fields[name]}
	}
	d := portal.NewData{Problem: problem, Once: v.once(), None: len(supported) == 0}
	if d.Once == "" {
		d.Once = rand.Text()
	}
	d.Kind, d.Title, d.Text = field("kind"), field("title"), field("text")
	d.Impact, d.Urgency, d.Site, d.Contract = field("impact"), field("urgency"), field("site"), field("contract")
	d.Text.Hint, d.Text.Rows = v.voice.Text("portal.new.text.hint"), 8
	if d.Kind.Value == "" {
		d.Kind.Value = catalog.Incident.String()
	}
	d.Title.Required, d.Kind.Required, d.Impact.Required, d.Urgency.Required = true, true, true, true
	if wrong := fields["priority"]; wrong != "" && d.Impact.Error == "" {
		d.Impact.Error = wrong
	}
	for _, k := range []catalog.Kind{catalog.Incident, catalog.ServiceRequest} {
		d.Kinds = append(d.Kinds, ui.Option{Value: k.String(), Text: v.voice.Text("portal.kind." + k.String())})
	}
	for i := catalog.Impact(1); i <= 4; i++ {
		d.Impacts = append(d.Impacts, ui.Option{Value: i.String(), Text: v.voice.Text("portal.impact." + i.String())})
	}
	for u := catalog.Urgency(1); u <= 4; u++ {
		d.Urgencies = append(d.Urgencies, ui.Option{Value: u.String(), Text: v.voice.Text("portal.urgency." + u.String())})
	}
	d.Sites, d.Contracts = v.sitesAndContracts(supported)
	if err != nil {
		return v.render(v.statusOf(err), portal.New(f, d))
	}
	return v.page(portal.New(f, d))
}

// sitesAndContracts are what the client can choose from; one contract is no choice.
func (v *visit) sitesAndContracts(supported []app.Supported) (sites, contracts []ui.Option) {
	seen := map[string]bool{}
	for _, k := range supported {
		contracts = append(contracts, ui.Option{Value: k.Contract, Text: k.Contract})
		for _, site := range k.Sites {
			if !seen[site] {
				seen[site] = true
				sites = append(sites, ui.Option{Value: site, Text: site})
			}
		}
	}
	if len(sites) > 0 {
		sites = append([]ui.Option{{Text: v.voice.Text("portal.new.any_site")}}, sites...)
	}
	if len(contracts) < 2 {
		contracts = nil
	}
	return sites, contracts
}

func (s *Site) portalNew(v *visit) error {
	n := app.NewTicket{
		Client: v.ownClient(), Contract: v.field("contract"), Title: v.field("title"), Text: v.field("text"), Site: v.field("site"),
		Via: ticket.ViaPortal, Once: v.once(),
	}
	var faults fault.List
	n.Kind = oneWord[catalog.Kind](v, "kind", &faults)
	n.Impact = oneWord[catalog.Impact](v, "impact", &faults)
	n.Urgency = oneWord[catalog.Urgency](v, "urgency", &faults)
	err := faults.Err()
	key := ""
	if err == nil {
		key, err = s.app.LogTicket(v.ctx(), v.actor, n)
	}
	if err != nil {
		fields, problem := v.errorsOf(err)
		if len(fields) == 0 && problem == nil {
			return err
		}
		return v.showPortalNew(err, fields, problem)
	}
	return v.to("/portal/tickets/" + key)
}
