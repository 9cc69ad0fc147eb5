package history

import (
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Meaning is what a state of the source stands for.
type Meaning string

// What a state can mean. A waiting ticket names the party that it waits for.
const (
	MeansNew             Meaning = "new"
	MeansWorking         Meaning = "working"
	MeansWaitsClient     Meaning = "waiting on client"
	MeansWaitsThirdParty Meaning = "waiting on third party"
	MeansWaitsProvider   Meaning = "waiting on provider"
	MeansWaitsPlatform   Meaning = "waiting on platform"
	MeansRestored        Meaning = "restored"
	MeansClosed          Meaning = "closed"
	MeansIgnore          Meaning = "ignore" // the row says nothing about the state
	MeansUndecided       Meaning = "?"      // a person must still say; such a mapping reads no file
)

var meanings = []Meaning{
	MeansNew, MeansWorking, MeansWaitsClient, MeansWaitsThirdParty, MeansWaitsProvider, MeansWaitsPlatform,
	MeansRestored, MeansClosed, MeansIgnore, MeansUndecided,
}

// waitsFor is the party that a waiting ticket waits for, 0 for other meanings.
func (m Meaning) waitsFor() catalog.Party {
	switch m {
	case MeansWaitsClient:
		return catalog.Client
	case MeansWaitsThirdParty:
		return catalog.ThirdParty
	case MeansWaitsProvider:
		return catalog.Provider
	case MeansWaitsPlatform:
		return catalog.Platform
	default:
		return 0
	}
}

// Columns names the columns of the source. ID, State and Changed are needed; what is
// empty is not in the source.
type Columns struct {
	ID       string
	State    string
	Changed  string // when the row was written: the state holds from here on
	Order    string // a number that counts the changes of a ticket
	Opened   string // when the ticket was logged, the same on all its rows
	Priority string
	Impact   string
	Urgency  string
	Group    string
	Assignee string
	Actor    string // who made the change
	Minutes  string // worked, in this row
	Hours    string // worked, in this row
	Role     string // of who worked
}

// columnKeys are the keys of Columns in the order of a mapping file.
var columnKeys = []string{
	"id", "state", "changed", "order", "opened", "priority", "impact", "urgency",
	"group", "assignee", "actor", "minutes", "hours", "role",
}

// of gives the place of a key.
func (c *Columns) of(key string) *string {
	return map[string]*string{
		"id": &c.ID, "state": &c.State, "changed": &c.Changed, "order": &c.Order, "opened": &c.Opened,
		"priority": &c.Priority, "impact": &c.Impact, "urgency": &c.Urgency, "group": &c.Group,
		"assignee": &c.Assignee, "actor": &c.Actor, "minutes": &c.Minutes, "hours": &c.Hours, "role": &c.Role,
	}[key]
}

// Dates says how timestamps are written.
type Dates struct {
	// Form is in the language of docs/histories.md, for instance "d/m/yyyy HH:MM", or "?"
	// where a person must still say.
	Form string
}

// Shows says what the history tells about targets.
type Shows struct {
	// Response is "leaving new" or "never".
	Response string
	// RootCause lists the states whose first occurrence publishes the root cause. It is for
	// problems.
	RootCause []string
}

// Words of a mapping.
const (
	FormatCSV = "csv"
	FormatXES = "xes"

	ResponseLeavingNew = "leaving new"
	ResponseNever      = "never"

	OrderFile = "file" // rows of a ticket stand in order
	OrderTime = "time" // rows of a ticket are put in order of time

	PeopleAsWritten  = "as written" // the source has pseudonyms already
	PeoplePseudonyms = "pseudonyms" // names are replaced

	undecidedForm = "?"
)

var separators = map[string]byte{",": ',', ";": ';', "|": '|', "tab": '\t'}

var encodings = []string{"utf-8", "utf-16", "windows-1252"}

// Mapping says how a file is to be read as a history of tickets.
type Mapping struct {
	Profile    string // the built-in profile it came from, if any
	Format     string // FormatCSV or FormatXES
	Separator  string // of CSV: , ; | or tab
	Encoding   string // utf-8, utf-16 or windows-1252
	Kind       catalog.Kind
	Columns    Columns
	Dates      Dates
	Rows       string             // OrderFile or OrderTime: the order of a ticket's rows where no column counts them
	People     string             // PeopleAsWritten or PeoplePseudonyms
	Role       catalog.Role       // of who worked, where no column says
	Missing    []string           // values that stand for none
	Labels     map[string]string  // by key of Columns: the label before a bare number
	States     map[string]Meaning // by the name that the source has
	Priorities map[string]catalog.Priority
	Impacts    map[string]catalog.Impact
	Urgencies  map[string]catalog.Urgency
	Shows      Shows
}

// undecided lists the states of which a person must still say what they mean.
func (m *Mapping) undecided() []string {
	var states []string
	for _, state := range sortedKeys(m.States) {
		if m.States[state] == MeansUndecided {
			states = append(states, state)
		}
	}
	return states
}

// endless says what is wrong with states of which none can end a ticket.
func (m *Mapping) endless() *fault.Fault {
	has := map[Meaning]bool{}
	for _, means := range m.States {
		has[means] = true
	}
	switch {
	case len(has) == 0 || has[MeansUndecided]:
		return nil // a person must still say
	case len(has) == 1 && has[MeansIgnore]:
		return fault.New(fault.Invalid, CodeStatesIgnored)
	case m.Kind == catalog.Incident && !has[MeansRestored] && !has[MeansClosed]:
		return fault.New(fault.Invalid, CodeStatesNoEnd)
	}
	return nil
}
