package replay_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ledger"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

func factsOf(tickets ...replay.Ticket) *replay.Facts {
	f := replay.NewFacts(zone, nil)
	for _, one := range tickets {
		f.Add(one, end)
	}
	return f
}

// allTold is everything that facts say.
type allTold struct {
	Tickets, Reopened, Minutes int
	ByKind                     [catalog.NumKinds]int
	ByPriority                 [catalog.NumPriorities]int
	Months                     []replay.Month
	Unsolved, Solved, Causes   replay.Ages
	Work                       []ledger.Work
}

func told(f *replay.Facts) allTold {
	return allTold{
		f.Tickets, f.Reopened, f.Minutes(), f.ByKind, f.ByPriority, f.Months(), f.Ages(end), f.SolvedAt, f.RootCauses,
		f.Worked(100),
	}
}

// Months, backlog, ages and root causes of a history whose days are those of Amsterdam.
//
// Seen red with: months by the calendar of UTC; a reopened ticket left solved; the age of
// the root cause of incidents counted too.
func TestFacts(t *testing.T) {
	t.Parallel()
	closes := func(wall string) then { return then{wall, ticket.Closed{}} }
	f := factsOf(
		incident("on the 1st in Amsterdam, on the last in UTC", catalog.P1, "2026-02-01 00:30", closes("2026-02-03 12:00")),
		incident("solved in March", catalog.P2, "2026-01-20 12:00",
			then{"2026-03-20 12:00", ticket.Restored{}}, closes("2026-03-25 12:00")),
		incident("closed and taken up again", catalog.P2, "2026-01-25 12:00",
			closes("2026-02-10 12:00"), then{"2026-02-11 12:00", ticket.Reopened{}}),
		incident("reopened twice, solved after all", catalog.P3, "2026-02-10 12:00",
			closes("2026-02-11 12:00"), then{"2026-02-12 12:00", ticket.Reopened{}},
			closes("2026-02-13 12:00"), then{"2026-02-14 12:00", ticket.Reopened{}}, closes("2026-05-30 12:00")),
		of(catalog.Problem, "with its cause", catalog.P3, "2026-01-10 12:00",
			then{"2026-02-20 12:00", ticket.RootCausePublished{}}, then{"2026-02-28 12:00", ticket.RootCausePublished{}}),
		incident("an incident with a cause", catalog.P3, "2026-04-30 10:00", then{"2026-04-30 12:00", ticket.RootCausePublished{}}),
		replay.Ticket{Key: "not logged yet", Entries: incident("", catalog.P1, "2026-06-01 10:00").Entries},
	)
	want := allTold{
		Tickets: 6, Reopened: 2,
		ByKind:     [catalog.NumKinds]int{catalog.Incident: 5, catalog.Problem: 1},
		ByPriority: [catalog.NumPriorities]int{catalog.P1: 1, catalog.P2: 2, catalog.P3: 3},
		Months: []replay.Month{
			{First: date("2026-01-01"), Logged: 3, Solved: 0, Backlog: 3},
			{First: date("2026-02-01"), Logged: 2, Solved: 1, Backlog: 4},
			{First: date("2026-03-01"), Logged: 0, Solved: 1, Backlog: 3},
			{First: date("2026-04-01"), Logged: 1, Solved: 0, Backlog: 4},
		},
		Unsolved: replay.Ages{1, 0, 1, 2},
		Solved:   replay.Ages{1, 1, 0, 0},
		Causes:   replay.Ages{0, 1, 0, 0},
		Work:     []ledger.Work{},
	}
	if diff := cmp.Diff(want, told(f)); diff != "" {
		t.Error(diff)
	}
	if months := factsOf().Months(); months != nil {
		t.Errorf("months of nothing: %v", months)
	}
}

// Ages are whole days of 24 hours since logging.
//
// Seen red with: 30 days in the second group.
func TestAges(t *testing.T) {
	t.Parallel()
	for days, want := range map[int]replay.Ages{0: {1}, 30: {1}, 31: {0, 1}, 60: {0, 1}, 61: {0, 0, 1}, 90: {0, 0, 1}, 91: {0, 0, 0, 1}} {
		f := replay.NewFacts(zone, nil)
		one := incident("one", catalog.P1, "2026-04-01 10:00")
		f.Add(one, one.Entries[0].At)
		if got := f.Ages(one.Entries[0].At.AddDate(0, 0, days)); got != want || got.Total() != 1 {
			t.Errorf("%d days: %v, want %v", days, got, want)
		}
	}
}

// Work is what the history shows, added up by day, activity and role; or, with an assumption,
// what a ticket of its kind and priority takes, on the day when it was solved.
//
// Seen red with: the history's own work counted beside the assumed; assumed work on the day
// of logging though the ticket was solved.
func TestWork(t *testing.T) {
	t.Parallel()
	tickets := []replay.Ticket{
		incident("two records on a day", catalog.P1, "2026-03-02 23:30",
			then{"2026-03-03 10:00", worked("2026-03-03", 30, "Dev")},
			then{"2026-03-03 11:00", worked("2026-03-03", 15, "Dev")},
			then{"2026-03-03 11:00", worked("2026-03-03", 20, "QA")},
			then{"2026-03-03 12:00", ticket.Worked{Day: date("2026-03-03"), Minutes: 5, Role: "Dev", Activity: catalog.ChangeManagement}},
			then{"2026-03-05 23:30", ticket.Restored{}}),
		of(catalog.Problem, "another kind", catalog.P1, "2026-03-01 10:00", then{"2026-03-02 10:00", worked("2026-03-01", 7, "")}),
		incident("unsolved", catalog.P1, "2026-03-04 23:30"),
	}
	work := func(day string, minutes int, a catalog.Activity, r catalog.Role) ledger.Work {
		return ledger.Work{Day: date(day), Minutes: minutes, Activity: a, Role: r}
	}
	f := factsOf(tickets...)
	want := []ledger.Work{
		work("2026-03-01", 7, catalog.ProblemManagement, ""),
		work("2026-03-03", 5, catalog.ChangeManagement, "Dev"),
		work("2026-03-03", 45, catalog.IncidentManagement, "Dev"),
		work("2026-03-03", 20, catalog.IncidentManagement, "QA"),
	}
	if diff := cmp.Diff(want, f.Worked(100)); diff != "" {
		t.Error(diff)
	}
	if f.Minutes() != 77 {
		t.Errorf("%d minutes", f.Minutes())
	}
	half := f.Worked(50) // rounded half up, each record
	for i, want := range []int{4, 3, 23, 10} {
		if half[i].Minutes != want {
			t.Errorf("half of record %d: %d minutes", i, half[i].Minutes)
		}
	}

	assumed := replay.NewFacts(zone, &replay.Assumption{Source: "a guess", Minutes: guess(catalog.P1,
		replay.RoleMinutes{Role: "Dev", Minutes: 60}, replay.RoleMinutes{Role: "QA", Minutes: 10})})
	for _, one := range tickets {
		assumed.Add(one, end)
	}
	want = []ledger.Work{
		work("2026-03-04", 60, catalog.IncidentManagement, "Dev"),
		work("2026-03-04", 10, catalog.IncidentManagement, "QA"),
		work("2026-03-05", 60, catalog.IncidentManagement, "Dev"),
		work("2026-03-05", 10, catalog.IncidentManagement, "QA"),
	}
	if diff := cmp.Diff(want, assumed.Worked(100)); diff != "" {
		t.Error(diff)
	}
	if assumed.Worked(200)[0].Minutes != 120 {
		t.Error("twice the effort")
	}
}

// guess is what every incident of a priority takes.
func guess(p catalog.Priority, parts ...replay.RoleMinutes) (all [catalog.NumKinds][catalog.NumPriorities][]replay.RoleMinutes) {
	all[catalog.Incident][p] = parts
	return all
}
