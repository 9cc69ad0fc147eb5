package contract

import (
	"cmp"
	"slices"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
)

// document reads an expanded tree. Every key that a contract file can have is here or in
// the functions that this one names.
func (r *reader) document(n *node, d *Document) {
	d.BackdateMax = Length{WorkDays: 1}
	r.Fields(n, yamlfile.Fields{
		"client":          r.TextInto(&d.Client),
		"contract":        r.TextInto(&d.Name),
		"model":           func(n *node) { d.Model = Model(r.Text(n)) },
		"template":        r.TextInto(&d.Template),
		"tier":            func(n *node) { d.Tier = Tier(r.Text(n)) },
		"version":         r.integer(&d.Number, 1, 9999),
		"effective":       r.date(&d.Effective),
		"zone":            r.zone(&d.Zone),
		"sites":           r.Texts(&d.Sites),
		"options":         r.options(d),
		"open_tickets":    r.mode(&d.OpenTickets, "keep", "forward", "retroactive"),
		"priority_change": r.mode(&d.PriorityChange, "", "forward", "retroactive"),

		"calendars":  r.calendars(d),
		"coverage":   r.coverage(d),
		"targets":    r.targets(d),
		"pauses":     r.pauses(d),
		"priorities": r.priorities(d),

		"pools":        r.pools(d),
		"draws":        r.draws(d),
		"price":        r.price(d),
		"closes_after": r.integer(&d.ClosesAfter, 0, 90),
		"backdate_max": func(n *node) { d.BackdateMax = r.length(n) },

		"levels":     r.levels(d),
		"activities": r.activities(d),
		"olas":       r.olas(d),

		"approvers":     r.approvers(d),
		"escalation":    r.escalation(d),
		"communication": r.communication(d),
		"reports":       r.reports(d),
		"sources":       r.sources(d),
	})
}

// complete finds what a whole contract must say and this one does not.
func (r *reader) complete(d *Document) {
	r.resolve(d)
	for _, key := range []struct {
		name  string
		given bool
	}{
		{"client", d.Client != ""},
		{"version", d.Number > 0},
		{"effective", !d.Effective.IsZero()},
		{"zone", d.Zone != ""},
	} {
		// A key that is there but wrong has its own fault.
		if !key.given && d.written.Get(key.name) == nil {
			r.Fault(d.written.Where, CodeMissing, "key", key.name)
		}
	}
	if d.Name == "" {
		d.Name = d.Client
	}
}

func (r *reader) date(into *calendar.Date) func(*node) {
	return func(n *node) {
		if t := r.Text(n); t != "" {
			date, err := calendar.ParseDate(t)
			r.Add(n.Where, err)
			*into = date
		}
	}
}

// zone reads the name of a time zone that exists.
func (r *reader) zone(into *string) func(*node) {
	return func(n *node) {
		t := r.Text(n)
		if t == "" {
			return
		}
		if _, err := calendar.New(calendar.Spec{Always: true, Zone: t}); err != nil {
			r.Add(n.Where, err)
			return
		}
		*into = t
	}
}

// mode reads one of the words, which are in the order of the modes.
func (r *reader) mode(into *Mode, names ...string) func(*node) {
	return func(n *node) {
		known := slices.DeleteFunc(slices.Clone(names), func(s string) bool { return s == "" })
		if t := r.OneOf(n, known); t != "" {
			*into = Mode(slices.Index(names, t))
		}
	}
}

func (r *reader) options(d *Document) func(*node) {
	return func(n *node) {
		d.Options = map[Option]bool{}
		r.Each(n, func(p pair) { d.Options[Option(p.Key)] = r.truth(p.Value) })
	}
}

func (r *reader) calendars(d *Document) func(*node) {
	return func(n *node) {
		if len(n.Pairs) > maxCalendars {
			r.Fault(n.Pairs[maxCalendars].Where, CodeManyCalendars, "limit", maxCalendars)
			return
		}
		r.Each(n, func(p pair) {
			if p.Value.Text == none {
				return
			}
			c := CalendarClause{Name: p.Key, Where: p.Where}
			r.Fields(p.Value, yamlfile.Fields{
				"zone":   r.zone(&c.Spec.Zone),
				"week":   r.week(&c.Spec),
				"closed": r.windows(&c.Spec.Closures),
				"open":   r.windows(&c.Spec.Openings),
				"holidays": func(n *node) {
					r.Every(n, func(item *node) {
						holiday, err := holidayOf(item.Text)
						r.Add(item.Where, err)
						c.Spec.Holidays = append(c.Spec.Holidays, holiday)
					})
				},
				"seeds": func(n *node) {
					r.Every(n, func(item *node) { c.Seeds = append(c.Seeds, Said{r.Text(item), item.Where}) })
				},
			})
			d.Calendars = append(d.Calendars, c)
		})
	}
}

func (r *reader) coverage(d *Document) func(*node) {
	return func(n *node) {
		d.Coverage = map[Row]Cover{}
		row := func(row Row) func(*node) {
			return func(n *node) { d.Coverage[row] = r.cover(n) }
		}
		r.Fields(n, yamlfile.Fields{
			"monitoring":  row(Monitoring),
			"on_desk":     row(OnDesk),
			"on_call":     row(OnCall),
			"triage":      row(Triage),
			"third_party": row(ThirdParty),
			"sla":         func(n *node) { r.slaRow(n, d) },
		})
	}
}

func (r *reader) cover(n *node) Cover {
	c := Cover{Where: n.Where}
	r.Fields(n, yamlfile.Fields{
		"calendar": r.said(&c.Calendar),
		"by":       func(n *node) { c.By = r.OneOf(n, []string{"tool", "people"}) },
		"rota":     r.TextInto(&c.Rota),
		"for": func(n *node) {
			r.Every(n, func(item *node) {
				var p catalog.Priority
				r.Word(&p)(item)
				c.For = append(c.For, p)
			})
		},
	})
	if c.Calendar.Text == none {
		c.Calendar.Text = ""
	}
	return c
}

// slaRow reads which calendar each target counts on. What is said for one clock of one
// priority wins over the priority, that over the clock, and that over the default.
func (r *reader) slaRow(n *node, d *Document) {
	var byDefault Said
	var byClock [NumTargets]Said
	var byPriority [catalog.NumPriorities]Said
	var exact [catalog.NumPriorities][NumTargets]Said
	known := yamlfile.Fields{"default": r.said(&byDefault)}
	for t := range NumTargets {
		known[targetKeys[t]] = r.said(&byClock[t])
	}
	for p := catalog.P1; p <= catalog.P4; p++ {
		of := yamlfile.Fields{"default": r.said(&byPriority[p])}
		for t := range NumTargets {
			of[targetKeys[t]] = r.said(&exact[p][t])
		}
		known[p.String()] = func(n *node) { r.Fields(n, of) }
	}
	r.Fields(n, known)
	for p := catalog.P1; p <= catalog.P4; p++ {
		for t := range NumTargets {
			d.SLA[p][t] = cmp.Or(exact[p][t], byPriority[p], byClock[t], byDefault)
		}
	}
}

func (r *reader) targets(d *Document) func(*node) {
	return func(n *node) {
		r.Each(n, func(p pair) {
			var kind catalog.Kind
			if !r.WordIn(p.Where, p.Key, &kind) || p.Value.Text == none {
				return
			}
			r.Each(p.Value, func(p pair) {
				var priority catalog.Priority
				if r.WordIn(p.Where, p.Key, &priority) && p.Value.Text != none {
					r.priorityTargets(p.Value, &d.Targets[kind][priority])
				}
			})
		})
	}
}

// priorityTargets reads the targets of one priority. Promise, goal and warnings that are
// said beside the targets hold for each target that does not say its own.
func (r *reader) priorityTargets(n *node, into *[NumTargets]*TargetClause) {
	var shared TargetClause
	known := r.promise(&shared)
	var targets []pair
	for t := range NumTargets {
		known[targetKeys[t]] = func(*node) {}
	}
	for _, p := range n.Pairs {
		if slices.Contains(targetKeys, p.Key) {
			targets = append(targets, p)
		}
	}
	r.Fields(n, known)
	for _, p := range targets {
		into[slices.Index(targetKeys, p.Key)] = r.target(p.Value, shared)
	}
}

// promise lists the keys that a priority and a target have in common.
func (r *reader) promise(into *TargetClause) yamlfile.Fields {
	return yamlfile.Fields{
		"promise": func(n *node) {
			if r.OneOf(n, []string{"sla", "kpi"}) == "kpi" {
				into.Promise = KPI
			} else {
				into.Promise = SLA
			}
		},
		"goal":   r.goal(&into.Goal),
		"warn":   r.percents(&into.Warn),
		"remedy": func(n *node) { r.Fields(n, yamlfile.Fields{"credit": r.integer(&into.Credit, 0, 100)}) },
	}
}

// target reads one target; it returns nil where there is none.
func (r *reader) target(n *node, shared TargetClause) *TargetClause {
	target := shared
	target.Where = n.Where
	known := r.promise(&target)
	known["calendar"] = r.said(&target.Calendar)
	absent := true
	known["within"] = func(n *node) {
		target.Where = n.Where
		switch n.Text {
		case none:
			return
		case "next release":
			target.NextRelease = true
		default:
			target.Within = r.length(n)
		}
		absent = false
	}
	r.Fields(n, known)
	if absent {
		return nil
	}
	if target.Promise == KPI {
		r.bindsNot(n)
		target.Warn, target.Credit = nil, 0
	}
	if target.NextRelease { // no clock, so nothing to hold a percentage against
		target.Goal, target.Warn, target.Credit = 0, nil, 0
	}
	return &target
}

// bindsNot refuses what a key figure cannot have: it is measured, and nothing follows.
func (r *reader) bindsNot(n *node) {
	for _, p := range n.Pairs {
		if p.Key == "warn" || p.Key == "remedy" {
			r.Fault(p.Where, CodeKPIBinds, "key", p.Key)
		}
	}
}

func (r *reader) pauses(d *Document) func(*node) {
	return func(n *node) {
		known := yamlfile.Fields{}
		for t := range NumTargets {
			known[targetKeys[t]] = func(n *node) { d.Pauses[t] = r.pausing(n, TargetKind(t)) }
		}
		r.Fields(n, known)
	}
}

// pausing reads the parties whose turn stops a clock.
func (r *reader) pausing(n *node, t TargetKind) catalog.Parties {
	var parties catalog.Parties
	if n.Text == none {
		return parties
	}
	r.Every(n, func(item *node) {
		var party catalog.Party
		r.Word(&party)(item)
		switch {
		case t == RootCause:
			r.Fault(item.Where, CodeNoPause, "target", t.Key())
		case party == catalog.Provider:
			r.Fault(item.Where, CodeOwnPause)
		default:
			parties |= catalog.PartiesOf(party)
		}
	})
	return parties
}

func (r *reader) priorities(d *Document) func(*node) {
	return func(n *node) {
		r.Each(n, func(p pair) {
			var impact catalog.Impact
			if !r.WordIn(p.Where, p.Key, &impact) {
				return
			}
			if p.Value.Shape != yamlfile.List || len(p.Value.Items) != 4 {
				r.Fault(p.Value.Where, CodeFourPriorities)
				return
			}
			for urgency, item := range p.Value.Items {
				r.Word(&d.Priorities[impact][urgency+1])(item)
			}
		})
	}
}

// comparePositions orders faults as a reader finds them.
func comparePositions(a, b fault.Position) int {
	return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
}
