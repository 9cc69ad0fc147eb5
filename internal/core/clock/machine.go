package clock

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// machine drives one clock of a ticket over its marks.
type machine struct {
	target contract.TargetKind
	kind   catalog.Kind // of the ticket

	// The terms that rule the ticket now.
	version  *contract.Version
	priority catalog.Priority

	waitsFor   catalog.Party
	responded  bool
	ended      bool      // restored, resolved or closed, and not reopened
	closed     bool      // and not reopened
	published  bool      // the root cause
	unmeasured bool      // nothing shows when this target was met
	agreed     time.Time // due agreed by hand, zero when there is none
	agreedAt   time.Time

	started bool
	round   round
}

// action is what a mark does to a clock.
type action uint8

const (
	nothing action = iota
	start          // begins a round, ending one that runs
	stop           // ends the round, for good or until a reopening
	resume         // goes on with the round that was stopped
)

// action gives what a mark does to the clock of the machine's target. This is the whole
// rule of when clocks start and stop.
func (m *machine) action(k *mark) action {
	switch m.target {
	case contract.Response:
		return m.responseAction(k.what)
	case contract.UpdateCadence:
		return m.cadenceAction(k.what)
	case contract.UpdateAnswer:
		return m.answerAction(k.what)
	case contract.Restoration, contract.Resolution:
		return m.repairAction(k.what)
	default:
		return m.rootCauseAction(k)
	}
}

// A response is a person's first acknowledgement or public reply, or the end of the trouble.
func (m *machine) responseAction(w what) action {
	switch w {
	case opened:
		return start
	case acknowledged, replied, restored, resolved, closed, merged:
		return stop
	default:
		return nothing
	}
}

// The cadence of updates runs from the response to restoration, anew from each public reply.
func (m *machine) cadenceAction(w what) action {
	switch w {
	case acknowledged:
		if !m.responded {
			return start
		}
		return nothing
	case replied:
		if !m.ended {
			return start
		}
		return nothing
	case restored, resolved, closed, merged:
		return stop
	case reopened:
		if m.responded && !m.running() {
			return start
		}
		return nothing
	default:
		return nothing
	}
}

// An answer is due from the first message of the client that nobody has answered. A message
// before the response is answered by the response, and one on a closed ticket asks for a
// reopening first.
func (m *machine) answerAction(w what) action {
	switch w {
	case wrote:
		if m.responded && !m.closed && !m.running() {
			return start
		}
		return nothing
	case replied, closed, merged:
		return stop
	default:
		return nothing
	}
}

// Restoration and resolution run from the start; a reopening goes on with what was counted.
// Only incidents tell the two apart: other kinds are done when they are restored.
func (m *machine) repairAction(w what) action {
	switch w {
	case opened:
		return start
	case restored:
		if m.target == contract.Resolution && m.kind == catalog.Incident {
			return nothing
		}
		return stop
	case resolved, closed, merged:
		return stop
	case reopened:
		return resume
	default:
		return nothing
	}
}

// The root cause of an incident is due from its first restoration, that of a problem from
// its start; neither pauses nor reopenings touch it.
func (m *machine) rootCauseAction(k *mark) action {
	switch k.what {
	case opened:
		if k.kind == catalog.Problem {
			return start
		}
		return nothing
	case restored, resolved, closed:
		if !m.started && m.kind == catalog.Incident {
			return start
		}
		return nothing
	case causePublished, merged:
		return stop
	default:
		return nothing
	}
}

func (m *machine) running() bool { return m.started && m.round.stopped.IsZero() }

// ends tells whether a mark ends the current round for good, because another one begins. Two
// that begin at one instant are one.
func (m *machine) ends(k *mark, a action) bool {
	return m.started && a == start && m.round.since.Before(k.at)
}

// finish reads the round that a mark ends for good.
func (m *machine) finish(k *mark) Clock {
	if m.running() {
		m.round.halt(k)
	}
	return m.read(k.at)
}

// apply moves the clock by one mark and the action that this one asked for.
func (m *machine) apply(k *mark, a action) {
	m.learn(k)
	switch a {
	case start:
		if m.started && m.agreedAt.Before(k.at) { // it was agreed for the round before
			m.agreed = time.Time{}
		}
		m.started = true
		m.round.begin(k, leg{k.at, m.version, m.priority}, m.waitsFor)
		if m.published && m.target == contract.RootCause { // before the service worked again
			m.round.halt(k)
		}
	case stop:
		if m.running() {
			m.round.halt(k)
		}
	case resume:
		if m.started && !m.running() {
			m.round.resume(k, m.priority)
		}
	}
}

// learn takes in what a mark says about the ticket, whatever it does to the clock.
func (m *machine) learn(k *mark) {
	switch k.what {
	case opened:
		m.kind, m.priority, m.version = k.kind, k.priority, k.version
	case prioritised:
		m.priority = k.priority
		if m.running() {
			m.round.prioritise(k.at, k.priority)
		}
	case amended:
		m.version = k.version
		if m.running() {
			m.round.amend(k.at, k.version)
		} else if m.started {
			m.round.missed.add(k.version)
		}
	case waits:
		m.wait(k, k.party)
	case resumed:
		m.wait(k, 0)
	case reopened:
		m.ended, m.closed = false, false
		m.wait(k, 0)
	case agreed, agreementGone:
		if k.target == m.target {
			m.agreed, m.agreedAt = k.due, k.at
		}
	case notShown:
		if k.target == contract.Response {
			m.responded = true
		}
		m.unmeasured = m.unmeasured || k.target == m.target
	case acknowledged, replied:
		m.responded = true
	case causePublished:
		m.published = true
	case restored, resolved, closed, merged:
		if k.what == closed {
			m.closeUnanswered(k)
		}
		m.responded, m.ended = true, true
		m.wait(k, 0)
	}
}

// closeUnanswered is a closing: where a program closed what nobody answered and nothing
// restored, the response was neither kept nor broken.
func (m *machine) closeUnanswered(k *mark) {
	m.closed = true
	if k.automated && !m.responded && m.target == contract.Response {
		m.unmeasured = true
	}
}

func (m *machine) wait(k *mark, party catalog.Party) {
	if m.waitsFor == party {
		return
	}
	m.waitsFor = party
	if m.running() {
		m.round.wait(k, party)
	}
}
