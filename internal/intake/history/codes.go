package history

import "github.com/watchbill/watchbill/internal/core/reason"

// Faults of the file as a whole. They end the reading.
const (
	CodeEmpty       reason.Code = "history.empty"
	CodeWrongFormat reason.Code = "history.wrong_format" // found
	CodeTruncated   reason.Code = "history.truncated"
	CodeDamaged     reason.Code = "history.damaged" // problem
	CodeUnreadable  reason.Code = "history.unreadable"
	CodeXMLBroken   reason.Code = "history.xml_broken" // problem
	CodeTooManyBad  reason.Code = "history.too_many_bad"

	CodeColumnMissing  reason.Code = "history.column_missing"   // column, key, columns
	CodeColumnUnmapped reason.Code = "history.column_unmapped"  // key, columns
	CodeTooManyColumns reason.Code = "history.too_many_columns" // limit
	CodeColumnTwice    reason.Code = "history.column_twice"     // column
	CodeDatesAmbiguous reason.Code = "history.dates_ambiguous"  // text, first, second, by_day, by_month
	CodeDatesUnknown   reason.Code = "history.dates_unknown"    // text, column
	CodeZoneMissing    reason.Code = "history.zone_missing"     // form
	CodeZoneUnknown    reason.Code = "history.zone_unknown"     // zone
	CodeStatesNone     reason.Code = "history.states_none"      // column
	CodeStatesIgnored  reason.Code = "history.states_ignored"
	CodeStatesNoEnd    reason.Code = "history.states_no_end"
	CodeStateUndecided reason.Code = "history.state_undecided" // state
)

// Faults of one row. With Options.KeepGoing the row is skipped.
const (
	CodeBinary         reason.Code = "history.binary"
	CodeQuoteBroken    reason.Code = "history.quote_broken"
	CodeLineTooLong    reason.Code = "history.line_too_long"   // limit
	CodeFieldCount     reason.Code = "history.field_count"     // expected, found
	CodeIDMissing      reason.Code = "history.id_missing"      // column
	CodeStateUnknown   reason.Code = "history.state_unknown"   // state, column
	CodeStateMissing   reason.Code = "history.state_missing"   // text, column
	CodeRoleUnknown    reason.Code = "history.role_unknown"    // text, column, known
	CodeDateUnreadable reason.Code = "history.date_unreadable" // text, column, form
	CodeNumberInvalid  reason.Code = "history.number_invalid"  // text, column
	CodeWordUnknown    reason.Code = "history.word_unknown"    // text, column, key
	CodeIDRepeated     reason.Code = "history.id_repeated"     // ticket, line
	CodeOutOfOrder     reason.Code = "history.out_of_order"    // ticket
	CodeDuplicate      reason.Code = "history.duplicate"       // ticket, line
)

// Problems that are dealt with by a rule: nothing is skipped, and they are counted.
const (
	CodeTimeBack     reason.Code = "history.time_back"     // ticket
	CodeBeforeLogged reason.Code = "history.before_logged" // ticket
	CodeShuffled     reason.Code = "history.shuffled"      // ticket
	CodeOrderTwice   reason.Code = "history.order_twice"   // ticket
	CodeClosedAgain  reason.Code = "history.closed_again"  // ticket
	CodeApart        reason.Code = "history.apart"         // ticket
	CodeTraceEmpty   reason.Code = "history.trace_empty"   // ticket
)

// Faults of a mapping file.
const (
	CodeMappingMissing reason.Code = "history.mapping_missing" // key
	CodeMappingForm    reason.Code = "history.mapping_form"    // form
)
