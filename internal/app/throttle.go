package app

import (
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
)

// budget is how many failures are free, and how often one more is.
type budget struct {
	burst int
	every time.Duration
}

func (b budget) limiter() *rate.Limiter { return rate.NewLimiter(rate.Every(b.every), b.burst) }

// budgets are those of one kind of attempt. Nobody is locked out: who failed too often waits.
type budgets struct{ account, address, all budget }

var (
	signInBudgets = budgets{account: budget{10, 30 * time.Second}, address: budget{30, 5 * time.Second}, all: budget{300, 100 * time.Millisecond}}
	resetBudgets  = budgets{account: budget{3, 10 * time.Minute}, address: budget{10, time.Minute}, all: budget{100, time.Second}}
)

// throttle slows down who tries to get in: by account, by address and for everybody. A
// browser in which the person has signed in before has a budget of its own and none of
// these, so that nobody can keep a person out by failing in their name. The zero throttle
// is ready.
type throttle struct {
	mu       sync.Mutex
	limiters map[string]*rate.Limiter
	swept    time.Time
}

// mostLimiters bounds the memory that strangers can take.
const mostLimiters = 20_000

// attempt is somebody who tries to get in.
type attempt struct {
	account string // the folded address, or what was typed in its place
	address string // where they come from, "" for unknown
	device  string // hash of a browser that is known for the account, "" for none
}

// admit takes one from each budget that an attempt draws on, at an instant. CodeTooOften says
// that one of them is empty; nothing was taken then. Back gives all of it back, for an attempt that
// was right.
func (t *throttle) admit(now time.Time, kind string, of budgets, a attempt) (back func(), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	var from []draw
	if a.device != "" {
		from = []draw{{t.limiter(now, kind+" device "+a.device, of.account), 1}}
	} else {
		from = []draw{
			{t.limiter(now, kind+" account "+a.account, of.account), 1},
			{t.limiter(now, kind+" address "+network(a.address), of.address), 1},
			{t.limiter(now, kind, of.all), 1},
		}
	}
	if wait := takeFrom(now, from); wait > 0 {
		return nil, fault.New(fault.TooMany, CodeTooOften, "wait", wait)
	}
	return func() {
		for _, d := range from {
			d.limiter.AllowN(now, -d.n)
		}
	}, nil
}

// draw is so much of what a limiter holds.
type draw struct {
	limiter *rate.Limiter
	n       int
}

// takeFrom takes what is drawn from limiters at an instant, or tells how long to wait, in whole
// seconds; nothing is taken then.
func takeFrom(now time.Time, drawn []draw) (wait time.Duration) {
	for _, d := range drawn {
		d.limiter.AllowN(now, 0) // where the clock was set back, time begins to heal from now
		lacking := float64(d.n) - d.limiter.TokensAt(now)
		wait = max(wait, time.Duration(lacking/float64(d.limiter.Limit())*float64(time.Second)))
	}
	if wait > 0 {
		return (wait + time.Second - 1).Truncate(time.Second)
	}
	for _, d := range drawn {
		d.limiter.AllowN(now, d.n)
	}
	return 0
}

// limiter finds a limiter, or makes one. When there are too many, those that are full again
// go: they are as good as new ones. Strangers share one when that is not enough.
func (t *throttle) limiter(now time.Time, key string, b budget) *rate.Limiter {
	if l := t.limiters[key]; l != nil {
		return l
	}
	if t.limiters == nil {
		t.limiters = map[string]*rate.Limiter{}
	}
	if len(t.limiters) >= mostLimiters && now.Sub(t.swept) >= time.Second {
		t.swept = now
		for k, l := range t.limiters {
			if l.TokensAt(now) >= float64(l.Burst()) {
				delete(t.limiters, k)
			}
		}
	}
	if len(t.limiters) >= mostLimiters {
		key = "strangers"
		if l := t.limiters[key]; l != nil {
			return l
		}
	}
	l := b.limiter()
	t.limiters[key] = l
	return l
}

// network is the part of an address that one household or office has to itself: of IPv6 the
// first half.
func network(address string) string {
	ip, err := netip.ParseAddr(address)
	if err != nil {
		return ""
	}
	if ip = ip.Unmap().WithZone(""); ip.Is6() {
		if prefix, err := ip.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
}

// hashOf is how a device token is kept, "" where there is none.
func hashOf(device person.Secret) string {
	hash, _ := person.DeviceToken.Hash(device)
	return hash
}
