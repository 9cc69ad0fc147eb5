package ledger_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ledger"
)

var begins = calendar.Date{Year: 2026, Month: time.January, Day: 10}

var office = func() *calendar.Calendar {
	week := calendar.Spec{Zone: "Europe/Amsterdam"}
	for day := time.Monday; day <= time.Friday; day++ {
		week.Weekly[day] = []calendar.Interval{{From: 8 * 60, To: 18 * 60}}
	}
	c, err := calendar.New(week)
	if err != nil {
		panic(err)
	}
	return c
}()

// drawTerms draws a contract of one or two versions with pools that run dry quickly.
func drawTerms(t *rapid.T) contract.Terms {
	first := &contract.Version{Zone: amsterdam, Effective: begins.Start(amsterdam), Capacity: drawCapacity(t)}
	if !rapid.Bool().Draw(t, "amended") {
		return contract.Terms{first}
	}
	from := begins.AddDays(rapid.IntRange(-5, 200).Draw(t, "amended after"))
	if from == begins {
		from = from.AddDays(1)
	}
	second := &contract.Version{Zone: amsterdam, Effective: from.Start(amsterdam), Capacity: drawCapacity(t)}
	if from.Before(begins) {
		first.Effective = from.AddDays(-30).Start(amsterdam)
	}
	return contract.Terms{first, second}
}

func drawCapacity(t *rapid.T) contract.Capacity {
	c := contract.Capacity{ClosesAfter: rapid.SampledFrom([]int{0, 5, 40}).Draw(t, "closes after")}
	pools := []string{"a", "b", "c"}[:rapid.IntRange(1, 3).Draw(t, "pools")]
	for _, name := range pools {
		c.Pools = append(c.Pools, drawPool(t, name))
	}
	for i, p := range c.Pools {
		if i > 0 {
			p.Exchange = []contract.Exchange{{Into: "a", Percent: rapid.SampledFrom([]int{50, 75, 100, 133}).Draw(t, "exchange")}}
		}
		draw := contract.Draw{Pool: p, Roles: []catalog.Role{[]catalog.Role{catalog.Developer, catalog.QualityAnalyst, catalog.SolutionArchitect}[i]}}
		c.Draws = append(c.Draws, draw)
	}
	if rapid.Bool().Draw(t, "takes all") {
		c.Draws = append(c.Draws, contract.Draw{Pool: c.Pools[0]})
	}
	return c
}

func drawPool(t *rapid.T, name string) *contract.Pool {
	if rapid.IntRange(0, 5).Draw(t, "limit") == 0 {
		return &contract.Pool{Name: name, Unlimited: true, AfterHours: contract.AfterHours{Percent: 100}}
	}
	p := &contract.Pool{
		Name:       name,
		Period:     rapid.SampledFrom([]contract.Period{contract.Month, contract.Quarter, contract.Quarter, contract.Year}).Draw(t, "period"),
		Minutes:    rapid.SampledFrom([]int{1, 100, 300, 600, 1000}).Draw(t, "allotment"),
		Carry:      contract.Carry{Cap: rapid.SampledFrom([]int{0, 50, 200, 500}).Draw(t, "cap"), Months: rapid.IntRange(1, 4).Draw(t, "carry months")},
		Warn:       []int{50, 75, 90, 100},
		Overrun:    rapid.SampledFrom([]contract.Overrun{contract.ClientApproval, contract.ChangeOnly}).Draw(t, "overrun"),
		AfterHours: contract.AfterHours{Percent: 100},
	}
	if rapid.Bool().Draw(t, "weighed") {
		p.AfterHours = contract.AfterHours{Percent: rapid.SampledFrom([]int{33, 125, 150, 200}).Draw(t, "factor"), Calendar: office}
	}
	p.In = map[calendar.Date]int{{Year: 2026, Month: time.April, Day: 1}: rapid.IntRange(0, 300).Draw(t, "April")}
	return p
}

// step is one command that a book is given.
type step struct {
	now      time.Time
	name     string
	work     ledger.Work
	decision ledger.Decision
	swap     ledger.Swap
	pick     int // which earlier entry is taken back
}

func drawSteps(t *rapid.T) []step {
	steps := make([]step, rapid.IntRange(1, 40).Draw(t, "steps"))
	now := begins.Start(amsterdam).Add(time.Hour)
	for i := range steps {
		now = now.Add(time.Duration(rapid.IntRange(0, 15*24*60).Draw(t, "later")) * time.Minute)
		today := calendar.DateOf(now, amsterdam)
		day := today.AddDays(-rapid.SampledFrom([]int{0, 1, 3, 10, 35, 120}).Draw(t, "days ago"))
		minutes := rapid.IntRange(1, 150).Draw(t, "minutes")
		pool := rapid.SampledFrom([]string{"a", "b", "c"}).Draw(t, "pool")
		s := step{now: now, pick: rapid.IntRange(0, 1<<20).Draw(t, "pick")}
		s.name = rapid.SampledFrom([]string{"post", "post", "post", "post", "post", "post", "approve", "refuse", "exchange", "correct", "settle"}).Draw(t, "step")
		switch s.name {
		case "post":
			s.work = drawWork(t, now, day, minutes)
		case "approve":
			s.decision = ledger.Decision{Pool: pool, Day: day, Minutes: minutes, Change: rapid.SampledFrom([]string{"", "CHG-1"}).Draw(t, "change")}
		case "refuse":
			s.decision = ledger.Decision{Pool: pool, Day: day, Minutes: minutes}
		case "exchange":
			s.swap = ledger.Swap{From: pool, Into: "a", Day: day, Minutes: minutes}
		}
		steps[i] = s
	}
	return steps
}

func drawWork(t *rapid.T, now time.Time, day calendar.Date, minutes int) ledger.Work {
	w := ledger.Work{Day: day, Minutes: minutes, Activity: catalog.IncidentManagement}
	w.Role = rapid.SampledFrom([]catalog.Role{catalog.Developer, catalog.QualityAnalyst, catalog.SolutionArchitect, catalog.ReleaseManager}).Draw(t, "role")
	if rapid.Bool().Draw(t, "time known") {
		if rapid.IntRange(0, 3).Draw(t, "over the end of a month") == 0 {
			day = calendar.Date{Year: day.Year, Month: day.Month, Day: 1}
			w.From = day.Start(amsterdam).Add(-time.Duration(rapid.IntRange(1, minutes).Draw(t, "before")) * time.Minute)
		} else {
			w.From = day.Start(amsterdam).Add(time.Duration(rapid.IntRange(0, 23*60).Draw(t, "of day")) * time.Minute)
		}
		if latest := now.Add(-time.Duration(minutes) * time.Minute).Truncate(time.Minute); w.From.After(latest) {
			w.From = latest
		}
	}
	return w
}

// run gives a book one step. The entries are those so far.
func run(book *ledger.Book, s step, so []ledger.Entry) ([]ledger.Entry, error) {
	switch s.name {
	case "post":
		return book.Post(s.work, s.now)
	case "approve":
		return book.Approve(s.decision, s.now)
	case "refuse":
		return book.Refuse(s.decision, s.now)
	case "exchange":
		return book.Exchange(s.swap, s.now)
	case "correct":
		if candidates := correctable(so); len(candidates) > 0 {
			return book.Correct(candidates[s.pick%len(candidates)], "p2", s.now)
		}
	}
	return book.Settle(s.now), nil
}

func correctable(entries []ledger.Entry) []ledger.Entry {
	var candidates []ledger.Entry
	for _, e := range entries {
		if e.Of == 0 && (e.Kind == ledger.Worked || e.Kind == ledger.Adjusted || e.Kind == ledger.Approved) {
			candidates = append(candidates, e)
		}
	}
	return candidates
}

// runAll gives a book all steps and returns its entries.
func runAll(book *ledger.Book, steps []step) []ledger.Entry {
	var entries []ledger.Entry
	for _, s := range steps {
		added, _ := run(book, s, entries)
		entries = append(entries, added...)
	}
	return entries
}

// balances reads all periods of all pools that have begun.
func balances(t *rapid.T, book *ledger.Book, entries []ledger.Entry) map[string]ledger.Balance {
	all := map[string]ledger.Balance{}
	for _, e := range entries {
		if e.Kind == ledger.Allotted {
			b, err := book.Balance(e.Pool, e.Period)
			if err != nil {
				t.Fatal(err)
			}
			b.Why = nil
			all[fmt.Sprintf("%s from %s", e.Pool, e.Period)] = b
		}
	}
	return all
}

func TestLawBookAgreesWithTheOracle(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		terms := drawTerms(t)
		book := ledger.New(terms, begins)
		o := &oracle{terms: terms, begins: begins, zone: amsterdam, warned: map[warning]bool{}}
		var entries []ledger.Entry
		places := map[int]int{} // the oracle's fact of an entry
		untaken := 0
		for _, s := range drawSteps(t) {
			added, err := run(book, s, entries)
			before := len(o.facts)
			wanted := o.run(s, correctable(entries), places, &untaken)
			if wanted != (err == nil) {
				t.Fatalf("%+v: error %v, the oracle takes it: %t", s, err, wanted)
			}
			noteFacts(t, o, before, added, places)
			entries = append(entries, added...)
			o.look(s.now)
			o.compare(t, book, s.now)
		}
		conserved(t, book, entries)
		warnedOnce(t, o, entries)
		for _, e := range entries {
			if e.Kind == ledger.Untaken {
				untaken -= e.Minutes
			}
		}
		if untaken != 0 {
			t.Fatalf("%d minutes of untaken work went astray", untaken)
		}
	})
}

// noteFacts holds the entries that were added against the facts that the oracle noted, one by
// one, and notes which belong together.
func noteFacts(t *rapid.T, o *oracle, before int, added []ledger.Entry, places map[int]int) {
	t.Helper()
	i := before
	for _, e := range added {
		if e.Decided() || e.Kind == ledger.Untaken || e.Of != 0 && e.Kind != ledger.ExchangedIn && e.Kind != ledger.Credited {
			continue
		}
		for e.Kind == ledger.Credited && i < len(o.facts) && o.facts[i].kind != ledger.Credited {
			i++
		}
		if i >= len(o.facts) {
			t.Fatalf("entry %+v is not in the oracle", e)
		}
		f := o.facts[i]
		if f.pool != e.Pool || f.period != e.Period || f.kind != e.Kind || f.minutes != e.Minutes {
			t.Fatalf("entry %+v, oracle %+v", e, f)
		}
		places[e.Number] = i
		i++
	}
}

func (o *oracle) compare(t *rapid.T, book *ledger.Book, now time.Time) {
	t.Helper()
	today := calendar.DateOf(now, amsterdam)
	for _, name := range names(o.terms) {
		chain, all := o.deal(name, now)
		for i, term := range chain {
			on := term.ends.AddDays(-1)
			if today.Before(on) {
				on = today
			}
			b, err := book.Balance(name, on)
			if err != nil {
				t.Fatal(err)
			}
			if in, out := b.Whole()+b.Pending+b.Refused, b.Used()+b.Left+b.Expired+b.CarriedOut; !b.Unlimited && in != out {
				t.Fatalf("%s from %s, as of %s: %d minutes come in, %d are somewhere", name, term.begins, now, in, out)
			}
			got := figures{
				Allotted: b.Allotted, CarriedIn: b.CarriedIn, Approved: b.Approved, Exchanged: b.Exchanged, Credited: b.Credited,
				Worked: b.Worked, Adjusted: b.Adjusted, Pending: b.Pending, Refused: b.Refused, Left: b.Left, Expired: b.Expired,
				CarriedOut: b.CarriedOut, Lots: b.Lots,
			}
			if diff := cmp.Diff(all[i], got, cmpopts.IgnoreUnexported(figures{}), cmpopts.EquateEmpty()); diff != "" {
				t.Fatalf("%s from %s, as of %s (-oracle +book):\n%s", name, term.begins, now, diff)
			}
		}
	}
}

// conserved adds up the entries of each period alone: nothing comes from nowhere, nothing is lost.
func conserved(t *rapid.T, book *ledger.Book, entries []ledger.Entry) {
	t.Helper()
	type key struct {
		pool   string
		period calendar.Date
	}
	sums, overrun, refused := map[key]int{}, map[key]int{}, map[key]int{}
	var closed []key
	for _, e := range entries {
		k := key{e.Pool, e.Period}
		switch e.Kind {
		case ledger.Allotted, ledger.CarriedIn, ledger.Approved, ledger.Credited, ledger.ExchangedIn:
			sums[k] += e.Minutes
		case ledger.Worked, ledger.Adjusted, ledger.ExchangedOut, ledger.Expired, ledger.CarriedOut:
			sums[k] -= e.Minutes
		case ledger.Overrun:
			overrun[k] += e.Minutes
		case ledger.Refused:
			refused[k] += e.Minutes
		case ledger.Closed:
			closed = append(closed, k)
		}
	}
	for _, k := range closed {
		b, err := book.Balance(k.pool, k.period)
		if err != nil {
			t.Fatal(err)
		}
		if !b.Unlimited && (sums[k]+overrun[k]+b.Refused != 0 || overrun[k] != b.Pending || b.Refused > refused[k]) {
			t.Fatalf("%v: sum %d, overrun %d, refused %d of %d: %+v", k, sums[k], overrun[k], b.Refused, refused[k], b)
		}
	}
}

func warnedOnce(t *rapid.T, o *oracle, entries []ledger.Entry) {
	t.Helper()
	warned := map[warning]bool{}
	began := map[warning]bool{}
	for _, e := range entries {
		w := warning{e.Pool, e.Period, e.Percent}
		said := map[ledger.Kind]map[warning]bool{ledger.Warned: warned, ledger.OverrunBegan: began}[e.Kind]
		if said == nil {
			continue
		}
		if said[w] {
			t.Fatalf("%v is said twice", w)
		}
		said[w] = true
	}
	if diff := cmp.Diff(o.warned, warned, cmp.AllowUnexported(warning{})); diff != "" {
		t.Fatalf("warnings (-oracle +book):\n%s", diff)
	}
}

func TestLawSettlingLateChangesRecordedOnly(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		terms, steps := drawTerms(t), drawSteps(t)
		var often []step
		for i, s := range steps {
			if i > 0 {
				gap := s.now.Sub(steps[i-1].now)
				for _, part := range []time.Duration{gap / 3, gap / 2} {
					often = append(often, step{name: "settle", now: steps[i-1].now.Add(part)})
				}
			}
			often = append(often, s)
		}
		rare := runAll(ledger.New(terms, begins), steps)
		busy := runAll(ledger.New(terms, begins), often)
		if diff := cmp.Diff(rare, busy, cmpopts.IgnoreFields(ledger.Entry{}, "Recorded")); diff != "" {
			t.Fatalf("entries (-settled late +settled often):\n%s", diff)
		}
	})
}

func TestLawLoadedBookGoesOn(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		terms, steps := drawTerms(t), drawSteps(t)
		cut := rapid.IntRange(0, len(steps)).Draw(t, "cut")
		book := ledger.New(terms, begins)
		entries := runAll(book, steps[:cut])
		loaded, err := ledger.Load(terms, begins, entries)
		if err != nil {
			t.Fatal(err)
		}
		if !loaded.Next().Equal(book.Next()) {
			t.Fatalf("next %s, loaded %s", book.Next(), loaded.Next())
		}
		if diff := cmp.Diff(balances(t, book, entries), balances(t, loaded, entries)); diff != "" {
			t.Fatalf("balances (-kept +loaded):\n%s", diff)
		}
		for _, s := range steps[cut:] {
			want, err1 := run(book, s, entries)
			got, err2 := run(loaded, s, entries)
			if diff := cmp.Diff(want, got); diff != "" || fmt.Sprint(err1) != fmt.Sprint(err2) {
				t.Fatalf("%+v: errors %v, %v; entries (-kept +loaded):\n%s", s, err1, err2, diff)
			}
			entries = append(entries, want...)
		}
	})
}

// What is taken back before the books close leaves no trace in the balance.
func TestLawCorrectionRestoresTheBalance(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		terms, steps := drawTerms(t), drawSteps(t)
		book := ledger.New(terms, begins)
		entries := runAll(book, steps)
		now := steps[len(steps)-1].now
		entries = append(entries, book.Settle(now)...)
		before := balances(t, book, entries)
		added, err := book.Post(drawWork(t, now, calendar.DateOf(now, amsterdam), 60), now)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range correctable(added) {
			if _, err := book.Correct(e, "p2", now); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(before, balances(t, book, entries)); diff != "" {
			t.Fatalf("balances (-before +after):\n%s", diff)
		}
	})
}

// Work that is entered at one instant adds up to the same, in whatever order.
func TestLawOrderOfEnteringDoesNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		terms := drawTerms(t)
		now := begins.AddDays(rapid.IntRange(1, 200).Draw(t, "now")).Start(amsterdam)
		works := make([]step, rapid.IntRange(2, 12).Draw(t, "works"))
		for i := range works {
			day := calendar.DateOf(now, amsterdam).AddDays(-rapid.IntRange(0, 100).Draw(t, "days ago"))
			works[i] = step{name: "post", now: now, work: drawWork(t, now, day, rapid.IntRange(1, 150).Draw(t, "minutes"))}
		}
		one, other := ledger.New(terms, begins), ledger.New(terms, begins)
		entries := runAll(one, works)
		shuffled := slices.Clone(works)
		rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 0)).Shuffle(len(shuffled), func(i, j int) {
			shuffled[i], shuffled[j] = shuffled[j], shuffled[i]
		})
		runAll(other, shuffled)
		if diff := cmp.Diff(balances(t, one, entries), balances(t, other, entries)); diff != "" {
			t.Fatalf("balances (-one order +other order):\n%s", diff)
		}
	})
}

// No minute is lost where work is split.
func TestLawSplittingKeepsAllMinutes(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		now := begins.AddDays(200).Start(amsterdam)
		w := drawWork(t, now, begins.AddDays(rapid.IntRange(0, 190).Draw(t, "day")), rapid.IntRange(1, 100_000).Draw(t, "minutes"))
		entries, err := ledger.New(drawTerms(t), begins).Post(w, now)
		if err != nil {
			t.Fatal(err)
		}
		minutes := 0
		for _, e := range entries {
			minutes += e.Work.Minutes
		}
		if minutes != w.Minutes {
			t.Fatalf("%d of %d minutes", minutes, w.Minutes)
		}
	})
}
