package web

import (
	"encoding"
	"strings"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// oneWord reads a field as a word of the catalog; one that is left out is the zero value.
func oneWord[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](v *visit, field string, faults *fault.List) (one T) {
	value := v.field(field)
	if value == "" {
		return one
	}
	if err := P(&one).UnmarshalText([]byte(value)); err != nil {
		*faults = append(*faults, fault.New(fault.Invalid, CodeFieldWrong, "field", field, "value", value))
	}
	return one
}

// addTo adds a parameter to an address.
func addTo(address, parameter string) string {
	if strings.Contains(address, "?") {
		return address + "&" + parameter
	}
	return address + "?" + parameter
}
