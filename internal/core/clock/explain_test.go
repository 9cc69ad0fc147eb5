package clock_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// A reason names the entries that decided: what began and stopped the clock, and since
// which entry it stood still.
func TestReasonNamesEntries(t *testing.T) {
	t.Parallel()
	tl := tenEntries()
	for _, e := range clock.Explain(sixTargets(t), tl, utc("2026-03-10T10:00")) {
		if e.Kind != contract.Restoration {
			continue
		}
		if began, stopped := e.Reason.Get("began_by"), e.Reason.Get("stopped_by"); began != 1 || stopped != 9 {
			t.Errorf("began by entry %v and stopped by %v, want 1 and 9", began, stopped)
		}
		var paused []string
		for _, s := range e.Segments {
			if s.What == clock.CodePaused {
				paused = append(paused, tl.Entries()[s.Entry-1].Fact.Name())
			}
		}
		if diff := cmp.Diff([]string{"waits"}, paused); diff != "" {
			t.Errorf("paused since (-want +got)\n%s", diff)
		}
		return
	}
	t.Fatal("no restoration clock")
}
