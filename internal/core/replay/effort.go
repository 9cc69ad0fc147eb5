package replay

import (
	"cmp"
	"maps"
	"slices"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ledger"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Assumption is what somebody assumes a ticket takes, for histories that do not show it. The
// work is placed on the day on which the ticket was solved, or logged while it is not.
type Assumption struct {
	Source  string // where it comes from, in the words of who assumed it
	Minutes [catalog.NumKinds][catalog.NumPriorities][]RoleMinutes
}

// RoleMinutes is a share of work; role "" is not said.
type RoleMinutes struct {
	Role    catalog.Role
	Minutes int
}

// workKey is what a ledger needs to know of work that has only a day. Work of one key is
// added up, so that memory grows with the days of a history and not with its tickets.
type workKey struct {
	day      calendar.Date
	activity catalog.Activity
	role     catalog.Role
}

func (k workKey) compare(other workKey) int {
	return cmp.Or(k.day.Compare(other.day), cmp.Compare(k.activity, other.activity), cmp.Compare(k.role, other.role))
}

// addWork counts the work on a ticket: what was assumed, else what its entries say.
func (f *Facts) addWork(t Ticket, now ticket.Ticket) {
	if f.assumed != nil {
		at := now.Solved
		if at.IsZero() {
			at = now.Opened
		}
		day := calendar.DateOf(at, f.zone)
		for _, part := range f.assumed.Minutes[now.Kind][now.Priority] {
			f.work[workKey{day, catalog.WorkOn(now.Kind), part.Role}] += part.Minutes
		}
		return
	}
	for _, e := range t.Entries {
		if w, ok := e.Fact.(ticket.Worked); ok {
			activity := w.Activity
			if activity == "" {
				activity = catalog.WorkOn(now.Kind)
			}
			f.work[workKey{w.Day, activity, w.Role}] += w.Minutes
		}
	}
}

// Worked lists the work of the history in the order of days, each at a percentage of what
// was counted, rounded half up. Work of one day, activity and role is one record.
func (f *Facts) Worked(percent int) []ledger.Work {
	keys := slices.SortedFunc(maps.Keys(f.work), workKey.compare)
	all := make([]ledger.Work, 0, len(keys))
	for _, k := range keys {
		minutes := (f.work[k]*percent + 50) / 100
		if minutes > 0 {
			all = append(all, ledger.Work{Day: k.day, Minutes: minutes, Activity: k.activity, Role: k.role})
		}
	}
	return all
}

// Minutes is all work that was counted.
func (f *Facts) Minutes() int {
	sum := 0
	for _, minutes := range f.work {
		sum += minutes
	}
	return sum
}
