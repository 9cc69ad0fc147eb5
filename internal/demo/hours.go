package demo

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// used is how much of each pool is used by now in the present month, in percent: one is near
// its limit, one beyond. In the first days of a month it is less.
var used = map[string]map[string]int{
	"fietswereld":  {"monthly": 81},
	"bloemenhuis":  {"monthly": 94},
	"casa-linnen":  {"dev": 66, "qa": 60, "sa": 72, "pm": 50, "rm": 30},
	"nordic-audio": {"dev": 107, "qa": 56, "sa": 79, "pm": 53, "rm": 33},
}

// usedBefore is how much of the pools was used in the months before, in percent.
const usedBefore = 92

// crews do the work that is planned, by the role that the hours are of.
var crews = map[catalog.Role]struct {
	people   []string
	activity catalog.Activity
}{
	catalog.Developer:         {[]string{"Bram", "Sem", "Noor"}, catalog.DesignDevelopment},
	catalog.QualityAnalyst:    {[]string{"Lotte"}, "functional_sprint_testing"},
	catalog.SolutionArchitect: {[]string{"Yara"}, catalog.DesignDevelopment},
	catalog.ProjectManager:    {[]string{"Mila"}, "sprint_release_planning"},
	catalog.ReleaseManager:    {[]string{"Daan"}, "deployment_planning"},
}

// sharedBy are the roles that use a pool which all share.
var sharedBy = []catalog.Role{catalog.Developer, catalog.Developer, catalog.QualityAnalyst}

// month is a period of a pool.
type month struct {
	pool    *contract.Pool
	begins  calendar.Date
	days    []calendar.Date // working days of the history, up to now
	minutes int             // worked so far
	goal    int
}

// hours has people log work on enhancements until each pool of a shop is as used as it is to
// be, and takes some away from tickets that would use more.
func (m *maker) hours(s *shop) {
	capacity := &s.terms.At(m.now).Capacity
	for _, pool := range capacity.Pools {
		if pool.Unlimited {
			continue
		}
		for _, month := range m.months(s, pool) {
			m.count(s, &month)
			if month.minutes > month.goal {
				m.shrink(s, &month)
			}
			m.top(s, &month)
		}
	}
}

// months lists the months of the history, as far as they are past.
func (m *maker) months(s *shop, pool *contract.Pool) []month {
	var all []month
	zone := s.terms[0].Zone
	today := calendar.DateOf(m.now, zone)
	for d := today.AddDays(-historyDays); !today.Before(d); d = d.AddDays(1) {
		if n := len(all); n == 0 || all[n-1].begins.Month != d.Month {
			all = append(all, month{pool: pool, begins: calendar.Date{Year: d.Year, Month: d.Month, Day: 1}})
		}
		if noon := d.Start(zone).Add(13 * time.Hour); s.business.IsOpen(noon) && noon.Add(5*time.Hour).Before(m.now) {
			last := &all[len(all)-1]
			last.days = append(last.days, d)
		}
	}
	for i := range all {
		one := &all[i]
		percent := usedBefore + m.IntN(6)
		if one.begins.Month == today.Month && one.begins.Year == today.Year {
			percent = used[s.slug][pool.Name]
		}
		full := 20 // working days, of which the first month has fewer here
		if one.begins.Month == today.Month {
			full = 7
		}
		one.goal = pool.Minutes * percent / 100 * min(len(one.days), full) / full
	}
	return all
}

// in tells whether work counts in the month of the pool.
func (m *month) in(s *shop, w ticket.Worked) bool {
	draw := s.terms[len(s.terms)-1].Capacity.DrawFor(w.Activity, w.Role)
	return draw != nil && draw.Pool == m.pool && w.Day.Month == m.begins.Month && w.Day.Year == m.begins.Year
}

// count adds up what the tickets use.
func (m *maker) count(s *shop, in *month) {
	in.minutes = 0
	for _, l := range s.lives {
		for _, e := range l.said {
			if w, ok := e.Fact.(ticket.Worked); ok && in.in(s, w) {
				in.minutes += w.Minutes
			}
		}
	}
}

// shrink makes the work on tickets shorter, all in the same way.
func (m *maker) shrink(s *shop, in *month) {
	worked, goal := in.minutes, in.goal*9/10
	for _, l := range s.lives {
		for i := range l.said {
			if w, ok := l.said[i].Fact.(ticket.Worked); ok && in.in(s, w) {
				w.Minutes = max(5, w.Minutes*goal/worked/5*5)
				l.said[i].Fact = w
			}
		}
	}
	m.count(s, in)
}

// longDay is as much as somebody does for one shop on a day.
const longDay = 240

// top has the crew work on enhancements on the days of the month.
func (m *maker) top(s *shop, in *month) {
	roles := in.pool.Roles
	if len(roles) == 0 {
		roles = sharedBy
	}
	for round := 0; in.minutes < in.goal && round < 6; round++ {
		for i, d := range in.days {
			left := in.goal - in.minutes
			if left < 15 {
				return
			}
			role := roles[(i+round)%len(roles)]
			crew := crews[role]
			even := left / max(1, len(in.days)-i)
			minutes := min(longDay, left, max(30, int(float64(even)*m.part(0.5, 1.6))))
			at := d.Start(s.terms[0].Zone).Add(time.Duration(16*60+m.IntN(100)) * time.Minute)
			l := s.planned(at)
			if l == nil {
				continue
			}
			l.workOf(at, crew.people[(i+round)%len(crew.people)], minutes, crew.activity, role)
			in.minutes += minutes / 5 * 5
		}
	}
}

// planned finds what is being built at a shop at an instant: an enhancement that is not over.
func (s *shop) planned(at time.Time) *life {
	for _, l := range s.lives {
		if l.kind == catalog.Enhancement && at.After(l.opened.Add(24*time.Hour)) && (l.ends.IsZero() || at.Before(l.ends)) {
			return l
		}
	}
	return nil
}
