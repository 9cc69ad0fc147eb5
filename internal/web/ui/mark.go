package ui

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/catalog"
)

// rank is the number of steps that a level has lit: 1 for L0 and L1, 2 for L2, 3 for L3.
func rank(l catalog.Level) int { return max(1, int(l)-1) }

// stairs are the steps of a level, from the lowest.
var stairs = [...]string{"M0 7h3.6v4H0z", "M4.6 3.5h3.6V11H4.6z", "M9.2 0h3.6v11H9.2z"}

// stair is the drawing of a rank: the steps that are lit, and those that are not.
func stair(rank int) (lit, unlit string) {
	return strings.Join(stairs[:rank], ""), strings.Join(stairs[rank:], "")
}

// outline is the shape of a party: square for the provider, circle for the client, diamond for
// a third party, hexagon for the platform.
func outline(p catalog.Party) string {
	switch p {
	case catalog.Client:
		return "M1 5.5a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z"
	case catalog.ThirdParty:
		return "M5.5.6 10.4 5.5 5.5 10.4.6 5.5z"
	case catalog.Platform:
		return "M3 1.1h5l2.5 4.4L8 9.9H3L.5 5.5z"
	default:
		return "M1.2 1.2h8.6v8.6H1.2z"
	}
}

// Initials are the two letters of an avatar: of "Noor" NO, of "Ravi de Wit" RW.
func Initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	if len(words) == 0 {
		return "?"
	}
	first, size := utf8.DecodeRuneInString(words[0])
	letters := string(first)
	if len(words) > 1 {
		last, _ := utf8.DecodeRuneInString(words[len(words)-1])
		letters += string(last)
	} else if second, _ := utf8.DecodeRuneInString(words[0][size:]); second != utf8.RuneError {
		letters += string(second)
	}
	return strings.ToUpper(letters)
}
