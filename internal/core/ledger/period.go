package ledger

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
)

// Lot is hours that expire together.
type Lot struct {
	From    calendar.Date // the first date of the period that they were allotted for
	Expires calendar.Date // the first date on which they are gone
	Minutes int
}

// account is one pool by its name, whatever versions say of it: its periods from the first on.
type account struct {
	name    string
	starts  calendar.Date // the first date of its first period
	opens   time.Time     // when it is opened, in that period
	periods []*period
	open    int   // the index of the first period whose books are open
	given   []Lot // reused by reckon
}

// period is what the entries of one period of a pool add up to.
type period struct {
	begins, ends calendar.Date // ends is the first date after it
	opens, over  time.Time     // the instants of these
	closes       time.Time     // when its books close
	rule         *contract.Pool
	closed       bool

	allotted, exchanged, approved, credited, refused int
	worked, adjusted                                 int
	months                                           []int // work by month, which is how hours expire
	undone                                           int   // work taken back after the books closed
	expired, carriedOut                              int   // as entered when the books closed
	carriedIn                                        []Lot // as entered when the books before closed
	warned                                           int   // the highest level that was warned of
	began                                            bool  // whether overrun began
	pending                                          int   // overrun as entered

	now state
}

// state is how the hours of a period stand.
type state struct {
	given    []Lot // carried in, soonest expiry first
	lots     []Lot // what is left of them, in the same order
	own      int   // left of the period's own hours
	approved int   // left of hours that were approved
	beyond   int   // work beyond all of these
}

// reckon sets work against the hours that there are: month by month the carried hours, those
// that expire first before the others, then the period's own, then those that were approved.
func (p *period) reckon(given []Lot) {
	s := &p.now
	s.given = append(s.given[:0], given...)
	s.lots = append(s.lots[:0], given...)
	rest := -p.undone
	month := p.begins
	for i, minutes := range p.months {
		if i > 0 {
			month = contract.Month.Next(month)
		}
		for l := range s.lots {
			if month.Before(s.lots[l].Expires) {
				take := max(0, min(minutes, s.lots[l].Minutes))
				s.lots[l].Minutes -= take
				minutes -= take
			}
		}
		rest += minutes
	}
	left := p.allotted + p.exchanged + p.credited - rest
	s.own = max(0, left)
	s.approved = max(0, p.approved+min(0, left))
	s.beyond = max(0, -left-p.approved)
}

// reckon brings a period and those after it up to date. Until the books of a period close,
// what it hands on to the next is reckoned as things stand.
func (a *account) reckon(from int) {
	for i := from; i < len(a.periods); i++ {
		p := a.periods[i]
		if i == 0 || a.periods[i-1].closed {
			p.reckon(p.carriedIn)
			continue
		}
		a.given = a.periods[i-1].handOn(a.given[:0])
		p.reckon(a.given)
	}
}

// handOn appends the hours that the next period gets from this one, soonest expiry first.
func (p *period) handOn(lots []Lot) []Lot {
	for _, l := range p.now.lots {
		if l.Minutes > 0 && p.ends.Before(l.Expires) {
			lots = append(lots, l)
		}
	}
	if own := p.carry(); own.Minutes > 0 {
		lots = append(lots, own)
		slices.SortStableFunc(lots, soonest)
	}
	return lots
}

// carry is what may be carried over of the period's own hours.
func (p *period) carry() Lot {
	if p.rule.Unlimited || p.rule.Carry.Cap == 0 || p.rule.Carry.Months == 0 {
		return Lot{}
	}
	return Lot{From: p.begins, Expires: addMonths(p.ends, p.rule.Carry.Months), Minutes: min(p.now.own, p.rule.Carry.Cap)}
}

// waiting is the overrun that nobody has approved or refused.
func (p *period) waiting() int {
	if p.rule.Unlimited {
		return 0
	}
	return p.now.beyond - min(p.refused, p.now.beyond)
}

// used is the work that counts in the period.
func (p *period) used() int { return p.worked + p.adjusted }

// hours are all hours that the period has been given.
func (p *period) hours() int {
	hours := p.allotted + p.exchanged + p.approved + p.credited
	for _, l := range p.now.given {
		hours += l.Minutes
	}
	return hours
}

// month is the place in months of work on a day; work of earlier periods counts in the first.
func (p *period) month(day calendar.Date) int {
	n := (day.Year-p.begins.Year)*12 + int(day.Month-p.begins.Month)
	return max(0, min(n, len(p.months)-1))
}

// on returns the index of the period that a date lies in: -1 before the first, and the
// number of periods after the last.
func (a *account) on(day calendar.Date) int {
	i := sort.Search(len(a.periods), func(i int) bool { return day.Before(a.periods[i].begins) }) - 1
	if i >= 0 && !day.Before(a.periods[i].ends) {
		return len(a.periods)
	}
	return i
}

// remains are the hours that were not used, soonest expiry first, those that have expired in
// the period among them.
func (p *period) remains() []Lot {
	var lots []Lot
	for _, l := range p.now.lots {
		if l.Minutes > 0 {
			lots = append(lots, l)
		}
	}
	if p.rule.Unlimited {
		return lots
	}
	carry := p.carry()
	if stays := p.now.own + p.now.approved - carry.Minutes; stays > 0 {
		lots = append(lots, Lot{From: p.begins, Expires: p.ends, Minutes: stays})
	}
	if carry.Minutes > 0 {
		lots = append(lots, carry)
	}
	slices.SortStableFunc(lots, soonest)
	return lots
}

// soonest orders lots as they are used.
func soonest(a, b Lot) int { return cmp.Or(a.Expires.Compare(b.Expires), a.From.Compare(b.From)) }

// addMonths moves the first of a month.
func addMonths(first calendar.Date, n int) calendar.Date {
	for range n {
		first = contract.Month.Next(first)
	}
	return first
}
