package contract

import (
	"slices"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// words are the names of small numbers in files and the API.
type words []string

// read sets a number from its word; it fails with catalog.CodeUnknownWord.
func (w words) read(text []byte, into *uint8) error {
	i := slices.Index(w, string(text))
	if i < 0 {
		return fault.New(fault.Invalid, catalog.CodeUnknownWord, "word", string(text), "known", []string(w))
	}
	*into = uint8(i)
	return nil
}
