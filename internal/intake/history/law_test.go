package history_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/intake/history"
	"github.com/watchbill/watchbill/internal/intake/history/sample"
)

var year = calendar.Date{Year: 2025, Month: time.January, Day: 1}

func sampleText(tb testing.TB, seed uint64, incidents int) string {
	tb.Helper()
	var b bytes.Buffer
	if err := sample.Write(&b, sample.Generate(seed, incidents, year)); err != nil {
		tb.Fatal(err)
	}
	return b.String()
}

// The order in which rows of different tickets stand does not matter.
func TestOrderOfTicketsDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		text := sampleText(t, rapid.Uint64().Draw(rt, "seed"), rapid.IntRange(1, 12).Draw(rt, "incidents"))
		lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
		lines[len(lines)-1] += "\n"
		byTicket := map[string][]string{}
		var turns []string
		for _, l := range lines[1:] {
			id, _, _ := strings.Cut(l, ",")
			byTicket[id] = append(byTicket[id], l)
			turns = append(turns, id)
		}
		// Any order of turns; each turn takes the next row of its ticket.
		turns = rapid.Permutation(turns).Draw(rt, "turns")
		var shuffled strings.Builder
		shuffled.WriteString(lines[0])
		for _, id := range turns {
			shuffled.WriteString(byTicket[id][0])
			byTicket[id] = byTicket[id][1:]
		}
		want := readAll(t, open(t, text, history.Options{}))
		r := open(t, shuffled.String(), history.Options{})
		got := readAll(t, r)
		slices.SortFunc(got, func(a, b history.Ticket) int { return strings.Compare(a.Key, b.Key) })
		if len(got) != len(want) {
			rt.Fatalf("%d tickets, want %d", len(got), len(want))
		}
		for i := range got {
			got[i].Line = want[i].Line
		}
		if d := diff(want, got); d != "" {
			rt.Fatalf("(-grouped +mixed):\n%s", d)
		}
	})
}

// Whatever the rows say, the entries of a ticket begin with Logged and never go back.
func TestEntriesNeverGoBack(t *testing.T) {
	t.Parallel()
	states := []string{"New", "Active", "Awaiting User Info", "Awaiting Vendor", "Resolved", "Closed", "-100"}
	rapid.Check(t, func(rt *rapid.T) {
		var b strings.Builder
		b.WriteString("number,incident_state,sys_updated_at,sys_mod_count,opened_at\n")
		n := rapid.IntRange(1, 20).Draw(rt, "rows")
		for i := range n {
			fmt.Fprintf(&b, "INC1,%s,%d/3/2025 %02d:00,%d,20/3/2025 10:00\n",
				rapid.SampledFrom(states).Draw(rt, "state"), rapid.IntRange(13, 31).Draw(rt, "day"),
				rapid.IntRange(0, 23).Draw(rt, "hour"), rapid.IntRange(0, 20).Draw(rt, "order")+i)
		}
		for _, one := range readAll(t, open(t, b.String(), history.Options{Zone: zone})) {
			holdsTogether(rt, one)
		}
	})
}

// holdsTogether checks what every timeline keeps.
func holdsTogether(t interface{ Fatalf(string, ...any) }, one history.Ticket) {
	if _, ok := one.Entries[0].Fact.(ticket.Logged); !ok {
		t.Fatalf("%s begins with %s", one.Key, one.Entries[0].Fact.Name())
	}
	waiting, ended := false, false
	for i, e := range one.Entries {
		if i > 0 && e.At.Before(one.Entries[i-1].At) || !e.At.Equal(e.Recorded) {
			t.Fatalf("%s: entry %d at %v, recorded %v, after %v", one.Key, i, e.At, e.Recorded, one.Entries[max(0, i-1)].At)
		}
		switch e.Fact.(type) {
		case ticket.Resumed:
			if !waiting {
				t.Fatalf("%s resumes without waiting", one.Key)
			}
			waiting = false
		case ticket.Waits:
			waiting = true
		case ticket.Reopened:
			if !ended {
				t.Fatalf("%s reopens while open", one.Key)
			}
			ended = false
		case ticket.Restored, ticket.Closed:
			waiting, ended = false, true
		}
	}
}

// The sample is read without a problem, by a built-in profile, and its minutes add up.
func TestSampleIsRead(t *testing.T) {
	t.Parallel()
	minutes := 0
	for r := range sample.Generate(3, 2000, year) {
		minutes += r.Minutes
	}
	r := open(t, sampleText(t, 3, 2000), history.Options{})
	for _, one := range readAll(t, r) {
		holdsTogether(t, one)
	}
	s := r.Summary()
	if s.Tickets != 2000 || s.Minutes != minutes || s.NotNew != 0 || len(s.Skipped)+len(s.Noted) > 0 || r.Mapping().Profile != "watchbill_sample" {
		t.Errorf("%s: %+v, want %d minutes", r.Mapping().Profile, s, minutes)
	}
}

func TestClockChanges(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		zone, wall, want string
		gap, twice       int
	}{
		{zone, "30/3/2025 01:59", "2025-03-30T00:59:00Z", 0, 0},
		{zone, "30/3/2025 02:30", "2025-03-30T01:30:00Z", 1, 0}, // 03:30 summer time
		{zone, "30/3/2025 03:00", "2025-03-30T01:00:00Z", 0, 0},
		{zone, "26/10/2025 02:30", "2025-10-26T00:30:00Z", 0, 1}, // the first of the two
		{zone, "26/10/2025 03:00", "2025-10-26T02:00:00Z", 0, 0},
		{"America/New_York", "9/3/2025 02:15", "2025-03-09T07:15:00Z", 1, 0},
		{"America/New_York", "2/11/2025 01:15", "2025-11-02T05:15:00Z", 0, 1},
		{"Australia/Lord_Howe", "5/10/2025 02:15", "2025-10-04T15:45:00Z", 1, 0}, // half an hour
		{"Pacific/Apia", "30/12/2011 12:00", "2011-12-30T22:00:00Z", 1, 0},       // a whole day
		{"Asia/Kathmandu", "13/3/2025 12:00", "2025-03-13T06:15:00Z", 0, 0},
		{"UTC", "13/3/1969 12:00", "1969-03-13T12:00:00Z", 0, 0},
	} {
		text := "ticket,status,changed\nT1,new," + c.wall + "\nT2,solved,31/12/2025 10:00\n"
		r := open(t, text, history.Options{Zone: c.zone})
		first := readAll(t, r)[0].Entries[0].At.Format(time.RFC3339)
		if s := r.Summary(); first != c.want || s.SkippedByClock != c.gap || s.TwiceOnClock != c.twice {
			t.Errorf("%s in %s: %s, want %s; %d skipped, %d twice", c.wall, c.zone, first, c.want, s.SkippedByClock, s.TwiceOnClock)
		}
	}
}

func TestBigLines(t *testing.T) {
	t.Parallel()
	// A field as long as may be, over several reads of the file, and rows after it.
	long := simple
	long = strings.Replace(long, "priority\n", "priority,text\n", 1)
	long = strings.ReplaceAll(long, ",P1\n", ",P1,\""+strings.Repeat("a\"\"\n", 200_000)+"\"\n")
	long = strings.ReplaceAll(long, ",P3\n", ",P3,\n")
	r := open(t, long, history.Options{})
	if got := readAll(t, r); len(got) != 2 || r.Summary().Used != 5 {
		t.Errorf("%d tickets, %d rows", len(got), r.Summary().Used)
	}
}

func TestTicketsOpenedAtOneTime(t *testing.T) {
	t.Parallel()
	r := open(t, "ticket,status,changed,opened\nT1,new,2025-02-01T10:00:00Z,2025-02-01T09:00:00Z\nT2,solved,2025-02-01T11:00:00Z,2025-02-01T09:00:00Z\n",
		history.Options{})
	for _, one := range readAll(t, r) {
		if got := one.Entries[0].At.Format(time.TimeOnly); got != "09:00:00" {
			t.Errorf("%s opened at %s", one.Key, got)
		}
	}
}

func TestWindows1252IsSeen(t *testing.T) {
	t.Parallel()
	r := open(t, strings.Replace(simple, "T2,new", "T\xe92,new", 1), history.Options{KeepGoing: true})
	tickets := readAll(t, r)
	if r.Layout().Encoding != "windows-1252" || tickets[1].Key != "Té2" {
		t.Errorf("%s, %q", r.Layout().Encoding, tickets[1].Key)
	}
}
