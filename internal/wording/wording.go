// Package wording turns the codes of the core into sentences, in English and in Dutch.
//
// The sentences lie in text/<noun>.<language>.yaml. A reason with code "clock.paused" is
// said by the message "clock.paused"; a fault has a second message, "clock.paused.cure",
// that says what to do. Messages are Go templates over the arguments of the code, and give
// one line: what is said is Printable, whoever wrote the arguments.
package wording

import (
	"embed"
	"fmt"
	"text/template"
	"time"

	"github.com/nicksnyder/go-i18n/v2/i18n"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

//go:embed text/*.yaml
var texts embed.FS

// Language is one of the languages that Watchbill speaks.
type Language string

// The languages that Watchbill speaks.
const (
	English Language = "en"
	Dutch   Language = "nl"
)

// Voice says things in one language. It is safe for concurrent use.
type Voice struct {
	language  Language
	messages  map[string]*message // those of one form
	localizer *i18n.Localizer     // those that depend on a count
	funcs     template.FuncMap
	zone      *time.Location // nil: instants are said as they come
}

var (
	bundle, ofOneForm = load()
	english, dutch    = newVoice(English), newVoice(Dutch)
)

func newVoice(l Language) *Voice {
	v := &Voice{language: l, messages: ofOneForm[l], localizer: i18n.NewLocalizer(bundle, string(l))}
	v.funcs = funcs(v)
	return v
}

// In returns the voice of a language; it is English for one that Watchbill does not speak.
func In(l Language) *Voice {
	if l == Dutch {
		return dutch
	}
	return english
}

// Language returns the language that the voice speaks.
func (v *Voice) Language() Language { return v.language }

// In returns the voice that says instants in a zone.
func (v *Voice) In(zone *time.Location) *Voice {
	there := *v
	there.zone = zone
	return &there
}

// Reason says a reason as one or more sentences.
func (v *Voice) Reason(r reason.Reason) string { return v.say(string(r.Code), r.Args) }

// Text says a message that belongs to a surface and not to the rules, such as a column
// head. Arguments are alternating names and values.
func (v *Voice) Text(id string, namesAndValues ...any) string {
	return v.say(id, reason.Args(namesAndValues...))
}

// Fault says what is wrong. What it quotes is cut: a text to 80 runes, a list to 20 parts.
func (v *Voice) Fault(f *fault.Fault) string { return v.say(string(f.Code), v.short(f.Args)) }

// Cure says what to do about a fault, cut as Fault does.
func (v *Voice) Cure(f *fault.Fault) string { return v.say(string(f.Code)+".cure", v.short(f.Args)) }

func (v *Voice) say(id string, args []reason.Arg) string {
	m := v.messages[id]
	if m != nil && m.plain {
		return m.text
	}
	data := make(map[string]any, len(args))
	var count any
	for _, a := range args {
		data[a.Name] = v.within(a.Value)
		if a.Name == "count" {
			count = a.Value
		}
	}
	var said string
	var err error
	if m != nil {
		said, err = m.fill(data, v.funcs)
	} else {
		said, err = v.localizer.Localize(&i18n.LocalizeConfig{
			MessageID: id, TemplateData: data, PluralCount: count, Funcs: v.funcs,
		})
	}
	if err != nil {
		// A missing sentence must not hide the fact: the code and its arguments still tell it.
		said = fmt.Sprintf("%s %v", id, data)
	}
	return Printable(said)
}

// within says reasons that are arguments of another reason in the same language, and puts
// instants into the zone of the voice.
func (v *Voice) within(value any) any {
	switch value := value.(type) {
	case time.Time:
		if v.zone != nil {
			return value.In(v.zone)
		}
		return value
	case reason.Reason:
		return v.Reason(value)
	case []reason.Reason:
		said := make([]string, len(value))
		for i, r := range value {
			said[i] = v.Reason(r)
		}
		return said
	default:
		return value
	}
}
