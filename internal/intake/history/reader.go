package history

import (
	"bytes"
	"cmp"
	"errors"
	"io"
	"iter"
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Ticket is one ticket of a history.
type Ticket struct {
	Key  string
	Kind catalog.Kind
	Line int // of its first row
	Rows int
	// Entries are in order of time, with Recorded = At, Logged first. They belong to the
	// receiver.
	Entries []ticket.Entry
	Group   string // the last team it was assigned to
}

// Reader reads the tickets of a history. It is not safe for concurrent use.
type Reader struct {
	e       *Examination
	v       *vocabulary
	seen    map[uint64]int32 // line of each row of a ticket, by its content
	summary Summary
}

// Reader gives the reader of the file. The error is Undecided.
func (e *Examination) Reader() (*Reader, error) {
	if err := e.Undecided.Err(); err != nil {
		return nil, err
	}
	return &Reader{e: e, seen: map[uint64]int32{}, summary: newSummary()}, nil
}

// Layout tells how the file is built.
func (r *Reader) Layout() Layout { return r.e.Layout }

// Mapping tells how the file is read.
func (r *Reader) Mapping() *Mapping { return &r.e.Mapping }

// Summary tells what was found up to now.
func (r *Reader) Summary() Summary { return r.summary }

// Tickets reads the file from its start and yields its tickets in the order in which they
// first appear. A fault ends it; with Options.KeepGoing bad rows are skipped instead, and
// only a file that is bad as a whole ends it.
func (r *Reader) Tickets() iter.Seq2[Ticket, error] {
	return func(yield func(Ticket, error) bool) {
		r.summary = newSummary()
		r.v = newVocabulary(&r.e.Mapping)
		r.v.clock.zone = r.e.zone
		if f := r.e.apartAt; f != nil {
			r.summary.note(f)
		}
		read := r.together
		if r.e.Layout.Apart {
			read = r.apart
		}
		err := read(func(t Ticket) bool { return yield(t, nil) })
		r.summary.SkippedByClock, r.summary.TwiceOnClock = r.v.clock.gaps, r.v.clock.twice
		if err != nil && !errors.Is(err, errStopped) {
			yield(Ticket{}, err)
		}
	}
}

// errStopped says that the caller wants no more tickets.
var errStopped = errors.New("stopped")

// rows reads row by row and gives each good one to use, with the id of its ticket, which
// holds until use returns.
func (r *Reader) rows(use func(id []byte, one row) error) error {
	src, err := r.e.open()
	if err != nil {
		return err
	}
	r.v.columns = r.e.Mapping.columns(r.e.Layout.Columns)
	width := len(r.e.Layout.Columns)
	for {
		rec, err := src.read()
		if errors.Is(err, io.EOF) {
			return r.noteEmptyTraces(src)
		}
		r.summary.Rows++
		var id []byte
		var one row
		if err == nil {
			id, one, err = r.row(src, rec, width)
		}
		if err == nil {
			err = use(id, one)
		} else {
			err = r.skip(err)
		}
		if err != nil {
			return err
		}
	}
}

func (r *Reader) row(src source, rec *record, width int) ([]byte, row, error) {
	at := func(f *fault.Fault, column int) error {
		line, col := src.place(column)
		return r.e.in.fault(f, line, col)
	}
	if n := len(rec.fields); n != width && r.e.Layout.Format == FormatCSV {
		return nil, row{}, at(fault.New(fault.Invalid, CodeFieldCount, "expected", width, "found", n), min(n-1, width))
	}
	column := r.v.columns[colID]
	id := r.v.value(rec, colID)
	if id == nil {
		return nil, row{}, at(fault.New(fault.Invalid, CodeIDMissing, "column", r.e.Mapping.Columns.ID), column)
	}
	one, bad := r.v.read(rec)
	if bad != nil {
		return nil, row{}, at(bad.Fault, r.v.columns[bad.column])
	}
	return id, one, nil
}

// skip passes over a bad row, or returns the fault where that is not wanted.
func (r *Reader) skip(err error) error {
	f, ok := errors.AsType[*fault.Fault](err)
	if !ok || !r.e.options.KeepGoing {
		return err
	}
	if len(r.summary.Skipped) >= maxSkipped {
		return fault.New(fault.Invalid, CodeTooManyBad, "rows", maxSkipped).At(f.Where)
	}
	r.summary.Skipped = append(r.summary.Skipped, f)
	return nil
}

func (r *Reader) noteEmptyTraces(src source) error {
	if x, ok := src.(*xesSource); ok {
		for _, e := range x.empty {
			r.summary.note(r.e.in.fault(fault.New(fault.Invalid, CodeTraceEmpty, "ticket", e.id), e.line, 0))
		}
	}
	return nil
}

// together reads a file in which the rows of each ticket stand together.
func (r *Reader) together(yield func(Ticket) bool) error {
	var id []byte
	var rows []row
	finish := func() error {
		t, ok, err := r.ticket(string(id), rows)
		if ok && err == nil && !yield(t) {
			return errStopped
		}
		rows = rows[:0]
		return err
	}
	err := r.rows(func(next []byte, one row) error {
		if len(rows) > 0 && !bytes.Equal(next, id) {
			if err := finish(); err != nil {
				return err
			}
		}
		if len(rows) == 0 {
			id = append(id[:0], next...)
		}
		rows = append(rows, one)
		return nil
	})
	if err != nil || len(rows) == 0 {
		return err
	}
	return finish()
}

// chain is the rows of one ticket where they stand apart: each row names the next.
type chain struct{ first, last int32 }

// pile holds many rows in pieces, so that it grows without being copied.
type pile struct {
	pieces [][]row
	rows   int32
}

const pieceRows = 1 << 14

func (p *pile) add(one row) {
	if p.rows%pieceRows == 0 {
		p.pieces = append(p.pieces, make([]row, 0, pieceRows))
	}
	last := &p.pieces[len(p.pieces)-1]
	*last = append(*last, one)
	p.rows++
}

func (p *pile) at(n int32) *row { return &p.pieces[n/pieceRows][n%pieceRows] }

// apart reads a file in which they do not: it holds all rows.
func (r *Reader) apart(yield func(Ticket) bool) error {
	var all pile
	var order []string
	chains := map[string]chain{}
	err := r.rows(func(id []byte, one row) error {
		n := all.rows
		one.next = -1
		all.add(one)
		c, known := chains[string(id)]
		if !known {
			key := string(id)
			order = append(order, key)
			chains[key] = chain{n, n}
			return nil
		}
		all.at(c.last).next = n
		chains[string(id)] = chain{c.first, n}
		return nil
	})
	if err != nil {
		return err
	}
	var rows []row
	for _, key := range order {
		rows = rows[:0]
		for n := chains[key].first; n >= 0; n = all.at(n).next {
			rows = append(rows, *all.at(n))
		}
		t, ok, err := r.ticket(key, rows)
		if err != nil {
			return err
		}
		if ok && !yield(t) {
			return errStopped
		}
	}
	return nil
}

// ticket puts the rows of one ticket in order and makes its timeline. It reports false
// when no row is left.
func (r *Reader) ticket(key string, rows []row) (Ticket, bool, error) {
	r.sort(key, rows)
	rows, err := r.sift(key, rows)
	if err != nil || len(rows) == 0 {
		return Ticket{}, false, err
	}
	t := timeline{v: r.v}
	t.build(rows)
	r.summary.count(&t, rows)
	r.noteAll(CodeTimeBack, key, t.back)
	r.noteAll(CodeBeforeLogged, key, t.early)
	r.noteAll(CodeClosedAgain, key, t.again)
	first := slices.MinFunc(rows, func(a, b row) int { return cmp.Compare(a.line, b.line) })
	return Ticket{
		Key: key, Kind: r.e.Mapping.Kind, Line: int(first.line), Rows: len(rows), Entries: t.entries,
		Group: r.v.teams.text(t.was.team),
	}, true, nil
}

func (r *Reader) noteAll(code reason.Code, key string, lines []int32) {
	for _, line := range lines {
		r.summary.note(r.fault(code, line, "ticket", key))
	}
}

func (r *Reader) fault(code reason.Code, line int32, namesAndValues ...any) *fault.Fault {
	return r.e.in.fault(fault.New(fault.Invalid, code, namesAndValues...), int(line), 0)
}

// sort puts the rows in the order of the column that counts them, or of time where the
// mapping says so. Rows that are equal in that keep the order of the file.
func (r *Reader) sort(key string, rows []row) {
	order := func(a, b row) int { return cmp.Compare(a.order, b.order) }
	switch {
	case r.e.Mapping.Columns.Order != "":
		for i := 1; i < len(rows); i++ {
			switch {
			case rows[i].order < rows[i-1].order:
				r.summary.note(r.fault(CodeShuffled, rows[i].line, "ticket", key))
			case rows[i].order == rows[i-1].order && rows[i].content != rows[i-1].content:
				r.summary.note(r.fault(CodeOrderTwice, rows[i].line, "ticket", key))
			}
		}
	case r.e.Mapping.Rows == OrderTime:
		order = func(a, b row) int { return cmp.Compare(a.at, b.at) }
	default:
		return
	}
	if !slices.IsSortedFunc(rows, order) {
		slices.SortStableFunc(rows, order)
	}
}

// sift takes out rows that cannot be used: exact duplicates, rows of a second ticket with
// the same id, and rows that go back in time where only the file gives their order. The
// first row that says when the ticket was logged says it for all.
func (r *Reader) sift(key string, rows []row) ([]row, error) {
	clear(r.seen)
	keep := rows[:0]
	var opened int64
	var openedLine int32
	for i := range rows {
		if rows[i].opened != 0 {
			opened, openedLine = rows[i].opened, rows[i].line
			break
		}
	}
	fileOrder := r.e.Mapping.Columns.Order == "" && r.e.Mapping.Rows == OrderFile
	for _, one := range rows {
		first, twice := r.seen[one.content]
		var bad *fault.Fault
		switch {
		case twice:
			// A row that stands there twice says nothing new, so it ends no reading.
			r.summary.note(r.fault(CodeDuplicate, one.line, "ticket", key, "line", int(first)))
			continue
		case one.opened != 0 && one.opened != opened:
			bad = r.fault(CodeIDRepeated, one.line, "ticket", key, "line", int(openedLine))
		case fileOrder && len(keep) > 0 && one.at < keep[len(keep)-1].at:
			bad = r.fault(CodeOutOfOrder, one.line, "ticket", key)
		}
		if bad != nil {
			if err := r.skip(bad); err != nil {
				return nil, err
			}
			continue
		}
		r.seen[one.content] = one.line
		keep = append(keep, one)
	}
	if len(keep) == 0 {
		return nil, nil
	}
	if opened == 0 {
		opened = keep[0].at
	}
	keep[0].opened = opened
	return keep, nil
}
