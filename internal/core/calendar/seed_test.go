package calendar_test

import (
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/calendar"
)

// TestSeedsAreFrozen fails when a seed changes, or comes without being listed here. Never
// change a sum in this list: contracts were made with these files.
func TestSeedsAreFrozen(t *testing.T) {
	t.Parallel()
	want := map[string]string{
		"BE@1": "daa001c1f0ad8057e351d028a4953ad3d070f2ae6e4d6fd50acfb27b5a5cdd7d",
		"DE@1": "39a6e55b0a5271012ef25914aea9b55e01cefb706d4854e734e01b79923c61bf",
		"GB@1": "e6b74cc7ca08adfe8a050553a836df1ff22910673606d7d1428de773dd8a6305",
		"NL@1": "c8b267608808b6b10159c5bf210f64432e96ce2e0b8692a0b6a1ef4c7d6f12ca",
		"US@1": "80bc58983554870ce186599e6f2aba083d4aaef6daa9b9121207a23957f573f1",
	}
	got := map[string]string{}
	for _, name := range calendar.Seeds() {
		data, err := os.ReadFile(filepath.Join("seed", name+".txt"))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = fmt.Sprintf("%x", sha256.Sum256(data))
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("seeds (-want +got):\n%s", diff)
	}
}

func TestSeedsAreSoundLists(t *testing.T) {
	t.Parallel()
	for _, name := range calendar.Seeds() {
		years, holidays, ok := calendar.Seed(name)
		if !ok || years != [2]int{2010, 2040} {
			t.Errorf("%s: years %v, %v", name, years, ok)
		}
		perYear := map[int]int{}
		for i, h := range holidays {
			perYear[h.Date.Year]++
			if h.Name == "" {
				t.Errorf("%s: %v has no name", name, h.Date)
			}
			if i > 0 && !holidays[i-1].Date.Before(h.Date) {
				t.Errorf("%s: %v is out of order or twice", name, h.Date)
			}
		}
		for year := years[0]; year <= years[1]; year++ {
			if n := perYear[year]; n < 7 || n > 15 {
				t.Errorf("%s: %d holidays in %d", name, n, year)
			}
		}
		if len(perYear) != years[1]-years[0]+1 {
			t.Errorf("%s: holidays outside %v", name, years)
		}
	}
	if _, _, ok := calendar.Seed("NL@0"); ok {
		t.Error("there is no NL@0")
	}
}

// TestSeedsHoldWhatAlmanacsSay names dates that a rule gets wrong easily.
func TestSeedsHoldWhatAlmanacsSay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		seed, date, name string // no name: a working day
	}{
		{"NL@1", "2013-04-30", "Koninginnedag"},
		{"NL@1", "2013-04-27", ""},
		{"NL@1", "2014-04-26", "Koningsdag"}, // the 27th was a Sunday
		{"NL@1", "2025-04-26", "Koningsdag"},
		{"NL@1", "2025-04-27", ""},
		{"NL@1", "2026-04-27", "Koningsdag"},
		{"NL@1", "2025-05-05", "Bevrijdingsdag"},
		{"NL@1", "2026-05-05", ""},
		{"NL@1", "2026-04-03", ""}, // Good Friday
		{"NL@1", "2038-04-26", "Tweede Paasdag"},
		{"BE@1", "2026-07-21", "Nationale Feestdag"},
		{"BE@1", "2026-12-26", ""},
		{"DE@1", "2017-10-31", "Reformationstag"},
		{"DE@1", "2018-10-31", ""},
		{"DE@1", "2026-04-03", "Karfreitag"},
		{"GB@1", "2011-04-29", "Royal Wedding"},
		{"GB@1", "2011-12-27", "Christmas Day (observed)"},
		{"GB@1", "2012-05-28", ""},
		{"GB@1", "2020-05-04", ""},
		{"GB@1", "2020-05-08", "VE Day"},
		{"GB@1", "2020-12-28", "Boxing Day (observed)"},
		{"GB@1", "2021-12-27", "Christmas Day (observed)"},
		{"GB@1", "2021-12-28", "Boxing Day (observed)"},
		{"GB@1", "2022-09-19", "State Funeral of Queen Elizabeth II"},
		{"GB@1", "2023-05-08", "Coronation of King Charles III"},
		{"US@1", "2010-12-31", "New Year's Day (observed)"},
		{"US@1", "2020-06-19", ""},
		{"US@1", "2021-06-18", "Juneteenth (observed)"},
		{"US@1", "2021-07-05", "Independence Day (observed)"},
		{"US@1", "2026-07-03", "Independence Day (observed)"},
		{"US@1", "2026-11-26", "Thanksgiving Day"},
	} {
		_, holidays, _ := calendar.Seed(c.seed)
		var name string
		if i := slices.IndexFunc(holidays, func(h calendar.Holiday) bool { return h.Date == date(t, c.date) }); i >= 0 {
			name = holidays[i].Name
		}
		if name != c.name {
			t.Errorf("%s on %s: %q, want %q", c.seed, c.date, name, c.name)
		}
	}
}
