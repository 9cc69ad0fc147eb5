package app

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/store"
)

// once does what a person asked for under a key of their choice, and keeps the answer; asked
// again under the key, it gives that answer and does nothing. Without a key it is done each
// time. store.CodeOnceReused says that the key was used for something else.
func once(c *store.Client, actor access.Actor, key string, asked any, do func() (string, error)) (string, error) {
	if key == "" {
		return do()
	}
	digest := digestOf(asked)
	answer, done, err := c.Answered(actor.ID, key, digest)
	if done || err != nil {
		return answer, err
	}
	if answer, err = do(); err != nil {
		return "", err
	}
	return answer, c.Answer(actor.ID, key, digest, answer)
}

// digestOf tells one request from another.
func digestOf(asked any) string {
	body, err := json.Marshal(asked)
	if err != nil {
		panic(err) // requests hold nothing that JSON cannot say
	}
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}
