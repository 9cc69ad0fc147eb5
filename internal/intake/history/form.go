package history

import (
	"bytes"
	"strings"
	"time"
)

// civil is what a timestamp says: a wall time and, where it carries one, an offset.
type civil struct {
	year, month, day     int
	hour, minute, second int
	milli                int
	offset               int // seconds east of UTC
	hasOffset            bool
}

// seconds counts from 1970 on the wall calendar, as if no clock ever changed.
func (c civil) seconds() int64 {
	return dayNumber(c.year, c.month, c.day)*86400 + int64(c.hour*3600+c.minute*60+c.second)
}

// dayNumber counts days from 1970-01-01 in the Gregorian calendar. Years are counted from
// March, so that the leap day is the last day of a year.
func dayNumber(year, month, day int) int64 {
	if month <= 2 {
		year, month = year-1, month+12
	}
	y := int64(year)
	return y*365 + y/4 - y/100 + y/400 + int64((month-3)*153+2)/5 + int64(day) - 1 - 719468
}

// token is one piece of a form.
type token uint8

const (
	literal  token = iota
	day            // d, dd: one or two digits
	month          // m, mm: one or two digits
	monthAbc       // mmm: Jan, or January
	year           // yyyy
	year2          // yy: 2000 to 2099
	hour           // HH: 0 to 23
	hour12         // hh: 1 to 12, with AM
	minute         // MM
	second         // SS
	fraction       // fff: one to nine digits, cut to milliseconds
	halfDay        // AM
	offset         // Z: Z, +01:00, +0100 or +01
	optional       // [...]: read only if its first character is there
	epoch          // unix: seconds since 1970
	epochMs        // unixms: milliseconds since 1970
)

type part struct {
	token token
	char  byte // of a literal
	skip  int  // of an optional: how many parts are inside
}

// dateForm reads timestamps that are written one way.
type dateForm struct {
	text  string
	parts []part
}

// words of the form language, longest first.
var formWords = []struct {
	word  string
	token token
}{
	{"unixms", epochMs},
	{"unix", epoch},
	{"yyyy", year},
	{"mmm", monthAbc},
	{"fff", fraction},
	{"yy", year2},
	{"mm", month},
	{"dd", day},
	{"HH", hour},
	{"hh", hour12},
	{"MM", minute},
	{"SS", second},
	{"AM", halfDay},
	{"m", month},
	{"d", day},
	{"H", hour},
	{"h", hour12},
	{"Z", offset},
}

// compileForm reads a form such as "d/m/yyyy HH:MM[:SS]". It reports false for one that
// does not say a date.
func compileForm(text string) (*dateForm, bool) {
	f := &dateForm{text: text}
	open := -1
	for rest := text; rest != ""; {
		switch rest[0] {
		case '[':
			if open >= 0 {
				return nil, false
			}
			open = len(f.parts)
			f.parts = append(f.parts, part{token: optional})
			rest = rest[1:]
			continue
		case ']':
			// What may be missing begins with a character that tells whether it is there.
			if open < 0 || len(f.parts) == open+1 || f.parts[open+1].token != literal {
				return nil, false
			}
			f.parts[open].skip = len(f.parts) - open - 1
			open, rest = -1, rest[1:]
			continue
		}
		p, length := part{token: literal, char: rest[0]}, 1
		for _, w := range formWords {
			if strings.HasPrefix(rest, w.word) {
				p, length = part{token: w.token}, len(w.word)
				break
			}
		}
		f.parts, rest = append(f.parts, p), rest[length:]
	}
	return f, open < 0 && f.saysDate()
}

func (f *dateForm) saysDate() bool {
	has := map[token]bool{}
	for _, p := range f.parts {
		if p.token != literal && p.token != optional && has[p.token] {
			return false
		}
		has[p.token] = true
	}
	if has[epoch] || has[epochMs] {
		return len(f.parts) == 1
	}
	return has[day] && (has[month] != has[monthAbc]) && (has[year] != has[year2]) && has[halfDay] == has[hour12] && (!has[hour] || !has[hour12])
}

// hasZone tells whether every timestamp of the form carries its own offset.
func (f *dateForm) hasZone() bool {
	inside := 0
	for _, p := range f.parts {
		switch {
		case p.token == optional:
			inside = p.skip + 1
		case p.token == epoch || p.token == epochMs, p.token == offset && inside <= 0:
			return true
		}
		inside--
	}
	return false
}

// read reads a timestamp. It reports false for text that does not fit the form or is no
// date, such as 30 February.
func (f *dateForm) read(text []byte) (civil, bool) {
	var c civil
	var afternoon, ok bool
	for i := 0; i < len(f.parts); i++ {
		p := f.parts[i]
		switch p.token {
		case literal:
			if len(text) == 0 || text[0] != p.char {
				return c, false
			}
			text = text[1:]
			continue
		case optional:
			if len(text) == 0 || text[0] != f.parts[i+1].char {
				i += p.skip
			}
			continue
		case day:
			c.day, text, ok = number(text, 1, 2)
		case month:
			c.month, text, ok = number(text, 1, 2)
		case monthAbc:
			c.month, text, ok = monthName(text)
		case year:
			c.year, text, ok = number(text, 4, 4)
		case year2:
			c.year, text, ok = number(text, 2, 2)
			c.year += 2000
		case hour, hour12:
			c.hour, text, ok = number(text, 1, 2)
			ok = ok && (p.token == hour || 1 <= c.hour && c.hour <= 12)
		case minute:
			c.minute, text, ok = number(text, 2, 2)
		case second:
			c.second, text, ok = number(text, 2, 2)
		case fraction:
			c.milli, text, ok = millis(text)
		case halfDay:
			afternoon, text, ok = half(text)
			c.hour = c.hour%12 + map[bool]int{true: 12}[afternoon]
		case offset:
			c.offset, text, ok = zoneOffset(text)
			c.hasOffset = true
		case epoch, epochMs:
			return sinceEpoch(text, p.token == epochMs)
		}
		if !ok {
			return c, false
		}
	}
	return c, len(text) == 0 && c.exists()
}

// Years outside these are typing errors rather than tickets.
const firstYear, lastYear = 1950, 2199

func (c civil) exists() bool {
	return firstYear <= c.year && c.year <= lastYear && 1 <= c.month && c.month <= 12 &&
		1 <= c.day && c.day <= monthDays(c.year, c.month) && c.hour < 24 && c.minute < 60 && c.second < 60
}

func monthDays(year, month int) int {
	switch {
	case month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0):
		return 29
	case month == 2:
		return 28
	case month == 4 || month == 6 || month == 9 || month == 11:
		return 30
	default:
		return 31
	}
}

// number reads from least to most digits.
func number(text []byte, least, most int) (int, []byte, bool) {
	n, digits := 0, 0
	for digits < most && digits < len(text) && '0' <= text[digits] && text[digits] <= '9' {
		n = n*10 + int(text[digits]-'0')
		digits++
	}
	return n, text[digits:], digits >= least
}

func millis(text []byte) (int, []byte, bool) {
	n, digits := 0, 0
	for digits < 9 && digits < len(text) && '0' <= text[digits] && text[digits] <= '9' {
		if digits < 3 {
			n = n*10 + int(text[digits]-'0')
		}
		digits++
	}
	for i := digits; i < 3; i++ {
		n *= 10
	}
	return n, text[digits:], digits > 0
}

var monthNames = [...]string{
	"january", "february", "march", "april", "may", "june",
	"july", "august", "september", "october", "november", "december",
}

func monthName(text []byte) (int, []byte, bool) {
	letters := 0
	for letters < len(text) && ('a' <= text[letters]|0x20 && text[letters]|0x20 <= 'z') {
		letters++
	}
	word := strings.ToLower(string(text[:letters]))
	for i, name := range monthNames {
		if word == name || len(word) == 3 && word == name[:3] {
			return i + 1, text[letters:], true
		}
	}
	return 0, text, false
}

func half(text []byte) (afternoon bool, rest []byte, ok bool) {
	if len(text) < 2 || text[1]|0x20 != 'm' || (text[0]|0x20 != 'a' && text[0]|0x20 != 'p') {
		return false, text, false
	}
	return text[0]|0x20 == 'p', text[2:], true
}

func zoneOffset(text []byte) (int, []byte, bool) {
	if len(text) > 0 && (text[0] == 'Z' || text[0] == 'z') {
		return 0, text[1:], true
	}
	if len(text) < 3 || (text[0] != '+' && text[0] != '-') {
		return 0, text, false
	}
	hours, rest, ok := number(text[1:], 2, 2)
	minutes := 0
	if ok && len(rest) > 0 {
		minutes, rest, ok = number(bytes.TrimPrefix(rest, []byte(":")), 2, 2)
	}
	seconds := hours*3600 + minutes*60
	if text[0] == '-' {
		seconds = -seconds
	}
	return seconds, rest, ok && hours < 15 && minutes < 60
}

func sinceEpoch(text []byte, ms bool) (civil, bool) {
	if len(text) == 0 || len(text) > 14 {
		return civil{}, false
	}
	n, rest, ok := number(text, 1, 14)
	if !ok || len(rest) > 0 {
		return civil{}, false
	}
	t := time.Unix(int64(n), 0).UTC()
	if ms {
		t = time.UnixMilli(int64(n)).UTC()
	}
	c := civil{
		year: t.Year(), month: int(t.Month()), day: t.Day(), hour: t.Hour(), minute: t.Minute(), second: t.Second(),
		milli: t.Nanosecond() / int(time.Millisecond), hasOffset: true,
	}
	return c, c.exists()
}
