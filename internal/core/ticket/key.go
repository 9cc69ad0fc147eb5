package ticket

import (
	"fmt"

	"github.com/watchbill/watchbill/internal/core/catalog"
)

var keyPrefixes = [catalog.NumKinds]string{
	catalog.Incident: "INC", catalog.ServiceRequest: "REQ", catalog.Problem: "PRB", catalog.Change: "CHG",
	catalog.Enhancement: "ENH",
}

// KeyPrefix begins the human keys of a kind of ticket, which count per client.
func KeyPrefix(k catalog.Kind) string { return keyPrefixes[k] }

// HumanKey is what people call the n-th ticket of a kind of a client: INC-000123.
func HumanKey(k catalog.Kind, n int) string { return fmt.Sprintf("%s-%06d", keyPrefixes[k], n) }
