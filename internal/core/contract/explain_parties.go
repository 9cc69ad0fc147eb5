package contract

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/reason"
)

func (e explainer) pauses() Section {
	var says []reason.Reason
	var never []TargetKind
	type group struct {
		parties catalog.Parties
		targets []TargetKind
	}
	var groups []group
	for t := range NumTargets {
		kind := TargetKind(t)
		switch at := slices.IndexFunc(groups, func(g group) bool { return g.parties == e.Pauses[t] }); {
		case kind == RootCause || !e.has(kind):
		case e.Pauses[t] == 0:
			never = append(never, kind)
		case at >= 0:
			groups[at].targets = append(groups[at].targets, kind)
		default:
			groups = append(groups, group{e.Pauses[t], []TargetKind{kind}})
		}
	}
	for _, g := range groups {
		says = append(says, reason.New(CodePausesAre, "targets", g.targets, "parties", g.parties.List()))
	}
	if len(never) > 0 {
		says = append(says, reason.New(CodeNeverPauses, "targets", never))
	}
	if e.has(RootCause) {
		says = append(says, reason.New(CodeRootCauseRuns))
	}
	if len(says) == 0 {
		says = append(says, reason.New(CodeNothingWaits))
	}
	return e.section(CodeTitlePauses, []string{"pauses"}, says)
}

// has tells whether the contract has a target of the kind at all.
func (e explainer) has(t TargetKind) bool {
	for kind := range e.Targets {
		for p := range e.Targets[kind] {
			if e.Targets[kind][p][t] != nil {
				return true
			}
		}
	}
	return false
}

func (e explainer) accountable() Section {
	var says []reason.Reason
	everyone := []catalog.Party{catalog.Client, catalog.Provider, catalog.ThirdParty, catalog.Platform}
	for _, party := range everyone {
		var levels []string
		for l := catalog.L0; l <= catalog.L3; l++ {
			if e.Levels[l] == party {
				levels = append(levels, l.String())
			}
		}
		if len(levels) > 0 {
			says = append(says, reason.New(CodeOwns, "party", party, "levels", levels))
		}
	}
	for _, party := range everyone {
		var activities []catalog.Activity
		for _, a := range e.Activities {
			if slices.Contains(a.Accountable, party) {
				activities = append(activities, a.Activity)
			}
		}
		if len(activities) > 0 {
			says = append(says, reason.New(CodeIsAccountable, "party", party, "count", len(activities), "activities", activities))
		}
	}
	says = append(says, e.together()...)
	return e.section(CodeTitleAccountable, []string{"levels", "activities"}, says)
}

// together says what is done by others than the provider alone.
func (e explainer) together() []reason.Reason {
	var says []reason.Reason
	byParties := map[catalog.Parties][]catalog.Activity{}
	var order []catalog.Parties
	for _, a := range e.Activities {
		who := catalog.PartiesOf(a.Responsible...)
		if who == catalog.PartiesOf(catalog.Provider) {
			continue
		}
		if byParties[who] == nil {
			order = append(order, who)
		}
		byParties[who] = append(byParties[who], a.Activity)
	}
	for _, who := range order {
		says = append(says, reason.New(CodeDoTogether, "parties", who.List(), "activities", byParties[who]))
	}
	return says
}

func (e explainer) changes() Section {
	return e.section(CodeTitleChanges, []string{"open_tickets", "priority_change", "closes_after", "backdate_max", "approvers"},
		e.matters("open_tickets", "priority_change", "backdate_max", "closes_after", "approver/"))
}

func (e explainer) people() Section {
	says := e.matters("escalation/")
	for _, message := range e.messages() {
		says = append(says, reason.New(CodeSentence, "says", message))
	}
	for _, cadence := range cadences {
		var reports []string
		for _, r := range e.Reports {
			if r.Cadence == cadence {
				reports = append(reports, r.Report)
			}
		}
		if len(reports) > 0 {
			says = append(says, reason.New(CodeReportsAre, "cadence", cadence, "reports", reports))
		}
	}
	return e.section(CodeTitlePeople, []string{"escalation", "communication", "reports"}, says)
}

func (e explainer) sources() Section {
	var says []reason.Reason
	for _, s := range e.Sources {
		says = append(says, reason.New(CodeSourceIs, "part", s.Part, "source", s.Source, "asof", s.AsOf))
	}
	says = append(says, reason.New(CodeOwnFigures))
	return e.section(CodeTitleSources, []string{"sources"}, says)
}
