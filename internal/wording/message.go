package wording

import (
	"fmt"
	"strings"
	"sync"
	"text/template"

	"github.com/goccy/go-yaml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
	"golang.org/x/text/language"
)

// message is a message of one form. Pages say hundreds of them, so that each is read as a
// template once, when it is first said, and one without arguments not at all.
type message struct {
	text  string
	plain bool // nothing to fill in

	once sync.Once
	plan *template.Template
	err  error
}

// fill says the message with its arguments. The functions are those of its language.
func (m *message) fill(data map[string]any, funcs template.FuncMap) (string, error) {
	m.once.Do(func() { m.plan, m.err = template.New("").Funcs(funcs).Parse(m.text) })
	if m.err != nil {
		return "", m.err
	}
	var b strings.Builder
	err := m.plan.Execute(&b, data)
	return b.String(), err
}

// load reads the embedded messages: those of one form by language and name, and a bundle of
// those whose form depends on a count. A message that cannot be read is a mistake in the
// program, found by the first test that runs.
func load() (*i18n.Bundle, map[Language]map[string]*message) {
	bundle := i18n.NewBundle(language.English)
	single := map[Language]map[string]*message{English: {}, Dutch: {}}
	files, err := texts.ReadDir("text")
	if err != nil {
		panic(err)
	}
	for _, f := range files {
		content, err := texts.ReadFile("text/" + f.Name())
		if err != nil {
			panic(err)
		}
		var entries map[string]any
		if err := yaml.Unmarshal(content, &entries); err != nil {
			panic(fmt.Sprintf("wording: %s: %v", f.Name(), err))
		}
		l := Language(strings.Split(f.Name(), ".")[1])
		for id, entry := range entries {
			switch entry := entry.(type) {
			case string:
				single[l][id] = newMessage(entry)
			case map[string]any:
				addForms(bundle, l, id, entry)
			default:
				panic(fmt.Sprintf("wording: %s: %s is no message", f.Name(), id))
			}
		}
	}
	return bundle, single
}

func newMessage(text string) *message {
	if strings.Contains(text, "{{") {
		return &message{text: text}
	}
	return &message{text: Printable(text), plain: true}
}

// addForms adds a message with a form for one and a form for others.
func addForms(bundle *i18n.Bundle, l Language, id string, forms map[string]any) {
	m := &i18n.Message{ID: id}
	for name, form := range forms {
		text, ok := form.(string)
		switch {
		case name == "one" && ok:
			m.One = text
		case name == "other" && ok:
			m.Other = text
		default:
			panic(fmt.Sprintf("wording: %s has no form %q", id, name))
		}
	}
	if err := bundle.AddMessages(language.MustParse(string(l)), m); err != nil {
		panic(fmt.Sprintf("wording: %s: %v", id, err))
	}
}
