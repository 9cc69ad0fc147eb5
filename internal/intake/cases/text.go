package cases

import (
	"bytes"
	"io"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Faults of text cases.
const (
	CodeNotText        reason.Code = "cases.not_text"
	CodeTooLong        reason.Code = "cases.too_long"        // bytes
	CodeStray          reason.Code = "cases.stray"           // text
	CodeNoContract     reason.Code = "cases.no_contract"     //
	CodeNoTimeline     reason.Code = "cases.no_timeline"     //
	CodeNoExpectation  reason.Code = "cases.no_expectation"  //
	CodeSecondTimeline reason.Code = "cases.second_timeline" //
	CodeZone           reason.Code = "cases.zone"            // zone
	CodeMoment         reason.Code = "cases.moment"          // text
	CodeSkipped        reason.Code = "cases.skipped"         // text, zone
	CodeTwice          reason.Code = "cases.twice"           // text, zone, first, second
	CodeWeekday        reason.Code = "cases.weekday"         // text, weekday
	CodeFact           reason.Code = "cases.fact"            // text
	CodeNotLogged      reason.Code = "cases.not_logged"      //
	CodeColumns        reason.Code = "cases.columns"         // text, want
	CodeCells          reason.Code = "cases.cells"           // got, want
	CodeNoRows         reason.Code = "cases.no_rows"         //
)

// maxText bounds a text case.
const maxText = 256 << 10

// line is a line of a file with its place.
type line struct {
	fault.Position
	text string // without what is around it
}

// section is a heading and the indented lines under it.
type section struct {
	heading line
	lines   []line
	first   int // index in the file of the first line under the heading
	end     int // and of the first line after the section
}

// textCase is a text case that was read.
type textCase struct {
	terms   contract.Terms
	entries []ticket.Entry // in the order in which they were recorded
	zone    *time.Location
	tables  []table
}

func readText(r io.Reader, name string) ([]Case, error) {
	src, err := io.ReadAll(io.LimitReader(r, maxText+1))
	if err != nil {
		return nil, fault.New(fault.Unavailable, CodeUnreadable, "problem", err.Error()).At(fault.Position{File: name}).Because(err)
	}
	p, err := newParser(src, name)
	if err != nil {
		return nil, err
	}
	c := p.read()
	if len(p.faults) > 0 {
		return nil, p.faults
	}
	named := strings.TrimSuffix(filepath.Base(name), filepath.Ext(name))
	return []Case{{Name: named, check: c.check}}, nil
}

// parser reads a text case and goes on after a fault, to find all of them.
type parser struct {
	file   string
	lines  []string
	fill   bool // tables of clocks may be empty
	faults fault.List
}

// newParser refuses what is no text at all.
func newParser(src []byte, name string) (*parser, error) {
	where := fault.Position{File: name, Line: 1, Column: 1}
	switch {
	case len(src) > maxText:
		return nil, fault.New(fault.Invalid, CodeTooLong, "bytes", maxText).At(where)
	case !utf8.Valid(src) || bytes.ContainsRune(src, 0):
		return nil, fault.New(fault.Invalid, CodeNotText).At(where)
	case len(bytes.TrimSpace(src)) == 0:
		return nil, fault.New(fault.Invalid, CodeNoCases, "file", name).At(where)
	}
	text := strings.ReplaceAll(string(src), "\r\n", "\n")
	return &parser{file: name, lines: strings.Split(text, "\n")}, nil
}

func (p *parser) fault(at fault.Position, code reason.Code, namesAndValues ...any) {
	p.faults = append(p.faults, fault.New(fault.Invalid, code, namesAndValues...).At(at))
}

func (p *parser) add(err error, at fault.Position) {
	for _, f := range fault.All(err) {
		if f.Where.Line == 0 {
			f = f.At(at)
		}
		p.faults = append(p.faults, f)
	}
}

// read reads the sections in the order in which they depend on each other: contracts give
// the zone, the timeline comes next, and the tables read both.
func (p *parser) read() *textCase {
	sections := p.sections()
	c := &textCase{}
	c.terms = p.contracts(sections)
	if c.terms == nil {
		return c
	}
	c.zone = c.terms[0].Zone
	var timelines int
	for _, s := range sections {
		if zone, ok := strings.CutPrefix(s.heading.text, "timeline"); ok {
			if timelines++; timelines > 1 {
				p.fault(s.heading.Position, CodeSecondTimeline)
				continue
			}
			p.timeline(c, s, strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(zone), "in ")))
		}
	}
	if timelines == 0 {
		p.fault(p.place(0, 0), CodeNoTimeline)
	}
	for _, s := range sections {
		p.table(c, s)
	}
	if len(c.tables) == 0 && len(p.faults) == 0 {
		p.fault(p.place(0, 0), CodeNoExpectation)
	}
	return c
}

// place gives the position of a byte of a line, both counted from 0.
func (p *parser) place(row, offset int) fault.Position {
	return fault.Position{File: p.file, Line: row + 1, Column: utf8.RuneCountInString(p.lines[row][:offset]) + 1}
}

// sections splits the file. What stands before the first heading describes the case.
func (p *parser) sections() []section {
	var found []section
	for row, text := range p.lines {
		trimmed := strings.TrimSpace(text)
		at := strings.Index(text, trimmed)
		l := line{p.place(row, at), trimmed}
		indented := at > 0
		switch {
		case trimmed == "" || strings.HasPrefix(trimmed, "#") && !indented:
		case indented && len(found) > 0:
			s := &found[len(found)-1]
			s.lines, s.end = append(s.lines, l), row+1
		case indented:
			p.fault(l.Position, CodeStray, "text", trimmed)
		case isHeading(trimmed):
			l.text = strings.TrimSuffix(trimmed, ":")
			found = append(found, section{heading: l, first: row + 1, end: row + 1})
		case len(found) > 0:
			p.fault(l.Position, CodeStray, "text", trimmed)
		}
	}
	return found
}

// isHeading tells whether a line that is not indented begins a section.
func isHeading(text string) bool {
	word, _, _ := strings.Cut(strings.TrimSuffix(text, ":"), " ")
	switch word {
	case "contract", "timeline", "clocks", "decided":
		return strings.HasSuffix(text, ":")
	default:
		return false
	}
}

// What a contract section need not say.
var contractDefaults = []struct{ key, value string }{
	{"client", "Example"},
	{"effective", "2000-01-01"},
	{"version", "1"},
}

// contracts reads the contract sections, one for each version, as the contract files that
// they are. Lines keep their numbers.
func (p *parser) contracts(sections []section) contract.Terms {
	var documents []*contract.Document
	for _, s := range sections {
		if s.heading.text != "contract" {
			continue
		}
		src := append(make([]string, s.first), p.lines[s.first:s.end]...)
		for _, d := range contractDefaults {
			if d.key == "version" {
				d.value = string(rune('1' + min(len(documents), 8)))
			}
			if indent, missing := lacks(s, d.key); missing {
				src = append(src, strings.Repeat(" ", indent)+d.key+": "+d.value)
			}
		}
		document, faults := contract.Parse(p.file, []byte(strings.Join(src, "\n")))
		p.faults = append(p.faults, faults...)
		if document != nil {
			documents = append(documents, document)
		}
	}
	switch {
	case len(p.faults) > 0:
		return nil
	case len(documents) == 0:
		p.fault(p.place(0, 0), CodeNoContract)
		return nil
	}
	terms, faults := contract.History(documents)
	p.faults = append(p.faults, faults...)
	return terms
}

// lacks tells whether a contract section does not say a key, and how far its keys are
// indented.
func lacks(s section, key string) (indent int, missing bool) {
	if len(s.lines) == 0 {
		return 0, false // the contract reader says that it is empty
	}
	indent = s.lines[0].Column - 1
	for _, l := range s.lines {
		if l.Column-1 == indent && strings.HasPrefix(l.text, key+":") {
			return indent, false
		}
	}
	return indent, true
}
