package store

import (
	"context"
	"math/rand/v2"
	"time"
)

// wallClock is the one place where the desk asks for the time. Everything else gets the
// instant of its transaction.
func wallClock() time.Time { return time.Now() }

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
