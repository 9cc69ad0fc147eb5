package sheet_test

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/sheet"
	"github.com/watchbill/watchbill/internal/wording"
)

var update = flag.Bool("update", false, "write the golden files of sheets")

var (
	formats   = []sheet.Format{sheet.Text, sheet.JSON, sheet.CSV, sheet.HTML}
	languages = []wording.Language{wording.English, wording.Dutch}
)

func golden(t *testing.T, name, got string) {
	t.Helper()
	name = "testdata/" + name
	if *update {
		if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); d != "" {
		t.Errorf("%s differs (-want +got); -update writes it:\n%s", name, d)
	}
}

func TestGolden(t *testing.T) {
	t.Parallel()
	c := compare(t, history(), contracts(t), nil)
	golden(t, "history.en.txt", write(t, c, sheet.Text, wording.English))
	golden(t, "history.nl.txt", write(t, c, sheet.Text, wording.Dutch))
	golden(t, "history.json", write(t, c, sheet.JSON, wording.English))
	golden(t, "history.csv", write(t, c, sheet.CSV, wording.English))
	golden(t, "history.en.html.txt", outline(t, write(t, c, sheet.HTML, wording.English)))
	assumed := compare(t, quick(), contracts(t), assume(150))
	golden(t, "assumed.en.txt", write(t, assumed, sheet.Text, wording.English))
	aged := compare(t, problems(), contracts(t), nil)
	golden(t, "problems.en.txt", write(t, aged, sheet.Text, wording.English))
	golden(t, "problems.nl.txt", write(t, aged, sheet.Text, wording.Dutch))
	golden(t, "problems.en.html.txt", outline(t, write(t, aged, sheet.HTML, wording.English)))
}

// TestFirstLine wants the deciding sentence and what it rests on in the first line.
func TestFirstLine(t *testing.T) {
	t.Parallel()
	pair := contracts(t)
	for _, e := range []struct {
		name    string
		tickets []told
		assumed *replay.Assumption
		want    string
	}{
		{
			"hours in the history", history(), nil,
			"Fixed capacity fits best, because it promises nothing: every contract that promises something misses a goal.",
		},
		{
			"no hours at all", unworked(), nil,
			"Fixed capacity fits best, because it promises nothing: every contract that promises something misses a goal." +
				" The ranking rests on an assumption: that the hours are enough, since nothing says what the work took.",
		},
		{
			"assumed, and flips", quick(), assume(150),
			"SLA with hotfix, Gold fits best. The ranking rests on an assumption, the effort (effort.yaml):" +
				" at ×2 Managed service, Gold fits best.",
		},
		{
			"assumed, and holds", quick(), assume(5),
			"SLA with hotfix, Gold fits best. The effort is assumed (effort.yaml), but half or twice as much changes nothing here.",
		},
		{"no tickets", nil, nil, "There are no tickets to hold against a contract."},
		{
			"no targets, and the hours of some are enough", problems(), assumeProblems(9000),
			"No contract here has a target for the tickets of this history; only the hours of Managed service, Gold are enough." +
				" The ranking rests on an assumption",
		},
		{
			"no targets, and the hours of all are enough", problems(), assumeProblems(60),
			"No contract here has a target for the tickets of this history; the hours of all are enough. The effort is assumed",
		},
		{"no targets", problems(), nil, "Nothing tells these contracts apart: none has a target for the tickets of this history."},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			c := compare(t, e.tickets, pair, e.assumed)
			got, _, _ := strings.Cut(write(t, c, sheet.Text, wording.English), "\n")
			if !strings.HasPrefix(got, e.want) || e.assumed == nil && got != e.want {
				t.Errorf("first line\n got %s\nwant %s", got, e.want)
			}
			page := words(t, write(t, c, sheet.HTML, wording.English))
			if !strings.Contains(page, e.want) {
				t.Errorf("the page does not say %s", e.want)
			}
		})
	}
}

// TestRootCausesAreOfProblems holds the figure against problems, not against all tickets.
//
// Seen red with: the number of all tickets as the whole.
func TestRootCausesAreOfProblems(t *testing.T) {
	t.Parallel()
	got := write(t, compare(t, append(history(), problems()...), contracts(t), nil), sheet.Text, wording.English)
	if !regexp.MustCompile(`in all +2 of 9, 22.2 % +7 of 9, 77.7 % +1 of 3, 33.3 %`).MatchString(got) {
		_, ages, _ := strings.Cut(got, "Age of tickets")
		t.Errorf("the ages are\n%s", ages)
	}
}

// TestPrices wants the same cost in every format that tells it, at each share of an effort,
// and the assumption that the ranking rests on before everything else.
//
// Seen red with: the cost at half the effort shown as the cost.
func TestPrices(t *testing.T) {
	t.Parallel()
	c := compare(t, quick()[:3], priced(t), assume(220)) // 11 h in April
	const first = "Small fits best. The ranking rests on an assumption, the effort (effort.yaml): at ×2 Large fits best."
	text := write(t, c, sheet.Text, wording.English)
	if got, _, _ := strings.Cut(text, "\n"); got != first {
		t.Errorf("first line\n got %s\nwant %s", got, first)
	}
	for _, row := range []string{
		`Small +×0.5 .* EUR 3,000.00`, ` ×1 .* EUR 3,090.50`, ` ×2 .* EUR 4,086.00`, // three months, and hours at 90.50
		`Large +×0.5 .* EUR 7,500.00`, `Cost over the whole history: EUR 3,090.50, overruns with it.`,
	} {
		if !regexp.MustCompile(row).MatchString(text) {
			t.Errorf("no %s in\n%s", row, text)
		}
	}
	page := words(t, write(t, c, sheet.HTML, wording.English))
	for _, says := range []string{first, "EUR 3,090.50 at ×0.5: EUR 3,000.00 at ×2: EUR 4,086.00"} {
		if !strings.Contains(strings.ReplaceAll(page, "\u00a0", " "), says) {
			t.Errorf("the page does not say %s", says)
		}
	}
	var doc struct {
		Ranking struct {
			Best     string
			RestsOn  string `json:"rests_on"`
			Flips    []struct{ Best string }
			Contract string
		}
		Contracts []struct {
			Hours []struct {
				Cost struct {
					Minor    int
					Currency string
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(write(t, c, sheet.JSON, wording.English)), &doc); err != nil {
		t.Fatal(err)
	}
	hours := doc.Contracts[0].Hours
	if len(hours) != 3 || hours[1].Cost.Minor != 309_050 || hours[2].Cost.Minor != 408_600 || hours[2].Cost.Currency != "EUR" {
		t.Errorf("costs %+v", hours)
	}
	if r := doc.Ranking; r.Best != "Small" || r.RestsOn != "effort" || len(r.Flips) != 1 || r.Flips[0].Best != "Large" {
		t.Errorf("ranking %+v", r)
	}
	unpriced := write(t, compare(t, quick(), contracts(t), assume(150)), sheet.Text, wording.English)
	if strings.Contains(unpriced, "cost") {
		t.Error("contracts without a price have a column of costs")
	}
}

func TestHoursOfNoneAreEnough(t *testing.T) {
	t.Parallel()
	got := write(t, compare(t, problems(), contracts(t)[:2], assumeProblems(99000)), sheet.Text, wording.English)
	if want := "No contract here has a target for the tickets of this history, and the hours of none are enough."; !strings.HasPrefix(got, want) {
		t.Errorf("it begins with %.200s", got)
	}
}

var unsaid = regexp.MustCompile(`\b(sheet|replay|contract)\.[a-z]+|map\[|<no value>|%!| [,.]|0001`)

// TestNothingIsUnsaid finds texts without a sentence, which are printed as their name.
func TestNothingIsUnsaid(t *testing.T) {
	t.Parallel()
	for _, c := range []*replay.Comparison{
		compare(t, history(), contracts(t), nil),
		compare(t, unworked(), contracts(t)[:1], nil),
		compare(t, quick(), contracts(t)[1:2], assume(150)),
		compare(t, nil, contracts(t), nil),
		compare(t, problems(), contracts(t)[:1], nil),
		compare(t, problems(), contracts(t), assumeProblems(9000)),
	} {
		for _, l := range languages {
			for _, format := range []sheet.Format{sheet.Text, sheet.HTML} {
				got := write(t, c, format, l)
				if format == sheet.HTML {
					got = words(t, got)
				}
				if at := unsaid.FindStringIndex(got); at != nil {
					t.Errorf("%s %s: %q in %q", format, l, got[at[0]:at[1]], got[max(0, at[0]-40):min(len(got), at[1]+60)])
				}
			}
		}
	}
}

// TestKeyFiguresAreNeverBroken holds the words apart: a promise is broken, a key figure is missed.
func TestKeyFiguresAreNeverBroken(t *testing.T) {
	t.Parallel()
	c := compare(t, history(), contracts(t)[:1], nil) // fixed capacity: key figures only
	text := write(t, c, sheet.Text, wording.English)
	_, clocks, _ := strings.Cut(text, "Measured only (KPI)\n")
	clocks, _, _ = strings.Cut(clocks, "How it was counted")
	if strings.Contains(clocks, "broken") || !strings.Contains(clocks, "missed") {
		t.Errorf("key figures are called broken:\n%s", clocks)
	}
	var doc struct {
		Contracts []struct {
			KPI struct {
				Total map[string]any `json:"total"`
			} `json:"kpi"`
			SLA struct {
				Total map[string]any `json:"total"`
			} `json:"sla"`
		} `json:"contracts"`
	}
	if err := json.Unmarshal([]byte(write(t, c, sheet.JSON, wording.English)), &doc); err != nil {
		t.Fatal(err)
	}
	kpi, sla := doc.Contracts[0].KPI.Total, doc.Contracts[0].SLA.Total
	if kpi["broken"] != nil || kpi["missed"] == nil || sla["missed"] != nil || sla["broken"] == nil {
		t.Errorf("words of counts: sla %v, kpi %v", sla, kpi)
	}
}

// TestSpentAddsUp wants of each of the worst cases what its clock did in sums, and the single
// stretches only of those that a reader can follow.
//
// Seen red with: the last stretch instead of the sum; segments of all cases.
func TestSpentAddsUp(t *testing.T) {
	t.Parallel()
	tickets := history()
	for i := range 5 { // each late by some minutes
		day := fmt.Sprintf("2026-04-1%d ", 3+i)
		tickets = append(tickets, told{fmt.Sprintf("INC-1%d", i), catalog.P1, []entry{
			{day + "10:00", logged(catalog.P1)}, {day + "11:00", ticket.Acknowledged{}}, {day + "16:00", ticket.Closed{}},
		}})
	}
	var doc struct {
		Contracts []struct {
			Worst []struct {
				Since, Stopped string
				Elapsed        int `json:"elapsed_seconds"`
				Spent          []struct {
					What    string
					Seconds int
				}
				Segments []struct{ From, To string }
			}
		}
	}
	if err := json.Unmarshal([]byte(write(t, compare(t, tickets, contracts(t), nil), sheet.JSON, wording.English)), &doc); err != nil {
		t.Fatal(err)
	}
	segments := 0
	for _, c := range doc.Contracts {
		for i, w := range c.Worst {
			counted := 0
			for _, s := range w.Spent {
				if s.What == "clock.counted" {
					counted += s.Seconds
				}
			}
			if counted != w.Elapsed {
				t.Errorf("%d seconds counted, %d elapsed", counted, w.Elapsed)
			}
			if i >= 3 && w.Segments != nil || len(w.Segments) > 60 {
				t.Errorf("case %d has %d segments", i, len(w.Segments))
			}
			if segments += len(w.Segments); len(w.Segments) > 0 && w.Segments[0].From != w.Since {
				t.Errorf("segments begin at %s, the clock at %s", w.Segments[0].From, w.Since)
			}
		}
	}
	if segments == 0 {
		t.Error("no case has segments")
	}
}

func TestMachinesReadOneLanguage(t *testing.T) {
	t.Parallel()
	c := compare(t, history(), contracts(t), nil)
	for _, format := range []sheet.Format{sheet.JSON, sheet.CSV} {
		if d := cmp.Diff(write(t, c, format, wording.English), write(t, c, format, wording.Dutch)); d != "" {
			t.Errorf("%s differs by language:\n%s", format, d)
		}
	}
}

func TestUnknownFormat(t *testing.T) {
	t.Parallel()
	err := sheet.Write(io.Discard, "pdf", compare(t, history(), contracts(t), nil), wording.In(wording.English))
	if !errors.Is(err, &fault.Fault{Reason: reason.New(sheet.CodeFormatUnknown)}) {
		t.Errorf("error %v", err)
	}
}

// full is a disk that takes so many bytes.
type full struct{ left int }

var errFull = errors.New("disk full")

func (f *full) Write(p []byte) (int, error) {
	if f.left -= len(p); f.left < 0 {
		return 0, errFull
	}
	return len(p), nil
}

func TestWriterErrorIsTold(t *testing.T) {
	t.Parallel()
	c := compare(t, history(), contracts(t), nil)
	for _, format := range formats {
		for _, left := range []int{0, 1000} {
			if err := sheet.Write(&full{left}, format, c, wording.In(wording.English)); !errors.Is(err, errFull) {
				t.Errorf("%s after %d bytes: error %v", format, left, err)
			}
		}
	}
}
