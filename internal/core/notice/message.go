package notice

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of what goes wrong when something is handed over.
const (
	CodeChannelDown reason.Code = "notice.channel_down" // nobody answers, or we are not let in
	CodeUntrusted   reason.Code = "notice.untrusted"    // who answers cannot prove who they are
	CodeNotTaken    reason.Code = "notice.not_taken"    // refused for good
	CodePutOff      reason.Code = "notice.put_off"      // refused for now
	CodeFailed      reason.Code = "notice.failed"       // an error that nobody expected
	CodeGone        reason.Code = "notice.gone"         // who was to be told may not know it any more
	CodeTooOld      reason.Code = "notice.too_old"      // of no use any more
	CodeNoChannel   reason.Code = "notice.no_channel"   // this installation has none
)

// Message is all that a channel needs to hand something over.
type Message struct {
	ID     string // the same at every attempt
	Kind   Kind
	Why    reason.Code       // why the person is told, "" where it goes without saying
	Args   map[string]string // values for the wording
	Caused time.Time         // when it came about

	// Of the person.
	Name     string
	Address  string
	Language string         // "" for not said
	Zone     *time.Location // never nil
	Path     string         // of the link that lets the person in, behind the address of the desk; "" for none
	About    string         // name of another person that it is about, "" for none

	// Of the ticket, "" for messages about none.
	Client     string // name
	ClientSlug string // the word for it in addresses
	Key        string
	Title      string
	Text       string    // what was written, "" where that was erased
	By         string    // name of who did it, "" where that was no person
	Due        time.Time // of the first of the clocks, zero where there is none
}
