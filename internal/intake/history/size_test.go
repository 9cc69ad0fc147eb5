package history

import (
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
