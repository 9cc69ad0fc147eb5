package cases

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/watch"
)

// table is what a case expects: the clocks at an instant, or what was decided until then.
type table struct {
	section
	at      time.Time
	decided bool
	kinds   []contract.TargetKind // of the rows; of a list of decisions, those that it is about
	rows    [][]string
	places  []fault.Position
}

var (
	clockColumns   = []string{"clock", "phase", "verdict", "due", "elapsed", "left"}
	decidedColumns = []string{"at", "what", "clock"}
)

func (t *table) columns() []string {
	if t.decided {
		return decidedColumns
	}
	return clockColumns
}

// table reads a section "clocks at MOMENT" or "decided [about CLOCK…] until MOMENT".
func (p *parser) table(c *textCase, s section) {
	words := strings.Fields(s.heading.text)
	t := table{section: s, decided: words[0] == "decided"}
	mark := map[bool]string{false: "at", true: "until"}[t.decided]
	i := slices.Index(words, mark)
	switch {
	case words[0] != "clocks" && words[0] != "decided":
		return
	case i < 0:
		p.fault(s.heading.Position, CodeStray, "text", s.heading.text+":")
		return
	}
	m := moments{zone: c.zone}
	at, rest, problem := m.take(words[i+1:])
	if problem != nil {
		p.add(problem, s.heading.Position)
		return
	}
	about := words[1:i]
	if len(rest) > 0 || len(about) > 0 && (!t.decided || about[0] != "about") {
		p.fault(s.heading.Position, CodeStray, "text", s.heading.text+":")
		return
	}
	t.at = at
	for _, word := range about[min(1, len(about)):] {
		kind, err := clockOf(strings.TrimSuffix(word, ","))
		p.add(err, s.heading.Position)
		t.kinds = append(t.kinds, kind)
	}
	p.rows(&t)
	c.tables = append(c.tables, t)
}

// rows reads the rows under a heading and a line of column names.
func (p *parser) rows(t *table) {
	columns := t.columns()
	for i, l := range t.lines {
		cells := cellsOf(l.text)
		switch {
		case i == 0 && !slices.Equal(cells, columns):
			p.fault(l.Position, CodeColumns, "text", l.text, "want", columns)
			return
		case i == 0:
		case len(cells) != len(columns):
			p.fault(l.Position, CodeCells, "got", len(cells), "want", columns)
		default:
			if !t.decided {
				kind, err := clockOf(cells[0])
				p.add(err, l.Position)
				t.kinds = append(t.kinds, kind)
			}
			t.rows, t.places = append(t.rows, cells), append(t.places, l.Position)
		}
	}
	if len(t.rows) == 0 && !t.decided && !p.fill {
		p.fault(t.heading.Position, CodeNoRows)
	}
}

// cellsOf splits a line where there are two blanks or more.
func cellsOf(text string) []string {
	var cells []string
	for cell := range strings.SplitSeq(strings.ReplaceAll(text, "\t", "  "), "  ") {
		if cell = strings.TrimSpace(cell); cell != "" {
			cells = append(cells, cell)
		}
	}
	return cells
}

// check holds every table against what the core says.
func (c *textCase) check() []Mismatch {
	var d differ
	for i := range c.tables {
		t := &c.tables[i]
		if t.decided {
			c.checkDecided(&d, t)
			continue
		}
		for row, got := range c.read(t) {
			for column, name := range t.columns() {
				what := fmt.Sprintf("line %d, %s of %s", t.places[row].Line, name, got[0])
				d.want(what, t.rows[row][column], got[column])
			}
		}
	}
	return d.found
}

// read gives the rows that a table of clocks should have: those of its clocks, or of all when
// it has none yet.
func (c *textCase) read(t *table) [][]string {
	reading := clock.Read(c.terms, ticket.NewTimeline(c.entries...), t.at)
	kinds := t.kinds
	if len(kinds) == 0 {
		for _, k := range &reading.Clocks {
			if k.Phase != clock.None {
				kinds = append(kinds, k.Kind)
			}
		}
	}
	var rows [][]string
	for _, kind := range kinds {
		k := reading.Clocks[kind]
		row := []string{kind.String(), k.Phase.String(), k.Verdict.String(), "-", "-", "-"}
		if k.Phase > clock.NotStarted {
			row[3] = wallText(k.Due, c.zone)
			if k.Agreed {
				row[3] += " agreed"
			}
			row[4], row[5] = spanText(k.Elapsed), spanText(k.Remaining)
		}
		if k.Phase == clock.Paused {
			row[1] += " (" + k.WaitsFor.String() + ")"
		}
		rows = append(rows, row)
	}
	return rows
}

// decide lives through the timeline as the live desk does, and gives the rows that a list of
// decisions should have.
func (c *textCase) decide(t *table) [][]string {
	tl := &ticket.Timeline{}
	live := watch.Of(c.terms, tl)
	for command := range watch.Commands(c.entries) {
		if now := command[0].Recorded; !now.After(t.at) {
			live.Record(now, command...)
		}
	}
	live.Settle(t.at)
	var rows [][]string
	add := func(e ticket.Entry, kind contract.TargetKind, what string) {
		if len(t.kinds) == 0 || slices.Contains(t.kinds, kind) {
			rows = append(rows, []string{wallText(e.At, c.zone), what, kind.String()})
		}
	}
	for _, e := range tl.Entries() {
		switch f := e.Fact.(type) {
		case ticket.Warned:
			add(e, f.Target, fmt.Sprintf("warned %d%%", f.Percent))
		case ticket.Breached:
			add(e, f.Target, "breached")
		case ticket.Withdrawn:
			add(e, f.Target, "withdrawn")
		}
	}
	return rows
}

func (c *textCase) checkDecided(d *differ, t *table) {
	got := c.decide(t)
	for i := range max(len(got), len(t.rows)) {
		what := fmt.Sprintf("line %d, decision %d", t.heading.Line, i+1)
		expected, have := "nothing", "nothing"
		if i < len(t.rows) {
			what = fmt.Sprintf("line %d", t.places[i].Line)
			expected = strings.Join(t.rows[i], "  ")
		}
		if i < len(got) {
			have = strings.Join(got[i], "  ")
		}
		d.want(what, expected, have)
	}
}

// Update rewrites the tables of a text case to what the core says now, and leaves the rest
// of the file alone. A table of clocks without rows gets all clocks. The error is that of
// Read.
func Update(src []byte, name string) ([]byte, error) {
	p, err := newParser(src, name)
	if err != nil {
		return nil, err
	}
	p.fill = true
	c := p.read()
	if len(p.faults) > 0 {
		return nil, p.faults
	}
	lines := strings.Split(string(src), "\n")
	for _, t := range slices.Backward(c.tables) {
		rows := c.read
		if t.decided {
			rows = c.decide
		}
		drawn := draw(append([][]string{t.columns()}, rows(&t)...))
		lines = slices.Replace(lines, t.first, t.end, drawn...)
	}
	return []byte(strings.Join(lines, "\n")), nil
}

// draw writes rows in columns.
func draw(rows [][]string) []string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	drawn := make([]string, len(rows))
	for i, row := range rows {
		var text strings.Builder
		for column, cell := range row {
			text.WriteString("  " + cell + strings.Repeat(" ", widths[column]-utf8.RuneCountInString(cell)))
		}
		drawn[i] = strings.TrimRight(text.String(), " ")
	}
	return drawn
}
