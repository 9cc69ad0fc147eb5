package contract

import (
	"maps"
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// What facts about capacity are about, and say.
const (
	CodeAboutPool       reason.Code = "contract.about_pool"        // pool
	CodeAboutIn         reason.Code = "contract.about_in"          // pool, period
	CodeAboutCarry      reason.Code = "contract.about_carry"       // pool
	CodeAboutPoolWarn   reason.Code = "contract.about_pool_warn"   // pool
	CodeAboutOverrun    reason.Code = "contract.about_overrun"     // pool
	CodeAboutAfterHours reason.Code = "contract.about_after_hours" // pool
	CodeAboutExchange   reason.Code = "contract.about_exchange"    // pool, into
	CodeAboutDraws      reason.Code = "contract.about_draws"       //
	CodeAboutPrice      reason.Code = "contract.about_price"       //
	CodeAboutRate       reason.Code = "contract.about_rate"        // role

	CodeUnlimited  reason.Code = "contract.unlimited"   //
	CodePoolHours  reason.Code = "contract.pool_hours"  // hours, period, roles
	CodeHoursIs    reason.Code = "contract.hours_is"    // hours
	CodeCarry      reason.Code = "contract.carry"       // cap, count
	CodeOverrun    reason.Code = "contract.overrun"     // overrun
	CodeAfterHours reason.Code = "contract.after_hours" // factor, calendar
	CodeFactor     reason.Code = "contract.factor"      // factor
	CodeMoneyIs    reason.Code = "contract.money_is"    // money
	CodeDraw       reason.Code = "contract.draw"        // work, roles, pools
	CodeAllWork    reason.Code = "contract.all_work"    //
	CodeService    reason.Code = "contract.service_is"  // service
	CodeActivity   reason.Code = "contract.activity_is" // activity
)

func (f *facts) pools() {
	for i := range f.Pools {
		f.pool(&f.Pools[i])
	}
	if len(f.Draws) > 0 {
		f.addList(f.said("draws"), "draws", reason.New(CodeAboutDraws), f.drawing())
	}
	if !f.Price.Month.IsZero() {
		f.add(f.Price.Where, "price", reason.New(CodeAboutPrice), reason.New(CodeMoneyIs, "money", f.Price.Month))
	}
	roles := slices.Sorted(maps.Keys(f.Price.Hour))
	if len(roles) > 0 && roles[0] == "" { // all others come last
		roles = append(roles[1:], "")
	}
	for _, role := range roles {
		f.add(f.Price.Where, "rate/"+string(role), reason.New(CodeAboutRate, "role", string(role)),
			reason.New(CodeMoneyIs, "money", f.Price.Hour[role]))
	}
}

func (f *facts) pool(p *PoolClause) {
	about := func(code reason.Code) reason.Reason { return reason.New(code, "pool", p.Name) }
	f.add(p.Where, "pool/"+p.Name, about(CodeAboutPool), p.says())
	if p.Unlimited {
		return
	}
	for _, a := range p.In {
		f.detail("pool/"+p.Name, p.Where, "pool/"+p.Name+"/"+a.Begins.String(), reason.New(CodeAboutIn, "pool", p.Name, "period", a.Begins),
			reason.New(CodeHoursIs, "hours", span(a.Minutes)))
	}
	f.detail("pool/"+p.Name, p.Where, "carry/"+p.Name, about(CodeAboutCarry), p.Carry.says())
	if len(p.Warn) > 0 {
		f.detail("pool/"+p.Name, p.WarnWhere, "poolwarn/"+p.Name, about(CodeAboutPoolWarn), reason.New(CodePercents, "percents", p.Warn))
	}
	f.detail("pool/"+p.Name, p.Where, "overrun/"+p.Name, about(CodeAboutOverrun), reason.New(CodeOverrun, "overrun", p.Overrun.String()))
	if p.AfterHours.Percent != 100 {
		f.detail("pool/"+p.Name, p.Where, "afterhours/"+p.Name, about(CodeAboutAfterHours), p.afterHours())
	}
	for _, e := range p.Exchange {
		f.detail("pool/"+p.Name, p.Where, "exchange/"+p.Name+"/"+e.Into.Text, reason.New(CodeAboutExchange, "pool", p.Name, "into", e.Into.Text),
			reason.New(CodeFactor, "factor", factor(e.Percent)))
	}
}

func (p *PoolClause) says() reason.Reason {
	if p.Unlimited {
		return reason.New(CodeUnlimited)
	}
	var roles []string
	for _, role := range p.Roles {
		roles = append(roles, string(role))
	}
	return reason.New(CodePoolHours, "hours", span(p.Minutes), "period", p.Period.String(), "roles", roles)
}

func (p *PoolClause) afterHours() reason.Reason {
	return reason.New(CodeAfterHours, "factor", factor(p.AfterHours.Percent), "calendar", p.AfterHours.Calendar.Text)
}

func (c Carry) says() reason.Reason {
	if c.Cap == 0 {
		return reason.New(CodeNone)
	}
	return reason.New(CodeCarry, "cap", span(c.Cap), "count", c.Months)
}

// factor turns percent into the factor of the file.
func factor(percent int) float64 { return float64(percent) / 100 }

// drawing says each line of the draws.
func (d *Document) drawing() []reason.Reason {
	var lines []reason.Reason
	for i, draw := range d.Draws {
		var work []reason.Reason
		for _, take := range draw.Take {
			work = append(work, workOf(take.Text, i == 0))
		}
		var roles, pools []string
		for _, role := range draw.Roles {
			roles = append(roles, string(role))
		}
		for _, from := range draw.From {
			pools = append(pools, from.Text)
		}
		lines = append(lines, reason.New(CodeDraw, "work", work, "roles", roles, "pools", pools))
	}
	return lines
}

func workOf(word string, isFirst bool) reason.Reason {
	switch {
	case word == all:
		return reason.New(CodeAllWork, "rest", !isFirst)
	case isService(word):
		return reason.New(CodeService, "service", word)
	default:
		return reason.New(CodeActivity, "activity", word)
	}
}

func isService(word string) bool {
	return slices.ContainsFunc(catalog.Activities, func(f catalog.ActivityFacts) bool { return string(f.Service) == word })
}
