package api

import (
	"encoding"
	"iter"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// TicketPath is the part of an address that names a ticket.
type TicketPath struct {
	Client string `path:"client" doc:"Id or short word (slug) of the client." example:"lumen-apparel"`
	Key    string `path:"key" doc:"Key of the ticket." example:"INC-000123"`
}

func (p *TicketPath) ref() app.Ref { return app.Ref{Client: p.Client, Key: p.Key} }

// Sending are the headers of a request that changes something about a ticket.
type Sending struct {
	Once    string `header:"Idempotency-Key" doc:"A key of your choice, 1 to 200 printable ASCII characters. Sent again by the same person with the same key, the request is done once and answered as before; the key with another request is a conflict."`
	IfMatch string `header:"If-Match" doc:"The ETag under which you saw the ticket. What another person's newer entry contradicts is refused (412); messages and notes never are. Left out, nothing is compared."`
}

// maxOnce is the most characters of a key in Idempotency-Key.
const maxOnce = 200

// command reads the headers of a request that changes a ticket.
func (s *Sending) command() (app.Command, error) {
	cmd := app.Command{}
	var err error
	if cmd.Once, err = onceKey(s.Once); err != nil {
		return cmd, err
	}
	cmd.Seen, err = seen(s.IfMatch)
	return cmd, err
}

func onceKey(key string) (string, error) {
	if len(key) > maxOnce || strings.ContainsFunc(key, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return "", fault.New(fault.Invalid, CodeOnce, "header", "Idempotency-Key", "most", maxOnce)
	}
	return key, nil
}

// seen reads the number of an entry in an entity tag, as etag writes it; 0 for any.
func seen(header string) (int, error) {
	if header == "" || header == "*" {
		return 0, nil
	}
	number, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(header, `"`), `"`))
	if err != nil || number <= 0 || etag(number) != header {
		return 0, fault.New(fault.Invalid, CodeIfMatch, "header", "If-Match")
	}
	return number, nil
}

// etag is the entity tag of a ticket whose last entry has a number.
func etag(head int) string { return `"` + strconv.Itoa(head) + `"` }

// reading collects what is wrong with the fields of a body.
type reading struct {
	faults fault.List
	under  string // pointer of what the fields are in
}

func (r *reading) wrong(code faultCode, field string, more ...any) {
	if r.under != "" {
		field = r.under + pointer(field)
	}
	r.faults = append(r.faults, fault.New(fault.Invalid, code, append([]any{"field", field}, more...)...))
}

// missing is the fault of a word that must be there.
func (r *reading) missing(field string, known []string) { r.wrong(CodeWord, field, "known", known) }

// instant is the fault of an instant that must be there.
func (r *reading) instant(field string) { r.wrong(CodeInstant, field) }

// word reads a word of the core into a place; what it does not know is a fault that names the
// words that it does.
func (r *reading) word(field, given string, into encoding.TextUnmarshaler) {
	err := into.UnmarshalText([]byte(given))
	if err == nil {
		return
	}
	var known any
	if faults := fault.All(err); len(faults) > 0 {
		known = faults[0].Get("known")
	}
	if known == nil {
		known = []string{}
	}
	r.wrong(CodeWord, field, "known", known)
}

// day reads a date; none is the zero Date.
func (r *reading) day(field, given string) (d calendar.Date) {
	if given == "" {
		return d
	}
	d, err := calendar.ParseDate(given)
	if err != nil {
		r.wrong(CodeDay, field)
	}
	return d
}

// number reads a whole number of a query, within bounds; left out it is otherwise.
func number(parameter, given string, least, most, otherwise int) (int, error) {
	if given == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(given)
	if err != nil || n < least || n > most {
		return 0, fault.New(fault.Invalid, CodeNumber, "parameter", parameter, "least", least, "most", most)
	}
	return n, nil
}

// yesOrNo reads yes or no of a query.
func yesOrNo(parameter, given string) (bool, error) {
	switch given {
	case "", "false":
		return false, nil
	case "true":
		return true, nil
	default:
		return false, fault.New(fault.Invalid, CodeWord, "parameter", parameter, "known", []string{"true", "false"})
	}
}

// words reads the values of a parameter that may come more than once.
func words[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](parameter string, given []string) ([]T, error) {
	all := make([]T, len(given))
	for i, one := range given {
		err := P(&all[i]).UnmarshalText([]byte(one))
		if err == nil && one != "" {
			continue
		}
		var known any = []string{}
		if faults := fault.All(err); len(faults) > 0 {
			known = faults[0].Get("known")
		}
		return nil, fault.New(fault.Invalid, CodeWord, "parameter", parameter, "known", known)
	}
	return all, nil
}

// optional is an instant that may be missing.
func optional(at time.Time) *time.Time {
	if at.IsZero() {
		return nil
	}
	at = at.UTC()
	return &at
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// fieldsOf yields the fields of a struct, those of embedded ones too.
func fieldsOf(t reflect.Type) iter.Seq[reflect.StructField] {
	return slices.Values(reflect.VisibleFields(t))
}
