package history

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
)

// profile is a mapping that we ship for a source we know.
type profile struct {
	mapping Mapping
	needs   []string // keys whose columns must be there
	// strict profiles fit only files whose every state they know, because another source
	// has the same columns.
	strict bool
}

// profiles, the most particular first.
var profiles = []profile{uciIncidentLog, bpiProblemsCSV, bpiProblemsXES, watchbillSample}

// uciIncidentLog reads the audit log of a ServiceNow desk as the UCI archive has it: a row
// is a snapshot after one change. resolved_at and closed_at were joined on afterwards and
// stand on the first row already, so they are not read.
var uciIncidentLog = profile{
	needs: []string{"id", "state", "changed", "order"},
	mapping: Mapping{
		Profile: "uci_incident_log", Kind: catalog.Incident,
		Columns: Columns{
			ID: "number", State: "incident_state", Changed: "sys_updated_at", Order: "sys_mod_count", Opened: "opened_at",
			Priority: "priority", Impact: "impact", Urgency: "urgency",
			Group: "assignment_group", Assignee: "assigned_to", Actor: "sys_updated_by",
		},
		People:  PeopleAsWritten,
		Missing: []string{"?"},
		Labels:  map[string]string{"group": "Group", "assignee": "Resolver", "actor": "Updated by"},
		States: map[string]Meaning{
			"New": MeansNew, "Active": MeansWorking,
			"Awaiting User Info": MeansWaitsClient, "Awaiting Evidence": MeansWaitsClient,
			"Awaiting Vendor": MeansWaitsThirdParty, "Awaiting Problem": MeansWaitsProvider,
			"Resolved": MeansRestored, "Closed": MeansClosed, "-100": MeansIgnore,
		},
		Priorities: map[string]catalog.Priority{"1 - Critical": catalog.P1, "2 - High": catalog.P2, "3 - Moderate": catalog.P3, "4 - Low": catalog.P4},
		Impacts:    map[string]catalog.Impact{"1 - High": 1, "2 - Medium": 2, "3 - Low": 3},
		Urgencies:  map[string]catalog.Urgency{"1 - High": 1, "2 - Medium": 2, "3 - Low": 3},
		Shows:      Shows{Response: ResponseLeavingNew},
	},
}

// bpiProblems reads the problems of BPI Challenge 2013. The log does not say when a root
// cause was told; we take the first Completed for it.
func bpiProblems(name, id string) profile {
	return profile{
		needs: []string{"id", "state", "changed", "group"}, strict: true,
		mapping: Mapping{
			Profile: name, Kind: catalog.Problem,
			Columns: Columns{
				ID: id, State: "lifecycle:transition", Changed: "time:timestamp", Impact: "impact",
				Group: "org:group", Assignee: "org:resource", Actor: "org:resource",
			},
			People: PeoplePseudonyms,
			States: map[string]Meaning{
				"Awaiting Assignment": MeansNew, "In Progress": MeansWorking, "Assigned": MeansWorking,
				"Wait": MeansWaitsProvider, "Closed": MeansClosed, "Cancelled": MeansClosed, "Unmatched": MeansIgnore,
			},
			Impacts: map[string]catalog.Impact{"Major": 1, "High": 2, "Medium": 3, "Low": 4},
			Shows:   Shows{Response: ResponseLeavingNew, RootCause: []string{"Closed", "Cancelled"}},
		},
	}
}

var (
	bpiProblemsCSV = bpiProblems("bpi2013_problems", "case")
	bpiProblemsXES = bpiProblems("bpi2013_problems", "case:concept:name")
)

// watchbillSample reads what "watchbill history sample" writes.
var watchbillSample = profile{
	needs: []string{"id", "state", "changed", "opened", "priority", "minutes", "role"},
	mapping: Mapping{
		Profile: "watchbill_sample", Kind: catalog.Incident,
		Columns: Columns{
			ID: "ticket", State: "state", Changed: "changed_at", Opened: "opened_at",
			Priority: "priority", Impact: "impact", Urgency: "urgency",
			Group: "team", Assignee: "assignee", Actor: "actor", Minutes: "minutes", Role: "role",
		},
		People: PeopleAsWritten,
		States: map[string]Meaning{
			"new": MeansNew, "working": MeansWorking, "waiting for client": MeansWaitsClient,
			"waiting for third party": MeansWaitsThirdParty, "restored": MeansRestored, "closed": MeansClosed,
		},
		Priorities: map[string]catalog.Priority{"P1": catalog.P1, "P2": catalog.P2, "P3": catalog.P3, "P4": catalog.P4},
		Impacts:    map[string]catalog.Impact{"1": 1, "2": 2, "3": 3, "4": 4},
		Urgencies:  map[string]catalog.Urgency{"1": 1, "2": 2, "3": 3, "4": 4},
		Shows:      Shows{Response: ResponseLeavingNew},
	},
}

// fits gives the profile's mapping with the names that the file has for its columns.
func (p *profile) fits(header, idColumns, states []string) (Mapping, bool) {
	m := p.mapping
	for _, key := range columnKeys {
		want := *m.Columns.of(key)
		if want == "" {
			continue
		}
		names := header
		if key == "id" {
			names = idColumns
		}
		name, ok := columnNamed(names, want)
		if !ok && slices.Contains(p.needs, key) {
			return Mapping{}, false
		}
		*m.Columns.of(key) = name
	}
	if p.strict {
		known := foldedStates(m.States)
		for _, s := range states {
			if _, ok := known[fold(s)]; !ok && !slices.Contains(usuallyMissing, s) {
				return Mapping{}, false
			}
		}
	}
	return m, true
}

// columnNamed finds a column by its name, then by what it comes to without prefix, case
// and separators.
func columnNamed(header []string, name string) (string, bool) {
	if slices.Contains(header, name) {
		return name, true
	}
	folded := fold(name)
	for _, h := range header {
		if fold(h) == folded {
			return h, true
		}
	}
	for _, h := range header {
		if sameColumn(h, folded) {
			return h, true
		}
	}
	return "", false
}

func foldedStates(states map[string]Meaning) map[string]Meaning {
	folded := make(map[string]Meaning, len(states))
	for s, m := range states {
		folded[fold(s)] = m
	}
	return folded
}
