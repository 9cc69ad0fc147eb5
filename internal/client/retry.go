package client

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// A request is sent at most this often, and never waited for longer than this in between.
const (
	mostAttempts = 4
	longestPause = 30 * time.Second
)

// attempts sends a request until it is answered, or another attempt would not be safe or
// would not help.
func (c *Client) attempts(ctx context.Context, r *request) (*answer, error) {
	for attempt := 1; ; attempt++ {
		a, err := c.attempt(ctx, r)
		if err == nil || attempt == mostAttempts || !r.again() || !passes(err) {
			return a, err
		}
		if err := pause(ctx, c.waits(attempt, err)); err != nil {
			return nil, err
		}
	}
}

// passes tells whether what went wrong may be over by itself.
func passes(err error) bool {
	if p, ok := errors.AsType[*api.Problem](err); ok {
		return p.Status == http.StatusTooManyRequests || p.Status == http.StatusServiceUnavailable
	}
	if errors.Is(err, &fault.Fault{Reason: reason.New(CodeUnreachable)}) {
		return true
	}
	f, ok := errors.AsType[*fault.Fault](err)
	return ok && f.Code == CodeAnswer && (f.Get("status") == http.StatusBadGateway ||
		f.Get("status") == http.StatusServiceUnavailable || f.Get("status") == http.StatusGatewayTimeout)
}

// waits is how long to wait before another attempt: what the desk asks for, or longer each
// time, and never the same for two clients that wait for each other.
func (c *Client) waits(attempt int, err error) time.Duration {
	wait := c.first << (attempt - 1)
	wait = wait/2 + rand.N(wait/2+1)
	if p, ok := errors.AsType[*api.Problem](err); ok {
		wait = max(wait, time.Duration(p.RetryAfter)*time.Second)
	}
	return min(wait, longestPause)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
