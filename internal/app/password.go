package app

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/crypto/argon2"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/person"
)

// hashCost is what one argon2id hash takes. It is kept in each hash, so that old ones can
// be checked after it was raised.
type hashCost struct {
	memory  uint32 // KiB
	rounds  uint32
	threads uint8
}

// standardCost is that of OWASP's password storage cheat sheet: 19 MiB, two rounds, one thread.
var standardCost = hashCost{memory: 19 * 1024, rounds: 2, threads: 1}

const (
	saltSize = 16
	hashSize = 32
	// hashesAtOnce bounds the memory that sign-ins can take, whoever asks for them.
	hashesAtOnce = 4
)

// hasher hashes passwords, a few at a time. The zero hasher is ready.
type hasher struct {
	cost  hashCost // standardCost unless set
	once  sync.Once
	slots chan struct{}
	done  atomic.Int64 // how many hashes were made
}

// hash makes the hash of a new password. It may wait for others, as long as ctx allows.
func (h *hasher) hash(ctx context.Context, password person.Secret) (string, error) {
	var salt [saltSize]byte
	_, _ = rand.Read(salt[:]) // never fails: the program would have ended
	sum, err := h.sum(ctx, password, salt[:], h.price())
	if err != nil {
		return "", err
	}
	return writeHash(h.price(), salt[:], sum), nil
}

// matches tells whether a password is the one with this hash. Where there is no hash, it
// does the same work and says no.
func (h *hasher) matches(ctx context.Context, password person.Secret, hash string) (bool, error) {
	cost, salt, want, ok := readHash(hash)
	if !ok {
		cost, salt, want = h.price(), make([]byte, saltSize), make([]byte, hashSize)
	}
	sum, err := h.sum(ctx, password, salt, cost)
	return ok && subtle.ConstantTimeCompare(sum, want) == 1, err
}

func (h *hasher) price() hashCost {
	if h.cost == (hashCost{}) {
		return standardCost
	}
	return h.cost
}

func (h *hasher) sum(ctx context.Context, password person.Secret, salt []byte, cost hashCost) ([]byte, error) {
	h.once.Do(func() { h.slots = make(chan struct{}, hashesAtOnce) })
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, fault.New(fault.Unavailable, CodeBusySigningIn).Because(ctx.Err())
	}
	defer func() { <-h.slots }()
	h.done.Add(1)
	return argon2.IDKey([]byte(person.Typed(password)), salt, cost.rounds, cost.memory, cost.threads, hashSize), nil
}

var hashText = base64.RawStdEncoding.Strict()

// writeHash writes a hash in the usual form: $argon2id$v=19$m=19456,t=2,p=1$salt$hash.
func writeHash(c hashCost, salt, sum []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, c.memory, c.rounds, c.threads,
		hashText.EncodeToString(salt), hashText.EncodeToString(sum))
}

// readHash reads what writeHash wrote; ok is false for everything else, also for none.
func readHash(hash string) (cost hashCost, salt, sum []byte, ok bool) {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, false
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.memory, &cost.rounds, &cost.threads); n != 3 || err != nil {
		return cost, nil, nil, false
	}
	salt, saltErr := hashText.DecodeString(parts[4])
	sum, sumErr := hashText.DecodeString(parts[5])
	ok = saltErr == nil && sumErr == nil && len(salt) == saltSize && len(sum) == hashSize && writeHash(cost, salt, sum) == hash &&
		cost.rounds > 0 && cost.threads > 0
	return cost, salt, sum, ok
}
