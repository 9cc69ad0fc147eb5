package history

import (
	"bytes"
	"slices"
	"strings"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// dateEvidence finds out how timestamps are written. It reads the first one for the shape
// and all others for what the shape leaves open: whether the day or the month comes first,
// and whether seconds are always there.
type dateEvidence struct {
	column     string
	first      string
	shape      shape
	known      bool
	dayFirst   string // a timestamp that can only be day/month
	monthFirst string // a timestamp that can only be month/day
	bare       int    // timestamps without seconds
	seconds    int
	bareMilli  int // with seconds, without a fraction
	fractions  int
}

// shape is how a timestamp is put together.
type shape struct {
	date    string // with D and M for the two numbers whose meaning is open
	between string
	clock   string // HH:MM or hh:MM
	half    string // before AM
	offset  string // before Z
}

// see takes one timestamp into account.
func (d *dateEvidence) see(column string, text []byte) {
	text = bytes.TrimSpace(text)
	if !d.known {
		d.first, d.column = string(text), column
		d.shape, d.known = shapeOf(d.first)
		if !d.known {
			return
		}
	}
	a, rest, ok := number(text, 1, 4)
	if !ok || len(rest) < 2 || strings.IndexByte(d.shape.date, rest[0]) < 0 || (a > 99) != strings.HasPrefix(d.shape.date, "yyyy") {
		return // written in another way than the first: it says nothing about that one
	}
	if b, _, ok := number(rest[1:], 1, 2); ok && strings.HasPrefix(d.shape.date, "D") {
		switch {
		case a > 12 && b <= 12 && d.dayFirst == "":
			d.dayFirst = string(text)
		case b > 12 && a <= 12 && d.monthFirst == "":
			d.monthFirst = string(text)
		}
	}
	switch bytes.Count(text, []byte{':'}) - strings.Count(d.shape.offset, ":") {
	case 1:
		d.bare++
	case 2:
		d.seconds++
		if bytes.IndexByte(text[max(0, len(text)-16):], '.') >= 0 {
			d.fractions++
		} else {
			d.bareMilli++
		}
	}
}

// shapeOf reads the shape of one timestamp.
func shapeOf(text string) (shape, bool) {
	var s shape
	if digits := strings.Trim(text, "0123456789"); digits == "" && (len(text) == 10 || len(text) == 13) {
		s.date = map[int]string{10: "unix", 13: "unixms"}[len(text)]
		return s, true
	}
	rest := []byte(text)
	year, after, ok := number(rest, 4, 4)
	switch {
	case ok && year > 0 && len(after) > 3:
		sep := string(after[0])
		_, after, ok = number(after[1:], 1, 2)
		if !ok || len(after) < 2 || string(after[0]) != sep {
			return s, false
		}
		_, after, ok = number(after[1:], 1, 2)
		s.date, rest = "yyyy"+sep+"mm"+sep+"dd", after
	default:
		s.date, rest, ok = dayAndMonth(rest)
	}
	if !ok || strings.Trim(s.date, "DMdmy/-.") != "" {
		return s, false
	}
	ok = s.readClock(rest)
	return s, ok
}

// dayAndMonth reads "29/2/2016", "29-Feb-2016" or "29.2.16".
func dayAndMonth(text []byte) (form string, rest []byte, ok bool) {
	_, rest, ok = number(text, 1, 2)
	if !ok || len(rest) < 2 {
		return "", rest, false
	}
	sep, month := string(rest[0]), "M"
	_, after, ok := number(rest[1:], 1, 2)
	if !ok {
		_, after, ok = monthName(rest[1:])
		month = "mmm"
	}
	if !ok || len(after) < 3 || string(after[0]) != sep {
		return "", rest, false
	}
	day := "D"
	if month == "mmm" {
		day = "d"
	}
	if _, rest, ok = number(after[1:], 4, 4); ok {
		return day + sep + month + sep + "yyyy", rest, true
	}
	_, rest, ok = number(after[1:], 2, 2)
	return day + sep + month + sep + "yy", rest, ok
}

func (s *shape) readClock(rest []byte) bool {
	if len(rest) == 0 {
		return true
	}
	digit := bytes.IndexAny(rest, "0123456789")
	if digit < 0 || digit > 2 {
		return false
	}
	s.between = string(rest[:digit])
	if !slices.Contains([]string{" ", "T", ", ", "  "}, s.between) {
		return false
	}
	_, rest, ok := number(rest[digit:], 1, 2)
	if !ok || len(rest) < 3 || rest[0] != ':' {
		return false
	}
	s.clock = "HH:MM"
	rest = bytes.TrimLeft(rest[3:], ":.0123456789")
	trimmed := bytes.TrimLeft(rest, " ")
	space := string(rest[:len(rest)-len(trimmed)])
	if _, after, ok := half(trimmed); ok {
		s.clock, s.half = "hh:MM", space+"AM"
		rest = after
		trimmed = bytes.TrimLeft(rest, " ")
		space = string(rest[:len(rest)-len(trimmed)])
	}
	if len(trimmed) == 0 {
		return true
	}
	_, after, ok := zoneOffset(trimmed)
	s.offset = space + "Z"
	if bytes.ContainsRune(trimmed, ':') {
		s.offset += ":" // taken away again when the form is written
	}
	return ok && len(after) == 0
}

// form writes the form, or says why it cannot.
func (d *dateEvidence) form() (string, *fault.Fault) {
	if !d.known {
		return undecidedForm, fault.New(fault.Invalid, CodeDatesUnknown, "text", d.first, "column", d.column)
	}
	form := d.shape.date + d.shape.between + d.shape.clock
	if d.seconds > 0 {
		form += bracket(":SS", d.bare > 0)
	}
	if d.fractions > 0 {
		form += bracket(".fff", d.bareMilli > 0 || d.bare > 0)
	}
	form += d.shape.half + strings.TrimSuffix(d.shape.offset, ":")
	if !strings.HasPrefix(form, "D") {
		return form, nil
	}
	dayFirst := strings.NewReplacer("D", "d", "M/", "m/", "M-", "m-", "M.", "m.").Replace(form)
	monthFirst := strings.NewReplacer("D", "m", "M/", "d/", "M-", "d-", "M.", "d.").Replace(form)
	switch {
	case d.monthFirst == "" && d.dayFirst != "":
		return dayFirst, nil
	case d.dayFirst == "" && d.monthFirst != "":
		return monthFirst, nil
	}
	// Where some say one and some the other, the more frequent one is no better: it would read
	// the days up to the twelfth of the others as months.
	return undecidedForm, fault.New(
		fault.Invalid, CodeDatesAmbiguous,
		"text", d.first, "first", dayFirst, "second", monthFirst, "by_day", d.dayFirst, "by_month", d.monthFirst,
	)
}

func bracket(form string, sometimes bool) string {
	if sometimes {
		return "[" + form + "]"
	}
	return form
}
