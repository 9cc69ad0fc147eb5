package sheet

import (
	"strconv"
	"time"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/replay"
)

// drawing is a chart: shapes in the order in which they are drawn. What a shape looks like is
// said by its class in sheet.css.
type drawing struct {
	width, height string
	label         string // what it shows, for who cannot see it
	shapes        []shape
}

// shape is a rectangle, line, circle, diamond, path or text. Lengths are pixels or percents.
type shape struct {
	kind       string
	x, y, w, h string // of a line: from x, y to w, h; of a circle: centre and, in w, radius
	class      string
	text       string
	anchor     string // of a text: start, middle, end
	path       string
}

func px(n float64) string { return strconv.FormatFloat(n, 'f', 1, 64) }

func percent(n float64) string { return strconv.FormatFloat(100*n, 'f', 2, 64) + "%" }

func rect(class string, x, y, w, h float64) shape {
	return shape{kind: "rect", class: class, x: px(x), y: px(y), w: px(w), h: px(h)}
}

func line(class string, x1, y1, x2, y2 float64) shape {
	return shape{kind: "line", class: class, x: px(x1), y: px(y1), w: px(x2), h: px(y2)}
}

func label(x, y float64, anchor, text string) shape {
	return shape{kind: "text", x: px(x), y: px(y), anchor: anchor, text: text}
}

const chartWidth = 150.0 // of the charts that stand in a column

// dots puts what was kept on one scale for all contracts: a circle when every goal was met, a
// diamond when one was missed, a ring for key figures. A goal is a tick.
func (s *sheet) dots(column int) drawing {
	const left, right, y = 4.0, chartWidth - 6, 9.0
	from := s.scaleFrom()
	at := func(part float64) float64 { return left + (right-left)*(part-from)/(100-from) }
	n, kpi := s.total(column, contract.SLA), s.total(column, contract.KPI)
	d := drawing{width: px(chartWidth), height: "30", shapes: []shape{line("line", left, y, right, y)}}
	class := "dot-met"
	goals := map[float64]bool{}
	for _, g := range s.Columns[column].Goals() {
		if !goals[g.Percent] {
			goals[g.Percent] = true
			d.shapes = append(d.shapes, line("goal", at(g.Percent), y-6, at(g.Percent), y+6))
		}
		if g.Below() {
			class = "dot-missed"
		}
	}
	if n.Judged() == 0 {
		n, class = kpi, "dot-kpi"
	}
	if attained, ok := n.Attained(); ok {
		x := at(attained)
		if class == "dot-missed" {
			d.shapes = append(d.shapes, shape{kind: "path", class: class, path: "M" + px(x) + " " + px(y-6.5) + "l6.5 6.5-6.5 6.5-6.5-6.5z"})
		} else {
			d.shapes = append(d.shapes, shape{kind: "circle", class: class, x: px(x), y: px(y), w: "5"})
		}
	}
	d.label = s.kept(n)
	d.shapes = append(d.shapes, label(left, 27, "start", strconv.Itoa(int(from))), label(right+4, 27, "end", "100\u00a0%"))
	return d
}

// scaleFrom is where the scale of the dots begins, for all contracts: below the lowest.
func (s *sheet) scaleFrom() float64 {
	lowest := 100.0
	for i := range s.Columns {
		for _, promise := range promises {
			if attained, ok := s.total(i, promise).Attained(); ok {
				lowest = min(lowest, attained)
			}
		}
		for _, g := range s.Columns[i].Goals() {
			lowest = min(lowest, g.Percent)
		}
	}
	return max(0, float64(int(lowest/10)*10-10))
}

// hoursOfDay draws pages (dark) before all incidents (grey) by the hour at which they came.
func (s *sheet) hoursOfDay(column int) drawing {
	const foot, high, step = 26.0, 24.0, 6.0
	top := 1
	for _, c := range s.Columns {
		for _, n := range c.Nights.Arrivals {
			top = max(top, n)
		}
	}
	nights := s.Columns[column].Nights
	d := drawing{width: px(chartWidth), height: "41", label: s.say("sheet.chart.nights", "pages", s.number(nights.Total()))}
	for hour, n := range nights.Arrivals {
		x := float64(hour) * step
		tall := func(n int) float64 { return high * float64(n) / float64(top) }
		d.shapes = append(d.shapes, rect("ground", x, foot, step-1, 1.5))
		if n > 0 {
			d.shapes = append(d.shapes, rect("bar-soft", x, foot-tall(n), step-1, tall(n)))
		}
		if pages := nights.Pages[hour]; pages > 0 {
			d.shapes = append(d.shapes, rect("bar", x, foot-max(1.5, tall(pages)), step-1, max(1.5, tall(pages))))
		}
	}
	for _, hour := range []int{0, 6, 12, 18, 24} {
		anchor := "middle"
		if hour == 0 {
			anchor = "start"
		}
		d.shapes = append(d.shapes, label(float64(hour)*step, 39, anchor, strconv.Itoa(hour)))
	}
	return d
}

var segmentClass = map[reason.Code]string{
	clock.CodeCounted: "seg-counted", clock.CodeShut: "seg-shut", clock.CodePaused: "seg-paused",
	clock.CodeHalted: "seg-halted", clock.CodeNoTarget: "seg-halted",
}

// manySegments is where a bar of segments would become a smear, and shows sums instead.
const manySegments = 60

// segments draws what a late clock did from its start to its stop: counted (solid, red after
// due), shut (lines), paused (dots).
func (s *sheet) segments(c replay.Case, e clock.Explanation) drawing {
	d := drawing{width: "100%", height: "22", label: s.say("sheet.chart.segments")}
	if len(e.Segments) == 0 {
		return d
	}
	first, last := e.Segments[0].From, e.Segments[len(e.Segments)-1].To
	whole := float64(last.Sub(first))
	add := func(class string, from, span time.Duration) {
		if span > 0 && whole > 0 {
			d.shapes = append(d.shapes, shape{
				kind: "rect", class: class, x: percent(float64(from) / whole), y: "2", w: percent(float64(span) / whole), h: "18",
			})
		}
	}
	if len(e.Segments) > manySegments {
		from := time.Duration(0)
		for _, sum := range sums(c, e) {
			add(sum.class, from, sum.span)
			from += sum.span
		}
		return d
	}
	for _, g := range e.Segments {
		from, span := g.From.Sub(first), g.To.Sub(g.From)
		late := time.Duration(0)
		if g.What == clock.CodeCounted && !e.Due.IsZero() && g.To.After(e.Due) {
			late = min(span, g.To.Sub(e.Due))
		}
		add(segmentClass[g.What], from, span-late)
		add(lateClass(e), from+span-late, late)
	}
	if !e.Due.IsZero() && e.Due.After(first) && e.Due.Before(last) {
		x := percent(float64(e.Due.Sub(first)) / whole)
		d.shapes = append(d.shapes, shape{kind: "line", class: "due", x: x, y: "0", w: x, h: "22"})
	}
	return d
}

// lateClass is red for a promise only: a key figure is missed, never broken.
func lateClass(e clock.Explanation) string {
	if e.Promise == contract.KPI {
		return "seg-past"
	}
	return "seg-late"
}

// sum is time that a clock spent in one way, all stretches together.
type sum struct {
	class string
	span  time.Duration
}

func sums(c replay.Case, e clock.Explanation) []sum {
	spans := map[string]time.Duration{}
	for _, g := range e.Segments {
		spans[segmentClass[g.What]] += g.To.Sub(g.From)
	}
	over := min(c.Over(), spans["seg-counted"])
	return []sum{
		{"seg-counted", spans["seg-counted"] - over},
		{lateClass(e), over},
		{"seg-paused", spans["seg-paused"]},
		{"seg-halted", spans["seg-halted"]},
		{"seg-shut", spans["seg-shut"]},
	}
}
