package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// reader is a page that takes one event and is closed. It notes by when it had to take it.
type reader struct {
	*httptest.ResponseRecorder
	close   func()
	by, had time.Time
}

func (r *reader) SetWriteDeadline(by time.Time) error { r.by = by; return nil }

func (r *reader) FlushError() error {
	r.had = r.by
	r.close()
	return nil
}

// stream opens the events of somebody who has signed in, and reads one.
func (t *tab) stream() *reader {
	ctx, done := context.WithCancel(t.tb.Context())
	defer done()
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "http://desk.test"+eventsPath, http.NoBody)
	r.AddCookie(&http.Cookie{Name: sessionCookie, Value: t.cookies[sessionCookie]})
	w := &reader{ResponseRecorder: httptest.NewRecorder(), close: done}
	t.site.ServeHTTP(w, r)
	return w
}

// TestNobodyHasManyStreams opens as many as one person may have, and one more.
func TestNobodyHasManyStreams(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ann, bo := s.enter("ann"), s.enter("bo")
	all := func(string) bool { return true }
	var last *ear
	for range mostEars {
		var err error
		last, err = s.site.hub.listen(s.Actor("ann").ID, all)
		s.Must(err)
	}
	if got := ann.stream(); got.Code != http.StatusTooManyRequests || got.Header().Get("Retry-After") == "" {
		t.Errorf("one more is answered with %d", got.Code)
	}
	if got := bo.stream(); got.Code != http.StatusOK {
		t.Errorf("another person's first is answered with %d", got.Code)
	}
	s.site.hub.leave(last)
	if got := ann.stream(); got.Code != http.StatusOK {
		t.Errorf("after one was closed the next is answered with %d", got.Code)
	}
}

// TestAStreamWaitsForNobody looks at how long a page may take to take an event.
func TestAStreamWaitsForNobody(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	began := time.Now()
	got := s.enter("ann").stream()
	if got.had.Before(began) || got.had.After(time.Now().Add(time.Minute)) {
		t.Errorf("an event may be taken until %v", got.had)
	}
	if !got.by.IsZero() {
		t.Errorf("the stream ends at %v", got.by)
	}
}
