// Package replay holds a history against contracts: what each would have promised, kept and
// broken, and what it would have asked of people and hours.
//
// It calls the engine of the live desk unchanged (watch, clock, ledger), one ticket at a
// time, and adds up. Nothing here decides a verdict.
package replay

import (
	"cmp"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/watch"
)

// Contract is one contract that the history is held against.
type Contract struct {
	Name  string
	Terms contract.Terms
}

// Ticket is one ticket of the history.
type Ticket struct {
	Key string
	// Entries are the reported entries in the order in which they were recorded.
	Entries []ticket.Entry
}

// Ended tells whether the ticket needs no look at the end of the history: whatever its
// clocks say at its last entry, they say for ever. It says so only of a ticket that was
// merged, or that is closed and whose root cause is published or not shown; never of one of
// which something was reported late.
func (t Ticket) Ended() bool {
	closed, caused, merged := false, false, false
	for _, e := range t.Entries {
		if !e.At.Equal(e.Recorded) {
			return false
		}
		switch f := e.Fact.(type) {
		case ticket.Closed:
			closed = true
		case ticket.Reopened:
			closed = false
		case ticket.RootCausePublished:
			caused = true
		case ticket.NotShown:
			caused = caused || f.Target == contract.RootCause
		case ticket.Merged:
			merged = true
		}
	}
	return merged || closed && caused
}

// Replayer replays tickets one after the other. The zero Replayer is ready; it is not safe
// for concurrent use.
type Replayer struct {
	timeline ticket.Timeline
	watched  watch.Case
}

// Run replays a ticket under terms, as the live desk would have recorded it, and settles it
// up to the end of the history. The timeline holds until the next Run.
func (r *Replayer) Run(t Ticket, terms contract.Terms, end time.Time) *ticket.Timeline {
	r.timeline.Reset()
	r.watched.Turn(terms, &r.timeline)
	for command := range watch.Commands(t.Entries) {
		r.watched.Record(command[0].Recorded, command...)
	}
	r.watched.Settle(end)
	return &r.timeline
}

// Tally is what a contract would have meant for the tickets that were added to it.
type Tally struct {
	Contract Contract
	Tickets  int
	// Counts by what the target promised, its kind, and the priority at the end.
	Counts [2][contract.NumTargets][catalog.NumPriorities]Count
	// NoTarget counts the tickets that had no clock of a kind because the contract has no
	// such target for their priority; priority 0 is not said.
	NoTarget [contract.NumTargets][catalog.NumPriorities]int
	Told     Told
	Nights   Nights
	Worst    []Case // the latest ones, most over first, at most KeepWorst

	replayer Replayer
	view     clock.View
}

// Count counts the rounds of clocks. Kept and Late are the denominator of attainment; Open
// and NotMeasurable are left out of it, and counted beside it.
type Count struct {
	Kept          int
	Late          int // breached or, for a key figure, missed
	Open          int // within, and still running at the end of the history
	NotMeasurable int // the history does not show when the target was met
	// Goals are what the contract wants kept, highest first, none when it says nothing. There are
	// several where versions or kinds of ticket differ; each is held against its own clocks.
	Goals []Goal
}

// Goal is a percentage that a contract wants kept, and the clocks judged under it.
type Goal struct {
	Percent    float64
	Kept, Late int
}

// Judged is the denominator of attainment.
func (g Goal) Judged() int { return g.Kept + g.Late }

// Below tells whether the goal was missed.
func (g Goal) Below() bool {
	return 100*float64(g.Kept) < g.Percent*float64(g.Judged())
}

// Empty tells whether nothing was counted.
func (c Count) Empty() bool { return c.Judged()+c.Open+c.NotMeasurable == 0 }

// Judged is the denominator of attainment.
func (c Count) Judged() int { return c.Kept + c.Late }

// Attained is the percentage kept, false when nothing was judged.
func (c Count) Attained() (float64, bool) {
	if c.Judged() == 0 {
		return 0, false
	}
	return 100 * float64(c.Kept) / float64(c.Judged()), true
}

// Below tells whether a goal was missed.
func (c Count) Below() bool { return slices.ContainsFunc(c.Goals, Goal.Below) }

// under counts clocks under a goal.
func (c *Count) under(g Goal) {
	at, found := slices.BinarySearchFunc(c.Goals, g, func(a, b Goal) int { return cmp.Compare(b.Percent, a.Percent) })
	if !found {
		c.Goals = slices.Insert(c.Goals, at, Goal{Percent: g.Percent})
	}
	c.Goals[at].Kept += g.Kept
	c.Goals[at].Late += g.Late
}

func (c *Count) add(other Count) {
	c.Kept += other.Kept
	c.Late += other.Late
	c.Open += other.Open
	c.NotMeasurable += other.NotMeasurable
	for _, g := range other.Goals {
		c.under(g)
	}
}

// Told counts what the desk would have been told.
type Told struct{ Warnings, Breaches, Withdrawals int }

// NewTally starts a tally of a contract.
func NewTally(c Contract) *Tally { return &Tally{Contract: c} }

// Add replays a ticket under the contract, up to the end of the history, and counts it.
func (t *Tally) Add(one Ticket, end time.Time) {
	tl := t.replayer.Run(one, t.Contract.Terms, end)
	t.Tickets++
	for _, e := range tl.Entries() {
		switch e.Fact.(type) {
		case ticket.Warned:
			t.Told.Warnings++
		case ticket.Breached:
			t.Told.Breaches++
		case ticket.Withdrawn:
			t.Told.Withdrawals++
		}
	}
	t.view.Look(t.Contract.Terms, tl, end)
	var has [contract.NumTargets]bool
	for r := range t.view.All() {
		has[r.Kind] = true
		t.count(r.Clock)
		if r.Verdict.Late() {
			t.worst(Case{Ticket: one, Clock: r.Clock, End: end})
		}
	}
	t.without(tl, end, has)
	t.Nights.add(t.Contract.Terms, tl)
}

// without counts the clocks that the ticket never had.
func (t *Tally) without(tl *ticket.Timeline, end time.Time, has [contract.NumTargets]bool) {
	now, ok := ticket.Fold(tl, end)
	if !ok {
		return
	}
	v := t.Contract.Terms.At(now.Opened)
	for kind := range has {
		if !has[kind] && v.Target(now.Kind, now.Priority, contract.TargetKind(kind)) == nil {
			t.NoTarget[kind][now.Priority]++
		}
	}
}

func (t *Tally) count(c clock.Clock) {
	n := &t.Counts[c.Promise][c.Kind][c.Priority]
	goal := Goal{Percent: c.Target.Goal}
	switch {
	case c.Verdict == clock.NotMeasurable:
		n.NotMeasurable++
	case c.Verdict.Late():
		n.Late++
		goal.Late++
	case c.Phase == clock.Stopped:
		n.Kept++
		goal.Kept++
	default:
		n.Open++
	}
	if goal.Percent > 0 {
		n.under(goal)
	}
}

// Merge adds what another tally of the same contract has counted. The order of merging
// changes nothing.
func (t *Tally) Merge(other *Tally) {
	t.Tickets += other.Tickets
	for promise := range t.Counts {
		for kind := range t.Counts[promise] {
			for priority := range t.Counts[promise][kind] {
				t.Counts[promise][kind][priority].add(other.Counts[promise][kind][priority])
			}
		}
	}
	for kind := range t.NoTarget {
		for priority := range t.NoTarget[kind] {
			t.NoTarget[kind][priority] += other.NoTarget[kind][priority]
		}
	}
	t.Told.Warnings += other.Told.Warnings
	t.Told.Breaches += other.Told.Breaches
	t.Told.Withdrawals += other.Told.Withdrawals
	t.Nights.merge(other.Nights)
	for _, c := range other.Worst {
		t.worst(c)
	}
}

// Total adds up the counts of one promise over all kinds of target and priorities.
func (t *Tally) Total(p contract.Promise) Count {
	var sum Count
	for kind := range t.Counts[p] {
		for priority := range t.Counts[p][kind] {
			sum.add(t.Counts[p][kind][priority])
		}
	}
	sum.Goals = nil // goals belong to single targets
	return sum
}
