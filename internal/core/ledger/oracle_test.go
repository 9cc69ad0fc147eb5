package ledger_test

import (
	"cmp"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ledger"
)

// oracle is the ledger done the slow and obvious way: it keeps what was reported, and for
// every question deals out each pool's hours again from the first day, minute by minute.
type oracle struct {
	terms  contract.Terms
	begins calendar.Date
	zone   *time.Location
	facts  []fact
	warned map[warning]bool
}

// fact is something reported that counts in one period of one pool.
type fact struct {
	pool    string
	period  calendar.Date
	kind    ledger.Kind
	day     calendar.Date
	minutes int
	gone    bool // taken back while its books were open
}

type warning struct {
	pool    string
	period  calendar.Date
	percent int
}

// term is a period of a pool and its rules.
type term struct {
	begins, ends calendar.Date
	closes       time.Time
	rule         *contract.Pool
}

// figures are what comes out for one period.
type figures struct {
	Allotted, CarriedIn, Approved, Exchanged, Credited, Worked, Adjusted int
	Pending, Refused, Left, Expired, CarriedOut                          int
	Lots                                                                 []ledger.Lot

	beyond int // what no hours are for
	own    int // left of the period's own hours
}

func (o *oracle) version(day calendar.Date) *contract.Version {
	if day.Before(o.begins) {
		day = o.begins
	}
	return o.terms.At(day.Start(o.zone))
}

func pool(v *contract.Version, name string) *contract.Pool {
	for _, p := range v.Capacity.Pools {
		if p.Name == name {
			return p
		}
	}
	return nil
}

// chain lists the periods of a pool that have begun by an instant.
func (o *oracle) chain(name string, now time.Time) []term {
	first := o.begins
	for day := o.begins; pool(o.version(day), name) == nil; day = day.AddDays(1) {
		if !day.Start(o.zone).Before(now) {
			return nil
		}
		first = day.AddDays(1)
	}
	if first.Start(o.zone).After(now) {
		return nil
	}
	begins := pool(o.version(first), name).Period.Begin(first)
	var chain []term
	for !begins.Start(o.zone).After(now) {
		t := term{begins: begins, rule: &contract.Pool{Name: name}}
		days := o.version(begins).Capacity.ClosesAfter
		for day := begins; day.Before(contract.Year.Next(begins)); day = day.AddDays(1) {
			if p := pool(o.version(day), name); p != nil {
				if day.Before(p.Period.Next(begins)) {
					t.rule, days = p, o.version(day).Capacity.ClosesAfter
				}
				break
			}
		}
		t.ends = t.rule.Period.Next(begins)
		t.closes = t.ends.AddDays(days).Start(o.zone)
		if len(chain) > 0 && t.closes.Before(chain[len(chain)-1].closes) {
			t.closes = chain[len(chain)-1].closes
		}
		chain = append(chain, t)
		begins = t.ends
	}
	return chain
}

// deal gives out the hours of a pool.
func (o *oracle) deal(name string, now time.Time) ([]term, []figures) {
	chain := o.chain(name, now)
	all := make([]figures, len(chain))
	var carried []ledger.Lot
	for i, t := range chain {
		all[i], carried = o.dealPeriod(name, t, carried, now)
	}
	return chain, all
}

func (o *oracle) dealPeriod(name string, t term, carried []ledger.Lot, now time.Time) (figures, []ledger.Lot) {
	var f figures
	refused, undone := 0, 0
	months := map[time.Month]int{}
	for _, fact := range o.facts {
		if fact.pool != name || fact.period != t.begins || fact.gone {
			continue
		}
		switch fact.kind {
		case ledger.Worked:
			f.Worked += fact.minutes
			if fact.minutes < 0 {
				undone -= fact.minutes // in closed books
			} else {
				months[fact.day.Month] += fact.minutes
			}
		case ledger.Adjusted:
			f.Adjusted += fact.minutes
			if fact.minutes < 0 {
				undone -= fact.minutes
			} else {
				months[t.begins.Month] += fact.minutes
			}
		case ledger.Credited:
			f.Credited += fact.minutes
		case ledger.Approved:
			f.Approved += fact.minutes
		case ledger.Refused:
			refused += fact.minutes
		case ledger.ExchangedOut:
			f.Exchanged -= fact.minutes
		case ledger.ExchangedIn:
			f.Exchanged += fact.minutes
		}
	}
	f.Allotted = t.rule.Allotment(t.begins)
	for _, l := range carried {
		f.CarriedIn += l.Minutes
	}
	own, approved, beyond := f.Allotted+f.Exchanged+f.Credited, f.Approved, 0
	for month := t.begins; month.Before(t.ends); month = contract.Month.Next(month) {
		for range months[month.Month] {
			soonest := slices.IndexFunc(carried, func(l ledger.Lot) bool { return l.Minutes > 0 && month.Before(l.Expires) })
			switch {
			case soonest >= 0:
				carried[soonest].Minutes--
			case own > 0:
				own--
			case approved > 0:
				approved--
			default:
				beyond++
			}
		}
	}
	beyond -= undone
	f.beyond, f.own = beyond, own
	f.Refused = min(refused, beyond)
	f.Pending = beyond - f.Refused
	next := o.after(&f, t, carried, own, approved, now)
	return f, next
}

// after says what becomes of the hours that are left, and returns those that carry over.
func (o *oracle) after(f *figures, t term, carried []ledger.Lot, own, approved int, now time.Time) []ledger.Lot {
	if t.rule.Unlimited {
		own, approved, f.Pending, f.Refused = 0, 0, 0, 0
	}
	lots := slices.Clone(carried)
	keep := 0
	if t.rule.Carry.Months > 0 {
		keep = min(own, t.rule.Carry.Cap)
	}
	expires := t.ends
	for range t.rule.Carry.Months {
		expires = contract.Month.Next(expires)
	}
	lots = append(lots, ledger.Lot{From: t.begins, Expires: t.ends, Minutes: own - keep + approved}, ledger.Lot{From: t.begins, Expires: expires, Minutes: keep})
	lots = slices.DeleteFunc(lots, func(l ledger.Lot) bool { return l.Minutes == 0 })
	slices.SortStableFunc(lots, func(a, b ledger.Lot) int { return cmp.Or(a.Expires.Compare(b.Expires), a.From.Compare(b.From)) })
	today := calendar.DateOf(now, o.zone)
	if last := t.ends.AddDays(-1); last.Before(today) {
		today = last
	}
	closed := !now.Before(t.closes)
	var next []ledger.Lot
	for _, l := range lots {
		goesOn := t.ends.Before(l.Expires)
		if goesOn {
			next = append(next, l)
		}
		switch {
		case closed && goesOn:
			f.CarriedOut += l.Minutes
		case closed || !today.Before(l.Expires):
			f.Expired += l.Minutes
		default:
			f.Left += l.Minutes
			f.Lots = append(f.Lots, l)
		}
	}
	return next
}

// place finds the period that work counts in when it is entered: that of the day, or the
// first whose books are open.
func (o *oracle) place(name string, day calendar.Date, now time.Time) (period calendar.Date, late bool) {
	for _, t := range o.chain(name, now) {
		if now.Before(t.closes) {
			return laterOf(t, day, o.chain(name, now)), day.Before(t.begins)
		}
	}
	panic("no open period")
}

// laterOf is the period of a day, not before the first open one.
func laterOf(open term, day calendar.Date, chain []term) calendar.Date {
	found := open.begins
	for _, t := range chain {
		if open.begins.Before(t.begins) && !day.Before(t.begins) {
			found = t.begins
		}
	}
	return found
}

// post cuts work into what counts in one period, walking it minute by minute.
func (o *oracle) post(w ledger.Work, now time.Time) (untaken int) {
	if w.From.IsZero() {
		p := o.taker(w, w.Day)
		if p == nil {
			return w.Minutes
		}
		o.count(p.Name, w.Day, w.Minutes, now)
		return 0
	}
	for done := 0; done < w.Minutes; {
		from := w.From.Add(time.Duration(done) * time.Minute)
		day := calendar.DateOf(from, o.zone)
		p := o.taker(w, day)
		if p == nil {
			return w.Minutes - done
		}
		inside, outside := 0, 0
		for done < w.Minutes {
			at := w.From.Add(time.Duration(done) * time.Minute)
			if o.periodOf(p.Name, calendar.DateOf(at, o.zone), now) != o.periodOf(p.Name, day, now) {
				break
			}
			if p.AfterHours.Calendar == nil || p.AfterHours.Calendar.IsOpen(at) {
				inside++
			} else {
				outside++
			}
			done++
		}
		hundredths := inside*100 + outside*p.AfterHours.Percent
		minutes := hundredths / 100
		if hundredths%100 >= 50 {
			minutes++
		}
		o.count(p.Name, day, minutes, now)
	}
	return 0
}

func (o *oracle) count(name string, day calendar.Date, minutes int, now time.Time) {
	period, late := o.place(name, day, now)
	kind := ledger.Worked
	if late {
		kind = ledger.Adjusted
	}
	o.facts = append(o.facts, fact{pool: name, period: period, kind: kind, day: day, minutes: minutes})
}

func (o *oracle) taker(w ledger.Work, day calendar.Date) *contract.Pool {
	draws := o.version(day).Capacity.Draws
	for i := range draws {
		if draws[i].Takes(w.Activity, w.Role) {
			return draws[i].Pool
		}
	}
	return nil
}

func (o *oracle) periodOf(name string, day calendar.Date, now time.Time) calendar.Date {
	var found calendar.Date
	for _, t := range o.chain(name, now) {
		if !day.Before(t.begins) {
			found = t.begins
		}
	}
	return found
}

// at returns the period that a day lies in, and how it stands.
func (o *oracle) at(name string, day calendar.Date, now time.Time) (term, figures, bool) {
	chain, all := o.deal(name, now)
	for i, t := range chain {
		if !day.Before(t.begins) && day.Before(t.ends) {
			return t, all[i], true
		}
	}
	return term{rule: &contract.Pool{}}, figures{}, false
}

// take takes a fact back, and tells whether that is allowed.
func (o *oracle) take(i int, now time.Time) bool {
	f := o.facts[i]
	t, figures, ok := o.at(f.pool, f.period, now)
	closed := !now.Before(t.closes)
	if !ok || f.gone || closed && f.kind == ledger.Approved {
		return false
	}
	o.facts[i].gone = true
	if !closed {
		return true
	}
	undone := min(f.minutes, figures.beyond)
	reversed := f
	reversed.minutes = -undone
	o.facts = append(o.facts, f, reversed)
	if f.minutes > undone {
		period, _ := o.place(f.pool, f.day, now)
		o.facts = append(o.facts, fact{pool: f.pool, period: period, kind: ledger.Credited, day: f.day, minutes: f.minutes - undone})
	}
	return true
}

// run gives the oracle a step; it tells whether the step is allowed.
func (o *oracle) run(s step, candidates []ledger.Entry, places map[int]int, untaken *int) bool {
	switch s.name {
	case "post":
		*untaken += o.post(s.work, s.now)
	case "approve", "refuse":
		t, f, ok := o.at(s.decision.Pool, s.decision.Day, s.now)
		kind, most := ledger.Refused, f.Pending
		if s.name == "approve" {
			kind, most = ledger.Approved, 1<<30
			if !s.now.Before(t.closes) {
				most = f.beyond
			}
			ok = ok && (t.rule.Overrun == contract.ClientApproval || s.decision.Change != "")
		}
		if !ok || t.rule.Unlimited || s.decision.Minutes > most {
			return false
		}
		o.facts = append(o.facts, fact{pool: s.decision.Pool, period: t.begins, kind: kind, minutes: s.decision.Minutes})
	case "exchange":
		return o.exchange(s.swap, s.now)
	case "correct":
		if len(candidates) == 0 {
			return true
		}
		i := places[candidates[s.pick%len(candidates)].Number]
		return o.take(i, s.now)
	}
	return true
}

func (o *oracle) exchange(s ledger.Swap, now time.Time) bool {
	from, f, ok := o.at(s.From, s.Day, now)
	into, _, ok2 := o.at(s.Into, s.Day, now)
	if !ok || !ok2 || from.rule.Unlimited || into.rule.Unlimited || s.Minutes > f.own || !now.Before(from.closes) || !now.Before(into.closes) {
		return false
	}
	for _, e := range from.rule.Exchange {
		if e.Into == s.Into {
			hundredths := s.Minutes * e.Percent
			minutes := hundredths / 100
			if hundredths%100 >= 50 {
				minutes++
			}
			o.facts = append(
				o.facts,
				fact{pool: s.From, period: from.begins, kind: ledger.ExchangedOut, minutes: s.Minutes},
				fact{pool: s.Into, period: into.begins, kind: ledger.ExchangedIn, minutes: minutes},
			)
			return true
		}
	}
	return false
}

// look notes which warnings are called for as things stand.
func (o *oracle) look(now time.Time) {
	for _, name := range names(o.terms) {
		chain, all := o.deal(name, now)
		for i, t := range chain {
			f := all[i]
			used, hours := f.Worked+f.Adjusted, f.Allotted+f.CarriedIn+f.Approved+f.Exchanged+f.Credited
			for _, percent := range t.rule.Warn {
				if !t.rule.Unlimited && now.Before(t.closes) && used > 0 && used*100 >= percent*hours {
					o.warned[warning{name, t.begins, percent}] = true
				}
			}
		}
	}
}

// names lists the pools of all versions.
func names(terms contract.Terms) []string {
	var all []string
	for _, v := range terms {
		for _, p := range v.Capacity.Pools {
			if !slices.Contains(all, p.Name) {
				all = append(all, p.Name)
			}
		}
	}
	return all
}
