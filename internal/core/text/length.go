package text

import (
	"regexp"
	"strconv"
	"strings"
)

// The ways in which people write a length of work, in either language. None of them has a sign,
// or as many digits as would not fit.
var (
	asMinutes = regexp.MustCompile(`^(\d{1,9})\s*(?:m|min)?$`)
	asHours   = regexp.MustCompile(`^(\d{1,6}(?:[.,]\d{1,6})?|[.,]\d{1,6})\s*(?:h|u|uur)$`)
	asBoth    = regexp.MustCompile(`^(\d{1,6})\s*(?:h|u|uur|:)\s*([0-5]?\d)\s*(?:m|min)?$`)
)

// Minutes reads a length of work as people write it, in whole minutes: 90, 45m, 1:30, 1h30,
// 1 u 30, 1.5h, 1,5u. Parts of minutes are rounded, halves up. False says that it is no length.
func Minutes(typed string) (int, bool) {
	typed = strings.ToLower(strings.Join(strings.Fields(typed), " "))
	if m := asMinutes.FindStringSubmatch(typed); m != nil {
		n, err := strconv.Atoi(m[1])
		return n, err == nil
	}
	if m := asHours.FindStringSubmatch(typed); m != nil {
		hours, err := strconv.ParseFloat(strings.Replace(m[1], ",", ".", 1), 64)
		return int(hours*60 + 0.5), err == nil
	}
	if m := asBoth.FindStringSubmatch(typed); m != nil {
		hours, err1 := strconv.Atoi(m[1])
		minutes, err2 := strconv.Atoi(m[2])
		return hours*60 + minutes, err1 == nil && err2 == nil
	}
	return 0, false
}
