package store

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/notice"
)

// How far a clock may step before it is not simply followed, and how long a step ahead must
// hold until it is believed: long enough for a time server to mend a bad reading, short
// enough for a machine that slept, or whose clock was set for the first time.
const (
	toleratedStep = 2 * time.Second
	believedAfter = 30 * time.Second
)

// reading is what the clocks said at one moment.
type reading struct {
	wall time.Time     // what the clock that instants follow said
	mono time.Duration // what a clock said that nobody can set, since some beginning
}

// trust is how a clock is followed.
type trust uint8

const (
	followed trust = iota // the clock gives the instants
	behind                // it was set back: instants go on at their own pace until it has caught up
	ahead                 // it was set ahead: the same, until that has held for a while
)

// pace turns the readings of a clock that can be set into instants that never go back, do
// not stand still for longer than toleratedStep, and leap ahead only after a warning.
type pace struct {
	begun   bool
	instant time.Time     // the last one
	mono    time.Duration // when it was first given
	skew    time.Duration // what the clock said at the last reading, less the instant
	trust   trust
	claimed time.Duration // ahead: the skew when that began
	since   time.Duration // ahead: when that began
	leap    notice.Leap   // the last one, zero for none
}

// observe moves on to a reading. It tells whether the clock is now followed in another way,
// or leapt.
func (p *pace) observe(r reading) (news bool) {
	if !p.begun {
		*p = pace{begun: true, instant: r.wall, mono: r.mono}
		return false
	}
	before, leapt := *p, false
	paced := p.instant.Add(r.mono - p.mono)
	skew := r.wall.Sub(paced)
	switch {
	case skew < -toleratedStep, skew < 0 && p.trust == behind:
		p.trust, p.instant, p.mono = behind, paced, r.mono
	case skew <= toleratedStep:
		p.trust = followed
		if r.wall.After(p.instant) {
			p.instant, p.mono = r.wall, r.mono
		}
	default:
		p.instant, p.mono = paced, r.mono
		if leapt = p.hold(skew, r.mono); leapt {
			p.trust, p.leap, p.instant = followed, notice.Leap{From: paced, To: r.wall}, r.wall
		}
	}
	p.skew = r.wall.Sub(p.instant)
	return leapt || p.trust != before.trust || p.trust == ahead && p.claimed != before.claimed
}

// hold tells whether a step ahead has held for long enough. A further step begins anew.
func (p *pace) hold(skew, mono time.Duration) bool {
	if p.trust != ahead || (skew-p.claimed).Abs() > toleratedStep {
		p.trust, p.claimed, p.since = ahead, skew, mono
	}
	return mono-p.since >= believedAfter
}
