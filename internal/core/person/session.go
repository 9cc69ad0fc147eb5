package person

import "time"

// How long things last.
const (
	SessionIdle   = 12 * time.Hour       // a session that nobody uses ends
	SessionLength = 7 * 24 * time.Hour   // a session ends, used or not
	InviteLength  = 7 * 24 * time.Hour   // an invitation can be accepted
	ResetLength   = 30 * time.Minute     // a link for a new password can be used
	SetUpLength   = 24 * time.Hour       // the first person can be made
	DeviceLength  = 180 * 24 * time.Hour // a browser in which nobody signs in is forgotten
	SeenEvery     = 5 * time.Minute      // how exactly it is kept when somebody was last seen
)

// Live tells whether a session that was last used at seen, and ends at expires, still holds.
func Live(now, seen, expires time.Time) bool {
	return now.Before(expires) && now.Sub(seen) < SessionIdle
}
