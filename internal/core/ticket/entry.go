// Package ticket holds tickets as timelines: entries that are never edited, folded to the
// ticket as it stands, and the workflow that says which step may come next.
package ticket

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// Entry is one thing that happened to a ticket, or that the rules concluded about it.
type Entry struct {
	// At is when it happened or fell due; Recorded is when we learnt it. Both are UTC, whole
	// milliseconds. At may lie before Recorded (reported late), never after it.
	At, Recorded time.Time
	By           Actor // zero for a decided entry
	Fact         Fact
}

// Decided tells whether the rules concluded this entry. A replay drops decided entries and
// decides again; every other entry is reported, and is kept.
func (e Entry) Decided() bool { return e.Fact.decided() }

// Actor is who reported an entry. ID is a pseudonym, not a name.
type Actor struct {
	ID        string
	Party     catalog.Party
	Automated bool // a rule or a program, not a person
}

// Fact is what an entry says. The set of facts is closed.
type Fact interface {
	// Name is the stable word for the fact in files, the API and the database.
	Name() string
	decided() bool
}

type reportedFact struct{}

func (reportedFact) decided() bool { return false }

type decidedFact struct{}

func (decidedFact) decided() bool { return true }

// Facts that are reported.
type (
	// Logged opens the ticket. It is the first entry of every timeline. What a person wrote
	// with it begins with the title, on a line of its own.
	Logged struct {
		reportedFact
		Kind      catalog.Kind     `json:"kind,omitzero"`
		Impact    catalog.Impact   `json:"impact,omitzero"`
		Urgency   catalog.Urgency  `json:"urgency,omitzero"`
		Priority  catalog.Priority `json:"priority,omitzero"`
		Requester string           `json:"requester,omitzero"` // who raised it, where that is not the actor
		Via       Channel          `json:"via,omitzero"`
		Site      string           `json:"site,omitzero"`
	}
	// Titled gives the ticket another title, which is what a person wrote with it.
	Titled struct{ reportedFact }
	// Classified sets impact, urgency and the priority that follows from them, or a priority
	// by hand with impact and urgency left out.
	Classified struct {
		reportedFact
		Impact   catalog.Impact   `json:"impact,omitzero"`
		Urgency  catalog.Urgency  `json:"urgency,omitzero"`
		Priority catalog.Priority `json:"priority,omitzero"`
	}
	// Assigned gives the ticket to a level, a team and, where known, a person.
	Assigned struct {
		reportedFact
		Level  catalog.Level `json:"level,omitzero"`
		Team   string        `json:"team,omitzero"`
		Person string        `json:"person,omitzero"`
	}
	// Acknowledged says that a person took the ticket up. It meets the response target.
	Acknowledged struct{ reportedFact }
	// Replied is a public message of the provider. From a person it meets the response target.
	Replied struct{ reportedFact }
	// Wrote is a message of the client's side.
	Wrote struct{ reportedFact }
	// Noted is an internal note. No clock looks at it.
	Noted struct{ reportedFact }
	// Waits says that the ticket waits for a party, which then has the ball.
	Waits struct {
		reportedFact
		For catalog.Party `json:"for,omitzero"`
	}
	// Resumed ends the waiting.
	Resumed struct{ reportedFact }
	// Escalated lifts the ticket to a higher level (functional) or to management (hierarchical).
	Escalated struct {
		reportedFact
		Hierarchical bool          `json:"hierarchical,omitzero"`
		Level        catalog.Level `json:"level,omitzero"`
	}
	// Restored says that the service works again, by a fix or a workaround.
	Restored struct {
		reportedFact
		Workaround bool `json:"workaround,omitzero"`
	}
	// Resolved says that the cause of this ticket is dealt with.
	Resolved struct{ reportedFact }
	// Closed ends the ticket.
	Closed struct{ reportedFact }
	// Reopened takes a restored, resolved or closed ticket up again.
	Reopened struct{ reportedFact }
	// Merged ends the ticket in an older one of the same client.
	Merged struct {
		reportedFact
		Into string `json:"into,omitzero"`
	}
	// Absorbed says that a younger ticket was merged into this one.
	Absorbed struct {
		reportedFact
		Key string `json:"key,omitzero"`
	}
	// Linked relates the ticket to another.
	Linked struct {
		reportedFact
		Relation Relation `json:"relation,omitzero"`
		Key      string   `json:"key,omitzero"`
	}
	// Unlinked takes a relation back.
	Unlinked struct {
		reportedFact
		Relation Relation `json:"relation,omitzero"`
		Key      string   `json:"key,omitzero"`
	}
	// Attached adds a file.
	Attached struct {
		reportedFact
		File     string `json:"file,omitzero"`
		Internal bool   `json:"internal,omitzero"` // for the provider's people only
	}
	// DueAgreed replaces the due of one clock by an instant agreed with the client.
	DueAgreed struct {
		reportedFact
		Target contract.TargetKind `json:"target"`
		Due    time.Time           `json:"due,omitzero"`
	}
	// DueWithdrawn takes the agreed due back; the contract's own holds again.
	DueWithdrawn struct {
		reportedFact
		Target contract.TargetKind `json:"target"`
	}
	// RootCausePublished says that the root-cause analysis was sent.
	RootCausePublished struct{ reportedFact }
	// Worked logs time on the ticket.
	Worked struct {
		reportedFact
		Minutes  int              `json:"minutes,omitzero"` // whole minutes, above zero
		Activity catalog.Activity `json:"activity,omitzero"`
		Role     catalog.Role     `json:"role,omitzero"`
		Day      calendar.Date    `json:"day,omitzero"`
	}
	// WorkWithdrawn takes back the work that the entry with a number logged.
	WorkWithdrawn struct {
		reportedFact
		Entry int `json:"entry,omitzero"`
	}
	// NotShown says that the source of an imported history does not show when the target was
	// met. Its verdict is then not measurable.
	NotShown struct {
		reportedFact
		Target contract.TargetKind `json:"target"`
	}
)

// Facts that the rules decide. Round is the start of the round of the clock that is meant;
// a clock that never restarts has one round, which starts with the ticket.
type (
	// Warned says that a part of the target was used up.
	Warned struct {
		decidedFact
		Target  contract.TargetKind `json:"target"`
		Round   time.Time           `json:"round,omitzero"`
		Percent int                 `json:"percent,omitzero"`
	}
	// Breached says that a service level was broken.
	Breached struct {
		decidedFact
		Target contract.TargetKind `json:"target"`
		Round  time.Time           `json:"round,omitzero"`
	}
	// Withdrawn says that a breach no longer holds, after a fact that was reported late or a
	// change that moved the due.
	Withdrawn struct {
		decidedFact
		Target contract.TargetKind `json:"target"`
		Round  time.Time           `json:"round,omitzero"`
	}
)

// Name returns "logged".
func (Logged) Name() string { return "logged" }

// Name returns "titled".
func (Titled) Name() string { return "titled" }

// Name returns "classified".
func (Classified) Name() string { return "classified" }

// Name returns "assigned".
func (Assigned) Name() string { return "assigned" }

// Name returns "acknowledged".
func (Acknowledged) Name() string { return "acknowledged" }

// Name returns "replied".
func (Replied) Name() string { return "replied" }

// Name returns "wrote".
func (Wrote) Name() string { return "wrote" }

// Name returns "noted".
func (Noted) Name() string { return "noted" }

// Name returns "waits".
func (Waits) Name() string { return "waits" }

// Name returns "resumed".
func (Resumed) Name() string { return "resumed" }

// Name returns "escalated".
func (Escalated) Name() string { return "escalated" }

// Name returns "restored".
func (Restored) Name() string { return "restored" }

// Name returns "resolved".
func (Resolved) Name() string { return "resolved" }

// Name returns "closed".
func (Closed) Name() string { return "closed" }

// Name returns "reopened".
func (Reopened) Name() string { return "reopened" }

// Name returns "merged".
func (Merged) Name() string { return "merged" }

// Name returns "absorbed".
func (Absorbed) Name() string { return "absorbed" }

// Name returns "linked".
func (Linked) Name() string { return "linked" }

// Name returns "unlinked".
func (Unlinked) Name() string { return "unlinked" }

// Name returns "attached".
func (Attached) Name() string { return "attached" }

// Name returns "due_agreed".
func (DueAgreed) Name() string { return "due_agreed" }

// Name returns "due_withdrawn".
func (DueWithdrawn) Name() string { return "due_withdrawn" }

// Name returns "root_cause_published".
func (RootCausePublished) Name() string { return "root_cause_published" }

// Name returns "worked".
func (Worked) Name() string { return "worked" }

// Name returns "work_withdrawn".
func (WorkWithdrawn) Name() string { return "work_withdrawn" }

// Name returns "not_shown".
func (NotShown) Name() string { return "not_shown" }

// Name returns "warned".
func (Warned) Name() string { return "warned" }

// Name returns "breached".
func (Breached) Name() string { return "breached" }

// Name returns "withdrawn".
func (Withdrawn) Name() string { return "withdrawn" }
