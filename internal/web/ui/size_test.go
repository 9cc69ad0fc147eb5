package ui

import (
	"slices"
	"testing"

	"github.com/watchbill/watchbill/internal/wording"
)

// TestRowIsSmall: a queue of 50 rows is to stay under 80 KB, the frame included.
func TestRowIsSmall(t *testing.T) {
	t.Parallel()
	g := gallery{v: wording.In(wording.Dutch), now: sampleNow(t)}
	broken, soon, still := g.rows()
	rows := slices.Concat(broken, soon, still)
	frame := len(markup(t, Desk(g.frame("x", 0))))
	sum := 0
	for i := range rows {
		sum += len(markup(t, QueueRow(g.v, &rows[i])))
	}
	all := frame + 50*sum/len(rows)
	t.Logf("frame %d bytes, a row %d, 50 rows %d", frame, sum/len(rows), all)
	if all > 80_000 {
		t.Errorf("50 rows are %d bytes", all)
	}
}
