package replay_test

import (
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// The tickets of these tests come in March 2026 in Amsterdam. The 2nd is a Monday, and clocks
// go forward in the night of Sunday the 29th.
var (
	zone = must(time.LoadLocation("Europe/Amsterdam"))
	end  = at("2026-04-30 18:00")
)

// shop promises P1 day and night and P2 in office hours, measures P3, and says nothing of P4.
const shop = `client: Fietswereld
template: sla_hotfix@1
tier: gold
version: 1
effective: 2026-01-01
zone: Europe/Amsterdam
calendars: {business: {week: "Mon-Fri 09:00-17:00", holidays: [2026-03-11 Anniversary]}}
options: {p1_24x7: true}
targets:
  incident:
    P1: {respond: 30m, update: none, answer: none, restore: 4h, resolve: none, root_cause: none, goal: 90, warn: []}
    P2: {respond: 1h, update: none, answer: none, restore: 8h, resolve: none, root_cause: none, goal: 80, warn: [75]}
    P3: {respond: 2h, update: none, answer: none, restore: 16h, resolve: none, root_cause: none, promise: kpi, goal: 50, warn: []}
    P4: none
pools:
  monthly: {hours: 10}
`

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

func date(text string) calendar.Date { return must(calendar.ParseDate(text)) }

// terms reads the versions of a contract.
func terms(t *testing.T, sources ...string) contract.Terms {
	t.Helper()
	var documents []*contract.Document
	for _, source := range sources {
		d, faults := contract.Parse("c.yaml", []byte(source))
		if len(faults) > 0 {
			t.Fatalf("%v\nin\n%s", faults, source)
		}
		documents = append(documents, d)
	}
	versions, faults := contract.History(documents)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return versions
}

// named is a contract with one version: shop with some of its text replaced.
func named(t *testing.T, name string, oldNew ...string) replay.Contract {
	t.Helper()
	return replay.Contract{Name: name, Terms: terms(t, replaced(oldNew...))}
}

func replaced(oldNew ...string) string { return strings.NewReplacer(oldNew...).Replace(shop) }

// then is one thing that happened at a wall time.
type then struct {
	wall string
	fact ticket.Fact
}

// incident is an incident that was logged at a wall time, and what happened to it.
func incident(key string, p catalog.Priority, wall string, more ...then) replay.Ticket {
	return of(catalog.Incident, key, p, wall, more...)
}

func of(kind catalog.Kind, key string, p catalog.Priority, wall string, more ...then) replay.Ticket {
	t := replay.Ticket{Key: key}
	for _, e := range append([]then{{wall, ticket.Logged{Kind: kind, Priority: p}}}, more...) {
		when := at(e.wall)
		t.Entries = append(t.Entries, ticket.Entry{At: when, Recorded: when, By: ticket.Actor{ID: "ann"}, Fact: e.fact})
	}
	return t
}

func tally(c replay.Contract, tickets ...replay.Ticket) *replay.Tally {
	t := replay.NewTally(c)
	for _, one := range tickets {
		t.Add(one, end)
	}
	return t
}

func worked(day string, minutes int, role catalog.Role) ticket.Fact {
	return ticket.Worked{Day: date(day), Minutes: minutes, Role: role}
}
