package replay

import (
	"maps"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Facts are what a history says whatever the contract: how many tickets, when, and how long
// they stayed. A ticket is solved from when it is restored, resolved or closed for the last time.
type Facts struct {
	Tickets    int
	ByKind     [catalog.NumKinds]int
	ByPriority [catalog.NumPriorities]int // at the end
	Reopened   int                        // tickets that were taken up again
	// SolvedAt groups the solved tickets by their age at that moment, RootCauses the problems
	// by how long after logging their root cause was published.
	SolvedAt, RootCauses Ages

	zone     *time.Location
	months   map[calendar.Date]*Month // by first date
	unsolved []time.Time              // when they were logged
	assumed  *Assumption              // nil: work is what the history shows
	work     map[workKey]int          // minutes
}

// Month is one calendar month of a history, in its zone.
type Month struct {
	First   calendar.Date
	Logged  int
	Solved  int
	Backlog int // unsolved at the end of the month
}

// NewFacts starts the facts of a history whose days are those of a zone. With an assumption
// the work that the history shows is not looked at.
func NewFacts(zone *time.Location, assumed *Assumption) *Facts {
	return &Facts{zone: zone, assumed: assumed, months: map[calendar.Date]*Month{}, work: map[workKey]int{}}
}

// Add counts a ticket as it stood at the end of the history.
func (f *Facts) Add(t Ticket, end time.Time) {
	now, ok := ticket.Fold(ticket.NewTimeline(t.Entries...), end)
	if !ok {
		return
	}
	f.Tickets++
	f.ByKind[now.Kind]++
	f.ByPriority[now.Priority]++
	f.addWork(t, now)
	if now.Reopened > 0 {
		f.Reopened++
	}
	f.month(now.Opened).Logged++
	if now.Solved.IsZero() {
		f.unsolved = append(f.unsolved, now.Opened)
	} else {
		f.month(now.Solved).Solved++
		f.SolvedAt.add(now.Solved.Sub(now.Opened))
	}
	if now.Kind == catalog.Problem && !now.RootCause.IsZero() {
		f.RootCauses.add(now.RootCause.Sub(now.Opened))
	}
}

func (f *Facts) month(at time.Time) *Month {
	first := calendar.DateOf(at, f.zone)
	first.Day = 1
	m := f.months[first]
	if m == nil {
		m = &Month{First: first}
		f.months[first] = m
	}
	return m
}

// Merge adds the facts of other tickets of the same history.
func (f *Facts) Merge(other *Facts) {
	f.Tickets += other.Tickets
	for i := range f.ByKind {
		f.ByKind[i] += other.ByKind[i]
	}
	for i := range f.ByPriority {
		f.ByPriority[i] += other.ByPriority[i]
	}
	f.Reopened += other.Reopened
	for key, minutes := range other.work {
		f.work[key] += minutes
	}
	for first, m := range other.months {
		mine := f.month(first.Start(f.zone))
		mine.Logged += m.Logged
		mine.Solved += m.Solved
	}
	f.unsolved = append(f.unsolved, other.unsolved...)
	f.SolvedAt.merge(other.SolvedAt)
	f.RootCauses.merge(other.RootCauses)
}

// Months lists the months from the first to the last in which something happened, with the
// backlog at the end of each.
func (f *Facts) Months() []Month {
	firsts := slices.SortedFunc(maps.Keys(f.months), calendar.Date.Compare)
	if len(firsts) == 0 {
		return nil
	}
	var all []Month
	backlog := 0
	for first := firsts[0]; first.Compare(firsts[len(firsts)-1]) <= 0; first = nextMonth(first) {
		m := Month{First: first}
		if counted, ok := f.months[first]; ok {
			m = *counted
		}
		backlog += m.Logged - m.Solved
		m.Backlog = backlog
		all = append(all, m)
	}
	return all
}

func nextMonth(first calendar.Date) calendar.Date {
	next := first.AddDays(31)
	next.Day = 1
	return next
}

// Ages counts tickets by age in days: up to 30, to 60, to 90, and more.
type Ages [4]int

// AgeLimits are the upper ends, in days, of all but the last group of Ages.
var AgeLimits = [3]int{30, 60, 90}

// Total is the number of tickets in all groups.
func (a Ages) Total() int { return a[0] + a[1] + a[2] + a[3] }

func (a *Ages) add(age time.Duration) {
	group, _ := slices.BinarySearch(AgeLimits[:], int(age/(24*time.Hour)))
	a[group]++
}

func (a *Ages) merge(other Ages) {
	for i := range a {
		a[i] += other[i]
	}
}

// Ages groups the tickets that are unsolved at the end of the history.
func (f *Facts) Ages(end time.Time) Ages {
	var groups Ages
	for _, logged := range f.unsolved {
		groups.add(end.Sub(logged))
	}
	return groups
}
