package ticket_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Whatever is not named in Public stays with the provider, above all what its people write
// among themselves.
func TestPublic(t *testing.T) {
	t.Parallel()
	for _, f := range []ticket.Fact{
		ticket.Noted{},
		ticket.Worked{},
		ticket.WorkWithdrawn{},
		ticket.Assigned{},
		ticket.Escalated{},
		ticket.Warned{},
		ticket.Linked{},
		ticket.Unlinked{},
		ticket.Absorbed{},
		ticket.NotShown{},
		ticket.Attached{Internal: true},
	} {
		if ticket.Public(f) {
			t.Errorf("the client sees %s %+v", f.Name(), f)
		}
	}
	for _, f := range []ticket.Fact{ticket.Logged{}, ticket.Replied{}, ticket.Wrote{}, ticket.Attached{}, ticket.Breached{}} {
		if !ticket.Public(f) {
			t.Errorf("the client does not see %s", f.Name())
		}
	}
}

func TestMeanwhile(t *testing.T) {
	t.Parallel()
	ann, bo := ticket.Actor{ID: "ann", Party: catalog.Provider}, ticket.Actor{ID: "bo", Party: catalog.Provider}
	by := func(a ticket.Actor, f ticket.Fact) ticket.Entry { return ticket.Entry{By: a, Fact: f} }
	tl := ticket.NewTimeline(
		by(ann, ticket.Logged{Kind: catalog.Incident}),
		by(ann, ticket.Assigned{Person: "ann"}),
		by(bo, ticket.Classified{Priority: catalog.P1}),
		by(ticket.Actor{}, ticket.Breached{}),
		by(bo, ticket.Resolved{}),
	)
	for name, c := range map[string]struct {
		seen int
		by   ticket.Actor
		fact ticket.Fact
		want bool // refused
	}{
		"did not look":               {0, ann, ticket.Classified{}, false},
		"saw all":                    {5, ann, ticket.Classified{}, false},
		"bo set another priority":    {2, ann, ticket.Classified{}, true},
		"that was bo himself":        {2, bo, ticket.Classified{}, false},
		"saw the other priority":     {3, ann, ticket.Classified{}, false},
		"bo resolved":                {4, ann, ticket.Waits{}, true},
		"words are added":            {1, ann, ticket.Replied{}, false},
		"work is added":              {1, ann, ticket.Worked{}, false},
		"ann had assigned it":        {1, bo, ticket.Assigned{}, true},
		"nobody touched the title":   {1, ann, ticket.Titled{}, false},
		"a number beyond the last":   {9, ann, ticket.Classified{}, false},
		"decided entries do not bar": {3, ann, ticket.Assigned{}, false},
	} {
		if err := ticket.Meanwhile(tl, c.seen, c.by, c.fact); (err != nil) != c.want {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestOppositeOfOpposite(t *testing.T) {
	t.Parallel()
	for _, r := range ticket.Relations {
		if r.Opposite().Opposite() != r || ticket.MayRelate(r) != nil || ticket.MayRelate(r.Opposite()) != nil {
			t.Errorf("%s: its opposite is %s", r, r.Opposite())
		}
	}
	if ticket.MayRelate("absorbed") == nil || ticket.MayRelate("") == nil {
		t.Error("people set a relation that only merging makes")
	}
}

func TestWorkTakenBackIsNoWork(t *testing.T) {
	t.Parallel()
	tl := ticket.NewTimeline(
		happened("08:00", ticket.Logged{Kind: catalog.Incident}),
		happened("08:10", ticket.Worked{Minutes: 30}),
		happened("08:20", ticket.Worked{Minutes: 45}),
		happened("08:30", ticket.WorkWithdrawn{Entry: 2}),
	)
	for _, c := range []struct {
		at   string
		want int
	}{{"08:25", 75}, {"08:30", 45}} {
		if got, _ := ticket.Fold(tl, happened(c.at, ticket.Noted{}).At); got.Minutes != c.want {
			t.Errorf("at %s: %d minutes, want %d", c.at, got.Minutes, c.want)
		}
	}
	if !tl.Withdrawn(2) || tl.Withdrawn(3) {
		t.Error("the wrong entry was taken back")
	}
}

func TestAssignmentsKeepWhatTheyLeaveOut(t *testing.T) {
	t.Parallel()
	on := ticket.Ticket{Level: catalog.L2, Team: "run", Person: "ann"}
	for _, e := range []struct {
		name      string
		one, want ticket.Assigned
	}{
		{"to a person", ticket.Assigned{Person: "bo"}, ticket.Assigned{Level: catalog.L2, Team: "run", Person: "bo"}},
		{"to nobody", ticket.Assigned{}, ticket.Assigned{Level: catalog.L2, Team: "run"}},
		{"to another team", ticket.Assigned{Team: "build", Level: catalog.L3}, ticket.Assigned{Level: catalog.L3, Team: "build"}},
		{"to another team of the level", ticket.Assigned{Team: "night"}, ticket.Assigned{Level: catalog.L2, Team: "night"}},
		{"to another level, whose team is not known", ticket.Assigned{Level: catalog.L3}, ticket.Assigned{Level: catalog.L3}},
	} {
		if got := e.one.Keeping(on); got != e.want {
			t.Errorf("%s: %+v, want %+v", e.name, got, e.want)
		}
	}
}
