package ticket_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// at is an instant of one morning.
func at(clock string) time.Time {
	t, err := time.Parse("15:04", clock)
	if err != nil {
		panic(err)
	}
	return time.Date(2026, 3, 5, t.Hour(), t.Minute(), 0, 0, time.UTC)
}

// logged is the first entry of each story.
var logged = ticket.Entry{At: at("08:00"), Recorded: at("08:00"), Fact: ticket.Logged{
	Kind: catalog.Incident, Impact: 2, Urgency: 1, Priority: catalog.P2,
}}

func happened(clock string, f ticket.Fact) ticket.Entry {
	return ticket.Entry{At: at(clock), Recorded: at(clock), Fact: f}
}

func TestFold(t *testing.T) {
	t.Parallel()
	fresh := ticket.Ticket{Kind: catalog.Incident, Impact: 2, Urgency: 1, Priority: catalog.P2, Opened: at("08:00")}
	for _, c := range []struct {
		name    string
		entries []ticket.Entry
		want    func(*ticket.Ticket)
	}{
		{"logged", nil, func(*ticket.Ticket) {}},
		{"acknowledged", []ticket.Entry{happened("08:10", ticket.Acknowledged{})}, func(t *ticket.Ticket) {
			t.State, t.Responded = ticket.StateWorking, at("08:10")
		}},
		{"answered by a program", []ticket.Entry{
			{At: at("08:00"), By: ticket.Actor{Automated: true}, Fact: ticket.Replied{}},
		}, func(*ticket.Ticket) {}},
		{
			"answered before anybody took it up",
			[]ticket.Entry{happened("08:10", ticket.Replied{}), happened("08:20", ticket.Replied{})},
			func(t *ticket.Ticket) { t.Responded = at("08:10") },
		},
		{"handed on", []ticket.Entry{
			happened("08:10", ticket.Assigned{Level: catalog.L2, Team: "payments", Person: "p1"}),
			happened("08:20", ticket.Escalated{Level: catalog.L3}),
			happened("08:30", ticket.Escalated{Hierarchical: true}),
		}, func(t *ticket.Ticket) { t.Level, t.Team, t.Person, t.Escalated = catalog.L3, "payments", "p1", true }},
		{"classified again", []ticket.Entry{happened("08:10", ticket.Classified{Priority: catalog.P1})}, func(t *ticket.Ticket) {
			t.Impact, t.Urgency, t.Priority = 0, 0, catalog.P1
		}},
		{
			"waiting",
			[]ticket.Entry{happened("08:10", ticket.Waits{For: catalog.Client}), happened("08:20", ticket.Waits{For: catalog.Platform})},
			func(t *ticket.Ticket) { t.State, t.WaitingFor = ticket.StateWaiting, catalog.Platform },
		},
		{
			"resumed",
			[]ticket.Entry{happened("08:10", ticket.Waits{For: catalog.Client}), happened("08:20", ticket.Resumed{})},
			func(t *ticket.Ticket) { t.State = ticket.StateWorking },
		},
		{"resumed without waiting", []ticket.Entry{happened("08:20", ticket.Resumed{})}, func(*ticket.Ticket) {}},
		{"restored while waiting", []ticket.Entry{
			happened("08:10", ticket.Waits{For: catalog.Client}), happened("08:20", ticket.Restored{Workaround: true}),
		}, func(t *ticket.Ticket) {
			t.State, t.Responded, t.Restored, t.Workaround = ticket.StateRestored, at("08:20"), at("08:20"), true
			t.Solved = at("08:20")
		}},
		{"closed and reopened", []ticket.Entry{
			happened("08:10", ticket.Restored{}), happened("08:20", ticket.Resolved{}), happened("08:30", ticket.Closed{}),
			happened("08:40", ticket.Reopened{}), happened("08:50", ticket.Restored{}),
		}, func(t *ticket.Ticket) {
			t.State, t.Responded, t.Restored, t.Reopened = ticket.StateRestored, at("08:10"), at("08:10"), 1
			t.Solved = at("08:50")
		}},
		{"closed", []ticket.Entry{happened("08:10", ticket.Resolved{}), happened("08:30", ticket.Closed{})}, func(t *ticket.Ticket) {
			t.State, t.Responded, t.Restored, t.Closed = ticket.StateClosed, at("08:10"), at("08:10"), at("08:30")
			t.Solved = at("08:10")
		}},
		{"merged", []ticket.Entry{happened("08:10", ticket.Merged{Into: "INC-1"})}, func(t *ticket.Ticket) {
			t.State, t.MergedInto = ticket.StateMerged, "INC-1"
		}},
		{"linked twice", []ticket.Entry{
			happened("08:10", ticket.Linked{Relation: "caused_by", Key: "PRB-1"}), happened("08:10", ticket.Linked{Relation: "caused_by", Key: "PRB-1"}),
			happened("08:20", ticket.Absorbed{Key: "INC-2"}),
		}, func(t *ticket.Ticket) {
			t.Links = []ticket.Link{{Relation: "caused_by", Key: "PRB-1"}, {Relation: "absorbed", Key: "INC-2"}}
		}},
		{
			"worked on",
			[]ticket.Entry{happened("08:10", ticket.Worked{Minutes: 30}), happened("08:20", ticket.Worked{Minutes: 45})},
			func(t *ticket.Ticket) { t.Minutes = 75 },
		},
		{"what happens later", []ticket.Entry{happened("09:01", ticket.Acknowledged{})}, func(*ticket.Ticket) {}},
		{"what was concluded", []ticket.Entry{happened("08:10", ticket.Breached{Target: contract.Response})}, func(*ticket.Ticket) {}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			want := fresh
			c.want(&want)
			got, ok := ticket.Fold(ticket.NewTimeline(append([]ticket.Entry{logged}, c.entries...)...), at("09:00"))
			if !ok {
				t.Fatal("not logged")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestAWorkaroundCountsWhileTheTicketIsRestored(t *testing.T) {
	t.Parallel()
	entries := []ticket.Entry{logged}
	for _, step := range []struct {
		fact ticket.Fact
		want bool
	}{
		{ticket.Acknowledged{}, false},
		{ticket.Restored{Workaround: true}, true},
		{ticket.Waits{For: catalog.Client}, true},
		{ticket.Reopened{}, false},
		{ticket.Restored{Workaround: true}, true},
		{ticket.Resolved{}, false},
		{ticket.Closed{}, false},
		{ticket.Reopened{}, false},
		{ticket.Restored{}, false},
	} {
		entries = append(entries, happened("08:10", step.fact))
		if now, _ := ticket.Fold(ticket.NewTimeline(entries...), at("09:00")); now.ByWorkaround() != step.want {
			t.Errorf("after %d entries, %s last, it is %t", len(entries), step.fact.Name(), now.ByWorkaround())
		}
	}
}

func TestFoldBeforeTheTicketWasLogged(t *testing.T) {
	t.Parallel()
	if got, ok := ticket.Fold(ticket.NewTimeline(logged), at("07:59")); ok {
		t.Errorf("there is a ticket: %+v", got)
	}
	if _, ok := ticket.Fold(&ticket.Timeline{}, at("09:00")); ok {
		t.Error("there is a ticket without an entry")
	}
}

// What is reported late is put where it happened; of one instant, what was recorded first
// comes first.
func TestTimelineKeepsTwoOrders(t *testing.T) {
	t.Parallel()
	tl := ticket.NewTimeline(logged,
		happened("08:30", ticket.Waits{For: catalog.Client}),
		happened("08:30", ticket.Resumed{}),
		happened("08:40", ticket.Breached{}),
		happened("08:10", ticket.Acknowledged{}),
		happened("08:30", ticket.Restored{}),
	)
	var names []string
	for _, e := range tl.Happened(at("09:00")) {
		names = append(names, e.Fact.Name())
	}
	if diff := cmp.Diff([]string{"logged", "acknowledged", "waits", "resumed", "restored"}, names); diff != "" {
		t.Errorf("as they happened (-want +got):\n%s", diff)
	}
	names = nil
	for _, e := range tl.Happened(at("08:10")) {
		names = append(names, e.Fact.Name())
	}
	if !slices.Equal(names, []string{"logged", "acknowledged"}) {
		t.Errorf("until 08:10: %v", names)
	}
	if got := tl.Entries()[4].Fact.Name(); got != "acknowledged" || tl.Len() != 6 {
		t.Errorf("as they were recorded: %v", tl.Entries())
	}
	if !tl.Opened().Equal(at("08:00")) {
		t.Errorf("opened %v", tl.Opened())
	}
	tl.Reset()
	if tl.Len() != 0 || !tl.Opened().IsZero() {
		t.Errorf("after a reset: %v", tl.Entries())
	}
}

func TestBallHolder(t *testing.T) {
	t.Parallel()
	v := ours()
	v.Levels[catalog.L1] = catalog.Client
	for _, c := range []struct {
		name string
		t    ticket.Ticket
		want catalog.Party
	}{
		{"nobody said who", ticket.Ticket{}, catalog.Provider},
		{"owner of the level", ticket.Ticket{State: ticket.StateWorking, Level: catalog.L1}, catalog.Client},
		{"whoever it waits for", ticket.Ticket{State: ticket.StateWaiting, Level: catalog.L1, WaitingFor: catalog.ThirdParty}, catalog.ThirdParty},
		{"still open", ticket.Ticket{State: ticket.StateRestored, Level: catalog.L1}, catalog.Client},
		{"closed", ticket.Ticket{State: ticket.StateClosed, Level: catalog.L1}, 0},
		{"merged", ticket.Ticket{State: ticket.StateMerged}, 0},
	} {
		if got := c.t.BallHolder(v); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}
