package ticket_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/ticket"
)

func TestFoundBy(t *testing.T) {
	t.Parallel()
	entries := []ticket.Entry{
		{Fact: ticket.Logged{}}, {Fact: ticket.Noted{}}, {Fact: ticket.Replied{}}, {Fact: ticket.Warned{}}, {Fact: ticket.Noted{}}, {Fact: ticket.Titled{}},
	}
	got := ticket.FoundBy(entries, map[int]string{
		1: "Checkout hangs\nfor iDEAL", 2: "Pool of MySQL is full: checkout waits", 3: "We look at the checkout.", 6: "Checkout",
	})
	want := ticket.Found{
		Public:   strings.Fields("checkout hangs for ideal we look at the"),
		Internal: strings.Fields("pool of mysql is full waits"),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestFoundByHasAnEnd(t *testing.T) {
	t.Parallel()
	var log strings.Builder
	for i := range 10_000 {
		fmt.Fprintf(&log, "line%d ", i)
	}
	got := ticket.FoundBy([]ticket.Entry{{Fact: ticket.Noted{}}, {Fact: ticket.Wrote{}}}, map[int]string{1: log.String(), 2: "broken"})
	if len(got.Public) != 1 || len(got.Public)+len(got.Internal) != 4000 {
		t.Errorf("%d public and %d internal words", len(got.Public), len(got.Internal))
	}
}
