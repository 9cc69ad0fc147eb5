package contract_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/contract"
)

func BenchmarkParse(b *testing.B) {
	source := []byte(head + holidays)
	for b.Loop() {
		if _, faults := contract.Parse("c.yaml", source); len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}

func BenchmarkParseFull(b *testing.B) {
	source := parse(b, head+holidays).YAML()
	for b.Loop() {
		if _, faults := contract.Parse("c.yaml", source); len(faults) > 0 {
			b.Fatal(faults)
		}
	}
}
