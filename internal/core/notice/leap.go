package notice

import (
	"strconv"
	"time"
)

// Leap is a stretch of time that the clock of the desk jumped over, because its machine slept
// or its clock was set ahead. What fell due after From and up to To did so all at once.
type Leap struct{ From, To time.Time }

// Holds tells whether an instant was jumped over.
func (l Leap) Holds(at time.Time) bool { return at.After(l.From) && !at.After(l.To) }

// Came is when the clock came to an instant: later than the instant if that was jumped over.
func (l Leap) Came(at time.Time) time.Time {
	if l.Holds(at) {
		return l.To
	}
	return at
}

// The arguments of a message of the kind Leapt.
const (
	ArgFrom  = "from"  // the leap, as RFC 3339
	ArgTo    = "to"    //
	ArgCount = "count" // how many promises it is about
)

// leapt tells those who lead of clocks that fell due in a leap. A desk that slept for a night
// has many of these at once, so they are counted and not told one by one.
func (t *telling) leapt(lines []Clock, last *Entry) {
	before := len(t.told)
	t.leads(Leapt, true, last)
	for i := before; i < len(t.told); i++ {
		t.told[i].More = len(lines)
		t.told[i].Args = map[string]string{
			ArgFrom: t.c.Leap.From.Format(time.RFC3339), ArgTo: t.c.Leap.To.Format(time.RFC3339),
		}
	}
}

// Count reads the argument ArgCount, 0 where there is none.
func Count(args map[string]string) int {
	n, _ := strconv.Atoi(args[ArgCount])
	return n
}

// LeapOf reads the arguments ArgFrom and ArgTo, zero where there are none.
func LeapOf(args map[string]string) (l Leap) {
	l.From, _ = time.Parse(time.RFC3339, args[ArgFrom])
	l.To, _ = time.Parse(time.RFC3339, args[ArgTo])
	return l
}
