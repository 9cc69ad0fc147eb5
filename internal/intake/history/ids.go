package history

import (
	"hash/maphash"
	"math/bits"
)

// ids notices when an id comes back after another one. It keeps a hash of each id in a
// table that is at least four sevenths and at most six sevenths full, so 9.3 to 14 bytes
// for each; a map would take 26 to 38.
type ids struct {
	seed  maphash.Seed
	last  uint64
	count int
	table []uint64 // 0 is an empty place
}

func newIDs() *ids { return &ids{seed: maphash.MakeSeed(), table: make([]uint64, 1024)} }

// back tells whether the id was seen before the ids that came last. Two ids with the same
// hash count as one; then rows are grouped in memory for nothing, and no harm is done.
func (s *ids) back(id []byte) bool {
	hash := max(maphash.Bytes(s.seed, id), 1)
	if hash == s.last {
		return false
	}
	s.last = hash
	at := s.place(hash)
	if s.table[at] == hash {
		return true
	}
	s.table[at] = hash
	s.count++
	if s.count*7 > len(s.table)*6 {
		s.grow()
	}
	return false
}

// place is where a hash stands, or else the empty place for it.
func (s *ids) place(hash uint64) int {
	high, _ := bits.Mul64(hash, uint64(len(s.table)))
	for at := int(high); ; at++ {
		if at == len(s.table) {
			at = 0
		}
		if s.table[at] == hash || s.table[at] == 0 {
			return at
		}
	}
}

func (s *ids) grow() {
	old := s.table
	s.table = make([]uint64, len(old)+len(old)/2)
	for _, hash := range old {
		if hash != 0 {
			s.table[s.place(hash)] = hash
		}
	}
}
