package contract

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
)

// parties holds the matrix to one accountable party an activity.
func (l *linter) parties() {
	keys := []string{"activities"}
	if len(l.Activities) == 0 {
		l.refuse(l.at("activities"), keys, CodeNothingInScope)
	}
	for _, a := range l.Activities {
		switch {
		case len(a.Accountable) == 0:
			l.refuse(a.Where, keys, CodeNobodyAccountable, "activity", a.Activity)
		case len(a.Accountable) > 1:
			l.refuse(a.Where, keys, CodeTwoAccountable, "activity", a.Activity, "parties", a.Accountable)
		}
		if len(a.Responsible) == 0 {
			l.warn(a.Where, keys, CodeNobodyResponsible, "activity", a.Activity)
		}
		if l.Levels[a.Level] == 0 {
			l.refuse(a.Where, []string{"levels"}, CodeLevelWithoutOwner, "level", a.Level, "activity", a.Activity)
		}
	}
}

// escalations holds the steps of each priority to their order.
func (l *linter) escalations() {
	for p := catalog.P1; p <= catalog.P4; p++ {
		var after []time.Duration
		for _, step := range l.Escalation[p] {
			after = append(after, step.After)
			if !rising(after) {
				l.refuse(step.Where, []string{"escalation"}, CodeStepOrder, "priority", p)
				break
			}
		}
	}
}

// agreements holds the targets under the client's target to its length: those on the
// critical path together, the others each.
func (l *linter) agreements() {
	for target := range NumTargets {
		for p := catalog.P1; p <= catalog.P4; p++ {
			l.agreementsUnder(TargetKind(target), p)
		}
	}
}

func (l *linter) agreementsUnder(target TargetKind, p catalog.Priority) {
	keys := []string{"olas"}
	clause := l.Targets[catalog.Incident][p][target]
	var together time.Duration
	var names []string
	for _, ola := range l.OLAs {
		within := ola.Within[p]
		if ola.Under != target || within.Open == 0 {
			continue
		}
		switch {
		case clause == nil || clause.NextRelease:
			l.refuse(within.Where, keys, CodeOLANoTarget, "ola", ola.Name, "priority", p, "target", target)
			continue
		case clause.Within.WorkDays > 0:
			l.refuse(within.Where, keys, CodeOLAWorkDays, "ola", ola.Name, "priority", p, "target", target)
			continue
		case !ola.Critical && within.Open > clause.Within.Open:
			l.refuse(within.Where, keys, CodeOLAsTooLong, "priority", p, "target", target, "olas", []string{ola.Name},
				"together", within.Open, "within", clause.Within.Open)
		}
		if ola.Critical {
			together += within.Open
			names = append(names, ola.Name)
		}
	}
	if clause != nil && !clause.Within.IsZero() && together > clause.Within.Open && clause.Within.WorkDays == 0 {
		l.refuse(clause.Where, keys, CodeOLAsTooLong, "priority", p, "target", target, "olas", names,
			"together", together, "within", clause.Within.Open)
	}
}
