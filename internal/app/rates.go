package app

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// CodeTooFast is the fault of who asks for more than is meant for one.
const CodeTooFast reason.Code = "app.too_fast" // wait

// Rates bound what one sender can ask for, so that the load of one is not the waiting of
// others, and nobody fills the disk. 0 bounds nothing.
type Rates struct {
	Token  int // requests a second of one API token; ten seconds' worth may come at once
	Client int // the same of all people of one client together, by pages and API
	Sent   int // MiB an hour that they may send; an hour's worth may come at once
}

// Limit sets the rates of this process. It is called before the desk is used; nothing is bounded
// where it is not.
func (a *App) Limit(r Rates) { a.rates = r }

// Admit counts a request of somebody, with a body of so many bytes. CodeTooFast says that there
// was too much, and tells how long to wait; what was refused does not count.
func (a *App) Admit(who SignedIn, body int64) error {
	if a.rates == (Rates{}) {
		return nil
	}
	now, r := a.Now(), a.rates
	a.asked.mu.Lock()
	defer a.asked.mu.Unlock()
	var from []draw
	add := func(key string, b budget, n int) {
		from = append(from, draw{a.asked.limiter(now, key, b), n})
	}
	if who.Token != "" && r.Token > 0 {
		add(who.Person.Client+" token "+who.Token, budget{10 * r.Token, time.Second / time.Duration(r.Token)}, 1)
	}
	if who.Actor.Role.OfClient() && r.Client > 0 {
		add(who.Person.Client, budget{10 * r.Client, time.Second / time.Duration(r.Client)}, 1)
	}
	if who.Actor.Role.OfClient() && r.Sent > 0 && body > 0 {
		kibibytes := r.Sent << 10
		add(who.Person.Client+" sent", budget{kibibytes, time.Hour / time.Duration(kibibytes)}, min(int((body+1023)>>10), kibibytes))
	}
	if wait := takeFrom(now, from); wait > 0 {
		return fault.New(fault.TooMany, CodeTooFast, "wait", wait)
	}
	return nil
}
