package ticket

import (
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/text"
)

// What is wrong with a ticket that somebody wants to log, or with a text. The argument "field"
// of all names the field of the form and the API.
const (
	CodeNoTitle      reason.Code = "ticket.no_title"      // field
	CodeTitleLong    reason.Code = "ticket.title_long"    // field, most, length
	CodeTextLong     reason.Code = "ticket.text_long"     // field, most, length
	CodeNoText       reason.Code = "ticket.no_text"       // field, step
	CodeNoKind       reason.Code = "ticket.no_kind"       // field
	CodeNoPriority   reason.Code = "ticket.no_priority"   // field
	CodePriorityHand reason.Code = "ticket.priority_hand" // field: only the provider sets it by hand
	CodeTitleLines   reason.Code = "ticket.title_lines"   // field
)

// The most that a title and a text may hold, in characters.
const (
	MaxTitle = 200
	MaxText  = 60_000
)

// Opening checks what somebody logs and gives the fact that opens the ticket: impact and
// urgency set the priority by the contract, unless the provider sets it by hand. It fails
// with a fault.List that has all that is wrong.
func Opening(v *contract.Version, by catalog.Party, l Logged, title, description string) (Logged, error) {
	faults := slices.Concat(CheckTitle(title), checkLength(description))
	if l.Kind == 0 {
		faults = append(faults, fault.New(fault.Invalid, CodeNoKind, "field", "kind"))
	}
	if l.Priority != 0 && by != catalog.Provider {
		faults = append(faults, fault.New(fault.Invalid, CodePriorityHand, "field", "priority"))
	}
	if l.Priority == 0 {
		l.Priority = v.PriorityOf(l.Impact, l.Urgency)
	}
	if l.Priority == 0 {
		faults = append(faults, fault.New(fault.Invalid, CodeNoPriority, "field", "priority"))
	}
	return l, faults.Err()
}

// CheckTitle tells what is wrong with a title.
func CheckTitle(title string) (faults fault.List) {
	title = strings.TrimSpace(title)
	switch length := utf8.RuneCountInString(title); {
	case text.Line(title) == "":
		faults = append(faults, fault.New(fault.Invalid, CodeNoTitle, "field", "title"))
	case length > MaxTitle:
		faults = append(faults, fault.New(fault.Invalid, CodeTitleLong, "field", "title", "most", MaxTitle, "length", length))
	case strings.ContainsAny(title, "\n\r"):
		faults = append(faults, fault.New(fault.Invalid, CodeTitleLines, "field", "title"))
	}
	return faults
}

func checkLength(text string) (faults fault.List) {
	if length := utf8.RuneCountInString(text); length > MaxText {
		faults = append(faults, fault.New(fault.Invalid, CodeTextLong, "field", "text", "most", MaxText, "length", length))
	}
	return faults
}

// CheckText tells what is wrong with the text that goes with a step: messages and notes need
// one, and a title is one.
func CheckText(f Fact, text string) (faults fault.List) {
	switch f.(type) {
	case Titled:
		return CheckTitle(text)
	case Replied, Wrote, Noted:
		if strings.TrimSpace(text) == "" {
			faults = append(faults, fault.New(fault.Invalid, CodeNoText, "field", "text", "step", StepOf(f)))
		}
	}
	return append(faults, checkLength(text)...)
}

// Title is the title in what a person wrote with a Logged or Titled entry: the first line.
func Title(text string) string {
	title, _, _ := strings.Cut(text, "\n")
	return title
}

// Description is what follows the title of a Logged entry.
func Description(text string) string {
	_, description, _ := strings.Cut(text, "\n")
	return description
}
