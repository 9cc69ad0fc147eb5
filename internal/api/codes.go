package api

import (
	"net/http"

	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of requests that cannot be read, whatever they ask for.
const (
	CodeNoToken       reason.Code = "api.no_token"       //
	CodeRoute         reason.Code = "api.route"          //
	CodeMethod        reason.Code = "api.method"         // method, allowed
	CodeFailed        reason.Code = "api.failed"         // the program is at fault
	CodeUnavailable   reason.Code = "api.unavailable"    // something that it needs does not answer
	CodeUnreadable    reason.Code = "api.unreadable"     // the request, without saying where
	CodeAddress       reason.Code = "api.address"        // it has NUL or is not UTF-8
	CodeSlow          reason.Code = "api.slow"           // the body did not come in time
	CodeBodyMissing   reason.Code = "api.body_missing"   //
	CodeBodyLarge     reason.Code = "api.body_large"     // most: KiB
	CodeMedia         reason.Code = "api.media"          // wanted
	CodeFields        reason.Code = "api.fields"         // count
	CodeParameterMore reason.Code = "api.parameter_more" // parameter: given more than once
	CodeParameterNone reason.Code = "api.parameter_none" // parameter: without a value
	CodeNoParameter   reason.Code = "api.no_parameter"   // parameter: there is none of this name
	CodeNumber        reason.Code = "api.number"         // parameter, least, most
	CodeInstant       reason.Code = "api.instant"        // field
	CodeDay           reason.Code = "api.day"            // field
	CodeWord          reason.Code = "api.word"           // field, known
	CodeCursor        reason.Code = "api.cursor"         // parameter
	CodeCursorOther   reason.Code = "api.cursor_other"   // parameter: of another list
	CodeOnce          reason.Code = "api.once"           // header, most
	CodeIfMatch       reason.Code = "api.if_match"       // header
	CodeNoStep        reason.Code = "api.no_step"        // field, known
	CodeSteps         reason.Code = "api.steps"          // field, most
	CodeQuestion      reason.Code = "api.question"       // parameter, most
	CodeVersion       reason.Code = "api.version"        // contract, number
	CodeJSONSyntax    reason.Code = "api.json_syntax"    // line, column
	CodeJSONMore      reason.Code = "api.json_more"      // line, column: more than one value
	CodeJSONUTF8      reason.Code = "api.json_utf8"      // line, column
	CodeJSONDeep      reason.Code = "api.json_deep"      // most
	CodeJSONMembers   reason.Code = "api.json_members"   // most
	CodeJSONTwice     reason.Code = "api.json_twice"     // field
	CodeJSONUnknown   reason.Code = "api.json_unknown"   // field
	CodeJSONType      reason.Code = "api.json_type"      // field, wanted
	CodeJSONNul       reason.Code = "api.json_nul"       // field
)

// statuses are those of codes whose kind of fault says less than HTTP can.
var statuses = map[reason.Code]int{
	CodeMethod:        http.StatusMethodNotAllowed,
	CodeFailed:        http.StatusInternalServerError,
	CodeUnreadable:    http.StatusBadRequest,
	CodeAddress:       http.StatusBadRequest,
	CodeSlow:          http.StatusRequestTimeout,
	CodeBodyMissing:   http.StatusBadRequest,
	CodeBodyLarge:     http.StatusRequestEntityTooLarge,
	CodeMedia:         http.StatusUnsupportedMediaType,
	CodeParameterMore: http.StatusBadRequest,
	CodeParameterNone: http.StatusBadRequest,
	CodeNoParameter:   http.StatusBadRequest,
	CodeNumber:        http.StatusBadRequest,
	CodeCursor:        http.StatusBadRequest,
	CodeCursorOther:   http.StatusBadRequest,
	CodeOnce:          http.StatusBadRequest,
	CodeIfMatch:       http.StatusBadRequest,
	CodeJSONSyntax:    http.StatusBadRequest,
	CodeJSONMore:      http.StatusBadRequest,
	CodeJSONUTF8:      http.StatusBadRequest,
	CodeJSONDeep:      http.StatusBadRequest,
	CodeJSONMembers:   http.StatusBadRequest,
	CodeJSONTwice:     http.StatusBadRequest,
}
