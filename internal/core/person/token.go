package person

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"strings"
)

// TokenKind is what a token opens. A token of one kind is never taken for another: each
// begins with its kind.
type TokenKind string

// The kinds of token.
const (
	SessionToken TokenKind = "wbs_" // a signed-in browser
	LinkToken    TokenKind = "wbl_" // a link, once
	APIToken     TokenKind = "wba_" // a program that acts for a person
	DeviceToken  TokenKind = "wbd_" // a browser in which somebody has signed in before
)

// tokenText is how 32 bytes are written: 43 signs, of which each has one meaning.
var tokenText = base64.RawURLEncoding.Strict()

// Token makes a token out of 256 random bits.
func (k TokenKind) Token(random [32]byte) Secret {
	return Secret(string(k) + tokenText.EncodeToString(random[:]))
}

// Hash is how a token of the kind is kept. It is false for what cannot be such a token, so
// that nothing is looked up by an empty or a mangled one.
func (k TokenKind) Hash(token Secret) (string, bool) {
	rest, ok := strings.CutPrefix(string(token), string(k))
	if !ok || len(rest) != tokenText.EncodedLen(32) {
		return "", false
	}
	// Line ends are skipped by the decoder; what has one is too short then.
	if bytes, err := tokenText.DecodeString(rest); err != nil || len(bytes) != 32 {
		return "", false
	}
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:]), true
}
