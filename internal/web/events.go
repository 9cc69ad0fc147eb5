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
	ear, open := s.hub.listen(v.actor.Scope.Has)
	if !open {
		v.w.WriteHeader(http.StatusNoContent) // the browser does not try again
		return nil
	}
	defer s.hub.leave(ear)
	v.w.Header().Set("Content-Type", "text/event-stream")
	v.w.Header().Set("X-Accel-Buffering", "no")
	if err := stream.SetWriteDeadline(time.Time{}); err != nil { // it may be open for days
		return err
	}
	said := beat
	if v.r.Header.Get("Last-Event-ID") != "" {
		said = look // it was away, and may have missed something
	}
	for n := 1; ; n++ {
		_, err := fmt.Fprintf(v.w, "event: %s\nid: %d\ndata: %d\n\n", said, n, n)
		if err != nil || stream.Flush() != nil {
			return nil // the page is closed
		}
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

// stillIn tells whether the session of a stream goes on.
func (s *Site) stillIn(v *visit) bool {
	entered, err := s.app.StillSignedIn(v.ctx(), person.Secret(v.token))
	return err == nil && entered.Actor.Role != access.Visitor && entered.Actor.ID == v.actor.ID
}
