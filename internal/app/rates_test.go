package app

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// TestOneSenderIsNotTheWaitOfOthers has tokens and people of clients ask until they are refused.
func TestOneSenderIsNotTheWaitOfOthers(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	byToken := func(token string) SignedIn {
		return SignedIn{Actor: access.Actor{ID: "a", Role: access.Agent}, Token: token}
	}
	ofClient := func(client, session, token string) SignedIn {
		return SignedIn{Actor: access.Actor{ID: session + token, Role: access.Requester}, Person: person.Person{Client: client}, Session: session, Token: token}
	}
	for range 1000 {
		d.must(d.Admit(byToken("one"), 0)) // nothing is bounded
	}
	d.Limit(Rates{Token: 4, Client: 2})
	until := func(who SignedIn) (n int) {
		for n < 100 {
			err := d.Admit(who, 0)
			if err == nil {
				n++
				continue
			}
			if f := fault.All(err); len(f) != 1 || f[0].Code != CodeTooFast || f[0].Kind != fault.TooMany || f[0].Get("wait") != time.Second {
				t.Fatalf("refused with %v", err)
			}
			return n
		}
		return n
	}
	for _, e := range []struct {
		name string
		who  SignedIn
		want int
	}{
		{"a token", byToken("one"), 40},
		{"the same token again", byToken("one"), 0},
		{"another token", byToken("two"), 40},
		{"somebody of the provider in a browser", SignedIn{Actor: access.Actor{Role: access.Lead}, Session: "s"}, 100},
		{"a stranger", SignedIn{}, 100},
		{"a client", ofClient("a", "s1", ""), 20},
		{"a colleague of theirs, by the API", ofClient("a", "", "three"), 0},
		{"another client", ofClient("b", "s2", ""), 20},
	} {
		if got := until(e.who); got != e.want {
			t.Errorf("%s: %d requests", e.name, got)
		}
	}
	d.now = d.now.Add(time.Second)
	if got := until(byToken("one")); got != 4 {
		t.Errorf("a token after a second: %d requests", got)
	}
	if got := until(ofClient("a", "s1", "")); got != 2 {
		t.Errorf("a client after a second: %d requests", got)
	}
}

// TestNobodyFillsTheDisk has people of a client send until they are refused.
func TestNobodyFillsTheDisk(t *testing.T) {
	t.Parallel()
	d := newDoor(t, storetest.SQLite(t))
	d.Limit(Rates{Sent: 25})
	of := func(client string, r access.Role) SignedIn {
		return SignedIn{Actor: access.Actor{Role: r}, Person: person.Person{Client: client}, Session: "s"}
	}
	const file = MaxFile
	for _, e := range []struct {
		who  SignedIn
		size int64
		wait time.Duration
	}{
		{of("a", access.Requester), file, 0},
		{of("a", access.ClientLead), file, 0},
		{of("a", access.Requester), file, 12 * time.Minute}, // 5 of 10 MiB are left
		{of("a", access.Requester), 1000, 0},
		{of("a", access.Requester), 0, 0},
		{of("b", access.Requester), file, 0},
		{of("", access.Agent), 100 * file, 0},
	} {
		err := d.Admit(e.who, e.size)
		var wait time.Duration
		if f := fault.All(err); len(f) == 1 && f[0].Code == CodeTooFast {
			wait = f[0].Get("wait").(time.Duration)
		}
		if wait.Round(time.Minute) != e.wait || wait == 0 && err != nil {
			t.Errorf("%s of %q sends %d: wait %v, %v", e.who.Actor.Role, e.who.Person.Client, e.size, wait, err)
		}
	}
	d.now = d.now.Add(13 * time.Minute)
	d.must(d.Admit(of("a", access.Requester), file))
	d.must(d.Admit(of("c", access.Requester), 100*file)) // more than an hour's worth waits for no more than that
}
