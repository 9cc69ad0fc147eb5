package triage

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/text"
)

//go:embed signals.*.yaml
var signalFiles embed.FS

// lists are the words of all languages: people write in any of them.
type lists struct {
	signs [catalog.NumPriorities][][]string // words that must all be there
	small map[string]bool
}

// signals reads the embedded files. One that cannot be read is a mistake in the program, found
// by the first test that runs.
var signals = sync.OnceValue(func() *lists {
	l := &lists{small: map[string]bool{}}
	for _, language := range []string{"en", "nl"} {
		content, err := signalFiles.ReadFile("signals." + language + ".yaml")
		if err != nil {
			panic(err)
		}
		var file map[string][]string
		if err := yaml.Unmarshal(content, &file); err != nil {
			panic(fmt.Sprintf("triage: signals.%s.yaml: %v", language, err))
		}
		for p := catalog.P1; p <= catalog.P4; p++ {
			for _, line := range file[p.String()] {
				l.signs[p] = append(l.signs[p], text.Words(line))
			}
		}
		for _, w := range file["small"] {
			l.small[w] = true
		}
	}
	return l
})

// signalOf finds the most urgent sign in a text, with its words: they must stand in one
// sentence.
func signalOf(s string) (catalog.Priority, []string) {
	var sentences []map[string]bool
	for sentence := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(".!?;\n", r) }) {
		there := map[string]bool{}
		for _, w := range text.Words(sentence) {
			there[w] = true
		}
		sentences = append(sentences, there)
	}
	for p := catalog.P1; p <= catalog.P4; p++ {
		for _, words := range signals().signs[p] {
			if slices.ContainsFunc(sentences, func(there map[string]bool) bool { return all(there, words) }) {
				return p, []string{strings.Join(words, " ")}
			}
		}
	}
	return 0, nil
}

func all(there map[string]bool, words []string) bool {
	return !slices.ContainsFunc(words, func(w string) bool { return !there[w] })
}
