package history

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Text writes the mapping as a file that ParseMapping reads back to the same mapping.
func (m *Mapping) Text() []byte {
	var w mappingWriter
	w.line("# How Watchbill reads a ticket history. docs/histories.md explains every key.")
	w.pair("", "profile", m.Profile)
	w.pair("", "format", m.Format)
	w.pair("", "separator", m.Separator)
	w.pair("", "encoding", m.Encoding)
	w.pair("", "kind", m.Kind.String())
	w.line("columns:")
	for _, key := range columnKeys {
		w.pair("  ", key, *m.Columns.of(key))
	}
	w.line("dates:")
	w.pair("  ", "form", m.Dates.Form)
	w.pair("", "rows", m.Rows)
	w.pair("", "people", m.People)
	w.pair("", "role", string(m.Role))
	w.list("", "missing", m.Missing)
	pairs(&w, "labels", m.Labels, byKey[string])
	pairs(&w, "states", m.States, func(a, b entry[Meaning]) int {
		return cmp.Or(cmp.Compare(slices.Index(meanings, a.value), slices.Index(meanings, b.value)), byKey(a, b))
	})
	pairs(&w, "priorities", m.Priorities, byValue)
	pairs(&w, "impacts", m.Impacts, byValue)
	pairs(&w, "urgencies", m.Urgencies, byValue)
	w.line("shows:")
	w.pair("  ", "response", m.Shows.Response)
	w.list("  ", "root_cause", m.Shows.RootCause)
	return w.Bytes()
}

type mappingWriter struct{ bytes.Buffer }

func (w *mappingWriter) line(s string) { w.WriteString(s + "\n") }

// pair leaves out what is not said.
func (w *mappingWriter) pair(indent, key, value string) {
	if value != "" {
		w.line(indent + scalar(key) + ": " + scalar(value))
	}
}

func (w *mappingWriter) list(indent, key string, values []string) {
	if len(values) == 0 {
		return
	}
	written := make([]string, len(values))
	for i, v := range values {
		written[i] = scalar(v)
	}
	w.line(indent + key + ": [" + strings.Join(written, ", ") + "]")
}

type entry[V any] struct {
	key   string
	value V
}

func byKey[V any](a, b entry[V]) int { return cmp.Compare(a.key, b.key) }

func byValue[V cmp.Ordered](a, b entry[V]) int {
	return cmp.Or(cmp.Compare(a.value, b.value), byKey(a, b))
}

func pairs[V any](w *mappingWriter, key string, values map[string]V, order func(a, b entry[V]) int) {
	if len(values) == 0 {
		return
	}
	entries := make([]entry[V], 0, len(values))
	for k, v := range maps.All(values) {
		entries = append(entries, entry[V]{k, v})
	}
	slices.SortFunc(entries, order)
	w.line(key + ":")
	for _, e := range entries {
		w.line("  " + scalar(e.key) + ": " + scalar(fmt.Sprint(e.value)))
	}
}

// plain is text that YAML takes for text without quotes.
var plain = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9_]*([ /.-][A-Za-z0-9_]+)*$`)

// notText are words that some readers of YAML take for something else.
var notText = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null", "nan", "inf"}

func scalar(s string) string {
	if plain.MatchString(s) && !slices.Contains(notText, strings.ToLower(s)) {
		return s
	}
	// A JSON string is a YAML string.
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(s); err != nil {
		panic(err) // a string can always be encoded
	}
	return strings.TrimSuffix(b.String(), "\n")
}
