package yamlfile

import "github.com/watchbill/watchbill/internal/core/reason"

// What keeps a file from being read.
const (
	CodeTooLarge     reason.Code = "yaml.too_large"     // limit
	CodeNotText      reason.Code = "yaml.not_text"      //
	CodeTooDeep      reason.Code = "yaml.too_deep"      // limit
	CodeSyntax       reason.Code = "yaml.syntax"        // problem
	CodeEmpty        reason.Code = "yaml.empty"         //
	CodeTwoDocuments reason.Code = "yaml.two_documents" //
	CodeNotPlain     reason.Code = "yaml.not_plain"     // what
	CodeDuplicateKey reason.Code = "yaml.duplicate_key" // key, line
	CodeUnknownKey   reason.Code = "yaml.unknown_key"   // key, near, known
	CodeWantsMapping reason.Code = "yaml.wants_mapping" //
	CodeWantsList    reason.Code = "yaml.wants_list"    //
	CodeWantsText    reason.Code = "yaml.wants_text"    //
	CodeUnseen       reason.Code = "yaml.unseen"        //
	CodeUnknownWord  reason.Code = "yaml.unknown_word"  // word, near, known
	CodeMoreFaults   reason.Code = "yaml.more_faults"   // limit
)
