package ticket

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// State is where a ticket stands in its workflow.
type State uint8

// The states. A typed kind (one that is not an incident) uses the first three and StateClosed.
const (
	StateNew State = iota
	StateWorking
	StateWaiting
	StateRestored
	StateResolved
	StateClosed
	StateMerged
)

var stateNames = [...]string{"new", "working", "waiting", "restored", "resolved", "closed", "merged"}

// String returns the word of files and the API.
func (s State) String() string { return stateNames[s] }

// MarshalText writes the word.
func (s State) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// Open tells whether the ticket still asks for work.
func (s State) Open() bool { return s != StateClosed && s != StateMerged }

// Ticket is a timeline folded to the ticket as it stands. Times are UTC, zero when the
// thing has not happened.
type Ticket struct {
	Kind       catalog.Kind
	State      State
	Impact     catalog.Impact
	Urgency    catalog.Urgency
	Priority   catalog.Priority
	WaitingFor catalog.Party // set in StateWaiting
	Level      catalog.Level
	Team       string
	Person     string
	Escalated  bool // to management
	Workaround bool // service works again by a workaround
	MergedInto string
	Links      []Link

	Opened    time.Time
	Responded time.Time
	Restored  time.Time // the first time
	Solved    time.Time // since when it is restored, resolved or closed; zero while it is not
	Closed    time.Time // the last time, zero after a reopening
	RootCause time.Time // when it was published first
	Reopened  int       // how often
	Minutes   int       // worked, all roles
}

// Link relates a ticket to another.
type Link struct {
	Relation string
	Key      string
}

// Fold reads the ticket as it stood at an instant: from the reported entries with At up to
// and including it. The second result is false when the ticket was not logged by then.
func Fold(tl *Timeline, at time.Time) (Ticket, bool) {
	var t Ticket
	logged := false
	for e := range tl.Happened(at) {
		if _, ok := e.Fact.(Logged); ok {
			logged = true
		}
		t.apply(e)
	}
	return t, logged
}

func (t *Ticket) apply(e *Entry) {
	switch f := e.Fact.(type) {
	case Logged:
		t.Kind, t.Impact, t.Urgency, t.Priority, t.Opened = f.Kind, f.Impact, f.Urgency, f.Priority, e.At
	case Classified:
		t.Impact, t.Urgency, t.Priority = f.Impact, f.Urgency, f.Priority
	case Assigned:
		t.Level, t.Team, t.Person = f.Level, f.Team, f.Person
	case Acknowledged:
		t.respond(e)
		t.workOn()
	case Replied:
		t.respond(e)
	case Waits:
		if t.State <= StateWaiting {
			t.State, t.WaitingFor = StateWaiting, f.For
		}
	case Resumed:
		if t.State == StateWaiting {
			t.State, t.WaitingFor = StateWorking, 0
		}
	case Escalated:
		t.Escalated = t.Escalated || f.Hierarchical
		t.Level = max(t.Level, f.Level)
	case Restored:
		t.respond(e)
		t.Workaround = f.Workaround
		t.end(StateRestored, e.At)
	case Resolved:
		t.respond(e)
		t.end(StateResolved, e.At)
	case Closed:
		t.end(StateClosed, e.At)
		t.Closed = e.At
	case Reopened:
		t.State, t.WaitingFor, t.Closed, t.Solved = StateWorking, 0, time.Time{}, time.Time{}
		t.Reopened++
	case RootCausePublished:
		if t.RootCause.IsZero() {
			t.RootCause = e.At
		}
	case Merged:
		t.State, t.WaitingFor, t.MergedInto = StateMerged, 0, f.Into
	case Absorbed:
		t.link("absorbed", f.Key)
	case Linked:
		t.link(f.Relation, f.Key)
	case Worked:
		t.Minutes += f.Minutes
	}
}

// respond notes the first answer of a person.
func (t *Ticket) respond(e *Entry) {
	if t.Responded.IsZero() && !e.By.Automated {
		t.Responded = e.At
	}
}

func (t *Ticket) workOn() {
	if t.State == StateNew {
		t.State = StateWorking
	}
}

func (t *Ticket) end(state State, at time.Time) {
	if t.Solved.IsZero() {
		t.Solved = at
	}
	t.State, t.WaitingFor = state, 0
	if t.Restored.IsZero() {
		t.Restored = at
	}
}

func (t *Ticket) link(relation, key string) {
	l := Link{Relation: relation, Key: key}
	if !slices.Contains(t.Links, l) {
		t.Links = append(t.Links, l)
	}
}

// BallHolder is the party that must act now: the one the ticket waits for, else the owner
// of the ticket's level. It is 0 for a ticket that is no longer open.
func (t Ticket) BallHolder(v *contract.Version) catalog.Party {
	switch {
	case !t.State.Open():
		return 0
	case t.State == StateWaiting:
		return t.WaitingFor
	case v.Levels[t.Level] != 0:
		return v.Levels[t.Level]
	default:
		return catalog.Provider
	}
}
