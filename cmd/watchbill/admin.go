package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"net"
	"net/http"
	"net/http/pprof"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/worker"
)

// admin serves those who run a desk, on an address of its own that people do not reach: health,
// figures, and profiles.
type admin struct {
	desk     *app.App
	worker   *worker.Worker
	dropped  *atomic.Int64 // lines of the log
	figures  *prometheus.Registry
	requests *prometheus.HistogramVec
	late     prometheus.Histogram
}

func newAdmin(desk *app.App, w *worker.Worker, dropped *atomic.Int64) *admin {
	a := &admin{dropped: dropped, desk: desk, worker: w, figures: prometheus.NewRegistry()}
	a.requests = prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "watchbill_request_seconds", Help: "How long requests took, by address and status.",
		Buckets: []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10},
	}, []string{"route", "status"})
	a.late = prometheus.NewHistogram(prometheus.HistogramOpts{
		Name: "watchbill_settle_late_seconds", Help: "How late tickets were settled, after something about them had fallen due.",
		Buckets: []float64{.025, .05, .1, .25, .5, 1, 2, 5, 15, 60, 300, 3600},
	})
	desk.ObserveSettling(func(late time.Duration) { a.late.Observe(late.Seconds()) })
	a.figures.MustRegister(a.requests, a.late, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}), deskFigures{a})
	return a
}

// handler answers on the address of its own.
func (a *admin) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", a.health)
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", promhttp.HandlerFor(a.figures, promhttp.HandlerOpts{ErrorHandling: promhttp.ContinueOnError}))
	mux.HandleFunc("GET /debug/pprof/", pprof.Index)
	mux.HandleFunc("GET /debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("GET /debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("GET /debug/pprof/trace", pprof.Trace)
	return mux
}

// health tells that the program runs and has not given up its database.
func (a *admin) health(w http.ResponseWriter, _ *http.Request) {
	select {
	case <-a.desk.Failed():
		answerJSON(w, http.StatusServiceUnavailable, map[string]any{"status": "broken"})
	default:
		answerJSON(w, http.StatusOK, map[string]any{"status": "ok"})
	}
}

// ready tells whether the desk can be used: its database answers, and what goes on by itself
// does.
func (a *admin) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), 2*time.Second)
	defer cancel()
	h, problems := a.worker.Health(), map[string]string{}
	for name, err := range h.Failing {
		problems[name] = err.Error()
	}
	for _, name := range h.Stalled {
		problems[name] = "stalled"
	}
	if _, err := a.desk.NeedsSetUp(ctx); err != nil {
		problems["database"] = err.Error()
	}
	skew := a.desk.ClockSkew()
	said := map[string]any{"status": "ready", "leads": h.Leads, "clock_skew_seconds": skew.Followed.Seconds(), "problems": problems}
	status := http.StatusOK
	if len(problems) > 0 {
		said["status"], status = "not ready", http.StatusServiceUnavailable
	}
	answerJSON(w, status, said)
}

func answerJSON(w http.ResponseWriter, status int, said any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(said) // whoever asked may be gone
}

// measure counts requests and how long they took.
func (a *admin) measure(next http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		next.ServeHTTP(seen, r)
		took := time.Since(started)
		if seen.streams {
			return // it was open for as long as a page was
		}
		a.requests.WithLabelValues(r.Pattern, strconv.Itoa(seen.status)).Observe(took.Seconds())
		if took > time.Second || seen.status >= 500 {
			log.WarnContext(r.Context(), "request", "route", r.Pattern, "status", seen.status, "seconds", took.Seconds())
		}
	})
}

// statusWriter remembers how a request was answered.
type statusWriter struct {
	http.ResponseWriter
	status  int
	streams bool
}

// WriteHeader notes the status.
func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}

// Flush is called by what streams.
func (w *statusWriter) Flush() {
	w.streams = true
	_ = http.NewResponseController(w.ResponseWriter).Flush() // a page that is closed is noticed when written to
}

// Unwrap gives http.ResponseController what is underneath.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// deskFigures reads figures of the desk when somebody asks for them.
type deskFigures struct{ *admin }

var (
	leads     = prometheus.NewDesc("watchbill_worker_leads", "1 while this process does the work that nobody asks for.", nil, nil)
	stalled   = prometheus.NewDesc("watchbill_worker_stalled", "Loops that have not gone round for half a minute.", nil, nil)
	waiting   = prometheus.NewDesc("watchbill_outbox_waiting", "Messages that have not left yet.", nil, nil)
	oldest    = prometheus.NewDesc("watchbill_outbox_oldest_seconds", "Age of the oldest of them.", nil, nil)
	dropped   = prometheus.NewDesc("watchbill_log_dropped_total", "Lines of the log that could not be written.", nil, nil)
	clockSkew = prometheus.NewDesc("watchbill_clock_skew_seconds", "How far the clock of the machine is from the instants of the desk.", nil, nil)
)

// Describe names the figures.
func (d deskFigures) Describe(to chan<- *prometheus.Desc) { prometheus.DescribeByCollect(d, to) }

// Collect reads them.
func (d deskFigures) Collect(to chan<- prometheus.Metric) {
	gauge := func(desc *prometheus.Desc, value float64) {
		to <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value)
	}
	to <- prometheus.MustNewConstMetric(dropped, prometheus.CounterValue, float64(d.dropped.Load()))
	h := d.worker.Health()
	gauge(leads, map[bool]float64{true: 1}[h.Leads])
	gauge(stalled, float64(len(h.Stalled)))
	gauge(clockSkew, d.desk.ClockSkew().Followed.Seconds())
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Second)
	defer cancel()
	n, since, err := d.desk.OutboxBacklog(ctx, app.Unasked())
	if err != nil {
		to <- prometheus.NewInvalidMetric(waiting, err)
		return
	}
	gauge(waiting, float64(n))
	age := 0.0
	if n > 0 {
		age = d.desk.Now().Sub(since).Seconds()
	}
	gauge(oldest, age)
}

// serveAdmin serves until the context ends. An address that cannot be had keeps nobody from
// the desk: that is logged.
func (a *admin) serveAdmin(ctx context.Context, address string, log *slog.Logger) {
	if address == "" || address == "-" {
		return
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", address)
	if err != nil {
		log.WarnContext(ctx, "health and metrics are not served", "address", address, "problem", err.Error())
		return
	}
	if err := answer(ctx, listener, a.handler(), log, func() {}); err != nil {
		log.WarnContext(ctx, "health and metrics", "problem", err.Error())
	}
}
