package clock

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Does is what an entry does to a clock.
type Does string

// The effects.
const (
	Starts   Does = "starts"   // it begins to run, or a new round does
	Stops    Does = "stops"    // it has been met
	Pauses   Does = "pauses"   // it stands still
	GoesOn   Does = "goes_on"  // it stood still and runs again
	Restarts Does = "restarts" // its round ends, and the next begins
)

// Effect is what an entry would do to one clock.
type Effect struct {
	Kind contract.TargetKind
	What Does
}

// Effects tells what an entry would do to the clocks of a ticket, were it recorded at an
// instant, in the order of the kinds of target. The timeline is left as it is.
func Effects(terms contract.Terms, tl *ticket.Timeline, e ticket.Entry) []Effect {
	e.Recorded = e.At
	before := Read(terms, tl, e.At)
	after := Read(terms, ticket.NewTimeline(append(append([]ticket.Entry{}, tl.Entries()...), e)...), e.At.Add(time.Millisecond))
	var all []Effect
	for kind := range contract.TargetKind(contract.NumTargets) {
		if what := effect(&before.Clocks[kind], &after.Clocks[kind]); what != "" {
			all = append(all, Effect{kind, what})
		}
	}
	return all
}

// effect compares a clock before and after.
func effect(before, after *Clock) Does {
	switch {
	case after.Phase == None || before.Phase == after.Phase && before.Since.Equal(after.Since):
		return ""
	case before.Phase == Running && after.Phase == Running:
		return Restarts
	case after.Phase == Stopped:
		return Stops
	case after.Phase == Paused:
		return Pauses
	case before.Phase == Paused:
		return GoesOn
	case after.Phase == Running:
		return Starts
	}
	return ""
}
