package notice_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/notice"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// desk is a ticket of ann, raised by rik of the client; lea leads, wim and cor watch, cor of
// the client.
func desk() notice.Case {
	return notice.Case{
		Ticket:   ticket.Ticket{Person: "ann", Requester: "rik"},
		Watchers: []string{"wim", "cor"},
		People: []notice.Person{
			{ID: "ann", Name: "Ann de Vries", Email: "ann@desk.example"},
			{ID: "lea", Name: "Lea Bos", Email: "l.bos@desk.example", Leads: true},
			{ID: "wim", Name: "Wim Bos", Email: "wim@desk.example"},
			{ID: "rik", Name: "Rik", Email: "rik@client.example", Client: true},
			{ID: "cor", Name: "Cor", Email: "cor@client.example", Client: true},
		},
	}
}

func said(by, text string, facts ...ticket.Fact) []notice.Entry {
	var added []notice.Entry
	for i, f := range facts {
		e := notice.Entry{Seq: 5 + i, Text: text}
		e.Fact = f
		if !e.Decided() {
			e.By.ID = by
		}
		added = append(added, e)
	}
	return added
}

func TestWhoIsToldWhat(t *testing.T) {
	t.Parallel()
	unassigned := desk()
	unassigned.Ticket.Person = ""
	warned := ticket.Warned{Target: contract.Restoration, Round: nine, Percent: 50}
	more := ticket.Warned{Target: contract.Restoration, Round: nine, Percent: 80}
	breached := ticket.Breached{Target: contract.Restoration, Round: nine}
	response := ticket.Breached{Target: contract.Response, Round: nine}
	lifted := ticket.Withdrawn{Target: contract.Restoration, Round: nine}
	leapt := desk()
	leapt.Leap = notice.Leap{From: nine, To: nine.Add(24 * time.Hour)}
	inLeap := func(by time.Duration, facts ...ticket.Fact) []notice.Entry {
		added := said("", "", facts...)
		for i := range added {
			added[i].At = nine.Add(by)
		}
		return added
	}
	later := ticket.Breached{Target: contract.Restoration, Round: nine.Add(time.Hour)}
	for _, c := range []struct {
		name  string
		desk  notice.Case
		added []notice.Entry
		want  []string
	}{
		{"a reply", desk(), said("ann", "", ticket.Replied{}), []string{"rik reply requester mail", "wim reply watcher", "cor reply watcher mail"}},
		{"a reply that solves", desk(), said("ann", "", ticket.Replied{}, ticket.Resolved{}), []string{
			"rik reply requester mail", "wim reply watcher", "cor reply watcher mail", "wim solved watcher", "cor solved watcher mail",
		}},
		{"solved without a word", desk(), said("ann", "", ticket.Resolved{}), []string{"rik solved requester mail", "wim solved watcher", "cor solved watcher mail"}},
		{"the client writes", desk(), said("rik", "", ticket.Wrote{}), []string{"ann wrote assignee mail", "wim wrote watcher", "cor wrote watcher mail"}},
		{"the client writes to nobody", unassigned, said("rik", "", ticket.Wrote{}), []string{"lea wrote lead", "wim wrote watcher", "cor wrote watcher mail"}},
		{"a note", desk(), said("ann", "", ticket.Noted{}), []string{"wim note watcher"}},
		{"a note that names people", desk(), said("ann", "@wim: ask @Lea Bos, not @cor or @bos", ticket.Noted{}), []string{
			"wim mention mentioned mail", "lea mention mentioned mail",
		}},
		{"given to somebody", desk(), said("lea", "", ticket.Assigned{Person: "ann"}), []string{"ann assigned assignee mail"}},
		{"taken", desk(), said("ann", "", ticket.Assigned{Person: "ann"}), nil},
		{"logged for somebody", desk(), said("ann", "", ticket.Logged{}), []string{"rik received requester mail"}},
		{"work", desk(), said("ann", "", ticket.Worked{Minutes: 5}), nil},
		{"two warnings", desk(), said("", "", warned, more), []string{
			"ann warned assignee mail restoration:warned:80", "lea warned lead mail restoration:warned:80", "wim warned watcher restoration:warned:80",
		}},
		{"after a night", unassigned, said("", "", warned, more, response, breached, later), []string{
			"lea breached lead mail response:breached:0 restoration:breached:0", "wim breached watcher response:breached:0 restoration:breached:0",
		}},
		{"in a leap of the clock", leapt, inLeap(time.Hour, warned, breached, response), []string{
			"ann breached assignee mail response:breached:0 restoration:breached:0", "lea leapt lead mail +2",
			"wim breached watcher response:breached:0 restoration:breached:0",
		}},
		{"at the end of a leap", leapt, inLeap(24*time.Hour, warned), []string{
			"ann warned assignee mail restoration:warned:50", "lea leapt lead mail +1", "wim warned watcher restoration:warned:50",
		}},
		{"before a leap", leapt, inLeap(0, warned), []string{
			"ann warned assignee mail restoration:warned:50", "lea warned lead mail restoration:warned:50", "wim warned watcher restoration:warned:50",
		}},
		{"after a leap", leapt, inLeap(24*time.Hour+time.Second, warned), []string{
			"ann warned assignee mail restoration:warned:50", "lea warned lead mail restoration:warned:50", "wim warned watcher restoration:warned:50",
		}},
		{"mended in a leap", leapt, inLeap(time.Hour, lifted), []string{
			"ann withdrawn assignee restoration:withdrawn:0", "lea withdrawn lead restoration:withdrawn:0", "wim withdrawn watcher restoration:withdrawn:0",
		}},
		{"broken and mended while nobody looked", desk(), said("", "", breached, lifted), nil},
		{"mended", unassigned, said("", "", lifted), []string{"lea withdrawn lead restoration:withdrawn:0", "wim withdrawn watcher restoration:withdrawn:0"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, told := range notice.Tell(&c.desk, c.added) {
				line := fmt.Sprintf("%s %s %s", told.Person, told.Kind, told.Why[len("notice."):])
				if told.Mail {
					line += " mail"
				}
				if clocks := told.Args[notice.ArgClocks]; clocks != "" {
					line += " " + clocks
				}
				if told.More > 0 {
					line += fmt.Sprintf(" +%d", told.More)
				}
				got = append(got, line)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMentions(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"@ann":                     {"ann"},
		"(@Ann de Vries) @ann":     {"ann"},
		"@annie and mail to a@ann": nil,
		"@l.bos, @wim.":            {"lea", "wim"},
		"@LEA BOS":                 {"lea"},
		"nobody@desk.example @rik": nil,
		"@":                        nil,
		"\xff@ann\xff":             {"ann"},
	} {
		if got := notice.Mentions(text, desk().People); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	// One name of two people names neither.
	two := []notice.Person{{ID: "1", Name: "Jan Smit"}, {ID: "2", Name: "Jan Bakker"}, {ID: "3", Name: "Jan Smit", Client: true}}
	if got := notice.Mentions("@jan @jan bakker @jan smit", two); !slices.Equal(got, []string{"2", "1"}) {
		t.Errorf("got %q", got)
	}
}

func TestClocksComeBackAsTheyWent(t *testing.T) {
	t.Parallel()
	got := notice.Clocks("restoration:breached:0 nonsense x:warned:1 response:warned:80 response:warned:x")
	want := []notice.Clock{{Target: contract.Restoration, Kind: notice.Breached}, {Target: contract.Response, Kind: notice.Warned, Percent: 80}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPausesGrow(t *testing.T) {
	t.Parallel()
	total := time.Duration(0)
	for attempt := 1; attempt <= notice.MostAttempts; attempt++ {
		long, short := notice.Pause(attempt, 0), notice.Pause(attempt, 0.999999)
		if short < long/2 || short > long || long < 15*time.Second || long > 30*time.Minute || long < notice.Pause(attempt-1+1/attempt, 0) {
			t.Errorf("attempt %d: %v to %v", attempt, short, long)
		}
		total += long
	}
	if total < 47*time.Hour || total > 49*time.Hour {
		t.Errorf("given up after %v", total)
	}
}

func TestEveryKindExpires(t *testing.T) {
	t.Parallel()
	for _, k := range notice.Kinds {
		if after := k.Expires(nine).Sub(nine); after < time.Hour || after > 7*24*time.Hour {
			t.Errorf("%s expires after %v", k, after)
		}
	}
}
