package history

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"unicode"
)

// fold makes words comparable that copies of one data set spell differently: letters and
// digits only, in lower case.
func fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// headerPrefixes are what some exports put before every column name.
var headerPrefixes = []string{"sys", "u", "incident", "event", "case", "ticket"}

// sameColumn tells whether a header means the column with a folded name.
func sameColumn(header, name string) bool {
	h := fold(header)
	if h == name {
		return true
	}
	for _, p := range headerPrefixes {
		if rest, ok := strings.CutPrefix(h, p); ok && rest == name {
			return true
		}
		if rest, ok := strings.CutPrefix(name, p); ok && rest == h && len(h) > 3 {
			return true
		}
	}
	return false
}

// tidy removes space around a value and doubled space inside it.
func tidy(s string) string { return strings.Join(strings.Fields(s), " ") }

// relabel gives a value the label that other copies of the data set write before its
// number: with the label "Group", "25" becomes "Group 25".
func relabel(label, value string) string {
	value = tidy(value)
	if label == "" || value == "" || strings.Trim(value, "0123456789") != "" {
		return value
	}
	return label + " " + value
}

// pseudonym stands for a person whose name must not go on. The same name gives the same
// pseudonym, in every file.
func pseudonym(name string) string {
	sum := sha256.Sum256([]byte(name))
	return "p-" + hex.EncodeToString(sum[:5])
}

// words numbers texts, so that a row holds four bytes for each of its texts and all rows
// share one copy. Number 0 is the empty text.
type words struct {
	numbers map[string]uint32
	texts   []string
}

func newWords() *words { return &words{numbers: map[string]uint32{}, texts: []string{""}} }

// number gives the number of a raw value; keep turns it into the text that is kept.
func (w *words) number(raw []byte, keep func(string) string) uint32 {
	raw = bytes.TrimSpace(raw)
	if len(raw) == 0 {
		return 0
	}
	if n, ok := w.numbers[string(raw)]; ok {
		return n
	}
	n := uint32(len(w.texts))
	w.texts = append(w.texts, keep(string(raw)))
	w.numbers[string(raw)] = n
	return n
}

func (w *words) text(n uint32) string { return w.texts[n] }
