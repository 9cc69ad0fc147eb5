package ticket

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

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

var keyForm = regexp.MustCompile(`^(?i:([a-z]{3})-?)?0*([1-9][0-9]{0,8})$`)

// ParseKey reads a human key as people type it: "inc-123" and "INC123" are INC-000123. It tells
// whether what was typed is one.
func ParseKey(typed string) (key string, ok bool) {
	prefix, n := partsOfKey(typed)
	for k, p := range keyPrefixes {
		if p != "" && n > 0 && strings.EqualFold(p, prefix) {
			return HumanKey(catalog.Kind(k), n), true
		}
	}
	return "", false
}

// KeysCalled lists the human keys that somebody may mean: the one of ParseKey, for a number
// alone those of all kinds, and none for anything else.
func KeysCalled(typed string) []string {
	if key, ok := ParseKey(typed); ok {
		return []string{key}
	}
	prefix, n := partsOfKey(typed)
	if prefix != "" || n == 0 {
		return nil
	}
	var keys []string
	for k, p := range keyPrefixes {
		if p != "" {
			keys = append(keys, HumanKey(catalog.Kind(k), n))
		}
	}
	return keys
}

// partsOfKey gives what stands before a number and the number, 0 for what is no key.
func partsOfKey(typed string) (prefix string, n int) {
	m := keyForm.FindStringSubmatch(strings.TrimSpace(typed))
	if len(m) == 0 {
		return "", 0
	}
	n, _ = strconv.Atoi(m[2]) // at most nine digits
	return m[1], n
}
