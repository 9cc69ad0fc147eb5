package clock

// list is a slice that asks for no memory while it is short, as nearly all are. Reading a
// clock makes one or two, and a replay reads millions of clocks.
type list[T any] struct {
	few  [fewItems]T
	more []T
	n    int
}

const fewItems = 8

func (l *list[T]) add(item T) {
	if l.n < fewItems {
		l.few[l.n] = item
	} else {
		l.more = append(l.more[:l.n-fewItems], item)
	}
	l.n++
}

// at gives the place of an item; it holds until the next add.
func (l *list[T]) at(i int) *T {
	if i < fewItems {
		return &l.few[i]
	}
	return &l.more[i-fewItems]
}

func (l *list[T]) last() *T { return l.at(l.n - 1) }

func (l *list[T]) reset() { l.n = 0 }
