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
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// Two clients under one contract each; the second promises nothing to the first.
const twoContracts = `client: %s
contract: %s
template: sla_hotfix@1
tier: gold
version: 1
effective: 2026-01-01
zone: Europe/Amsterdam
calendars: {business: {holidays: [2026-12-25]}}
`

// stage is a desk with two clients and people, in a real database.
type stage struct {
	tb      testing.TB
	app     *app.App
	store   *store.Store
	handler http.Handler
	server  *httptest.Server
	log     *bytes.Buffer
	tokens  map[string]string // by name of the person
	ids     map[string]string
	anker   string // id of the first client
	boreas  string
}

func newStage(tb testing.TB) *stage {
	tb.Helper()
	name := storetest.SQLiteName(tb)
	s := &stage{tb: tb, store: storetest.Open(tb, name), tokens: map[string]string{}, ids: map[string]string{}}
	a, err := app.Open(tb.Context(), name)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { a.Close() })
	s.app = a
	s.anker, s.boreas = s.client("Anker"), s.client("Boreas")
	all := access.Everything()
	s.person("ann", access.Agent, "", all)
	s.person("lea", access.Lead, "", all)
	s.person("ada", access.Admin, "", all)
	s.person("aud", access.Auditor, "", all)
	s.person("bob", access.Agent, "", access.Only(s.boreas))
	s.person("cleo", access.ClientLead, s.anker, access.Only(s.anker))
	s.person("rik", access.Requester, s.anker, access.Only(s.anker))
	s.person("bea", access.ClientLead, s.boreas, access.Only(s.boreas))
	s.log = &bytes.Buffer{}
	s.handler = New(a, Config{Log: slog.New(slog.NewTextHandler(s.log, nil))})
	s.server = httptest.NewServer(s.handler)
	tb.Cleanup(s.server.Close)
	return s
}

func (s *stage) update(do func(tx *store.Tx) error) {
	s.tb.Helper()
	if err := s.store.Update(s.tb.Context(), access.Everything(), do); err != nil {
		s.tb.Fatal(err)
	}
}

func (s *stage) client(name string) (id string) {
	s.tb.Helper()
	operator := access.Actor{ID: "operator", Role: access.Operator, Scope: access.Everything()}
	id, err := s.app.CreateClient(s.tb.Context(), operator, name)
	if err != nil {
		s.tb.Fatal(err)
	}
	text := strings.NewReplacer("client: %s", "client: "+name, "contract: %s", "contract: "+strings.ToLower(name)+"-care").Replace(twoContracts)
	d, faults := contract.Parse("contract.yaml", []byte(text))
	if len(faults) > 0 {
		s.tb.Fatal(faults)
	}
	if err := s.app.AddContractVersion(s.tb.Context(), operator, id, d); err != nil {
		s.tb.Fatal(err)
	}
	return id
}

// person adds somebody with an API token that may do all that such a token can.
func (s *stage) person(name string, r access.Role, client string, scope access.Scope) {
	s.tb.Helper()
	s.token(name, name, r, client, scope, access.Actor{Role: r}.TokenScopes()...)
}

func (s *stage) token(who, name string, r access.Role, client string, scope access.Scope, scopes ...access.Permission) {
	s.tb.Helper()
	var random [32]byte
	copy(random[:], who)
	token := person.APIToken.Token(random)
	hash, _ := person.APIToken.Hash(token)
	s.update(func(tx *store.Tx) error {
		if s.ids[name] == "" {
			p := &person.Person{Email: name + "@example.test", Name: name, Role: r, Client: client, Scope: scope, Active: true, Accepted: true}
			if err := tx.AddPerson(p); err != nil {
				return err
			}
			s.ids[name] = p.ID
		}
		return tx.AddToken(&store.Token{Person: s.ids[name], Name: "test", Scopes: scopes}, hash)
	})
	s.tokens[who] = string(token)
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
	if token := s.tokens[who]; token != "" {
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

// morning is an instant of which a test says that something happened then.
var morning = time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC)
