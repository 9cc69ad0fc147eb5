package clock

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Concerns tells whether a step has something on the ticket to be about: an agreed due to
// withdraw, a root cause that is asked for, a wait to end. All other steps do.
func Concerns(step ticket.Step, t *ticket.Ticket, clocks []Explanation) bool {
	switch step {
	case ticket.StepOf(ticket.DueWithdrawn{}):
		return slices.ContainsFunc(clocks, func(c Explanation) bool { return c.Agreed })
	case ticket.StepOf(ticket.RootCausePublished{}):
		return t.Kind == catalog.Problem || slices.ContainsFunc(clocks, func(c Explanation) bool {
			return c.Kind == contract.RootCause && c.Stopped.IsZero()
		})
	case ticket.StepOf(ticket.Resumed{}):
		return t.WaitingFor != 0
	default:
		return true
	}
}
