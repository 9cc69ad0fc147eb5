package web

import (
	"errors"
	"slices"
	"strconv"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	page "github.com/watchbill/watchbill/internal/web/page/ticket"
)

// isMeanwhile tells whether somebody else's step came between.
func isMeanwhile(err error) bool {
	return errors.Is(err, &fault.Fault{Reason: reason.New(ticket.CodeMeanwhile)})
}

// mostMeanwhile is how much of what others did is listed; the timeline has all of it.
const mostMeanwhile = 6

// meanwhile lists what others did since the sender of a form looked at the ticket, the last
// thing first.
func (v *visit) meanwhile(t *app.TicketView) ([]page.Entry, error) {
	names, err := v.site.app.Names(v.ctx(), v.actor, peopleOf(t)...)
	if err != nil {
		return nil, err
	}
	says := &ticketVoice{visit: v, t: t, names: names}
	seen, _ := strconv.Atoi(v.field("seen")) // 0 is "did not look"
	var all []page.Entry
	for i := range slices.Backward(t.Entries) {
		e := &t.Entries[i]
		if e.Number <= seen || len(all) == mostMeanwhile {
			break
		}
		if !e.Decided() && e.By.ID != v.actor.ID {
			all = append(all, says.entry(e))
		}
	}
	return all, nil
}
