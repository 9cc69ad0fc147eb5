package text_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/text"
)

func TestMinutes(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]int{
		"90": 90, " 90 ": 90, "90m": 90, "90 min": 90, "0": 0, "007": 7,
		"2h": 120, "2u": 120, "2 uur": 120, "1.5h": 90, "1,5h": 90, "1,5u": 90, "1.5 U": 90, "0,25u": 15, "0.33h": 20, ".5h": 30, "1\u00a0h\u00a030": 90,
		"1h30": 90, "1H30": 90, "1 h 30": 90, "1h30m": 90, "1 u 30 min": 90, "1uur5": 65, "1:30": 90, "1:05": 65, "0:00": 0,
		"100h": 6000, "100000": 100000, // too long for a day, which is not for the form to say
	} {
		if got, ok := text.Minutes(typed); !ok || got != want {
			t.Errorf("%q is %d, %v, want %d", typed, got, ok, want)
		}
	}
	for _, typed := range []string{
		"", " ", "a while", "h", "u", ":", "min", "1:", ":30", "h30", "1.5", "1,5", "1.5h30", "1h60", "1:75", "1h 2h", "1:30:00", "1 30", "1hm",
		"-30", "-1h30", "1h-30", "-1.5h", "+30", "1h+30", "1e1h", "0x10h", "infh", "-infh", "nanh", "٣", "1..5h", ".h",
		"99999999999999999999", "99999999999999999999h", "307445734561825861h5", "9223372036854775807:59",
	} {
		if got, ok := text.Minutes(typed); ok {
			t.Errorf("%q is %d", typed, got)
		}
	}
}
