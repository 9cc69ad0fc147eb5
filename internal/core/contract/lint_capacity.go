package contract

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Fixed capacity is sold in this many hours a month. Source: the contract models of the
// support model, data of August 2026.
const (
	usualLeast = 40 * 60
	usualMost  = 160 * 60
)

// span turns the minutes of a pool into a length of time.
func span(minutes int) time.Duration { return time.Duration(minutes) * time.Minute }

// whereOf returns the place of a target, or none.
func (l *linter) whereOf(clause *TargetClause) fault.Position {
	if clause == nil {
		return fault.Position{}
	}
	return clause.Where
}

// allotments holds each pool to having hours in every period.
func (l *linter) allotments() {
	keys := []string{"pools"}
	for _, p := range l.Pools {
		drawn := slices.ContainsFunc(l.Draws, func(d DrawClause) bool {
			return slices.ContainsFunc(d.From, func(s Said) bool { return s.Text == p.Name })
		})
		if !drawn {
			l.warn(p.Where, append(keys, "draws"), CodeUnusedPool, "pool", p.Name)
		}
		if p.Unlimited {
			continue
		}
		if p.Minutes == 0 {
			l.refuse(p.HoursWhere, keys, CodeNoAllotment, "pool", p.Name)
		}
		if !rising(p.Warn) {
			l.refuse(p.WarnWhere, keys, CodeWarnOrder)
		}
		if p.Overrun == ClientApproval && l.Model != FixedCapacity {
			l.refuse(p.Where, keys, CodeModelOverrun, "pool", p.Name, "model", string(l.Model))
		}
		if l.Model == FixedCapacity && p.Period == Month && p.Minutes > 0 && (p.Minutes < usualLeast || p.Minutes > usualMost) {
			l.warn(p.HoursWhere, keys, CodeUnusualHours, "pool", p.Name, "hours", span(p.Minutes))
		}
		for _, a := range p.In {
			if !l.Effective.Before(p.Period.Next(a.Begins)) {
				l.warn(p.Where, keys, CodeAllotmentPast, "pool", p.Name, "period", a.Begins)
			}
		}
	}
}

// work holds the draws to taking all work that is in scope, and to being reachable.
func (l *linter) work() {
	if len(l.Pools) == 0 {
		l.refuse(l.at("pools"), []string{"pools"}, CodeNoPools)
		return
	}
	made, faults := l.makeCalendars()
	if len(faults) > 0 {
		return // Version says why
	}
	capacity := l.capacity(made)
	roles := l.rolesInPlay()
	reached := map[*Draw]bool{}
	for _, a := range l.Activities {
		var left []string
		for _, role := range roles {
			if draw := capacity.DrawFor(a.Activity, role); draw != nil {
				reached[draw] = true
			} else {
				left = append(left, string(role))
			}
		}
		if len(left) > 0 {
			l.refuse(a.Where, []string{"draws", "pools"}, CodeNotDrawn, "activity", a.Activity,
				"roles", slices.DeleteFunc(left, func(r string) bool { return r == "" }))
		}
	}
	for i := range capacity.Draws {
		draw := &capacity.Draws[i]
		if !reached[draw] && draw.Clause.File == l.File && l.concerns(draw) {
			l.warn(draw.Clause, []string{"draws"}, CodeDrawHidden)
		}
	}
}

// concerns tells whether a draw is for work that is in scope.
func (l *linter) concerns(d *Draw) bool {
	return slices.ContainsFunc(l.Activities, func(a ActivityClause) bool { return anyOr(d.Activities, a.Activity) })
}

// rolesInPlay lists the roles that pools and draws tell apart; "" when they tell none.
func (l *linter) rolesInPlay() []catalog.Role {
	var roles []catalog.Role
	for _, p := range l.Pools {
		roles = append(roles, p.Roles...)
	}
	for _, d := range l.Draws {
		roles = append(roles, d.Roles...)
	}
	if len(roles) == 0 {
		return []catalog.Role{""}
	}
	slices.Sort(roles)
	return slices.Compact(roles)
}
