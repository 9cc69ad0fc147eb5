package sheet

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// csvColumns are documented in docs/replay.md. A column is added at the end, never moved.
var csvColumns = []string{
	"contract", "place", "promise", "clock", "priority", "kept", "broken", "missed", "open", "not_measurable",
	"judged", "attained", "goal", "goal_met",
}

func (s *sheet) writeCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	rows := [][]string{csvColumns}
	for i, c := range s.Columns {
		for _, promise := range promises {
			for r, n := range counts(c, promise) {
				head := []string{
					harmless(c.Contract.Name), strconv.Itoa(s.place(i)), promiseWords[promise], r.kind.String(),
					priorityWord(r.priority),
				}
				rows = append(rows, append(head, csvCount(jsonCountOf(n, promise), n.Below())...))
			}
		}
	}
	return out.WriteAll(rows)
}

func csvCount(n jsonCount, below bool) []string {
	number := func(f *float64) string {
		if f == nil {
			return ""
		}
		return strconv.FormatFloat(*f, 'f', -1, 64)
	}
	count := func(n *int) string {
		if n == nil {
			return ""
		}
		return strconv.Itoa(*n)
	}
	met := ""
	if n.Goal != nil && n.Attained != nil {
		met = strconv.FormatBool(!below)
	}
	return []string{
		strconv.Itoa(n.Kept), count(n.Broken), count(n.Missed), strconv.Itoa(n.Open), strconv.Itoa(n.NotMeasurable),
		strconv.Itoa(n.Judged), number(n.Attained), number(n.Goal), met,
	}
}

// harmless keeps a spreadsheet from reading a text as a formula. Some take the wide forms of
// the four signs too.
func harmless(text string) string {
	if first, _ := utf8.DecodeRuneInString(text); text != "" && strings.ContainsRune("=+-@＝＋－＠\t\r\n", first) {
		return "'" + text
	}
	return text
}
