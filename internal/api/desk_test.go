package api

import (
	"bytes"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// stage is the API on a desk.
type stage struct {
	*desktest.Neighbours
	tb      testing.TB
	handler http.Handler
	server  *httptest.Server
	log     *bytes.Buffer
}

func newStage(tb testing.TB) *stage {
	tb.Helper()
	return newStageOn(tb, storetest.SQLite(tb))
}

func newStageOn(tb testing.TB, on *store.Store) *stage {
	tb.Helper()
	s := &stage{Neighbours: desktest.NeighboursOn(tb, on), tb: tb, log: &bytes.Buffer{}}
	s.handler = New(s.App, Config{Log: slog.New(slog.NewTextHandler(s.log, nil))})
	s.server = httptest.NewServer(s.handler)
	tb.Cleanup(s.server.Close)
	return s
}

// answer is what came back.
type answer struct {
	tb      testing.TB
	status  int
	headers http.Header
	body    []byte
}

// ask sends a request as somebody. A body that is no text is sent as JSON. Headers are
// alternating names and values.
func (s *stage) ask(who, method, path string, body any, headers ...string) answer {
	s.tb.Helper()
	var reader io.Reader = http.NoBody
	switch body := body.(type) {
	case nil:
	case string:
		reader = strings.NewReader(body)
	default:
		text, err := json.Marshal(body)
		if err != nil {
			s.tb.Fatal(err)
		}
		reader = bytes.NewReader(text)
	}
	r, err := http.NewRequestWithContext(s.tb.Context(), method, s.server.URL+path, reader)
	if err != nil {
		s.tb.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if token := s.Token(who); token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	response, err := s.server.Client().Do(r)
	if err != nil {
		s.tb.Fatal(err)
	}
	defer response.Body.Close()
	text, err := io.ReadAll(response.Body)
	if err != nil {
		s.tb.Fatal(err)
	}
	return answer{s.tb, response.StatusCode, response.Header, text}
}

// want demands a status, and reads the body.
func (a answer) want(status int, into any) answer {
	a.tb.Helper()
	if a.status != status {
		a.tb.Fatalf("status %d, want %d: %s", a.status, status, a.body)
	}
	if into == nil {
		return a
	}
	d := json.NewDecoder(bytes.NewReader(a.body))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		a.tb.Fatalf("%v in %s", err, a.body)
	}
	return a
}

// refused demands a problem with a status and a code.
func (a answer) refused(status int, code string) Problem {
	a.tb.Helper()
	var p Problem
	a.want(status, &p)
	if p.Code != code || p.Status != status || p.Type != "urn:watchbill:problem:"+code || p.Title == "" || p.Detail == "" ||
		p.Reference == "" || a.headers.Get("Content-Type") != "application/problem+json" {
		a.tb.Fatalf("want %s: %+v %s", code, p, a.headers.Get("Content-Type"))
	}
	return p
}

func (s *stage) log1(who, client, title string) string {
	s.tb.Helper()
	var out Logged
	s.ask(who, "POST", "/api/v1/clients/"+client+"/tickets", NewTicket{Kind: "incident", Title: title, Impact: "I2", Urgency: "U2"}).want(201, &out)
	return out.Key
}

func at(client, key string) string { return "/api/v1/clients/" + client + "/tickets/" + key }
