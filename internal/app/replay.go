// Package app holds what people can do with Watchbill: one exported function or method a use
// case, one file a noun.
package app

import (
	"context"
	"iter"
	"runtime"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/replay"
)

// History is a ticket history that can be read once.
type History struct {
	Tickets iter.Seq2[replay.Ticket, error]
	// Span is asked when all tickets were read: the first ticket logged and the last change.
	Span func() (first, end time.Time)
	Zone *time.Location
	// Assumed is what the work is assumed to have been, nil to take what the history shows.
	Assumed *replay.Assumption
}

// Replay holds a history against contracts.
//
// Memory does not grow with the number of tickets that have ended: they are counted and
// forgotten. Tickets that are still open when they were last heard of are kept until the
// end of the history is known. An error of the tickets, or of the context, ends it.
func Replay(ctx context.Context, h History, contracts []replay.Contract) (*replay.Comparison, error) {
	r := newReplayers(contracts, h)
	var open []replay.Ticket
	var failed error
	for t, err := range h.Tickets {
		if failed = err; failed == nil {
			failed = ctx.Err()
		}
		if failed != nil {
			break
		}
		if !t.Ended() {
			open = append(open, t)
			continue
		}
		r.add(t, t.Entries[len(t.Entries)-1].Recorded)
	}
	first, end := h.Span()
	for _, t := range open {
		if failed == nil {
			failed = ctx.Err()
		}
		if failed != nil {
			break
		}
		r.add(t, end)
	}
	tallies, facts := r.finish()
	if failed != nil {
		return nil, failed
	}
	return replay.Compare(tallies, facts, first, end)
}

// replayers spreads tickets over all processors. Each works on tallies of its own, which
// are merged at the end; the order in which tickets are added changes nothing.
type replayers struct {
	work    chan []judged
	batch   []judged
	done    sync.WaitGroup
	workers []*replayer
}

// judged is a ticket and the instant up to which it is judged.
type judged struct {
	ticket replay.Ticket
	end    time.Time
}

type replayer struct {
	tallies []*replay.Tally
	facts   *replay.Facts
}

// batchSize is how many tickets are handed over at once; one by one would cost more than
// the replay of many a ticket.
const batchSize = 64

func newReplayers(contracts []replay.Contract, h History) *replayers {
	r := &replayers{work: make(chan []judged, 4)}
	for range runtime.GOMAXPROCS(0) {
		w := &replayer{facts: replay.NewFacts(h.Zone, h.Assumed)}
		for _, c := range contracts {
			w.tallies = append(w.tallies, replay.NewTally(c))
		}
		r.workers = append(r.workers, w)
		r.done.Go(func() {
			for batch := range r.work {
				w.add(batch)
			}
		})
	}
	return r
}

func (w *replayer) add(batch []judged) {
	for _, j := range batch {
		w.facts.Add(j.ticket, j.end)
		for _, t := range w.tallies {
			t.Add(j.ticket, j.end)
		}
	}
}

func (r *replayers) add(t replay.Ticket, end time.Time) {
	r.batch = append(r.batch, judged{t, end})
	if len(r.batch) == batchSize {
		r.work <- r.batch
		r.batch = make([]judged, 0, batchSize)
	}
}

func (r *replayers) finish() ([]*replay.Tally, *replay.Facts) {
	r.work <- r.batch
	close(r.work)
	r.done.Wait()
	first := r.workers[0]
	for _, other := range r.workers[1:] {
		first.facts.Merge(other.facts)
		for i := range first.tallies {
			first.tallies[i].Merge(other.tallies[i])
		}
	}
	return first.tallies, first.facts
}
