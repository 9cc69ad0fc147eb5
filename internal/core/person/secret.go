package person

import "fmt"

// Secret is a password or a token. It does not show what it is, however it is printed, logged
// or written as JSON; string(s) does.
type Secret string

// hiddenSecret is what is shown of every secret, also of none.
const hiddenSecret = "***"

// Format prints the mask, whatever the verb.
func (Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(hiddenSecret)) }

// String returns the mask.
func (Secret) String() string { return hiddenSecret }

// MarshalText writes the mask.
func (Secret) MarshalText() ([]byte, error) { return []byte(hiddenSecret), nil }
