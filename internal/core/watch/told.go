package watch

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// told is what has been concluded and told about the rounds of a ticket's clocks.
type told []toldRound

// toldRound is what has been told about one round of a clock.
type toldRound struct {
	kind     contract.TargetKind
	since    time.Time
	breached bool      // and not withdrawn
	breachAt time.Time // of the last breach
	warned   percents
	exists   bool // still, as the clocks read now
}

// percents is a set of percentages up to 127.
type percents [2]uint64

func (p *percents) add(percent int)      { p[percent>>6&1] |= 1 << (percent & 63) }
func (p *percents) has(percent int) bool { return p[percent>>6&1]&(1<<(percent&63)) != 0 }

// read fills in what the decided entries of a timeline say.
func (t *told) read(tl *ticket.Timeline) {
	*t = (*t)[:0]
	for _, e := range tl.Entries() {
		switch f := e.Fact.(type) {
		case ticket.Warned:
			t.of(f.Target, f.Round).warned.add(f.Percent)
		case ticket.Breached:
			r := t.of(f.Target, f.Round)
			r.breached, r.breachAt = true, e.At
		case ticket.Withdrawn:
			t.of(f.Target, f.Round).breached = false
		}
	}
}

// of finds or adds the round. The pointer holds until the next call.
func (t *told) of(kind contract.TargetKind, since time.Time) *toldRound {
	for i := range *t {
		if r := &(*t)[i]; r.kind == kind && r.since.Equal(since) {
			return r
		}
	}
	*t = append(*t, toldRound{kind: kind, since: since})
	return &(*t)[len(*t)-1]
}
