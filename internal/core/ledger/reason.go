package ledger

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Faults of the ledger.
const (
	CodeNoMinutes      reason.Code = "ledger.no_minutes"      // minutes are not above zero
	CodeAhead          reason.Code = "ledger.ahead"           // work that is not done yet
	CodeNotBegun       reason.Code = "ledger.not_begun"       // the book begins later
	CodeNoPool         reason.Code = "ledger.no_pool"         // no version has such a pool
	CodeNoPeriod       reason.Code = "ledger.no_period"       // no period of the pool on that date, so far
	CodeNoLimit        reason.Code = "ledger.no_limit"        // the pool is unlimited
	CodeChangeOnly     reason.Code = "ledger.change_only"     // only an approved change brings hours
	CodeNotWaiting     reason.Code = "ledger.not_waiting"     // less overrun than that
	CodeBooksClosed    reason.Code = "ledger.books_closed"    // the period is closed
	CodeNotCorrectable reason.Code = "ledger.not_correctable" // not work or an approval of this book
	CodeTakenBack      reason.Code = "ledger.taken_back"      // taken back before
	CodeNoExchange     reason.Code = "ledger.no_exchange"     // the contract has no such exchange
	CodeTooFew         reason.Code = "ledger.too_few"         // fewer hours left than are to be exchanged
	CodeForeignEntry   reason.Code = "ledger.foreign_entry"   // an entry of another book
)

// Why an entry is there.
const (
	codeWorked       reason.Code = "ledger.worked"
	codeWeighed      reason.Code = "ledger.weighed"
	codeAdjusted     reason.Code = "ledger.adjusted"
	codeUntaken      reason.Code = "ledger.untaken"
	codeTookBack     reason.Code = "ledger.took_back"
	codeCredited     reason.Code = "ledger.credited"
	codeApproved     reason.Code = "ledger.approved"
	codeRefused      reason.Code = "ledger.refused"
	codeExchangedOut reason.Code = "ledger.exchanged_out"
	codeExchangedIn  reason.Code = "ledger.exchanged_in"
	codeAllotted     reason.Code = "ledger.allotted"
	codeUnlimited    reason.Code = "ledger.unlimited"
	codeWarned       reason.Code = "ledger.warned"
	codeOverrunBegan reason.Code = "ledger.overrun_began"
	codeOverrun      reason.Code = "ledger.overrun"
	codeOverrunLess  reason.Code = "ledger.overrun_less"
	codeExpired      reason.Code = "ledger.expired"
	codeCarriedOut   reason.Code = "ledger.carried_out"
	codeCarriedIn    reason.Code = "ledger.carried_in"
	codeClosed       reason.Code = "ledger.closed"
)

// Why a balance or a forecast is what it is.
const (
	codeLeft     reason.Code = "ledger.left"
	codePending  reason.Code = "ledger.pending"
	codeBorne    reason.Code = "ledger.borne"
	codeNoWork   reason.Code = "ledger.no_work"  // no working day has passed
	codeIsOver   reason.Code = "ledger.is_over"  // the period has ended
	codeLinear   reason.Code = "ledger.linear"   // by the pace of this period
	codeRange    reason.Code = "ledger.range"    // by the pace of earlier ones
	codeNoRange  reason.Code = "ledger.no_range" // there are no earlier ones
	codeRunsDry  reason.Code = "ledger.runs_dry"
	codeIsDry    reason.Code = "ledger.is_dry"
	codeEnough   reason.Code = "ledger.enough"
	codeNeverDry reason.Code = "ledger.never_dry"
)

// Reason says why an entry is there, with the clause that decided it.
func (b *Book) Reason(e Entry) reason.Reason {
	minutes := span(e.Minutes)
	switch {
	case e.Kind == Worked || e.Kind == Adjusted || e.Kind == Untaken || e.Kind == Credited:
		return b.reasonOfWork(e)
	case e.Kind == Approved && e.Of != 0:
		return reason.New(codeTookBack, "number", e.Of, "minutes", span(-e.Minutes))
	case e.Kind == Overrun && e.Minutes < 0:
		return reason.New(codeOverrunLess, "minutes", span(-e.Minutes), "pool", e.Pool, "number", e.Of)
	}
	rule := &contract.Pool{Name: e.Pool}
	if a := b.named[e.Pool]; a != nil {
		rule, _ = b.rule(a, e.Period)
	}
	clause := rule.Clause.String()
	switch e.Kind {
	case Approved:
		return reason.New(codeApproved, "minutes", minutes, "pool", e.Pool, "period", e.Period, "change", e.Change, "clause", clause)
	case Refused:
		return reason.New(codeRefused, "minutes", minutes, "pool", e.Pool, "period", e.Period, "clause", clause)
	case ExchangedOut:
		return reason.New(codeExchangedOut, "minutes", minutes, "pool", e.Pool, "other", e.Other, "percent", e.Percent, "clause", clause)
	case ExchangedIn:
		return reason.New(codeExchangedIn, "minutes", minutes, "pool", e.Pool, "other", e.Other, "percent", e.Percent, "number", e.Of)
	case Allotted:
		if rule.Unlimited {
			return reason.New(codeUnlimited, "pool", e.Pool, "period", e.Period, "clause", clause)
		}
		return reason.New(codeAllotted, "minutes", minutes, "pool", e.Pool, "period", e.Period, "clause", clause)
	case Warned:
		return reason.New(codeWarned, "percent", e.Percent, "pool", e.Pool, "period", e.Period, "number", e.Of, "clause", clause)
	case OverrunBegan:
		return reason.New(codeOverrunBegan, "pool", e.Pool, "period", e.Period, "number", e.Of, "change_only", rule.Overrun == contract.ChangeOnly, "clause", clause)
	case Overrun:
		return reason.New(codeOverrun, "minutes", minutes, "pool", e.Pool, "number", e.Of, "change_only", rule.Overrun == contract.ChangeOnly, "clause", clause)
	case Expired:
		return reason.New(codeExpired, "minutes", minutes, "lot", e.Lot, "expires", e.Expires, "clause", clause)
	case CarriedOut:
		return reason.New(codeCarriedOut, "minutes", minutes, "lot", e.Lot, "until", e.Expires.AddDays(-1), "clause", clause)
	case CarriedIn:
		return reason.New(codeCarriedIn, "minutes", minutes, "lot", e.Lot, "until", e.Expires.AddDays(-1), "clause", clause)
	default:
		return reason.New(codeClosed, "pool", e.Pool, "period", e.Period)
	}
}

func (b *Book) reasonOfWork(e Entry) reason.Reason {
	minutes, worked := span(e.Minutes), span(e.Work.Minutes)
	if e.Kind == Credited {
		return reason.New(codeCredited, "minutes", minutes, "day", e.Day, "number", e.Of, "period", e.Period)
	}
	if e.Of != 0 {
		return reason.New(codeTookBack, "number", e.Of, "minutes", span(-e.Minutes))
	}
	draw := b.on(e.Day).Capacity.DrawFor(e.Work.Activity, e.Work.Role)
	switch {
	case draw == nil:
		return reason.New(codeUntaken, "minutes", minutes, "activity", e.Work.Activity, "role", string(e.Work.Role), "day", e.Day)
	case e.Kind == Adjusted:
		return reason.New(codeAdjusted, "minutes", minutes, "pool", e.Pool, "day", e.Day, "period", e.Period, "clause", draw.Clause.String())
	case draw.Pool.AfterHours.Calendar != nil && draw.Pool.AfterHours.Percent != 100:
		after := draw.Pool.AfterHours
		return reason.New(codeWeighed, "minutes", minutes, "worked", worked, "known", !e.Work.From.IsZero(), "percent", after.Percent,
			"calendar", after.CalendarName, "pool", e.Pool, "day", e.Day, "clause", draw.Clause.String())
	default:
		return reason.New(codeWorked, "minutes", minutes, "pool", e.Pool, "day", e.Day, "clause", draw.Clause.String())
	}
}

// span writes ledger minutes as the span that they are.
func span(minutes int) time.Duration { return time.Duration(minutes) * time.Minute }
