package ticket_test

import (
	"encoding/binary"
	"hash/crc32"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// codes are the codes of what is wrong, with the field of each: "ticket.no_title title".
func codes(err error) (all []string) {
	for _, f := range fault.All(err) {
		all = append(all, strings.TrimSpace(string(f.Code)+" "+fieldOf(f)))
	}
	return all
}

func fieldOf(f *fault.Fault) string {
	field, _ := f.Get("field").(string)
	return field
}

// listed makes an error of a list, nil of an empty one.
func listed(l fault.List) error { return l.Err() }

func TestOpening(t *testing.T) {
	t.Parallel()
	v := ours()
	v.Priorities[2][1] = catalog.P2
	long := strings.Repeat("é", ticket.MaxTitle)
	for name, c := range map[string]struct {
		by                 catalog.Party
		logged             ticket.Logged
		title, description string
		want               catalog.Priority
		wrong              []string
	}{
		"by the matrix":         {catalog.Client, ticket.Logged{Kind: catalog.Incident, Impact: 2, Urgency: 1}, "Down", "", catalog.P2, nil},
		"by hand":               {catalog.Provider, ticket.Logged{Kind: catalog.Incident, Priority: catalog.P4}, "Down", "", catalog.P4, nil},
		"by hand, over both":    {catalog.Provider, ticket.Logged{Kind: catalog.Incident, Impact: 2, Urgency: 1, Priority: catalog.P4}, "Down", "", catalog.P4, nil},
		"by hand of the client": {catalog.Client, ticket.Logged{Kind: catalog.Incident, Priority: catalog.P1}, "Down", "", 0, []string{"ticket.priority_hand priority"}},
		"not in the matrix":     {catalog.Provider, ticket.Logged{Kind: catalog.Incident, Impact: 3, Urgency: 1}, "Down", "", 0, []string{"ticket.no_priority priority"}},
		"the longest":           {catalog.Provider, ticket.Logged{Kind: catalog.Problem, Priority: catalog.P1}, long, strings.Repeat("é", ticket.MaxText), catalog.P1, nil},
		"all that is wrong": {
			catalog.Provider,
			ticket.Logged{},
			" \t ", strings.Repeat("x", ticket.MaxText+1), 0,
			[]string{"ticket.no_title title", "ticket.text_long text", "ticket.no_kind kind", "ticket.no_priority priority"},
		},
	} {
		got, err := ticket.Opening(v, c.by, c.logged, c.title, c.description)
		if diff := cmp.Diff(c.wrong, codes(err)); diff != "" {
			t.Errorf("%s (-want +got)\n%s", name, diff)
		}
		if err == nil && got.Priority != c.want {
			t.Errorf("%s: %v, want %v", name, got.Priority, c.want)
		}
	}
}

func TestCheckTitle(t *testing.T) {
	t.Parallel()
	for title, want := range map[string][]string{
		"Down":                                 nil,
		"  Down \n":                            nil, // space around it is not counted
		"":                                     {"ticket.no_title title"},
		"\u200b\n":                             {"ticket.no_title title"},
		"Down\nand out":                        {"ticket.title_lines title"},
		strings.Repeat("x", ticket.MaxTitle+1): {"ticket.title_long title"},
		strings.Repeat("é", ticket.MaxTitle) + " ": nil,
	} {
		if diff := cmp.Diff(want, codes(listed(ticket.CheckTitle(title)))); diff != "" {
			t.Errorf("%.20q (-want +got)\n%s", title, diff)
		}
	}
}

func TestCheckText(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", ticket.MaxText+1)
	for _, c := range []struct {
		fact ticket.Fact
		text string
		want []string
	}{
		{ticket.Replied{}, "We look.", nil},
		{ticket.Replied{}, " \n", []string{"ticket.no_text text"}},
		{ticket.Wrote{}, "", []string{"ticket.no_text text"}},
		{ticket.Noted{}, "", []string{"ticket.no_text text"}},
		{ticket.Noted{}, long, []string{"ticket.text_long text"}},
		{ticket.Restored{}, "", nil},
		{ticket.Restored{}, long, []string{"ticket.text_long text"}},
		{ticket.Titled{}, "", []string{"ticket.no_title title"}},
	} {
		if diff := cmp.Diff(c.want, codes(listed(ticket.CheckText(c.fact, c.text)))); diff != "" {
			t.Errorf("%s %.10q (-want +got)\n%s", c.fact.Name(), c.text, diff)
		}
	}
}

func TestTitleAndDescription(t *testing.T) {
	t.Parallel()
	for written, want := range map[string][2]string{
		"Down\nSince nine.\nAll of it.": {"Down", "Since nine.\nAll of it."}, "Down": {"Down", ""}, "": {"", ""},
	} {
		if got := [2]string{ticket.Title(written), ticket.Description(written)}; got != want {
			t.Errorf("%q: %q, want %q", written, got, want)
		}
	}
}

// TestMediaOf shows what a file is by what it begins with, and nothing by what it is called.
func TestMediaOf(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"\x89PNG\r\n\x1a\nand more":          "image/png",
		"\xff\xd8\xff\xe0JFIF":               "image/jpeg",
		"GIF87a":                             "image/gif",
		"GIF89a<script>":                     ticket.OctetStream, // 29,500 by 29,283 pixels
		"GIF89a\x10\x27\x88\x13\x00\x00\x00": "image/gif",        // 10,000 by 5,000
		"GIF89a\x10\x27\x89\x13\x00\x00\x00": ticket.OctetStream,
		pixels(60000, 60000):                 ticket.OctetStream,
		pixels(4000, 3000):                   "image/png",
		"":                                   ticket.OctetStream,
		"\x89PNG":                            ticket.OctetStream,
		"<svg onload='alert(1)'>":            ticket.OctetStream,
		"<!doctype html><script>":            ticket.OctetStream,
		"%PDF-1.7":                           ticket.OctetStream,
		" GIF89a":                            ticket.OctetStream,
		"RIFF\x00\x00\x00\x00WEBPVP8 \x00":   ticket.OctetStream,
	} {
		if got := ticket.MediaOf([]byte(body)); got != want {
			t.Errorf("%.12q is %s, want %s", body, got, want)
		}
	}
}

// pixels is the begin of a PNG of a size, which is all that says how much there is to draw.
func pixels(width, height uint32) string {
	head := binary.BigEndian.AppendUint32([]byte("IHDR"), width)
	head = append(binary.BigEndian.AppendUint32(head, height), 8, 2, 0, 0, 0)
	sum := binary.BigEndian.AppendUint32(nil, crc32.ChecksumIEEE(head))
	return "\x89PNG\r\n\x1a\n\x00\x00\x00\x0d" + string(head) + string(sum)
}

func TestRoute(t *testing.T) {
	t.Parallel()
	desk, run := ticket.Team{ID: "d", Name: "Desk", Level: catalog.L1}, ticket.Team{ID: "r", Name: "Run", Level: catalog.L2}
	at := func(level catalog.Level, owner catalog.Party) *contract.Version {
		v := ours()
		v.Name, v.Number = "Support", 3
		v.Matrix[catalog.WorkOn(catalog.Incident)] = contract.Parties{Level: level}
		v.Levels[level] = owner
		return v
	}
	for name, c := range map[string]struct {
		version *contract.Version
		teams   []ticket.Team
		want    ticket.Assigned
		why     reason.Code
	}{
		"to the team of the level":     {at(catalog.L2, catalog.Provider), []ticket.Team{desk, run}, ticket.Assigned{Level: catalog.L2, Team: "r"}, ticket.CodeRoutedTeam},
		"to the first of two":          {at(catalog.L1, catalog.Provider), []ticket.Team{run, desk, {ID: "x", Level: catalog.L1}}, ticket.Assigned{Level: catalog.L1, Team: "d"}, ticket.CodeRoutedTeam},
		"to a level nobody works on":   {at(catalog.L3, catalog.Provider), []ticket.Team{desk, run}, ticket.Assigned{Level: catalog.L3}, ticket.CodeRoutedLevel},
		"without teams":                {at(catalog.L2, 0), nil, ticket.Assigned{Level: catalog.L2}, ticket.CodeRoutedLevel},
		"to a level of the client":     {at(catalog.L1, catalog.Client), []ticket.Team{desk}, ticket.Assigned{Level: catalog.L1}, ticket.CodeRoutedParty},
		"to a level of a third party":  {at(catalog.L2, catalog.ThirdParty), []ticket.Team{run}, ticket.Assigned{Level: catalog.L2}, ticket.CodeRoutedParty},
		"to a level of no named owner": {at(catalog.L2, 0), []ticket.Team{run}, ticket.Assigned{Level: catalog.L2, Team: "r"}, ticket.CodeRoutedTeam},
	} {
		got, why := ticket.Route(c.version, catalog.Incident, c.teams)
		if got != c.want || why.Code != c.why || why.Get("contract") != "Support" || why.Get("version") != 3 || why.Get("level") != c.want.Level {
			t.Errorf("%s: %+v because %+v", name, got, why)
		}
	}
}

func TestMayWork(t *testing.T) {
	t.Parallel()
	day := func(n int) calendar.Date { return calendar.Date{Year: 2026, Month: 3, Day: n} }
	work := func(minutes, on int) ticket.Worked {
		return ticket.Worked{Minutes: minutes, Day: day(on), Activity: catalog.WorkOn(catalog.Incident)}
	}
	odd := work(10, 2)
	odd.Activity = "juggling"
	as := func(role string) ticket.Worked {
		w := work(10, 5)
		w.Role = catalog.Role(role)
		return w
	}
	for name, c := range map[string]struct {
		work   ticket.Worked
		before int
		want   reason.Code
	}{
		"today":                       {work(90, 5), 0, ""},
		"long ago":                    {work(90, 1), 0, ""},
		"a whole day":                 {work(24*60, 5), 0, ""},
		"what is left of a day":       {work(60, 5), 23 * 60, ""},
		"nothing":                     {work(0, 5), 0, ticket.CodeMinutes},
		"less than nothing":           {work(-5, 5), 0, ticket.CodeMinutes},
		"more than a day":             {work(24*60+1, 5), 0, ticket.CodeMinutes},
		"more than is left of a day":  {work(61, 5), 23 * 60, ticket.CodeLongDay},
		"tomorrow":                    {work(90, 6), 0, ticket.CodeDayAhead},
		"of no activity of the model": {odd, 0, ticket.CodeActivity},
		"in a role":                   {as("Dev"), 0, ""},
		"in a role of a megabyte":     {as(strings.Repeat("x", 1<<20)), 0, ticket.CodeRole},
		"in a role of two lines":      {as("Dev\nQA"), 0, ticket.CodeRole},
	} {
		err := ticket.MayWork(c.work, c.before, day(5))
		if got := codes(err); c.want == "" && err != nil || c.want != "" && (len(got) != 1 || got[0] != string(c.want)) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

func TestWorkedDefaults(t *testing.T) {
	t.Parallel()
	today := calendar.Date{Year: 2026, Month: 3, Day: 5}
	all := ticket.Worked{Minutes: 5, Activity: "other", Role: catalog.QualityAnalyst, Day: today.AddDays(-1)}
	if got := all.Defaults(catalog.Incident, catalog.Developer, today); got != all {
		t.Errorf("what was said was changed: %+v", got)
	}
	want := ticket.Worked{Minutes: 5, Activity: catalog.WorkOn(catalog.Problem), Role: catalog.Developer, Day: today}
	if got := (ticket.Worked{Minutes: 5}).Defaults(catalog.Problem, catalog.Developer, today); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
}

func TestMayWithdraw(t *testing.T) {
	t.Parallel()
	ann, bo := ticket.Actor{ID: "ann", Party: catalog.Provider}, ticket.Actor{ID: "bo", Party: catalog.Provider}
	tl := ticket.NewTimeline(
		ticket.Entry{By: ann, Fact: ticket.Logged{Kind: catalog.Incident}},
		ticket.Entry{By: ann, Fact: ticket.Worked{Minutes: 30}},
		ticket.Entry{By: bo, Fact: ticket.Worked{Minutes: 45}},
		ticket.Entry{By: bo, Fact: ticket.WorkWithdrawn{Entry: 3}},
	)
	for name, c := range map[string]struct {
		entry  int
		by     ticket.Actor
		others bool
		want   reason.Code
	}{
		"one's own":             {2, ann, false, ""},
		"of somebody else":      {2, bo, false, ticket.CodeOthersWork},
		"as who may correct":    {2, bo, true, ""},
		"twice":                 {3, bo, false, ticket.CodeGoneAlready},
		"what is no work":       {1, ann, true, ticket.CodeNotWork},
		"the counter-entry":     {4, bo, true, ticket.CodeNotWork},
		"before the first":      {0, ann, true, ticket.CodeNotWork},
		"after the last":        {5, ann, true, ticket.CodeNotWork},
		"another's, taken back": {3, ann, false, ticket.CodeOthersWork},
	} {
		err := ticket.MayWithdraw(tl, c.entry, c.by, c.others)
		if got := codes(err); c.want == "" && err != nil || c.want != "" && (len(got) != 1 || got[0] != string(c.want)) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}
