package clock

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// markBuffer is how many marks a reading holds without asking for memory.
const markBuffer = 24

// mark is what the clocks need to know of an entry, or of a contract version that took
// effect while the ticket was open.
type mark struct {
	at    time.Time
	what  what
	entry int // its number, 0 for an amendment

	kind      catalog.Kind        // opened
	priority  catalog.Priority    // opened, prioritised
	party     catalog.Party       // waits
	target    contract.TargetKind // agreed, agreementGone, notShown
	due       time.Time           // agreed
	version   *contract.Version   // opened, amended
	automated bool                // closed: by a program
}

type what uint8

const (
	opened       what = iota
	acknowledged      // by a person
	replied           // publicly, by a person
	wrote
	waits
	resumed
	restored
	resolved
	closed
	merged
	reopened
	prioritised
	amended
	agreed
	agreementGone
	causePublished
	notShown
)

// collect appends the marks of a timeline up to and including an instant, in the order in
// which they happened. Amendments stand before the entries of their instant, because a
// version rules from its first instant on.
func collect(marks []mark, terms contract.Terms, tl *ticket.Timeline, at time.Time) []mark {
	next := len(terms) // the first version that may still take effect
	ended := false     // an amendment does not reach a ticket that is closed
	for number, e := range tl.Happened(at) {
		if len(marks) > 0 {
			marks, next = amendments(marks, terms, next, e.At, ended)
		}
		m := mark{at: e.At, entry: number}
		if !m.read(e) {
			continue
		}
		switch m.what {
		case opened:
			if len(marks) > 0 {
				continue
			}
			m.version = terms.At(e.At)
			next = after(terms, m.version)
		case closed:
			ended = true
		case reopened:
			ended = false
		}
		if len(marks) > 0 || m.what == opened {
			marks = append(marks, m)
		}
		if m.what == merged && len(marks) > 0 {
			return marks // its story goes on in the ticket that took it in
		}
	}
	if len(marks) > 0 {
		marks, _ = amendments(marks, terms, next, at, ended)
	}
	return marks
}

// amendments appends a mark for each version from next on that took effect by the instant
// and that reaches open tickets.
func amendments(marks []mark, terms contract.Terms, next int, until time.Time, ended bool) ([]mark, int) {
	for next < len(terms) && !terms[next].Effective.After(until) {
		v := terms[next]
		if !ended && v.OpenTickets != contract.Keep {
			marks = append(marks, mark{at: v.Effective, what: amended, version: v})
		}
		next++
	}
	return marks, next
}

func after(terms contract.Terms, v *contract.Version) int {
	for i := range terms {
		if terms[i] == v {
			return i + 1
		}
	}
	return len(terms)
}

// read takes from an entry what the clocks need. It reports whether that is anything.
func (m *mark) read(e *ticket.Entry) bool {
	switch f := e.Fact.(type) {
	case ticket.Logged:
		m.what, m.kind, m.priority = opened, f.Kind, f.Priority
	case ticket.Acknowledged:
		m.what = acknowledged
		return !e.By.Automated
	case ticket.Replied:
		m.what = replied
		return !e.By.Automated
	case ticket.Wrote:
		m.what = wrote
	case ticket.Waits:
		m.what, m.party = waits, f.For
	case ticket.Resumed:
		m.what = resumed
	case ticket.Restored:
		m.what = restored
	case ticket.Resolved:
		m.what = resolved
	case ticket.Closed:
		m.what, m.automated = closed, e.By.Automated
	case ticket.Merged:
		m.what = merged
	case ticket.Reopened:
		m.what = reopened
	case ticket.Classified:
		m.what, m.priority = prioritised, f.Priority
	case ticket.DueAgreed:
		m.what, m.target, m.due = agreed, f.Target, f.Due
	case ticket.DueWithdrawn:
		m.what, m.target = agreementGone, f.Target
	case ticket.RootCausePublished:
		m.what = causePublished
	case ticket.NotShown:
		m.what, m.target = notShown, f.Target
	default:
		return false
	}
	return true
}
