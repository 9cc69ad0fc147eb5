package web

import (
	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// row says a ticket as a list shows it.
func (v *visit) row(r *app.QueueRow, names map[string]string) ui.Row {
	path := pathOf(r.ClientSlug, r.Key)
	row := ui.Row{
		ID: r.ClientSlug + "/" + r.Key, Key: r.Key, Href: path, Face: v.faceOf(r), Why: path + "/why", Priority: r.Priority, Title: r.Title, Client: r.ClientName,
		Level: r.Level, Status: v.voice.Text("ticket.state." + r.State.String()), Ball: r.Ball, Accountable: r.Accountable,
		BallName: v.partyName(r.Ball, r.ClientName), AccountableName: v.partyName(r.Accountable, r.ClientName),
		Owner: names[r.Person], Unseen: r.Responded.IsZero() && r.Person == "",
	}
	if r.Title == "" {
		row.Title = r.Key
	}
	if r.Escalated {
		row.Tags = append(row.Tags, ui.Sign{Mood: ui.Concern, Text: v.voice.Text("queue.tag.escalated")})
	}
	if r.ByWorkaround() {
		row.Tags = append(row.Tags, ui.Sign{Text: v.voice.Text("queue.tag.workaround")})
	}
	if r.Reopened > 0 {
		row.Tags = append(row.Tags, ui.Sign{Text: v.voice.Text("queue.tag.reopened")})
	}
	return row
}

// faceOf shows the clock that a row carries, as it stands now.
func (v *visit) faceOf(r *app.QueueRow) ui.Face {
	if r.Face.Lane == clock.LaneNone {
		return ui.Face{}
	}
	return ui.FaceOf(v.voice, clock.Clock{
		Kind: r.Face.Kind, Phase: r.Face.Phase, Verdict: r.Face.Verdict(v.now()), Promise: r.Face.Promise, Due: r.Face.Due,
		Remaining: r.Left, Allowed: r.Face.Allowed, WaitsFor: r.WaitingFor,
	})
}

// partyName is what people call a party: the provider and the client by name.
func (v *visit) partyName(p catalog.Party, client string) string {
	switch p {
	case catalog.Provider:
		return v.site.config.Home
	case catalog.Client:
		return client
	case 0:
		return ""
	default:
		return v.voice.Text("queue.party." + p.String())
	}
}

// namesOf gives the names of the people on rows.
func (v *visit) namesOf(rows []app.QueueRow) (map[string]string, error) {
	seen := map[string]bool{}
	var ids []string
	for i := range rows {
		if id := rows[i].Person; id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil //nolint:nilnil // nobody has a name
	}
	return v.site.app.Names(v.ctx(), v.actor, ids...)
}
