package text_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/text"
)

func TestWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"as it is", "checkout hangs", "checkout hangs"},
		{"nothing", "", ""},
		{"only signs", " -- \t\n!?\"*()^:#@' ", ""},
		{"capitals", "iDEAL Checkout", "ideal checkout"},
		{"accents, composed or not", "Zoë Zoe\u0308 façade Ångström ÑANDÚ", "zoe zoe facade angstrom nandu"}, //nolint:dupword // the same word, written in two ways
		{"compatible forms", "ﬁnd ２４ Ⅷ", "find 24 viii"},
		{"letters with a small form of their own", "STRAßE Straẞe ΟΔΟΣ οδος İstanbul ısı", "strasse strasse οδοσ οδοσ istanbul isi"}, //nolint:dupword // the same
		{"keys and addresses", "INC-000123 https://shop.example/a?b=c", "inc 000123 https shop example a b c"},
		{"quotes and operators are no part of a word", `"payment" AND (NOT fails)* NEAR/2 col:x`, "payment and not fails near 2 col x"},
		{"other scripts", "Оплата 支払い שלום", "оплата 支払い שלום"},
		{"what cannot be seen", "pass\u200bword soft\u00adly", "password softly"},
		{"no UTF-8", "a\xffb", "a b"},
		{"a long word", strings.Repeat("x", 99), strings.Repeat("x", 40)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := strings.Join(text.Words(c.in), " "); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// FuzzWords holds what the search builds its questions on: a word is letters and digits only,
// and looking for the words of a text finds the text.
func FuzzWords(f *testing.F) {
	for _, seed := range []string{"Checkout hangs", `"; DROP TABLE x; --`, "İẞς\u0345ǅ", "ﷺ ㎞ ½", "\u0130\u0307", "ᏸ Ᏸ ꭰ", strings.Repeat("x", 39) + "ß"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		words := text.Words(s)
		for _, w := range words {
			n := utf8.RuneCountInString(w)
			if n == 0 || n > 40 || !utf8.ValidString(w) {
				t.Errorf("%q of %q has %d signs", w, s, n)
			}
			for _, r := range w {
				if !unicode.IsLetter(r) && !unicode.IsNumber(r) {
					t.Errorf("%q of %q holds %q", w, s, r)
				}
			}
		}
		if diff := cmp.Diff(words, text.Words(strings.Join(words, " "))); diff != "" {
			t.Errorf("the words of %q: %s", s, diff)
		}
	})
}
