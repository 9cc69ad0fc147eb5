package app_test

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
)

// TestNoNumberTellsOfWhatIsInternal has the desk work on a ticket inside, and looks at what the
// client can count.
func TestNoNumberTellsOfWhatIsInternal(t *testing.T) {
	t.Parallel()
	desktest.Each(t, func(d *desktest.Desk) {
		t := d.T()
		ref := d.As("rik").Logs(d.Incident(desktest.Boei, "Checkout hangs"))
		inside := func() {
			d.Pass(time.Minute)
			d.As("ann").Takes(ref, "Canary", ticket.Noted{})
			d.As("ann").Takes(ref, "", ticket.Worked{Minutes: 5})
		}
		inside()
		d.As("ann").Takes(ref, "Which bank?", ticket.Replied{}, ticket.Waits{For: catalog.Client})
		inside()
		for _, who := range []string{"rik", "cor"} {
			v := d.As(who).Opens(ref)
			if v.Head != 3 || len(v.Entries) != 3 {
				t.Errorf("%s: %d entries, the last is number %d", who, len(v.Entries), v.Head)
			}
			for i, e := range v.Entries {
				if e.Number != i+1 {
					t.Errorf("%s: entry %d has number %d", who, i+1, e.Number)
				}
			}
			for _, c := range v.Clocks {
				for _, s := range c.Segments {
					if s.Entry > v.Head {
						t.Errorf("%s: %s names entry %d of %d", who, c.Kind, s.Entry, v.Head)
					}
				}
			}
			list, err := d.Queue(t.Context(), d.Actor(who), app.Filter{}, app.Place{}, 10)
			d.Must(err)
			if r := list.Rows[0]; r.Head != 0 || !r.Changed.IsZero() {
				t.Errorf("%s: the list says entry %d, %v", who, r.Head, r.Changed)
			}
		}
		if v := d.As("ann").Opens(ref); v.Head != len(v.Entries) || v.Head <= 3 {
			t.Errorf("the desk: %d entries, the last is number %d", len(v.Entries), v.Head)
		}
		// What the client has seen is compared by the same numbers.
		head, err := d.As("rik").Tries(ref, app.Command{Seen: 3}, "Any", ticket.Wrote{})
		if err != nil || head != 5 { // the answer ended the wait
			t.Errorf("answered as entry %d, %v", head, err)
		}
		inside()
		d.As("ann").Takes(ref, "", ticket.Resolved{})
		_, err = d.As("rik").Tries(ref, app.Command{Seen: 5}, "", ticket.Closed{})
		wants(t, "closed without having seen that it was resolved", err, ticket.CodeMeanwhile)
		if f := fault.All(err); len(f) == 1 && f[0].Get("entry") != 6 {
			t.Errorf("the refusal names entry %v", f[0].Get("entry"))
		}
		inside()
		head, err = d.As("rik").Tries(ref, app.Command{Seen: 6}, "", ticket.Closed{})
		if err != nil || head != 7 {
			t.Errorf("closed as entry %d, %v", head, err)
		}
	})
}
