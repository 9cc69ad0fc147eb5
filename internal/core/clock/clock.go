// Package clock reads the clocks of a ticket: one for each target that its contract holds.
//
// Every verdict in Watchbill comes from here, on the live desk and in a replay alike. A
// reading looks at reported entries only, in the order in which they happened, so it does
// not depend on what the rules concluded before or on when anybody looked.
package clock

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Phase tells what a clock does.
type Phase uint8

// The phases of a clock.
const (
	None       Phase = iota // the contract has no such target for the ticket
	NotStarted              // waits for what starts it
	Running
	Paused // stands still: a party has the turn that stops it
	Stopped
)

var phaseNames = [...]string{"none", "not_started", "running", "paused", "stopped"}

// String returns the word of files and the API.
func (p Phase) String() string { return phaseNames[p] }

// MarshalText writes the word.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// Verdict tells how a clock stands to its due.
type Verdict uint8

// The verdicts. A clock that runs within may still be breached later; one that stopped
// within is kept.
const (
	Undecided     Verdict = iota // no target, or not started
	Within                       // not later than due
	Breached                     // later than due, and the target is a service level
	Missed                       // later than due, and the target is a key figure
	NotMeasurable                // the history does not show when the target was met
)

var verdictNames = [...]string{"undecided", "within", "breached", "missed", "not_measurable"}

// String returns the word of files and the API.
func (v Verdict) String() string { return verdictNames[v] }

// MarshalText writes the word.
func (v Verdict) MarshalText() ([]byte, error) { return []byte(v.String()), nil }

// Late tells whether the instant was later than due, whatever the target promises.
func (v Verdict) Late() bool { return v == Breached || v == Missed }

// Clock is the reading of one round of one clock at an instant. Instants are UTC.
type Clock struct {
	Kind    contract.TargetKind
	Phase   Phase
	Verdict Verdict
	Promise contract.Promise

	Since   time.Time // when the round started
	Stopped time.Time // when it was met or ended, zero while it has not
	// Due is the instant that the verdict is held against: the agreed one, else the
	// contract's. Zero: never, as things stand (paused, or the calendar does not open).
	Due         time.Time
	ContractDue time.Time // by the contract alone
	Agreed      bool      // Due was agreed by hand

	Elapsed   time.Duration // open time counted
	Remaining time.Duration // open time left until due, negative when over
	// Allowed is the target in open time. For a target in working days it is the open time
	// that was and will be counted until due.
	Allowed time.Duration

	WaitsFor catalog.Party // who stops the clock, in phase Paused
	Version  int           // of the contract, in force for this round
	Priority catalog.Priority
	Target   *contract.Target // nil in phase None
}

// Reading is all clocks of a ticket at an instant.
type Reading struct {
	Clocks [contract.NumTargets]Clock
	// Past counts the earlier rounds of the clocks that restart (the two next-update clocks).
	Past [contract.NumTargets]Tally
}

// Tally counts rounds that have ended.
type Tally struct{ Kept, Late int }

// Read reads all clocks of a ticket as they stood at an instant. Entries and contract
// versions after the instant change nothing.
func Read(terms contract.Terms, tl *ticket.Timeline, at time.Time) Reading {
	var buffer [markBuffer]mark
	marks := collect(buffer[:0], terms, tl, at)
	var reading Reading
	for kind := range reading.Clocks {
		m := machine{target: contract.TargetKind(kind)}
		for i := range marks {
			k := &marks[i]
			a := m.action(k)
			if m.ends(k, a) {
				reading.Past[kind].add(m.finish(k))
			}
			m.apply(k, a)
		}
		reading.Clocks[kind] = m.read(at)
	}
	return reading
}

func (t *Tally) add(c Clock) {
	switch {
	case c.Verdict == Within:
		t.Kept++
	case c.Verdict.Late():
		t.Late++
	}
}
