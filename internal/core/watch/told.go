package watch

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// told is what has been concluded and told about the rounds of a ticket's clocks.
type told []round

// round is what has been told about one round.
type round struct {
	kind     contract.TargetKind
	since    time.Time
	breached bool      // and not withdrawn
	breachAt time.Time // of the last breach
	warned   []int     // percents
	exists   bool      // still, as the clocks read now
}

// readTold reads the decided entries of a timeline.
func readTold(tl *ticket.Timeline) told {
	var t told
	for _, e := range tl.Entries() {
		switch f := e.Fact.(type) {
		case ticket.Warned:
			r := t.of(f.Target, f.Round)
			r.warned = append(r.warned, f.Percent)
		case ticket.Breached:
			r := t.of(f.Target, f.Round)
			r.breached, r.breachAt = true, e.At
		case ticket.Withdrawn:
			t.of(f.Target, f.Round).breached = false
		}
	}
	return t
}

// of finds or adds the round. The pointer holds until the next call.
func (t *told) of(kind contract.TargetKind, since time.Time) *round {
	i := slices.IndexFunc(*t, func(r round) bool { return r.kind == kind && r.since.Equal(since) })
	if i < 0 {
		i = len(*t)
		*t = append(*t, round{kind: kind, since: since})
	}
	return &(*t)[i]
}
