package clock_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

func TestConcerns(t *testing.T) {
	t.Parallel()
	read := func(c clock.Clock) []clock.Explanation { return []clock.Explanation{{Clock: c}} }
	incident := ticket.Ticket{Kind: catalog.Incident}
	for _, c := range []struct {
		what   string
		fact   ticket.Fact
		ticket ticket.Ticket
		clocks []clock.Explanation
		want   bool
	}{
		{"a due that nobody agreed on", ticket.DueWithdrawn{}, incident, read(clock.Clock{}), false},
		{"an agreed due", ticket.DueWithdrawn{}, incident, read(clock.Clock{Agreed: true}), true},
		{"no root cause is asked for", ticket.RootCausePublished{}, incident, read(clock.Clock{Kind: contract.Response}), false},
		{"a root cause is asked for", ticket.RootCausePublished{}, incident, read(clock.Clock{Kind: contract.RootCause}), true},
		{"it was given", ticket.RootCausePublished{}, incident, read(clock.Clock{Kind: contract.RootCause, Stopped: utc("2026-03-02T09:00")}), false},
		{"a problem has one", ticket.RootCausePublished{}, ticket.Ticket{Kind: catalog.Problem}, nil, true},
		{"nobody is waited for", ticket.Resumed{}, incident, nil, false},
		{"the client is waited for", ticket.Resumed{}, ticket.Ticket{WaitingFor: catalog.Client}, nil, true},
		{"any other", ticket.Closed{}, incident, nil, true},
	} {
		if got := clock.Concerns(ticket.StepOf(c.fact), &c.ticket, c.clocks); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}
