package text_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/watchbill/watchbill/internal/core/text"
)

func TestKeepable(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]bool{"": true, "Zoë 🔥\t\u200b": true, "\uFFFD": true, "a\x00b": false, "a\xffb": false, "\xed\xa0\x80": false} {
		if text.Keepable(in) != want {
			t.Errorf("%q: %v", in, !want)
		}
	}
}

func TestAllKeepable(t *testing.T) {
	t.Parallel()
	for _, e := range []struct {
		sent map[string][]string
		want bool
	}{
		{map[string][]string{"title": {"No payment", "é"}}, true},
		{map[string][]string{"title": {"No payment", "a\x00"}}, false},
		{map[string][]string{"ti\xfftle": {"No payment"}}, false},
		{nil, true},
	} {
		if got := text.AllKeepable(e.sent); got != e.want {
			t.Errorf("%q: %v", e.sent, got)
		}
	}
}

func TestLine(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, in, want string }{
		{"as it is", "Checkout hangs for iDEAL", "Checkout hangs for iDEAL"},
		{"nothing", "", ""},
		{"only what cannot be seen", "\u200b\u2060\ufeff\u3164 \t", ""},
		{"line ends and tabs", " one\r\n\ttwo\u2028three\u00a0four ", "one two three four"},
		{"controls", "a\x00b\x1b[31mc\u0085d\x7f", "ab[31mc d"},
		{"bidi", "invoice\u202efdp.exe\u2066\u2069", "invoicefdp.exe"},
		{"zero width and soft hyphen", "pass\u200bw\u00adord\u200d", "password"},
		{"tags", "x\U000E0041\U000E007Fy", "xy"},
		{"composed", "Zoe\u0308", "Zo\u00eb"},
		{"composed around something hidden", "Zoe\u200b\u0308", "Zo\u00eb"},
		{"no UTF-8", "a\xff\xfeb", "a\uFFFDb"},
		{"emoji stay", "🔥 down", "🔥 down"},
		{"an Arabic sign that is drawn", "\u0600\u0661", "\u0600\u0661"},
		{"no bracket of HTML is its business", "<b>&amp;", "<b>&amp;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := text.Line(c.in); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestCut(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		in      string
		longest int
		want    string
	}{
		{"short", 10, "short"},
		{"exactly", 7, "exactly"},
		{"één twee", 4, "één"},
		{"", 3, ""},
		{"abc", 0, ""},
	} {
		if got := text.Cut(c.in, c.longest); got != c.want {
			t.Errorf("Cut(%q, %d) = %q, want %q", c.in, c.longest, got, c.want)
		}
	}
}

// FuzzLine holds that a clean line stays as it is, and has nothing in it that steers.
func FuzzLine(f *testing.F) {
	for _, seed := range []string{"a", "Zoe\u200b\u0308", "\u202e\xff", "\u1100\u200b\u1161", "a\u0301\u00ad\u0323"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		line := text.Line(in)
		switch {
		case text.Line(line) != line:
			t.Errorf("%q is not clean yet: %q", line, text.Line(line))
		case !utf8.ValidString(line) || !norm.NFC.IsNormalString(line):
			t.Errorf("%q is no UTF-8 in NFC", line)
		case strings.ContainsAny(line, "\x00\r\n\t\u202e\u200b"):
			t.Errorf("%q steers", line)
		}
	})
}
