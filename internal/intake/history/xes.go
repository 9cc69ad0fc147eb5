package history

import (
	"bufio"
	"encoding/xml"
	"errors"
	"hash/maphash"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// tracePrefix stands before the attributes of a trace, so that they and those of its
// events are columns of one row: "case:concept:name".
const tracePrefix = "case:"

// maxColumns bounds the keys of a log's attributes: each event is laid over all of them.
const maxColumns = 1000

// maxDepth bounds how deep elements may lie in each other. XES needs five levels and a few
// for nested attributes, which are passed over.
const maxDepth = 64

// xesSource reads each event of an XES log as a row.
type xesSource struct {
	in      *input
	bytes   *boundedBytes
	dec     *xml.Decoder
	columns []string
	index   map[string]int

	depth  int
	trace  openTrace
	events int // in the trace that is open
	empty  []emptyTrace
	seed   maphash.Seed
	seen   map[uint64]int // line of each trace, by the hash of its name
	dead   bool

	rec    record
	places []place
}

type place struct{ line, column int }

// openTrace is what a trace says of all its events.
type openTrace struct {
	line     int
	values   map[int][]byte // by column
	size     int            // bytes of all that were said
	id       string
	repeated bool
}

type emptyTrace struct {
	id   string
	line int
}

func openXES(in *input) (*xesSource, error) {
	r, err := in.open()
	if err != nil {
		return nil, err
	}
	x := &xesSource{in: in, index: map[string]int{}, seed: maphash.MakeSeed(), seen: map[uint64]int{}}
	x.bytes = &boundedBytes{src: bufio.NewReaderSize(r, headSize), left: maxRecord}
	x.dec = xml.NewDecoder(x.bytes)
	x.dec.CharsetReader = charset
	return x, nil
}

// charset reads what an XML declaration may name. UTF-16 has been decoded before.
func charset(name string, r io.Reader) (io.Reader, error) {
	switch strings.ToLower(name) {
	case "utf-8", "utf8", "us-ascii", "utf-16", "utf-16le", "utf-16be":
		return r, nil
	case "iso-8859-1", "latin1", "windows-1252":
		return charmap.Windows1252.NewDecoder().Reader(r), nil
	default:
		return nil, errors.New("encoding " + name)
	}
}

func (x *xesSource) header() []string { return x.columns }

// column numbers a column by its name. A log with more than maxColumns of them is read no further.
func (x *xesSource) column(name string, at place) (int, error) {
	i, ok := x.index[name]
	if !ok {
		i = len(x.columns)
		if i == maxColumns {
			x.dead = true
			return 0, x.in.fault(fault.New(fault.Invalid, CodeTooManyColumns, "limit", maxColumns), at.line, at.column)
		}
		x.columns = append(x.columns, name)
		x.index[name] = i
	}
	return i, nil
}

// grown counts the bytes of a trace's or an event's values, which are held together.
func (x *xesSource) grown(size int, at place) error {
	if size <= maxRecord {
		return nil
	}
	x.dead = true
	return x.in.fault(fault.New(fault.Invalid, CodeLineTooLong, "limit", maxRecord), at.line, at.column)
}

// token is the next token with the place where it begins.
func (x *xesSource) token() (xml.Token, place, error) {
	x.bytes.left = maxRecord
	before := x.dec.InputOffset()
	t, err := x.dec.Token()
	if err != nil {
		x.dead = true
		return nil, place{}, x.failed(err)
	}
	line, column := x.dec.InputPos()
	return t, place{line, max(0, column-int(x.dec.InputOffset()-before))}, nil
}

func (x *xesSource) failed(err error) error {
	line, column := x.dec.InputPos()
	if errors.Is(err, io.EOF) && x.depth == 0 {
		return io.EOF
	}
	if errors.Is(err, errTooLong) {
		return x.in.fault(fault.New(fault.Invalid, CodeLineTooLong, "limit", maxRecord), line, column)
	}
	if broken, ok := errors.AsType[*xml.SyntaxError](err); ok && x.bytes.err == nil {
		return x.in.fault(fault.New(fault.Invalid, CodeXMLBroken, "problem", broken.Msg), broken.Line, column)
	}
	if x.bytes.err == nil || errors.Is(x.bytes.err, io.EOF) {
		return x.in.fault(fault.New(fault.Invalid, CodeXMLBroken, "problem", err.Error()), line, column)
	}
	return x.in.streamFault(x.bytes.err, line)
}

// read looks for the next event.
func (x *xesSource) read() (*record, error) {
	for !x.dead {
		t, at, err := x.token()
		if err != nil {
			return nil, err
		}
		switch t := t.(type) {
		case xml.StartElement:
			x.depth++
			isRow, err := x.element(t, at)
			if err != nil {
				return nil, err
			}
			if isRow {
				return &x.rec, nil
			}
		case xml.EndElement:
			x.depth--
			if t.Name.Local == "trace" && x.depth == 1 {
				x.endTrace()
			}
		}
	}
	return nil, io.EOF
}

// element deals with what lies directly in the log or in a trace. It reports true when it
// has read an event.
func (x *xesSource) element(t xml.StartElement, at place) (isRow bool, err error) {
	switch {
	case x.depth == 2 && t.Name.Local == "trace":
		x.trace = openTrace{line: at.line, values: map[int][]byte{}}
		x.events = 0
	case x.depth == 3 && t.Name.Local == "event" && x.trace.values != nil:
		return true, x.event(at)
	case x.depth == 3 && x.trace.values != nil:
		if err := x.traceValue(t, at); err != nil {
			return false, err
		}
		return false, x.passOver(3)
	case x.depth >= 2:
		return false, x.passOver(x.depth)
	}
	return false, nil
}

func (x *xesSource) traceValue(t xml.StartElement, at place) error {
	key, value := keyValue(t)
	if key == "" {
		return nil
	}
	column, err := x.column(tracePrefix+key, at)
	if err != nil {
		return err
	}
	x.trace.size += len(value)
	if err := x.grown(x.trace.size, at); err != nil {
		return err
	}
	x.trace.values[column] = []byte(value)
	if key != "concept:name" {
		return nil
	}
	x.trace.id = value
	hash := maphash.String(x.seed, value)
	if _, ok := x.seen[hash]; ok {
		x.trace.repeated = true
		return nil
	}
	x.seen[hash] = x.trace.line
	return nil
}

func keyValue(t xml.StartElement) (key, value string) {
	for _, a := range t.Attr {
		switch a.Name.Local {
		case "key":
			key = a.Value
		case "value":
			value = a.Value
		}
	}
	return key, value
}

func (x *xesSource) endTrace() {
	if x.events == 0 {
		x.empty = append(x.empty, emptyTrace{x.trace.id, x.trace.line})
	}
	x.trace = openTrace{}
}

// event reads the attributes of an event up to its end.
func (x *xesSource) event(at place) error {
	x.events++
	x.rec = record{line: at.line, raw: x.rec.raw[:0], fields: x.rec.fields[:0]}
	x.places = x.places[:0]
	for x.depth >= 3 {
		t, where, err := x.token()
		if err != nil {
			return err
		}
		switch t := t.(type) {
		case xml.EndElement:
			x.depth--
		case xml.StartElement:
			x.depth++
			if key, value := keyValue(t); key != "" {
				column, err := x.column(key, where)
				if err != nil {
					return err
				}
				x.set(column, []byte(value), where)
				x.rec.raw = append(append(append(append(x.rec.raw, key...), '='), value...), 0)
				if err := x.grown(len(x.rec.raw), where); err != nil {
					return err
				}
			}
			if err := x.passOver(4); err != nil {
				return err
			}
		}
	}
	if x.trace.repeated {
		first := x.seen[maphash.String(x.seed, x.trace.id)]
		return x.in.fault(fault.New(fault.Invalid, CodeIDRepeated, "ticket", x.trace.id, "line", first), at.line, at.column)
	}
	for column, value := range x.trace.values {
		x.set(column, value, place{line: x.trace.line})
	}
	return nil
}

func (x *xesSource) set(column int, value []byte, at place) {
	for len(x.rec.fields) <= column {
		x.rec.fields = append(x.rec.fields, nil)
		x.places = append(x.places, place{})
	}
	x.rec.fields[column] = value
	x.places[column] = at
}

// passOver reads to the end of the element that is open at a depth.
func (x *xesSource) passOver(depth int) error {
	for x.depth >= depth {
		t, at, err := x.token()
		if err != nil {
			return err
		}
		switch t.(type) {
		case xml.EndElement:
			x.depth--
		case xml.StartElement:
			x.depth++
			if x.depth > maxDepth {
				x.dead = true
				return x.in.fault(fault.New(fault.Invalid, CodeXMLBroken, "problem", "elements nested too deep"), at.line, at.column)
			}
		}
	}
	return nil
}

func (x *xesSource) place(column int) (line, column1 int) {
	if column < 0 || column >= len(x.places) || x.places[column].line == 0 {
		return x.rec.line, 0
	}
	return x.places[column].line, x.places[column].column
}

// boundedBytes fails when one token asks for more than it may have.
type boundedBytes struct {
	src  *bufio.Reader
	left int
	err  error
}

func (b *boundedBytes) ReadByte() (byte, error) {
	if b.left--; b.left < 0 {
		return 0, errTooLong
	}
	c, err := b.src.ReadByte()
	b.err = err
	return c, err
}

func (b *boundedBytes) Read(p []byte) (int, error) {
	if b.left -= len(p); b.left < 0 {
		return 0, errTooLong
	}
	n, err := b.src.Read(p)
	b.err = err
	return n, err
}
