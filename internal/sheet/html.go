package sheet

import (
	"context"
	_ "embed"
	"encoding/base64"
	"io"
	"slices"
	"strings"

	"github.com/a-h/templ"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/wording"
)

//go:generate go tool -modfile=../../tools/go.mod templ generate -path .

//go:embed static/sheet.css
var css string

//go:embed static/inter-latin-wght.woff2
var typeface []byte

// style is all that the page looks like. A file that is forwarded has nothing beside it, so
// the typeface is inside.
func style() string {
	return "<style>@font-face{font-family:Inter;font-weight:100 900;src:url(data:font/woff2;base64," +
		base64.StdEncoding.EncodeToString(typeface) + ") format(\"woff2\")}\n" + css + "</style>"
}

func (s *sheet) writeHTML(w io.Writer) error {
	var page strings.Builder
	if err := s.page().Render(context.Background(), &page); err != nil {
		return err
	}
	_, err := io.WriteString(w, strings.Map(inPage, page.String()))
	return err
}

// inPage keeps the lines of a page, and of what others wrote in it only what is printable.
func inPage(r rune) rune {
	if r == '\n' || r == '\t' {
		return r
	}
	return wording.PrintableRune(r)
}

// overviewRow is one row of the overview: what it shows, and its cell for a column.
type overviewRow struct {
	id   string // of the texts "sheet.row." + id
	cell func(column int) templ.Component
}

// overview lists the rows of the overview. What nobody knows has no row.
func (s *sheet) overview() []overviewRow {
	var rows []overviewRow
	if s.targets() {
		rows = append(rows, overviewRow{"kept", s.keptCell}, overviewRow{"late", s.lateCell})
	}
	if s.incidents() {
		rows = append(rows, overviewRow{"nights", s.nightsCell})
	}
	if s.Effort != replay.EffortUnknown {
		rows = append(rows, overviewRow{"hours", s.hoursCell}, overviewRow{"overrun", s.overrunCell})
	}
	if s.priced() {
		rows = append(rows, overviewRow{"cost", s.costCell})
	}
	rows = append(rows, overviewRow{"decided", s.decidedCell})
	if s.anyLate() {
		rows = append(rows, overviewRow{"worst", s.worstCell})
	}
	return rows
}

// goalsMet says how many goals were met, and whether all were.
func (s *sheet) goalsMet(column int) (says string, all bool) {
	goals, below := len(s.Columns[column].Goals()), len(s.Columns[column].Below())
	if below == 0 {
		return s.say("sheet.goals.all", "goals", goals), true
	}
	return s.say("sheet.goals.missed", "missed", below, "goals", goals), false
}

// missing says why a cell of the clocks is empty.
func (s *sheet) missing(r row, column int, promise contract.Promise) string {
	c := s.Columns[column]
	other := contract.SLA
	if promise == contract.SLA {
		other = contract.KPI
	}
	switch {
	case !r.of(c, other).Empty():
		return s.say("sheet.elsewhere." + other.String())
	case c.NoTarget[r.kind][r.priority] > 0:
		return s.say("sheet.left_out.no_target", "n", s.number(c.NoTarget[r.kind][r.priority]))
	}
	return "–"
}

// overruns says how much went beyond the pools at the other shares of an assumed effort.
func (s *sheet) overruns(column int) []string {
	if s.Effort != replay.EffortAssumed {
		return nil
	}
	var says []string
	for share, h := range s.Columns[column].Hours {
		if share != s.Share() {
			says = append(says, s.say("sheet.overrun.at", "times", s.multiple(share), "overrun", s.minutes(h.Overrun()), "none", h.Overrun() == 0))
		}
	}
	return says
}

// costs says what a priced contract would have cost at the other shares of an assumed effort.
func (s *sheet) costs(column int) []string {
	if s.Effort != replay.EffortAssumed {
		return nil
	}
	var says []string
	for share, h := range s.Columns[column].Hours {
		if share != s.Share() && !h.Cost.IsZero() {
			says = append(says, s.say("sheet.cost.at", "times", s.multiple(share), "cost", h.Cost))
		}
	}
	return says
}

// worst are the cases that are shown.
func (s *sheet) worst(column int) []replay.Case {
	all := s.Columns[column].Worst
	return all[:min(showWorst, len(all))]
}

// anyLate says whether any contract has a worst case.
func (s *sheet) anyLate() bool {
	return slices.ContainsFunc(s.Columns, func(c replay.Column) bool { return len(c.Worst) > 0 })
}

// title is the title of the page.
func (s *sheet) title() string { return s.say("sheet.page.title", "source", s.Source) }

// aboutLine is what is said about the history, in one paragraph.
func (s *sheet) aboutLine() string { return strings.Join(s.about(), " ") }

// overrunPeriods tells how many periods went beyond their pools: "3 of 13 periods".
func (s *sheet) overrunPeriods(column int) string {
	periods := s.taken(column)
	over := 0
	for _, t := range periods {
		if t.overrun > 0 {
			over++
		}
	}
	return s.say("sheet.overrun.periods", "over", s.number(over), "periods", s.number(len(periods)))
}
