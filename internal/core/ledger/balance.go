package ledger

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Balance is how a pool stands in one period, from all that was recorded so far. In minutes:
//
//	Allotted + CarriedIn + Approved + Exchanged + Credited + Pending + Refused
//	= Worked + Adjusted + Left + Expired + CarriedOut
//
// of a pool that has a limit; one without has only Worked, Adjusted and Credited. How it
// stood for somebody at an earlier instant is the balance of a book of the entries recorded
// by then.
type Balance struct {
	Pool         string
	Unlimited    bool
	Begins, Ends calendar.Date // Ends is the first date after the period
	Closes       time.Time     // when its books close
	Closed       bool
	// Provisional tells that CarriedIn can still change: the books of the period before are open.
	Provisional bool

	Allotted   int
	CarriedIn  int
	Approved   int // brought by approvals and changes
	Exchanged  int // from other pools, negative when more was given to them
	Credited   int // given back for records of closed periods
	Worked     int // on days of the period
	Adjusted   int // on days of closed periods
	Pending    int // overrun that waits for approval
	Refused    int // overrun that the provider bears
	Left       int // what is not used and has not expired
	Expired    int
	CarriedOut int
	Lots       []Lot // Left by expiry, soonest first
	Why        []reason.Reason
}

// Used is the work that counts in the period.
func (b *Balance) Used() int { return b.Worked + b.Adjusted }

// Whole is what the pool has for the period: what was allotted, came in, and was approved.
func (b *Balance) Whole() int {
	return b.Allotted + b.CarriedIn + b.Approved + b.Exchanged + b.Credited
}

// Beyond is how much of what is used the pool does not hold, 0 for one without a limit.
func (b *Balance) Beyond() int {
	if b.Unlimited {
		return 0
	}
	return max(0, b.Used()-b.Whole())
}

// Balance reads how a pool stands on a date. Settle first, so that the book knows the period.
// Hours that expire within the period are left until the date on which they are gone. It
// fails with CodeNoPool or CodeNoPeriod.
func (b *Book) Balance(pool string, on calendar.Date) (Balance, error) {
	a, i, err := b.find(pool, on)
	if err != nil {
		return Balance{}, err
	}
	p := a.periods[i]
	balance := Balance{
		Pool: a.name, Unlimited: p.rule.Unlimited, Begins: p.begins, Ends: p.ends, Closes: p.closes, Closed: p.closed,
		Provisional: i > 0 && !a.periods[i-1].closed,
		Allotted:    p.allotted, Approved: p.approved, Exchanged: p.exchanged, Credited: p.credited,
		Worked: p.worked, Adjusted: p.adjusted, Expired: p.expired, CarriedOut: p.carriedOut,
	}
	if !p.rule.Unlimited {
		balance.Pending = p.pending
		balance.Refused = p.now.beyond - p.pending
	}
	for _, l := range p.now.given {
		balance.CarriedIn += l.Minutes
	}
	if !p.closed {
		for _, l := range p.remains() {
			if on.Before(l.Expires) {
				balance.Left += l.Minutes
				balance.Lots = append(balance.Lots, l)
			} else {
				balance.Expired += l.Minutes
			}
		}
	}
	balance.Why = p.why(&balance)
	return balance, nil
}

// why gives each figure that is not zero its reason.
func (p *period) why(b *Balance) []reason.Reason {
	clause := p.rule.Clause.String()
	if p.rule.Unlimited {
		return []reason.Reason{reason.New(codeUnlimited, "pool", b.Pool, "period", b.Begins, "clause", clause)}
	}
	why := []reason.Reason{reason.New(codeAllotted, "minutes", span(b.Allotted), "pool", b.Pool, "period", b.Begins, "clause", clause)}
	for _, l := range p.now.given {
		why = append(why, reason.New(codeCarriedIn, "minutes", span(l.Minutes), "lot", l.From, "until", l.Expires.AddDays(-1), "clause", clause))
	}
	for _, l := range b.Lots {
		why = append(why, reason.New(codeLeft, "minutes", span(l.Minutes), "until", l.Expires.AddDays(-1)))
	}
	if b.Pending > 0 {
		why = append(why, reason.New(codePending, "minutes", span(b.Pending), "change_only", p.rule.Overrun == contract.ChangeOnly, "clause", clause))
	}
	if b.Refused > 0 {
		why = append(why, reason.New(codeBorne, "minutes", span(b.Refused)))
	}
	return why
}
