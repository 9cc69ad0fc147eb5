package contract

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
)

// opensInFirstYear tells whether a calendar opens between the day on which the document takes
// effect and a year later: closures can leave nothing of its week.
func (l *linter) opensInFirstYear(c *calendar.Calendar) bool {
	from := l.Effective.Start(c.Zone())
	return c.Between(from, from.AddDate(1, 0, 0)) > 0
}

// hours holds the calendars to being open, used, and known far enough ahead.
func (l *linter) hours() {
	keys := []string{"calendars"}
	for _, c := range l.Calendars {
		made, err := calendar.New(c.spec(l.Zone))
		switch {
		case err != nil: // Version says why
			continue
		case made.NeverOpens(), !l.opensInFirstYear(made):
			l.refuse(c.Where, keys, CodeNeverOpens, "calendar", c.Name)
		}
		if c.Where.File == l.File && !l.uses(c.Name) {
			l.warn(c.Where, keys, CodeUnusedCalendar, "calendar", c.Name)
		}
		if c.Spec.Always || !l.uses(c.Name) {
			continue
		}
		var last calendar.Date
		for _, h := range c.Spec.Holidays {
			if last.Before(h.Date) {
				last = h.Date
			}
		}
		switch {
		case last.IsZero():
			l.warn(c.Where, keys, CodeNoHolidays, "calendar", c.Name)
		case last.Before(l.Effective.AddDays(365)):
			l.warn(c.Where, keys, CodeHolidaysEnd, "calendar", c.Name, "last", last)
		}
	}
}

// uses tells whether anything counts or demands cover on a calendar.
func (l *linter) uses(name string) bool {
	for p := range l.SLA {
		for _, s := range l.SLA[p] {
			if s.Text == name {
				return true
			}
		}
	}
	for _, row := range l.Coverage {
		if row.Calendar.Text == name {
			return true
		}
	}
	return slices.ContainsFunc(l.Pools, func(p PoolClause) bool { return p.AfterHours.Calendar.Text == name })
}

// promises holds the targets against each other.
func (l *linter) promises() {
	keys := []string{"targets"}
	for kind := range l.Targets {
		for p := catalog.P1; p <= catalog.P4; p++ {
			targets := &l.Targets[kind][p]
			for t, clause := range targets {
				if clause == nil {
					continue
				}
				covered := l.SLA[p][t].Text
				if own := clause.Calendar; own.Text != "" && own.Text != covered {
					l.refuse(own.Where, keys, CodeOwnCalendar, "calendar", own.Text, "covered", covered)
				}
				if !rising(clause.Warn) {
					l.refuse(clause.Where, keys, CodeWarnOrder)
				}
				if clause.Credit > 0 && l.Price.Month.IsZero() {
					l.warn(clause.Where, keys, CodeCreditNoPrice)
				}
			}
			l.order(targets, p, Response, Restoration)
			l.order(targets, p, Response, Resolution)
			l.order(targets, p, Restoration, Resolution)
			if p > catalog.P1 {
				l.slower(&l.Targets[kind][p-1], targets, p)
			}
		}
	}
}

// order demands that what comes first is not promised later than what comes after it.
func (l *linter) order(targets *[NumTargets]*TargetClause, p catalog.Priority, before, after TargetKind) {
	first, then := targets[before], targets[after]
	if longer(first, then) && l.SLA[p][before].Text == l.SLA[p][after].Text {
		l.refuse(then.Where, []string{"targets"}, CodeBelowResponse, "priority", p, "target", after, "within", then.Within,
			"under", before, "least", first.Within)
	}
}

// slower warns where a priority is given more time than the one below it.
func (l *linter) slower(above, targets *[NumTargets]*TargetClause, p catalog.Priority) {
	for t := range targets {
		if longer(above[t], targets[t]) && l.SLA[p-1][t].Text == l.SLA[p][t].Text {
			l.warn(above[t].Where, []string{"targets"}, CodeSlower, "priority", p-1, "than", p, "target", TargetKind(t),
				"within", above[t].Within, "least", targets[t].Within)
		}
	}
}

// longer tells whether a is a longer time than b; working days and hours do not compare.
func longer(a, b *TargetClause) bool {
	return a != nil && b != nil && !a.NextRelease && !b.NextRelease &&
		(a.Within.WorkDays > 0) == (b.Within.WorkDays > 0) &&
		(a.Within.Open > b.Within.Open || a.Within.WorkDays > b.Within.WorkDays)
}

// promisesOf tells up to which priority a model promises time on incidents; beyond it, time
// is measured only.
var promisesOf = map[Model]catalog.Priority{
	FixedCapacity: 0, SLAHotfix: catalog.P4, SLACriticalDedicated: catalog.P1, ManagedService: catalog.P4,
}

// model holds a contract to the model that it is sold as.
func (l *linter) model() {
	keys := []string{"targets"}
	for p := catalog.P1; p <= catalog.P4; p++ {
		for _, t := range []TargetKind{Response, UpdateCadence, UpdateAnswer, Restoration, Resolution, RootCause} {
			clause := l.Targets[catalog.Incident][p][t]
			promised := clause != nil && clause.Promise == SLA
			switch {
			case promised && p > promisesOf[l.Model]:
				l.refuse(clause.Where, keys, CodeModelPromise, "model", string(l.Model), "priority", p, "target", t)
			case !promised && p <= promisesOf[l.Model] && (t == Response || t == Restoration):
				l.warn(l.whereOf(clause), keys, CodeModelLess, "model", string(l.Model), "priority", p, "target", t)
			}
			l.around(p, t, clause)
		}
	}
}

// around holds the clocks that count day and night against what the model offers.
func (l *linter) around(p catalog.Priority, t TargetKind, clause *TargetClause) {
	said := l.SLA[p][t]
	c := l.CalendarOf(said.Text)
	if clause == nil || c == nil {
		return
	}
	keys := []string{"coverage"}
	switch chosen, offered := l.Options[P1Around]; {
	case l.Model == FixedCapacity && c.Spec.Always && t == Response:
		l.refuse(said.Where, keys, CodeModelAround, "model", string(l.Model), "calendar", c.Name)
	case l.Model == ManagedService && !c.Spec.Always && t == Response:
		l.warn(said.Where, keys, CodeManagedAnswers, "priority", p, "calendar", c.Name)
	case p != catalog.P1 || t != Restoration || !offered:
	case chosen && !c.Spec.Always:
		l.refuse(said.Where, keys, CodeOptionUndone, "calendar", c.Name)
	case !chosen && c.Spec.Always:
		l.warn(said.Where, keys, CodeSayOption)
	}
}
