package clock

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/contract"
)

// Nearness tells how close a clock is to its due.
type Nearness uint8

// The nearnesses. Key figures are Calm, and so are clocks that stand still or never fall due.
const (
	Calm Nearness = iota
	Near
	Danger
	Over
)

// The shares of a target that are left when its clock is near its due, and in danger. A
// clock with less than CloseTo left is in danger whatever its target.
const (
	NearPercent   = 25
	DangerPercent = 10
	CloseTo       = 15 * time.Minute
)

// Nearness judges what is left of the clock. It looks at Phase, Verdict, Promise, Due,
// Remaining and Allowed.
func (c *Clock) Nearness() Nearness {
	switch {
	case c.Phase != Running || c.Promise == contract.KPI || c.Due.IsZero():
		return Calm
	case c.Verdict.Late():
		return Over
	default:
		return nearness(c.Remaining, c.Allowed)
	}
}

// Nearness judges what is left of the face at an instant.
func (f *Face) Nearness(left time.Duration, at time.Time) Nearness {
	switch {
	case f.Promise == contract.KPI || f.Lane != LaneDue || f.Phase != Running || f.Due.IsZero():
		return Calm
	case at.After(f.Due):
		return Over
	default:
		return nearness(left, f.Allowed)
	}
}

// nearness judges what is left of a promise that is not broken.
func nearness(left, allowed time.Duration) Nearness {
	switch {
	case left < CloseTo || left*100 < allowed*DangerPercent:
		return Danger
	case left*100 < allowed*NearPercent:
		return Near
	default:
		return Calm
	}
}
