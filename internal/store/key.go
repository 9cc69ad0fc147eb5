package store

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"time"
)

// keyText writes 16 bytes as 26 characters whose order is the order of the bytes, under
// every collation.
var keyText = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

// newKey makes a key that nobody can guess and that sorts by time: the milliseconds (6
// bytes), the number of the key within its transaction (3 bytes), and chance (7 bytes).
func newKey(now time.Time, n uint32) string {
	var key [16]byte
	binary.BigEndian.PutUint64(key[:8], uint64(now.UnixMilli())<<16|uint64(n>>8&0xffff))
	key[8] = byte(n)
	_, _ = rand.Read(key[9:]) // never fails: the program would have ended
	return keyText.EncodeToString(key[:])
}

// newSalt makes a salt of 16 bytes, as text.
func newSalt() string {
	var salt [16]byte
	_, _ = rand.Read(salt[:])
	return keyText.EncodeToString(salt[:])
}
