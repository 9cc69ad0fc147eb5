package app

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// wait is how long somebody is asked to wait, 0 for not at all.
func wait(err error) time.Duration {
	if f := fault.All(err); len(f) == 1 && f[0].Code == CodeTooOften && f[0].Kind == fault.TooMany {
		return f[0].Get("wait").(time.Duration)
	}
	return 0
}

func TestSignInSlowsDown(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	d.agent("noor@desk.test")
	known, err := d.signIn("noor@desk.test", good)
	d.must(err)
	attacker := From{Address: "203.0.113.5"}
	try := func(email string, password, device person.Secret, from From) error {
		_, err := d.SignIn(t.Context(), Credentials{Email: email, Password: password, Device: device, From: from})
		return err
	}
	for range 10 {
		d.wants(try("noor@desk.test", "a guess of somebody", "", attacker), CodeSignInRefused)
	}
	hashes := d.hasher.done.Load()
	err = try("noor@desk.test", good, "", attacker)
	if got := wait(err); got != 30*time.Second {
		t.Errorf("after ten guesses: wait %v, %v", got, err)
	}
	if d.hasher.done.Load() != hashes {
		t.Error("a hash was made for who has to wait")
	}
	// From elsewhere it is the same account; the browser that is known has its own budget.
	if wait(try("noor@desk.test", good, "", here)) == 0 {
		t.Error("another address gets around the budget of the account")
	}
	if wait(try("noor@desk.test", good, newToken(person.DeviceToken), here)) == 0 {
		t.Error("any device token gets around the budget of the account")
	}
	d.must(try("noor@desk.test", good, known.Device, here))
	for range 10 {
		d.wants(try("noor@desk.test", "a guess of somebody", known.Device, here), CodeSignInRefused)
	}
	if wait(try("noor@desk.test", good, known.Device, here)) == 0 {
		t.Error("a known browser may guess for ever")
	}
	d.must(try(adminEmail, good, "", here)) // nobody else waits
	// Nobody is locked out: time heals.
	d.now = d.now.Add(30 * time.Second)
	d.must(try("noor@desk.test", good, "", attacker))
}

// TestRightOnesAreFree holds that who knows the password waits for nobody, however often an
// office signs in.
func TestRightOnesAreFree(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	for range 100 {
		_, err := d.signIn(adminEmail, good)
		d.must(err)
	}
}

func TestChangeOfPasswordSlowsDown(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	for range 10 {
		_, err := d.ChangePassword(t.Context(), d.admin, "a guess of somebody", better, here)
		d.wants(err, CodePasswordWrong)
	}
	_, err := d.ChangePassword(t.Context(), d.admin, good, better, here)
	if wait(err) == 0 {
		t.Errorf("a stolen session may guess for ever: %v", err)
	}
}

// TestThrottleInDrawnTime draws attempts at drawn times, also with a clock that goes back,
// and holds that no account sees more failures than its burst and what time has given
// back, and that who waits as long as was said is let in.
func TestThrottleInDrawnTime(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var th throttle
		start := monday
		now, latest := start, start
		failed := map[string]int{}
		b := signInBudgets
		for range rapid.IntRange(1, 120).Draw(t, "attempts") {
			now = now.Add(time.Duration(rapid.IntRange(-5, 60).Draw(t, "seconds")) * time.Second)
			if now.After(latest) {
				latest = now
			}
			who := attempt{
				account: rapid.SampledFrom([]string{"noor", "ida"}).Draw(t, "account"),
				address: rapid.SampledFrom([]string{"192.0.2.1", "192.0.2.2", ""}).Draw(t, "address"),
			}
			back, err := th.admit(now, "x", b, who)
			if err != nil {
				now = now.Add(wait(err))
				if now.After(latest) {
					latest = now
				}
				if back, err = th.admit(now, "x", b, who); err != nil {
					t.Fatalf("waited as long as was said, and got %v", err)
				}
			}
			if rapid.Bool().Draw(t, "right") {
				back()
			} else {
				failed[who.account]++
			}
			// Each step back gives up to five seconds twice.
			most := b.account.burst + int(latest.Sub(start)/b.account.every) + 1 + 120*5/30
			if failed[who.account] > most {
				t.Fatalf("%d failures of %s in %v", failed[who.account], who.account, latest.Sub(start))
			}
		}
	})
}

func TestThrottleKeepsWithinBounds(t *testing.T) {
	t.Parallel()
	var th throttle
	b := budgets{account: budget{1, time.Hour}, address: budget{1 << 30, time.Nanosecond}, all: budget{1 << 30, time.Nanosecond}}
	for i := range mostLimiters + 500 {
		_, _ = th.admit(monday, "x", b, attempt{account: fmt.Sprint(i), address: fmt.Sprintf("2001:db8:0:%x::1", i%0xffff)})
	}
	if len(th.limiters) > mostLimiters+1 {
		t.Errorf("%d limiters are kept", len(th.limiters))
	}
	// Who had failed before the flood still waits; after a while the strangers are forgotten.
	if _, err := th.admit(monday, "x", b, attempt{account: "0"}); wait(err) == 0 {
		t.Errorf("a flood washed away a budget: %v", err)
	}
	if _, err := th.admit(monday.Add(2*time.Hour), "x", b, attempt{account: "new"}); err != nil || len(th.limiters) > 10 {
		t.Errorf("%d limiters are kept, %v", len(th.limiters), err)
	}
}

func TestNetwork(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"192.0.2.7":             "192.0.2.7",
		"::ffff:192.0.2.7":      "192.0.2.7",
		"2001:db8:1:2:3:4:5:6":  "2001:db8:1:2::/64",
		"2001:db8:1:2:ffff::":   "2001:db8:1:2::/64",
		"fe80::1%eth0":          "fe80::/64",
		"":                      "",
		"192.0.2.7, 192.0.2.8":  "",
		"<script>":              "",
		"192.0.2.7:5432":        "",
		"2001:db8:1:2:3:4:5:6x": "",
	} {
		if got := network(in); got != want {
			t.Errorf("%q: got %q, want %q", in, got, want)
		}
	}
}
