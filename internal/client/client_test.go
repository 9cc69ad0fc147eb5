package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/client"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

func is(err error, code reason.Code) bool {
	return errors.Is(err, &fault.Fault{Reason: reason.New(code)})
}

// flaky answers with these statuses in turn, then with the last one for ever.
func flaky(t *testing.T, asked *atomic.Int32, seen func(*http.Request), statuses ...int) *client.Client {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		n := int(asked.Add(1))
		if seen != nil {
			seen(r)
		}
		status := statuses[min(n, len(statuses))-1]
		if status == 0 {
			panic(http.ErrAbortHandler) // the connection breaks
		}
		if status < 300 {
			w.WriteHeader(status)
			json.NewEncoder(w).Encode(map[string]any{"key": "INC-000001", "head": 3}) //nolint:errcheck // the client says so
			return
		}
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		json.NewEncoder(w).Encode(api.Problem{Status: status, Code: "x.y", Detail: "no"}) //nolint:errcheck // the client says so
	}))
	t.Cleanup(server.Close)
	c, err := client.New(server.URL, "secret", "en")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestOnlyWhatIsSafeIsSentAgain counts how often a server is asked.
func TestOnlyWhatIsSafeIsSentAgain(t *testing.T) {
	t.Parallel()
	log := func(once string) func(*client.Client) error {
		return func(c *client.Client) error {
			_, err := c.Log(context.Background(), "anker", api.NewTicket{}, client.Sending{Once: once})
			return err
		}
	}
	read := func(c *client.Client) error {
		_, err := c.Ticket(context.Background(), client.Ref{Client: "anker", Key: "INC-000001"})
		return err
	}
	for _, one := range []struct {
		name     string
		do       func(*client.Client) error
		statuses []int
		asked    int32
		ok       bool
	}{
		{"with a key, until it is done", log("k"), []int{503, 429, 201}, 3, true},
		{"with a key, over a broken line", log("k"), []int{0, 201}, 2, true},
		{"with a key, not for ever", log("k"), []int{503}, 4, false},
		{"with a key, not what is refused", log("k"), []int{422, 201}, 1, false},
		{"with a key, not what failed inside", log("k"), []int{500, 201}, 1, false},
		{"without a key never", log(""), []int{503, 201}, 1, false},
		{"without a key not over a broken line", log(""), []int{0, 201}, 1, false},
		{"a reading", read, []int{503, 200}, 2, true},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			var asked atomic.Int32
			err := one.do(flaky(t, &asked, nil, one.statuses...))
			if asked.Load() != one.asked || (err == nil) != one.ok {
				t.Errorf("asked %d times, %v", asked.Load(), err)
			}
		})
	}
}

// roundTripper answers without a network, so that time can be that of the test.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestPausesAreAsLongAsAsked: what the server asks for is waited, within a bound.
func TestPausesAreAsLongAsAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		c := client.Over(roundTripper(func(*http.Request) (*http.Response, error) {
			asked++
			w := httptest.NewRecorder()
			if asked == 3 {
				w.WriteString(`{"key":"INC-000001"}`) //nolint:errcheck // into memory
				return w.Result(), nil
			}
			w.Header().Set("Content-Type", "application/problem+json")
			w.WriteHeader(http.StatusTooManyRequests)
			json.NewEncoder(w).Encode(api.Problem{Status: 429, Code: "x.y", RetryAfter: 7 + 1000*(asked-1)}) //nolint:errcheck // into memory
			return w.Result(), nil
		}))
		began := time.Now()
		if _, err := c.Log(t.Context(), "anker", api.NewTicket{}, client.Sending{Once: "k"}); err != nil {
			t.Error(err)
		}
		if waited := time.Since(began); waited != 37*time.Second {
			t.Errorf("waited %v", waited)
		}
	})
}

func TestWaitingEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		c := client.Over(roundTripper(func(*http.Request) (*http.Response, error) { return nil, io.ErrUnexpectedEOF }))
		if _, err := c.Log(ctx, "anker", api.NewTicket{}, client.Sending{Once: "k"}); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
	})
}

func TestRequestsCarryWhatTheyShould(t *testing.T) {
	t.Parallel()
	var asked atomic.Int32
	c := flaky(t, &asked, func(r *http.Request) {
		for name, want := range map[string]string{
			"Authorization": "Bearer secret", "Idempotency-Key": "k", "If-Match": `"12"`, "Content-Type": "application/json",
			"Accept-Language": "en",
		} {
			if got := r.Header.Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		if r.URL.EscapedPath() != "/api/v1/clients/a%2Fb/tickets/INC%20%3F/reply" {
			t.Errorf("path %s", r.URL.EscapedPath())
		}
	}, 200)
	done, err := c.Take(t.Context(), client.Ref{Client: "a/b", Key: "INC ?"}, "reply", api.Reply{}, client.Sending{Once: "k", Seen: 12})
	if err != nil || done.Head != 3 {
		t.Error(done, err)
	}
}

// TestTheTokenGoesNowhereElse: a redirect is no answer.
func TestTheTokenGoesNowhereElse(t *testing.T) {
	t.Parallel()
	var elsewhere atomic.Int32
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	c, err := client.New(server.URL, "secret", "en")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Clients(t.Context()); !is(err, client.CodeAnswer) || elsewhere.Load() != 0 {
		t.Errorf("%v, followed %d times", err, elsewhere.Load())
	}
}

func TestWhatIsNoDesk(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"", "desk.example", "ftp://desk.example", "https://", "https://ann:secret@desk.example", "http://a?b=c", "::"} {
		if _, err := client.New(address, "x", "en"); !is(err, client.CodeServer) {
			t.Errorf("%q: %v", address, err)
		}
	}
	for status, text := range map[int]string{200: "<html>", 404: "not here", 502: "bad gateway"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			io.WriteString(w, text) //nolint:errcheck // the client says so
		}))
		c, err := client.New(server.URL, "x", "en")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Week(t.Context(), ""); !is(err, client.CodeAnswer) {
			t.Errorf("%s: %v", strconv.Itoa(status), err)
		}
		server.Close()
		if _, err := c.Log(t.Context(), "x", api.NewTicket{}, client.Sending{}); !is(err, client.CodeUnreachable) {
			t.Errorf("closed: %v", err)
		}
	}
}
