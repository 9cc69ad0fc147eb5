package contract

import "github.com/watchbill/watchbill/internal/core/reason"

// What keeps a file from being read as a contract.
const (
	CodeMissing        reason.Code = "contract.missing"         // key
	CodeNumber         reason.Code = "contract.number"          // text, from, to
	CodeBareDay        reason.Code = "contract.bare_day"        // text
	CodeNoUnit         reason.Code = "contract.no_unit"         // text
	CodeDuration       reason.Code = "contract.duration"        // text
	CodeHours          reason.Code = "contract.hours"           // text
	CodeWeek           reason.Code = "contract.week"            // text
	CodeWindow         reason.Code = "contract.window"          // text
	CodeSpell          reason.Code = "contract.spell"           // text
	CodePeriodKey      reason.Code = "contract.period_key"      // text, period
	CodeMoney          reason.Code = "contract.money"           // text
	CodeTrueFalse      reason.Code = "contract.true_false"      // text
	CodeManyCalendars  reason.Code = "contract.many_calendars"  // limit
	CodeNoCalendar     reason.Code = "contract.no_calendar"     // name, known
	CodeNoPool         reason.Code = "contract.no_pool"         // name, known
	CodeNoTemplate     reason.Code = "contract.no_template"     // name, known
	CodeOtherModel     reason.Code = "contract.other_model"     // model, template
	CodeNoTier         reason.Code = "contract.no_tier"         // tier, model
	CodeTierMissing    reason.Code = "contract.tier_missing"    // model, known
	CodeNoOption       reason.Code = "contract.no_option"       // option, model
	CodeOwnCalendar    reason.Code = "contract.own_calendar"    // calendar, covered
	CodeNoSeed         reason.Code = "contract.no_seed"         // seed, near, known
	CodeKPIBinds       reason.Code = "contract.kpi_binds"       // key
	CodeNoPause        reason.Code = "contract.no_pause"        // target
	CodeOwnPause       reason.Code = "contract.own_pause"       //
	CodeCurrency       reason.Code = "contract.currency"        // text
	CodeFourPriorities reason.Code = "contract.four_priorities" //
	CodeOtherClient    reason.Code = "contract.other_client"    // client, other
	CodeOtherZone      reason.Code = "contract.other_zone"      // zone, other
	CodeSameDay        reason.Code = "contract.same_day"        // date, file
	CodeNumberOrder    reason.Code = "contract.number_order"    // number, before
)
