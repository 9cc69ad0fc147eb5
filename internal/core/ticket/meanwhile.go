package ticket

import (
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// CodeMeanwhile is the fault of a step that somebody else has overtaken.
const CodeMeanwhile reason.Code = "ticket.meanwhile" // step, other (a step), by, at, entry

// Meanwhile tells whether a step that was decided on when the timeline had seen entries may
// still be taken: nil, or a fault of kind Conflict that names the entry of another actor
// that it would silently undo. Words are never in each other's way: they are added.
func Meanwhile(tl *Timeline, seen int, by Actor, f Fact) error {
	if seen <= 0 || seen >= tl.Len() {
		return nil
	}
	about := subject(f)
	if about == nothingShared {
		return nil
	}
	for i := tl.Len() - 1; i >= seen; i-- {
		e := &tl.entries[i]
		if !e.Decided() && e.By.ID != by.ID && subject(e.Fact) == about {
			return fault.New(fault.Conflict, CodeMeanwhile,
				"step", StepOf(f), "other", StepOf(e.Fact), "by", e.By.ID, "at", e.At, "entry", i+1)
		}
	}
	return nil
}

// shared is what steps of two people can contradict each other about.
type shared uint8

const (
	nothingShared shared = iota
	sharedState
	sharedPriority
	sharedOwner
	sharedTitle
	sharedDue
)

func subject(f Fact) shared {
	switch f.(type) {
	case Waits, Resumed, Restored, Resolved, Closed, Reopened, Merged:
		return sharedState
	case Classified:
		return sharedPriority
	case Assigned:
		return sharedOwner
	case Titled:
		return sharedTitle
	case DueAgreed, DueWithdrawn:
		return sharedDue
	default:
		return nothingShared
	}
}
