package history

import (
	"strconv"
	"testing"
	"unsafe"
)

// TestRowIsSmall holds what docs/histories.md says about memory.
func TestRowIsSmall(t *testing.T) {
	t.Parallel()
	if got := unsafe.Sizeof(row{}); got != 72 {
		t.Errorf("a row takes %d bytes, and 72 are told", got)
	}
}

func TestIDsAreSmall(t *testing.T) {
	t.Parallel()
	s := newIDs()
	for i := range 200_000 {
		id := []byte(strconv.Itoa(i))
		if first, again := s.back(id), s.back(id); first || again {
			t.Fatalf("%s is taken for one that came back", id)
		}
		if i > 1000 && (len(s.table)*8 < s.count*9 || len(s.table)*8 > s.count*15) {
			t.Fatalf("%d bytes for %d ids", len(s.table)*8, s.count)
		}
	}
	for i := range 200_000 - 1 {
		if !s.back([]byte(strconv.Itoa(i))) {
			t.Fatalf("%d came back unseen", i)
		}
	}
}
