package web

import (
	"encoding/base64"
	"hash/fnv"

	"github.com/watchbill/watchbill/internal/app"
)

// mark stands for a row that an open page shows. It is short, for the page sends those of all
// its rows when it looks again; should two rows share one, a new row is shown at once.
type mark [3]byte

func markOf(r *app.QueueRow) (m mark) {
	sum := fnv.New32a()
	sum.Write([]byte(r.Stream))
	copy(m[:], sum.Sum(nil)[1:])
	return m
}

// shown are the rows that an open page shows; nil for a page that is opened.
type shown map[mark]bool

// mostHeld is how many rows can come between those of an open page and still leave its last
// row in place.
const mostHeld = 50

// shownText writes which rows are shown, for an address.
func shownText(rows []app.QueueRow) string {
	marks := make([]byte, 0, 3*len(rows))
	for i := range rows {
		m := markOf(&rows[i])
		marks = append(marks, m[:]...)
	}
	return base64.RawURLEncoding.EncodeToString(marks)
}

// parseShown reads it. Anything else is a page that is opened.
func parseShown(text string) shown {
	marks, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(marks) == 0 {
		return nil
	}
	s := shown{}
	for ; len(marks) >= 3; marks = marks[3:] {
		s[mark(marks[:3])] = true
	}
	return s
}

// hold takes those rows out of a list that would push down what is being read, and counts
// them. Rows below the last one that is shown push nothing; they fill the page up.
func (s shown) hold(list *app.QueuePage) (held int) {
	if s == nil {
		return 0
	}
	last := -1
	for i := range list.Rows {
		if s[markOf(&list.Rows[i])] {
			last = i
		}
	}
	kept := make([]app.QueueRow, 0, len(list.Rows))
	for i := range list.Rows {
		switch {
		case s[markOf(&list.Rows[i])], i > last && len(kept) < rowsAPage:
			kept = append(kept, list.Rows[i])
		case i < last:
			held++
		default:
			list.More = true
		}
	}
	list.Rows = kept
	return held
}
