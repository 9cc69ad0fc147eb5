package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// What a body of JSON may be at most, whatever it holds.
const (
	maxDepth   = 32
	maxMembers = 10_000
	maxFaults  = 20 // that are told at once
)

// readJSON reads a body strictly: one value, in UTF-8, no name twice, no name that the type
// does not have, and of each the type that is wanted. It fails with all that is wrong, each
// fault with its place. What is there is not judged any further.
func readJSON(body []byte, into any) error {
	if at := invalidUTF8(body); at >= 0 {
		return at.fault(CodeJSONUTF8, body)
	}
	w := walker{json: json.NewDecoder(bytes.NewReader(body))}
	w.json.UseNumber()
	err := w.value(shapeOf(reflect.TypeOf(into).Elem()), "", 0)
	if err == nil {
		err = w.end(body)
	}
	if err != nil && !errors.Is(err, errEnough) {
		return syntaxFault(body, err)
	}
	if len(w.faults) > 0 {
		return w.faults
	}
	if err := json.Unmarshal(body, into); err != nil {
		return fault.New(fault.Invalid, CodeUnreadable).Because(err)
	}
	return nil
}

// errEnough ends a walk that has found enough.
var errEnough = errors.New("enough")

// place is how many bytes of a body come before something.
type place int64

func invalidUTF8(body []byte) place {
	if utf8.Valid(body) {
		return -1
	}
	for i := 0; ; {
		r, size := utf8.DecodeRune(body[i:])
		if r == utf8.RuneError && size <= 1 {
			return place(i)
		}
		i += size
	}
}

func (p place) fault(code faultCode, body []byte) *fault.Fault {
	before := body[:min(int(p), len(body))]
	line := 1 + bytes.Count(before, []byte("\n"))
	column := 1 + utf8.RuneCount(before[bytes.LastIndexByte(before, '\n')+1:])
	return fault.New(fault.Invalid, code, "line", line, "column", column)
}

// syntaxFault says where a body stops to be JSON.
func syntaxFault(body []byte, err error) error {
	if _, ok := errors.AsType[*fault.Fault](err); ok {
		return err
	}
	var raw json.RawMessage
	if syntax, ok := errors.AsType[*json.SyntaxError](json.Unmarshal(body, &raw)); ok {
		return place(max(0, syntax.Offset-1)).fault(CodeJSONSyntax, body)
	}
	return place(len(body)).fault(CodeJSONSyntax, body)
}

// walker walks through a body beside the shape that it should have.
type walker struct {
	json    *json.Decoder
	members int
	faults  fault.List
}

func (w *walker) found(code faultCode, field string, more ...any) error {
	w.faults = append(w.faults, fault.New(fault.Invalid, code, append([]any{"field", field}, more...)...))
	if len(w.faults) == maxFaults {
		return errEnough
	}
	return nil
}

// end demands that nothing follows.
func (w *walker) end(body []byte) error {
	at := w.json.InputOffset()
	switch _, err := w.json.Token(); {
	case errors.Is(err, io.EOF):
		return nil
	case err != nil:
		return err
	}
	rest := bytes.TrimLeft(body[at:], " \t\r\n")
	return place(len(body)-len(rest)).fault(CodeJSONMore, body)
}

func (w *walker) value(s *shape, field string, depth int) error {
	token, err := w.json.Token()
	if err != nil {
		return err
	}
	switch token := token.(type) {
	case json.Delim:
		if depth == maxDepth {
			return fault.New(fault.Invalid, CodeJSONDeep, "most", maxDepth)
		}
		if token == '{' {
			return w.object(s, field, depth)
		}
		return w.array(s, field, depth)
	case string:
		return w.text(s, token, field)
	case json.Number:
		_, err := strconv.ParseInt(token.String(), 10, 64)
		if err != nil && s.kind == wantNumber {
			return w.found(CodeJSONType, field, "wanted", string(wantNumber))
		}
		_, err = s.want(w, wantNumber, field)
		return err
	case bool:
		_, err := s.want(w, wantBool, field)
		return err
	}
	return nil // null: not said
}

func (w *walker) text(s *shape, token, field string) error {
	if strings.ContainsRune(token, 0) {
		return w.found(CodeJSONNul, field)
	}
	if s.kind == wantTime {
		if _, err := time.Parse(time.RFC3339, token); err != nil {
			return w.found(CodeInstant, field)
		}
		return nil
	}
	_, err := s.want(w, wantString, field)
	return err
}

// escaped writes a name as a part of a JSON pointer.
var escaped = strings.NewReplacer("~", "~0", "/", "~1")

func (w *walker) object(s *shape, field string, depth int) error {
	s, err := s.want(w, wantObject, field)
	if err != nil {
		return err
	}
	var names []string
	for w.json.More() {
		token, err := w.json.Token()
		if err != nil {
			return err
		}
		name := token.(string) //nolint:forcetypeassert // the decoder allows nothing else here
		at := field + "/" + escaped.Replace(name)
		if w.members++; w.members > maxMembers {
			return fault.New(fault.Invalid, CodeJSONMembers, "most", maxMembers)
		}
		inner := s.member(name)
		switch {
		case slices.Contains(names, name):
			err = w.found(CodeJSONTwice, at)
		case inner == nil:
			inner, err = anything, w.found(CodeJSONUnknown, at)
		}
		if err != nil {
			return err
		}
		names = append(names, name)
		if err := w.value(inner, at, depth+1); err != nil {
			return err
		}
	}
	_, err = w.json.Token()
	return err
}

func (w *walker) array(s *shape, field string, depth int) error {
	s, err := s.want(w, wantArray, field)
	if err != nil {
		return err
	}
	for i := 0; w.json.More(); i++ {
		if w.members++; w.members > maxMembers {
			return fault.New(fault.Invalid, CodeJSONMembers, "most", maxMembers)
		}
		if err := w.value(s.item, field+"/"+strconv.Itoa(i), depth+1); err != nil {
			return err
		}
	}
	_, err = w.json.Token()
	return err
}
