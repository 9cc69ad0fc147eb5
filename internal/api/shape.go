package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/core/reason"
)

type faultCode = reason.Code

// want is the type of JSON that a value must have.
type want string

const (
	wantAny    want = ""
	wantString want = "string"
	wantTime   want = "instant"
	wantNumber want = "number" // a whole one
	wantBool   want = "boolean"
	wantObject want = "object"
	wantArray  want = "array"
)

// shape is the form of a value, read from its Go type once.
type shape struct {
	kind    want
	members map[string]*shape // of an object
	item    *shape            // of an array
}

// anything is the shape of what nobody looks at, or that was found wrong already.
var anything = func() *shape {
	s := &shape{}
	s.item = s
	return s
}()

// want demands a type, and gives the shape to go on with.
func (s *shape) want(w *walker, given want, field string) (*shape, error) {
	if s.kind == wantAny || s.kind == given {
		return s, nil
	}
	return anything, w.found(CodeJSONType, field, "wanted", string(s.kind))
}

// member is the shape of a member of an object, nil when there is none of this name.
func (s *shape) member(name string) *shape {
	if s.kind == wantAny {
		return anything
	}
	return s.members[name]
}

var shapes sync.Map // of reflect.Type

func shapeOf(t reflect.Type) *shape {
	if known, ok := shapes.Load(t); ok {
		return known.(*shape) //nolint:forcetypeassert // nothing else is kept
	}
	s := newShape(t)
	shapes.Store(t, s)
	return s
}

// newShape reads the shape of the types that bodies are made of. It panics on another one,
// which would be read without a look at what it holds.
func newShape(t reflect.Type) *shape {
	if t == reflect.TypeFor[time.Time]() {
		return &shape{kind: wantTime}
	}
	if t == reflect.TypeFor[json.RawMessage]() {
		return anything
	}
	switch t.Kind() {
	case reflect.Pointer:
		return newShape(t.Elem())
	case reflect.String:
		return &shape{kind: wantString}
	case reflect.Int, reflect.Int64:
		return &shape{kind: wantNumber}
	case reflect.Bool:
		return &shape{kind: wantBool}
	case reflect.Slice:
		return &shape{kind: wantArray, item: newShape(t.Elem())}
	case reflect.Struct:
		s := &shape{kind: wantObject, members: map[string]*shape{}}
		for _, f := range reflect.VisibleFields(t) {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			if name != "" && name != "-" {
				s.members[name] = newShape(f.Type)
			}
		}
		return s
	default:
		panic("api: no body holds a " + t.String())
	}
}
