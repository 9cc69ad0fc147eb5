// Package text cleans what people type, and what other systems send, before it is kept as a
// name, a title or another single line.
package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Line is a text as one clean line, in Unicode's composed form (NFC): no control characters,
// nothing that cannot be seen or that turns a line around, each run of white space one
// space, none at the ends. Bytes that are no UTF-8 become U+FFFD. The answer can be empty.
//
// Two texts that look the same may still differ, as а and a do. Line is for single lines
// only: what people write as a text of their own is kept as they wrote it.
func Line(s string) string {
	s = norm.NFC.String(strings.ToValidUTF8(s, "\uFFFD"))
	s = strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case hidden(r):
			return -1
		}
		return r
	}, s)
	// What was hidden may have stood between two signs that compose.
	return norm.NFC.String(strings.Join(strings.Fields(s), " "))
}

// Keepable tells whether a text is one that every database can keep as it is: UTF-8, without
// NUL.
func Keepable(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// AllKeepable tells whether all that was sent under names is Keepable, and the names too.
func AllKeepable(sent map[string][]string) bool {
	for name, values := range sent {
		if !Keepable(name) || !Keepable(strings.Join(values, " ")) {
			return false
		}
	}
	return true
}

// hidden tells whether a sign takes no place of its own: controls, formats such as the
// bidirectional ones, the zero-width ones and tags, and fillers. Those formats that are
// drawn, as before Arabic figures, are not hidden.
func hidden(r rune) bool {
	if unicode.Is(unicode.Prepended_Concatenation_Mark, r) {
		return false
	}
	return unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Bidi_Control, unicode.Other_Default_Ignorable_Code_Point)
}

// Cut is a line of at most this many signs: what is longer loses its end.
func Cut(line string, longest int) string {
	n := 0
	for i := range line {
		if n == longest {
			return strings.TrimRight(line[:i], " ")
		}
		n++
	}
	return line
}
