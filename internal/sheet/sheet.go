// Package sheet writes what a history would have meant under several contracts: as text for
// a terminal, as JSON and CSV for other programs, and as one HTML file that can be forwarded.
//
// It shows; it decides nothing. Every figure comes from package replay, and every percentage
// stands beside its denominator and beside what was left out of it.
package sheet

import (
	"io"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/wording"
)

// CodeFormatUnknown is the fault of a format that is not one of Formats.
const CodeFormatUnknown reason.Code = "sheet.format_unknown" // format, known

// Format is how a sheet is written.
type Format string

// The formats.
const (
	Text Format = "text"
	JSON Format = "json" // the shape of docs/replay.md
	CSV  Format = "csv"  // one row for each contract, promise, clock and priority
	HTML Format = "html" // one file without any other
)

// Write writes a comparison that has at least one contract. JSON and CSV are the same in
// every language. The error is that of the writer, or CodeFormatUnknown.
func Write(w io.Writer, format Format, c *replay.Comparison, v *wording.Voice) error {
	s := newSheet(c, v)
	switch format {
	case Text:
		return s.writeText(w)
	case JSON:
		return s.writeJSON(w)
	case CSV:
		return s.writeCSV(w)
	case HTML:
		return s.writeHTML(w)
	}
	return fault.New(fault.Invalid, CodeFormatUnknown, "format", string(format),
		"known", []string{string(Text), string(JSON), string(CSV), string(HTML)})
}

// sheet is a comparison and what all formats say about it.
type sheet struct {
	*replay.Comparison
	voice   *wording.Voice
	ranking []replay.Place
	flips   []replay.Flip
	names   []string // of the columns, for people
}

func newSheet(c *replay.Comparison, v *wording.Voice) *sheet {
	s := &sheet{Comparison: c, voice: v, ranking: c.Ranking(), flips: c.Flips()}
	for _, column := range c.Columns {
		s.names = append(s.names, s.name(column.Contract))
	}
	return s
}

// name is what people call a contract: a standard one by model and tier, another by its own
// name.
func (s *sheet) name(c replay.Contract) string {
	latest := c.Terms[len(c.Terms)-1]
	standing := contract.Standing{Model: latest.Model, Tier: latest.Tier}
	if c.Name != standing.Name() {
		return c.Name
	}
	name := s.say("sheet.model." + string(standing.Model))
	if standing.Tier != "" {
		name += ", " + s.say("sheet.tier."+string(standing.Tier))
	}
	return name
}

// say says a text of the sheet.
func (s *sheet) say(id string, namesAndValues ...any) string {
	return s.voice.Text(id, namesAndValues...)
}

// hours are those of a column with the effort as it was stated, nil when nobody stated any.
func (s *sheet) hours(column int) *replay.Hours {
	all := s.Columns[column].Hours
	if s.Effort == replay.EffortUnknown || len(all) <= s.Share() {
		return nil
	}
	return &all[s.Share()]
}
