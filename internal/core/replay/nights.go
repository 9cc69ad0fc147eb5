package replay

import (
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Nights is what people on call would have had: incidents that arrive while the office is
// shut and whose response is promised at that hour.
type Nights struct {
	// Pages by local hour of the day, out of office hours only.
	Pages [24]int
	// ByPriority counts the same pages.
	ByPriority [catalog.NumPriorities]int
	// Arrivals counts all incidents by local hour, whatever is promised.
	Arrivals [24]int

	dates map[calendar.Date]int // pages by the date on which the night began
}

// Total is the number of pages.
func (n *Nights) Total() int {
	sum := 0
	for _, pages := range n.Pages {
		sum += pages
	}
	return sum
}

// Disturbed is the number of nights and closed days with at least one page. A night belongs
// to the date on which it began: a page before noon counts for the day before.
func (n *Nights) Disturbed() int { return len(n.dates) }

// Busiest is the largest number of pages in one night or closed day.
func (n *Nights) Busiest() int {
	most := 0
	for _, pages := range n.dates {
		most = max(most, pages)
	}
	return most
}

func (n *Nights) add(terms contract.Terms, tl *ticket.Timeline) {
	opened := tl.Opened()
	now, ok := ticket.Fold(tl, opened)
	if !ok || now.Kind != catalog.Incident {
		return
	}
	v := terms.At(opened)
	local := opened.In(v.Zone)
	n.Arrivals[local.Hour()]++
	response := v.Target(now.Kind, now.Priority, contract.Response)
	office := Office(v)
	if response == nil || response.Promise != contract.SLA || office == nil ||
		!response.Calendar.IsOpen(opened) || office.IsOpen(opened) {
		return
	}
	n.Pages[local.Hour()]++
	n.ByPriority[now.Priority]++
	if n.dates == nil {
		n.dates = map[calendar.Date]int{}
	}
	night := calendar.DateOf(opened, v.Zone)
	if local.Hour() < 12 {
		night = night.AddDays(-1)
	}
	n.dates[night]++
}

func (n *Nights) merge(other Nights) {
	for hour := range n.Pages {
		n.Pages[hour] += other.Pages[hour]
		n.Arrivals[hour] += other.Arrivals[hour]
	}
	for p := range n.ByPriority {
		n.ByPriority[p] += other.ByPriority[p]
	}
	if n.dates == nil && len(other.dates) > 0 {
		n.dates = map[calendar.Date]int{}
	}
	for date, pages := range other.dates {
		n.dates[date] += pages
	}
}

// Office is the hours of an ordinary working day under a version: the calendar of the first
// incident target, from the lowest priority up, that is not open day and night. It is nil
// when every target is.
func Office(v *contract.Version) *calendar.Calendar {
	for p := catalog.P4; p >= catalog.P1; p-- {
		for _, t := range v.Targets[catalog.Incident][p] {
			if t != nil && !t.Calendar.Always() {
				return t.Calendar
			}
		}
	}
	return nil
}
