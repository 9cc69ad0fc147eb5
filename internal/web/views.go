package web

import (
	"net/http"
	"net/url"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/web/page/views"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// newView is the form that keeps the list of the address as a view.
func (s *Site) newView(v *visit) error {
	f, _ := parseFilter(queuePath, v.r.URL.Query())
	return v.viewPage(http.StatusOK, savedView{asked: asked{filter: f}}, nil)
}

// saveView keeps a new view, and leads to it.
func (s *Site) saveView(v *visit) error { return v.keepView("") }

// viewForm is the form that changes a view of one's own.
func (s *Site) viewForm(v *visit) error {
	kept, err := v.ownView()
	if err != nil {
		return err
	}
	return v.viewPage(http.StatusOK, kept, nil)
}

func (s *Site) changeView(v *visit) error {
	kept, err := v.ownView()
	if err != nil {
		return err
	}
	return v.keepView(kept.ID)
}

func (s *Site) dropView(v *visit) error {
	kept, err := v.ownView()
	if err != nil {
		return err
	}
	if err := s.app.DropView(v.ctx(), v.actor, kept.ID); err != nil {
		return err
	}
	v.say(v.voice.Text("views.dropped", "name", kept.Name))
	return v.to(queuePath)
}

// ownView finds the view of the address among one's own.
func (v *visit) ownView() (savedView, error) {
	for _, kept := range v.saved() {
		if kept.ID == v.r.PathValue("view") && kept.Person == v.actor.ID {
			return kept, nil
		}
	}
	return savedView{}, fault.New(fault.NotFound, CodePageUnknown)
}

// keepView keeps what the form says.
func (v *visit) keepView(id string) error {
	q, err := url.ParseQuery(v.field("query"))
	if err != nil {
		q = url.Values{}
	}
	f, _ := parseFilter(queuePath, q)
	wanted := savedView{
		SavedView: app.SavedView{ID: id, Person: v.actor.ID, Name: v.field("name"), Query: f.query().Encode(), Shared: v.field("shared") != ""},
		asked:     asked{filter: f},
	}
	if _, err := v.site.app.SaveView(v.ctx(), v.actor, wanted.SavedView); err != nil {
		if len(fault.All(err)) == 0 {
			return err
		}
		return v.viewPage(v.statusOf(err), wanted, err)
	}
	v.say(v.voice.Text("views.kept", "name", wanted.Name))
	return v.to(f.address())
}

// viewPage shows the form of a view, with what went wrong at its fields.
func (v *visit) viewPage(status int, kept savedView, wrong error) error {
	fields, other := v.errorsOf(wrong)
	title, action := v.voice.Text("views.new"), "/views"
	if kept.ID != "" {
		title, action = v.voice.Text("views.change"), "/views/"+kept.ID
	}
	if err := v.know(&kept.asked); err != nil {
		return err
	}
	data := views.Data{
		Title: title, Action: action, Problem: other, Query: kept.asked.query().Encode(), Filters: v.chips(&kept.asked), Back: kept.asked.address(),
		Name: ui.Field{
			Name: "name", Label: v.voice.Text("views.name"), Value: kept.Name, Required: true, Error: fields["name"],
			Attrs: map[string]any{"maxlength": "40", "autofocus": true},
		},
	}
	for i := range data.Filters {
		data.Filters[i].Off, data.Filters[i].Href = "", ""
	}
	if kept.ID != "" {
		data.Drop = action + "/drop"
	}
	if v.actor.May(access.ShareViews) {
		data.Share = ui.Field{Name: "shared", Label: v.voice.Text("views.share"), Hint: v.voice.Text("views.share.hint"), Error: fields["shared"]}
		data.Shared = kept.Shared
	}
	return v.render(status, views.Page(v.frame(title, ui.Crumb{Text: v.voice.Text("web.nav.queue"), Href: data.Back}), data))
}
