package wording_test

import (
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/wording"
)

func TestFigures(t *testing.T) {
	t.Parallel()
	date := calendar.Date{Year: 2026, Month: time.March, Day: 1}
	for _, e := range []struct{ got, want string }{
		{wording.Number(wording.English, 0), "0"},
		{wording.Number(wording.English, 999), "999"},
		{wording.Number(wording.English, 24_918), "24,918"},
		{wording.Number(wording.Dutch, 1_234_567), "1.234.567"},
		{wording.Number(wording.English, -1_000), "−1,000"},

		{wording.Percent(wording.English, 412, 423), "97.3 %"},
		{wording.Percent(wording.Dutch, 412, 423), "97,3 %"},
		{wording.Percent(wording.English, 999_999, 1_000_000), "99.9 %"}, // never 100 with one late
		{wording.Percent(wording.English, 3, 3), "100 %"},
		{wording.Percent(wording.English, 0, 3), "0 %"},
		{wording.Percent(wording.English, 0, 0), "–"},

		{wording.Hours(wording.English, 0), "0 h"},
		{wording.Hours(wording.English, 45), "45 min"},
		{wording.Hours(wording.English, 210), "3 h 30"},
		{wording.Hours(wording.English, 99*60+59), "99 h 59"},
		{wording.Hours(wording.English, 100*60), "100 h"},
		{wording.Hours(wording.Dutch, 2_997*60+31), "2.998 h"},
		{wording.Hours(wording.English, -30), "−30 min"},

		{wording.Month(wording.English, date), "Mar 2026"},
		{wording.Month(wording.Dutch, date), "mrt 2026"},
	} {
		if got := strings.ReplaceAll(e.got, "\u00a0", " "); got != e.want {
			t.Errorf("got %q, want %q", got, e.want)
		}
	}
}
