package contract

import (
	"reflect"

	"github.com/watchbill/watchbill/internal/core/reason"
)

// What only the section about hours says.
const (
	CodePoolIs    reason.Code = "contract.pool_is"    // pool, says
	CodePoolIn    reason.Code = "contract.pool_in"    // pool, hours, period
	CodeCarries   reason.Code = "contract.carries"    // pools, cap, count
	CodeCarryNot  reason.Code = "contract.carry_not"  // pools
	CodePoolWarns reason.Code = "contract.pool_warns" // pools, percents
	CodeMoreHours reason.Code = "contract.more_hours" // pools, overrun
)

func (e explainer) pools() Section {
	var says []reason.Reason
	for i := range e.Pools {
		p := &e.Pools[i]
		says = append(says, reason.New(CodePoolIs, "pool", p.Name, "says", p.says()))
		for _, a := range p.In {
			says = append(says, reason.New(CodePoolIn, "pool", p.Name, "hours", span(a.Minutes), "period", a.Begins))
		}
	}
	for _, draw := range e.drawing() {
		says = append(says, reason.New(CodeSentence, "says", draw))
	}
	says = append(says, e.alike(func(p *PoolClause) reason.Reason {
		if p.Carry.Cap == 0 {
			return reason.New(CodeCarryNot)
		}
		return reason.New(CodeCarries, "cap", span(p.Carry.Cap), "count", p.Carry.Months)
	})...)
	says = append(says, e.alike(func(p *PoolClause) reason.Reason {
		return reason.New(CodePoolWarns, "percents", p.Warn)
	})...)
	says = append(says, e.alike(func(p *PoolClause) reason.Reason {
		return reason.New(CodeMoreHours, "overrun", p.Overrun.String())
	})...)
	says = append(says, e.matters("afterhours/", "exchange/", "price", "rate/")...)
	return e.section(CodeTitlePools, []string{"pools", "draws", "price"}, says)
}

// alike says something of each limited pool, but only once what holds for several; the
// pools are named where it does not hold for all.
func (e explainer) alike(say func(*PoolClause) reason.Reason) []reason.Reason {
	var says []reason.Reason
	var pools [][]string
	limited := 0
	for i := range e.Pools {
		p := &e.Pools[i]
		if p.Unlimited {
			continue
		}
		limited++
		said, at := say(p), 0
		for at < len(says) && !reflect.DeepEqual(says[at], said) {
			at++
		}
		if at == len(says) {
			says, pools = append(says, said), append(pools, nil)
		}
		pools[at] = append(pools[at], p.Name)
	}
	for i := range says {
		var named []string
		if len(pools[i]) < limited {
			named = pools[i]
		}
		says[i].Args = append(says[i].Args, reason.Arg{Name: "pools", Value: named})
	}
	return says
}
