package sheet

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/wording"
)

// width is how wide running text is in a terminal.
const width = 100

// lines writes lines of a terminal. Spaces that hold a figure and its unit together become
// plain ones, so that what is printed can be searched for.
type lines struct {
	w   io.Writer
	err error
}

func (l *lines) line(text string) {
	if l.err == nil {
		_, l.err = fmt.Fprintln(l.w, strings.TrimRight(strings.Map(inLine, text), " "))
	}
}

// inLine is printable without the spaces that hold a figure and its unit together.
func inLine(r rune) rune {
	if r == '\u00a0' {
		return ' '
	}
	return wording.PrintableRune(r)
}

func (l *lines) title(text string) {
	l.line("")
	l.line(text)
}

// wrap writes a paragraph behind an indent. What a no-break space joins stays on one line.
func (l *lines) wrap(indent, text string) { l.hang(indent, indent, text) }

// item writes a paragraph with a dash before it.
func (l *lines) item(text string) { l.hang("  - ", "    ", text) }

func (l *lines) hang(first, indent, text string) {
	line, empty := first, true
	for word := range strings.SplitSeq(text, " ") {
		if !empty && utf8.RuneCountInString(line)+utf8.RuneCountInString(word)+1 > width {
			l.line(line)
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	l.line(line)
}

// column is a column of a table; figures stand to the right.
type column struct {
	head   string
	figure bool
}

func text(head string) column   { return column{head: head} }
func figure(head string) column { return column{head: head, figure: true} }

// table writes rows under heads, as wide as they need to be. A head of two words stands on
// two lines, so that figures and not heads make a column wide.
func (l *lines) table(indent string, columns []column, rows [][]string) {
	var upper, lower []string
	for _, c := range columns {
		above, below, two := strings.Cut(c.head, " ")
		if !two {
			above, below = "", above
		}
		upper, lower = append(upper, above), append(lower, below)
	}
	heads := [][]string{upper, lower}
	for len(heads) > 0 && strings.Join(heads[0], "") == "" {
		heads = heads[1:]
	}
	rows = append(heads, rows...)
	widths := make([]int, len(columns))
	for _, r := range rows {
		for i, cell := range r {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	for _, r := range rows {
		cells := make([]string, len(r))
		for i, cell := range r {
			pad := strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell))
			if columns[i].figure {
				cells[i] = pad + cell
			} else {
				cells[i] = cell + pad
			}
		}
		l.line(indent + strings.Join(cells, "  "))
	}
}
