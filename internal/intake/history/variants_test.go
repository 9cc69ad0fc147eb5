package history_test

import (
	"bytes"
	"compress/gzip"
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/intake/history"
)

//go:embed testdata/desk.csv
var desk string

const zone = "Europe/Amsterdam"

func TestTimeline(t *testing.T) {
	t.Parallel()
	r := open(t, desk, history.Options{Zone: zone})
	tickets := readAll(t, r)
	at := func(text string) time.Time {
		when, err := time.Parse("2006-01-02T15:04Z07:00", text)
		if err != nil {
			t.Fatal(err)
		}
		return when.UTC()
	}
	entry := func(when, by string, f ticket.Fact) ticket.Entry {
		id := ""
		if by != "" {
			id = "Updated by " + by
		}
		return ticket.Entry{At: at(when), Recorded: at(when), By: ticket.Actor{ID: id, Party: catalog.Provider}, Fact: f}
	}
	hidden := func(when, by string, targets ...contract.TargetKind) []ticket.Entry {
		var entries []ticket.Entry
		for _, target := range targets {
			entries = append(entries, entry(when, by, ticket.NotShown{Target: target}))
		}
		return entries
	}
	want := []ticket.Entry{entry("2025-02-03T09:00+01:00", "7", ticket.Logged{Kind: catalog.Incident, Impact: 2, Urgency: 2, Priority: catalog.P3})}
	want = append(want, hidden("2025-02-03T09:00+01:00", "7", contract.UpdateCadence, contract.UpdateAnswer, contract.RootCause)...)
	want = append(
		want,
		entry("2025-02-03T09:02+01:00", "7", ticket.Assigned{Team: "Group 4"}),
		entry("2025-02-03T09:40+01:00", "8", ticket.Assigned{Team: "Group 4", Person: "Resolver 31"}),
		entry("2025-02-03T09:40+01:00", "8", ticket.Acknowledged{}),
		entry("2025-02-03T11:15+01:00", "8", ticket.Waits{For: catalog.Client}),
		entry("2025-02-04T10:00+01:00", "8", ticket.Classified{Impact: 1, Urgency: 2, Priority: catalog.P2}),
		entry("2025-02-04T10:00+01:00", "8", ticket.Assigned{Team: "Group 9", Person: "Resolver 31"}),
		entry("2025-02-04T10:00+01:00", "8", ticket.Resumed{}),
		entry("2025-02-04T12:00+01:00", "8", ticket.Restored{}),
		entry("2025-02-05T08:20+01:00", "9", ticket.Reopened{}),
		entry("2025-02-05T16:30+01:00", "9", ticket.Restored{}),
		entry("2025-02-10T17:00+01:00", "1", ticket.Closed{}),
	)
	if d := diff(want, tickets[0].Entries); d != "" {
		t.Errorf("%s (-want +got):\n%s", tickets[0].Key, d)
	}
	// The second never shows new, and passes a night without the hour from two to three.
	want = []ticket.Entry{entry("2025-03-28T22:10+01:00", "8", ticket.Logged{Kind: catalog.Incident, Impact: 1, Urgency: 1, Priority: catalog.P1})}
	want = append(want, hidden("2025-03-28T22:10+01:00", "8", contract.Response, contract.UpdateCadence, contract.UpdateAnswer, contract.RootCause)...)
	want = append(
		want,
		entry("2025-03-28T22:11+01:00", "8", ticket.Assigned{Team: "Group 9", Person: "Resolver 31"}),
		entry("2025-03-29T01:30+01:00", "8", ticket.Waits{For: catalog.ThirdParty}),
		entry("2025-03-30T03:30+02:00", "8", ticket.Restored{}),
		entry("2025-04-04T03:00+02:00", "1", ticket.Closed{}),
	)
	if d := diff(want, tickets[1].Entries); d != "" {
		t.Errorf("%s (-want +got):\n%s", tickets[1].Key, d)
	}
	want = []ticket.Entry{entry("2025-03-23T09:00+01:00", "1", ticket.Closed{})}
	if all := tickets[2].Entries; diff(want, all[len(all)-1:]) != "" {
		t.Errorf("the first of two closings does not count: %+v", all[len(all)-1])
	}
	s := r.Summary()
	if s.UnknownState != 1 || s.Totals[history.CodeClosedAgain] != 1 || s.NotNew != 1 || s.Reopened != 1 || s.Waited != 3 {
		t.Errorf("summary %+v", s)
	}
}

var dates = regexp.MustCompile(`(\d+)/(\d+)/(\d{4}) (\d\d):(\d\d)`)

// redate writes each date of a text in another way.
func redate(text, layout string) string {
	in, err := time.LoadLocation(zone)
	if err != nil {
		panic(err)
	}
	return dates.ReplaceAllStringFunc(text, func(d string) string {
		at, err := time.ParseInLocation("2/1/2006 15:04", d, in)
		if err != nil {
			panic(err)
		}
		return at.Format(layout)
	})
}

func pack(text string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	w.Write([]byte(text)) //nolint:errcheck // into memory
	w.Close()             //nolint:errcheck // into memory
	return b.String()
}

// mixed puts the rows of all tickets in order of time, as an export by time has them.
func mixed(text string) string {
	lines := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	rows := lines[1:]
	rows[len(rows)-1] += "\n"
	slices.SortStableFunc(rows, func(a, b string) int { return strings.Compare(a[11:], b[11:]) })
	return lines[0] + strings.Join(rows, "")
}

func quoted(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		for i, f := range strings.Split(strings.TrimSuffix(line, "\n"), ",") {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%q", f)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

var labels = regexp.MustCompile(`(Caller|Updated by|Group|Resolver) `)

// copies are forms in which one data set goes round.
func copies(tb testing.TB) map[string]string {
	tb.Helper()
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(desk)
	if err != nil {
		tb.Fatal(err)
	}
	latin, err := charmap.Windows1252.NewEncoder().String(strings.ReplaceAll(desk, "Caller 12", "Señor 12"))
	if err != nil {
		tb.Fatal(err)
	}
	head, rows, _ := strings.Cut(desk, "\n")
	renamed := strings.NewReplacer("incident_state", "Incident State", "sys_", "", "assignment_group", "Assignment Group",
		"opened_at", "OPENED AT").Replace(head)
	return map[string]string{
		"as it is":             desk,
		"no last line end":     strings.TrimSuffix(desk, "\n"),
		"CRLF":                 strings.ReplaceAll(desk, "\n", "\r\n"),
		"CR":                   strings.ReplaceAll(desk, "\n", "\r"),
		"byte order mark":      "\xef\xbb\xbf" + desk,
		"UTF-16":               wide,
		"Windows-1252":         latin,
		"blank lines":          strings.ReplaceAll(desk, "\n", "\n\n"),
		"semicolons":           strings.ReplaceAll(desk, ",", ";"),
		"for Excel":            "sep=;\n" + strings.ReplaceAll(desk, ",", ";"),
		"for Excel, CRLF":      "\xef\xbb\xbfsep=,\r\n" + strings.ReplaceAll(desk, "\n", "\r\n"),
		"CRLF and LF":          strings.Replace(desk, "\n", "\r\n", 3),
		"LF and CRLF":          head + "\n" + strings.ReplaceAll(rows, "\n", "\r\n"),
		"tabs":                 strings.ReplaceAll(desk, ",", "\t"),
		"quoted":               quoted(desk),
		"quotes over lines":    strings.ReplaceAll(desk, "Caller 12", "\"Caller\n\"\"12\"\"\""),
		"gzip":                 pack(desk),
		"gzip, CRLF":           pack(strings.ReplaceAll(desk, "\n", "\r\n")),
		"labels stripped":      head + "\n" + labels.ReplaceAllString(rows, ""),
		"labels spaced":        head + "\n" + labels.ReplaceAllString(rows, "$1  "),
		"states in other case": strings.ReplaceAll(desk, "Awaiting User Info", "awaiting_user_info"),
		"headers renamed":      renamed + "\n" + rows,
		"priorities short":     regexp.MustCompile(`(\d) - [A-Z][a-z]+`).ReplaceAllString(desk, "$1"),
		"US dates":             redate(desk, "1/2/2006 15:04"),
		"US dates, AM":         redate(desk, "1/2/2006 3:04 PM"),
		"ISO dates":            redate(desk, "2006-01-02 15:04:05"),
		"ISO, offset":          redate(desk, time.RFC3339),
		"ISO, offset, ms":      redate(desk, "2006-01-02T15:04:05.000-0700"),
		"German dates":         redate(desk, "02.01.2006 15:04"),
		"month names":          redate(desk, "02-Jan-2006 15:04:05"),
		"seconds sometimes":    strings.Replace(desk, "17/3/2025 15:00", "17/3/2025 15:00:00", 1),
		"rows mixed":           mixed(desk),
		"a row twice":          strings.Replace(desk, "\n", "\n"+strings.Split(desk, "\n")[1]+"\n", 1),
	}
}

func TestCopiesOfOneDataSetGiveTheSameTickets(t *testing.T) {
	t.Parallel()
	want := readAll(t, open(t, desk, history.Options{Zone: zone}))
	for name, text := range copies(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := open(t, text, history.Options{Zone: zone})
			got := readAll(t, r)
			slices.SortFunc(got, func(a, b history.Ticket) int { return strings.Compare(a.Key, b.Key) })
			for i := range got {
				got[i].Line = want[min(i, len(want)-1)].Line
			}
			if d := diff(want, got); d != "" {
				t.Errorf("(-want +got):\n%s", d)
			}
			if s := r.Summary(); s.Totals[history.CodeTimeBack] > 0 || len(s.Skipped) > 0 {
				t.Errorf("noted %v, skipped %v", s.Noted, s.Skipped)
			}
		})
	}
}

func TestEveryMappingComesBackAsItWasWritten(t *testing.T) {
	t.Parallel()
	for name, text := range copies(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := open(t, text, history.Options{Zone: zone})
			want := readAll(t, r)
			written := r.Mapping().Text()
			back, err := history.ParseMapping("mapping.yaml", written)
			if err != nil {
				t.Fatalf("%v\n%s", err, written)
			}
			if again := back.Text(); !bytes.Equal(again, written) {
				t.Errorf("written %s\nagain %s", written, again)
			}
			if d := diff(want, readAll(t, open(t, text, history.Options{Zone: zone, Mapping: back}))); d != "" {
				t.Errorf("with the mapping (-want +got):\n%s", d)
			}
		})
	}
}
