package wording_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/wording"
)

// TestNobodySteersTheTerminal says what an attacker wrote, in every way that a text gets
// into a sentence.
func TestNobodySteersTheTerminal(t *testing.T) {
	t.Parallel()
	const evil = "a\x1b[2Jb\u202ec\r\nd\x9b"
	type named string
	v := wording.In(wording.English)
	for way, said := range map[string]string{
		"a string":            v.Text("cli.file_missing", "file", evil),
		"a named string":      v.Text("cli.file_missing", "file", named(evil)),
		"a list":              v.Text("history.assume_cause", "states", []string{evil}),
		"a reason inside":     v.Text("contract.change", "about", reason.New("cli.file_missing", "file", evil)),
		"an unknown message":  v.Text("nobody.says", "file", evil),
		"an unknown code":     v.Text("nobody.says" + evil),
		"a word of the table": v.Text("contract.activity", "activity", evil),
		"a fault":             v.Fault(fault.New(fault.Invalid, "cli.file_missing", "file", evil)),
	} {
		if strings.ContainsAny(said, "\x1b\r\n\u202e") || !utf8.ValidString(said) {
			t.Errorf("%s: %q", way, said)
		}
	}
	if got, want := wording.Printable("né\u00a0x"+evil), "né\u00a0xa\ufffd[2Jb\ufffdc\ufffd\ufffdd\ufffd"; got != want {
		t.Errorf("printable: %q, want %q", got, want)
	}
}

// TestFaultsAreShort quotes what is longer than a person wants to read.
func TestFaultsAreShort(t *testing.T) {
	t.Parallel()
	long := "begin" + strings.Repeat("é", 10_000) + "end"
	columns := make([]string, 1000)
	for i := range columns {
		columns[i] = long
	}
	f := fault.New(fault.Invalid, "history.column_missing", "column", long, "key", "state", "columns", columns)
	for l, want := range map[wording.Language]string{wording.English: " and 980 more.", wording.Dutch: " en nog 980."} {
		said := wording.In(l).Fault(f)
		if n := utf8.RuneCountInString(said); n > 2000 || !strings.HasSuffix(said, want) {
			t.Errorf("%s: %d runes, %.3000s", l, n, said)
		}
		if !strings.Contains(said, "“begin") || !strings.Contains(said, "end”") {
			t.Errorf("%s: no beginning or no end: %.100s", l, said)
		}
	}
	cure := wording.In(wording.English).Cure(fault.New(fault.Invalid, "history.mapping_word", "known", columns))
	if n := utf8.RuneCountInString(cure); n > 2000 {
		t.Errorf("cure of %d runes", n)
	}
	within := fault.New(fault.Invalid, "contract.change", "about", reason.New("cli.file_missing", "file", long))
	if n := utf8.RuneCountInString(wording.In(wording.English).Fault(within)); n > 500 {
		t.Errorf("a reason inside a fault: %d runes", n)
	}
	whole := strings.Repeat("é", 80)
	if got := wording.Short(whole); got != whole {
		t.Errorf("80 runes were cut: %s", got)
	}
	if got := utf8.RuneCountInString(wording.Short(whole + "é")); got != 80 {
		t.Errorf("81 runes became %d", got)
	}
}

// TestOneVoicePerLanguage keeps the words of a contract from building a language anew.
func TestOneVoicePerLanguage(t *testing.T) {
	t.Parallel()
	for _, l := range []wording.Language{wording.English, wording.Dutch} {
		first, second := wording.In(l), wording.In(l)
		if first != second || first.Language() != l {
			t.Errorf("%s has two voices, or that of %s", l, first.Language())
		}
	}
}
