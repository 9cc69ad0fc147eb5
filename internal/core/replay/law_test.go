package replay_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/watch"
)

// The laws are held against 200 histories each unless -rapid.checks says another number, 30
// in a short run.
func TestMain(m *testing.M) {
	flag.Parse()
	chosen := false
	flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "rapid.checks" })
	if !chosen {
		checks := "200"
		if testing.Short() {
			checks = "30"
		}
		if err := flag.Set("rapid.checks", checks); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

// amended is shop with a second version that reaches open tickets.
func amended(t *testing.T) replay.Contract {
	t.Helper()
	return replay.Contract{Name: "amended", Terms: terms(t, shop, replaced(
		"version: 1", "version: 2\nopen_tickets: retroactive", "2026-01-01", "2026-03-05", "restore: 8h", "restore: 3h",
		"goal: 80", "goal: 85"))}
}

const minutesOfDay = 24 * 60

// drawTicket is an incident of a week in March to which anything may happen; some facts are
// reported late.
func drawTicket(t *rapid.T, key string) replay.Ticket {
	start := at("2026-03-02 00:00")
	now := rapid.IntRange(0, 7*minutesOfDay).Draw(t, "logged")
	opened := now
	one := replay.Ticket{Key: key}
	add := func(at, recorded int, f ticket.Fact) {
		minute := func(m int) time.Time { return start.Add(time.Duration(m) * time.Minute) }
		one.Entries = append(one.Entries, ticket.Entry{
			At: minute(at), Recorded: minute(recorded), By: ticket.Actor{ID: "ann"}, Fact: f,
		})
	}
	priority := rapid.SampledFrom([]catalog.Priority{catalog.P1, catalog.P2, catalog.P3, catalog.P4})
	add(now, now, ticket.Logged{Kind: catalog.Incident, Priority: priority.Draw(t, "priority")})
	for range rapid.IntRange(0, 7).Draw(t, "facts") {
		now += rapid.IntRange(0, rapid.SampledFrom([]int{30, 300, 2 * minutesOfDay}).Draw(t, "at most")).Draw(t, "later")
		fact := rapid.SampledFrom([]ticket.Fact{
			ticket.Acknowledged{},
			ticket.Replied{},
			ticket.Wrote{},
			ticket.Waits{For: catalog.Client},
			ticket.Resumed{},
			ticket.Restored{},
			ticket.Resolved{},
			ticket.Closed{},
			ticket.Reopened{},
			ticket.RootCausePublished{},
			ticket.Classified{Priority: priority.Draw(t, "new priority")},
			ticket.NotShown{Target: contract.Response},
			ticket.NotShown{Target: contract.RootCause},
			ticket.Merged{Into: "INC-0"},
			ticket.Worked{Day: calendar.DateOf(start.Add(time.Duration(now)*time.Minute), zone), Minutes: 45},
		}).Draw(t, "fact")
		at := now
		if rapid.IntRange(0, 4).Draw(t, "reported late") == 0 {
			at = max(opened, now-rapid.IntRange(0, minutesOfDay).Draw(t, "by"))
		}
		add(at, now, fact)
	}
	return one
}

func drawTickets(t *rapid.T) []replay.Ticket {
	var all []replay.Ticket
	for i := range rapid.IntRange(0, 14).Draw(t, "tickets") {
		all = append(all, drawTicket(t, fmt.Sprintf("INC-%02d", i)))
	}
	return all
}

// sameTally compares what two tallies have counted.
var sameTally = cmp.Options{
	cmpopts.IgnoreUnexported(replay.Tally{}), cmp.AllowUnexported(replay.Nights{}), cmpopts.EquateEmpty(),
	cmp.Comparer(func(a, b contract.Terms) bool { return len(a) == len(b) && a[0] == b[0] }),
	cmp.Comparer(func(a, b replay.Case) bool {
		return a.Ticket.Key == b.Ticket.Key && a.Clock == b.Clock
	}),
}

// Tickets may be spread over any number of tallies and facts, and added in any order: merged
// they are the same as one that was given all.
//
// Seen red with each of: Merge that forgets the pages of a night that both have; the goal of
// whoever comes last; worst cases of the other tally appended instead of put in their place;
// facts that forget the other's unsolved tickets.
func TestMergingIsAdding(t *testing.T) {
	t.Parallel()
	c := amended(t)
	rapid.Check(t, func(t *rapid.T) {
		tickets := drawTickets(t)
		all, facts := tally(c, tickets...), factsOf(tickets...)
		parts := rapid.IntRange(1, 4).Draw(t, "parts")
		tallies := make([]*replay.Tally, parts)
		some := make([]*replay.Facts, parts)
		for i := range parts {
			tallies[i], some[i] = tally(c), factsOf()
		}
		for _, one := range rapid.Permutation(tickets).Draw(t, "order") {
			i := rapid.IntRange(0, parts-1).Draw(t, "part")
			tallies[i].Add(one, end)
			some[i].Add(one, end)
		}
		for i := range parts - 1 {
			tallies[parts-1].Merge(tallies[i])
			some[parts-1].Merge(some[i])
		}
		if diff := cmp.Diff(all, tallies[parts-1], sameTally); diff != "" {
			t.Fatal(diff)
		}
		if diff := cmp.Diff(told(facts), told(some[parts-1])); diff != "" {
			t.Fatal(diff)
		}
	})
}

// The cases that are kept are the worst of all: promises first, then most over.
//
// Seen red with: cases compared by how much is left instead of over; key figures not behind.
func TestWorstOfAll(t *testing.T) {
	t.Parallel()
	c := named(t, "shop")
	rapid.Check(t, func(t *rapid.T) {
		tickets := drawTickets(t)
		late := [2][]time.Duration{}
		for _, one := range tickets {
			for _, w := range tally(c, one).Worst {
				late[w.Clock.Promise] = append(late[w.Clock.Promise], w.Over())
			}
		}
		var want, got []string
		for promise, over := range late {
			slices.Sort(over)
			for _, d := range slices.Backward(over) {
				want = append(want, fmt.Sprint(promise, d))
			}
		}
		for _, w := range tally(c, rapid.Permutation(tickets).Draw(t, "order")...).Worst {
			got = append(got, fmt.Sprint(int(w.Clock.Promise), w.Over()))
		}
		if diff := cmp.Diff(want[:min(len(want), replay.KeepWorst)], got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

// A replay decides the same entries as a desk that was told the same facts one by one and
// looked at the ticket whenever it pleased.
//
// Seen red with: Run settling at the end only (nothing is decided between two facts).
func TestReplayDecidesAsTheDesk(t *testing.T) {
	t.Parallel()
	c := amended(t)
	rapid.Check(t, func(t *rapid.T) {
		one := drawTicket(t, "INC-1")
		looks := rapid.SliceOfN(rapid.IntRange(0, 30*minutesOfDay*60), 0, 15).Draw(t, "looks, in seconds")
		slices.Sort(looks)
		var tl ticket.Timeline
		desk := watch.Of(c.Terms, &tl)
		look := func(until time.Time) {
			for len(looks) > 0 {
				now := at("2026-03-02 00:00").Add(time.Duration(looks[0]) * time.Second)
				if now.After(until) {
					return
				}
				looks = looks[1:]
				if tl.Len() > 0 {
					desk.Settle(now)
				}
			}
		}
		for command := range watch.Commands(one.Entries) {
			look(command[0].Recorded)
			desk.Record(command[0].Recorded, command...)
		}
		look(end)
		desk.Settle(end)
		var r replay.Replayer
		if diff := cmp.Diff(said(&tl), said(r.Run(one, c.Terms, end))); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Of a ticket that has ended no clock ever reads differently, under whatever contract, and
// whatever its contract is amended to.
//
// Seen red with each of: closed being enough, though the root cause is awaited; a reopening
// that was recorded before a closing that happened before it.
func TestEndedIsForEver(t *testing.T) {
	t.Parallel()
	standard, err := contract.Standard("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	contracts := []replay.Contract{amended(t)}
	for _, some := range standard {
		contracts = append(contracts, replay.Contract{Name: "standard", Terms: some})
	}
	rapid.Check(t, func(t *rapid.T) {
		one := drawTicket(t, "INC-1")
		last := one.Entries[len(one.Entries)-1].Recorded
		for _, f := range rapid.SampledFrom([][]ticket.Fact{
			{},
			{ticket.Closed{}},
			{ticket.RootCausePublished{}, ticket.Closed{}},
			{ticket.RootCausePublished{}, ticket.Closed{}, ticket.Wrote{}},
			{ticket.RootCausePublished{}, ticket.Reopened{}, ticket.Closed{}},
		}).Draw(t, "in the end") {
			last = last.Add(time.Hour)
			late := time.Duration(rapid.SampledFrom([]int{0, 90}).Draw(t, "reported late by")) * time.Minute
			one.Entries = append(one.Entries, ticket.Entry{At: last.Add(-late), Recorded: last, Fact: f})
		}
		if !one.Ended() {
			return
		}
		c := rapid.SampledFrom(contracts).Draw(t, "contract")
		early, late := replay.NewTally(c), replay.NewTally(c)
		early.Add(one, last)
		late.Add(one, end.AddDate(5, 0, 0))
		if diff := cmp.Diff(late, early, sameTally); diff != "" {
			t.Fatal(diff)
		}
	})
}

// said lists entries without when they were recorded.
func said(tl *ticket.Timeline) []string {
	var all []string
	for _, e := range tl.Entries() {
		all = append(all, fmt.Sprintf("%s %s %+v", e.At.Format(time.RFC3339Nano), e.Fact.Name(), e.Fact))
	}
	return all
}
