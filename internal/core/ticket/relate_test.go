package ticket_test

import (
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Seen red with each rule left out.
func TestWhatMayBeRelated(t *testing.T) {
	t.Parallel()
	nine := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	linked := ticket.Ticket{Opened: nine, Links: []ticket.Link{{Relation: ticket.CausedBy, Key: "PRB-000001"}, {Relation: ticket.Absorbs, Key: "INC-000003"}}}
	later := ticket.Ticket{Opened: nine.Add(time.Millisecond)}
	for _, c := range []struct {
		name string
		err  error
		want reason.Code
	}{
		{"the same again", ticket.MayLink(linked, ticket.CausedBy, "PRB-000001"), ticket.CodeLinkedAlready},
		{"in another way", ticket.MayLink(linked, ticket.Relates, "PRB-000001"), ""},
		{"to another", ticket.MayLink(linked, ticket.CausedBy, "PRB-000002"), ""},
		{"as only a merge does", ticket.MayLink(linked, ticket.Absorbs, "PRB-000002"), "catalog.unknown_word"},
		{"taken back", ticket.MayUnlink(linked, ticket.CausedBy, "PRB-000001"), ""},
		{"taken back in another way", ticket.MayUnlink(linked, ticket.Relates, "PRB-000001"), ticket.CodeNotLinked},
		{"taken back from none", ticket.MayUnlink(later, ticket.CausedBy, "PRB-000001"), ticket.CodeNotLinked},
		{"a merge taken back", ticket.MayUnlink(linked, ticket.Absorbs, "INC-000003"), "catalog.unknown_word"},
		{"younger into older", ticket.MayMerge(later, "INC-000002", linked, "INC-000001"), ""},
		{"older into younger", ticket.MayMerge(linked, "INC-000001", later, "INC-000002"), ticket.CodeIntoYounger},
		{"of one instant", ticket.MayMerge(linked, "INC-000001", linked, "INC-000002"), ""},
		{"two", ticket.MayPair("INC-000001", "INC-000002"), ""},
		{"one twice", ticket.MayPair("INC-000001", "INC-000001"), ticket.CodeItself},
	} {
		var got reason.Code
		if all := fault.All(c.err); len(all) > 0 {
			got = all[0].Code
		}
		if got != c.want || (c.err != nil) != (c.want != "") {
			t.Errorf("%s: %v, want %q", c.name, c.err, c.want)
		}
	}
}
