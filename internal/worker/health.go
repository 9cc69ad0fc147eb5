package worker

import (
	"maps"
	"slices"
	"time"
)

// Health is how the worker of this process is doing.
type Health struct {
	Leads bool // does the work; else another process does, or nobody can
	// Stalled are the loops that should go round and have not done so for half a minute.
	Stalled []string
	// Failing is what the last round of each loop failed with, of those that failed.
	Failing map[string]error
}

// Health tells how the loops are doing.
func (w *Worker) Health() Health {
	w.mu.Lock()
	defer w.mu.Unlock()
	h := Health{Leads: w.leads, Failing: map[string]error{}}
	for _, name := range slices.Sorted(maps.Keys(w.rounds)) {
		r := w.rounds[name]
		if time.Since(r.last) > stalledAfter {
			h.Stalled = append(h.Stalled, name)
		}
		if r.failed != nil {
			h.Failing[name] = r.failed
		}
	}
	return h
}

// went notes that a loop went round.
func (w *Worker) went(name string, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rounds[name] = &round{last: time.Now(), failed: err}
}

// setLeads notes whether the work is ours. Only then the loops have to go round.
func (w *Worker) setLeads(leads bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.leads = leads
	for _, name := range []string{"settle", "deliver", "index", "forget"} {
		if leads {
			w.rounds[name] = &round{last: time.Now()}
		} else {
			delete(w.rounds, name)
		}
	}
}
