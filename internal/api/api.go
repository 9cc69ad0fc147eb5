// Package api is the machine surface of the desk: REST with JSON under /api/v1, described by
// an OpenAPI document that is made from the types of this package.
//
// An operation reads a request, calls one use case, and writes its answer. Who sends a
// request is known by the token in its header Authorization alone. What goes wrong is a
// Problem. Instants are RFC 3339 in UTC, spans whole seconds, work whole minutes.
package api

import (
	"context"
	"log/slog"
	"net/http"
	"runtime/debug"

	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/wording"
)

// Config is what the API needs to know besides the desk.
type Config struct {
	Log *slog.Logger // what those who run the server need to know; nothing that people wrote
}

// desk is the API on a desk.
type desk struct {
	app    *app.App
	config Config
	mux    *http.ServeMux
	routes *routes
}

// New makes the handler of everything under /api/. It panics when an operation does not say
// who may use it.
func New(a *app.App, config Config) http.Handler { return newDesk(a, config) }

func newDesk(a *app.App, config Config) *desk {
	overrideErrors()
	d := &desk{app: a, config: config, mux: http.NewServeMux()}
	d.routes = &routes{desk: d, huma: humago.New(d.mux, describe())}
	d.tickets()
	d.steps()
	d.relations()
	d.attachments()
	d.works()
	d.views()
	d.clients()
	d.people()
	d.notices()
	d.routes.loosen()
	d.pages()
	return d
}

// Routes lists the operations of the API, for tests that try them all.
func Routes() []Route {
	return newDesk(nil, Config{}).routes.list
}

// ServeHTTP answers a request.
func (d *desk) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	l := language(r.Header.Get("Accept-Language"))
	c := &caller{voice: wording.In(l), log: d.config.Log, reference: newReference()}
	h := w.Header()
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
	h.Set("Content-Language", string(l))
	h.Set("Vary", "Accept-Language, Authorization")
	h.Set("Watchbill-Reference", c.reference)
	r = r.WithContext(context.WithValue(r.Context(), callerKey{}, c))
	defer c.recover(r.Context(), w)
	if !text.Keepable(r.URL.Path) || !text.AllKeepable(r.URL.Query()) {
		c.say([]*fault.Fault{fault.New(fault.Invalid, CodeAddress)}).write(w)
		return
	}
	if h, pattern := d.mux.Handler(r); pattern == "" {
		c.say([]*fault.Fault{missing(h, r)}).write(w)
		return
	}
	d.mux.ServeHTTP(w, r)
}

// recover answers for an operation that broke, and has the process live on.
func (c *caller) recover(ctx context.Context, w http.ResponseWriter) {
	broken := recover()
	if broken == nil {
		return
	}
	if broken == http.ErrAbortHandler { //nolint:errorlint // it is compared so
		panic(broken)
	}
	c.log.ErrorContext(ctx, "request broke", slog.String("reference", c.reference), slog.Any("panic", broken), slog.String("stack", string(debug.Stack())))
	c.say([]*fault.Fault{fault.New(fault.Unavailable, CodeFailed)}).write(w)
}

// missing is the fault of a request that no operation is there for. H is what the mux would
// answer, which tells whether the address has other methods.
func missing(h http.Handler, r *http.Request) *fault.Fault {
	var answer header
	h.ServeHTTP(&answer, r)
	if allowed := http.Header(answer).Get("Allow"); allowed != "" {
		return fault.New(fault.Invalid, CodeMethod, "method", r.Method, "allowed", allowed)
	}
	return fault.New(fault.NotFound, CodeRoute)
}

// header is a writer of an answer that keeps its headers only.
type header http.Header

func (h *header) Header() http.Header {
	if *h == nil {
		*h = header{}
	}
	return http.Header(*h)
}

func (h *header) Write(body []byte) (int, error) { return len(body), nil }

func (h *header) WriteHeader(int) {}
