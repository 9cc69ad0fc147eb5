package wording

import (
	"fmt"
	"maps"
	"strings"
	"text/template"
	"time"
)

// funcs are what the messages may call: {{.from | time}}, {{.left | duration}}, {{.names | list}}.
func funcs(v *Voice) template.FuncMap {
	l := v.language
	all := contractFuncs(v)
	maps.Copy(all, ticketFuncs(v))
	all["role"] = func(r any) string { return v.Text("people.role." + fmt.Sprint(r)) }
	all["duration"] = Duration
	all["number"] = func(n int) string { return Number(l, n) }
	all["hours"] = func(d time.Duration) string { return Hours(l, int(d/time.Minute)) }
	all["time"] = func(t time.Time) string { return Time(l, t) }
	all["list"] = func(words []string) string { return List(l, words) }
	return all
}

// nbsp keeps a figure and its unit on one line.
const nbsp = "\u00a0"

// Duration writes a span the way the desk shows it: "1 h 06", "18 min", "45 s", "2 d 3 h"
// is not used, since a working day has no fixed length. A negative span has a minus sign.
func Duration(d time.Duration) string {
	sign := ""
	if d < 0 {
		sign, d = "−", -d
	}
	d = d.Truncate(time.Second)
	h, m, s := int(d/time.Hour), int(d%time.Hour/time.Minute), int(d%time.Minute/time.Second)
	switch {
	case h > 0 && m == 0:
		return fmt.Sprintf("%s%d%sh", sign, h, nbsp)
	case h > 0:
		return fmt.Sprintf("%s%d%sh%s%02d", sign, h, nbsp, nbsp, m)
	case m > 0:
		return fmt.Sprintf("%s%d%smin", sign, m, nbsp)
	default:
		return fmt.Sprintf("%s%d%ss", sign, s, nbsp)
	}
}

var (
	dutchWeekdays = [...]string{"zo", "ma", "di", "wo", "do", "vr", "za"}
	dutchMonths   = [...]string{"jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec"}
)

// Time writes an instant with its zone: "Thu 19 Nov 2026 14:32 CET". It uses the location
// that the time carries, so a caller converts first.
func Time(l Language, t time.Time) string {
	if l == Dutch {
		return fmt.Sprintf("%s %d %s %d %s", dutchWeekdays[t.Weekday()], t.Day(), dutchMonths[t.Month()-1],
			t.Year(), t.Format("15:04 MST"))
	}
	return t.Format("Mon 2 Jan 2006 15:04 MST")
}

// List joins words: "P1, P2 and P3".
func List(l Language, words []string) string {
	and := " and "
	if l == Dutch {
		and = " en "
	}
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + and + words[len(words)-1]
}
