package contract

import (
	"encoding"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// reader turns nodes into values and collects what is wrong on the way, so that one pass
// over a file finds every fault in it. A value with a fault stays as it was.
type reader struct {
	faults fault.List
}

func (r *reader) fault(where fault.Position, code reason.Code, namesAndValues ...any) {
	r.faults = append(r.faults, fault.New(fault.Invalid, code, namesAndValues...).At(where))
}

// add takes over a fault of another package and puts it where the text is.
func (r *reader) add(where fault.Position, err error) {
	for _, f := range fault.All(err) {
		r.faults = append(r.faults, f.At(where))
	}
}

// fields are the keys that a mapping may have, and how to read each.
type fields map[string]func(*node)

// fields reads a mapping. A key that is not among the known ones is a fault.
func (r *reader) fields(n *node, known fields) {
	if !r.isMapping(n) {
		return
	}
	for _, p := range n.pairs {
		if read, ok := known[p.key]; ok {
			read(p.value)
			continue
		}
		names := slices.Sorted(maps.Keys(known))
		r.fault(p.where, CodeUnknownKey, "key", p.key, "near", nearest(p.key, names), "known", names)
	}
}

// each reads a mapping whose keys are names that the file chooses.
func (r *reader) each(n *node, read func(p pair)) {
	if !r.isMapping(n) {
		return
	}
	for _, p := range n.pairs {
		read(p)
	}
}

func (r *reader) isMapping(n *node) bool {
	if n.shape == mapping {
		return true
	}
	r.fault(n.where, CodeWantsMapping)
	return false
}

// every reads a list; a single value is a list of one.
func (r *reader) every(n *node, read func(*node)) {
	switch n.shape {
	case list:
		for _, item := range n.items {
			read(item)
		}
	case scalar:
		if n.text != "" {
			read(n)
		}
	default:
		r.fault(n.where, CodeWantsList)
	}
}

// text reads a scalar that is not empty; it returns "" after a fault.
func (r *reader) text(n *node) string {
	if n.shape != scalar || n.text == "" {
		r.fault(n.where, CodeWantsText)
		return ""
	}
	return n.text
}

func (r *reader) textInto(into *string) func(*node) {
	return func(n *node) { *into = r.text(n) }
}

// said reads a scalar and keeps its place.
func (r *reader) said(into *Said) func(*node) {
	return func(n *node) { *into = Said{r.text(n), n.where} }
}

func (r *reader) texts(into *[]string) func(*node) {
	return func(n *node) {
		*into = nil
		r.every(n, func(item *node) {
			if t := r.text(item); t != "" {
				*into = append(*into, t)
			}
		})
	}
}

// word reads a word of the catalog, or of another closed list.
func (r *reader) word(into encoding.TextUnmarshaler) func(*node) {
	return func(n *node) {
		if t := r.text(n); t != "" {
			r.wordIn(n.where, t, into)
		}
	}
}

// wordIn sets a value from a word and reports whether it is one that exists.
func (r *reader) wordIn(where fault.Position, text string, into encoding.TextUnmarshaler) bool {
	err := into.UnmarshalText([]byte(text))
	for _, f := range fault.All(err) {
		known, _ := f.Get("known").([]string)
		r.unknown(where, text, known)
	}
	return err == nil
}

func (r *reader) unknown(where fault.Position, word string, known []string) {
	r.fault(where, CodeUnknownWord, "word", word, "near", nearest(word, known), "known", known)
}

// oneOf reads one of a list of words; it returns "" after a fault.
func (r *reader) oneOf(n *node, known []string) string {
	t := r.text(n)
	if t != "" && !slices.Contains(known, t) {
		r.unknown(n.where, t, known)
		return ""
	}
	return t
}

func (r *reader) integer(into *int, from, to int) func(*node) {
	return func(n *node) {
		t := r.text(n)
		if t == "" {
			return
		}
		v, err := strconv.Atoi(t)
		if err != nil || v < from || v > to {
			r.fault(n.where, CodeNumber, "text", t, "from", from, "to", to)
			return
		}
		*into = v
	}
}

// percents reads a list of whole numbers.
func (r *reader) percents(into *[]int) func(*node) {
	return func(n *node) {
		*into = nil
		r.every(n, func(item *node) {
			var v int
			r.integer(&v, 1, 1000)(item)
			*into = append(*into, v)
		})
	}
}

func (r *reader) truth(n *node) bool {
	switch t := r.text(n); t {
	case "true", "false":
		return t == "true"
	case "":
	default:
		r.fault(n.where, CodeTrueFalse, "text", t)
	}
	return false
}

// nearest returns the known word that looks most like a wrong one, "" when none does.
func nearest(wrong string, known []string) string {
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
