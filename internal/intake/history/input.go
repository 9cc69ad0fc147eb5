package history

import (
	"bufio"
	"bytes"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// input is a file that is read more than once: to see what it is, and to read its rows.
type input struct {
	file     io.ReadSeeker
	name     string
	packed   bool // gzip
	mark     string
	encoding string
}

// headSize is how much of a file is looked at to see what it is.
const headSize = 64 << 10

// sniff finds out what the file is by its content. It returns the format and the first
// bytes, decoded.
func (in *input) sniff() (format string, head []byte, err error) {
	raw, err := in.begin()
	if err != nil {
		return "", nil, err
	}
	head, err = readHead(raw)
	if err != nil && len(head) == 0 {
		return "", nil, in.streamFault(err, 0)
	}
	in.encoding = "utf-8"
	for mark, encoding := range map[string]string{"\xef\xbb\xbf": "utf-8", "\xff\xfe": "utf-16", "\xfe\xff": "utf-16"} {
		if bytes.HasPrefix(head, []byte(mark)) {
			in.mark, in.encoding = mark, encoding
		}
	}
	if in.mark != "" {
		decoded, err := in.open()
		if err != nil {
			return "", nil, err
		}
		head, _ = readHead(decoded) // an error comes back when the rows are read
	}
	format, err = in.recognise(head)
	return format, head, err
}

func readHead(r io.Reader) ([]byte, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) && n > 0 {
		err = nil
	}
	return head[:n], err
}

// foreign are files that people hand in by mistake, by how they begin.
var foreign = []struct{ begins, name string }{
	{"PK\x03\x04", "zip (or xlsx)"},
	{"%PDF", "PDF"},
	{"BZh", "bzip2"},
	{"\xfd7zXZ", "xz"},
	{"\x28\xb5\x2f\xfd", "zstd"},
	{"7z\xbc\xaf", "7z"},
	{"\xd0\xcf\x11\xe0", "xls"},
	{"PAR1", "Parquet"},
	{"SQLite format", "SQLite"},
	{"\x1f\x8b", "gzip"},
	{"{", "JSON"},
	{"[{", "JSON"},
}

func (in *input) recognise(head []byte) (string, error) {
	text := bytes.TrimSpace(head)
	if len(text) == 0 {
		return "", in.fault(fault.New(fault.Invalid, CodeEmpty), 0, 0)
	}
	for _, f := range foreign {
		if bytes.HasPrefix(text, []byte(f.begins)) {
			return "", in.fault(fault.New(fault.Invalid, CodeWrongFormat, "found", f.name), 0, 0)
		}
	}
	if i := bytes.IndexByte(head, 0); i >= 0 {
		line, column := lineColumn(head, i)
		return "", in.fault(fault.New(fault.Invalid, CodeBinary), line, column)
	}
	if text[0] != '<' {
		return FormatCSV, nil
	}
	if !bytes.Contains(head, []byte("<log")) {
		return "", in.fault(fault.New(fault.Invalid, CodeWrongFormat, "found", "XML"), 0, 0)
	}
	return FormatXES, nil
}

// lineColumn counts from 1.
func lineColumn(text []byte, at int) (line, column int) {
	return 1 + bytes.Count(text[:at], []byte("\n")), at - bytes.LastIndexByte(text[:at], '\n')
}

func (in *input) fault(f *fault.Fault, line, column int) *fault.Fault {
	return f.At(fault.Position{File: in.name, Line: line, Column: column})
}

// begin reads the file from its start, unpacked.
func (in *input) begin() (io.Reader, error) {
	if _, err := in.file.Seek(0, io.SeekStart); err != nil {
		return nil, in.fault(fault.New(fault.Invalid, CodeUnreadable), 0, 0).Because(err)
	}
	r := bufio.NewReaderSize(in.file, headSize)
	magic, err := r.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, in.streamFault(err, 0)
	}
	in.packed = string(magic) == "\x1f\x8b"
	if !in.packed {
		return r, nil
	}
	unpacked, err := gzip.NewReader(r)
	if err != nil {
		return nil, in.streamFault(err, 0)
	}
	return unpacked, nil
}

// open reads the file from its start as UTF-8, without a byte order mark.
func (in *input) open() (io.Reader, error) {
	r, err := in.begin()
	if err != nil {
		return nil, err
	}
	switch {
	case in.encoding == "utf-16":
		r = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(r)
	case in.encoding == "windows-1252":
		r = charmap.Windows1252.NewDecoder().Reader(r)
	case in.mark != "":
		if _, err := io.CopyN(io.Discard, r, int64(len(in.mark))); err != nil {
			return nil, in.streamFault(err, 0)
		}
	}
	return r, nil
}

// streamFault says why a file cannot be read on.
func (in *input) streamFault(err error, line int) *fault.Fault {
	f := fault.New(fault.Unavailable, CodeUnreadable)
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF), in.packed && errors.Is(err, io.EOF):
		f = fault.New(fault.Invalid, CodeTruncated)
	case errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		f = fault.New(fault.Invalid, CodeDamaged, "problem", err.Error())
	default:
		if corrupt, ok := errors.AsType[flate.CorruptInputError](err); ok {
			f = fault.New(fault.Invalid, CodeDamaged, "problem", corrupt.Error())
		}
	}
	return in.fault(f.Because(err), line, 0)
}
