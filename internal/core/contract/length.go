package contract

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
)

// Bounds of what a file may say, far beyond what a contract would.
const (
	maxHours    = 100_000
	maxWorkDays = 366
)

// length reads "4h", "90m", "1h30m" or "5wd".
func (r *reader) length(n *node) Length {
	t := r.Text(n)
	if t == "" {
		return Length{}
	}
	if days, ok := strings.CutSuffix(t, "wd"); ok {
		if v, err := strconv.Atoi(days); err == nil && 0 < v && v <= maxWorkDays {
			return Length{WorkDays: v}
		}
		r.Fault(n.Where, CodeDuration, "text", t)
		return Length{}
	}
	if open, ok := hoursAndMinutes(t); ok {
		return Length{Open: open}
	}
	number := strings.Trim(t, "0123456789.")
	switch {
	case number == "" && t != "0":
		r.Fault(n.Where, CodeNoUnit, "text", t)
	case (number == "d" || number == "w") && strings.HasSuffix(t, number):
		r.Fault(n.Where, CodeBareDay, "text", t)
	default:
		r.Fault(n.Where, CodeDuration, "text", t)
	}
	return Length{}
}

// open reads a length that cannot be in working days.
func (r *reader) open(into *time.Duration) func(*node) {
	return func(n *node) {
		l := r.length(n)
		if l.WorkDays > 0 {
			r.Fault(n.Where, CodeDuration, "text", n.Text)
		}
		*into = l.Open
	}
}

// hoursAndMinutes reads "4h", "90m" or "1h30m"; nothing else, and nothing that is zero.
func hoursAndMinutes(t string) (time.Duration, bool) {
	var total time.Duration
	for _, unit := range []struct {
		letter string
		is     time.Duration
	}{{"h", time.Hour}, {"m", time.Minute}} {
		digits, rest, ok := strings.Cut(t, unit.letter)
		if !ok {
			continue
		}
		v, err := strconv.ParseUint(digits, 10, 32)
		if err != nil || v > maxHours*60 {
			return 0, false
		}
		total, t = total+time.Duration(v)*unit.is, rest
	}
	return total, t == "" && 0 < total && total <= maxHours*time.Hour
}

// minutes reads hours of work: "72", "7.5", "72h" or "7h30m".
func (r *reader) minutes(into *int) func(*node) {
	return func(n *node) {
		t := r.Text(n)
		if t == "" {
			return
		}
		if open, ok := hoursAndMinutes(t); ok {
			*into = int(open / time.Minute)
			return
		}
		hundredths, ok := decimal(t)
		if !ok || hundredths*60%100 != 0 || hundredths > maxHours*100 {
			r.Fault(n.Where, CodeHours, "text", t)
			return
		}
		*into = hundredths * 60 / 100
	}
}

// decimal reads a number of at most two decimals, in hundredths.
func decimal(t string) (int, bool) {
	whole, part, point := strings.Cut(t, ".")
	if len(part) > 2 || point && part == "" || whole == "" {
		return 0, false
	}
	v, err := strconv.ParseUint(whole+(part + "00")[:2], 10, 31)
	return int(v), err == nil
}

// percentOf reads a factor such as 1.5 as percent.
func (r *reader) percentOf(into *int) func(*node) {
	return func(n *node) {
		t := r.Text(n)
		v, ok := decimal(t)
		switch {
		case t == "":
		case !ok || v == 0 || v > 1000:
			r.Fault(n.Where, CodeNumber, "text", t, "from", 0, "to", 10)
		default:
			*into = v
		}
	}
}

// goal reads a percentage such as 95 or 99.5.
func (r *reader) goal(into *float64) func(*node) {
	return func(n *node) {
		t := r.Text(n)
		v, ok := decimal(strings.TrimSpace(strings.TrimSuffix(t, "%")))
		switch {
		case t == "":
		case !ok || v == 0 || v > 100_00:
			r.Fault(n.Where, CodeNumber, "text", t, "from", 1, "to", 100)
		default:
			*into = float64(v) / 100
		}
	}
}

// months reads "2 months".
func (r *reader) months(into *int) func(*node) {
	return func(n *node) {
		t := r.Text(n)
		if t == "" {
			return
		}
		number, unit, _ := strings.Cut(t, " ")
		v, err := strconv.Atoi(number)
		if err != nil || v < 1 || v > 120 || (unit != "month" && unit != "months") {
			r.Fault(n.Where, CodeSpell, "text", t)
			return
		}
		*into = v
	}
}

// money reads whole minor units, such as cents.
func (r *reader) money(into *int64) func(*node) {
	return func(n *node) {
		t := r.Text(n)
		v, err := strconv.ParseInt(t, 10, 64)
		switch {
		case t == "":
		case err != nil || v < 0 || v > math.MaxInt32*1000:
			r.Fault(n.Where, CodeMoney, "text", t)
		default:
			*into = v
		}
	}
}

// periodKey reads "2026-12" as the first date of a period.
func (r *reader) periodKey(p pair, period Period) (calendar.Date, bool) {
	begins, err := calendar.ParseDate(p.Key + "-01")
	if err != nil || period.Begin(begins) != begins {
		r.Fault(p.Where, CodePeriodKey, "text", p.Key, "period", period.String())
		return calendar.Date{}, false
	}
	return begins, true
}
