package ticket

import (
	"iter"
	"slices"
	"sort"
	"time"
)

// Timeline is a ticket: its entries in the order in which they were recorded. The zero
// value is an empty timeline. A Timeline is not safe for concurrent writing.
type Timeline struct {
	entries []Entry
	// happened orders the reported entries by At; entries of one instant keep the order in
	// which they were recorded. Rules read in this order, so that a fact which was reported
	// late is judged by when it happened.
	happened []int32
}

// NewTimeline makes a timeline of entries in the order in which they were recorded.
func NewTimeline(entries ...Entry) *Timeline {
	tl := &Timeline{}
	for _, e := range entries {
		tl.Append(e)
	}
	return tl
}

// Append adds an entry at the end.
func (tl *Timeline) Append(e Entry) {
	index := int32(len(tl.entries))
	tl.entries = append(tl.entries, e)
	if e.Decided() {
		return
	}
	place := len(tl.happened)
	if place > 0 && tl.entries[tl.happened[place-1]].At.After(e.At) {
		place = sort.Search(place, func(i int) bool { return tl.entries[tl.happened[i]].At.After(e.At) })
	}
	tl.happened = slices.Insert(tl.happened, place, index)
}

// Reset empties the timeline and keeps its memory, for a reader of many histories.
func (tl *Timeline) Reset() {
	clear(tl.entries)
	tl.entries, tl.happened = tl.entries[:0], tl.happened[:0]
}

// Len is the number of entries.
func (tl *Timeline) Len() int { return len(tl.entries) }

// Entries returns the entries in the order in which they were recorded. The caller must
// not change them.
func (tl *Timeline) Entries() []Entry { return tl.entries }

// Happened yields the reported entries with At up to and including an instant, in the
// order in which they happened, each with its number: its place, from 1, among the entries
// as they were recorded.
func (tl *Timeline) Happened(until time.Time) iter.Seq2[int, *Entry] {
	return func(yield func(int, *Entry) bool) {
		for _, i := range tl.happened {
			e := &tl.entries[i]
			if e.At.After(until) || !yield(int(i)+1, e) {
				return
			}
		}
	}
}

// Opened is when the ticket was logged, the zero time for an empty timeline.
func (tl *Timeline) Opened() time.Time {
	for _, i := range tl.happened {
		if _, ok := tl.entries[i].Fact.(Logged); ok {
			return tl.entries[i].At
		}
	}
	return time.Time{}
}

// withdrawn tells whether the work of the entry with a number was taken back by an instant.
func (tl *Timeline) withdrawn(number int, by time.Time) bool {
	for i := number; i < len(tl.entries); i++ {
		w, ok := tl.entries[i].Fact.(WorkWithdrawn)
		if ok && w.Entry == number && !tl.entries[i].At.After(by) {
			return true
		}
	}
	return false
}

// Withdrawn tells whether the work of the entry with a number was taken back.
func (tl *Timeline) Withdrawn(number int) bool { return tl.withdrawn(number, forever) }

// forever is later than anything that happens.
var forever = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
