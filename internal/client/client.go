// Package client speaks to a desk over its API. It speaks the types of package api.
package client

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of what keeps a client from its desk.
const (
	CodeServer      reason.Code = "client.server"      // server: no address of a desk
	CodeUnreachable reason.Code = "client.unreachable" // server, problem
	CodeAnswer      reason.Code = "client.answer"      // server, status: not an answer of the API
)

// Client speaks to one desk as the person of its token. It is safe for concurrent use.
//
// What the desk refuses is an *api.Problem. Everything else that goes wrong is a fault with
// one of the codes above, or the error of the context.
type Client struct {
	server   *url.URL
	token    string
	language string
	http     *http.Client
	first    time.Duration // pause before the second attempt
}

// The bounds of one attempt.
const (
	attemptWithin = 30 * time.Second
	maxAnswer     = 64 << 20 // bytes
)

// New makes a client for a desk at an address such as https://desk.example. Language is
// "en" or "nl". The token is sent to this server alone: redirects are not followed.
func New(server, token, language string) (*Client, error) {
	u, err := url.Parse(strings.TrimRight(server, "/"))
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" || u.RawQuery != "" || u.User != nil {
		return nil, fault.New(fault.Invalid, CodeServer, "server", server)
	}
	return &Client{
		server: u, token: token, language: language, first: 200 * time.Millisecond,
		http: &http.Client{
			Timeout:       attemptWithin,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}, nil
}

// Sending says how something is asked for that changes the desk.
type Sending struct {
	// Once is a key of the sender's choice, under which it is done once however often it is
	// sent. Only with such a key is it sent again when the answer did not come.
	Once string
	// Seen is the number of the last entry that the sender saw of the ticket: what somebody
	// else has overtaken since is refused. 0 compares nothing.
	Seen int
}

// request is one thing to ask for.
type request struct {
	method, path string
	query        url.Values
	body         []byte
	media        string
	Sending
}

// again tells whether it is safe to send a request again.
func (r *request) again() bool { return r.method == http.MethodGet || r.Once != "" }

// answer is what came back of an attempt.
type answer struct {
	status int
	header http.Header
	body   []byte
}

// send sends a request, and again where that is safe and may help, and reads the answer into
// a place unless it is nil.
func (c *Client) send(ctx context.Context, r *request, into any) error {
	a, err := c.attempts(ctx, r)
	if err != nil || into == nil {
		return err
	}
	if raw, ok := into.(*[]byte); ok {
		*raw = a.body
		return nil
	}
	if err := json.Unmarshal(a.body, into); err != nil {
		return fault.New(fault.Unavailable, CodeAnswer, "server", c.server.Host, "status", a.status).Because(err)
	}
	return nil
}

// attempt sends a request once. What the desk refuses is an error.
func (c *Client) attempt(ctx context.Context, r *request) (*answer, error) {
	to := c.server.JoinPath(r.path)
	to.RawQuery = r.query.Encode()
	sent, err := http.NewRequestWithContext(ctx, r.method, to.String(), bytes.NewReader(r.body))
	if err != nil {
		return nil, fault.New(fault.Invalid, CodeServer, "server", c.server.Host).Because(err)
	}
	sent.Header.Set("Authorization", "Bearer "+c.token)
	sent.Header.Set("Accept", "application/json")
	sent.Header.Set("Accept-Language", c.language)
	if r.media != "" {
		sent.Header.Set("Content-Type", r.media)
	}
	if r.Once != "" {
		sent.Header.Set("Idempotency-Key", r.Once)
	}
	if r.Seen > 0 {
		sent.Header.Set("If-Match", `"`+strconv.Itoa(r.Seen)+`"`)
	}
	came, err := c.http.Do(sent)
	if err != nil {
		return nil, c.unreachable(ctx, err)
	}
	defer came.Body.Close()
	body, err := io.ReadAll(io.LimitReader(came.Body, maxAnswer))
	if err != nil {
		return nil, c.unreachable(ctx, err)
	}
	a := &answer{came.StatusCode, came.Header, body}
	if a.status >= http.StatusOK && a.status < http.StatusMultipleChoices {
		return a, nil
	}
	return a, c.refusal(a)
}

func (c *Client) unreachable(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	problem := err.Error()
	if u, ok := errors.AsType[*url.Error](err); ok { // without the address, which stands beside it
		problem = u.Err.Error()
	}
	return fault.New(fault.Unavailable, CodeUnreachable, "server", c.server.Host, "problem", problem).Because(err)
}

// refusal reads why the desk refused.
func (c *Client) refusal(a *answer) error {
	var p api.Problem
	media, _, _ := strings.Cut(a.header.Get("Content-Type"), ";")
	if media != "application/problem+json" || json.Unmarshal(a.body, &p) != nil || p.Code == "" {
		return fault.New(fault.Unavailable, CodeAnswer, "server", c.server.Host, "status", a.status)
	}
	return &p
}
