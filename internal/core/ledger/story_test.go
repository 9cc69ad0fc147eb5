package ledger_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ledger"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// terms reads a contract in the zone Europe/Amsterdam, in force from 1 January 2026.
func terms(t *testing.T, clauses string) contract.Terms {
	t.Helper()
	return history(t, clauses)
}

// history reads the versions of a contract; each begins with its clauses, the later ones
// with their effective date.
func history(t *testing.T, versions ...string) contract.Terms {
	t.Helper()
	var documents []*contract.Document
	for i, clauses := range versions {
		if !strings.Contains(clauses, "effective:") {
			clauses = "effective: 2026-01-01\n" + clauses
		}
		src := fmt.Sprintf("client: Acme\nversion: %d\nzone: Europe/Amsterdam\n%s", i+1, clauses)
		d, faults := contract.Parse(fmt.Sprintf("v%d.yaml", i+1), []byte(src))
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		documents = append(documents, d)
	}
	terms, faults := contract.History(documents)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return terms
}

func date(t *testing.T, text string) calendar.Date {
	t.Helper()
	d, err := calendar.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

var amsterdam = func() *time.Location {
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		panic(err)
	}
	return zone
}()

// at reads "2026-11-03 14:30" on the clocks of Amsterdam.
func at(t *testing.T, text string) time.Time {
	t.Helper()
	instant, err := time.ParseInLocation("2006-01-02 15:04", text, amsterdam)
	if err != nil {
		t.Fatal(err)
	}
	return instant.UTC()
}

// desk is a book together with the entries that it handed out.
type desk struct {
	t       *testing.T
	book    *ledger.Book
	entries []ledger.Entry
}

func newDesk(t *testing.T, terms contract.Terms, begins string) *desk {
	t.Helper()
	return &desk{t: t, book: ledger.New(terms, date(t, begins))}
}

func (d *desk) keep(entries []ledger.Entry, err error) []ledger.Entry {
	d.t.Helper()
	if err != nil {
		d.t.Fatal(err)
	}
	d.entries = append(d.entries, entries...)
	return entries
}

// works logs hours of a developer on a day, entered at an instant.
func (d *desk) works(hours float64, day, entered string) []ledger.Entry {
	d.t.Helper()
	return d.keep(d.book.Post(ledger.Work{
		Day: date(d.t, day), Minutes: int(hours * 60), Activity: catalog.IncidentManagement, Role: catalog.Developer, Person: "p1", Ticket: "INC-1",
	}, at(d.t, entered)))
}

// stands gives the balance of a pool on a day as a line of hours, zeroes left out.
func (d *desk) stands(pool, day string) string {
	d.t.Helper()
	b, err := d.book.Balance(pool, date(d.t, day))
	if err != nil {
		d.t.Fatal(err)
	}
	var line []string
	for _, figure := range []struct {
		name    string
		minutes int
	}{
		{"allotted", b.Allotted},
		{"carried in", b.CarriedIn},
		{"approved", b.Approved},
		{"exchanged", b.Exchanged},
		{"credited", b.Credited},
		{"worked", b.Worked},
		{"adjusted", b.Adjusted},
		{"pending", b.Pending},
		{"refused", b.Refused},
		{"left", b.Left},
		{"expired", b.Expired},
		{"carried out", b.CarriedOut},
	} {
		if figure.minutes != 0 {
			line = append(line, fmt.Sprintf("%s %g", figure.name, float64(figure.minutes)/60))
		}
	}
	return strings.Join(line, ", ")
}

func (d *desk) want(pool, day, balance string) {
	d.t.Helper()
	if got := d.stands(pool, day); got != balance {
		d.t.Errorf("%s on %s:\n got %s\nwant %s", pool, day, got, balance)
	}
}

// lines gives entries as "kind hours".
func lines(entries []ledger.Entry) []string {
	var lines []string
	for _, e := range entries {
		line := e.Kind.String()
		if e.Minutes != 0 {
			line += fmt.Sprintf(" %g", float64(e.Minutes)/60)
		}
		if e.Kind == ledger.Warned {
			line += fmt.Sprintf(" %d%%", e.Percent)
		}
		lines = append(lines, line)
	}
	return lines
}

func wantLines(t *testing.T, entries []ledger.Entry, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, lines(entries)); diff != "" {
		t.Errorf("entries (-want +got):\n%s", diff)
	}
}

func wantFault(t *testing.T, err error, code reason.Code) {
	t.Helper()
	for _, f := range fault.All(err) {
		if f.Code == code {
			return
		}
	}
	t.Errorf("got error %v, want %s", err, code)
}

// fixed is the fixed-capacity contract as its template has it: 80 h a month, of which up to
// 12 h carry over for 2 months; warnings at 50, 75, 90, 100 %; books close 5 days after.
const fixed = "template: fixed_capacity@1\n"

func TestOverrunWaitsForTheClient(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, fixed), "2026-11-01")
	wantLines(t, d.works(60, "2026-11-10", "2026-11-10 17:00"), "allotted 80", "worked 60", "warned 50%", "warned 75%")
	wantLines(t, d.works(15, "2026-11-16", "2026-11-16 17:00"), "worked 15", "warned 90%")
	wantLines(t, d.works(15, "2026-11-20", "2026-11-20 17:00"), "worked 15", "warned 100%", "overrun_began", "overrun 10")
	d.want("monthly", "2026-11-20", "allotted 80, worked 90, pending 10")

	// The client approves six of the ten hours and refuses the rest.
	decision := ledger.Decision{Pool: "monthly", Day: date(t, "2026-11-20"), Minutes: 6 * 60, By: "c1"}
	wantLines(t, d.keep(d.book.Approve(decision, at(t, "2026-11-23 09:00"))), "approved 6", "overrun -6")
	d.want("monthly", "2026-11-23", "allotted 80, approved 6, worked 90, pending 4")
	_, err := d.book.Refuse(decision, at(t, "2026-11-23 09:05"))
	wantFault(t, err, ledger.CodeNotWaiting)
	decision.Minutes = 4 * 60
	wantLines(t, d.keep(d.book.Refuse(decision, at(t, "2026-11-23 09:10"))), "refused 4", "overrun -4")
	d.want("monthly", "2026-11-23", "allotted 80, approved 6, worked 90, refused 4")
	wantLines(t, d.book.Settle(at(t, "2026-12-31 12:00")), "allotted 80", "closed")
}

func TestOnlyAChangeBringsHours(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, "template: sla_hotfix@1\ntier: gold\n"), "2026-11-01")
	d.works(90, "2026-11-10", "2026-11-10 17:00")
	decision := ledger.Decision{Pool: "monthly", Day: date(t, "2026-11-10"), Minutes: 600, By: "c1"}
	_, err := d.book.Approve(decision, at(t, "2026-11-11 09:00"))
	wantFault(t, err, ledger.CodeChangeOnly)
	decision.Change = "CHG-000007"
	wantLines(t, d.keep(d.book.Approve(decision, at(t, "2026-11-11 09:00"))), "approved 10", "overrun -10")
	d.want("monthly", "2026-11-11", "allotted 80, approved 10, worked 90")
}

func TestUnusedHoursCarryOverAndExpire(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, fixed), "2026-09-01")
	d.works(60, "2026-09-15", "2026-09-15 17:00")
	d.want("monthly", "2026-09-15", "allotted 80, worked 60, left 20")
	d.keep(d.book.Settle(at(t, "2026-10-03 12:00")), nil)
	d.want("monthly", "2026-10-03", "allotted 80, carried in 12, left 92") // as things stand
	// The books of September are still open, so this counts in September.
	wantLines(t, d.works(10, "2026-09-30", "2026-10-05 17:00"), "worked 10")
	d.want("monthly", "2026-10-05", "allotted 80, carried in 10, left 90")
	wantLines(t, d.keep(d.book.Settle(at(t, "2026-10-06 00:00")), nil), "carried_out 10", "carried_in 10", "closed")
	d.want("monthly", "2026-09-30", "allotted 80, worked 70, carried out 10")
	d.works(4, "2026-10-20", "2026-10-20 17:00") // of the 10 h that expire first
	d.keep(d.book.Settle(at(t, "2026-11-06 00:00")), nil)
	d.want("monthly", "2026-10-20", "allotted 80, carried in 10, worked 4, expired 68, carried out 18")
	d.want("monthly", "2026-11-06", "allotted 80, carried in 18, left 98")
	d.works(1, "2026-11-07", "2026-11-07 17:00")
	wantLines(t, d.keep(d.book.Settle(at(t, "2026-12-06 00:00")), nil),
		"allotted 80", "expired 5", "expired 68", "carried_out 12", "carried_in 12", "carried_out 12", "carried_in 12", "closed")
	b, err := d.book.Balance("monthly", date(t, "2026-12-06"))
	if err != nil {
		t.Fatal(err)
	}
	want := []ledger.Lot{
		{From: date(t, "2026-10-01"), Expires: date(t, "2027-01-01"), Minutes: 12 * 60},
		{From: date(t, "2026-12-01"), Expires: date(t, "2027-01-01"), Minutes: 68 * 60},
		{From: date(t, "2026-11-01"), Expires: date(t, "2027-02-01"), Minutes: 12 * 60},
		{From: date(t, "2026-12-01"), Expires: date(t, "2027-03-01"), Minutes: 12 * 60},
	}
	if diff := cmp.Diff(want, b.Lots); diff != "" {
		t.Errorf("lots (-want +got):\n%s", diff)
	}
}

func TestLateEntryAfterTheBooksClosed(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, fixed), "2026-10-01")
	d.works(80, "2026-10-15", "2026-10-15 17:00")
	entries := d.works(3, "2026-10-30", "2026-11-09 09:00")
	wantLines(t, entries, "allotted 80", "closed", "adjusted 3")
	late := entries[2]
	if late.Day != date(t, "2026-10-30") || !late.Recorded.Equal(at(t, "2026-11-09 09:00")) || late.Period != date(t, "2026-11-01") {
		t.Errorf("%+v", late)
	}
	d.want("monthly", "2026-10-30", "allotted 80, worked 80")
	d.want("monthly", "2026-11-09", "allotted 80, adjusted 3, left 77")
	// A correction of a closed period is a credit in the open one.
	wantLines(t, d.keep(d.book.Correct(d.entries[1], "p2", at(t, "2026-11-10 09:00"))), "credited 80")
	d.want("monthly", "2026-11-10", "allotted 80, credited 80, adjusted 3, left 157")
}
