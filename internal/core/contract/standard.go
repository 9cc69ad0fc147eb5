package contract

import (
	"fmt"
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

// Draft says what a new contract file begins with.
type Draft struct {
	Standing
	Client    string
	Zone      string        // IANA
	Holidays  []string      // seeds, such as NL@1
	Effective calendar.Date // of the first version
}

// Standard returns the terms of the seven standard contracts, in the order of Standards,
// for a zone and the holidays of countries. It fails with the faults of an unknown zone or
// seed.
func Standard(zone string, seeds ...string) ([]Terms, error) {
	all := make([]Terms, 0, len(Standards))
	for _, s := range Standards {
		draft := Draft{Standing: s, Client: s.Name(), Zone: zone, Holidays: seeds, Effective: calendar.Date{Year: 2000, Month: 1, Day: 1}}
		d, faults := Parse(s.Name(), []byte(draft.bare()))
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

// bare writes the least that a contract file must say.
func (d Draft) bare() string {
	var b strings.Builder
	line := func(key, value string) { fmt.Fprintf(&b, "%s: %s\n", key, quote(value)) }
	line("client", d.Client)
	line("template", Templates[d.Model])
	if d.Tier != "" {
		line("tier", string(d.Tier))
	}
	line("version", "1")
	line("effective", d.Effective.String())
	line("zone", d.Zone)
	fmt.Fprintf(&b, "calendars:\n  business:\n    holidays: [%s]\n", strings.Join(d.Holidays, ", "))
	return b.String()
}
