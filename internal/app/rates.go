package app

import (
	"time"

	"golang.org/x/time/rate"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// CodeTooFast is the fault of who asks for more than is meant for one.
const CodeTooFast reason.Code = "app.too_fast" // wait

// Rates bound what one sender can ask for, so that the load of one is not the waiting of
// others. They are requests a second; 0 bounds nothing. Ten seconds' worth may come at once.
type Rates struct {
	Token  int // of one API token
	Client int // of all people of one client together, by pages and API
}

// Limit sets the rates of this process. It is called before the desk is used; nothing is bounded
// where it is not.
func (a *App) Limit(r Rates) { a.rates = r }

// Admit counts a request of somebody. CodeTooFast says that there were too many, and tells how
// long to wait; what was refused does not count.
func (a *App) Admit(who SignedIn) error {
	if a.rates == (Rates{}) {
		return nil
	}
	now := a.Now()
	a.asked.mu.Lock()
	defer a.asked.mu.Unlock()
	var drawn []*rate.Limiter
	draw := func(key string, perSecond int) {
		if perSecond > 0 {
			drawn = append(drawn, a.asked.limiter(now, key, budget{10 * perSecond, time.Second / time.Duration(perSecond)}))
		}
	}
	if who.Token != "" {
		draw(who.Person.Client+" token "+who.Token, a.rates.Token)
	}
	if who.Actor.Role.OfClient() {
		draw(who.Person.Client, a.rates.Client)
	}
	if wait := takeFrom(now, drawn); wait > 0 {
		return fault.New(fault.TooMany, CodeTooFast, "wait", wait)
	}
	return nil
}
