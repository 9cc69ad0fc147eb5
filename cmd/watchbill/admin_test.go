package main

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/worker"
)

// asked gives status and body of an answer.
func asked(t *testing.T, h http.Handler, path string) (int, string) {
	t.Helper()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
	return w.Code, w.Body.String()
}

func TestHealthAndFigures(t *testing.T) {
	t.Parallel()
	desk, err := app.Create(t.Context(), t.TempDir()+"/desk.db")
	if err != nil {
		t.Fatal(err)
	}
	a := newAdmin(desk, worker.New(desk, nil, slog.New(slog.DiscardHandler)), new(atomic.Int64))
	mux := http.NewServeMux()
	mux.HandleFunc("GET /pages/{one}", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	mux.HandleFunc("GET /stream", func(w http.ResponseWriter, _ *http.Request) { _ = http.NewResponseController(w).Flush() })
	measured := a.measure(mux, slog.New(slog.DiscardHandler))
	for _, path := range []string{"/pages/1", "/pages/2", "/stream"} {
		asked(t, measured, path)
	}
	h := a.handler()
	if status, said := asked(t, h, "/healthz"); status != http.StatusOK || !strings.Contains(said, `"ok"`) {
		t.Errorf("health: %d %s", status, said)
	}
	if status, said := asked(t, h, "/readyz"); status != http.StatusOK || !strings.Contains(said, `"ready"`) {
		t.Errorf("ready: %d %s", status, said)
	}
	_, figures := asked(t, h, "/metrics")
	for _, want := range []string{
		`watchbill_request_seconds_count{route="GET /pages/{one}",status="418"} 2`,
		"watchbill_log_dropped_total 0", "watchbill_settle_late_seconds_count 0", "watchbill_outbox_waiting 0", "watchbill_worker_leads 0", "watchbill_clock_skew_seconds",
	} {
		if !strings.Contains(figures, want) {
			t.Errorf("the figures lack %s", want)
		}
	}
	if strings.Contains(figures, "/stream") {
		t.Error("a stream is counted as a slow request")
	}
	if err := desk.Close(); err != nil {
		t.Fatal(err)
	}
	if status, said := asked(t, h, "/readyz"); status != http.StatusServiceUnavailable || !strings.Contains(said, "database") {
		t.Errorf("without a database: %d %s", status, said)
	}
}
