package sheet

import (
	"maps"
	"slices"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/wording"
)

// How many of the rows that were not used are told: to people, and to programs.
const (
	showSkipped = 20
	listSkipped = 1_000
)

// skipped says how many rows were not used, by what was wrong with them.
func (s *sheet) skipped() string {
	byCode := map[reason.Code]int{}
	for _, f := range s.Skipped {
		byCode[f.Code]++
	}
	var parts []string
	for _, code := range slices.Sorted(maps.Keys(byCode)) {
		parts = append(parts, s.say("sheet.skipped.code", "code", string(code), "n", s.number(byCode[code])))
	}
	return s.say("sheet.skipped", "parts", parts, "shown", len(s.shownSkipped()), "all", len(s.Skipped))
}

// shownSkipped are the first of the rows that were not used.
func (s *sheet) shownSkipped() []*fault.Fault { return s.Skipped[:min(showSkipped, len(s.Skipped))] }

func (s *sheet) skippedRow(f *fault.Fault) string {
	return s.say("sheet.skipped.row", "line", f.Where.Line, "column", f.Where.Column, "problem", s.voice.Fault(f))
}

func jsonSkippedOf(faults []*fault.Fault) []jsonSkipped {
	known := func(n int) *int {
		if n == 0 {
			return nil
		}
		return &n
	}
	english := wording.In(wording.English)
	rows := []jsonSkipped{}
	for _, f := range faults[:min(listSkipped, len(faults))] {
		rows = append(rows, jsonSkipped{known(f.Where.Line), known(f.Where.Column), f.Code, english.Fault(f)})
	}
	return rows
}
