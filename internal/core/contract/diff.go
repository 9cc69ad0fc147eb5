package contract

import (
	"fmt"
	"reflect"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Change is one thing that an amendment changes. Where is its place in the newer document,
// or in the older one where the newer says nothing.
type Change struct {
	About    reason.Reason
	From, To reason.Reason // CodeNone where one of the two says nothing
	// Added and Removed are set for lists instead of From and To.
	Added, Removed []reason.Reason
	Where          fault.Position
}

// Diff tells what changes from one document to another, in the order in which people read
// a contract. It is empty when they say the same.
func Diff(from, to *Document) []Change {
	old := map[string]Fact{}
	before := from.Facts()
	for _, f := range before {
		old[f.key] = f
	}
	var changes []Change
	kept := map[string]bool{}
	for _, f := range to.Facts() {
		kept[f.key] = true
		was, had := old[f.key]
		if !had {
			was = Fact{Says: reason.New(CodeNone)}
		}
		changes = append(changes, was.changes(f)...)
	}
	for _, f := range before {
		if !kept[f.key] && (f.of == "" || kept[f.of]) {
			gone := Fact{About: f.About, Says: reason.New(CodeNone), Where: f.Where}
			changes = append(changes, f.changes(gone)...)
		}
	}
	return changes
}

// changes returns none or one change.
func (f Fact) changes(to Fact) []Change {
	change := Change{About: to.About, Where: to.Where}
	if f.Items != nil || to.Items != nil {
		if reflect.DeepEqual(f.Items, to.Items) {
			return nil
		}
		change.Added, change.Removed = without(to.Items, f.Items), without(f.Items, to.Items)
		return []Change{change}
	}
	if reflect.DeepEqual(f.Says, to.Says) {
		return nil
	}
	change.From, change.To = f.Says, to.Says
	return []Change{change}
}

// without returns the items that are not among others.
func without(items, others []reason.Reason) []reason.Reason {
	among := make(map[string]bool, len(others))
	for _, o := range others {
		among[fmt.Sprint(o)] = true
	}
	var left []reason.Reason
	for _, item := range items {
		if !among[fmt.Sprint(item)] {
			left = append(left, item)
		}
	}
	return left
}
