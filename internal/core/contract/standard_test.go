package contract_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
)

func standards(t *testing.T) map[string]*contract.Version {
	t.Helper()
	all, err := contract.Standard("Europe/Amsterdam", "NL@1")
	if err != nil {
		t.Fatal(err)
	}
	named := map[string]*contract.Version{}
	for i, terms := range all {
		if len(terms) != 1 || terms[0].Name != contract.Standards[i].Name() {
			t.Fatalf("standard %d is %q with %d versions", i, terms[0].Name, len(terms))
		}
		named[terms[0].Name] = terms[0]
	}
	return named
}

// said writes a target in short: "4h always sla".
func said(target *contract.Target) string {
	if target == nil {
		return "none"
	}
	length := target.Open.String()
	if target.WorkDays > 0 {
		length = time.Duration(target.WorkDays).String()
	}
	promise := "sla"
	if target.Promise == contract.KPI {
		promise = "kpi"
	}
	return length + " " + target.CalendarName + " " + promise
}

// The seven standard contracts are those of the ruling on tiers.
func TestStandardTargets(t *testing.T) {
	t.Parallel()
	all := standards(t)
	type row struct{ respond, update, restore, cause string }
	for name, want := range map[string][4]row{
		"fixed_capacity": {
			{"1h0m0s business kpi", "30m0s business kpi", "4h0m0s business kpi", "5ns business kpi"},
			{"2h0m0s business kpi", "2h0m0s business kpi", "12h0m0s business kpi", "10ns business kpi"},
			{"8h0m0s business kpi", "none", "16h0m0s business kpi", "none"},
			{"24h0m0s business kpi", "none", "none", "none"},
		},
		"sla_hotfix gold": {
			{"1h0m0s business sla", "30m0s business sla", "4h0m0s business sla", "5ns business kpi"},
			{"2h0m0s business sla", "2h0m0s business sla", "12h0m0s business sla", "10ns business kpi"},
			{"8h0m0s business sla", "none", "16h0m0s business sla", "none"},
			{"24h0m0s business sla", "none", "none", "none"},
		},
		"sla_hotfix platinum": {
			{"1h0m0s always sla", "30m0s always sla", "4h0m0s always sla", "5ns business kpi"},
			{"2h0m0s business sla", "2h0m0s business sla", "8h0m0s business sla", "10ns business kpi"},
			{"8h0m0s business sla", "none", "12h0m0s business sla", "none"},
			{"8h0m0s business sla", "none", "none", "none"},
		},
		"sla_critical_dedicated gold": {
			{"1h0m0s business sla", "30m0s business sla", "4h0m0s business sla", "5ns business kpi"},
			{"2h0m0s business kpi", "2h0m0s business kpi", "12h0m0s business kpi", "10ns business kpi"},
			{"8h0m0s business kpi", "none", "16h0m0s business kpi", "none"},
			{"24h0m0s business kpi", "none", "none", "none"},
		},
		"sla_critical_dedicated platinum": {
			{"1h0m0s always sla", "30m0s always sla", "4h0m0s always sla", "5ns business kpi"},
			{"2h0m0s business kpi", "2h0m0s business kpi", "8h0m0s business kpi", "10ns business kpi"},
			{"8h0m0s business kpi", "none", "12h0m0s business kpi", "none"},
			{"8h0m0s business kpi", "none", "none", "none"},
		},
		"managed_service gold": {
			{"1h0m0s always sla", "30m0s business sla", "4h0m0s business sla", "5ns business kpi"},
			{"2h0m0s always sla", "2h0m0s business sla", "12h0m0s business sla", "10ns business kpi"},
			{"8h0m0s always sla", "none", "16h0m0s business sla", "none"},
			{"24h0m0s always sla", "none", "none", "none"},
		},
		"managed_service platinum": {
			{"1h0m0s always sla", "30m0s always sla", "4h0m0s always sla", "5ns business kpi"},
			{"2h0m0s always sla", "2h0m0s business sla", "8h0m0s business sla", "10ns business kpi"},
			{"8h0m0s always sla", "none", "12h0m0s business sla", "none"},
			{"8h0m0s always sla", "none", "none", "none"},
		},
	} {
		v := all[name]
		for p := catalog.P1; p <= catalog.P4; p++ {
			target := func(k contract.TargetKind) string { return said(v.Target(catalog.Incident, p, k)) }
			got := row{
				target(contract.Response), target(contract.UpdateCadence),
				target(contract.Restoration), target(contract.RootCause),
			}
			if diff := cmp.Diff(want[p-1], got, cmp.AllowUnexported(row{})); diff != "" {
				t.Errorf("%s %s:\n%s", name, p, diff)
			}
		}
	}
}

func TestStandardRules(t *testing.T) {
	t.Parallel()
	for name, v := range standards(t) {
		if v.Pauses[contract.Response] != 0 || v.Pauses[contract.UpdateCadence] != 0 || v.Pauses[contract.RootCause] != 0 {
			t.Errorf("%s: something pauses that must not", name)
		}
		if want := catalog.PartiesOf(catalog.Client, catalog.ThirdParty, catalog.Platform); v.Pauses[contract.Restoration] != want {
			t.Errorf("%s: restoration pauses for %v", name, v.Pauses[contract.Restoration].List())
		}
		if v.OpenTickets != contract.Keep || v.PriorityChange != contract.Retroactive {
			t.Errorf("%s: modes %v %v", name, v.OpenTickets, v.PriorityChange)
		}
		if got := v.PriorityOf(3, 1); got != catalog.P2 {
			t.Errorf("%s: I3 and U1 give %s", name, got)
		}
		if v.BackdateMax.WorkDays != 1 || v.BackdateMax.Calendar.Always() {
			t.Errorf("%s: back-dating %+v", name, v.BackdateMax)
		}
		operations := v.Capacity.DrawFor(catalog.IncidentManagement, catalog.Developer)
		build := v.Capacity.DrawFor(catalog.DesignDevelopment, catalog.Developer)
		dedicated := v.Model == contract.SLACriticalDedicated || v.Model == contract.ManagedService
		switch {
		case operations == nil || build == nil:
			t.Errorf("%s: work that no pool takes", name)
		case operations.Pool.Unlimited != dedicated, build.Pool.Unlimited:
			t.Errorf("%s: operations from %s, design from %s", name, operations.Pool.Name, build.Pool.Name)
		case (build.Pool.Overrun == contract.ClientApproval) != (v.Model == contract.FixedCapacity):
			t.Errorf("%s: overrun %s", name, build.Pool.Overrun)
		}
	}
}

// The figures of the tiers are those of the domain facts.
func TestStandardsHoldTheDomainFacts(t *testing.T) {
	t.Parallel()
	shared := os.Getenv("WATCHBILL_SHARED")
	if shared == "" {
		shared = "../../../../shared"
	}
	content, err := os.ReadFile(filepath.Join(shared, "domain", "models.yaml"))
	if err != nil {
		t.Skipf("no domain facts: %v", err)
	}
	type hours struct {
		Response int `yaml:"response_hours"`
		Restore  int `yaml:"restore_hours"`
	}
	var facts struct {
		Tiers struct {
			Rows []struct {
				Priority catalog.Priority
				Gold     hours
				Platinum hours
			}
		} `yaml:"sla_tiers"`
	}
	if err := yaml.Unmarshal(content, &facts); err != nil {
		t.Fatal(err)
	}
	if len(facts.Tiers.Rows) != 3 {
		t.Fatalf("%d rows", len(facts.Tiers.Rows))
	}
	for name, v := range standards(t) {
		for _, row := range facts.Tiers.Rows {
			want := row.Gold
			if v.Tier == contract.Platinum {
				want = row.Platinum
			}
			got := hours{
				int(v.Target(catalog.Incident, row.Priority, contract.Response).Open / time.Hour),
				int(v.Target(catalog.Incident, row.Priority, contract.Restoration).Open / time.Hour),
			}
			if got != want {
				t.Errorf("%s %s: got %+v, want %+v", name, row.Priority, got, want)
			}
		}
	}
}

// A template that a contract may have started from never changes. A better one gets the
// next number.
func TestTemplatesAreFrozen(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"support@1":                "aa5ee290de6b560e",
		"fixed_capacity@1":         "940f3dee1e6866c1",
		"sla_hotfix@1":             "a2ad0f943a49b307",
		"sla_critical_dedicated@1": "33991d19216459fb",
		"managed_service@1":        "d611636d9c9a3981",
	} {
		content, err := os.ReadFile("templates/" + name + ".yaml")
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(content)
		if got := hex.EncodeToString(sum[:8]); got != want {
			t.Errorf("%s is %s, was %s", name, got, want)
		}
	}
}

func TestStandardFaults(t *testing.T) {
	t.Parallel()
	if _, err := contract.Standard("Europe/Atlantis"); err == nil {
		t.Error("an unknown zone is taken")
	}
	if _, err := contract.Standard("Europe/Amsterdam", "XX@1"); err == nil {
		t.Error("an unknown seed is taken")
	}
}
