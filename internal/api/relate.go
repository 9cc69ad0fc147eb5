package api

import (
	"context"
	"net/http"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Merge names the older ticket that a ticket ends in.
type Merge struct {
	Into  string `json:"into" doc:"Key of an older ticket of the same client." example:"INC-000100"`
	LetIn bool   `json:"let_in,omitempty" doc:"Who raised or watched the ticket may read the other one from now on, also where they saw only their own so far."`
}

// Link relates a ticket to another.
type Link struct {
	Relation string `json:"relation" enum:"relates,duplicates,duplicated_by,caused_by,causes,fixed_by,fixes" doc:"How this ticket relates to the other, which then shows the opposite."`
	Key      string `json:"key" doc:"Key of the other ticket, of the same client."`
}

// relations adds the operations on two tickets, and those on who watches one.
func (d *desk) relations() {
	desk := []access.Permission{access.RecordEntries}
	add(d.routes, stepOperation(ticket.Merged{}, "Merge", "Ends the ticket in an older one of the same client: its clocks stop, its verdicts stay, and "+
		"who raised or watched it watches the other, if they see that one or are let in.", Merge{}, false, desk), d.merge)
	add(d.routes, stepOperation(ticket.Linked{}, "Link", "Relates the ticket to another of the same client.", Link{}, false, desk), d.related(d.app.Link))
	add(d.routes, stepOperation(ticket.Unlinked{}, "Take a link back", "Takes a relation back, from both tickets.", Link{}, false, desk), d.related(d.app.Unlink))
	d.watching("watch", true, "Be kept up to date", "You watch the ticket from now on. Doing it twice changes nothing.")
	d.watching("unwatch", false, "Be kept up to date no longer", "You do not watch the ticket any more. Doing it twice changes nothing.")
}

func (d *desk) watching(word string, on bool, summary, doc string) {
	add(d.routes, &operation{
		method: http.MethodPost, path: "/clients/{client}/tickets/{key}/" + word, id: word + "Ticket", tag: "tickets",
		may: []access.Permission{access.ReadTickets}, summary: summary, status: http.StatusNoContent, doc: doc,
	}, func(ctx context.Context, c *caller, in *TicketPath) (*struct{}, error) {
		return nil, d.app.Watch(ctx, c.actor, in.ref(), on)
	})
}

func (d *desk) merge(ctx context.Context, c *caller, in *stepRequest) (*taken, error) {
	var body Merge
	if err := readJSON(in.RawBody, &body); err != nil {
		return nil, err
	}
	cmd, err := in.command()
	if err != nil {
		return nil, err
	}
	head, err := d.app.Merge(ctx, c.actor, in.ref(), cmd, body.Into, body.LetIn)
	return takenAs(in.Key, head, err)
}

// related gives the operation that a use case about a relation stands behind.
func (d *desk) related(
	do func(context.Context, access.Actor, app.Ref, app.Command, ticket.Relation, string) (int, error),
) func(context.Context, *caller, *stepRequest) (*taken, error) {
	return func(ctx context.Context, c *caller, in *stepRequest) (*taken, error) {
		var body Link
		if err := readJSON(in.RawBody, &body); err != nil {
			return nil, err
		}
		cmd, err := in.command()
		if err != nil {
			return nil, err
		}
		head, err := do(ctx, c.actor, in.ref(), cmd, ticket.Relation(body.Relation), body.Key)
		return takenAs(in.Key, head, err)
	}
}
