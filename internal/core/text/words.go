package text

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// longestWord is the most signs of a word that count.
const longestWord = 40

// Words are the words of a text as a search compares them, in order: runs of letters and
// digits, in small letters, without accents, in compatible forms (NFKD). Everything else parts
// words. Of a long word the first forty signs count.
//
// Words of the answer, put side by side with spaces, have the same words again.
func Words(s string) []string {
	var words []string
	var word strings.Builder
	signs := 0
	end := func() {
		if signs > 0 {
			words = append(words, word.String())
			word.Reset()
			signs = 0
		}
	}
	for _, r := range norm.NFKD.String(strings.ToValidUTF8(s, " ")) {
		switch {
		case r < utf8.RuneSelf:
			switch {
			case 'A' <= r && r <= 'Z':
				r += 'a' - 'A'
			case (r < 'a' || 'z' < r) && (r < '0' || '9' < r):
				end()
				continue
			}
			if signs < longestWord {
				word.WriteByte(byte(r))
				signs++
			}
		case unicode.IsMark(r), invisible(r):
			// An accent, or nothing to see: the word goes on.
		case !unicode.IsLetter(r) && !unicode.IsNumber(r):
			end()
		default:
			for _, part := range small(r) {
				if signs < longestWord && !unicode.IsMark(part) {
					word.WriteRune(part)
					signs++
				}
			}
		}
	}
	end()
	return words
}

// invisible tells whether a sign takes no place, so that those who type a word leave it out.
func invisible(r rune) bool { return hidden(r) && !unicode.IsControl(r) }

// small gives a letter in its small form, which may have an accent of its own.
func small(r rune) string {
	switch r {
	case 'ß', 'ẞ':
		return "ss"
	case 'ς':
		return "σ"
	case 'ı':
		return "i"
	}
	return norm.NFKD.String(string(unicode.ToLower(r)))
}
