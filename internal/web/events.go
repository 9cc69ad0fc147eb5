package web

import (
	"fmt"
	"net/http"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/person"
)

// events tells an open page, for as long as it is open, that something of what the person may
// see has changed. It says no more than that: what the page then asks for is checked like any
// request, so that rights that were taken away are gone.
func (s *Site) events(v *visit) error {
	stream := http.NewResponseController(v.w)
	ear, err := s.hub.listen(v.actor.ID, v.actor.Scope.Has)
	if err != nil {
		return err
	}
	if ear == nil {
		v.w.WriteHeader(http.StatusNoContent) // the browser does not try again
		return nil
	}
	defer s.hub.leave(ear)
	v.w.Header().Set("Content-Type", "text/event-stream")
	v.w.Header().Set("X-Accel-Buffering", "no")
	said := beat
	if v.r.Header.Get("Last-Event-ID") != "" {
		said = look // it was away, and may have missed something
	}
	for n := 1; ; n++ {
		if v.event(stream, said, n) != nil {
			return nil // the page is closed, or takes nothing any more
		}
		var open bool
		select {
		case <-v.ctx().Done():
			return nil
		case said, open = <-ear.says:
			if !open || !s.stillIn(v) {
				return nil
			}
		}
	}
}

// sayWithin is how long a page may take to take one event.
const sayWithin = 20 * time.Second

// event writes one event. A stream may be open for days, but who does not read holds nothing.
func (v *visit) event(stream *http.ResponseController, said saying, n int) error {
	if err := stream.SetWriteDeadline(time.Now().Add(sayWithin)); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(v.w, "event: %s\nid: %d\ndata: %d\n\n", said, n, n); err != nil {
		return err
	}
	if err := stream.Flush(); err != nil {
		return err
	}
	return stream.SetWriteDeadline(time.Time{})
}

// stillIn tells whether the session of a stream goes on, and its person sees what they saw. Where
// that is another part now, the page begins a new stream.
func (s *Site) stillIn(v *visit) bool {
	entered, err := s.app.StillSignedIn(v.ctx(), person.Secret(v.token))
	was, is := v.actor.Scope, entered.Actor.Scope
	return err == nil && entered.Actor.Role != access.Visitor && entered.Actor.ID == v.actor.ID && is.Within(was) && was.Within(is)
}
