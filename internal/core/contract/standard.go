package contract

import (
	"strings"

	"github.com/watchbill/watchbill/internal/core/calendar"
)

// Standing is one of the standard contracts: a model and, where it has tiers, a tier.
type Standing struct {
	Model Model
	Tier  Tier
}

// Standards lists the seven standard contracts in the order in which they are compared.
var Standards = []Standing{
	{FixedCapacity, ""},
	{SLAHotfix, Gold},
	{SLAHotfix, Platinum},
	{SLACriticalDedicated, Gold},
	{SLACriticalDedicated, Platinum},
	{ManagedService, Gold},
	{ManagedService, Platinum},
}

// Name is how a standard contract is called in reports: "sla_hotfix gold".
func (s Standing) Name() string { return strings.TrimSpace(string(s.Model) + " " + string(s.Tier)) }

// standing is when the standard contracts take effect: before any history.
var standing = calendar.Date{Year: 2000, Month: 1, Day: 1}

// Standard returns the terms of the seven standard contracts, in the order of Standards,
// for a zone and the holidays of countries. It fails with the faults of an unknown zone or
// seed.
func Standard(zone string, seeds ...string) ([]Terms, error) {
	all := make([]Terms, 0, len(Standards))
	for _, s := range Standards {
		draft := Draft{Model: s.Model, Tier: s.Tier, Client: s.Name(), Zone: zone, Holidays: seeds, Effective: standing}
		d, faults := Parse(s.Name(), draft.YAML())
		if len(faults) > 0 {
			return nil, faults
		}
		d.Name = s.Name()
		terms, faults := History([]*Document{d})
		if len(faults) > 0 {
			return nil, faults
		}
		all = append(all, terms)
	}
	return all, nil
}
