package contract

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/reason"
)

func (f *facts) calendars() {
	for _, c := range f.Calendars {
		about := func(code reason.Code) reason.Reason { return reason.New(code, "calendar", c.Name) }
		f.add(c.Where, "week/"+c.Name, about(CodeAboutWeek), c.week(f.Zone))
		if c.Spec.Always {
			continue
		}
		if holidays := c.holidays(); len(holidays) > 0 {
			f.addList(c.Where, "holidays/"+c.Name, about(CodeAboutHolidays), holidays)
		}
		if closed := windows(c.Spec.Closures); len(closed) > 0 {
			f.addList(c.Where, "closed/"+c.Name, about(CodeAboutClosed), closed)
		}
		if open := windows(c.Spec.Openings); len(open) > 0 {
			f.addList(c.Where, "open/"+c.Name, about(CodeAboutOpenings), open)
		}
	}
}

func (c *CalendarClause) holidays() []reason.Reason {
	var said []reason.Reason
	for _, h := range c.Spec.Holidays {
		said = append(said, reason.New(CodeHoliday, "date", h.Date, "name", h.Name))
	}
	return said
}

func windows(list []calendar.Window) []reason.Reason {
	var said []reason.Reason
	for _, w := range list {
		said = append(said, reason.New(CodeWindowIs, "from", w.From, "to", w.To))
	}
	return said
}

// week says the weekly hours, days with the same hours together. The zone is said only
// where it is not the contract's.
func (c *CalendarClause) week(contractZone string) reason.Reason {
	if c.Spec.Always {
		return reason.New(CodeAround)
	}
	zone := c.Spec.Zone
	if zone == contractZone {
		zone = ""
	}
	var days []reason.Reason
	for i := 0; i < 7; {
		hours := c.Spec.Weekly[monday(i)]
		end := i + 1
		for end < 7 && slices.Equal(c.Spec.Weekly[monday(end)], hours) {
			end++
		}
		if len(hours) > 0 {
			said := make([]string, len(hours))
			for j, h := range hours {
				said[j] = h.From.String() + "–" + h.To.String()
			}
			days = append(days, reason.New(CodeDays, "from", monday(i), "to", monday(end-1), "hours", said))
		}
		i = end
	}
	return reason.New(CodeWeekIs, "days", days, "zone", zone)
}

// monday counts weekdays from Monday on.
func monday(i int) time.Weekday { return time.Weekday((i + 1) % 7) }
