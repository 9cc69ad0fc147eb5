package api

import (
	"context"
	"mime"
	"net/http"

	"github.com/danielgtaylor/huma/v2"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// attachments adds the operations on files of tickets.
func (d *desk) attachments() {
	op := stepOperation(ticket.Attached{}, "Attach a file", "Adds a file, which is the body itself, of at most 10 MiB. Its type is derived from its content, "+
		"whatever the sender says.", nil, false, []access.Permission{access.AddFiles})
	op.media, op.most = ticket.OctetStream, app.MaxFile+1024
	add(d.routes, op, d.attach)
	add(d.routes, &operation{
		method: http.MethodGet, path: "/clients/{client}/tickets/{key}/files/{file}", id: "getFile", tag: "tickets",
		may: []access.Permission{access.ReadFiles}, summary: "Open a file",
		doc: "The content of a file, to be saved. A file belongs to one ticket for ever.",
	}, d.file)
}

type attachRequest struct {
	TicketPath
	Sending
	Name     string `query:"name" doc:"Name of the file." example:"screen.png"`
	Internal string `query:"internal" enum:"true,false" doc:"For the provider's people only."`
	RawBody  []byte `contentType:"application/octet-stream"`
}

func (d *desk) attach(ctx context.Context, c *caller, in *attachRequest) (*taken, error) {
	cmd, err := in.command()
	if err != nil {
		return nil, err
	}
	internal, err := yesOrNo("internal", in.Internal)
	if err != nil {
		return nil, err
	}
	head, err := d.app.Attach(ctx, c.actor, in.ref(), cmd, app.NewFile{Name: in.Name, Body: in.RawBody, Internal: internal})
	return takenAs(in.Key, head, err)
}

type fileRequest struct {
	TicketPath
	File string `path:"file" doc:"Id of the file."`
}

// fileOut is a file. It writes itself, since it is not JSON.
type fileOut struct {
	Body func(huma.Context)
}

func (d *desk) file(ctx context.Context, c *caller, in *fileRequest) (*fileOut, error) {
	file, body, err := d.app.File(ctx, c.actor, in.ref(), in.File)
	if err != nil {
		return nil, err
	}
	return &fileOut{func(ctx huma.Context) {
		ctx.SetHeader("Content-Type", file.Media)
		ctx.SetHeader("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": file.Name}))
		ctx.SetStatus(http.StatusOK)
		ctx.BodyWriter().Write(body) //nolint:errcheck // who asked has gone
	}}, nil
}
