// Package reason is how the rules say why: a code with typed arguments.
//
// A rule never returns a sentence. It returns a Reason; package wording turns it into
// English or Dutch. The same reason is therefore the same on a screen, in a report, in
// the API and in a test.
package reason

import "slices"

// Code names one thing that the rules can say, as "noun.what", for instance
// "clock.paused". Every code that a package declares has a sentence in each language;
// a test in package wording holds them against each other.
type Code string

// Arg is one named argument of a reason. Value is one of: string, int, bool, time.Time
// (an instant, UTC), time.Duration, calendar.Date, []string, a value of the core such as a
// priority, a party or a length, or a Reason or []Reason that is said inside the sentence.
type Arg struct {
	Name  string
	Value any
}

// Reason is a code and the facts that belong to it.
type Reason struct {
	Code Code
	Args []Arg
}

// New makes a reason from a code and alternating names and values:
//
//	reason.New(clock.CodePaused, "party", catalog.Client, "from", at)
//
// It panics when a name is missing its value, which is a mistake in the program.
func New(code Code, namesAndValues ...any) Reason {
	return Reason{Code: code, Args: Args(namesAndValues...)}
}

// Args pairs alternating names and values. It panics as New does.
func Args(namesAndValues ...any) []Arg {
	if len(namesAndValues)%2 != 0 {
		panic("reason: a name without a value")
	}
	args := make([]Arg, 0, len(namesAndValues)/2)
	for pair := range slices.Chunk(namesAndValues, 2) {
		args = append(args, Arg{Name: pair[0].(string), Value: pair[1]})
	}
	return args
}

// Get returns the value of the named argument, or nil.
func (r Reason) Get(name string) any {
	for _, a := range r.Args {
		if a.Name == name {
			return a.Value
		}
	}
	return nil
}
