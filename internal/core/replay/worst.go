package replay

import (
	"cmp"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/clock"
)

// KeepWorst is how many of the worst cases a tally keeps.
const KeepWorst = 10

// Case is one late clock of one ticket.
type Case struct {
	Ticket Ticket
	Clock  clock.Clock
	End    time.Time // of the history
}

// Over is the open time by which the clock was late.
func (c Case) Over() time.Duration { return -c.Clock.Remaining }

// worst keeps the case if it is among the worst. Service levels come before key figures,
// however late those are; ties are broken by key, so that the order of adding is nothing.
func (t *Tally) worst(c Case) {
	at, _ := slices.BinarySearchFunc(t.Worst, c, compareCases)
	if at >= KeepWorst {
		return
	}
	t.Worst = slices.Insert(t.Worst, at, c)
	if len(t.Worst) > KeepWorst {
		t.Worst = t.Worst[:KeepWorst]
	}
}

func compareCases(a, b Case) int {
	return cmp.Or(
		cmp.Compare(a.Clock.Promise, b.Clock.Promise),
		cmp.Compare(b.Over(), a.Over()),
		cmp.Compare(a.Ticket.Key, b.Ticket.Key),
		cmp.Compare(a.Clock.Kind, b.Clock.Kind),
		a.Clock.Since.Compare(b.Clock.Since),
	)
}

// Explain replays the case's ticket and explains the clock that was late.
func (c Case) Explain(k Contract) clock.Explanation {
	var r Replayer
	tl := r.Run(c.Ticket, k.Terms, c.End)
	for _, e := range clock.Explain(k.Terms, tl, c.End) {
		if e.Kind == c.Clock.Kind && e.Since.Equal(c.Clock.Since) {
			return e
		}
	}
	return clock.Explanation{Clock: c.Clock}
}
