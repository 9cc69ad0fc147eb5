package history

import (
	"bytes"
	"errors"
	"io"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// record is one row of a file. Its bytes hold until the next one is read.
type record struct {
	line   int
	raw    []byte   // CSV: the row as written. XES: its values, one after the other
	fields [][]byte // one for each column; XES leaves out what an event does not say
}

// field gives a value, empty where the row has none.
func (r *record) field(column int) []byte {
	if column < 0 || column >= len(r.fields) {
		return nil
	}
	return r.fields[column]
}

// source yields the rows of a file one by one.
type source interface {
	// read gives the next row, io.EOF after the last, or a *fault.Fault about a row, after
	// which the next one can be read.
	read() (*record, error)
	// header gives the names of the columns that were seen so far.
	header() []string
	// place says where a field of the last row stands, counted from 1; 0 is not known.
	place(column int) (line, column1 int)
}

// maxRecord bounds what one row may hold in memory.
const maxRecord = 1 << 20

// csvSource reads CSV as RFC 4180 has it, with any one-byte separator and any line end.
//
// encoding/csv reads a whole file into memory when a quote is never closed, and has no
// way to go on after it; here a row is at most maxRecord long, and after a broken quote
// reading goes on with the next line.
type csvSource struct {
	in       *input
	src      io.Reader
	srcErr   error
	sep, end byte
	columns  []string

	buf      []byte
	from, to int // what is not read yet
	line     int // of the next row
	dead     bool

	rec    record
	starts []int  // where each field begins in rec.raw
	spare  []byte // fields with doubled quotes, written out
}

var errTooLong = errors.New("line too long")

// openCSV reads the header.
func openCSV(in *input, separator, lineEnd byte) (*csvSource, error) {
	r, err := in.open()
	if err != nil {
		return nil, err
	}
	c := &csvSource{in: in, src: r, sep: separator, end: lineEnd, line: 1, buf: make([]byte, 256<<10)}
	head, err := c.read()
	if err == nil && saysSeparator(head.raw) {
		head, err = c.read()
	}
	if err != nil {
		if errors.Is(err, io.EOF) {
			return nil, in.fault(fault.New(fault.Invalid, CodeEmpty), 0, 0)
		}
		return nil, err
	}
	for _, f := range head.fields {
		c.columns = append(c.columns, tidy(string(f)))
	}
	return c, nil
}

// saysSeparator recognises the line "sep=;" that is put before the header for Excel.
func saysSeparator(line []byte) bool { return len(line) == 5 && bytes.HasPrefix(line, []byte("sep=")) }

func (c *csvSource) header() []string { return c.columns }

func (c *csvSource) read() (*record, error) {
	for !c.dead {
		n, err := c.lineEnd(0)
		if err != nil {
			return nil, c.broken(err)
		}
		raw := c.buf[c.from : c.from+n]
		if c.end == '\n' {
			raw = bytes.TrimSuffix(raw, []byte("\r"))
		}
		if len(raw) == 0 {
			c.advance(n, 1)
			continue
		}
		return c.split(raw, n)
	}
	return nil, io.EOF
}

// lineEnd finds the first line end at or after an offset from where reading stands. At the
// end of the file it is the end of what is there.
func (c *csvSource) lineEnd(skip int) (int, error) {
	for {
		i := bytes.IndexByte(c.buf[c.from+skip:c.to], c.end)
		if i < 0 {
			i = c.to - c.from - skip
		}
		switch found := c.from+skip+i < c.to; {
		case skip+i > maxRecord:
			return 0, errTooLong
		case found:
			return skip + i, nil
		}
		skip += i
		if c.srcErr == nil {
			c.fill()
			continue
		}
		if skip == 0 || !errors.Is(c.srcErr, io.EOF) {
			return 0, c.srcErr
		}
		return skip, nil
	}
}

func (c *csvSource) fill() {
	if c.to == len(c.buf) {
		switch {
		case c.from > 0:
			c.to = copy(c.buf, c.buf[c.from:c.to])
			c.from = 0
		default:
			c.buf = append(c.buf, make([]byte, len(c.buf))...)
		}
	}
	n, err := c.src.Read(c.buf[c.to:])
	c.to += n
	c.srcErr = err
}

// advance goes past n bytes and the line end after them.
func (c *csvSource) advance(n, lines int) {
	c.from = min(c.from+n+1, c.to)
	c.line += lines
}

// broken turns an error of the file into a fault, and goes past what is too long.
func (c *csvSource) broken(err error) error {
	switch {
	case errors.Is(err, io.EOF):
		c.dead = true
		return io.EOF
	case !errors.Is(err, errTooLong):
		c.dead = true
		return c.in.streamFault(err, c.line)
	}
	f := c.in.fault(fault.New(fault.Invalid, CodeLineTooLong, "limit", maxRecord), c.line, maxRecord)
	for {
		if i := bytes.IndexByte(c.buf[c.from:c.to], c.end); i >= 0 {
			c.advance(i, 1)
			return f
		}
		c.from = c.to
		if c.srcErr != nil {
			return f
		}
		c.fill()
	}
}

// split takes a line apart. A row with quotes may go on over line ends.
func (c *csvSource) split(raw []byte, n int) (*record, error) {
	line := c.line
	c.rec = record{line: line, raw: raw, fields: c.rec.fields[:0]}
	c.starts = c.starts[:0]
	if bytes.IndexByte(raw, 0) >= 0 {
		f := c.in.fault(fault.New(fault.Invalid, CodeBinary), line, bytes.IndexByte(raw, 0)+1)
		c.advance(n, 1)
		return nil, f
	}
	quotes := bytes.Count(raw, []byte{'"'})
	if quotes == 0 {
		c.splitPlain()
		c.advance(n, 1)
		return &c.rec, nil
	}
	first, lines := n, 1
	for quotes%2 == 1 && c.from+n < c.to {
		next, err := c.lineEnd(n + 1)
		if errors.Is(err, errTooLong) || errors.Is(err, io.EOF) {
			break // never closed: splitQuoted says where
		}
		if err != nil {
			return nil, c.broken(err)
		}
		quotes += bytes.Count(c.buf[c.from+n:c.from+next], []byte{'"'})
		n, lines = next, lines+1
	}
	c.rec.raw = c.buf[c.from : c.from+n]
	if c.end == '\n' {
		c.rec.raw = bytes.TrimSuffix(c.rec.raw, []byte("\r"))
	}
	if at := c.splitQuoted(); at >= 0 {
		above, column := lineColumn(c.rec.raw, at)
		f := c.in.fault(fault.New(fault.Invalid, CodeQuoteBroken), line+above-1, column)
		c.advance(first, 1)
		return nil, f
	}
	c.advance(n, lines)
	return &c.rec, nil
}

func (c *csvSource) splitPlain() {
	raw, start := c.rec.raw, 0
	for i, b := range raw {
		if b == c.sep {
			c.add(raw[start:i], start)
			start = i + 1
		}
	}
	c.add(raw[start:], start)
}

func (c *csvSource) add(field []byte, start int) {
	c.rec.fields = append(c.rec.fields, field)
	c.starts = append(c.starts, start)
}

// splitQuoted returns where a quote is broken, or -1.
func (c *csvSource) splitQuoted() int {
	raw := c.rec.raw
	c.spare = c.spare[:0]
	if cap(c.spare) < len(raw) {
		c.spare = make([]byte, 0, len(raw)) // never grows below: fields point into it
	}
	for at := 0; ; {
		start := at
		if at < len(raw) && raw[at] == '"' {
			field, after := c.unquote(at)
			if after < 0 {
				return start
			}
			if after < len(raw) && raw[after] != c.sep {
				return after
			}
			c.add(field, start)
			at = after
		} else {
			for at < len(raw) && raw[at] != c.sep {
				if raw[at] == '"' {
					return at
				}
				at++
			}
			c.add(raw[start:at], start)
		}
		if at >= len(raw) {
			return -1
		}
		at++
	}
}

// unquote reads the quoted field that begins at an offset. It gives the offset after the
// closing quote, or -1 when there is none.
func (c *csvSource) unquote(at int) ([]byte, int) {
	raw, begin := c.rec.raw, len(c.spare)
	for at++; ; {
		i := bytes.IndexByte(raw[at:], '"')
		if i < 0 {
			return nil, -1
		}
		c.spare = append(c.spare, raw[at:at+i]...)
		at += i + 1
		if at >= len(raw) || raw[at] != '"' {
			return c.spare[begin:len(c.spare):len(c.spare)], at
		}
		c.spare = append(c.spare, '"')
		at++
	}
}

func (c *csvSource) place(column int) (line, column1 int) {
	if column < 0 || column >= len(c.starts) {
		return c.rec.line, 0
	}
	above, at := lineColumn(c.rec.raw, c.starts[column])
	return c.rec.line + above - 1, at
}
