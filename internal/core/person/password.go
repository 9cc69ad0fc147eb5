package person

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of passwords that are refused.
const (
	CodePasswordShort  reason.Code = "person.password_short"  // shortest
	CodePasswordLong   reason.Code = "person.password_long"   // longest
	CodePasswordCommon reason.Code = "person.password_common" //
	CodePasswordNamed  reason.Code = "person.password_named"  //
)

const (
	shortestPassword = 12
	longestPassword  = 128
)

// Password returns the fault of a password that somebody with this address and name cannot
// have. A password has 12 to 128 signs, whichever they like. It is none of the common ones,
// nor one that is made of such words and a few figures, nor of the person's name or address.
func Password(password Secret, email, name string) error {
	switch n := utf8.RuneCountInString(string(password)); {
	case n < shortestPassword:
		return fault.New(fault.Invalid, CodePasswordShort, "shortest", shortestPassword)
	case n > longestPassword:
		return fault.New(fault.Invalid, CodePasswordLong, "longest", longestPassword)
	}
	plain := plainly(string(password))
	if made(plain, func(word string) bool { return common()[word] }) || run(plain) {
		return fault.New(fault.Invalid, CodePasswordCommon)
	}
	own := ownWords(email, name)
	if made(plain, func(word string) bool { return common()[word] || slices.Contains(own, word) }) {
		return fault.New(fault.Invalid, CodePasswordNamed)
	}
	return nil
}

// Typed is a password as it is hashed: composed (NFC), so that two keyboards that write é
// in two ways write one password. Nothing is cut or folded.
func Typed(password Secret) Secret { return Secret(norm.NFC.String(string(password))) }

//go:embed common.txt
var commonText string

// common are the words that passwords are made of most often, plainly written.
var common = sync.OnceValue(func() map[string]bool {
	words := map[string]bool{}
	for line := range strings.Lines(commonText) {
		if word := plainly(strings.TrimSpace(line)); word != "" && !strings.HasPrefix(line, "#") {
			words[word] = true
		}
	}
	return words
})

// disguises are signs that stand for letters.
var disguises = strings.NewReplacer("0", "o", "1", "i", "3", "e", "4", "a", "5", "s", "7", "t", "8", "b", "@", "a", "$", "s", "!", "i")

// plainly is a password without capitals, without what stands at its ends besides letters,
// and with its disguises taken off: "P@ssw0rd2026!" is "password".
func plainly(password string) string {
	small := strings.ToLower(password)
	word := strings.TrimFunc(small, func(r rune) bool { return !unicode.IsLetter(r) && r != '@' && r != '$' })
	if word == "" {
		return small // figures only
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, disguises.Replace(word))
}

// made tells whether a text is nothing but words of a kind, one after the other. What is
// longer than any password is no such text.
func made(text string, is func(word string) bool) bool {
	reached := make([]bool, len(text)+1)
	reached[0] = true
	for end := 1; end <= len(text); end++ {
		for start := max(0, end-32); start < end && !reached[end]; start++ {
			reached[end] = reached[start] && is(text[start:end])
		}
	}
	return len(text) > 0 && reached[len(text)]
}

// run tells whether a text has very few different signs, or counts up or down all the way.
func run(text string) bool {
	signs := map[rune]bool{}
	up, down := true, true
	last := rune(0)
	for _, r := range text {
		if last != 0 {
			next := r == last+1 || last == '9' && r == '0'
			before := r == last-1 || last == '0' && r == '9'
			up, down = up && next, down && before
		}
		signs[r] = true
		last = r
	}
	return len(signs) <= 2 || up || down
}

// ownWords are the parts of somebody's address and name, and the name of this product.
func ownWords(email, name string) []string {
	words := []string{"watchbill"}
	for _, part := range strings.FieldsFunc(strings.ToLower(email+" "+name), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r)
	}) {
		if utf8.RuneCountInString(part) >= 3 {
			words = append(words, plainly(part))
		}
	}
	return words
}
