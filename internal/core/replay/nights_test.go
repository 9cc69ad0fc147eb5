package replay_test

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/replay"
)

// A page is an incident that arrives while the office is shut and whose response is promised
// then. The office is open Monday to Friday, 09:00 to 17:00, and shut on the 11th.
//
// Seen red with each of: pages in office hours; key figures that page; nights that belong to
// the date of the page; hours of UTC.
func TestNights(t *testing.T) {
	t.Parallel()
	got := tally(
		named(t, "shop"),
		incident("in the office", catalog.P1, "2026-03-03 10:00"),
		incident("evening", catalog.P1, "2026-03-03 23:30"),
		incident("the same night", catalog.P1, "2026-03-04 02:00"),
		incident("early next morning", catalog.P1, "2026-03-04 08:59"),
		incident("when it opens", catalog.P1, "2026-03-05 09:00"),
		incident("when it shuts", catalog.P1, "2026-03-05 17:00"),
		incident("promised in office hours only", catalog.P2, "2026-03-06 23:00"),
		incident("not promised", catalog.P3, "2026-03-06 23:00"),
		incident("no target", catalog.P4, "2026-03-06 23:00"),
		of(catalog.Problem, "no incident", catalog.P1, "2026-03-06 23:00"),
		incident("Saturday noon", catalog.P1, "2026-03-07 13:00"),
		incident("a holiday", catalog.P1, "2026-03-11 13:00"),
	).Nights
	want := replay.Nights{}
	want.Pages[23], want.Pages[2], want.Pages[8], want.Pages[17], want.Pages[13] = 1, 1, 1, 1, 2
	if got.Pages != want.Pages {
		t.Errorf("pages by hour %v", got.Pages)
	}
	if got.ByPriority != [catalog.NumPriorities]int{catalog.P1: 6} {
		t.Errorf("pages by priority %v", got.ByPriority)
	}
	if got.Total() != 6 || got.Disturbed() != 4 || got.Busiest() != 3 {
		t.Errorf("%d pages in %d nights, at most %d in one", got.Total(), got.Disturbed(), got.Busiest())
	}
	arrivals := 0
	for _, n := range got.Arrivals {
		arrivals += n
	}
	if arrivals != 11 || got.Arrivals[23] != 4 {
		t.Errorf("arrivals by hour %v", got.Arrivals)
	}
	measured := named(t, "measured day and night", "goal: 90,", "goal: 90, promise: kpi,")
	if n := tally(measured, incident("evening", catalog.P1, "2026-03-03 23:30")).Nights; n.Total() != 0 || n.Arrivals[23] != 1 {
		t.Errorf("a key figure pages: %+v", n)
	}
}

// The night in which clocks go forward lacks an hour, the one in which they go back has one
// twice. Noon of the wall clock divides nights all the same.
//
// Seen red with: a page that belongs to the date of twelve hours before.
func TestNightsWhenClocksChange(t *testing.T) {
	t.Parallel()
	spring := tally(
		named(t, "shop"),
		incident("before", catalog.P1, "2026-03-28 23:00"),
		incident("a minute before", catalog.P1, "2026-03-29 01:59"),
		incident("a minute later", catalog.P1, "2026-03-29 03:00"),
		incident("last of the night", catalog.P1, "2026-03-29 11:59"),
		incident("first of the next", catalog.P1, "2026-03-29 12:00"),
	).Nights
	if spring.Pages[1] != 1 || spring.Pages[2] != 0 || spring.Pages[3] != 1 {
		t.Errorf("pages by hour %v", spring.Pages)
	}
	if spring.Disturbed() != 2 || spring.Busiest() != 4 {
		t.Errorf("%d nights, %d pages at most", spring.Disturbed(), spring.Busiest())
	}

	autumn := replay.NewTally(named(t, "shop"))
	for _, utc := range []string{"2026-10-24T21:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z", "2026-10-25T10:59:00Z"} {
		one := incident(utc, catalog.P1, "2026-10-25 10:00")
		one.Entries[0].At = must(time.Parse(time.RFC3339, utc))
		autumn.Add(one, one.Entries[0].At)
	}
	if n := autumn.Nights; n.Pages[2] != 2 || n.Disturbed() != 1 || n.Busiest() != 4 {
		t.Errorf("%d pages in %d nights: %v", n.Total(), n.Disturbed(), n.Pages)
	}
}

func TestOffice(t *testing.T) {
	t.Parallel()
	v := named(t, "shop").Terms[0]
	if office := replay.Office(v); office == nil || office.Always() {
		t.Errorf("office %v", office)
	}
	always := &contract.Version{}
	always.Targets[catalog.Incident][catalog.P1] = v.Targets[catalog.Incident][catalog.P1]
	if office := replay.Office(always); office != nil {
		t.Error("an office that never shuts")
	}
}
