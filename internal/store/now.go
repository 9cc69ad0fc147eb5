package store

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// started is the beginning that readings of the clock that nobody can set count from.
var started = time.Now()

// tick is what that clock says.
func tick() time.Duration { return time.Since(started) }

// machineTime is the one place where the desk asks for the time. Everything else gets the
// instant of its transaction.
func machineTime() reading {
	now := time.Now()
	return reading{wall: now.Round(0), mono: now.Sub(started)}
}

// Skew tells how the clocks around stand to the instants of transactions. More than two
// seconds either way, somebody should look.
type Skew struct {
	// Followed is what the clock that instants follow says, less the instant. Below zero it
	// was set back, and instants go on without it until it has caught up or the program
	// starts anew; above, it jumped ahead and is not believed yet.
	Followed time.Duration
	// Node is the same for the clock of this machine. They differ with PostgreSQL, where
	// instants follow the clock of the database.
	Node time.Duration
	// Leap is the last leap ahead that was believed, zero for none.
	Leap notice.Leap
}

// timekeeper gives the instants of a store.
type timekeeper struct {
	// ask asks the database for its time; nil when instants follow the machine.
	ask func(context.Context) (time.Time, error)
	// machine gives the readings of this machine.
	machine func() reading

	mu      sync.Mutex
	pace    pace
	nodeOff bool          // that it is off was the last thing that was told of the node
	asked   reading       // when the database was last asked, and its answer
	node    time.Duration // what this machine said then, less the answer
	asking  bool
}

// A database is asked for its time this often, as long as there are transactions, and an
// answer that took longer than mostDelay is too vague to be used.
const (
	asksEvery = 10 * time.Second
	mostDelay = time.Second
)

// now gives the next instant, and what there is to tell about the clock.
func (k *timekeeper) now() (at time.Time, ask bool, news []reason.Reason) {
	k.mu.Lock()
	defer k.mu.Unlock()
	r := k.machine()
	if k.ask != nil {
		r.wall = k.asked.wall.Add(r.mono - k.asked.mono)
		if ask = !k.asking && r.mono-k.asked.mono >= asksEvery; ask {
			k.asking = true
		}
	}
	if k.pace.observe(r) {
		news = append(news, k.pace.told())
	}
	if off := k.node.Abs() > toleratedStep; off != k.nodeOff {
		k.nodeOff = off
		if off {
			news = append(news, reason.New(CodeNodeClock, "by", k.node.Abs()))
		} else {
			news = append(news, reason.New(CodeClockRight))
		}
	}
	return k.pace.instant, ask, news
}

// told says how the clock is followed.
func (p *pace) told() reason.Reason {
	switch {
	case p.trust == behind:
		return reason.New(CodeClockBack, "by", -p.skew)
	case p.trust == ahead:
		return reason.New(CodeClockAhead, "by", p.skew)
	case p.leap.To.Equal(p.instant):
		return reason.New(CodeClockLeapt, "from", p.leap.From, "to", p.leap.To)
	default:
		return reason.New(CodeClockRight)
	}
}

// askDatabase asks for the time once. An answer is taken to be of the middle of the wait.
func (k *timekeeper) askDatabase(ctx context.Context) error {
	before := k.machine()
	answer, err := k.ask(ctx)
	after := k.machine()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.asking = false
	delay := after.mono - before.mono
	if err != nil || delay > mostDelay && k.pace.begun {
		k.asked.wall = k.asked.wall.Add(after.mono - k.asked.mono)
		k.asked.mono = after.mono // not at once again
		return err
	}
	k.asked = reading{wall: answer.Add(delay / 2), mono: after.mono}
	k.node = after.wall.Sub(k.asked.wall)
	return nil
}

// instant gives the next instant and sees to what follows from the reading.
func (s *Store) instant() time.Time {
	at, ask, news := s.time.now()
	if ask {
		s.background.Go(func() {
			ctx, cancel := context.WithTimeout(s.alive, asksEvery)
			defer cancel()
			_ = s.time.askDatabase(ctx) // who needs the database is told by the database
		})
	}
	for _, n := range news {
		if s.Warn != nil {
			s.Warn(n)
		}
	}
	return at
}

// ClockSkew reads the clocks.
func (s *Store) ClockSkew() Skew {
	s.instant()
	k := &s.time
	k.mu.Lock()
	defer k.mu.Unlock()
	skew := Skew{Followed: k.pace.skew, Node: k.pace.skew, Leap: k.pace.leap}
	if k.ask != nil {
		skew.Node += k.node
	}
	return skew
}

// leap is the last leap of the clock.
func (k *timekeeper) leap() notice.Leap {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.pace.leap
}

// pause waits before another attempt at a transaction, longer each time and never the same
// for two who wait for each other. It ends early with the error of the context.
func pause(ctx context.Context, attempt int) error {
	longest := time.Millisecond << min(attempt, 8)
	timer := time.NewTimer(rand.N(longest) + time.Millisecond)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
