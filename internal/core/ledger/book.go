package ledger

import (
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Book is the ledger of one contract: all its pools. It keeps sums, not entries; every
// method that adds entries returns them for the caller to keep. A Book is not safe for
// concurrent use.
//
// Days and periods are those of the zone of the contract's first version.
type Book struct {
	terms     contract.Terms
	zone      *time.Location
	begins    calendar.Date
	effective []calendar.Date // the first date of each version
	accounts  []*account      // in the order in which versions name them
	named     map[string]*account
	number    int
	recorded  time.Time // of the last command
	next      time.Time
	takenBack map[int]bool
	fresh     []Entry // added by the command that runs
}

// never is later than anything that falls due.
var never = time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)

// New returns an empty book. The pools of the version in force then begin with the period that
// begins lies in; it is usually the day on which the contract takes effect, or the first day
// of a history, and what was agreed on it holds for earlier days too. Pools that a later version brings begin with the period of its effective date.
func New(terms contract.Terms, begins calendar.Date) *Book {
	b := &Book{terms: terms, zone: terms[0].Zone, begins: begins, named: map[string]*account{}, takenBack: map[int]bool{}}
	for _, v := range terms {
		b.effective = append(b.effective, calendar.DateOf(v.Effective, b.zone))
	}
	for i, v := range terms {
		from := latest(b.effective[i], begins)
		if v == b.on(begins) {
			from = begins // also before it takes effect: days of a history are judged by it
		}
		if b.on(from) == v {
			b.openAccounts(v, from)
		}
	}
	b.next = b.due()
	return b
}

// openAccounts opens accounts for the pools that a version brings.
func (b *Book) openAccounts(v *contract.Version, from calendar.Date) {
	for _, pool := range v.Capacity.Pools {
		if b.named[pool.Name] == nil {
			a := &account{name: pool.Name, starts: pool.Period.Begin(from), opens: from.Start(b.zone)}
			b.named[pool.Name] = a
			b.accounts = append(b.accounts, a)
		}
	}
}

// Load returns the book that has the given entries, as they were handed out by a book of the
// same contract that began on the same day. It fails with CodeForeignEntry when an entry
// cannot be of that book.
func Load(terms contract.Terms, begins calendar.Date, entries []Entry) (*Book, error) {
	b := New(terms, begins)
	for i := range entries {
		if err := b.apply(&entries[i]); err != nil {
			return nil, err
		}
	}
	for _, a := range b.accounts {
		a.reckon(0)
	}
	b.next = b.due()
	return b, nil
}

// start settles what fell due before a command, which is recorded now. Recorded never goes
// back, so now is not earlier than that of the command before.
func (b *Book) start(now time.Time) time.Time {
	b.recorded = later(b.recorded, now)
	b.fresh = nil
	b.settle()
	return b.recorded
}

// add numbers an entry, applies it and hands it out. Its day is that of At unless it has one.
func (b *Book) add(e Entry) *Entry {
	e.Number, e.Recorded = b.number+1, b.recorded
	if e.Day.IsZero() {
		e.Day = calendar.DateOf(e.At, b.zone)
	}
	if err := b.apply(&e); err != nil {
		panic(err) // the book made an entry that it does not understand
	}
	b.fresh = append(b.fresh, e)
	return &b.fresh[len(b.fresh)-1]
}

// apply is the only place where entries change sums.
func (b *Book) apply(e *Entry) error {
	b.number, b.recorded = e.Number, later(b.recorded, e.Recorded)
	if e.Of != 0 && !e.Decided() {
		b.takenBack[e.Of] = true
	}
	if e.Kind == Untaken {
		return nil
	}
	a := b.named[e.Pool]
	if a == nil {
		return foreign(e)
	}
	if e.Kind == Allotted {
		b.openPeriod(a, e.Period, e.Minutes)
		return nil
	}
	i := a.on(e.Period)
	if i < 0 || i == len(a.periods) || a.periods[i].begins != e.Period {
		return foreign(e)
	}
	if e.Kind == Closed {
		a.periods[i].closed = true
		a.open = i + 1
		return nil
	}
	return a.periods[i].apply(e)
}

func (p *period) apply(e *Entry) error {
	switch e.Kind {
	case Worked:
		p.worked += e.Minutes
		p.use(e)
	case Adjusted:
		p.adjusted += e.Minutes
		p.use(e)
	case Credited:
		p.credited += e.Minutes
	case Approved:
		p.approved += e.Minutes
	case Refused:
		p.refused += e.Minutes
	case ExchangedOut:
		p.exchanged -= e.Minutes
	case ExchangedIn:
		p.exchanged += e.Minutes
	case Warned:
		p.warned = max(p.warned, e.Percent)
	case OverrunBegan:
		p.began = true
	case Overrun:
		p.pending += e.Minutes
	case Expired:
		p.expired += e.Minutes
	case CarriedOut:
		p.carriedOut += e.Minutes
	case CarriedIn:
		p.carriedIn = append(p.carriedIn, Lot{From: e.Lot, Expires: e.Expires, Minutes: e.Minutes})
	default:
		return foreign(e)
	}
	return nil
}

// use counts work in its month. After the books closed only overrun is still taken back,
// which no month's hours were used for.
func (p *period) use(e *Entry) {
	if p.closed {
		p.undone -= e.Minutes
		return
	}
	p.months[p.month(e.Day)] += e.Minutes
}

func foreign(e *Entry) error {
	return fault.New(fault.Invalid, CodeForeignEntry, "number", e.Number, "kind", e.Kind.String(), "pool", e.Pool, "period", e.Period)
}

// follow adds what follows from an entry that changed a period: warnings, and the overrun
// that grew or shrank, in this period and in those that get hours from it.
func (b *Book) follow(a *account, i int, cause *Entry) {
	of, at := cause.Number, cause.At
	a.reckon(i)
	for _, p := range a.periods[i:] {
		if p.rule.Unlimited {
			continue
		}
		e := Entry{At: later(at, p.opens), Pool: a.name, Period: p.begins, Of: of}
		for _, percent := range p.rule.Warn {
			if used := p.used(); !p.closed && percent > p.warned && used > 0 && used*100 >= percent*p.hours() {
				e.Kind, e.Percent = Warned, percent
				b.add(e)
			}
		}
		e.Percent = 0
		grew := p.waiting() - p.pending
		if grew > 0 && !p.began {
			e.Kind = OverrunBegan
			b.add(e)
		}
		if grew != 0 {
			e.Kind, e.Minutes = Overrun, grew
			b.add(e)
		}
	}
}

// on returns the version in force on a date. Days before the book begins are judged by the
// version that it begins with.
func (b *Book) on(day calendar.Date) *contract.Version {
	day = latest(day, b.begins)
	i := len(b.terms) - 1
	for i > 0 && day.Before(b.effective[i]) {
		i--
	}
	return b.terms[i]
}

// poolOf returns a pool as a version knows it, nil when it does not.
func poolOf(v *contract.Version, name string) *contract.Pool {
	i := slices.IndexFunc(v.Capacity.Pools, func(p *contract.Pool) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return v.Capacity.Pools[i]
}

func latest(a, b calendar.Date) calendar.Date {
	if a.Before(b) {
		return b
	}
	return a
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
