package web

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
)

// suggestions gives the rows of the page for which something is suggested.
func (p *answer) suggestions() (ids []string) {
	for _, n := range p.find(func(n *html.Node) bool { return attr(n, "class") == "suggest-row" }) {
		ids = append(ids, strings.TrimPrefix(attr(n, "id"), "triage-"))
	}
	return ids
}

func TestTriageIsSuggested(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	first := s.logs("ann", desktest.Boei, "Checkout fails with iDEAL after the bank page", catalog.P2)
	s.As("ann").Takes(s.ref(first), "", ticket.Acknowledged{}, ticket.Assigned{Person: s.Actor("ann").ID})
	again := s.logs("bo", desktest.Boei, "Checkout fails with iDEAL after the bank page", catalog.P4)
	other := s.logs("bo", desktest.Boei, "Banner is crooked", catalog.P4)
	ann := s.enter("ann")

	ann.get("/queue")
	if got := ann.page.suggestions(); !slices.Equal(got, []string{again}) {
		t.Fatalf("something is suggested for %q, want %q and not %q", got, again, other)
	}
	ann.page.says("INC-000001 is open and says nearly the same")
	ann.submit("/queue/triage", "say=yes").says("the suggestion is taken")
	if ann.at != "/queue" || len(ann.page.suggestions()) > 0 {
		t.Errorf("at %s %q is still suggested", ann.at, ann.page.suggestions())
	}
	v := s.As("ann").Opens(s.ref(again))
	if len(v.Related) != 1 || v.Related[0].Key != "INC-000001" || v.Related[0].Relation != ticket.Duplicates {
		t.Errorf("it is linked to %+v", v.Related)
	}
}

func TestNoIsRemembered(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for range 2 {
		s.logs("ann", desktest.Boei, "Checkout fails with iDEAL after the bank page", catalog.P2)
	}
	ann, bo := s.enter("ann"), s.enter("bo")
	ann.get("/queue")
	before := ann.page.suggestions()
	if len(before) == 0 {
		t.Fatal("nothing is suggested")
	}
	ann.submit("/queue/triage", "say=no")
	if got := ann.page.suggestions(); slices.Contains(got, before[0]) {
		t.Errorf("it is suggested again: %q", got)
	}
	if got := bo.get("/queue").suggestions(); !slices.Contains(got, before[0]) {
		t.Error("the no of one is the no of all")
	}
	if got := s.enter("ona").get("/queue").suggestions(); len(got) > 0 {
		t.Errorf("somebody who changes nothing is asked: %q", got)
	}
}
