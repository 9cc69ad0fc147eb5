// Package fault holds the errors that a caller can act on.
//
// A fault is a reason with a kind (what the caller can do about it) and, where a document
// is at fault, the position in it. Faults carry no sentences; package wording has two for
// each code: what is wrong, and what to do.
package fault

import (
	"errors"
	"fmt"
	"strings"

	"github.com/watchbill/watchbill/internal/core/reason"
)

// Kind tells what a caller can do about a fault.
type Kind uint8

// The kinds of fault.
const (
	Invalid     Kind = iota // the input is wrong: mend it and try again
	NotFound                // no such thing, or it is out of the caller's scope
	Forbidden               // the caller may not do this
	Conflict                // somebody else was faster: look again
	Unavailable             // something that we need does not answer: try later
	SignedOut               // nobody is signed in, or not any longer: sign in
	TooMany                 // too often in a short time: try again after the argument "wait"
)

// Position is a place in a document. Line and Column count from 1; 0 is unknown.
type Position struct {
	File   string
	Line   int
	Column int
}

// String gives "file:line:column", leaving out what is unknown.
func (p Position) String() string {
	s := p.File
	if p.Line > 0 {
		s += fmt.Sprintf(":%d", p.Line)
		if p.Column > 0 {
			s += fmt.Sprintf(":%d", p.Column)
		}
	}
	return s
}

// Fault is an error with a code, typed arguments and, where known, a position.
type Fault struct {
	Kind  Kind
	Where Position
	reason.Reason
	// Cause is the error underneath, for the log. It is not shown to people.
	Cause error
}

// New makes a fault of a kind from a code and alternating argument names and values.
func New(kind Kind, code reason.Code, namesAndValues ...any) *Fault {
	return &Fault{Kind: kind, Reason: reason.New(code, namesAndValues...)}
}

// At returns the fault with its position set.
func (f *Fault) At(where Position) *Fault {
	placed := *f
	placed.Where = where
	return &placed
}

// Because returns the fault with the error that caused it.
func (f *Fault) Because(cause error) *Fault {
	caused := *f
	caused.Cause = cause
	return &caused
}

// Error is for logs and tests; people read the sentence of package wording.
func (f *Fault) Error() string {
	var b strings.Builder
	if where := f.Where.String(); where != "" {
		b.WriteString(where + ": ")
	}
	b.WriteString(string(f.Code))
	for _, a := range f.Args {
		fmt.Fprintf(&b, " %s=%v", a.Name, a.Value)
	}
	if f.Cause != nil {
		fmt.Fprintf(&b, ": %v", f.Cause)
	}
	return b.String()
}

// Unwrap gives the cause to errors.Is and errors.As.
func (f *Fault) Unwrap() error { return f.Cause }

// Is reports two faults as the same when their codes are, so that
// errors.Is(err, &fault.Fault{Reason: reason.New(code)}) finds a code.
func (f *Fault) Is(target error) bool {
	other, ok := target.(*Fault)
	return ok && f.Code == other.Code
}

// List is several faults found in one pass, in the order of the document.
type List []*Fault

// Error joins the faults, one a line.
func (l List) Error() string {
	lines := make([]string, len(l))
	for i, f := range l {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Err returns the list as an error, nil when it is empty.
func (l List) Err() error {
	if len(l) == 0 {
		return nil
	}
	return l
}

// All returns the faults inside an error: those of a List, a single Fault, or none.
func All(err error) []*Fault {
	if list, ok := errors.AsType[List](err); ok {
		return list
	}
	if f, ok := errors.AsType[*Fault](err); ok {
		return []*Fault{f}
	}
	return nil
}

// IsKind tells whether the first fault inside an error is of a kind.
func IsKind(err error, k Kind) bool {
	all := All(err)
	return len(all) > 0 && all[0].Kind == k
}
