package replay

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// How a contract would have fitted, best first. Arguments of all: contract, promised (clocks
// under a service level that were judged), kept, attained (percent, rounded down to a tenth),
// below (a CodeGoalMissed for each goal that was missed), pages, nights, overrun (work beyond
// the pools), unpooled (work that no pool takes) and allotted (open time).
const (
	CodeFits          reason.Code = "replay.fits"           // promises kept, hours enough
	CodeOverruns      reason.Code = "replay.overruns"       // promises kept, hours not enough
	CodeNoPromise     reason.Code = "replay.no_promise"     // promises nothing, hours enough
	CodeNothingEnough reason.Code = "replay.nothing_enough" // promises nothing, and not even the hours are enough
	CodeBreaks        reason.Code = "replay.breaks"         // the goals of its promises were missed
)

// CodeGoalMissed is a target whose goal was missed: target, priority, kept, judged, goal.
const CodeGoalMissed reason.Code = "replay.goal_missed"

// order of the codes above is the order of fit.
var order = []reason.Code{CodeFits, CodeOverruns, CodeNoPromise, CodeNothingEnough, CodeBreaks}

// OverrunTolerance is how much work beyond the pools, or in none of them, still counts as
// enough, in percent of the allotted hours: a few hours a year are settled, not renegotiated.
const OverrunTolerance = 10

// Column is one contract of a comparison.
type Column struct {
	*Tally
	// Hours has what the work would have taken from the pools, for each share of the effort
	// in Shares; it is empty when neither the history nor anybody says what the work took.
	Hours []Hours
}

// Shares are the percentages of an assumed effort that a comparison is made for.
var Shares = [3]int{50, 100, 200}

// Place is the place of a column in a ranking.
type Place struct {
	Column int // index
	Why    reason.Reason
}

// Rank orders the columns by fit, best first, with the hours at an index of Column.Hours.
//
// A contract whose promises would have been kept comes before one that promises nothing,
// and both before one that would have broken its word. Of those that fit alike, the cheaper
// comes first when all of them have a price in one currency; else the one that promises more,
// then the one with fewer pages out of hours. Of those that break their word, the one that
// keeps more comes before all that.
func Rank(columns []Column, share int) []Place {
	places := make([]Place, len(columns))
	for i, c := range columns {
		places[i] = Place{Column: i, Why: c.fit(share)}
	}
	slices.SortStableFunc(places, func(a, b Place) int { return cmp.Compare(a.group(), b.group()) })
	for rest := places; len(rest) > 0; {
		alike := len(rest)
		if next := slices.IndexFunc(rest, func(p Place) bool { return p.group() != rest[0].group() }); next > 0 {
			alike = next
		}
		rankAlike(columns, rest[:alike], share)
		rest = rest[alike:]
	}
	return places
}

// group is the index in order of how the column fits.
func (p Place) group() int { return slices.Index(order, p.Why.Code) }

// rankAlike orders columns that fit alike. Prices decide for all of them or for none: if each
// two were compared by what both have, three could be ranked in a circle.
func rankAlike(columns []Column, places []Place, share int) {
	breaks := places[0].Why.Code == CodeBreaks
	priced := !slices.ContainsFunc(places, func(p Place) bool {
		mine, first := columns[p.Column].cost(share), columns[places[0].Column].cost(share)
		return mine.IsZero() || mine.Currency != first.Currency
	})
	slices.SortStableFunc(places, func(a, b Place) int {
		one, other := columns[a.Column], columns[b.Column]
		kept, cheaper := 0, 0
		if breaks {
			kept = one.compareKept(other)
		}
		if priced {
			cheaper = cmp.Compare(one.cost(share).Minor, other.cost(share).Minor)
		}
		return cmp.Or(kept, cheaper, cmp.Compare(other.promised(), one.promised()), cmp.Compare(one.Nights.Total(), other.Nights.Total()))
	})
}

// compareKept puts the one that keeps more of its promises first.
func (c Column) compareKept(other Column) int {
	mine, _ := c.Total(contract.SLA).Attained()
	others, _ := other.Total(contract.SLA).Attained()
	return cmp.Compare(others, mine)
}

// promised counts the clocks under a service level.
func (c Column) promised() int {
	sla := c.Total(contract.SLA)
	return sla.Judged() + sla.Open
}

// cost is zero where the contract is not priced or nobody says what the work took.
func (c Column) cost(share int) contract.Money {
	if len(c.Hours) <= share {
		return contract.Money{}
	}
	return c.Hours[share].Cost
}

// fit says how one contract would have fitted.
func (c Column) fit(share int) reason.Reason {
	sla := c.Total(contract.SLA)
	attained, _ := sla.Attained()
	var below []reason.Reason
	for _, m := range c.Below() {
		below = append(below, reason.New(CodeGoalMissed,
			"target", m.Kind, "priority", m.Priority, "kept", m.Kept, "judged", m.Judged(), "goal", m.Percent))
	}
	var hours Hours // of which nobody says anything they are enough
	if len(c.Hours) > share {
		hours = c.Hours[share]
	}
	enough := hours.Enough()
	var code reason.Code
	switch promises := sla.Judged()+sla.Open+sla.NotMeasurable > 0; {
	case len(below) > 0:
		code = CodeBreaks
	case promises && enough:
		code = CodeFits
	case promises:
		code = CodeOverruns
	case enough:
		code = CodeNoPromise
	default:
		code = CodeNothingEnough
	}
	return reason.New(code, "contract", c.Contract.Name, "promised", sla.Judged(), "kept", sla.Kept,
		"attained", math.Floor(10*attained)/10, "below", below, "pages", c.Nights.Total(), "nights", c.Nights.Disturbed(),
		"overrun", minutes(hours.Overrun()), "unpooled", minutes(hours.Unpooled), "allotted", minutes(hours.Allotted()))
}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }

// TargetGoal is a goal of one target at one priority.
type TargetGoal struct {
	Kind     contract.TargetKind
	Priority catalog.Priority
	Goal
}

// Goals lists the goals of service levels under which a clock was judged.
func (t *Tally) Goals() []TargetGoal {
	var goals []TargetGoal
	for kind, priorities := range &t.Counts[contract.SLA] {
		for p, n := range &priorities {
			for _, g := range n.Goals {
				if g.Judged() > 0 {
					goals = append(goals, TargetGoal{contract.TargetKind(kind), catalog.Priority(p), g})
				}
			}
		}
	}
	return goals
}

// Below lists the goals of service levels that were missed.
func (t *Tally) Below() []TargetGoal {
	return slices.DeleteFunc(t.Goals(), func(g TargetGoal) bool { return !g.Below() })
}

// Flip is a share of the assumed effort at which another contract fits best.
type Flip struct {
	Percent int
	Best    int // index of the column that fits best there
}

// Flips lists the shares at which the best contract is another one than at the share that
// was assumed. A ranking without flips does not rest on how much effort was assumed.
func Flips(columns []Column) []Flip {
	assumed := slices.Index(Shares[:], 100)
	best := Rank(columns, assumed)[0].Column
	var flips []Flip
	for i, percent := range Shares {
		if other := Rank(columns, i)[0].Column; other != best {
			flips = append(flips, Flip{Percent: percent, Best: other})
		}
	}
	return flips
}

// Effort tells where the hours of a comparison come from.
type Effort uint8

// Where effort comes from.
const (
	EffortUnknown Effort = iota // nobody says; hours are not compared
	EffortHistory               // the history shows the work
	EffortAssumed               // somebody assumed it, and says so in a file
)

// Comparison is a history held against several contracts.
type Comparison struct {
	Source      string // name of the history
	Facts       *Facts
	First, End  time.Time // of the history, UTC
	Zone        *time.Location
	Effort      Effort
	Assumptions string // name of the file, when the effort is assumed
	Columns     []Column
	// Rows counts what was read, and Skipped has a fault for each row of them that was not used,
	// for the reader to judge the figures by.
	Rows    int
	Skipped []*fault.Fault
}

// Compare puts tallies of the same tickets side by side and adds what the work would have
// taken from their pools. It fails as HoursOf does.
func Compare(tallies []*Tally, facts *Facts, first, end time.Time) (*Comparison, error) {
	c := &Comparison{Facts: facts, First: first, End: end, Zone: facts.zone, Effort: facts.effort()}
	if c.Effort == EffortAssumed {
		c.Assumptions = facts.assumed.Source
	}
	for _, t := range tallies {
		column := Column{Tally: t}
		for _, percent := range c.Effort.shares() {
			hours, err := HoursOf(t.Contract, facts.Worked(percent), first, end)
			if err != nil {
				return nil, err
			}
			column.Hours = append(column.Hours, hours)
		}
		c.Columns = append(c.Columns, column)
	}
	return c, nil
}

// effort tells where the hours of the facts come from.
func (f *Facts) effort() Effort {
	switch {
	case f.Tickets == 0:
		return EffortUnknown
	case f.assumed != nil:
		return EffortAssumed
	case len(f.work) > 0:
		return EffortHistory
	default:
		return EffortUnknown
	}
}

// shares are the percentages of the effort that a comparison is made for.
func (e Effort) shares() []int {
	switch e {
	case EffortAssumed:
		return Shares[:]
	case EffortHistory:
		return []int{100}
	default:
		return nil
	}
}

// Share is the index in Shares, and so in Column.Hours, of the effort as it was stated.
func (c *Comparison) Share() int {
	if c.Effort == EffortAssumed {
		return slices.Index(Shares[:], 100)
	}
	return 0
}

// Ranking orders the contracts by fit, with the effort as it was stated.
func (c *Comparison) Ranking() []Place { return Rank(c.Columns, c.Share()) }

// Flips lists the shares of an assumed effort at which another contract fits best.
func (c *Comparison) Flips() []Flip {
	if c.Effort != EffortAssumed {
		return nil
	}
	return Flips(c.Columns)
}
