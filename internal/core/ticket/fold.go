package ticket

import (
	"cmp"
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
	WaitingFor catalog.Party // whose turn it is; 0 while nobody is waited for
	Level      catalog.Level
	Team       string
	Person     string
	Escalated  bool // to management
	Workaround bool // how it was restored last; see ByWorkaround
	MergedInto string
	Links      []Link
	Requester  string // who raised it, a pseudonym
	Via        Channel
	Site       string

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
	Relation Relation
	Key      string
}

// Fold reads the ticket as it stood at an instant: from the reported entries with At up to
// and including it. The second result is false when the ticket was not logged by then.
func Fold(tl *Timeline, at time.Time) (Ticket, bool) {
	var t Ticket
	logged := false
	for number, e := range tl.Happened(at) {
		_, logs := e.Fact.(Logged)
		switch {
		case !logged && !logs:
			// What happened before the ticket was logged is no part of it.
		case t.State == StateMerged:
			t.applyMerged(e)
		default:
			logged = true
			t.apply(e)
		}
		if w, ok := e.Fact.(Worked); ok && !tl.withdrawn(number, at) {
			t.Minutes += w.Minutes
		}
	}
	return t, logged
}

// ByWorkaround tells whether the service works at present, and by a workaround only: not any
// longer once the ticket is solved or opened again.
func (t *Ticket) ByWorkaround() bool { return t.Workaround && t.State == StateRestored }

// applyMerged takes in what may still be said of a ticket whose story goes on in another.
func (t *Ticket) applyMerged(e *Entry) {
	switch f := e.Fact.(type) {
	case Linked:
		t.link(f.Relation, f.Key)
	case Unlinked:
		t.unlink(f.Relation, f.Key)
	}
}

func (t *Ticket) apply(e *Entry) {
	switch f := e.Fact.(type) {
	case Logged:
		t.Kind, t.Impact, t.Urgency, t.Priority, t.Opened = f.Kind, f.Impact, f.Urgency, f.Priority, e.At
		t.Requester, t.Via, t.Site = cmp.Or(f.Requester, e.By.ID), f.Via, f.Site
	case Classified:
		t.Impact, t.Urgency, t.Priority = f.Impact, f.Urgency, f.Priority
	case Assigned:
		t.Level, t.Team, t.Person = f.Level, f.Team, f.Person
	case Acknowledged:
		t.answer(e)
		t.workOn()
	case Replied:
		t.answer(e)
	case Waits:
		t.wait(f.For)
	case Resumed:
		t.wait(0)
	case Escalated:
		t.Escalated = t.Escalated || f.Hierarchical
		t.Level = max(t.Level, f.Level)
	case Restored:
		t.Workaround = f.Workaround
		t.respond(e.At)
		t.end(StateRestored, e.At)
	case Resolved:
		t.respond(e.At)
		t.end(StateResolved, e.At)
	case Closed:
		t.answer(e)
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
		t.link(Absorbs, f.Key)
	case Linked:
		t.link(f.Relation, f.Key)
	case Unlinked:
		t.unlink(f.Relation, f.Key)
	}
}

// answer is a response if a person gave it. The clock of the response agrees.
func (t *Ticket) answer(e *Entry) {
	if !e.By.Automated {
		t.respond(e.At)
	}
}

func (t *Ticket) respond(at time.Time) {
	if t.Responded.IsZero() {
		t.Responded = at
	}
}

// wait notes whose turn it is. A ticket whose service works again may wait as well, say for
// the client to confirm, and stays restored or resolved.
func (t *Ticket) wait(party catalog.Party) {
	if !t.State.Open() {
		return
	}
	t.WaitingFor = party
	switch {
	case party != 0 && t.State <= StateWaiting:
		t.State = StateWaiting
	case party == 0 && t.State == StateWaiting:
		t.State = StateWorking
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

func (t *Ticket) link(relation Relation, key string) {
	l := Link{Relation: relation, Key: key}
	if !slices.Contains(t.Links, l) {
		t.Links = append(t.Links, l)
	}
}

func (t *Ticket) unlink(relation Relation, key string) {
	t.Links = slices.DeleteFunc(t.Links, func(l Link) bool { return l == Link{Relation: relation, Key: key} })
}

// BallHolder is the party that must act now: the one the ticket waits for, else the owner
// of the ticket's level. It is 0 for a ticket that is no longer open.
func (t Ticket) BallHolder(v *contract.Version) catalog.Party {
	switch {
	case !t.State.Open():
		return 0
	case t.WaitingFor != 0:
		return t.WaitingFor
	case v.Levels[t.Level] != 0:
		return v.Levels[t.Level]
	default:
		return catalog.Provider
	}
}
