// Package cases reads clock cases: terms and a timeline with the clocks that they must give.
//
// There are two forms. A vector file (.jsonl) has one JSON object a line and comes from a
// program; a text case is written and read by people (docs/cases.md). Both become the same
// contract terms and ticket timelines, and are held against the same clock.Read as
// everything else.
package cases

import (
	"io"
	"path/filepath"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of faults in case files.
const (
	CodeUnreadable reason.Code = "cases.unreadable"
	CodeBadValue   reason.Code = "cases.bad_value"
	CodeNoCases    reason.Code = "cases.none"
)

// Case is one case that can be checked.
type Case struct {
	Name  string
	check func() []Mismatch
}

// Check reads the clocks of the case and returns what differs from what it expects.
func (c Case) Check() []Mismatch { return c.check() }

// Mismatch is one figure that differs. Instants are RFC 3339, "never" for a due that is
// not reached; spans are seconds in vectors and durations in text cases.
type Mismatch struct {
	What     string // which figure of the case, such as "forward due"
	Expected string
	Got      string
}

// Mode chooses the answers of a vector file that are checked.
type Mode string

// The modes of a vector file.
const (
	Both            Mode = "both"
	OnlyForward     Mode = "forward"
	OnlyRetroactive Mode = "retroactive"
)

func (m Mode) list() []contract.Mode {
	switch m {
	case OnlyForward:
		return []contract.Mode{contract.Forward}
	case OnlyRetroactive:
		return []contract.Mode{contract.Retroactive}
	default:
		return []contract.Mode{contract.Retroactive, contract.Forward}
	}
}

// Read reads all cases of a file; the name decides the form. Faults carry the line.
func Read(r io.Reader, name string, mode Mode) ([]Case, error) {
	var found []Case
	var err error
	if filepath.Ext(name) == ".jsonl" {
		found, err = readVectors(r, name, mode)
	} else {
		found, err = readText(r, name)
	}
	if err == nil && len(found) == 0 {
		err = fault.New(fault.Invalid, CodeNoCases, "file", name).At(fault.Position{File: name})
	}
	return found, err
}

// differ collects mismatches.
type differ struct{ found []Mismatch }

func (d *differ) want(what, expected, got string) {
	if expected != got {
		d.found = append(d.found, Mismatch{What: what, Expected: expected, Got: got})
	}
}
