package replay

import (
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// Hours is what the work of a history would have taken from the pools of a contract.
// Amounts are whole minutes.
type Hours struct {
	Pools []PoolHours
	// Unpooled is work that no pool of the contract takes.
	Unpooled int
	// Cost is the monthly price of the months of the history and the overruns at the rates of
	// the contract; zero when the contract is not priced.
	Cost contract.Money
}

// PoolHours is one pool over the history.
type PoolHours struct {
	Pool    *contract.Pool
	Periods []PeriodHours
}

// PeriodHours is one period of a pool.
type PeriodHours struct {
	First    calendar.Date
	Allotted int // anew in this period
	Carried  int // in from earlier periods
	Used     int // weighed, the overrun with it
	Overrun  int // beyond what there was: waits for approval or a change
	Expired  int
}

// Used is the work that was taken from the pools, overruns with it.
func (h Hours) Used() int { return h.sum(func(p PeriodHours) int { return p.Used }) }

// Allotted is what the pools with a limit were given.
func (h Hours) Allotted() int { return h.sum(func(p PeriodHours) int { return p.Allotted }) }

// Overrun is the work beyond the pools.
func (h Hours) Overrun() int { return h.sum(func(p PeriodHours) int { return p.Overrun }) }

// OverrunPercent is the overrun as a percentage of what was allotted, rounded up.
func (h Hours) OverrunPercent() int {
	allotted := h.Allotted()
	if allotted == 0 {
		return 0
	}
	return (100*h.Overrun() + allotted - 1) / allotted
}

func (h Hours) sum(of func(PeriodHours) int) int {
	total := 0
	for _, pool := range h.Pools {
		for _, p := range pool.Periods {
			total += of(p)
		}
	}
	return total
}
