package api

import (
	"context"
	"net/http"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// notices adds the operations on what one is told on the desk.
func (d *desk) notices() {
	may := []access.Permission{access.OwnNotices}
	add(d.routes, &operation{
		method: http.MethodGet, path: "/notices", id: "listNotices", tag: "notices", may: may,
		summary: "List your notices", doc: "What you were told, the newest first.",
	}, d.listNotices)
	add(d.routes, &operation{
		method: http.MethodPost, path: "/notices/{notice}/read", id: "readNotice", tag: "notices", may: may,
		summary: "Mark a notice as read", status: http.StatusNoContent, doc: "Doing it twice changes nothing, nor does a notice that is not yours.",
	}, d.readNotice)
	add(d.routes, &operation{
		method: http.MethodPost, path: "/notices/{notice}/read-all", id: "readNotices", tag: "notices", may: may,
		summary: "Mark notices as read", status: http.StatusNoContent, doc: "Marks a notice of yours and all before it as read.",
	}, d.readNotices)
}

// Notices is a page of notices.
type Notices struct {
	Unread  int      `json:"unread" doc:"How many you have not read, of all."`
	Notices []Notice `json:"notices" doc:"The newest first. A page may have fewer than its limit, since what you no longer see is left out."`
	Next    string   `json:"next,omitempty" doc:"What to give as before for the next page; left out when this page has nothing."`
}

// Notice is something that one was told.
type Notice struct {
	ID     string            `json:"id" doc:"The id."`
	Kind   string            `json:"kind" doc:"What it is about, as a word that does not change." example:"breached"`
	Args   map[string]string `json:"args,omitempty" doc:"What it speaks of."`
	At     time.Time         `json:"at" doc:"When you were told."`
	Seen   *time.Time        `json:"seen,omitempty" doc:"When you read it."`
	Client string            `json:"client,omitempty" doc:"Id of the client of the ticket."`
	Key    string            `json:"key,omitempty" doc:"Key of the ticket that it is about."`
	Title  string            `json:"title,omitempty" doc:"Its title, as it is now."`
}

type noticesRequest struct {
	Limit  string `query:"limit" doc:"Most rows of a page, 1 to 200; 50 unless given."`
	Before string `query:"before" doc:"The next of the page before."`
}

type noticesOut struct{ Body Notices }

func (d *desk) listNotices(ctx context.Context, c *caller, in *noticesRequest) (*noticesOut, error) {
	limit, err := number("limit", in.Limit, 1, maxRows, defaultRows)
	if err != nil {
		return nil, err
	}
	if !isID(in.Before) {
		return nil, fault.New(fault.Invalid, CodeCursor, "parameter", "before")
	}
	var out Notices
	if out.Unread, err = d.app.UnreadNotices(ctx, c.actor); err != nil {
		return nil, err
	}
	all, err := d.app.Notices(ctx, c.actor, in.Before, limit)
	if err != nil {
		return nil, err
	}
	out.Notices = make([]Notice, len(all))
	for i, n := range all {
		out.Notices[i] = Notice{n.ID, string(n.Kind), n.Args, n.At, optional(n.Seen), n.Ref.Client, n.Key, n.Title}
		out.Next = n.ID
	}
	return &noticesOut{out}, nil
}

// isID tells whether a text can be an id of the desk; "" is none, and fits too.
func isID(text string) bool {
	for _, sign := range text {
		if (sign < '0' || sign > '9') && (sign < 'a' || sign > 'z') {
			return false
		}
	}
	return len(text) <= maxStream
}

// NoticePath is the part of an address that names a notice.
type NoticePath struct {
	Notice string `path:"notice" doc:"Id of the notice."`
}

func (d *desk) readNotice(ctx context.Context, c *caller, in *NoticePath) (*struct{}, error) {
	return nil, d.app.MarkNoticeRead(ctx, c.actor, in.Notice)
}

func (d *desk) readNotices(ctx context.Context, c *caller, in *NoticePath) (*struct{}, error) {
	return nil, d.app.MarkNoticesRead(ctx, c.actor, in.Notice)
}
