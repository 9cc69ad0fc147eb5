package contract_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/contract"
)

func TestStandard(t *testing.T) {
	t.Parallel()
	all, err := contract.Standard("Europe/Amsterdam", "NL@1")
	if err != nil {
		t.Fatal(err)
	}
	if len(all) != 7 {
		t.Fatalf("%d standards", len(all))
	}
	d, faults := contract.Parse("x.yaml", []byte("client: A\ntemplate: sla_hotfix@1\ntier: platinum\nversion: 1\neffective: 2026-12-01\nzone: Europe/Amsterdam\ncalendars: {business: {holidays: [NL@1]}}\n"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	t.Log("\n" + string(d.YAML()))
}
