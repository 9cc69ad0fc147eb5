package contract

import (
	"maps"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Version turns the document into the shape that the rules read. Its faults are what
// calendars refuse; what a contract should not say is found by Lint.
func (d *Document) Version() (*Version, fault.List) {
	made, faults := d.makeCalendars()
	if len(faults) > 0 {
		return nil, faults
	}
	zone := made.zone
	v := &Version{
		Number: d.Number, Effective: d.Effective.Start(zone),
		OpenTickets: d.OpenTickets, PriorityChange: d.PriorityChange,
		Pauses: d.Pauses, Priorities: d.Priorities, Levels: d.Levels,
		Matrix: make(map[catalog.Activity]Parties, len(d.Activities)),
		Name:   d.Name, Model: d.Model, Tier: d.Tier, Zone: zone,
	}
	for _, a := range d.Activities {
		v.Matrix[a.Activity] = Parties{
			Level: a.Level, Accountable: first(a.Accountable), Responsible: catalog.PartiesOf(a.Responsible...),
		}
	}
	for kind := range d.Targets {
		for priority := range d.Targets[kind] {
			for t, clause := range d.Targets[kind][priority] {
				v.Targets[kind][priority][t] = clause.target(d.SLA[priority][t].Text, made)
			}
		}
	}
	v.BackdateMax = Span{
		Open: d.BackdateMax.Open, WorkDays: d.BackdateMax.WorkDays,
		Calendar: made.named[d.ordinary()],
	}
	v.Capacity = d.capacity(made)
	return v, nil
}

// ordinary names the calendar of the contract's ordinary hours: the one on which the least
// urgent repair counts.
func (d *Document) ordinary() string { return d.SLA[catalog.P4][Restoration].Text }

// calendars are the compiled calendars of a document, by name.
type calendars struct {
	named map[string]*calendar.Calendar
	zone  *time.Location
}

func (d *Document) makeCalendars() (calendars, fault.List) {
	made := calendars{named: map[string]*calendar.Calendar{}}
	var faults fault.List
	for _, clause := range d.Calendars {
		c, err := calendar.New(clause.spec(d.Zone))
		for _, f := range fault.All(err) {
			faults = append(faults, f.At(clause.Where))
		}
		made.named[clause.Name] = c
	}
	if c, err := calendar.New(calendar.Spec{Always: true, Zone: d.Zone}); err == nil {
		made.zone = c.Zone()
	}
	return made, faults
}

// spec fills in the zone that the contract gives to calendars without one of their own.
func (c *CalendarClause) spec(zone string) calendar.Spec {
	spec := c.Spec
	if spec.Zone == "" {
		spec.Zone = zone
	}
	return spec
}

func first(parties []catalog.Party) catalog.Party {
	if len(parties) == 0 {
		return 0
	}
	return parties[0]
}

// target gives the rules what has a clock: nil for no target and for "next release".
func (c *TargetClause) target(name string, made calendars) *Target {
	if c == nil || c.NextRelease {
		return nil
	}
	return &Target{
		Open: c.Within.Open, WorkDays: c.Within.WorkDays, Calendar: made.named[name], CalendarName: name,
		Promise: c.Promise, Goal: c.Goal, Warn: c.Warn, Credit: c.Credit, Clause: c.Where,
	}
}

func (d *Document) capacity(made calendars) Capacity {
	c := Capacity{ClosesAfter: d.ClosesAfter, MonthlyPrice: d.Price.Month, Rates: maps.Clone(d.Price.Hour)}
	pools := map[string]*Pool{}
	for _, clause := range d.Pools {
		pool := clause.pool(made)
		pools[clause.Name] = pool
		c.Pools = append(c.Pools, pool)
	}
	for _, clause := range d.Draws {
		for _, from := range clause.From {
			c.Draws = append(c.Draws, Draw{
				Pool: pools[from.Text], Clause: clause.Where, Activities: clause.activities(), Roles: clause.Roles,
			})
		}
	}
	return c
}

func (p *PoolClause) pool(made calendars) *Pool {
	pool := &Pool{
		Name: p.Name, Clause: p.Where, Roles: p.Roles, Unlimited: p.Unlimited, Period: p.Period, Minutes: p.Minutes,
		In: map[calendar.Date]int{}, Carry: p.Carry, Warn: p.Warn, Overrun: p.Overrun,
		AfterHours: AfterHours{Percent: p.AfterHours.Percent, CalendarName: p.AfterHours.Calendar.Text},
	}
	pool.AfterHours.Calendar = made.named[pool.AfterHours.CalendarName]
	for _, a := range p.In {
		pool.In[a.Begins] = a.Minutes
	}
	for _, e := range p.Exchange {
		pool.Exchange = append(pool.Exchange, Exchange{e.Into.Text, e.Percent})
	}
	return pool
}

// activities lists what the draw takes, nil for all.
func (d *DrawClause) activities() []catalog.Activity {
	var taken []catalog.Activity
	for _, word := range d.Take {
		if word.Text == all {
			return nil
		}
		for _, f := range catalog.Activities {
			if string(f.Activity) == word.Text || string(f.Service) == word.Text {
				taken = append(taken, f.Activity)
			}
		}
	}
	return taken
}

// History orders the documents of one contract by the day on which they take effect and
// compiles them. There must be at least one.
func History(documents []*Document) (Terms, fault.List) {
	ordered := slices.SortedStableFunc(slices.Values(documents), func(a, b *Document) int {
		return a.Effective.Compare(b.Effective)
	})
	var r reader
	for i, d := range ordered {
		if i > 0 {
			r.follows(ordered[i-1], d)
		}
	}
	var terms Terms
	for _, d := range ordered {
		v, faults := d.Version()
		r.Faults = append(r.Faults, faults...)
		terms = append(terms, v)
	}
	if len(r.Faults) > 0 {
		return nil, r.Faults
	}
	return terms, nil
}

// follows finds why a document cannot be the version after another one.
func (r *reader) follows(before, d *Document) {
	if d.Client != before.Client {
		r.Fault(d.at("client"), CodeOtherClient, "client", d.Client, "other", before.Client)
	}
	if d.Zone != before.Zone {
		r.Fault(d.at("zone"), CodeOtherZone, "zone", d.Zone, "other", before.Zone)
	}
	if d.Effective == before.Effective {
		r.Fault(d.at("effective"), CodeSameDay, "date", d.Effective, "file", before.File)
	}
	if d.Number != before.Number+1 {
		r.Fault(d.at("version"), CodeNumberOrder, "number", d.Number, "before", before.Number, "file", before.File)
	}
}

// at returns the place of a key of the file, or of the file's start where it lacks the key.
func (d *Document) at(key string) fault.Position {
	if n := d.written.Get(key); n != nil {
		return n.Where
	}
	return d.written.Where
}

// said returns the place of a key of the file, none where the file lacks the key.
func (d *Document) said(key string) fault.Position {
	if n := d.written.Get(key); n != nil {
		return n.Where
	}
	return fault.Position{}
}

// place returns where in the file something can be mended: the place itself, or, when that
// is in the template, the first of the keys that the file has.
func (d *Document) place(where fault.Position, keys ...string) fault.Position {
	if where.File == d.File && where.Line > 0 {
		return where
	}
	for _, key := range append(keys, "template") {
		for _, p := range d.written.Pairs {
			if p.Key == key {
				return p.Where
			}
		}
	}
	return d.written.Where
}
