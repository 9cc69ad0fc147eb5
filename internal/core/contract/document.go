package contract

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Document is one contract file, read and expanded: what the file says, laid over the
// template that it starts from. Every clause knows the place that said it, in the file or
// in the template.
type Document struct {
	File string

	Client      string
	Name        string
	Model       Model
	Template    string // such as sla_hotfix@1
	Tier        Tier   // "" where the model has none
	Number      int
	Effective   calendar.Date
	Zone        string
	Sites       []string
	Options     map[Option]bool
	OpenTickets Mode
	// PriorityChange is Forward or Retroactive.
	PriorityChange Mode

	Calendars  []CalendarClause
	Coverage   map[Row]Cover
	SLA        [catalog.NumPriorities][NumTargets]Said // the calendar of each target
	Targets    [catalog.NumKinds][catalog.NumPriorities][NumTargets]*TargetClause
	Pauses     [NumTargets]catalog.Parties
	Priorities [5][5]catalog.Priority

	Pools       []PoolClause
	Draws       []DrawClause
	Price       PriceClause
	ClosesAfter int
	BackdateMax Length

	Levels     [5]catalog.Party
	Activities []ActivityClause
	OLAs       []OLAClause

	Approvers     []ApproverClause
	Escalation    [catalog.NumPriorities][]EscalationStep
	Communication []MessageClause
	Reports       []ReportClause
	Sources       []SourceClause

	written  *node // the file as it stands
	expanded *node // the file laid over its template
}

// Said is a word of a document and the place that said it.
type Said struct {
	Text  string
	Where fault.Position
}

// Model is one of the four contract models.
type Model string

// The models.
const (
	FixedCapacity        Model = "fixed_capacity"
	SLAHotfix            Model = "sla_hotfix"
	SLACriticalDedicated Model = "sla_critical_dedicated"
	ManagedService       Model = "managed_service"
)

// Models lists the models, from least to most promised.
var Models = []Model{FixedCapacity, SLAHotfix, SLACriticalDedicated, ManagedService}

// Tier is Gold or Platinum.
type Tier string

// The tiers.
const (
	Gold     Tier = "gold"
	Platinum Tier = "platinum"
)

// Option is something that a model offers and a contract may take.
type Option string

// P1Around has the clocks of P1 count day and night.
const P1Around Option = "p1_24x7"

// Row is a row of the coverage table other than the SLA row. It says when people must be
// there; it moves no clock.
type Row string

// The coverage rows.
const (
	Monitoring Row = "monitoring"
	OnDesk     Row = "on_desk"
	OnCall     Row = "on_call"
	Triage     Row = "triage"
	ThirdParty Row = "third_party"
)

// Rows lists the coverage rows in the order of the table.
var Rows = []Row{Monitoring, OnDesk, OnCall, Triage, ThirdParty}

// Cover is what a coverage row demands.
type Cover struct {
	Where    fault.Position
	Calendar Said   // empty where the row is not covered
	By       string // for monitoring: tool or people
	Rota     string // the rota that covers it, where named
	For      []catalog.Priority
}

// CalendarClause is a named calendar. Spec has everything but what Zone leaves to the
// contract.
type CalendarClause struct {
	Name  string
	Where fault.Position
	Spec  calendar.Spec
	Seeds []Said // where its holidays came from, such as NL@1
}

// Length is a promised length of time: open time of a calendar, or working days.
type Length struct {
	Open     time.Duration
	WorkDays int
}

// IsZero reports whether no length was given.
func (l Length) IsZero() bool { return l == Length{} }

// TargetClause is one target of one priority.
type TargetClause struct {
	Where fault.Position
	// Within is zero where NextRelease says that it is done with the next planned release.
	Within      Length
	NextRelease bool
	Promise     Promise
	Goal        float64 // percent, 0 when none is named
	Warn        []int
	Credit      int  // percent of the monthly price for a period below the goal
	Calendar    Said // written at the target itself; the coverage row decides
}

// PoolClause is a pool as written.
type PoolClause struct {
	Name      string
	Where     fault.Position
	Unlimited bool
	Roles     []catalog.Role
	Period    Period
	Minutes   int
	// HoursWhere is the place of the allotment, or of the pool when it names none.
	HoursWhere fault.Position
	HasHours   bool
	In         []Allotment
	Carry      Carry
	Warn       []int
	WarnWhere  fault.Position
	Overrun    Overrun
	AfterHours struct {
		Percent  int
		Calendar Said
	}
	Exchange []ExchangeClause
}

// Allotment is what a pool gets in one period, given by its first date.
type Allotment struct {
	Begins  calendar.Date
	Minutes int
}

// ExchangeClause names a pool whose hours can be had for hours of another.
type ExchangeClause struct {
	Into    Said
	Percent int
}

// DrawClause gives work to pools, tried in order.
type DrawClause struct {
	Where fault.Position
	Take  []Said // services and activities, or all
	Roles []catalog.Role
	From  []Said
}

// PriceClause is what the contract costs, zero where it says nothing.
type PriceClause struct {
	Where fault.Position
	Month Money
	Hour  map[catalog.Role]Money
}

// ActivityClause names the parties of an activity in scope.
type ActivityClause struct {
	Activity    catalog.Activity
	Where       fault.Position
	Level       catalog.Level
	Accountable []catalog.Party // lint demands exactly one
	Responsible []catalog.Party
}

// OLAClause is a target of a party under the client's target: what it may use of it.
type OLAClause struct {
	Name     string
	Where    fault.Position
	Party    catalog.Party
	Under    TargetKind
	Critical bool // it must be done before the next can begin, so it adds up
	Within   [catalog.NumPriorities]struct {
		Open  time.Duration
		Where fault.Position
	}
}

// ApproverClause names the roles that approve one kind of thing.
type ApproverClause struct {
	What  string
	Roles []string
}

// EscalationStep is who is told when a ticket is still open after some time.
type EscalationStep struct {
	Where fault.Position
	After time.Duration
	To    []string
}

// MessageClause is a line of the communication matrix.
type MessageClause struct {
	Event  string
	To, By []string
	Within time.Duration // after the event, 0 where not said
	Every  time.Duration // again and again, 0 where once
}

// ReportClause names a report and how often it is due.
type ReportClause struct {
	Report  string
	Cadence string
}

// SourceClause says where the numbers of a part of a template come from.
type SourceClause struct {
	Part   string
	Source string
	AsOf   string
}

// The keys of the targets in a file.
var targetKeys = words{"respond", "update", "answer", "restore", "resolve", "root_cause"}

// Key returns the key of the target in a contract file.
func (k TargetKind) Key() string { return targetKeys[k] }

// CalendarOf returns the clause of a named calendar, nil when there is none.
func (d *Document) CalendarOf(name string) *CalendarClause {
	for i := range d.Calendars {
		if d.Calendars[i].Name == name {
			return &d.Calendars[i]
		}
	}
	return nil
}

// PoolOf returns the clause of a named pool, nil when there is none.
func (d *Document) PoolOf(name string) *PoolClause {
	for i := range d.Pools {
		if d.Pools[i].Name == name {
			return &d.Pools[i]
		}
	}
	return nil
}

// YAML writes the document in full, as it is stored: read again, it gives the same
// document and the same version.
func (d *Document) YAML() []byte { return d.expanded.YAML() }
