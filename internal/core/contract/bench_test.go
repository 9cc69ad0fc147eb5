package contract_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/contract"
)

func BenchmarkParse(b *testing.B) {
	source := []byte(head + holidays)
	for b.Loop() {
		contract.Parse("c.yaml", source)
	}
}

func BenchmarkParseFull(b *testing.B) {
	source := parse(b, head+holidays).YAML()
	for b.Loop() {
		contract.Parse("c.yaml", source)
	}
}
