package ticket

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Why an entry may not have its date.
const (
	CodeAhead        reason.Code = "ticket.ahead"         // at, now
	CodeBeforeLogged reason.Code = "ticket.before_logged" // at, logged
	CodeTooLate      reason.Code = "ticket.too_late"      // at, until: when it could still be recorded
)

// MayDate tells whether an entry that is recorded now may say that it happened at an
// instant: nil, or a *fault.Fault. It may not lie ahead, before the ticket was logged, or
// further back than the contract allows. A length in working days ends at the close of the
// n-th working day after the one on which it happened. An imported past is not held to this.
func MayDate(v *contract.Version, tl *Timeline, at, now time.Time) error {
	if at.After(now) {
		return fault.New(fault.Invalid, CodeAhead, "at", at, "now", now)
	}
	if logged := tl.Opened(); at.Before(logged) {
		return fault.New(fault.Invalid, CodeBeforeLogged, "at", at, "logged", logged)
	}
	if until, bounded := recordable(v.BackdateMax, at); bounded && now.After(until) {
		return fault.New(fault.Forbidden, CodeTooLate, "at", at, "until", until)
	}
	return nil
}

// recordable is the last instant at which something that happened at an instant may still
// be recorded; false when the contract sets no bound.
func recordable(most contract.Span, at time.Time) (time.Time, bool) {
	switch {
	case most.Calendar == nil:
		return time.Time{}, false
	case most.WorkDays > 0:
		return most.Calendar.CloseOfDay(at, 1+most.WorkDays)
	default:
		return most.Calendar.Due(at, most.Open)
	}
}
