package sheet

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/wording"
)

// taken is what was taken from the pools of a contract that begin on one day.
type taken struct {
	first     calendar.Date
	months    int
	allotted  int // in pools with a limit; minutes, as below
	used      int // from those
	overrun   int // of that
	expired   int
	unlimited int // from pools without limit
}

// taken adds up the pools of a contract by the first date of their periods.
func (s *sheet) taken(column int) []taken {
	h := s.hours(column)
	if h == nil {
		return nil
	}
	var all []taken
	for _, p := range h.Pools {
		for _, n := range p.Periods {
			i := slices.IndexFunc(all, func(t taken) bool { return t.first == n.First })
			if i < 0 {
				i = len(all)
				all = append(all, taken{first: n.First, months: p.Pool.Period.Months()})
			}
			all[i].add(p, n)
		}
	}
	slices.SortFunc(all, func(a, b taken) int { return a.first.Compare(b.first) })
	return all
}

func (t *taken) add(p replay.PoolHours, n replay.PeriodHours) {
	if p.Pool.Unlimited {
		t.unlimited += n.Used
		return
	}
	t.allotted += n.Allotted
	t.used += n.Used
	t.overrun += n.Overrun
	t.expired += n.Expired
}

// poolSum is the sum over the periods of a pool, and in how many of them it was not enough.
func poolSum(p replay.PoolHours) (sum taken, over int) {
	for _, n := range p.Periods {
		sum.add(p, n)
		if n.Overrun > 0 {
			over++
		}
	}
	return sum, over
}

// takenInAll is the sum over the history.
func takenInAll(h *replay.Hours) taken {
	var sum taken
	for _, p := range h.Pools {
		for _, n := range p.Periods {
			sum.add(p, n)
		}
	}
	return sum
}

// hoursByMonth draws what was used by period: dark from pools with a limit, with the line of
// what was allotted and red what went beyond; grey without limit.
func (s *sheet) hoursByMonth(column int) drawing {
	const foot, high = 46.0, 42.0
	periods := s.taken(column)
	first, count, top := s.months()
	d := drawing{width: px(chartWidth), height: "61", label: s.say("sheet.chart.hours")}
	step := (chartWidth - 4) / float64(count)
	tall := func(minutes int) float64 { return high * float64(minutes) / float64(top) }
	for _, t := range periods {
		x := step * float64(monthsBetween(first, t.first))
		wide := step*float64(t.months) - max(1, step/6)
		if t.unlimited > 0 {
			d.shapes = append(d.shapes, rect("bar-soft", x, foot-tall(t.unlimited), wide, tall(t.unlimited)))
		}
		within := t.used - t.overrun
		if within > 0 {
			d.shapes = append(d.shapes, rect("bar", x, foot-tall(within), wide, tall(within)))
		}
		if t.overrun > 0 {
			d.shapes = append(d.shapes, rect("over", x+.75, foot-tall(t.used), max(1, wide-1.5), tall(t.overrun)))
		}
		d.shapes = append(d.shapes, rect("ground", x, foot, wide, 1.5))
		if t.allotted > 0 {
			d.shapes = append(d.shapes, line("limit", x-1, foot-tall(t.allotted), x+wide+1, foot-tall(t.allotted)))
		}
	}
	d.shapes = append(d.shapes, s.monthLabels(first, count, 0, step, 59)...)
	return d
}

// months is the common scale of hours: the first month, how many there are, and the most
// minutes in one period, for all contracts.
func (s *sheet) months() (first calendar.Date, count, top int) {
	top = 1
	for i := range s.Columns {
		for _, t := range s.taken(i) {
			if first.IsZero() || t.first.Before(first) {
				first = t.first
			}
			top = max(top, t.used, t.allotted, t.unlimited)
		}
	}
	for i := range s.Columns {
		for _, t := range s.taken(i) {
			count = max(count, monthsBetween(first, t.first)+t.months)
		}
	}
	return first, max(count, 1), top
}

func monthsBetween(from, to calendar.Date) int {
	return 12*(to.Year-from.Year) + int(to.Month) - int(from.Month)
}

// monthLabels writes the first letters of months while they fit, else years.
func (s *sheet) monthLabels(first calendar.Date, count int, left, step, y float64) []shape {
	var labels []shape
	month := first
	for i := range count {
		begins := left + step*float64(i)
		switch name := wording.Month(s.voice.Language(), month); {
		case step >= 56:
			labels = append(labels, label(begins+step*.5, y, "middle", name))
		case step >= 10:
			labels = append(labels, label(begins+step*.45, y, "middle", name[:1])) // month names begin in ASCII
		case month.Month == time.January || i == 0 && first.Month < time.October:
			labels = append(labels, label(begins, y, "start", strconv.Itoa(month.Year)))
		}
		month = contract.Month.Next(month)
	}
	return labels
}

// backlog draws what was logged (grey) and solved (dark) in each month, and the line of what
// was left at its end.
func (s *sheet) backlog() drawing {
	const foot, high, left = 150.0, 138.0, 40.0
	months := s.Facts.Months()
	top := 1
	for _, m := range months {
		top = max(top, m.Logged, m.Solved, m.Backlog)
	}
	step := (640 - left) / float64(max(len(months), 1))
	tall := func(n int) float64 { return high * float64(n) / float64(top) }
	d := drawing{width: "640", height: "172", label: s.say("sheet.chart.backlog")}
	for _, n := range []int{0, top / 2, top} {
		d.shapes = append(d.shapes, line("line", left, foot-tall(n), 640, foot-tall(n)), label(left-6, foot-tall(n)+4, "end", s.number(n)))
	}
	var path strings.Builder
	var dots []shape
	bar := min(28, step*.36)
	for i, m := range months {
		middle := left + step*(float64(i)+.5)
		d.shapes = append(d.shapes,
			rect("bar-soft", middle-bar-.5, foot-tall(m.Logged), bar, tall(m.Logged)),
			rect("bar", middle+.5, foot-tall(m.Solved), bar, tall(m.Solved)))
		command := "L"
		if i == 0 {
			command = "M"
		}
		path.WriteString(command + px(middle) + " " + px(foot-tall(m.Backlog)))
		dots = append(dots, shape{kind: "circle", class: "backlog-dot", x: px(middle), y: px(foot - tall(m.Backlog)), w: "3"})
	}
	d.shapes = append(append(d.shapes, shape{kind: "path", class: "backlog", path: path.String()}), dots...)
	if len(months) > 0 {
		d.shapes = append(d.shapes, s.monthLabels(months[0].First, len(months), left, step, 168)...)
	}
	return d
}
