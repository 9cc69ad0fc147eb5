package client

import (
	"context"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/watchbill/watchbill/internal/api"
)

const prefix = "/api/v1"

// Ref names a ticket: the id or short word of its client, and its key.
type Ref struct{ Client, Key string }

// path is the address of a ticket, and of what lies under it.
func (r Ref) path(more ...string) string {
	parts := append([]string{prefix + "/clients", url.PathEscape(r.Client), "tickets", url.PathEscape(r.Key)}, more...)
	return strings.Join(parts, "/")
}

// get reads something.
func get[T any](ctx context.Context, c *Client, path string, query url.Values) (T, error) {
	var into T
	err := c.send(ctx, &request{method: http.MethodGet, path: path, query: query}, &into)
	return into, err
}

// post asks for something to be done.
func post[T any](ctx context.Context, c *Client, path string, body any, s Sending) (T, error) {
	var into T
	text, err := json.Marshal(body)
	if err != nil {
		return into, err
	}
	err = c.send(ctx, &request{method: http.MethodPost, path: path, body: text, media: "application/json", Sending: s}, &into)
	return into, err
}

func queryOf(f *api.TicketFilter) url.Values {
	q := url.Values{}
	for name, values := range map[string][]string{
		"client": f.Client, "kind": f.Kind, "state": f.State, "priority": f.Priority, "level": f.Level, "ball": f.Ball,
		"team": f.Team, "person": f.Person,
	} {
		if len(values) > 0 {
			q[name] = values
		}
	}
	for name, value := range map[string]string{
		"q": f.Q, "show": f.Show, "risky": f.Risky, "breaking": f.Breaking, "order": f.Order,
	} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

// Page reads a page of a list of tickets, with up to limit rows; after a cursor, or from the
// start where it is "".
func (c *Client) Page(ctx context.Context, f api.TicketFilter, cursor string, limit int) (api.TicketPage, error) {
	q := queryOf(&f)
	q.Set("limit", strconv.Itoa(limit))
	if cursor != "" {
		q.Set("cursor", cursor)
	}
	return get[api.TicketPage](ctx, c, prefix+"/tickets", q)
}

// perPage is how many rows are asked for at once by who wants them all.
const perPage = 200

// Tickets yields all tickets of a list, page after page. An error ends it.
func (c *Client) Tickets(ctx context.Context, f api.TicketFilter) iter.Seq2[api.TicketRow, error] {
	return func(yield func(api.TicketRow, error) bool) {
		for cursor := ""; ; {
			page, err := c.Page(ctx, f, cursor, perPage)
			if err != nil {
				yield(api.TicketRow{}, err)
				return
			}
			for _, row := range page.Tickets {
				if !yield(row, nil) {
					return
				}
			}
			if cursor = page.Next; cursor == "" {
				return
			}
		}
	}
}

// Count counts the tickets of a list, up to a thousand.
func (c *Client) Count(ctx context.Context, f api.TicketFilter) (int, error) {
	count, err := get[api.TicketCount](ctx, c, prefix+"/tickets/count", queryOf(&f))
	return count.Count, err
}

// Ticket reads a ticket.
func (c *Client) Ticket(ctx context.Context, r Ref) (api.Ticket, error) {
	return get[api.Ticket](ctx, c, r.path(), nil)
}

// Log logs a ticket of a client, and returns its key.
func (c *Client) Log(ctx context.Context, client string, n api.NewTicket, s Sending) (string, error) {
	logged, err := post[api.Logged](ctx, c, prefix+"/clients/"+url.PathEscape(client)+"/tickets", n, s)
	return logged.Key, err
}

// Take takes a step: the last part of its address, such as "reply", with its body, such as
// api.Reply. Merging and linking go this way, too.
func (c *Client) Take(ctx context.Context, r Ref, step string, body any, s Sending) (api.Taken, error) {
	return post[api.Taken](ctx, c, r.path(url.PathEscape(step)), body, s)
}

// TakeAll takes several steps on a ticket, all or none.
func (c *Client) TakeAll(ctx context.Context, r Ref, steps []api.AnyStep, s Sending) (api.Taken, error) {
	return post[api.Taken](ctx, c, r.path("steps"), api.StepList{Steps: steps}, s)
}

// TakeOnMany takes the same steps on several tickets, each by itself.
func (c *Client) TakeOnMany(ctx context.Context, b api.BulkSteps, once string) ([]api.BulkOutcome, error) {
	done, err := post[api.BulkOutcomes](ctx, c, prefix+"/tickets/steps", b, Sending{Once: once})
	return done.Outcomes, err
}

// Watch has the person of the token kept up to date about a ticket, or ends that.
func (c *Client) Watch(ctx context.Context, r Ref, on bool) error {
	word := "unwatch"
	if on {
		word = "watch"
	}
	return c.send(ctx, &request{method: http.MethodPost, path: r.path(word)}, nil)
}

// Attach adds a file to a ticket; an internal one is for the provider's people only.
func (c *Client) Attach(ctx context.Context, r Ref, name string, body []byte, internal bool, s Sending) (api.Taken, error) {
	q := url.Values{"name": {name}}
	if internal {
		q.Set("internal", "true")
	}
	var taken api.Taken
	err := c.send(ctx, &request{
		method: http.MethodPost, path: r.path("attach"), query: q, body: body, media: "application/octet-stream", Sending: s,
	}, &taken)
	return taken, err
}

// File reads the content of a file of a ticket.
func (c *Client) File(ctx context.Context, r Ref, id string) ([]byte, error) {
	var body []byte
	err := c.send(ctx, &request{method: http.MethodGet, path: r.path("files", url.PathEscape(id))}, &body)
	return body, err
}
