package history

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"time"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Options say how a file is to be read.
type Options struct {
	// Mapping is how to read the file; nil lets it be guessed.
	Mapping *Mapping
	// Zone is the IANA zone of wall times, for instance "Europe/Amsterdam". It is needed
	// unless every timestamp carries its own offset, and not used then.
	Zone string
	// KeepGoing uses the good rows of a file with bad ones; each bad one is skipped and
	// listed in the Summary. Without it the first one ends the reading.
	KeepGoing bool
}

// Layout is how a file is built, as far as its content shows it.
type Layout struct {
	Format    string // FormatCSV or FormatXES
	Packed    bool   // gzip
	Encoding  string // utf-8, utf-16 or windows-1252
	Mark      bool   // begins with a byte order mark
	LineEnds  string // LF, CRLF or CR; CSV only
	Separator string // CSV only
	Columns   []string
	Rows      int  // that could be taken apart
	Apart     bool // rows of one ticket do not stand together
}

// Examination is a file that was looked at from beginning to end, and how it would be
// read. Nothing has been turned into tickets yet.
type Examination struct {
	Layout  Layout
	Mapping Mapping
	// Undecided is what a person must say before the file can be read. Reader returns it.
	Undecided fault.List

	in      *input
	options Options
	zone    *time.Location
	apartAt *fault.Fault
}

// Examine looks at a file. It reads it once or twice from its start, in constant memory
// but for 8 to 16 bytes for each ticket id. The name is used in faults only. The error is
// a *fault.Fault or fault.List about the file as a whole or about its mapping.
func Examine(file io.ReadSeeker, name string, o Options) (*Examination, error) {
	e := &Examination{in: &input{file: file, name: name}, options: o}
	if err := e.loadZone(); err != nil {
		return nil, err
	}
	format, head, err := e.in.sniff()
	if err != nil {
		return nil, err
	}
	e.Layout = Layout{Format: format, Packed: e.in.packed, Mark: e.in.mark != ""}
	if o.Mapping != nil {
		if o.Mapping.Format != format {
			return nil, e.in.fault(fault.New(fault.Invalid, CodeWrongFormat, "found", format), 0, 0)
		}
		if e.in.mark == "" {
			e.in.encoding = o.Mapping.Encoding
		}
	}
	if format == FormatCSV {
		e.Layout.LineEnds, e.Layout.Separator = lineEnds(head), guessSeparator(head)
		if o.Mapping != nil {
			e.Layout.Separator = o.Mapping.Separator
		}
	}
	s, err := e.look()
	if err == nil && s.notUTF8 && e.in.encoding == "utf-8" && o.Mapping == nil {
		e.in.encoding = "windows-1252"
		s, err = e.look()
	}
	if err != nil {
		return nil, err
	}
	e.conclude(s)
	return e, nil
}

// Open looks at a file and gives its reader. See Examine and Examination.Reader for the
// errors.
func Open(file io.ReadSeeker, name string, o Options) (*Reader, error) {
	e, err := Examine(file, name, o)
	if err != nil {
		return nil, err
	}
	return e.Reader()
}

func (e *Examination) loadZone() error {
	if e.options.Zone == "" {
		return nil
	}
	zone, err := time.LoadLocation(e.options.Zone)
	if err != nil || zone == time.Local {
		return fault.New(fault.Invalid, CodeZoneUnknown, "zone", e.options.Zone).Because(err)
	}
	e.zone = zone
	return nil
}

// open starts to read the rows.
func (e *Examination) open() (source, error) {
	if e.Layout.Format == FormatXES {
		return openXES(e.in)
	}
	end := byte('\n')
	if e.Layout.LineEnds == "CR" {
		end = '\r'
	}
	return openCSV(e.in, separators[e.Layout.Separator], end)
}

// lineEnds looks at the first line end.
func lineEnds(head []byte) string {
	i := bytes.IndexAny(head, "\r\n")
	switch {
	case i < 0 || head[i] == '\n':
		return "LF"
	case i+1 < len(head) && head[i+1] == '\n':
		return "CRLF"
	default:
		return "CR"
	}
}

// guessSeparator takes what occurs most often in the first line, outside quotes.
func guessSeparator(head []byte) string {
	line, rest, _ := bytes.Cut(head, []byte{'\n'})
	if saysSeparator(bytes.TrimSuffix(line, []byte{'\r'})) {
		line, _, _ = bytes.Cut(rest, []byte{'\n'})
	}
	counts, quoted := map[byte]int{}, false
	for _, b := range line {
		if b == '"' {
			quoted = !quoted
		}
		if !quoted {
			counts[b]++
		}
	}
	best := ","
	for _, name := range []string{";", "tab", "|"} {
		if counts[separators[name]] > counts[separators[best]] {
			best = name
		}
	}
	return best
}

// survey is what one pass over all rows shows.
type survey struct {
	header  []string
	rows    int
	notUTF8 bool
	apart   *fault.Fault
	values  map[string]map[string]place // by key of Columns: the values that occur, with the place of the first
	dates   dateEvidence
	broken  *fault.Fault // the last row that could not be taken apart
	cut     *fault.Fault // why the file ends before its end
}

// sampleRows is how many rows are looked at to guess which column is which.
const sampleRows = 1000

// look guesses the mapping from the first rows, then surveys all.
func (e *Examination) look() (*survey, error) {
	if e.options.Mapping != nil {
		e.Mapping = e.options.Mapping.clone()
		return e.survey()
	}
	src, err := e.open()
	if err != nil {
		return nil, err
	}
	values := map[string][]string{}
	for range sampleRows {
		rec, err := src.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			continue // the survey meets it again
		}
		for i, name := range src.header() {
			if v := string(rec.field(i)); v != "" && len(values[name]) < 100 && !slices.Contains(values[name], v) {
				values[name] = append(values[name], v)
			}
		}
	}
	e.Mapping = guessMapping(e.Layout.Format, src.header(), func(column string) []string { return values[column] })
	m := &e.Mapping
	m.Format, m.Separator, m.Encoding = e.Layout.Format, e.Layout.Separator, e.in.encoding
	if m.Separator == "" {
		m.Separator = ","
	}
	if m.People == "" {
		m.People = PeoplePseudonyms
	}
	m.Rows = OrderFile
	return e.survey()
}

// surveyed are the columns whose values a guess wants to know.
var surveyed = []string{"state", "priority", "impact", "urgency"}

// maxValues bounds how many different values of a column are remembered.
const maxValues = 200

func (e *Examination) survey() (*survey, error) {
	src, err := e.open()
	if err != nil {
		return nil, err
	}
	s := &survey{values: map[string]map[string]place{}, dates: dateEvidence{column: e.Mapping.Columns.Changed}}
	guessing := e.options.Mapping == nil || len(e.Mapping.undecided()) > 0
	columns, header := e.Mapping.columns(src.header()), len(src.header())
	ids := newIDs()
	for {
		rec, err := src.read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			s.lost(err)
			continue
		}
		if n := len(src.header()); n != header {
			columns, header = e.Mapping.columns(src.header()), n
		}
		s.rows++
		if len(rec.fields) != header && e.Layout.Format == FormatCSV {
			continue // its values stand in the wrong columns
		}
		if id := bytes.TrimSpace(rec.field(columns[colID])); len(id) > 0 && ids.back(id) && s.apart == nil {
			line, column := src.place(columns[colID])
			s.apart = e.in.fault(fault.New(fault.Invalid, CodeApart, "ticket", string(id)), line, column)
		}
		s.notUTF8 = s.notUTF8 || !utf8.Valid(rec.raw)
		if guessing {
			s.take(&e.Mapping, columns, rec, src)
		}
	}
	s.header = src.header()
	return s, e.checkColumns(s)
}

// lost notes a fault of the source.
func (s *survey) lost(err error) {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok {
		return
	}
	s.broken = f
	if f.Code == CodeTruncated || f.Code == CodeDamaged || f.Code == CodeUnreadable {
		s.cut = f
	}
}

// take remembers the values that a guess wants to know.
func (s *survey) take(m *Mapping, columns [numColumns]int, rec *record, src source) {
	for _, key := range surveyed {
		value := bytes.TrimSpace(rec.field(columns[columnOf(key)]))
		if len(value) == 0 || m.missing(value) {
			continue
		}
		values := s.values[key]
		if values == nil {
			values = map[string]place{}
			s.values[key] = values
		}
		if _, known := values[string(value)]; !known && len(values) < maxValues {
			line, column := src.place(columns[columnOf(key)])
			values[string(value)] = place{line, column}
		}
	}
	for _, c := range []struct {
		at   int
		name string
	}{{columns[colChanged], m.Columns.Changed}, {columns[colOpened], m.Columns.Opened}} {
		if v := rec.field(c.at); len(v) > 0 && !m.missing(v) {
			s.dates.see(c.name, v)
		}
	}
}

// checkColumns demands that the mapped columns are there, once.
func (e *Examination) checkColumns(s *survey) error {
	var faults fault.List
	for _, key := range columnKeys {
		name := *e.Mapping.Columns.of(key)
		switch at := slices.Index(s.header, name); {
		case name == "" && slices.Contains([]string{"id", "state", "changed"}, key):
			faults = append(faults, e.in.fault(fault.New(fault.Invalid, CodeColumnUnmapped, "key", key, "columns", s.header), 1, 0))
		case name == "":
		case at < 0:
			faults = append(faults, e.in.fault(fault.New(fault.Invalid, CodeColumnMissing, "column", name, "key", key, "columns", s.header), 1, 0))
		case slices.Contains(s.header[at+1:], name):
			faults = append(faults, e.in.fault(fault.New(fault.Invalid, CodeColumnTwice, "column", name), 1, 0))
		}
	}
	switch {
	case len(faults) > 0 && s.rows == 0 && s.broken != nil:
		return s.broken // no row could be read, so the columns are not to blame
	case len(faults) > 0 && s.cut != nil:
		return append(fault.List{s.cut}, faults...)
	case s.rows == 0 && s.broken == nil:
		return e.in.fault(fault.New(fault.Invalid, CodeEmpty), 0, 0)
	}
	return faults.Err()
}

// conclude fills in what only all rows can show, and lists what is left open.
func (e *Examination) conclude(s *survey) {
	l, m := &e.Layout, &e.Mapping
	l.Columns, l.Rows, l.Apart, l.Encoding = s.header, s.rows, s.apart != nil, e.in.encoding
	e.apartAt = s.apart
	if e.options.Mapping == nil {
		m.Encoding = e.in.encoding
		m.guessStates(s.values["state"])
		guessGrades(&m.Priorities, s.values["priority"])
		guessGrades(&m.Impacts, s.values["impact"])
		guessGrades(&m.Urgencies, s.values["urgency"])
		form, open := s.dates.form()
		m.Dates.Form = form
		if open != nil {
			e.Undecided = append(e.Undecided, e.in.fault(open, 0, 0))
		}
	} else if m.Dates.Form == undecidedForm {
		e.Undecided = append(e.Undecided, e.in.fault(fault.New(fault.Invalid, CodeDatesUnknown, "text", undecidedForm, "column", m.Columns.Changed), 0, 0))
	}
	if len(m.States) == 0 {
		e.Undecided = append(e.Undecided, e.in.fault(fault.New(fault.Invalid, CodeStatesNone, "column", m.Columns.State), 0, 0))
	}
	if f := m.endless(); f != nil {
		e.Undecided = append(e.Undecided, e.in.fault(f, 0, 0))
	}
	if !e.options.KeepGoing { // else their rows are skipped
		for _, state := range m.undecided() {
			f := fault.New(fault.Invalid, CodeStateUndecided, "state", state)
			first := s.values["state"][state]
			e.Undecided = append(e.Undecided, e.in.fault(f, first.line, first.column))
		}
	}
	if e.zone == nil && e.NeedsZone() {
		e.Undecided = append(e.Undecided, e.in.fault(fault.New(fault.Invalid, CodeZoneMissing, "form", m.Dates.Form), 0, 0))
	}
	if len(e.Undecided) > 0 && s.cut != nil {
		e.Undecided = append(fault.List{s.cut}, e.Undecided...)
	}
}

// NeedsZone tells whether timestamps are wall times, so that Options.Zone says when they
// were.
func (e *Examination) NeedsZone() bool {
	form, ok := compileForm(e.Mapping.Dates.Form)
	return ok && !form.hasZone()
}

// guessStates gives a meaning to the states that the mapping does not know.
func (m *Mapping) guessStates(seen map[string]place) {
	known := foldedStates(m.States)
	for state := range seen {
		if _, ok := known[fold(state)]; ok {
			continue
		}
		if m.States == nil {
			m.States = map[string]Meaning{}
		}
		m.States[state] = MeansUndecided
		if m.Profile == "" {
			m.States[state] = guessMeaning(state)
		}
	}
}

func guessGrades[G catalog.Priority | catalog.Impact | catalog.Urgency](into *map[string]G, seen map[string]place) {
	known := gradesByFold(*into)
	for text := range seen {
		grade := guessGrade(text)
		if _, ok := known[fold(text)]; ok || grade == 0 {
			continue
		}
		if *into == nil {
			*into = map[string]G{}
		}
		(*into)[text] = G(grade)
	}
}

// gradesByFold indexes grades by what copies may write: "1 - Critical" is also "1" and
// "Critical".
func gradesByFold[G ~uint8](grades map[string]G) map[string]uint8 {
	folded := make(map[string]uint8, 3*len(grades))
	for _, text := range sortedKeys(grades) {
		number, word, ok := bytes.Cut([]byte(text), []byte("-"))
		if ok {
			folded[fold(string(number))], folded[fold(string(word))] = uint8(grades[text]), uint8(grades[text])
		}
	}
	for text, g := range grades {
		folded[fold(text)] = uint8(g)
	}
	return folded
}
