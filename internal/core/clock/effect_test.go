package clock_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// TestEffects says what each step would do to the clocks, which stay as they are.
func TestEffects(t *testing.T) {
	t.Parallel()
	provider, client := ticket.Actor{ID: "ann", Party: catalog.Provider}, ticket.Actor{ID: "rik", Party: catalog.Client}
	logged := []any{"2026-03-05T08:10", ticket.Logged{Kind: catalog.Incident, Priority: catalog.P1}}
	after := func(more ...any) *ticket.Timeline { return said(append(append([]any{}, logged...), more...)...) }
	acknowledged := []any{"2026-03-05T08:20", ticket.Acknowledged{}}
	waiting := append(append([]any{}, acknowledged...), "2026-03-05T08:30", ticket.Waits{For: catalog.Client})
	restored := append(append([]any{}, acknowledged...), "2026-03-05T08:30", ticket.Restored{})
	for name, c := range map[string]struct {
		tl   *ticket.Timeline
		by   ticket.Actor
		fact ticket.Fact
		want []clock.Effect
	}{
		"the first answer": {after(), provider, ticket.Replied{}, []clock.Effect{
			{Kind: contract.Response, What: clock.Stops}, {Kind: contract.UpdateCadence, What: clock.Starts},
		}},
		"a further answer": {after(acknowledged...), provider, ticket.Replied{}, []clock.Effect{{Kind: contract.UpdateCadence, What: clock.Restarts}}},
		"a note":           {after(), provider, ticket.Noted{}, nil},
		"the client writes": {after(acknowledged...), client, ticket.Wrote{}, []clock.Effect{
			{Kind: contract.UpdateAnswer, What: clock.Starts},
		}},
		"waiting for the client": {after(acknowledged...), provider, ticket.Waits{For: catalog.Client}, []clock.Effect{
			{Kind: contract.Restoration, What: clock.Pauses}, {Kind: contract.Resolution, What: clock.Pauses},
		}},
		"waiting for the platform, which stops nothing": {after(acknowledged...), provider, ticket.Waits{For: catalog.Platform}, nil},
		"going on": {after(waiting...), provider, ticket.Resumed{}, []clock.Effect{
			{Kind: contract.Restoration, What: clock.GoesOn}, {Kind: contract.Resolution, What: clock.GoesOn},
		}},
		"it works again": {after(acknowledged...), provider, ticket.Restored{}, []clock.Effect{
			{Kind: contract.UpdateCadence, What: clock.Stops}, {Kind: contract.Restoration, What: clock.Stops}, {Kind: contract.RootCause, What: clock.Starts},
		}},
		"it is solved": {after(restored...), provider, ticket.Resolved{}, []clock.Effect{{Kind: contract.Resolution, What: clock.Stops}}},
		"work":         {after(acknowledged...), provider, ticket.Worked{Minutes: 5}, nil},
	} {
		at, before := utc("2026-03-05T09:00"), c.tl.Len()
		reading := clock.Read(sixTargets(t), c.tl, at)
		got := clock.Effects(sixTargets(t), c.tl, ticket.Entry{At: at, By: c.by, Fact: c.fact})
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if c.tl.Len() != before || clock.Read(sixTargets(t), c.tl, at).Clocks[contract.Restoration].Phase != reading.Clocks[contract.Restoration].Phase {
			t.Errorf("%s: the ticket was changed", name)
		}
	}
}
