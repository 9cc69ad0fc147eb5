package app

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/watch"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// TestFidelity is the law that live desk and replay are one engine: what was recorded on a
// real database, by a worker that was down at random, equals the replay of the reported
// entries, entry for entry; all but Recorded of the decided ones.
//
// It was seen red with each of two planted faults: see docs/store.md.
func TestFidelity(t *testing.T) {
	t.Parallel()
	s := storetest.SQLite(t)
	clients := 0
	rapid.Check(t, func(t *rapid.T) {
		clients++
		l := &liveDesk{T: t, app: &App{store: s}, client: fmt.Sprintf("client %d", clients), now: monday}
		s.Now = func() time.Time { return l.now }
		l.open()
		for range rapid.IntRange(2, 24).Draw(t, "steps") {
			l.pass()
			switch rapid.IntRange(0, 9).Draw(t, "step") {
			case 0, 1:
				l.settle()
			case 2:
				l.amend()
			case 3:
				l.verify()
			default:
				l.report()
			}
		}
		l.now = l.latest.Add(72 * time.Hour)
		l.settle()
		l.compare()
		l.verify()
	})
}

var monday = time.Date(2026, 3, 2, 7, 30, 0, 0, time.UTC)

// liveDesk is a desk with one ticket, whose clock a test moves.
type liveDesk struct {
	*rapid.T
	app    *App
	client string // name
	id     string
	key    string
	now    time.Time
	latest time.Time // that the clock showed
	next   int       // number of the next version
	day    calendar.Date
	kept   []*contract.Document
}

var (
	operator = access.Actor{ID: "op", Role: access.Operator, Scope: access.Everything()}
	worker   = access.Actor{ID: "w", Role: access.Worker, Scope: access.Everything()}
	agent    = access.Actor{ID: "a", Role: access.Agent, Scope: access.Everything()}
)

func (l *liveDesk) must(err error) {
	l.Helper()
	if err != nil {
		l.Fatalf("at %v: %v", l.now, err)
	}
}

// open takes on a client with a contract and logs a ticket.
func (l *liveDesk) open() {
	id, err := l.app.CreateClient(l.Context(), operator, l.client)
	l.must(err)
	l.id, l.day = id, calendar.Date{Year: 2026, Month: time.January, Day: 1}
	l.amend()
	l.day = calendar.DateOf(monday, time.UTC)
	l.key, err = l.app.logTicket(l.Context(), agent, id, "support", report{By: anyone(l.T), Fact: ticket.Logged{
		Kind:     rapid.SampledFrom([]catalog.Kind{catalog.Incident, catalog.Incident, catalog.Problem}).Draw(l.T, "kind"),
		Priority: anyPriority(l.T),
	}})
	l.must(err)
}

// pass lets time go by. Now and then another machine with a slower clock takes over.
func (l *liveDesk) pass() {
	unit := rapid.SampledFrom([]time.Duration{0, time.Millisecond, time.Minute, time.Hour, 24 * time.Hour}).Draw(l.T, "unit")
	step := time.Duration(rapid.IntRange(1, 40).Draw(l.T, "by")) * unit
	if unit == 24*time.Hour {
		step /= 10
	}
	if unit <= time.Minute && rapid.IntRange(0, 7).Draw(l.T, "back") == 0 {
		step = -step
	}
	l.now = l.now.Add(step)
	if l.now.After(l.latest) {
		l.latest = l.now
	}
}

func (l *liveDesk) settle() {
	// Its own client only, since the database keeps those of all drawn cases.
	_, err := l.app.Settle(l.Context(), access.Actor{ID: "w", Role: access.Worker, Scope: access.Only(l.id)})
	l.must(err)
}

// amend adds the next version of the contract, with effect from some day on. One that would
// change what was decided is refused, and then is no part of the contract.
func (l *liveDesk) amend() {
	day := l.day
	if l.next > 0 {
		day = l.day.AddDays(rapid.IntRange(1, 4).Draw(l.T, "days"))
	}
	d := anyContract(l.T, l.client, l.next+1, day)
	err := l.app.AddContractVersion(l.Context(), operator, l.id, d)
	if isFault(err, CodeSettledPast) {
		return
	}
	l.must(err)
	l.next, l.day = l.next+1, day
	l.kept = append(l.kept, d)
}

// report records one or two things that happened, some of them some time ago.
func (l *liveDesk) report() {
	var all []report
	for range rapid.IntRange(1, 2).Draw(l.T, "reports") {
		r := report{By: anyone(l.T), Fact: anyReport(l.T, l.now), Text: rapid.SampledFrom([]string{"", "hello"}).Draw(l.T, "text")}
		if rapid.IntRange(0, 3).Draw(l.T, "late") == 0 {
			r.At = l.now.Add(-time.Duration(rapid.IntRange(1, 3000).Draw(l.T, "minutes late")) * time.Minute)
			if r.At.Before(monday) {
				r.At = monday // when the ticket was logged
			}
		}
		all = append(all, r)
	}
	l.must(l.app.record(l.Context(), agent, access.RecordEntries, l.id, l.key, all...))
}

// verify finds nothing wrong, whatever the worker has left undone.
func (l *liveDesk) verify() {
	actor := access.Actor{ID: "op", Role: access.Operator, Scope: access.Only(l.id)}
	_, err := l.app.Verify(l.Context(), actor, func(d Difference) { l.Errorf("%s: %v", d.Key, d.Reason) })
	l.must(err)
}

// compare holds what was kept against the replay of what was reported.
func (l *liveDesk) compare() {
	var live []ticket.Entry
	l.must(l.app.read(l.Context(), worker, access.SettleTickets, func(tx *store.Tx) error {
		c, err := tx.Client(l.id)
		if err != nil {
			return err
		}
		s, err := c.Ticket(l.key)
		if err != nil {
			return err
		}
		live, err = c.Entries(s.ID)
		return err
	}))
	terms, faults := contract.History(l.kept)
	l.must(faults.Err())
	k := watch.Case{Terms: terms, Timeline: ticket.NewTimeline()}
	for command := range watch.Commands(live) {
		k.Record(command[0].Recorded, command...)
	}
	k.Settle(l.now)
	if diff := cmp.Diff(told(k.Timeline.Entries()), told(live)); diff != "" {
		l.Fatalf("- replayed, + live:\n%s", diff)
	}
	for i := 1; i < len(live); i++ {
		if live[i].Recorded.Before(live[i-1].Recorded) {
			l.Fatalf("entry %d was recorded before the one before it", i+1)
		}
	}
}

// told writes entries one a line, without Recorded of the decided ones.
func told(entries []ticket.Entry) []string {
	var lines []string
	for _, e := range entries {
		line := fmt.Sprintf("%s %s %s", e.At.Format(time.RFC3339Nano), e.Fact.Name(), ticket.EncodeFact(e.Fact))
		if !e.Decided() {
			line += fmt.Sprintf(" by %+v, recorded %s", e.By, e.Recorded.Format(time.RFC3339Nano))
		}
		lines = append(lines, line)
	}
	return lines
}

func anyPriority(t *rapid.T) catalog.Priority {
	return catalog.Priority(rapid.IntRange(int(catalog.P1), int(catalog.P4)).Draw(t, "priority"))
}

func anyone(t *rapid.T) ticket.Actor {
	return rapid.SampledFrom([]ticket.Actor{
		{ID: "p1", Party: catalog.Provider},
		{ID: "p1", Party: catalog.Provider},
		{ID: "c1", Party: catalog.Client},
		{Party: catalog.Provider, Automated: true},
	}).Draw(t, "by")
}

// anyReport draws a fact. No workflow stands in the way: the law holds for any timeline.
func anyReport(t *rapid.T, now time.Time) ticket.Fact {
	target := contract.TargetKind(rapid.IntRange(0, contract.NumTargets-1).Draw(t, "target"))
	return rapid.SampledFrom([]ticket.Fact{
		ticket.Acknowledged{},
		ticket.Replied{},
		ticket.Replied{},
		ticket.Wrote{},
		ticket.Noted{},
		ticket.Waits{For: catalog.Client},
		ticket.Waits{For: catalog.ThirdParty},
		ticket.Resumed{},
		ticket.Resumed{},
		ticket.Classified{Priority: anyPriority(t)},
		ticket.Classified{Priority: anyPriority(t)},
		ticket.Restored{Workaround: true},
		ticket.Resolved{},
		ticket.Closed{},
		ticket.Reopened{},
		ticket.Reopened{},
		ticket.DueAgreed{Target: target, Due: now.Add(time.Duration(rapid.IntRange(-60, 3000).Draw(t, "due")) * time.Minute)},
		ticket.DueWithdrawn{Target: target},
		ticket.RootCausePublished{},
		ticket.NotShown{Target: target},
		ticket.Escalated{Level: catalog.L3},
		ticket.Merged{Into: "INC-000009"},
		ticket.Worked{Minutes: 30, Activity: "incident_management", Role: catalog.Developer, Day: calendar.DateOf(now, time.UTC)},
	}).Draw(t, "fact")
}

// anyContract draws a version of a contract.
func anyContract(t *rapid.T, client string, number int, effective calendar.Date) *contract.Document {
	pick := func(what string, words ...string) string { return rapid.SampledFrom(words).Draw(t, what) }
	d, faults := contract.Parse("contract.yaml", []byte(strings.Join([]string{
		"client: " + client,
		"contract: support",
		"template: " + pick("template", "sla_hotfix@1", "managed_service@1", "sla_critical_dedicated@1"),
		"tier: " + pick("tier", "gold", "platinum"),
		fmt.Sprintf("version: %d", number),
		"effective: " + effective.String(),
		"zone: Europe/Amsterdam",
		"open_tickets: " + pick("open tickets", "keep", "forward", "retroactive"),
		"priority_change: " + pick("priority change", "forward", "retroactive"),
		"calendars: {business: {holidays: [2026-03-04 Inventory]}}",
		"backdate_max: 60wd",
	}, "\n")))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return d
}

// TestAmendmentsNeverChangeWhatWasDecided shows the one amendment that is refused.
func TestAmendmentsNeverChangeWhatWasDecided(t *testing.T) {
	t.Parallel()
	s := storetest.SQLite(t)
	now := monday
	s.Now = func() time.Time { return now }
	a := &App{store: s}
	id, err := a.CreateClient(t.Context(), operator, "Anker")
	if err != nil {
		t.Fatal(err)
	}
	version := func(number int, from string) error {
		d, faults := contract.Parse("c.yaml", fmt.Appendf(nil,
			"client: Anker\ncontract: support\ntemplate: sla_hotfix@1\ntier: gold\nversion: %d\neffective: %s\nzone: UTC\ncalendars: {business: {holidays: [2026-12-25]}}\n",
			number, from))
		if len(faults) > 0 {
			return faults
		}
		return a.AddContractVersion(t.Context(), operator, id, d)
	}
	err = version(1, "2026-01-01")
	_, more := a.logTicket(t.Context(), agent, id, "support", report{Fact: ticket.Logged{Kind: catalog.Incident, Priority: catalog.P2}})
	if err := errors.Join(err, more); err != nil {
		t.Fatal(err)
	}
	if err := version(2, "2026-03-02"); !isFault(err, CodeSettledPast) {
		t.Errorf("with effect from the morning of a ticket: got %v", err)
	}
	if err := version(2, "2026-03-03"); err != nil {
		t.Errorf("with effect from tomorrow: %v", err)
	}
}
