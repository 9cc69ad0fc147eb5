package clock

import (
	"slices"
	"testing"

	"pgregory.net/rapid"
)

// A list is a slice, however often it grows beyond what it holds itself and shrinks again.
func TestListIsASlice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var l list[int]
		var want []int
		for range rapid.IntRange(1, 60).Draw(t, "operations") {
			switch rapid.IntRange(0, 9).Draw(t, "operation") {
			case 0:
				l.reset()
				want = want[:0]
			case 1: // joining legs shortens a list
				l.n = rapid.IntRange(0, l.n).Draw(t, "n")
				want = want[:l.n]
			default:
				item := rapid.Int().Draw(t, "item")
				l.add(item)
				want = append(want, item)
			}
			var got []int
			for i := range l.n {
				got = append(got, *l.at(i))
			}
			if !slices.Equal(got, want) || l.n > 0 && *l.last() != want[len(want)-1] {
				t.Fatalf("got %v, want %v", got, want)
			}
		}
	})
}
