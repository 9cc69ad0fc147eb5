package store

import "github.com/watchbill/watchbill/internal/core/reason"

// Codes of what goes wrong with a database.
const (
	CodeBusy           reason.Code = "store.busy"            // somebody else holds the database
	CodeFull           reason.Code = "store.full"            // no space
	CodeUnreachable    reason.Code = "store.unreachable"     // problem
	CodeNotDatabase    reason.Code = "store.not_database"    // file
	CodeMissing        reason.Code = "store.missing"         // file
	CodeNewer          reason.Code = "store.newer"           // version, known
	CodeUnknownOutcome reason.Code = "store.unknown_outcome" // the connection broke while committing
)

// Codes of a database that must not be used as it is.
const (
	CodeBroken      reason.Code = "store.broken"       // the disk under it failed
	CodeReadOnly    reason.Code = "store.read_only"    // it may not be changed
	CodeNetworkFile reason.Code = "store.network_file" // file, kind
)

// Codes of warnings about the clock.
const (
	CodeClockBack  reason.Code = "store.clock_back"  // by
	CodeClockAhead reason.Code = "store.clock_ahead" // by
	CodeClockLeapt reason.Code = "store.clock_leapt" // from, to
	CodeClockRight reason.Code = "store.clock_right" //
	CodeNodeClock  reason.Code = "store.node_clock"  // by
)

// Codes of what is not there, is there already, or was changed by somebody else.
const (
	CodeClientUnknown   reason.Code = "store.client_unknown"   // client
	CodeClientExists    reason.Code = "store.client_exists"    // client
	CodeContractUnknown reason.Code = "store.contract_unknown" // contract
	CodeVersionExists   reason.Code = "store.version_exists"   // contract, number
	CodeStreamUnknown   reason.Code = "store.stream_unknown"   // key
	CodeOriginExists    reason.Code = "store.origin_exists"    // origin
	CodeHeadMoved       reason.Code = "store.head_moved"       // key
	CodeFileUnknown     reason.Code = "store.file_unknown"     //
	CodeOnceReused      reason.Code = "store.once_reused"      // the key was used for another request
	CodePersonUnknown   reason.Code = "store.person_unknown"   // person
	CodeEmailExists     reason.Code = "store.email_exists"     // email
	CodeTeamUnknown     reason.Code = "store.team_unknown"     // team
	CodeTeamExists      reason.Code = "store.team_exists"      // team
	CodeSessionUnknown  reason.Code = "store.session_unknown"  //
	CodeTokenUnknown    reason.Code = "store.token_unknown"    //
	CodeLeaseLost       reason.Code = "store.lease_lost"       // name
	CodeClaimLost       reason.Code = "store.claim_lost"       //
	CodeItemUnknown     reason.Code = "store.item_unknown"     // item
)
