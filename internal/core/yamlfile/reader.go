package yamlfile

import (
	"encoding"
	"maps"
	"slices"
	"strings"
	"unicode"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Reader turns nodes into values and collects what is wrong on the way, so that one pass
// over a file finds every fault in it. A value with a fault stays as it was.
type Reader struct {
	Faults fault.List
}

// maxFaults is how many faults of one file are told: who reads on has lost the thread.
const maxFaults = 50

// Full tells whether so many faults are noted that no more are.
func (r *Reader) Full() bool { return len(r.Faults) > maxFaults }

// Fault notes a fault. After maxFaults it notes only that there are more.
func (r *Reader) Fault(where fault.Position, code reason.Code, namesAndValues ...any) {
	switch {
	case r.Full():
	case len(r.Faults) == maxFaults:
		r.Faults = append(r.Faults, fault.New(fault.Invalid, CodeMoreFaults, "limit", maxFaults).At(where))
	default:
		r.Faults = append(r.Faults, fault.New(fault.Invalid, code, namesAndValues...).At(where))
	}
}

// Add takes over a fault of another package and puts it where the text is.
func (r *Reader) Add(where fault.Position, err error) {
	for _, f := range fault.All(err) {
		if r.Full() {
			return
		}
		r.Faults = append(r.Faults, f.At(where))
	}
}

// Fields are the keys that a mapping may have, and how to read each.
type Fields map[string]func(*Node)

// Fields reads a mapping. A key that is not among the known ones is a fault.
func (r *Reader) Fields(n *Node, known Fields) {
	if !r.IsMapping(n) {
		return
	}
	for _, p := range n.Pairs {
		if read, ok := known[p.Key]; ok {
			read(p.Value)
			continue
		}
		if r.Full() {
			return
		}
		names := slices.Sorted(maps.Keys(known))
		r.Fault(p.Where, CodeUnknownKey, "key", p.Key, "near", Nearest(p.Key, names), "known", names)
	}
}

// Each reads a mapping whose keys are names that the file chooses.
func (r *Reader) Each(n *Node, read func(p Pair)) {
	if !r.IsMapping(n) {
		return
	}
	for _, p := range n.Pairs {
		read(p)
	}
}

// IsMapping reports whether a node is a mapping; if not, that is a fault.
func (r *Reader) IsMapping(n *Node) bool {
	if n.Shape == Mapping {
		return true
	}
	r.Fault(n.Where, CodeWantsMapping)
	return false
}

// Every reads a list; a single value is a list of one.
func (r *Reader) Every(n *Node, read func(*Node)) {
	switch n.Shape {
	case List:
		for _, item := range n.Items {
			read(item)
		}
	case Scalar:
		if n.Text != "" {
			read(n)
		}
	default:
		r.Fault(n.Where, CodeWantsList)
	}
}

// Text reads a scalar that is not empty; it returns "" after a fault.
func (r *Reader) Text(n *Node) string {
	if n.Shape != Scalar || n.Text == "" {
		r.Fault(n.Where, CodeWantsText)
		return ""
	}
	if strings.ContainsFunc(n.Text, unseen) {
		r.Fault(n.Where, CodeUnseen)
		return ""
	}
	return n.Text
}

// unseen tells of signs that a reader cannot see and that change what a terminal or a page
// shows: controls, and those that turn the direction of text.
func unseen(sign rune) bool {
	return unicode.IsControl(sign) || unicode.Is(unicode.Bidi_Control, sign)
}

// TextInto is Text into a variable.
func (r *Reader) TextInto(into *string) func(*Node) {
	return func(n *Node) { *into = r.Text(n) }
}

// Texts reads a list of texts into a variable.
func (r *Reader) Texts(into *[]string) func(*Node) {
	return func(n *Node) {
		*into = nil
		r.Every(n, func(item *Node) {
			if t := r.Text(item); t != "" {
				*into = append(*into, t)
			}
		})
	}
}

// Word reads a word of the catalog, or of another closed list.
func (r *Reader) Word(into encoding.TextUnmarshaler) func(*Node) {
	return func(n *Node) {
		if t := r.Text(n); t != "" {
			r.WordIn(n.Where, t, into)
		}
	}
}

// WordIn sets a value from a word and reports whether it is one that exists.
func (r *Reader) WordIn(where fault.Position, text string, into encoding.TextUnmarshaler) bool {
	err := into.UnmarshalText([]byte(text))
	for _, f := range fault.All(err) {
		known, _ := f.Get("known").([]string)
		r.Unknown(where, text, known)
	}
	return err == nil
}

// Unknown notes a word that is not among the known ones.
func (r *Reader) Unknown(where fault.Position, word string, known []string) {
	r.Fault(where, CodeUnknownWord, "word", word, "near", Nearest(word, known), "known", known)
}

// OneOf reads one of a list of words; it returns "" after a fault.
func (r *Reader) OneOf(n *Node, known []string) string {
	t := r.Text(n)
	if t != "" && !slices.Contains(known, t) {
		r.Unknown(n.Where, t, known)
		return ""
	}
	return t
}

// Nearest returns the known word that looks most like a wrong one, "" when none does.
func Nearest(wrong string, known []string) string {
	best, far := "", 3
	for _, k := range known {
		if d := distance(strings.ToLower(wrong), strings.ToLower(k)); d < far && d < len(k) {
			best, far = k, d
		}
	}
	return best
}

// distance counts the letters to change, add or leave out to get from one word to another.
func distance(a, b string) int {
	if len(a) > 40 || len(b) > 40 {
		return 40
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost = 1 + min(diagonal, row[j], row[j+1])
			}
			diagonal, row[j+1] = row[j+1], cost
		}
	}
	return row[len(b)]
}
