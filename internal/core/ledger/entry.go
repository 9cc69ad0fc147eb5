// Package ledger keeps the hours of a contract: what each capacity pool was given, what work
// took from it, and what became of the rest.
//
// A ledger is append-only. Book decides which entries follow from a piece of work, an
// approval or the passing of time, and hands them out for the store to keep; Load makes the
// same book of them again. What is decided depends on the terms and on what was reported and
// when, never on how often anybody looked. All amounts are whole minutes.
package ledger

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Kind says what an entry is.
type Kind uint8

// Entries that are reported: somebody did something.
const (
	// Worked is work that counts in the period of the day worked.
	Worked Kind = iota + 1
	// Adjusted is work of a period whose books are closed. It counts in the first open one.
	Adjusted
	// Untaken is work that no pool takes.
	Untaken
	// Credited gives back what a record took in a period whose books are closed.
	Credited
	// Approved brings hours: the client approved an overrun, or an approved change said so.
	Approved
	// Refused is overrun that the client does not approve. It stays recorded, and the
	// provider bears it.
	Refused
	// ExchangedOut and ExchangedIn turn hours of one pool into hours of another.
	ExchangedOut
	ExchangedIn
)

// Entries that are decided: the rules concluded something.
const (
	// Allotted opens a period with its hours, 0 for a pool without limit.
	Allotted Kind = iota + ExchangedIn + 1
	// Warned says that a part of the period's hours is used. Each percent is said once a period.
	Warned
	// OverrunBegan says, once a period, that work went beyond the pool.
	OverrunBegan
	// Overrun is by how much the overrun that waits for approval grew, or shrank if negative.
	Overrun
	// Expired, CarriedOut and CarriedIn say what became of hours that were not used when the
	// books of their period closed.
	Expired
	CarriedOut
	CarriedIn
	// Closed ends a period: nothing counts in it any more.
	Closed
)

var kindNames = []string{
	"", "worked", "adjusted", "untaken", "credited", "approved", "refused", "exchanged_out", "exchanged_in",
	"allotted", "warned", "overrun_began", "overrun", "expired", "carried_out", "carried_in", "closed",
}

// String returns the word of files and the API.
func (k Kind) String() string { return kindNames[k] }

// MarshalText writes the word.
func (k Kind) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads the word; it fails with catalog.CodeUnknownWord.
func (k *Kind) UnmarshalText(text []byte) error {
	i := slices.Index(kindNames, string(text))
	if i < 1 {
		return fault.New(fault.Invalid, catalog.CodeUnknownWord, "word", string(text), "known", kindNames[1:])
	}
	*k = Kind(i)
	return nil
}

// Entry is a line of the ledger. It is never changed: a counter-entry of the same kind with
// the opposite Minutes takes it back.
type Entry struct {
	Number int // from 1, in the order in which the entries were recorded
	Kind   Kind
	// At is when the work began, or when the rest happened or fell due; Recorded is when we
	// learnt it. Both are UTC, and At is never after Recorded.
	At, Recorded time.Time
	Pool         string        // "" for work that no pool takes
	Period       calendar.Date // the first date of the period in which the entry counts
	// Day is the day worked, or the first day on which expired hours are gone; else the day of At.
	Day     calendar.Date
	Minutes int // as they count, so weighed for work
	// Of is the number of the entry that this one takes back, or that led to it; 0 for what
	// only time brought.
	Of int
	// Lot is, for hours that are carried or expire, the first date of the period that they
	// were allotted for, and Expires the first date on which they are gone.
	Lot, Expires calendar.Date
	Percent      int    // the warning level, or what 60 minutes make of 60 in an exchange
	Other        string // the other pool of an exchange
	By           string // who reported it: a pseudonym
	Change       string // the key of the approved change that brought the hours
	Work         Work   // of Worked, Adjusted and Untaken, and of what takes them back
}

// Decided tells whether the rules concluded this entry. A replay drops decided entries and
// decides again.
func (e Entry) Decided() bool { return e.Kind >= Allotted }

// Work is a record of work done.
type Work struct {
	// From is when it began, to the minute. It is zero where only the day is known; such work
	// is not split and cannot be weighed by the time of day.
	From     time.Time
	Day      calendar.Date // of From where that is known
	Minutes  int           // as they passed, above zero
	Activity catalog.Activity
	Role     catalog.Role
	Person   string // a pseudonym
	Ticket   string // the key of the ticket, "" for work without one
}

// to is when work with a known beginning ended.
func (w *Work) to() time.Time { return w.From.Add(time.Duration(w.Minutes) * time.Minute) }
