package notice_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

var nine = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)

// drawFact draws one of all facts.
func drawFact(t *rapid.T, ids []string) ticket.Fact {
	target := rapid.SampledFrom([]contract.TargetKind{contract.Response, contract.UpdateCadence, contract.Restoration}).Draw(t, "target")
	round := nine.Add(time.Duration(rapid.IntRange(0, 2).Draw(t, "round")) * time.Hour)
	person := rapid.SampledFrom(ids).Draw(t, "to")
	return rapid.SampledFrom([]ticket.Fact{
		ticket.Logged{},
		ticket.Titled{},
		ticket.Classified{},
		ticket.Assigned{Person: person},
		ticket.Acknowledged{},
		ticket.Replied{},
		ticket.Wrote{},
		ticket.Noted{},
		ticket.Waits{For: catalog.Client},
		ticket.Resumed{},
		ticket.Escalated{},
		ticket.Restored{},
		ticket.Resolved{},
		ticket.Closed{},
		ticket.Reopened{},
		ticket.Worked{Minutes: 5},
		ticket.Attached{},
		ticket.Attached{Internal: true},
		ticket.RootCausePublished{},
		ticket.Warned{Target: target, Round: round, Percent: rapid.SampledFrom([]int{50, 80}).Draw(t, "percent")},
		ticket.Breached{Target: target, Round: round},
		ticket.Withdrawn{Target: target, Round: round},
	}).Draw(t, "fact")
}

// drawCase draws a ticket, the people around it, and what is new.
func drawCase(t *rapid.T) (notice.Case, []notice.Entry) {
	ids := []string{"", "ann", "bo", "cas", "dot", "gone"}
	one := func(label string) string { return rapid.SampledFrom(ids).Draw(t, label) }
	c := notice.Case{
		Ticket:   ticket.Ticket{Person: one("assignee"), Requester: one("requester")},
		Watchers: rapid.SliceOfN(rapid.SampledFrom(ids), 0, 5).Draw(t, "watchers"),
	}
	for _, id := range ids[1:5] {
		c.People = append(c.People, notice.Person{
			ID: id, Name: id, Email: id + "@example.org",
			Client: rapid.Bool().Draw(t, "client"), Leads: rapid.Bool().Draw(t, "leads"),
		})
	}
	var added []notice.Entry
	for i := range rapid.IntRange(0, 6).Draw(t, "entries") {
		e := notice.Entry{Seq: 3 + i, Text: "see @ann and @bo"}
		e.Fact, e.At = drawFact(t, ids), nine
		if !e.Decided() {
			e.By.ID = one("by")
		}
		added = append(added, e)
	}
	return c, added
}

// TestWhatIsInternalStaysInside holds the law of this package over drawn tickets.
func TestWhatIsInternalStaysInside(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, added := drawCase(t)
		people := map[string]notice.Person{}
		for _, p := range c.People {
			people[p.ID] = p
		}
		type thing struct {
			person string
			seq    int
		}
		twice := map[thing]bool{}
		need := notice.Needs(c.Ticket, added)
		clocks := map[string]int{}
		for _, told := range notice.Tell(&c, added) {
			e := added[told.Seq-3]
			p, known := people[told.Person]
			switch internal := !ticket.Public(e.Fact) || told.Kind == notice.Note || told.Kind == notice.Mention; {
			case !known:
				t.Errorf("somebody unknown was told: %+v", told)
			case p.Client && (internal || e.Decided() || !told.Kind.ForClients()):
				t.Errorf("the client was told of %s: %+v", e.Fact.Name(), told)
			case e.By.ID == told.Person:
				t.Errorf("told of what they did: %+v", told)
			case twice[thing{told.Person, told.Seq}]:
				t.Errorf("told twice: %+v", told)
			case !need.Anybody, told.Why == notice.CodeLead && !need.Leads, told.Why == notice.CodeMentioned && !need.Names:
				t.Errorf("told, and nobody was thought to be needed: %+v", told)
			case told.Why == "":
				t.Errorf("told without a reason: %+v", told)
			}
			twice[thing{told.Person, told.Seq}] = true
			if told.Args[notice.ArgClocks] != "" {
				clocks[told.Person]++
			}
		}
		for person, n := range clocks {
			if n > 1 {
				t.Errorf("%s got %d messages about the clocks of one ticket", person, n)
			}
		}
	})
}

// TestTheBreachThatLastsIsTold says that a batch in which some target ends broken tells the
// assignee so first, whatever else it holds.
func TestTheBreachThatLastsIsTold(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c, added := drawCase(t)
		c.Ticket.Person = "ann"
		c.People = append(c.People[1:], notice.Person{ID: "ann"})
		broken := map[ticket.Breached]bool{}
		for _, e := range added {
			switch f := e.Fact.(type) {
			case ticket.Breached:
				broken[f] = true
			case ticket.Withdrawn:
				delete(broken, ticket.Breached{Target: f.Target, Round: f.Round})
			}
		}
		got := false
		for _, told := range notice.Tell(&c, added) {
			if told.Person == "ann" && told.Kind == notice.Breached {
				got = told.Mail
			}
		}
		if got != (len(broken) > 0) {
			t.Errorf("broken %v, told %v", broken, got)
		}
	})
}
