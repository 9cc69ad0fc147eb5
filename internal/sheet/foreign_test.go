package sheet_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"unicode"

	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/sheet"
	"github.com/watchbill/watchbill/internal/wording"
)

// foreign is a text that somebody else wrote to do harm: it steers a terminal, turns lines
// around, ends them, and has markup in it.
const foreign = "A\x1b[2J\u009b1m\x7f\u202e\u2066\u2028\r\n<b>\"&"

// foreigners is a comparison with foreign texts wherever others name something.
func foreigners(t *testing.T) *replay.Comparison {
	t.Helper()
	some := contracts(t)
	for i := range some {
		some[i].Name = foreign
	}
	tickets := history()
	for i := range tickets {
		tickets[i].key += foreign
	}
	c := compare(t, tickets, some, assume(150))
	c.Source, c.Assumptions = foreign, foreign
	return c
}

// TestNobodyIsSteered wants nothing in a sheet that steers what shows it, whoever wrote it.
//
// Seen red in each format, with what is written there as it came.
func TestNobodyIsSteered(t *testing.T) {
	t.Parallel()
	for _, format := range formats {
		got := write(t, foreigners(t), format, wording.English)
		if !strings.Contains(got, "[2J") {
			t.Errorf("%s does not have the text at all", format)
		}
		for _, r := range got {
			if r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp)) {
				t.Errorf("%s has %U", format, r)
				break
			}
		}
		if format == sheet.HTML && strings.Contains(got, "<b>\"") {
			t.Error("markup of a name is markup of the page")
		}
	}
}

// TestJSONKeepsForeignText wants what is escaped in a document to be read as it was written.
func TestJSONKeepsForeignText(t *testing.T) {
	t.Parallel()
	var doc struct {
		Source    string
		Contracts []struct{ Name string }
	}
	if err := json.Unmarshal([]byte(write(t, foreigners(t), sheet.JSON, wording.English)), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Source != foreign || doc.Contracts[0].Name != foreign {
		t.Errorf("read as %q, %q", doc.Source, doc.Contracts[0].Name)
	}
}

// TestForeignTextStandsApart wants a name that is written from right to left to turn nothing
// but itself around.
//
// Seen red with: the key of a case in a span.
func TestForeignTextStandsApart(t *testing.T) {
	t.Parallel()
	page := write(t, foreigners(t), sheet.HTML, wording.English)
	_, body, _ := strings.Cut(page, "<main")
	for _, place := range []string{"<h1><bdi>", "<b><bdi>", "<h3><bdi>", `<bdi class="key">`, `<th scope="rowgroup" rowspan="1"><bdi>`, "<td><bdi>"} {
		if !strings.Contains(body, place) {
			t.Errorf("no %s", place)
		}
	}
}

// TestSpreadsheetsReadNoFormula wants an apostrophe before whatever a spreadsheet would begin
// to calculate, also behind what it does not show.
//
// Seen red with: the first sign only; every cell quoted only where it must be.
func TestSpreadsheetsReadNoFormula(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"=1+1": "'=1+1", "+1": "'+1", "-1": "'-1", "@sum": "'@sum", "＝1": "'＝1",
		"\t=1": "'\ufffd=1", "\r=1": "'\ufffd=1", "\n=1": "'\ufffd=1", "\u200e=1": "'\ufffd=1", "\u200f@a": "'\ufffd@a",
		"\ufeff=1": "'\ufeff=1", "\u200b=1": "'\u200b=1", "\u00a0=1": "'\u00a0=1", " +1": "' +1", `"=1`: `'"=1`, "'=1": "''=1",
		"shop": "shop", "a=1;=2": "a=1;=2", `say "no"`: `say "no"`, "": "",
	} {
		some := contracts(t)[:1]
		some[0].Name = name
		text := write(t, compare(t, history(), some, nil), sheet.CSV, wording.English)
		rows, err := csv.NewReader(strings.NewReader(text)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		if got := rows[1][0]; got != want {
			t.Errorf("contract %q is written as %q, not %q", name, got, want)
		}
		for line := range strings.Lines(text) {
			if cells := strings.Split(strings.TrimSuffix(line, "\n"), `","`); len(cells) != len(rows[0]) {
				t.Errorf("a cell is not quoted in %s", line)
			}
		}
	}
}
