package client

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"

	"github.com/watchbill/watchbill/internal/api"
)

// Clients lists the clients that the person of the token sees.
func (c *Client) Clients(ctx context.Context) ([]api.Client, error) {
	all, err := get[api.Clients](ctx, c, prefix+"/clients", nil)
	return all.Clients, err
}

// Contract reads a contract of a client in its versions.
func (c *Client) Contract(ctx context.Context, client, name string) (api.Contract, error) {
	return get[api.Contract](ctx, c, contractPath(client, name), nil)
}

// ExplainContract reads what a version of a contract says, in plain words.
func (c *Client) ExplainContract(ctx context.Context, client, name string, version int) (api.ContractExplanation, error) {
	return get[api.ContractExplanation](ctx, c, contractPath(client, name)+"/versions/"+strconv.Itoa(version)+"/explanation", nil)
}

func contractPath(client, name string) string {
	return prefix + "/clients/" + url.PathEscape(client) + "/contracts/" + url.PathEscape(name)
}

// Week reads the own work of the person of the token in the week of a day, such as
// "2026-03-02"; "" is today.
func (c *Client) Week(ctx context.Context, day string) (api.Week, error) {
	q := url.Values{}
	if day != "" {
		q.Set("day", day)
	}
	return get[api.Week](ctx, c, prefix+"/work/week", q)
}

// Notices reads up to limit notices to the person of the token that are older than one;
// before "" is the newest.
func (c *Client) Notices(ctx context.Context, before string, limit int) (api.Notices, error) {
	q := url.Values{"limit": {strconv.Itoa(limit)}}
	if before != "" {
		q.Set("before", before)
	}
	return get[api.Notices](ctx, c, prefix+"/notices", q)
}

// ReadNotice marks a notice as read, with all before it where that is asked for.
func (c *Client) ReadNotice(ctx context.Context, id string, allBefore bool) error {
	word := "/read"
	if allBefore {
		word = "/read-all"
	}
	return c.send(ctx, &request{method: http.MethodPost, path: prefix + "/notices/" + url.PathEscape(id) + word}, nil)
}

// Views lists the saved views that the person of the token may open.
func (c *Client) Views(ctx context.Context) ([]api.View, error) {
	all, err := get[api.Views](ctx, c, prefix+"/views", nil)
	return all.Views, err
}

// SaveView keeps a view.
func (c *Client) SaveView(ctx context.Context, v api.NewView) (api.View, error) {
	return post[api.View](ctx, c, prefix+"/views", v, Sending{})
}

// ChangeView puts a view in place of one of the person's own.
func (c *Client) ChangeView(ctx context.Context, id string, v api.NewView) (kept api.View, err error) {
	text, err := json.Marshal(v)
	if err != nil {
		return kept, err
	}
	err = c.send(ctx, &request{method: http.MethodPut, path: prefix + "/views/" + url.PathEscape(id), body: text, media: "application/json"}, &kept)
	return kept, err
}

// DropView drops a view of the person's own.
func (c *Client) DropView(ctx context.Context, id string) error {
	return c.send(ctx, &request{method: http.MethodDelete, path: prefix + "/views/" + url.PathEscape(id)}, nil)
}

// People lists the people whom the person of the token sees.
func (c *Client) People(ctx context.Context) ([]api.Person, error) {
	all, err := get[api.People](ctx, c, prefix+"/people", nil)
	return all.People, err
}

// Teams lists the teams of the provider.
func (c *Client) Teams(ctx context.Context) ([]api.Team, error) {
	all, err := get[api.Teams](ctx, c, prefix+"/teams", nil)
	return all.Teams, err
}
