package ticket

import (
	"bytes"
	"encoding/json"
	"reflect"
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Codes of faults of facts that cannot be read.
const (
	CodeFactUnknown    reason.Code = "fact.unknown"    // name
	CodeFactUnreadable reason.Code = "fact.unreadable" // name, problem
)

// EncodeFact writes what a fact says as one line of JSON, to be kept with its name. The
// names of facts and fields never change; a field that is not said is left out.
func EncodeFact(f Fact) []byte {
	body, err := json.Marshal(f)
	if err != nil {
		panic(err) // a fact holds nothing that JSON cannot say
	}
	return body
}

// DecodeFact reads what EncodeFact wrote. A name or a field that no fact has is a
// *fault.Fault: whoever wrote it knew more than this program does.
func DecodeFact(name string, body []byte) (Fact, error) {
	decode := decoders[name]
	if decode == nil {
		return nil, fault.New(fault.Invalid, CodeFactUnknown, "name", name)
	}
	f, err := decode(body)
	if err != nil {
		return nil, fault.New(fault.Invalid, CodeFactUnreadable, "name", name, "problem", err.Error()).Because(err)
	}
	return f, nil
}

// decoders read each fact by its name.
var decoders = decodersOf(
	decode[Logged], decode[Classified], decode[Assigned], decode[Acknowledged], decode[Replied], decode[Wrote],
	decode[Noted], decode[Waits], decode[Resumed], decode[Escalated], decode[Restored], decode[Resolved],
	decode[Closed], decode[Reopened], decode[Merged], decode[Absorbed], decode[Linked], decode[DueAgreed],
	decode[DueWithdrawn], decode[RootCausePublished], decode[Worked], decode[WorkWithdrawn], decode[NotShown],
	decode[Titled], decode[Unlinked], decode[Attached],
	decode[Warned], decode[Breached], decode[Withdrawn],
)

type decoder func(body []byte) (Fact, error)

func decodersOf(all ...decoder) map[string]decoder {
	named := make(map[string]decoder, len(all))
	for _, d := range all {
		f, err := d(nothing)
		if err != nil {
			panic(err)
		}
		named[f.Name()] = d
	}
	return named
}

// nothing is the body of a fact that says no more than its name.
var nothing = []byte("{}")

func decode[F Fact](body []byte) (Fact, error) {
	var f F
	if bytes.Equal(body, nothing) {
		return f, nil
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, err
	}
	if d.More() {
		return nil, &json.UnmarshalTypeError{Value: "more than one value", Type: reflect.TypeFor[F]()}
	}
	return f, nil
}

// UnmarshalText reads the word; it fails with catalog.CodeUnknownWord.
func (s *State) UnmarshalText(text []byte) error {
	i := slices.Index(stateNames[:], string(text))
	if i < 0 {
		return fault.New(fault.Invalid, catalog.CodeUnknownWord, "word", string(text), "known", stateNames[:])
	}
	*s = State(i)
	return nil
}
