package history

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Summary is what a reading found. It is complete after the last ticket.
type Summary struct {
	Rows    int // all rows, the skipped ones with them
	Used    int // rows that are part of a ticket
	Tickets int

	RowsByState       map[string]int           // states as the mapping writes them
	TicketsByPriority map[catalog.Priority]int // by the priority on the last row; 0 is not said
	First, Last       time.Time                // the first ticket logged and the last change, UTC

	NotNew          int // tickets whose first known state is not new: no response can be measured
	Waited          int // tickets that waited for somebody
	Reopened        int // tickets that were taken up again after restoration or closing
	PriorityChanged int // tickets whose priority changed
	Unfinished      int // tickets that are neither restored nor closed at their end
	UnknownState    int // rows whose state is to be ignored
	TimeBack        int // tickets whose time goes back in the order of their rows
	Minutes         int // worked

	SkippedByClock int // wall times that a clock change skipped, moved on by what it skipped
	TwiceOnClock   int // wall times that occur twice, taken for the first

	// Skipped is every row that was not used, in the order in which they were found.
	Skipped []*fault.Fault
	// Noted are problems that a rule dealt with: the first few of each code, with Totals.
	Noted  []*fault.Fault
	Totals map[reason.Code]int
}

// NotedPerCode is how many problems of one code a Summary lists.
const NotedPerCode = 20

// maxSkipped is where a reading gives up: a file with so many bad rows is read wrongly,
// and listing them all would fill the memory.
const maxSkipped = 100_000

func newSummary() Summary {
	return Summary{
		RowsByState: map[string]int{}, TicketsByPriority: map[catalog.Priority]int{}, Totals: map[reason.Code]int{},
	}
}

func (s *Summary) note(f *fault.Fault) {
	s.Totals[f.Code]++
	if s.Totals[f.Code] <= NotedPerCode {
		s.Noted = append(s.Noted, f)
	}
}

// count takes a finished ticket into account.
func (s *Summary) count(t *timeline, rows []row) {
	s.Tickets++
	s.Used += len(rows)
	s.TicketsByPriority[catalog.Priority(t.was.priority)]++
	for i := range rows {
		s.RowsByState[t.v.states[rows[i].state]]++
		s.Minutes += int(rows[i].minutes)
		if t.v.meaning[rows[i].state] == MeansIgnore {
			s.UnknownState++
		}
	}
	logged, last := t.entries[0].At, t.entries[len(t.entries)-1].At
	if t.at.After(last) {
		last = t.at
	}
	if s.First.IsZero() || logged.Before(s.First) {
		s.First = logged
	}
	if last.After(s.Last) {
		s.Last = last
	}
	for _, c := range []struct {
		holds bool
		into  *int
	}{
		{!t.v.beginsWithNew(rows), &s.NotNew},
		{t.waited, &s.Waited},
		{t.reopens > 0, &s.Reopened},
		{t.changed, &s.PriorityChanged},
		{t.state != MeansRestored && t.state != MeansClosed, &s.Unfinished},
		{len(t.back) > 0, &s.TimeBack},
	} {
		if c.holds {
			*c.into++
		}
	}
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
