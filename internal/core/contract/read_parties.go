package contract

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
)

// Roles lists the roles of both sides that a contract can name. Source: the roles of the
// support model, data of August 2026.
var Roles = []string{
	"Dev", "QA", "SA", "PM", "RM", "SDM", "L1", "L2", "L3", "IM", "PRB", "BA", "DevOps", "QALead", "CSE", "TAM",
	"PO", "EM", "HoD", "MM", "CSV", "WH", "FIN", "SEC", "EXEC",
}

func (r *reader) roles(into *[]string) func(*node) {
	return func(n *node) {
		*into = nil
		r.Every(n, func(item *node) {
			if role := r.OneOf(item, Roles); role != "" {
				*into = append(*into, role)
			}
		})
	}
}

// workRoles reads roles whose work is meant; "shared" means all.
func (r *reader) workRoles(into *[]catalog.Role) func(*node) {
	return func(n *node) {
		*into = nil
		if n.Text == "shared" {
			return
		}
		var names []string
		r.roles(&names)(n)
		for _, name := range names {
			*into = append(*into, catalog.Role(name))
		}
	}
}

func (r *reader) levels(d *Document) func(*node) {
	return func(n *node) {
		r.Each(n, func(p pair) {
			var level catalog.Level
			if r.WordIn(p.Where, p.Key, &level) {
				r.Word(&d.Levels[level])(p.Value)
			}
		})
	}
}

func (r *reader) activities(d *Document) func(*node) {
	known := make([]string, len(catalog.Activities))
	for i, f := range catalog.Activities {
		known[i] = string(f.Activity)
	}
	parties := func(into *[]catalog.Party) func(*node) {
		return func(n *node) {
			*into = nil
			if n.Text == none {
				return
			}
			r.Every(n, func(item *node) {
				var party catalog.Party
				r.Word(&party)(item)
				*into = append(*into, party)
			})
		}
	}
	return func(n *node) {
		r.Each(n, func(p pair) {
			at := slices.Index(known, p.Key)
			if at < 0 {
				r.Unknown(p.Where, p.Key, known)
				return
			}
			if p.Value.Text == none {
				return
			}
			a := ActivityClause{Activity: catalog.Activities[at].Activity, Where: p.Where, Level: catalog.Activities[at].Level}
			r.Fields(p.Value, yamlfile.Fields{
				"level":       r.Word(&a.Level),
				"accountable": parties(&a.Accountable),
				"responsible": parties(&a.Responsible),
			})
			d.Activities = append(d.Activities, a)
		})
	}
}

func (r *reader) olas(d *Document) func(*node) {
	return func(n *node) {
		r.Each(n, func(p pair) {
			if p.Value.Text == none {
				return
			}
			ola := OLAClause{Name: p.Key, Where: p.Where, Party: catalog.ThirdParty, Under: Restoration, Critical: true}
			known := yamlfile.Fields{
				"party":    r.Word(&ola.Party),
				"critical": func(n *node) { ola.Critical = r.truth(n) },
				"under": func(n *node) {
					if key := r.OneOf(n, targetKeys); key != "" {
						ola.Under = TargetKind(slices.Index(targetKeys, key))
					}
				},
			}
			for priority := catalog.P1; priority <= catalog.P4; priority++ {
				known[priority.String()] = func(n *node) {
					within := &ola.Within[priority]
					within.Where = n.Where
					r.open(&within.Open)(n)
				}
			}
			r.Fields(p.Value, known)
			d.OLAs = append(d.OLAs, ola)
		})
	}
}

// approvals are the kinds of thing that a contract names approvers for.
var approvals = []string{
	"standard_change", "normal_change", "emergency_change", "scope_change", "overrun", "service_request", "amendment",
}

func (r *reader) approvers(d *Document) func(*node) {
	return func(n *node) {
		r.Each(n, func(p pair) {
			if !slices.Contains(approvals, p.Key) {
				r.Unknown(p.Where, p.Key, approvals)
				return
			}
			clause := ApproverClause{What: p.Key}
			if p.Value.Text != none {
				r.roles(&clause.Roles)(p.Value)
			}
			d.Approvers = append(d.Approvers, clause)
		})
	}
}

func (r *reader) escalation(d *Document) func(*node) {
	return func(n *node) {
		r.Each(n, func(p pair) {
			var priority catalog.Priority
			if !r.WordIn(p.Where, p.Key, &priority) || p.Value.Text == none {
				return
			}
			r.Every(p.Value, func(item *node) {
				step := EscalationStep{Where: item.Where}
				r.Fields(item, yamlfile.Fields{"after": r.open(&step.After), "to": r.roles(&step.To)})
				d.Escalation[priority] = append(d.Escalation[priority], step)
			})
		})
	}
}

// events and channels are the words of the communication matrix.
var (
	events = []string{
		"p1_opened", "p1_update", "p2_opened", "p2_update", "restored", "rca_published", "planned_downtime",
		"release_decision", "deployment", "pool_warning", "overrun", "bulletin",
	}
	channels = []string{"phone", "chat", "mail", "status_page", "portal", "calendar", "webhook"}
)

func (r *reader) communication(d *Document) func(*node) {
	return func(n *node) {
		r.Every(n, func(item *node) {
			var m MessageClause
			r.Fields(item, yamlfile.Fields{
				"event":  func(n *node) { m.Event = r.OneOf(n, events) },
				"to":     r.roles(&m.To),
				"by":     func(n *node) { r.Every(n, func(item *node) { m.By = append(m.By, r.OneOf(item, channels)) }) },
				"within": r.open(&m.Within),
				"every":  r.open(&m.Every),
			})
			d.Communication = append(d.Communication, m)
		})
	}
}

// The reports of the support model and how often one may be due.
var (
	reportNames = []string{
		"weekly_service", "monthly_service", "quarterly", "p1_report", "rca", "sprint", "security_patch", "lifecycle",
		"capacity", "hours", "process_audit",
	}
	cadences = []string{"weekly", "monthly", "quarterly", "half_yearly", "yearly", "per_p1", "per_p1_p2", "per_sprint"}
)

func (r *reader) reports(d *Document) func(*node) {
	return func(n *node) {
		r.Each(n, func(p pair) {
			if !slices.Contains(reportNames, p.Key) {
				r.Unknown(p.Where, p.Key, reportNames)
				return
			}
			if p.Value.Text == none {
				return
			}
			d.Reports = append(d.Reports, ReportClause{p.Key, r.OneOf(p.Value, cadences)})
		})
	}
}

func (r *reader) sources(d *Document) func(*node) {
	return func(n *node) {
		r.Each(n, func(p pair) {
			s := SourceClause{Part: p.Key}
			r.Fields(p.Value, yamlfile.Fields{"source": r.TextInto(&s.Source), "as_of": r.TextInto(&s.AsOf)})
			d.Sources = append(d.Sources, s)
		})
	}
}
