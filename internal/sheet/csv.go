package sheet

import (
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/wording"
)

// csvColumns are documented in docs/replay.md. A column is added at the end, never moved.
var csvColumns = []string{
	"contract", "place", "promise", "clock", "priority", "kept", "broken", "missed", "open", "not_measurable",
	"judged", "attained", "goal", "goal_met", "rows", "skipped",
}

func (s *sheet) writeCSV(w io.Writer) error {
	var out strings.Builder
	csvRow(&out, csvColumns...)
	for i, c := range s.Columns {
		for _, promise := range promises {
			for r, n := range counts(c, promise) {
				cells := append([]string{
					harmless(c.Contract.Name), strconv.Itoa(s.place(i)), promise.String(), r.kind.String(), priorityWord(r.priority),
				}, csvCount(n, jsonCountOf(n, promise))...)
				csvRow(&out, append(cells, strconv.Itoa(s.Rows), strconv.Itoa(len(s.Skipped)))...)
			}
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

// csvRow quotes every cell: what is quoted only where it must be is split elsewhere by a
// spreadsheet that takes another sign between cells.
func csvRow(out *strings.Builder, cells ...string) {
	for i, cell := range cells {
		if i > 0 {
			out.WriteByte(',')
		}
		out.WriteString(`"` + strings.ReplaceAll(cell, `"`, `""`) + `"`)
	}
	out.WriteByte('\n')
}

func csvCount(n replay.Count, told jsonCount) []string {
	number := func(f float64) string { return strconv.FormatFloat(f, 'f', -1, 64) }
	count := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	attained, met := "", ""
	if told.Attained != nil {
		attained = number(*told.Attained)
	}
	var goals []string
	for _, g := range n.Goals {
		goals = append(goals, number(g.Percent))
	}
	if aimed(n) {
		met = strconv.FormatBool(!n.Below())
	}
	return []string{
		strconv.Itoa(n.Kept), count(told.Broken), count(told.Missed), strconv.Itoa(n.Open), strconv.Itoa(n.NotMeasurable),
		strconv.Itoa(n.Judged()), attained, strings.Join(goals, " and "), met,
	}
}

// harmless keeps a spreadsheet from reading a text as a formula, also one that begins with
// what is not seen or is taken away as a quote. Some take the wide forms of the four signs too.
func harmless(text string) string {
	text = strings.Map(wording.PrintableRune, text)
	seen := strings.TrimLeftFunc(text, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune("\"'`\ufffd", r)
	})
	if first, _ := utf8.DecodeRuneInString(seen); strings.ContainsRune("=+-@＝＋－＠", first) && seen != "" {
		return "'" + text
	}
	return text
}
