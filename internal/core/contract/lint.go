package contract

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// What a contract should not say. Errors:
const (
	CodeNobodyAccountable reason.Code = "contract.nobody_accountable" // activity
	CodeTwoAccountable    reason.Code = "contract.two_accountable"    // activity, parties
	CodeNothingInScope    reason.Code = "contract.nothing_in_scope"   //
	CodeLevelWithoutOwner reason.Code = "contract.level_owner"        // level, activity
	CodeNeverOpens        reason.Code = "contract.never_opens"        // calendar
	CodeBelowResponse     reason.Code = "contract.below_response"     // priority, target, within, under, least
	CodeWarnOrder         reason.Code = "contract.warn_order"         //
	CodeModelPromise      reason.Code = "contract.model_promise"      // model, priority, target
	CodeModelAround       reason.Code = "contract.model_around"       // model, calendar
	CodeOptionUndone      reason.Code = "contract.option_undone"      // calendar
	CodeNoPools           reason.Code = "contract.no_pools"           //
	CodeNotDrawn          reason.Code = "contract.not_drawn"          // activity, roles
	CodeNoAllotment       reason.Code = "contract.no_allotment"       // pool
	CodeModelOverrun      reason.Code = "contract.model_overrun"      // pool, model
	CodeOLAsTooLong       reason.Code = "contract.olas_too_long"      // priority, target, olas, together, within
	CodeOLANoTarget       reason.Code = "contract.ola_no_target"      // ola, priority, target
	CodeOLAWorkDays       reason.Code = "contract.ola_work_days"      // ola, priority, target
	CodeStepOrder         reason.Code = "contract.step_order"         // priority
)

// And warnings:
const (
	CodeNobodyResponsible reason.Code = "contract.nobody_responsible" // activity
	CodeSlower            reason.Code = "contract.slower"             // priority, than, target, within, least
	CodeModelLess         reason.Code = "contract.model_less"         // model, priority, target
	CodeSayOption         reason.Code = "contract.say_option"         //
	CodeManagedAnswers    reason.Code = "contract.managed_answers"    // priority, calendar
	CodeNoHolidays        reason.Code = "contract.no_holidays"        // calendar
	CodeHolidaysEnd       reason.Code = "contract.holidays_end"       // calendar, last
	CodeUnusedCalendar    reason.Code = "contract.unused_calendar"    // calendar
	CodeUnusedPool        reason.Code = "contract.unused_pool"        // pool
	CodeDrawHidden        reason.Code = "contract.draw_hidden"        //
	CodeUnusualHours      reason.Code = "contract.unusual_hours"      // pool, hours
	CodeAllotmentPast     reason.Code = "contract.allotment_past"     // pool, period
	CodeCreditNoPrice     reason.Code = "contract.credit_no_price"    //
)

// Findings are what Lint has to say of a document, in the order of its lines.
type Findings struct {
	Errors   fault.List // what must be mended before the contract can be offered
	Warnings fault.List // what may be meant, but seldom is
}

// linter collects findings.
type linter struct {
	*Document
	errors, warnings fault.List
}

// Lint finds what a document says that a contract should not. It sees the document only:
// whether people cover its hours is told by the rota.
func Lint(d *Document) Findings {
	l := &linter{Document: d}
	l.parties()
	l.escalations()
	l.hours()
	l.promises()
	l.model()
	l.agreements()
	l.allotments()
	l.work()
	for _, list := range []fault.List{l.errors, l.warnings} {
		slices.SortStableFunc(list, func(a, b *fault.Fault) int { return comparePositions(a.Where, b.Where) })
	}
	return Findings{l.errors, l.warnings}
}

// refuse adds an error, warn a warning, at a place of the file: see Document.place.
func (l *linter) refuse(where fault.Position, keys []string, code reason.Code, namesAndValues ...any) {
	l.errors = append(l.errors, fault.New(fault.Invalid, code, namesAndValues...).At(l.place(where, keys...)))
}

func (l *linter) warn(where fault.Position, keys []string, code reason.Code, namesAndValues ...any) {
	l.warnings = append(l.warnings, fault.New(fault.Invalid, code, namesAndValues...).At(l.place(where, keys...)))
}

// rising tells whether numbers only go up.
func rising[T ~int | ~int64](numbers []T) bool {
	for i := 1; i < len(numbers); i++ {
		if numbers[i] <= numbers[i-1] {
			return false
		}
	}
	return true
}
