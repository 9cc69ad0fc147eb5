package notice

import "time"

// MostAttempts is how often something is tried to be handed over before it is given up: with
// the pauses of Pause that takes two days.
const MostAttempts = 100

const (
	shortestPause = 15 * time.Second
	longestPause  = 30 * time.Minute
)

// Pause is how long to wait after an attempt, counted from 1, that failed: twice as long each
// time, up to half an hour. Chance, from 0 up to 1, takes up to a half off, so that what
// failed together is not tried together.
func Pause(attempt int, chance float64) time.Duration {
	pause := longestPause
	if attempt < 8 {
		pause = min(shortestPause<<(attempt-1), longestPause)
	}
	return pause - time.Duration(chance*float64(pause)/2)
}
