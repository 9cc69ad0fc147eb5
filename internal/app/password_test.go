package app

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/person"
)

func TestHash(t *testing.T) {
	t.Parallel()
	h := hasher{}
	hash, err := h.hash(t.Context(), good)
	if err != nil || !strings.HasPrefix(hash, "$argon2id$v=19$m=19456,t=2,p=1$") || strings.Contains(hash, string(good)) {
		t.Fatalf("hash %q, %v", hash, err)
	}
	other, err := h.hash(t.Context(), good)
	if err != nil || other == hash {
		t.Errorf("two hashes of one password are the same, %v", err)
	}
	cheaper := hasher{cost: cheap} // a cost that changes leaves the hashes of before as they are
	for _, c := range []struct {
		password person.Secret
		hash     string
		want     bool
	}{
		{good, hash, true},
		{good, other, true},
		{better, hash, false},
		{good + " ", hash, false},
		{"", hash, false},
		{"", "", false},
		{good, "", false},
		{good, hash[:len(hash)-1], false},
		{good, strings.Replace(hash, "argon2id", "argon2i", 1), false},
		{good, strings.Replace(hash, "t=2", "t=0", 1), false},
		{good, strings.Replace(hash, "m=19456", "m=99999999999", 1), false},
		{good, strings.Replace(hash, "t=2", "t=2 ", 1), false},
		{person.Secret(hash), hash, false},
	} {
		got, err := cheaper.matches(t.Context(), c.password, c.hash)
		if got != c.want || err != nil {
			t.Errorf("%q with %q: %v, %v", string(c.password), c.hash, got, err)
		}
	}
}

// TestHashesWaitForEachOther fills all places, and holds that one more waits until one is
// free, or until its caller gives up.
func TestHashesWaitForEachOther(t *testing.T) {
	t.Parallel()
	h := hasher{cost: cheap}
	if _, err := h.hash(t.Context(), good); err != nil {
		t.Fatal(err)
	}
	for range hashesAtOnce {
		h.slots <- struct{}{}
	}
	gone, giveUp := context.WithCancel(t.Context())
	giveUp()
	if _, err := h.hash(gone, good); !isFault(err, CodeBusySigningIn) || !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	waits := make(chan error)
	go func() { _, err := h.hash(context.Background(), good); waits <- err }()
	<-h.slots
	select {
	case err := <-waits:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(10 * time.Second):
		t.Error("nobody got the free place")
	}
}
