package contract

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
)

// all is how a draw takes every kind of work.
const all = "all"

func (r *reader) pools(d *Document) func(*node) {
	return func(n *node) {
		r.Each(n, func(p pair) {
			if p.Value.Text != none {
				d.Pools = append(d.Pools, r.pool(p, d.Model))
			}
		})
	}
}

func (r *reader) pool(p pair, model Model) PoolClause {
	pool := PoolClause{Name: p.Key, Where: p.Where, HoursWhere: p.Where, WarnWhere: p.Where}
	pool.AfterHours.Percent = 100
	if model != FixedCapacity {
		pool.Overrun = ChangeOnly
	}
	if p.Value.Text == "unlimited" {
		pool.Unlimited = true
		return pool
	}
	// The period decides what keys "in" may have, so it is read first.
	if period := p.Value.Get("period"); period != nil {
		r.Word(&pool.Period)(period)
	}
	r.Fields(p.Value, yamlfile.Fields{
		"period": func(*node) {},
		"roles":  r.workRoles(&pool.Roles),
		"hours": func(n *node) {
			pool.HasHours, pool.HoursWhere = true, n.Where
			r.minutes(&pool.Minutes)(n)
		},
		"in":    func(n *node) { r.allotments(n, &pool) },
		"carry": func(n *node) { r.carry(n, &pool.Carry) },
		"warn": func(n *node) {
			pool.WarnWhere = n.Where
			r.percents(&pool.Warn)(n)
		},
		"overrun":     r.Word(&pool.Overrun),
		"after_hours": func(n *node) { r.afterHours(n, &pool) },
		"exchange": func(n *node) {
			r.Each(n, func(p pair) {
				e := ExchangeClause{Into: Said{p.Key, p.Where}}
				r.percentOf(&e.Percent)(p.Value)
				pool.Exchange = append(pool.Exchange, e)
			})
		},
	})
	return pool
}

func (r *reader) allotments(n *node, pool *PoolClause) {
	r.Each(n, func(p pair) {
		if begins, ok := r.periodKey(p, pool.Period); ok {
			a := Allotment{Begins: begins}
			r.minutes(&a.Minutes)(p.Value)
			pool.In = append(pool.In, a)
		}
	})
}

func (r *reader) carry(n *node, into *Carry) {
	if n.Text == none {
		return
	}
	r.Fields(n, yamlfile.Fields{"cap": r.minutes(&into.Cap), "expires": r.months(&into.Months)})
	if into.Cap > 0 && into.Months == 0 && n.Get("expires") == nil {
		r.Fault(n.Where, CodeMissing, "key", "expires")
	}
}

func (r *reader) afterHours(n *node, pool *PoolClause) {
	if n.Text == none {
		return
	}
	r.Fields(n, yamlfile.Fields{
		"factor":   r.percentOf(&pool.AfterHours.Percent),
		"calendar": r.said(&pool.AfterHours.Calendar),
	})
	if n.Get("calendar") == nil {
		r.Fault(n.Where, CodeMissing, "key", "calendar")
	}
}

func (r *reader) draws(d *Document) func(*node) {
	known := []string{all}
	for _, f := range catalog.Activities {
		if !slices.Contains(known, string(f.Service)) {
			known = append(known, string(f.Service))
		}
	}
	for _, f := range catalog.Activities {
		known = append(known, string(f.Activity))
	}
	return func(n *node) {
		r.Every(n, func(item *node) {
			draw := DrawClause{Where: item.Where}
			r.Fields(item, yamlfile.Fields{
				"take": func(n *node) {
					r.Every(n, func(item *node) {
						if word := r.OneOf(item, known); word != "" {
							draw.Take = append(draw.Take, Said{word, item.Where})
						}
					})
				},
				"roles": r.workRoles(&draw.Roles),
				"from": func(n *node) {
					r.Every(n, func(item *node) { draw.From = append(draw.From, Said{r.Text(item), item.Where}) })
				},
			})
			for _, key := range []string{"take", "from"} {
				if item.Shape == yamlfile.Mapping && item.Get(key) == nil {
					r.Fault(item.Where, CodeMissing, "key", key)
				}
			}
			d.Draws = append(d.Draws, draw)
		})
	}
}

func (r *reader) price(d *Document) func(*node) {
	return func(n *node) {
		d.Price = PriceClause{Where: n.Where, Hour: map[catalog.Role]Money{}}
		var currency string
		r.Fields(n, yamlfile.Fields{
			"currency": func(n *node) {
				currency = r.Text(n)
				if len(currency) != 3 || !upper(currency) {
					r.Fault(n.Where, CodeCurrency, "text", currency)
				}
			},
			"month": r.money(&d.Price.Month.Minor),
			"hour": func(n *node) {
				r.Each(n, func(p pair) {
					role := p.Key
					switch {
					case role == "other":
						role = ""
					case !slices.Contains(Roles, role):
						r.Unknown(p.Where, role, append([]string{"other"}, Roles...))
						return
					}
					var rate Money
					r.money(&rate.Minor)(p.Value)
					d.Price.Hour[catalog.Role(role)] = rate
				})
			},
		})
		if n.Shape == yamlfile.Mapping && n.Get("currency") == nil {
			r.Fault(n.Where, CodeMissing, "key", "currency")
		}
		if d.Price.Month.Minor > 0 {
			d.Price.Month.Currency = currency
		}
		for role, rate := range d.Price.Hour {
			d.Price.Hour[role] = Money{rate.Minor, currency}
		}
	}
}

func upper(text string) bool {
	return !slices.ContainsFunc([]byte(text), func(b byte) bool { return b < 'A' || 'Z' < b })
}

// resolve finds names of calendars and pools that the document does not have.
func (r *reader) resolve(d *Document) {
	var calendars, pools []string
	for _, c := range d.Calendars {
		calendars = append(calendars, c.Name)
	}
	for _, p := range d.Pools {
		pools = append(pools, p.Name)
	}
	seen := map[Said]bool{}
	check := func(s Said, known []string, code reason.Code) {
		// Without any, the whole part is missing or wrong, which has its own fault.
		if s.Text == "" || seen[s] || slices.Contains(known, s.Text) || len(known) == 0 {
			return
		}
		seen[s] = true
		r.Fault(d.place(s.Where, "pools", "calendars"), code, "name", s.Text, "near", yamlfile.Nearest(s.Text, known), "known", known)
	}
	for _, row := range Rows {
		check(d.Coverage[row].Calendar, calendars, CodeNoCalendar)
	}
	for p := range d.SLA {
		for _, s := range d.SLA[p] {
			check(s, calendars, CodeNoCalendar)
		}
	}
	for _, pool := range d.Pools {
		check(pool.AfterHours.Calendar, calendars, CodeNoCalendar)
		for _, e := range pool.Exchange {
			check(e.Into, pools, CodeNoPool)
		}
	}
	for _, draw := range d.Draws {
		for _, s := range draw.From {
			check(s, pools, CodeNoPool)
		}
	}
}
