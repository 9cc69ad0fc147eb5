package sheet_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/sheet"
	"github.com/watchbill/watchbill/internal/wording"
)

// withSkipped is a comparison of which so many rows were not used.
func withSkipped(t *testing.T, n int) *replay.Comparison {
	t.Helper()
	c := compare(t, history(), contracts(t)[:1], nil)
	c.Rows, c.Skipped = 5000, skipped(n)
	return c
}

// TestSkippedRowsAreTold wants every format to account for what was not used: people see how
// much of what and the first of it, programs a thousand of them and the number of all.
//
// Seen red with: no limit; a limit that counts too.
func TestSkippedRowsAreTold(t *testing.T) {
	t.Parallel()
	c := withSkipped(t, 1500)
	for _, format := range []sheet.Format{sheet.Text, sheet.HTML} {
		got := strings.Join(strings.Fields(write(t, c, format, wording.English)), " ")
		for _, want := range []string{
			"1,500 of them could not be used", "1,499 for history.id_missing and 1 for history.number_invalid. The first 20:",
			"Line 2, column 1: The row has no ticket in column Ticket.", "Line 21, column 1:",
		} {
			if !strings.Contains(got, want) {
				t.Errorf("%s does not say %s", format, want)
			}
		}
		if strings.Contains(got, "Line 22,") {
			t.Errorf("%s has more than twenty", format)
		}
	}
	var doc struct {
		Rows, Skipped int
		Left          []struct {
			Line, Column  *int
			Code, Problem string
		} `json:"skipped_rows"`
	}
	if err := json.Unmarshal([]byte(write(t, c, sheet.JSON, wording.Dutch)), &doc); err != nil {
		t.Fatal(err)
	}
	if doc.Rows != 5000 || doc.Skipped != 1500 || len(doc.Left) != 1000 {
		t.Fatalf("%d rows, %d skipped, %d told", doc.Rows, doc.Skipped, len(doc.Left))
	}
	if r := doc.Left[999]; *r.Line != 1001 || *r.Column != 1 || r.Code != "history.id_missing" || !strings.HasPrefix(r.Problem, "The row") {
		t.Errorf("the last one is %+v", r)
	}
	rows, err := csv.NewReader(strings.NewReader(write(t, c, sheet.CSV, wording.English))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range rows {
		want := "5000 1500"
		if i == 0 {
			want = "rows skipped"
		}
		if got := strings.Join(r[len(r)-2:], " "); got != want {
			t.Errorf("row %d ends with %s", i, got)
		}
	}
}

// A history of which every row was used says so, and lists nothing.
func TestNothingSkipped(t *testing.T) {
	t.Parallel()
	c := withSkipped(t, 1)
	c.Skipped = nil
	for _, format := range []sheet.Format{sheet.Text, sheet.HTML} {
		if got := write(t, c, format, wording.English); strings.Contains(got, "Rows left out") || !strings.Contains(got, "and none left out") {
			t.Errorf("%s has rows left out", format)
		}
	}
	if got := write(t, c, sheet.JSON, wording.English); !strings.Contains(got, `"skipped_rows": [],`) {
		t.Error("no empty list")
	}
}
