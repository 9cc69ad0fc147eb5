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
		d.must(d.Admit(byToken("one"))) // nothing is bounded
	}
	d.Limit(Rates{Token: 4, Client: 2})
	until := func(who SignedIn) (n int) {
		for n < 100 {
			err := d.Admit(who)
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
