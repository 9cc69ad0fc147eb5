package person_test

import (
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// code is the code of the first fault of an error, "" for none.
func code(err error) reason.Code {
	if f := fault.All(err); len(f) > 0 {
		return f[0].Code
	}
	return ""
}

func TestPassword(t *testing.T) {
	t.Parallel()
	for password, want := range map[person.Secret]reason.Code{
		"":                                      person.CodePasswordShort,
		"elevensigns":                           person.CodePasswordShort,
		"ééééééééééé":                           person.CodePasswordShort, // eleven signs, twenty-two bytes
		"plum tart on the porch":                "",
		"fjord-quilt-9":                         "",
		"            x":                         person.CodePasswordCommon, // nearly nothing
		"onderzeebootje":                        "",
		person.Secret(strings.Repeat("é", 129)): person.CodePasswordLong,
		person.Secret(strings.Repeat("vy3k ", 25) + "abc"): "",
		"passwordpassword":    person.CodePasswordCommon,
		"P@ssw0rd2026!":       person.CodePasswordCommon,
		"Welkom12345!!":       person.CodePasswordCommon,
		"123456789012":        person.CodePasswordCommon,
		"210987654321":        person.CodePasswordCommon,
		"111111111111":        person.CodePasswordCommon,
		"121212121212":        person.CodePasswordCommon,
		"abcdefghijklmnop":    person.CodePasswordCommon,
		"qwertyuiop123":       person.CodePasswordCommon,
		"ILoveYou!!!!!":       person.CodePasswordCommon,
		"letmeinletmein":      person.CodePasswordCommon,
		"wachtwoord 2026":     person.CodePasswordCommon,
		"summer and winter":   person.CodePasswordCommon,
		"WatchBill2026":       person.CodePasswordNamed,
		"noortje.visser":      person.CodePasswordNamed,
		"Visser-welkom-1":     person.CodePasswordNamed,
		"noortje@anker.test1": person.CodePasswordNamed,
		"visserslatijn 7":     "", // another word
	} {
		t.Run(string(password), func(t *testing.T) {
			t.Parallel()
			if got := code(person.Password(password, "noortje@anker.test", "Noortje Visser")); got != want {
				t.Errorf("got %q, want %q", got, want)
			}
		})
	}
}

func TestTypedIsOneSpelling(t *testing.T) {
	t.Parallel()
	if person.Typed("cafe\u0301 ") != person.Typed("caf\u00e9 ") || person.Typed("A") == person.Typed("a") {
		t.Error("a password is composed, and otherwise as it was typed")
	}
}

func FuzzPassword(f *testing.F) {
	f.Add("P@ssw0rd2026!", "a@b", "Zoë")
	f.Add("\xff\x00", "", "")
	f.Fuzz(func(t *testing.T, password, email, name string) {
		if err := person.Password(person.Secret(password), email, name); err != nil && len(fault.All(err)) != 1 {
			t.Errorf("%v", err)
		}
	})
}
