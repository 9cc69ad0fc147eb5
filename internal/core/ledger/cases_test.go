package ledger_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ledger"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/wording"
)

// Hours of one quarter that may be used in the first month of the next only.
const quarterly = `template: fixed_capacity@1
pools:
  monthly: {period: quarter, hours: 100, carry: {cap: 20h, expires: 1 month}, warn: [80]}
`

func TestHoursExpireWithinAQuarter(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, quarterly), "2026-01-01")
	d.works(90, "2026-02-10", "2026-02-10 17:00")
	d.works(4, "2026-04-20", "2026-04-20 17:00")
	d.want("monthly", "2026-04-30", "allotted 100, carried in 10, worked 4, left 106")
	d.want("monthly", "2026-05-01", "allotted 100, carried in 10, worked 4, left 100, expired 6")
	d.works(5, "2026-05-20", "2026-05-20 17:00") // the six hours of last quarter are gone
	d.want("monthly", "2026-05-20", "allotted 100, carried in 10, worked 9, left 95, expired 6")
	d.works(3, "2026-04-28", "2026-05-21 17:00") // but not for work of April
	d.want("monthly", "2026-05-21", "allotted 100, carried in 10, worked 12, left 95, expired 3")
}

func TestWorkOverTheEndOfAMonthIsSplit(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, `template: fixed_capacity@1
pools:
  monthly: {after_hours: {factor: 1.5, calendar: business}}
`), "2026-10-01")
	night := ledger.Work{
		From: at(t, "2026-10-31 23:15"), Minutes: 91, Activity: catalog.IncidentManagement, Role: catalog.Developer,
	}
	entries := d.keep(d.book.Post(night, at(t, "2026-11-02 09:00")))
	var posted []ledger.Entry
	for _, e := range entries {
		if e.Kind == ledger.Worked {
			posted = append(posted, e)
		}
	}
	type part struct {
		day             string
		minutes, worked int
	}
	var got []part
	for _, e := range posted {
		got = append(got, part{e.Day.String(), e.Minutes, e.Work.Minutes})
	}
	// 45 × 1.5 = 67.5 and 46 × 1.5 = 69: each entry is rounded half up by itself.
	if diff := cmp.Diff([]part{{"2026-10-31", 68, 45}, {"2026-11-01", 69, 46}}, got, cmp.AllowUnexported(part{})); diff != "" {
		t.Errorf("parts (-want +got):\n%s", diff)
	}
	// Where only the day is known, time is not weighed, and the entry says so.
	d.works(1, "2026-11-01", "2026-11-02 09:00")
	last := d.entries[len(d.entries)-1]
	why := d.book.Reason(last)
	if known, ok := why.Get("known").(bool); last.Minutes != 60 || known || !ok {
		t.Errorf("%+v", why)
	}
}

func TestUnlimitedSupportIsCountedAndNeverShort(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, "template: sla_critical_dedicated@1\ntier: gold\n"), "2026-11-01")
	d.works(500, "2026-11-10", "2026-11-10 17:00") // incident management, whatever the role
	d.want("operations", "2026-11-10", "worked 500")
	b := ledger.Work{Day: date(t, "2026-11-10"), Minutes: 60, Activity: catalog.DesignDevelopment, Role: catalog.QualityAnalyst}
	d.keep(d.book.Post(b, at(t, "2026-11-10 17:00")))
	d.want("qa", "2026-11-10", "allotted 80, worked 1, left 79")
	_, err := d.book.Approve(ledger.Decision{Pool: "operations", Day: b.Day, Minutes: 60, Change: "CHG-1"}, at(t, "2026-11-10 17:00"))
	wantFault(t, err, ledger.CodeNoLimit)

	// Delivery work of a role that no pool is for is recorded as such.
	b.Role = "BA"
	entries := d.keep(d.book.Post(b, at(t, "2026-11-10 17:00")))
	wantLines(t, entries, "untaken 1")
	wantLines(t, d.keep(d.book.Correct(entries[0], "p2", at(t, "2026-11-10 17:05"))), "untaken -1")
}

func TestHoursOfOneRoleBecomeHoursOfAnother(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, `template: sla_critical_dedicated@1
tier: gold
pools:
  dev: {exchange: {qa: 0.75}}
`), "2026-11-01")
	now := at(t, "2026-11-10 17:00")
	swap := ledger.Swap{From: "dev", Into: "qa", Day: date(t, "2026-11-10"), Minutes: 10 * 60, By: "p1"}
	wantLines(t, d.keep(d.book.Exchange(swap, now))[6:], "exchanged_out 10", "exchanged_in 7.5")
	d.want("dev", "2026-11-10", "allotted 160, exchanged -10, left 150")
	d.want("qa", "2026-11-10", "allotted 80, exchanged 7.5, left 87.5")

	_, err := d.book.Exchange(ledger.Swap{From: "qa", Into: "dev", Day: swap.Day, Minutes: 60}, now)
	wantFault(t, err, ledger.CodeNoExchange)
	// Hours that a change brought are not the period's own.
	d.keep(d.book.Approve(ledger.Decision{Pool: "dev", Day: swap.Day, Minutes: 60, Change: "CHG-1"}, now))
	swap.Minutes = 151 * 60
	_, err = d.book.Exchange(swap, now)
	wantFault(t, err, ledger.CodeTooFew)
}

func TestCorrectionOfAClosedPeriod(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, fixed), "2026-10-01")
	d.works(79, "2026-10-10", "2026-10-10 17:00")
	five := d.works(5, "2026-10-20", "2026-10-20 17:00")[0]
	d.want("monthly", "2026-10-20", "allotted 80, worked 84, pending 4")
	// Four of the five hours were overrun that nobody owes; the fifth was the client's.
	entries := d.keep(d.book.Correct(five, "p2", at(t, "2026-11-10 17:00")))
	wantLines(t, entries, "allotted 80", "closed", "worked -4", "overrun -4", "credited 1")
	d.want("monthly", "2026-10-20", "allotted 80, worked 80")
	d.want("monthly", "2026-11-10", "allotted 80, credited 1, left 81")
	_, err := d.book.Correct(five, "p2", at(t, "2026-11-10 17:01"))
	wantFault(t, err, ledger.CodeTakenBack)
	_, err = d.book.Correct(entries[3], "p2", at(t, "2026-11-10 17:01"))
	wantFault(t, err, ledger.CodeNotCorrectable)
}

func TestOverrunIsApprovedAfterTheBooksClosed(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, fixed), "2026-10-01")
	d.works(83, "2026-10-10", "2026-10-10 17:00")
	decision := ledger.Decision{Pool: "monthly", Day: date(t, "2026-10-10"), Minutes: 4 * 60}
	_, err := d.book.Approve(decision, at(t, "2026-11-20 09:00"))
	wantFault(t, err, ledger.CodeNotWaiting)
	decision.Minutes = 3 * 60
	approved := d.keep(d.book.Approve(decision, at(t, "2026-11-20 09:00")))
	wantLines(t, approved, "approved 3", "overrun -3")
	_, err = d.book.Correct(approved[0], "p2", at(t, "2026-11-20 09:01"))
	wantFault(t, err, ledger.CodeBooksClosed)
}

func TestAmendmentChangesTheNextPeriod(t *testing.T) {
	t.Parallel()
	d := newDesk(t, history(t, fixed, fixed+`effective: 2026-11-15
pools:
  monthly: {hours: 100, in: {2026-12: 120}}
  peak: {hours: 10, roles: QA}
draws:
  - {take: all, roles: QA, from: peak}
  - {take: all, from: monthly}
`), "2026-11-01")
	d.works(1, "2026-11-20", "2026-11-20 17:00")
	d.want("monthly", "2026-11-20", "allotted 80, worked 1, left 79")
	d.want("peak", "2026-11-20", "allotted 10, left 10")
	d.keep(d.book.Settle(at(t, "2027-01-02 09:00")), nil)
	d.want("monthly", "2026-12-31", "allotted 120, carried in 12, left 132")
	d.want("monthly", "2027-01-02", "allotted 100, carried in 24, left 124")
}

func TestWhatIsRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, fixed), "2026-11-01")
	now := at(t, "2026-11-10 12:00")
	work := ledger.Work{Day: date(t, "2026-11-11"), Minutes: 60, Activity: catalog.IncidentManagement}
	_, err := d.book.Post(work, now)
	wantFault(t, err, ledger.CodeAhead)
	_, err = d.book.Post(ledger.Work{From: now, Minutes: 1}, now)
	wantFault(t, err, ledger.CodeAhead)
	_, err = d.book.Post(work, at(t, "2026-10-31 12:00"))
	wantFault(t, err, ledger.CodeNotBegun)
	work.Minutes = 0
	_, err = d.book.Post(work, now)
	wantFault(t, err, ledger.CodeNoMinutes)
	_, err = d.book.Approve(ledger.Decision{Pool: "monthly", Day: work.Day}, now)
	wantFault(t, err, ledger.CodeNoMinutes)
	_, err = d.book.Balance("weekly", work.Day)
	wantFault(t, err, ledger.CodeNoPool)
	_, err = d.book.Balance("monthly", date(t, "2026-12-01"))
	wantFault(t, err, ledger.CodeNoPeriod)
	for _, e := range []ledger.Entry{
		{Number: 1, Kind: ledger.Worked, Pool: "weekly", Period: work.Day},
		{Number: 1, Kind: ledger.Worked, Pool: "monthly", Period: date(t, "2026-11-01")}, // before it is opened
	} {
		_, err = ledger.Load(terms(t, fixed), date(t, "2026-11-01"), []ledger.Entry{e})
		wantFault(t, err, ledger.CodeForeignEntry)
	}
}

func TestForecast(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, fixed), "2026-08-01")
	forecast := func(day string, days *calendar.Calendar) ledger.Forecast {
		t.Helper()
		f, err := d.book.Forecast("monthly", date(t, day), days)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	codes := func(f ledger.Forecast) []reason.Code {
		var codes []reason.Code
		for _, why := range f.Why {
			codes = append(codes, why.Code)
		}
		return codes
	}
	d.works(42, "2026-08-10", "2026-08-10 17:00")
	d.works(66, "2026-09-10", "2026-09-10 17:00")
	d.keep(d.book.Settle(at(t, "2026-11-01 12:00")), nil)
	// 1 November 2026 is a Sunday: no working day has passed, so only earlier months tell.
	f := forecast("2026-11-01", office)
	if f.DaysPassed != 0 || f.Expected != 0 || !f.DryOn.IsZero() || f.Periods != 3 {
		t.Errorf("%+v", f)
	}
	d.works(48, "2026-11-05", "2026-11-06 17:00")
	// 48 h in 5 of 21 working days: 201 h 36 by the end of the month. 80 + 24 h carried in
	// last ten days and a bit: the eleventh is Monday 16 November.
	f = forecast("2026-11-06", office)
	want := ledger.Forecast{
		Pool: "monthly", Begins: date(t, "2026-11-01"), Ends: date(t, "2026-12-01"), DaysPassed: 5, Days: 21,
		Used: 48 * 60, Expected: 201*60 + 36,
		// August 42 h in 21, September 66 h in 22, October nothing: 0, 2 and 3 h a day for 16 days.
		Low: 48 * 60, High: 96 * 60, Periods: 3, DryOn: date(t, "2026-11-16"), Why: f.Why,
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("forecast (-want +got):\n%s", diff)
	}
	if f = forecast("2026-11-06", nil); f.DaysPassed != 6 || f.Days != 30 || f.Expected != 240*60 || f.DryOn != date(t, "2026-11-14") {
		t.Errorf("by plain days: %+v", f)
	}
	if got := codes(f); !slices.Equal(got, []reason.Code{"ledger.linear", "ledger.range", "ledger.runs_dry"}) {
		t.Error(got)
	}
	d.works(60, "2026-11-09", "2026-11-09 17:00")
	if f = forecast("2026-11-09", office); f.DryOn != date(t, "2026-11-09") || f.Why[2].Code != "ledger.is_dry" {
		t.Errorf("%+v", f)
	}
	if f = forecast("2026-08-03", office); !f.DryOn.IsZero() || f.Expected != 42*60 || !slices.Equal(codes(f), []reason.Code{"ledger.is_over"}) {
		t.Errorf("%+v", f)
	}
}

// Every entry and every figure has a sentence in both languages.
func TestEveryReasonIsSaid(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, fixed), "2026-09-01")
	d.works(79, "2026-09-10", "2026-09-10 17:00")
	d.works(85, "2026-10-10", "2026-10-10 17:00")
	decision := ledger.Decision{Pool: "monthly", Day: date(t, "2026-10-10"), Minutes: 60}
	d.keep(d.book.Approve(decision, at(t, "2026-10-11 09:00")))
	d.keep(d.book.Refuse(decision, at(t, "2026-10-11 09:00")))
	late := d.works(2, "2026-09-11", "2026-10-12 09:00")
	d.keep(d.book.Correct(late[len(late)-2], "p2", at(t, "2026-10-12 10:00")))
	d.keep(d.book.Correct(d.entries[1], "p2", at(t, "2026-10-12 10:00")))
	d.keep(d.book.Settle(at(t, "2027-02-20 09:00")), nil)
	b, err := d.book.Balance("monthly", date(t, "2026-10-10"))
	if err != nil {
		t.Fatal(err)
	}
	f, err := d.book.Forecast("monthly", date(t, "2027-02-20"), nil)
	if err != nil {
		t.Fatal(err)
	}
	all := slices.Concat(b.Why, f.Why)
	kinds := map[ledger.Kind]bool{}
	for _, e := range d.entries {
		all = append(all, d.book.Reason(e))
		kinds[e.Kind] = true
	}
	if len(kinds) < 13 {
		t.Errorf("only %d kinds of entry: %v", len(kinds), kinds)
	}
	for _, language := range []wording.Language{wording.English, wording.Dutch} {
		for _, why := range all {
			said := wording.In(language).Reason(why)
			if strings.HasPrefix(said, "ledger.") || strings.Contains(said, "<no value>") {
				t.Errorf("%s: %s", why.Code, said)
			}
		}
	}
}

// A contract is held against a history that is older than it: its first version rules from
// the day on which the book begins.
func TestABookMayBeginBeforeItsContract(t *testing.T) {
	t.Parallel()
	d := newDesk(t, terms(t, "effective: 2026-03-01\n"+fixed), "2026-01-10")
	d.works(5, "2026-01-20", "2026-01-20 17:00")
	d.want("monthly", "2026-01-31", "allotted 80, worked 5, left 75")
	d.works(3, "2026-03-02", "2026-03-02 17:00")
	entries := d.keep(d.book.Post(ledger.Work{
		From: at(t, "2026-03-02 09:00"), Minutes: 60, Activity: catalog.IncidentManagement, Role: catalog.Developer,
	}, at(t, "2026-03-02 18:00")))
	if len(entries) != 1 || entries[0].Kind != ledger.Worked {
		t.Errorf("got %v", entries)
	}
}
