package ticket_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

func BenchmarkEncodeFact(b *testing.B) {
	var f ticket.Fact = ticket.Assigned{Level: catalog.L2, Team: "web", Person: "p7"}
	for b.Loop() {
		ticket.EncodeFact(f)
	}
}

func BenchmarkDecodeFact(b *testing.B) {
	body := ticket.EncodeFact(ticket.Assigned{Level: catalog.L2, Team: "web", Person: "p7"})
	for b.Loop() {
		if _, err := ticket.DecodeFact("assigned", body); err != nil {
			b.Fatal(err)
		}
	}
}
