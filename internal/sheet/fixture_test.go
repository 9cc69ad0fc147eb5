package sheet_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/sheet"
	"github.com/watchbill/watchbill/internal/wording"
)

// The tickets of these tests come in March 2026 in Amsterdam, where clocks go forward in the
// night of the 29th.
var (
	zone  = must(time.LoadLocation("Europe/Amsterdam"))
	first = at("2026-03-02 08:10")
	end   = at("2026-05-15 18:00")
)

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

// at is a wall time in Amsterdam as an instant.
func at(wall string) time.Time {
	return must(time.ParseInLocation("2006-01-02 15:04", wall, zone)).UTC()
}

// told is one ticket: what happened at which wall time.
type told struct {
	key      string
	priority catalog.Priority
	entries  []entry
}

type entry struct {
	wall string
	fact ticket.Fact
}

func (t told) ticket() replay.Ticket {
	one := replay.Ticket{Key: t.key}
	for i, e := range t.entries {
		by := ticket.Actor{ID: "ann", Party: catalog.Provider}
		if i == 0 {
			by = ticket.Actor{ID: "shop", Party: catalog.Client}
		}
		when := at(e.wall)
		one.Entries = append(one.Entries, ticket.Entry{At: when, Recorded: when, By: by, Fact: e.fact})
	}
	return one
}

func logged(p catalog.Priority) ticket.Fact {
	return ticket.Logged{Kind: catalog.Incident, Priority: p}
}

func worked(day string, minutes int) ticket.Fact {
	return ticket.Worked{Minutes: minutes, Role: catalog.Developer, Day: must(calendar.ParseDate(day))}
}

// history has something of everything: kept, late, open and not measurable clocks, a wait
// for the client, a reopening, a night, work, and a ticket that is never solved.
func history() []told {
	return []told{
		{"INC-1", catalog.P1, []entry{
			{"2026-03-02 09:10", logged(catalog.P1)},
			{"2026-03-02 09:30", ticket.Acknowledged{}},
			{"2026-03-02 12:00", ticket.Restored{}},
			{"2026-03-02 17:00", worked("2026-03-02", 300)},
			{"2026-03-04 12:00", ticket.Closed{}},
		}},
		{"INC-2", catalog.P1, []entry{
			{"2026-03-29 01:30", logged(catalog.P1)},
			{"2026-03-29 03:10", ticket.Acknowledged{}},
			{"2026-03-30 11:30", ticket.Restored{}},
			{"2026-03-30 12:00", worked("2026-03-30", 540)},
			{"2026-04-02 12:00", ticket.Closed{}},
		}},
		{"INC-3", catalog.P2, []entry{
			{"2026-03-10 10:00", logged(catalog.P2)},
			{"2026-03-10 10:20", ticket.Acknowledged{}},
			{"2026-03-10 15:00", ticket.Waits{For: catalog.Client}},
			{"2026-03-12 09:00", ticket.Resumed{}},
			{"2026-03-13 16:00", ticket.Restored{}},
			{"2026-03-16 10:00", ticket.Reopened{}},
			{"2026-03-17 12:00", ticket.Restored{}},
			{"2026-03-17 12:00", worked("2026-03-17", 2400)},
			{"2026-03-20 12:00", ticket.Closed{}},
		}},
		{"INC-4", catalog.P3, []entry{
			{"2026-04-07 16:00", logged(catalog.P3)},
			{"2026-04-07 16:00", ticket.NotShown{Target: contract.Response}},
			{"2026-04-08 11:00", ticket.Restored{}},
			{"2026-04-08 11:00", worked("2026-04-08", 2800)},
			{"2026-04-10 11:00", ticket.Closed{}},
		}},
		{"INC-5", catalog.P4, []entry{
			{"2026-04-20 09:00", logged(catalog.P4)},
			{"2026-04-21 09:00", ticket.Acknowledged{}},
			{"2026-04-24 09:00", worked("2026-04-24", 90)},
			{"2026-04-29 09:00", ticket.Closed{}},
		}},
		{"INC-6", catalog.P3, []entry{
			{"2026-05-15 16:30", logged(catalog.P3)},
			{"2026-05-15 17:00", ticket.Acknowledged{}},
		}},
	}
}

// some contracts of the seven: without promise, business hours, around the clock, dedicated.
func contracts(t *testing.T) []replay.Contract {
	t.Helper()
	all, err := contract.Standard("Europe/Amsterdam", "NL@1")
	if err != nil {
		t.Fatal(err)
	}
	var some []replay.Contract
	for i, s := range contract.Standards {
		switch s.Name() {
		case "fixed_capacity", "sla_hotfix gold", "sla_hotfix platinum", "managed_service gold":
			some = append(some, replay.Contract{Name: s.Name(), Terms: all[i]})
		}
	}
	return some
}

// priced are two contracts with a price: a cheap one of ten hours a month, and a dear one of
// forty.
func priced(t *testing.T) []replay.Contract {
	t.Helper()
	var all []replay.Contract
	for _, c := range []struct {
		name, hours, price string
	}{{"Small", "10", "100000"}, {"Large", "40", "250000"}} {
		d, faults := contract.Parse("c.yaml", []byte("client: Fietswereld\ncontract: "+c.name+`
template: sla_hotfix@1
tier: gold
version: 1
effective: 2026-01-01
zone: Europe/Amsterdam
calendars: {business: {holidays: [NL@1]}}
pools: {monthly: {carry: none, hours: `+c.hours+`}}
price: {currency: EUR, month: `+c.price+`, hour: {other: 9050}}
`))
		terms, more := contract.History([]*contract.Document{d})
		if faults = append(faults, more...); len(faults) > 0 {
			t.Fatal(faults)
		}
		all = append(all, replay.Contract{Name: c.name, Terms: terms})
	}
	return all
}

// compare holds tickets against contracts.
func compare(t *testing.T, tickets []told, contracts []replay.Contract, assumed *replay.Assumption) *replay.Comparison {
	t.Helper()
	facts := replay.NewFacts(zone, assumed)
	var tallies []*replay.Tally
	for _, c := range contracts {
		tallies = append(tallies, replay.NewTally(c))
	}
	for _, one := range tickets {
		facts.Add(one.ticket(), end)
		for _, tally := range tallies {
			tally.Add(one.ticket(), end)
		}
	}
	from, to := first, end
	for _, one := range tickets {
		if opened := at(one.entries[0].wall); opened.Before(from) {
			from = opened
		}
	}
	if len(tickets) == 0 {
		from, to = time.Time{}, time.Time{}
	}
	c, err := replay.Compare(tallies, facts, from, to)
	if err != nil {
		t.Fatal(err)
	}
	c.Source, c.Rows, c.Skipped = "shop.csv", 33, skipped(2)
	return c
}

// skipped are rows without the number of a ticket, and a last one with a day that is none.
func skipped(n int) []*fault.Fault {
	var faults []*fault.Fault
	for line := range n - 1 {
		faults = append(faults, fault.New(fault.Invalid, "history.id_missing", "column", "Ticket").
			At(fault.Position{File: "shop.csv", Line: 2 + line, Column: 1}))
	}
	return append(faults, fault.New(fault.Invalid, "history.number_invalid", "text", "many", "column", "Minutes").
		At(fault.Position{File: "shop.csv", Line: 1 + n, Column: 9}))
}

// unworked is the history without a word on work.
func unworked() []told {
	tickets := history()
	for i := range tickets {
		var kept []entry
		for _, e := range tickets[i].entries {
			if _, ok := e.fact.(ticket.Worked); !ok {
				kept = append(kept, e)
			}
		}
		tickets[i].entries = kept
	}
	return tickets
}

// quick are tickets that every contract keeps: what tells contracts apart is their hours.
func quick() []told {
	var tickets []told
	for day := 2; day < 28; day++ {
		date := fmt.Sprintf("2026-04-%02d", day)
		tickets = append(tickets, told{fmt.Sprintf("INC-%d", day), catalog.P3, []entry{
			{date + " 10:00", logged(catalog.P3)},
			{date + " 10:05", ticket.Acknowledged{}},
			{date + " 10:45", ticket.Restored{}},
			{date + " 11:00", ticket.Closed{}},
		}})
	}
	return tickets
}

// problems are tickets of a kind that no standard contract has targets for: two of an old
// year, of which one is solved long after, and one of this year.
func problems() []told {
	problem := ticket.Logged{Kind: catalog.Problem, Priority: catalog.P2}
	return []told{
		{"PRB-1", catalog.P2, []entry{
			{"2024-11-05 10:00", problem},
			{"2024-12-24 10:00", ticket.RootCausePublished{}},
			{"2024-12-24 11:00", ticket.Closed{}},
		}},
		{"PRB-2", catalog.P2, []entry{{"2024-11-06 10:00", problem}, {"2026-03-02 10:00", ticket.Closed{}}}},
		{"PRB-3", catalog.P2, []entry{{"2026-03-10 10:00", problem}, {"2026-03-10 11:00", ticket.Acknowledged{}}}},
	}
}

// assume says how many minutes every P3 takes.
func assume(minutes int) *replay.Assumption {
	a := &replay.Assumption{Source: "effort.yaml"}
	a.Minutes[catalog.Incident][catalog.P3] = []replay.RoleMinutes{{Minutes: minutes}}
	return a
}

// assumeProblems says how many minutes every problem of P2 takes.
func assumeProblems(minutes int) *replay.Assumption {
	a := &replay.Assumption{Source: "effort.yaml"}
	a.Minutes[catalog.Problem][catalog.P2] = []replay.RoleMinutes{{Minutes: minutes}}
	return a
}

func write(t *testing.T, c *replay.Comparison, format sheet.Format, l wording.Language) string {
	t.Helper()
	var out bytes.Buffer
	if err := sheet.Write(&out, format, c, wording.In(l)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}
