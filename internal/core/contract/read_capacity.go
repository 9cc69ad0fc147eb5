package contract

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// all is how a draw takes every kind of work.
const all = "all"

func (r *reader) pools(d *Document) func(*node) {
	return func(n *node) {
		r.each(n, func(p pair) {
			if p.value.text != none {
				d.Pools = append(d.Pools, r.pool(p, d.Model))
			}
		})
	}
}

func (r *reader) pool(p pair, model Model) PoolClause {
	pool := PoolClause{Name: p.key, Where: p.where, HoursWhere: p.where, WarnWhere: p.where}
	pool.AfterHours.Percent = 100
	if model != FixedCapacity {
		pool.Overrun = ChangeOnly
	}
	if p.value.text == "unlimited" {
		pool.Unlimited = true
		return pool
	}
	// The period decides what keys "in" may have, so it is read first.
	if period := p.value.get("period"); period != nil {
		r.word(&pool.Period)(period)
	}
	r.fields(p.value, fields{
		"period": func(*node) {},
		"roles":  r.workRoles(&pool.Roles),
		"hours": func(n *node) {
			pool.HasHours, pool.HoursWhere = true, n.where
			r.minutes(&pool.Minutes)(n)
		},
		"in":    func(n *node) { r.allotments(n, &pool) },
		"carry": func(n *node) { r.carry(n, &pool.Carry) },
		"warn": func(n *node) {
			pool.WarnWhere = n.where
			r.percents(&pool.Warn)(n)
		},
		"overrun":     r.word(&pool.Overrun),
		"after_hours": func(n *node) { r.afterHours(n, &pool) },
		"exchange": func(n *node) {
			r.each(n, func(p pair) {
				e := ExchangeClause{Into: Said{p.key, p.where}}
				r.percentOf(&e.Percent)(p.value)
				pool.Exchange = append(pool.Exchange, e)
			})
		},
	})
	return pool
}

func (r *reader) allotments(n *node, pool *PoolClause) {
	r.each(n, func(p pair) {
		if begins, ok := r.periodKey(p, pool.Period); ok {
			a := Allotment{Begins: begins}
			r.minutes(&a.Minutes)(p.value)
			pool.In = append(pool.In, a)
		}
	})
}

func (r *reader) carry(n *node, into *Carry) {
	if n.text == none {
		return
	}
	r.fields(n, fields{"cap": r.minutes(&into.Cap), "expires": r.months(&into.Months)})
	if into.Cap > 0 && into.Months == 0 && n.get("expires") == nil {
		r.fault(n.where, CodeMissing, "key", "expires")
	}
}

func (r *reader) afterHours(n *node, pool *PoolClause) {
	if n.text == none {
		return
	}
	r.fields(n, fields{
		"factor":   r.percentOf(&pool.AfterHours.Percent),
		"calendar": r.said(&pool.AfterHours.Calendar),
	})
	if n.get("calendar") == nil {
		r.fault(n.where, CodeMissing, "key", "calendar")
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
		r.every(n, func(item *node) {
			draw := DrawClause{Where: item.where}
			r.fields(item, fields{
				"take": func(n *node) {
					r.every(n, func(item *node) {
						if word := r.oneOf(item, known); word != "" {
							draw.Take = append(draw.Take, Said{word, item.where})
						}
					})
				},
				"roles": r.workRoles(&draw.Roles),
				"from": func(n *node) {
					r.every(n, func(item *node) { draw.From = append(draw.From, Said{r.text(item), item.where}) })
				},
			})
			for _, key := range []string{"take", "from"} {
				if item.shape == mapping && item.get(key) == nil {
					r.fault(item.where, CodeMissing, "key", key)
				}
			}
			d.Draws = append(d.Draws, draw)
		})
	}
}

func (r *reader) price(d *Document) func(*node) {
	return func(n *node) {
		d.Price = PriceClause{Where: n.where, Hour: map[catalog.Role]Money{}}
		var currency string
		r.fields(n, fields{
			"currency": func(n *node) {
				currency = r.text(n)
				if len(currency) != 3 || !upper(currency) {
					r.fault(n.where, CodeCurrency, "text", currency)
				}
			},
			"month": r.money(&d.Price.Month.Minor),
			"hour": func(n *node) {
				r.each(n, func(p pair) {
					role := p.key
					switch {
					case role == "other":
						role = ""
					case !slices.Contains(Roles, role):
						r.unknown(p.where, role, append([]string{"other"}, Roles...))
						return
					}
					var rate Money
					r.money(&rate.Minor)(p.value)
					d.Price.Hour[catalog.Role(role)] = rate
				})
			},
		})
		if n.shape == mapping && n.get("currency") == nil {
			r.fault(n.where, CodeMissing, "key", "currency")
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
		r.fault(d.place(s.Where, "pools", "calendars"), code, "name", s.Text, "near", nearest(s.Text, known), "known", known)
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
