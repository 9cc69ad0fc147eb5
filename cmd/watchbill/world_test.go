package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/web"
)

// canary stands in everything of the clients that are no business of Boei's people.
const canary = "canary7"

// world is a desk as it is served, with two clients that must not learn of each other, and
// everybody signed in and with a token. Boei is the client of cor and rik and ria, and all
// that one sees; Kompas is the other.
type world struct {
	*desktest.Desk
	tb     testing.TB
	serves http.Handler
	who    map[string]*visitor

	asked    int
	contract string            // name of that of Boei
	older    map[string]string // client → key of the first ticket
	fixed    map[string]thing  // things that are there once: by "view/lea", "notice/one", "team"
	marked   map[string]string // how tickets stood at first that nothing may happen to
}

// thing is something with an id, and what else of it stands in addresses.
type thing struct{ client, key, file string }

// visitor is somebody as they come: with a cookie, with a token, or with neither.
type visitor struct {
	name   string
	actor  access.Actor
	cookie string // value of the session
	bearer string
	form   string // what forms of the session send along
}

// base is where the desk says that it is.
const base = "https://desk.test"

func newWorld(d *desktest.Desk) *world {
	d.T().Helper()
	log := slog.New(slog.NewTextHandler(failing{d.T()}, nil))
	site := web.New(d.App, web.Config{Base: base, Home: "Kade", Log: log})
	d.T().Cleanup(site.Close)
	w := &world{
		Desk: d, tb: d.T(), serves: front(site, api.New(d.App, api.Config{Log: log})), who: map[string]*visitor{},
		older: map[string]string{}, fixed: map[string]thing{}, marked: map[string]string{},
	}
	w.add("one", access.Agent)
	w.add("max", access.Manager)
	for _, name := range []string{"ada", "mo", "lea", "ann", "ona", "cor", "rik", "ria", "dirk", "one", "max"} {
		w.signIn(name)
	}
	w.who["nobody"] = &visitor{name: "nobody"}
	w.ends()
	w.fill()
	d.Pass(time.Hour) // what comes now is younger
	return w
}

// failing takes no log of an error: none of what the tests do is a mistake of the program.
type failing struct{ tb testing.TB }

func (f failing) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "level=ERROR") {
		f.tb.Errorf("%s", line)
	}
	return len(line), nil
}

// add takes in somebody of the provider who sees Boei only.
func (w *world) add(name string, role access.Role) {
	scope := access.Only(w.Client(desktest.Boei))
	p := &person.Person{Email: name + "@mail.test", Name: name, Role: role, Scope: scope, Active: true, Accepted: true}
	w.update(func(tx *store.Tx) error { return tx.AddPerson(p) })
	w.who[name] = &visitor{name: name, actor: p.Actor()}
}

// newcomer takes in somebody of Boei whom something is to happen to, and gives the id.
func (w *world) newcomer(when string) string {
	boei := w.Client(desktest.Boei)
	w.asked++
	p := &person.Person{
		Email: "n" + strconv.Itoa(w.asked) + "@mail.test", Name: "newcomer", Role: access.Requester, Client: boei, Scope: access.Only(boei), Active: true,
		Accepted: true,
	}
	w.update(func(tx *store.Tx) error { return tx.AddPerson(p) })
	if when == "ended" {
		w.Must(w.Deactivate(w.tb.Context(), w.who["ada"].actor, p.ID))
	}
	return p.ID
}

func (w *world) update(do func(tx *store.Tx) error) {
	w.tb.Helper()
	w.Must(w.Store.Update(w.tb.Context(), access.Everything(), do))
}

func secret(kind person.TokenKind) (token, hash string) {
	var random [32]byte
	_, _ = rand.Read(random[:])
	made := kind.Token(random)
	hash, _ = kind.Hash(made)
	return string(made), hash
}

// signIn gives somebody a session and a token that may do all that a token of theirs can.
func (w *world) signIn(name string) *visitor {
	v := w.who[name]
	if v == nil {
		v = &visitor{name: name, actor: w.Actor(name)}
		w.who[name] = v
	}
	session, sessionHash := secret(person.SessionToken)
	bearer, bearerHash := secret(person.APIToken)
	w.update(func(tx *store.Tx) error {
		if err := tx.AddSession(&store.Session{Person: v.actor.ID, Expires: tx.Now.Add(person.SessionLength)}, sessionHash); err != nil {
			return err
		}
		return tx.AddToken(&store.Token{Person: v.actor.ID, Name: "all", Scopes: v.actor.TokenScopes()}, bearerHash)
	})
	v.cookie, v.bearer = session, bearer
	mac := hmac.New(sha256.New, []byte(session))
	mac.Write([]byte("form"))
	v.form = base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:18])
	return v
}

// narrow gives somebody a token for some permissions only.
func (w *world) narrow(name string, scopes ...access.Permission) *visitor {
	bearer, hash := secret(person.APIToken)
	v := w.who[name]
	w.update(func(tx *store.Tx) error {
		return tx.AddToken(&store.Token{Person: v.actor.ID, Name: "narrow", Scopes: scopes}, hash)
	})
	return &visitor{name: name + " with less", actor: v.actor.Narrow(scopes...), bearer: bearer}
}

// ends adds an admin whose session and token were good until now.
func (w *world) ends() {
	w.who["ended"] = &visitor{name: "ended"}
	*w.who["ended"] = *w.signIn("ada")
	gone := w.who["ended"]
	gone.name, gone.actor = "ended", access.Actor{}
	w.Must(w.SignOut(w.tb.Context(), person.Secret(gone.cookie)))
	tokens, err := w.Tokens(w.tb.Context(), w.who["ada"].actor)
	w.Must(err)
	for _, t := range tokens {
		w.Must(w.RevokeToken(w.tb.Context(), w.who["ada"].actor, t.ID))
	}
	w.signIn("ada")
}

// fill brings in what the routes are about.
func (w *world) fill() {
	ctx := w.tb.Context()
	for _, client := range []string{desktest.Boei, desktest.Kompas} {
		w.older[client] = w.log(client, w.first(client), "older").key
	}
	team, err := w.SaveTeam(ctx, w.who["ada"].actor, app.Team{Name: "Web", Level: catalog.L2})
	w.Must(err)
	w.fixed["team"] = thing{key: team}
	for name, v := range w.who {
		if v.actor.May(access.OwnViews) {
			w.fixed["view/"+name] = thing{key: w.keepView(v)}
		}
		if v.actor.ID != "" {
			w.update(func(tx *store.Tx) error {
				return tx.AddNotice(&store.Notice{Person: v.actor.ID, Kind: notice.Stuck})
			})
			list, err := w.Notices(ctx, v.actor, "", 1)
			w.Must(err)
			if len(list) > 0 {
				w.fixed["notice/"+name] = thing{key: list[0].ID}
			}
		}
	}
	w.fixed["theirs"] = w.log(desktest.Kompas, "dirk", "theirs")
	w.fixed["of rik"] = w.log(desktest.Boei, "rik", "mine")
	w.fixed["of ria"] = w.log(desktest.Boei, "ria", "hers")
	for _, name := range []string{"theirs", "of rik", "of ria"} {
		w.marked[name] = w.state(w.fixed[name])
	}
}

// keepView saves a view for somebody.
func (w *world) keepView(v *visitor) string {
	w.tb.Helper()
	kept, err := w.SaveView(w.tb.Context(), v.actor, app.SavedView{Name: "of " + v.name, Query: "priority=P1", Shared: v.actor.May(access.ShareViews)})
	w.Must(err)
	return kept.ID
}

// first is somebody of a client.
func (w *world) first(client string) string {
	if client == desktest.Kompas {
		return "dirk"
	}
	return "rik"
}

// log logs a ticket with a file. In titles and files of Kompas stands the canary. Its tickets are
// changes, of which Boei has none, so that their keys are not those of tickets of Boei.
func (w *world) log(client, requester, title string) thing {
	w.tb.Helper()
	n := w.Incident(client, title)
	if client == desktest.Kompas {
		n.Kind, n.Title, n.Text = catalog.Problem, title+" "+canary, canary
	}
	actor := w.who[requester].actor
	key, err := w.LogTicket(w.tb.Context(), actor, n)
	w.Must(err)
	ref := app.Ref{Client: n.Client, Key: key}
	_, err = w.Attach(w.tb.Context(), actor, ref, app.Command{}, app.NewFile{Name: n.Title + ".txt", Body: []byte(n.Title)})
	w.Must(err)
	v, err := w.Ticket(w.tb.Context(), w.who["ada"].actor, ref)
	w.Must(err)
	if client == desktest.Boei {
		w.contract = v.Contract
	}
	return thing{client: n.Client, key: key, file: v.Files[0].ID}
}

// bring brings a ticket into a state in which a step can be taken.
func (w *world) bring(t thing, state string) {
	w.tb.Helper()
	ref := app.Ref{Client: t.client, Key: t.key}
	ann := w.As("ann")
	switch state {
	case "-", "quiet", "ended":
	case "waits":
		ann.Takes(ref, "", ticket.Waits{For: catalog.Client})
	case "resolved":
		ann.Takes(ref, "", ticket.Resolved{})
	case "agreed":
		ann.Takes(ref, "", ticket.DueAgreed{Target: contract.Restoration, Due: w.Now().Add(100 * time.Hour)})
	case "linked":
		_, err := w.Link(w.tb.Context(), ann.Actor, ref, app.Command{}, ticket.Relates, w.older[w.name(t.client)])
		w.Must(err)
	default:
		w.tb.Fatalf("no state %q", state)
	}
}

func (w *world) name(client string) string {
	if client == w.Client(desktest.Kompas) {
		return desktest.Kompas
	}
	return desktest.Boei
}

// state is how a ticket stands, to see whether anything happened to it.
func (w *world) state(t thing) string {
	w.tb.Helper()
	v, err := w.Ticket(w.tb.Context(), w.who["ada"].actor, app.Ref{Client: t.client, Key: t.key})
	w.Must(err)
	var b strings.Builder
	for i := range v.Entries {
		b.WriteString(v.Entries[i].Fact.Name() + ":" + v.Entries[i].Text + "\n")
	}
	return b.String() + strings.Join(v.Watchers, ",")
}

// credential is how somebody says who they are.
type credential uint8

const (
	byCookie credential = iota
	byBearer
)

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

// ask sends a request as a browser or a program would. A body that begins with { is JSON, "@"
// a file, anything else a form, to which the token of the session is added.
func (w *world) ask(v *visitor, by credential, method, path, body string, headers ...string) reply {
	ctx, cancel := context.WithCancel(w.tb.Context())
	defer cancel()
	var reader io.Reader = strings.NewReader(body)
	media := "application/x-www-form-urlencoded"
	switch {
	case body == "":
	case strings.HasPrefix(body, "{"):
		media = "application/json"
	case body == "@" && strings.HasPrefix(path, "/api/"):
		media = ticket.OctetStream
	case strings.HasPrefix(body, "@"):
		reader, media = fileForm(v.form)
	case by == byCookie:
		reader = strings.NewReader(body + "&csrf=" + v.form)
	}
	if body == "" && method == http.MethodPost && by == byCookie {
		reader = strings.NewReader("csrf=" + v.form)
	}
	r := httptest.NewRequestWithContext(ctx, method, "https://desk.test/", reader)
	r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
	r.RequestURI = path
	w.asked++ // each from another place, so that nobody is slowed down for guessing
	r.RemoteAddr = "10.0." + strconv.Itoa(w.asked>>8) + "." + strconv.Itoa(w.asked&255) + ":1"
	r.Header.Set("Content-Type", media)
	if strings.HasPrefix(path, "/api/") && body == "" {
		r.Header.Del("Content-Type")
		r.Body, r.ContentLength = http.NoBody, 0
	}
	if by == byCookie && v.cookie != "" {
		r.Header.Set("Cookie", "__Host-watchbill="+v.cookie)
	}
	if by == byBearer && v.bearer != "" {
		r.Header.Set("Authorization", "Bearer "+v.bearer)
	}
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	answer := httptest.NewRecorder()
	w.serves.ServeHTTP(streams{answer, cancel}, r)
	return reply{answer.Code, answer.Result().Header, answer.Body.String()}
}

// streams is a writer of answers that never end by themselves: it ends them once something
// was sent.
type streams struct {
	*httptest.ResponseRecorder
	end func()
}

func (s streams) SetWriteDeadline(time.Time) error { return nil }

func (s streams) FlushError() error {
	s.Flush()
	if strings.HasPrefix(s.Header().Get("Content-Type"), "text/event-stream") {
		s.end()
	}
	return nil
}

func fileForm(token string) (body io.Reader, media string) {
	var b strings.Builder
	m := multipart.NewWriter(&b)
	_ = m.WriteField("csrf", token)
	part, _ := m.CreateFormFile("file", "a.txt")
	_, _ = part.Write([]byte("something"))
	_ = m.Close()
	return strings.NewReader(b.String()), m.FormDataContentType()
}
