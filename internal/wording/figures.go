package wording

import (
	"fmt"
	"strconv"

	"github.com/watchbill/watchbill/internal/core/calendar"
)

// Number writes a whole number with its thousands apart: "24,918".
func Number(l Language, n int) string {
	if n < 0 {
		return "−" + Number(l, -n)
	}
	text := strconv.Itoa(n)
	for at := len(text) - 3; at > 0; at -= 3 {
		text = text[:at] + thousands(l) + text[at:]
	}
	return text
}

func thousands(l Language) string {
	if l == Dutch {
		return "."
	}
	return ","
}

// Percent writes a part of a whole as a percentage, rounded down to a tenth, so that 999 of
// 1000 is never 100 %. A whole of zero has no percentage: "–".
func Percent(l Language, part, whole int) string {
	if whole == 0 {
		return "–"
	}
	tenths := 1000 * part / whole
	text := strconv.Itoa(tenths / 10)
	if tenths%10 > 0 {
		text = decimal(l, fmt.Sprintf("%s.%d", text, tenths%10))
	}
	return text + nbsp + "%"
}

// Hours writes whole minutes as hours: "0 h", "45 min", "3 h 30", and from a hundred on rounded
// to whole ones, "506 h".
func Hours(l Language, minutes int) string {
	switch {
	case minutes < 0:
		return "−" + Hours(l, -minutes)
	case minutes >= 100*60:
		return Number(l, (minutes+30)/60) + nbsp + "h"
	case 0 < minutes && minutes < 60:
		return strconv.Itoa(minutes) + nbsp + "min"
	case minutes%60 == 0:
		return strconv.Itoa(minutes/60) + nbsp + "h"
	}
	return fmt.Sprintf("%d%sh%s%02d", minutes/60, nbsp, nbsp, minutes%60)
}

// Month writes the month of a date: "Nov 2026".
func Month(l Language, d calendar.Date) string {
	if l == Dutch {
		return fmt.Sprintf("%s %d", dutchMonths[d.Month-1], d.Year)
	}
	return fmt.Sprintf("%s %d", d.Month.String()[:3], d.Year)
}
