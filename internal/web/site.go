package web

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"runtime/debug"
	"strings"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/web/static"
)

// Config is what the site must know of where it runs.
type Config struct {
	// Base is the address that people reach the site by, such as https://desk.example. Links
	// in mail and redirects are made from it, never from what a request says.
	Base string
	// Home is the name of the provider, shown above everything.
	Home string
	// Development serves the gallery of components.
	Development bool
	Log         *slog.Logger
}

// secure tells whether people reach the site by https.
func (c *Config) secure() bool { return strings.HasPrefix(c.Base, "https://") }

// Site serves the pages. It is safe for concurrent use.
type Site struct {
	app    *app.App
	config Config
	routes []Route
	hub    hub
	counts counts
	advice advice
	serves http.Handler
}

// New makes the site. It panics when a route has no door, or two have the same address: that
// is a mistake in the program.
func New(a *app.App, c Config) *Site {
	s := &Site{app: a, config: c, counts: counts{log: c.Log}}
	s.routes = s.allRoutes()
	mux := http.NewServeMux()
	mux.Handle("GET "+static.Prefix, static.Handler())
	for i := range s.routes {
		r := &s.routes[i]
		if r.door == shut || r.serve == nil {
			panic(fmt.Sprintf("web: %s %s has no door", r.Method, r.Path))
		}
		mux.HandleFunc(r.Method+" "+r.Path, func(w http.ResponseWriter, req *http.Request) { s.visit(w, req, r) })
	}
	mux.HandleFunc("/", func(w http.ResponseWriter, req *http.Request) {
		s.refuse(w, req, fault.New(fault.NotFound, CodePageUnknown))
	})
	origins := http.NewCrossOriginProtection()
	if c.Base != "" {
		if err := origins.AddTrustedOrigin(c.Base); err != nil {
			panic("web: " + err.Error())
		}
	}
	origins.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		s.refuse(w, req, fault.New(fault.Forbidden, CodeOrigin))
	}))
	s.serves = origins.Handler(mux)
	return s
}

// Routes lists the addresses of the site.
func (s *Site) Routes() []Route { return s.routes }

// ServeHTTP answers a request.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.serves.ServeHTTP(w, r) }

// maxForm is the most bytes that a form may have, but for those that send files.
const maxForm = 1 << 20

// visit answers one request to a route.
func (s *Site) visit(w http.ResponseWriter, r *http.Request, route *Route) {
	v := &visit{site: s, w: w, r: r, reference: rand.Text()[:10], nonce: rand.Text()}
	v.headers()
	defer v.recoverPanic()
	err := v.arrive(route)
	if err == nil {
		err = route.serve(v)
	}
	if err != nil {
		v.fail(err)
	}
}

// refuse answers a request that belongs to no route, or may not be followed.
func (s *Site) refuse(w http.ResponseWriter, r *http.Request, f *fault.Fault) {
	v := &visit{site: s, w: w, r: r, reference: rand.Text()[:10], nonce: rand.Text()}
	v.headers()
	if err := v.arriveAnywhere(); err != nil {
		f = fault.New(fault.Unavailable, CodeBroken)
	}
	v.show(f)
}

// headers are sent with every answer, good or bad.
func (v *visit) headers() {
	h := v.w.Header()
	h.Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-"+v.nonce+"'; style-src 'self'; img-src 'self' data:; "+
		"font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", v.referrer())
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
	h.Set("Cache-Control", "no-store")
	if v.site.config.secure() {
		h.Set("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
}

// referrer is whom the browser tells the address of this page: only this site, and nobody of an
// address that holds a secret, for addresses may be written down on the way. Without https a form
// must still tell its site, because that alone shows where it comes from.
func (v *visit) referrer() string {
	switch {
	case !secret(v.r.URL.Path):
		return "same-origin"
	case v.site.config.secure():
		return "no-referrer"
	default:
		return "origin"
	}
}

// recoverPanic keeps a mistake in one request from ending the others. The log has where it
// happened; the person gets a reference to it.
func (v *visit) recoverPanic() {
	problem := recover()
	if problem == nil {
		return
	}
	if err, ok := problem.(error); ok && errors.Is(err, http.ErrAbortHandler) {
		panic(problem)
	}
	v.site.config.Log.ErrorContext(v.r.Context(), "panic", "reference", v.reference, "problem", fmt.Sprint(problem), "stack", string(debug.Stack()))
	v.show(fault.New(fault.Unavailable, CodeBroken))
}

// Changed notes that something of a client, named by its id, has changed. It never waits.
func (s *Site) Changed(client string) { s.hub.change(client) }

// Tell tells open pages of the changes that were noted. It is to be called once a second.
func (s *Site) Tell() { s.hub.tell() }

// Close ends the event streams of open pages, so that a server can stop.
func (s *Site) Close() {
	s.hub.close()
	s.counts.close()
}
