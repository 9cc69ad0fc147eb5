package sample

import (
	"strconv"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
)

// States of the file.
const (
	stateNew        = "new"
	stateWorking    = "working"
	stateClient     = "waiting for client"
	stateThirdParty = "waiting for third party"
	stateRestored   = "restored"
	stateClosed     = "closed"
)

// team does a part of the work.
type team struct {
	name   string
	people int
	role   catalog.Role
}

var teams = []team{
	{"service desk", 6, catalog.Developer},
	{"platform", 5, catalog.Developer},
	{"checkout", 4, catalog.Developer},
	{"integrations", 3, catalog.SolutionArchitect},
	{"quality", 2, catalog.QualityAnalyst},
}

// life is one ticket from its opening to its closing.
type life struct {
	dice
	zone  *time.Location
	yield func(Row) bool
	row   Row
	now   int64 // unix seconds
	team  int
	ended bool // the reader wants no more
}

func (l *life) run(opened int64) bool {
	l.now = opened
	l.row.Opened = l.local()
	l.classify()
	l.row.Actor = "portal"
	if h := l.row.Opened.Hour(); h < 7 || h >= 23 || l.percent(15) {
		l.row.Actor = "monitoring"
	}
	l.write(stateNew, 0)
	l.respond()
	l.handOver(0)
	l.write(stateWorking, l.between(2, 12))
	l.work()
	l.write(stateRestored, l.effort())
	if l.percent(4) {
		l.pass(l.between(60, 40*60), true)
		l.write(stateWorking, 0)
		l.pass(l.target(), l.urgent())
		l.write(stateRestored, l.effort())
	}
	l.pass(l.between(3*600, 5*600), false)
	l.row.Actor = "desk rules"
	l.write(stateClosed, 0)
	return !l.ended
}

func (l *life) local() time.Time { return time.Unix(l.now, 0).In(l.zone) }

func (l *life) write(state string, minutes int) {
	if l.ended {
		return
	}
	l.row.State, l.row.Changed, l.row.Minutes = state, l.local(), minutes
	l.row.Role = ""
	if minutes > 0 {
		l.row.Role = teams[l.team].role
	}
	l.ended = !l.yield(l.row)
}

// grades are impact and urgency that give a priority.
var grades = [...][][2]uint8{
	catalog.P1: {{1, 1}, {1, 2}, {2, 1}},
	catalog.P2: {{1, 3}, {2, 2}, {3, 1}},
	catalog.P3: {{2, 3}, {3, 2}, {3, 3}},
	catalog.P4: {{3, 4}, {4, 3}, {4, 4}},
}

// classify draws a priority. What comes in the night is a monitor's, and worse.
func (l *life) classify() {
	limits := [...]int{2, 12, 70}
	if h := l.row.Opened.Hour(); h < 7 || h >= 23 {
		limits = [...]int{9, 30, 75}
	}
	n := l.between(0, 100)
	priority := catalog.P4
	for i, limit := range limits {
		if n < limit {
			priority = catalog.Priority(i + 1)
			break
		}
	}
	l.grade(priority)
}

func (l *life) grade(p catalog.Priority) {
	pair := grades[p][l.between(0, len(grades[p]))]
	l.row.Priority, l.row.Impact, l.row.Urgency = p, catalog.Impact(pair[0]), catalog.Urgency(pair[1])
}

// urgent tickets are worked on at any hour.
func (l *life) urgent() bool { return l.row.Priority <= catalog.P2 }

// respond lets time pass until somebody takes the ticket up. One in twelve waits far too
// long.
func (l *life) respond() {
	minutes := [...]int{catalog.P1: 25, catalog.P2: 70, catalog.P3: 300, catalog.P4: 700}[l.row.Priority]
	wait := l.between(1, minutes)
	if l.percent(8) {
		wait = l.between(minutes, minutes*4)
	}
	l.pass(wait, l.urgent())
}

// target is the time until the next step of the work, in minutes.
func (l *life) target() int {
	minutes := [...]int{catalog.P1: 170, catalog.P2: 420, catalog.P3: 1200, catalog.P4: 2600}[l.row.Priority]
	return l.between(minutes/20, minutes)
}

func (l *life) effort() int {
	return 15 * l.between(1, [...]int{catalog.P1: 25, catalog.P2: 15, catalog.P3: 8, catalog.P4: 5}[l.row.Priority])
}

func (l *life) handOver(to int) {
	l.team = to
	l.row.Team = teams[to].name
	l.row.Assignee = l.row.Team + " " + strconv.Itoa(l.between(1, teams[to].people+1))
	l.row.Actor = l.row.Assignee
}

// work goes on until the service works again: perhaps another team, another priority,
// somebody to wait for, once or twice.
func (l *life) work() {
	if l.percent(55) {
		l.pass(l.target()/4+1, l.urgent())
		l.handOver(l.between(1, len(teams)))
		l.write(stateWorking, l.between(5, 30))
	}
	if l.percent(3) && l.row.Priority > catalog.P1 {
		l.pass(l.between(5, 120), l.urgent())
		l.grade(l.row.Priority - 1)
		l.write(stateWorking, 0)
	}
	for round := 0; round < 3 && l.percent([...]int{40, 25, 20}[round]); round++ {
		l.pass(l.target()/2+1, l.urgent())
		state := stateClient
		if l.percent(30) {
			state = stateThirdParty
		}
		l.write(state, l.effort()/2+1)
		l.pass(l.between(30, 3000), l.row.Priority == catalog.P1)
		l.write(stateWorking, 0)
	}
	l.pass(l.target(), l.urgent())
}

// Office hours of the desk, local.
const opens, shuts = 8, 18

// pass lets minutes go by: of the clock, or of office hours on weekdays.
func (l *life) pass(minutes int, aroundTheClock bool) {
	left := int64(minutes) * 60
	if aroundTheClock {
		l.now += left
		return
	}
	for {
		t := l.local()
		open := time.Date(t.Year(), t.Month(), t.Day(), opens, 0, 0, 0, l.zone).Unix()
		shut := time.Date(t.Year(), t.Month(), t.Day(), shuts, 0, 0, 0, l.zone).Unix()
		weekday := t.Weekday() != time.Saturday && t.Weekday() != time.Sunday
		start := max(l.now, open)
		if weekday && start+left <= shut {
			l.now = start + left
			return
		}
		if weekday && start < shut {
			left -= shut - start
		}
		l.now = time.Date(t.Year(), t.Month(), t.Day()+1, opens, 0, 0, 0, l.zone).Unix()
	}
}
