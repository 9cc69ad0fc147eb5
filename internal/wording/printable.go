package wording

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/reason"
)

// Printable is a text that cannot steer a terminal or turn a line around, whoever wrote it:
// control characters, line ends among them, bidirectional controls and bytes that are no
// UTF-8 become U+FFFD.
func Printable(text string) string { return strings.Map(PrintableRune, text) }

// PrintableRune is Printable for one sign. The separators of lines and paragraphs count as
// line ends.
func PrintableRune(r rune) rune {
	if unicode.IsControl(r) || unicode.In(r, unicode.Bidi_Control, unicode.Zl, unicode.Zp) {
		return utf8.RuneError
	}
	return r
}

// What a fault quotes is cut, since a broken file can have a name or a value of any length.
const (
	maxQuoted = 80 // runes of a text
	maxListed = 20 // parts of a list
)

// Short is a text of at most 80 runes; what is longer loses its middle.
func Short(text string) string {
	if len(text) <= maxQuoted {
		return text
	}
	runes := []rune(text)
	if len(runes) <= maxQuoted {
		return text
	}
	half := maxQuoted / 2
	return string(runes[:half]) + "…" + string(runes[len(runes)-half+1:])
}

// short cuts the arguments of a fault.
func (v *Voice) short(args []reason.Arg) []reason.Arg {
	cut := make([]reason.Arg, len(args))
	for i, a := range args {
		cut[i] = reason.Arg{Name: a.Name, Value: v.shortValue(a.Value)}
	}
	return cut
}

func (v *Voice) shortValue(value any) any {
	switch value := value.(type) {
	case string:
		return Short(value)
	case []string:
		return shortList(v, value, Short)
	case reason.Reason:
		return reason.Reason{Code: value.Code, Args: v.short(value.Args)}
	case []reason.Reason:
		return shortList(v, value, func(r reason.Reason) string { return v.say(string(r.Code), v.short(r.Args)) })
	default:
		return value
	}
}

// shortList says the first parts of a list and counts the rest.
func shortList[T any](v *Voice, list []T, say func(T) string) []string {
	said := make([]string, 0, min(len(list), maxListed+1))
	for _, one := range list[:min(len(list), maxListed)] {
		said = append(said, say(one))
	}
	if more := len(list) - len(said); more > 0 {
		said = append(said, v.Text("fault.more", "n", more))
	}
	return said
}
