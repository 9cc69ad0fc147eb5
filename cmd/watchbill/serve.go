package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/cli"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/web"
	"github.com/watchbill/watchbill/internal/worker"
)

// How long a client may take, and how long requests under way have when the desk stops.
const (
	readHeader = 10 * time.Second
	readAll    = 2 * time.Minute // a file of ten megabytes over a slow line
	writeAll   = 2 * time.Minute
	idle       = 2 * time.Minute
	stopWithin = 10 * time.Second
)

// maxHeader is the most bytes that the head of a request may have.
const maxHeader = 32 << 10

// operator is who runs the program.
var operator = access.Actor{ID: "operator", Role: access.Operator, Scope: access.Everything()}

// serve runs a desk until the context ends: pages, and what happens by itself.
func serve(ctx context.Context, s *cli.Serving) error {
	lines := newLogWriter(os.Stderr)
	defer lines.close()
	log := slog.New(slog.NewJSONHandler(lines, nil))
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return fault.New(fault.Unavailable, cli.CodeListen, "address", s.Listen, "problem", err.Error()).Because(err)
	}
	if s.Base == "" {
		s.Base = "http://" + listener.Addr().String()
	}
	channels, err := channelsOf(s)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	desk, err := app.Create(ctx, s.DB)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	desk.Warn(func(r reason.Reason) { warn(log, r) })
	desk.Limit(s.Rates)
	site := web.New(desk, web.Config{Base: s.Base, Home: s.Home, Development: s.Development, Log: log})
	setUp, err := setUpAddress(ctx, desk, s.Base)
	if err != nil {
		return errors.Join(err, listener.Close(), desk.Close())
	}
	s.Ready(s.Base, setUp)
	works := worker.New(desk, channels, log)
	running := newAdmin(desk, works, &lines.dropped)
	going, stop := context.WithCancel(ctx)
	var unasked sync.WaitGroup
	unasked.Go(func() { follow(going, desk, site, log) })
	unasked.Go(func() { works.Run(going) })
	unasked.Go(func() { running.serveAdmin(going, s.Admin, log) })
	unasked.Go(func() { endWith(going, desk, stop) })
	everything := knowCallers(s.Proxies, front(site, api.New(desk, api.Config{Log: log})))
	err = answer(going, listener, running.measure(everything, log), log, site.Close)
	stop()
	unasked.Wait()
	select {
	case <-desk.Failed(): // whoever watches over the program starts it again
		err = errors.Join(fault.New(fault.Unavailable, store.CodeBroken), err)
	default:
	}
	return errors.Join(err, desk.Close())
}

// front is everything that is served under one address. Pages and the API say by themselves
// what browsers may do with an answer; what the mux answers alone, such as the way to the
// clean form of an address, may do nothing.
func front(pages, machine http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/", pages)
	mux.Handle("/api/", machine)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'; sandbox")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		mux.ServeHTTP(w, r)
	})
}

// endWith stops the desk when the disk under its database fails.
func endWith(ctx context.Context, desk *app.App, stop func()) {
	select {
	case <-desk.Failed():
		stop()
	case <-ctx.Done():
	}
}

// warn logs a warning by its code, with what it has to say.
func warn(log *slog.Logger, r reason.Reason) {
	var said []any
	for _, a := range r.Args {
		said = append(said, a.Name, a.Value)
	}
	log.Warn(string(r.Code), said...)
}

// follow tells open pages once a second what has changed.
func follow(ctx context.Context, desk *app.App, site *web.Site, log *slog.Logger) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var changes app.Changes
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		clients, err := changes.Next(ctx, desk, app.Unasked())
		if err != nil && ctx.Err() == nil {
			log.WarnContext(ctx, "changes not read", "problem", err.Error())
		}
		for _, c := range clients {
			site.Changed(c)
		}
		site.Tell()
	}
}

// setUpAddress is where the first person of a new desk is made, "" when there is one.
func setUpAddress(ctx context.Context, desk *app.App, base string) (string, error) {
	needs, err := desk.NeedsSetUp(ctx)
	if err != nil || !needs {
		return "", err
	}
	token, err := desk.SetUpToken(ctx, operator)
	return base + "/set-up?token=" + string(token), err
}

// answer answers requests until the context ends. Then it takes no new ones, ends what never
// ends by itself, and waits for the others.
func answer(ctx context.Context, on net.Listener, handler http.Handler, log *slog.Logger, endStreams func()) error {
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: readHeader, ReadTimeout: readAll, WriteTimeout: writeAll, IdleTimeout: idle,
		MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	server.RegisterOnShutdown(endStreams)
	done := make(chan error, 1)
	go func() { done <- server.Serve(on) }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopWithin)
	defer cancel()
	err := server.Shutdown(last)
	if errors.Is(err, context.DeadlineExceeded) {
		err = server.Close() // whoever is still there has waited long enough
	}
	if served := <-done; !errors.Is(served, http.ErrServerClosed) {
		err = errors.Join(err, served)
	}
	return err
}
