// Package contract holds what a client bought: versions with effective dates, and in each
// version the targets, calendars, pause rules, capacity and parties.
//
// A version is fully expanded: nothing outside it changes what it promises.
package contract

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// TargetKind names what is promised about a ticket.
type TargetKind uint8

// The kinds of target. Next update has two: the cadence of our own updates, and the
// answer to each message of the client.
const (
	Response TargetKind = iota
	UpdateCadence
	UpdateAnswer
	Restoration
	Resolution
	RootCause
)

// NumTargets bounds arrays indexed by TargetKind.
const NumTargets = int(RootCause) + 1

var targetNames = words{
	"response", "update_cadence", "update_answer", "restoration", "resolution", "root_cause",
}

// String returns the word of files and the API.
func (k TargetKind) String() string { return targetNames[k] }

// MarshalText writes the word.
func (k TargetKind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the word; it fails with catalog.CodeUnknownWord.
func (k *TargetKind) UnmarshalText(text []byte) error { return targetNames.read(text, (*uint8)(k)) }

// Mode is what a change of priority or contract does to the clocks of a ticket that is open.
type Mode uint8

// The modes of a change.
const (
	// Keep leaves the ticket under the terms that it had.
	Keep Mode = iota
	// Forward keeps the seconds that were counted; the new calendar adds to them from the
	// change on, and the new target is compared with the sum. Due is never before the change.
	Forward
	// Retroactive judges the ticket from its start as if the new terms had always been in
	// force. Due may lie before the change.
	Retroactive
)

// Promise tells whether a target binds.
type Promise uint8

// A service level binds: it warns, breaches and escalates. A key figure runs the same
// clock but does none of these; reports show it apart.
const (
	SLA Promise = iota
	KPI
)

var promiseNames = words{"sla", "kpi"}

// String returns the word of files and the API.
func (p Promise) String() string { return promiseNames[p] }

// MarshalText writes the word.
func (p Promise) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads the word; it fails with catalog.CodeUnknownWord.
func (p *Promise) UnmarshalText(text []byte) error { return promiseNames.read(text, (*uint8)(p)) }

// Target is a duration on a calendar.
type Target struct {
	// Open is the open time that may pass. It is not used when WorkDays is set.
	Open time.Duration
	// WorkDays, when above zero, puts due at the close of the n-th local date on which the
	// clock counted; the start date counts if opening time remains.
	WorkDays     int
	Calendar     *calendar.Calendar
	CalendarName string // its name in the contract, for reasons
	Promise      Promise
	Goal         float64 // percent to be kept per period, 0 when the contract names none
	Warn         []int   // percents of the target at which to warn, rising
	Credit       int     // percent of the monthly price for a period below the goal
	Clause       fault.Position
}

// Version is one version of a contract, in the shape that the rules read.
type Version struct {
	Number    int
	Effective time.Time // the first instant at which it rules
	// OpenTickets says what this version does to tickets that were open when it took effect.
	OpenTickets Mode
	// PriorityChange says what a change of priority does: Forward or Retroactive.
	PriorityChange Mode
	// Targets by ticket kind and priority; nil where nothing is promised or measured.
	Targets [catalog.NumKinds][catalog.NumPriorities][NumTargets]*Target
	// Pauses names, per kind of target, the parties whose turn stops the clock.
	Pauses [NumTargets]catalog.Parties
	// Priorities gives the priority of impact and urgency, each 1 to 4.
	Priorities [5][5]catalog.Priority
	// Levels names the party that owns each level.
	Levels [5]catalog.Party
	// Matrix names the parties of each activity in scope.
	Matrix map[catalog.Activity]Parties

	// Name tells the contract from others, for reasons and reports; Zone is where its dates
	// begin and its periods end.
	Name  string
	Model Model
	Tier  Tier
	Zone  *time.Location
	// Capacity is what the version says about hours and money.
	Capacity Capacity
	// BackdateMax is how far back an entry may be dated.
	BackdateMax Span
}

// Span is a length of time on a calendar: open time, or a number of working days.
type Span struct {
	Open     time.Duration
	WorkDays int
	Calendar *calendar.Calendar
}

// Parties are who answers for an activity and who does it, and at which level.
type Parties struct {
	Level       catalog.Level
	Accountable catalog.Party
	Responsible catalog.Parties
}

// Target returns the target, nil when the version has none.
func (v *Version) Target(k catalog.Kind, p catalog.Priority, t TargetKind) *Target {
	return v.Targets[k][p][t]
}

// PriorityOf returns the priority of an impact and an urgency, 0 when either is not said.
func (v *Version) PriorityOf(i catalog.Impact, u catalog.Urgency) catalog.Priority {
	return v.Priorities[i][u]
}

// Terms are the versions of one contract, in order of effect. There is at least one.
type Terms []*Version

// At returns the version in force at an instant. Before the first version the first one
// rules: a ticket that is older than its contract is judged by the earliest terms there are.
func (t Terms) At(at time.Time) *Version {
	ruling := t[0]
	for _, v := range t[1:] {
		if v.Effective.After(at) {
			break
		}
		ruling = v
	}
	return ruling
}

// Promises tells whether any version promises the target as a service level, at any
// priority of the kind of ticket. Where none does there is nothing to warn of or to break.
func (t Terms) Promises(k catalog.Kind, kind TargetKind) bool {
	for _, v := range t {
		for _, targets := range v.Targets[k] {
			if target := targets[kind]; target != nil && target.Promise == SLA {
				return true
			}
		}
	}
	return false
}
