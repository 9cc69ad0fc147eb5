// Package queue has the pages of the list of tickets.
package queue

import (
	"github.com/watchbill/watchbill/internal/web/ui"
)

// Data is what a list shows.
type Data struct {
	Title    string
	View     string // address that changes the view of one's own that this is, "" for none
	Density  Density
	Create   string // address where a ticket is logged, "" for those who may not
	Problems []ui.Problem
	Filters  []ui.Filter
	Edit     string // address of the form of filters
	Sorted   ui.Sorted
	Groups   []Group
	Empty    Empty
	Here     string // address of the page
	Live     string // address that the page asks when something changed
	Held     int    // rows that wait to be shown
	First    string // address of the first page, "" on it
	Next     string // address of the next page, "" on the last
	Bulk     []ui.Act
	Once     string // key of the next submit, so that a double one is one
}

// Density is how much room rows take.
type Density struct {
	Roomy bool
	Back  string
}

// Group is rows under one head.
type Group struct {
	ID, Title string
	Count     string // of the whole group; "" where it is not counted
	Rows      []ui.Row
	Suggested map[string]*Suggestion // by the id of the row
}

// Suggestion is what is suggested for a row.
type Suggestion struct {
	Parts  []Point
	Hidden [][2]string
	Acts   []ui.Act
}

// Point is one thing that is suggested, and why. Href leads to what it names, "" to nothing.
type Point struct{ What, Why, Href string }

// Empty says what is true where no row is. The zero Empty says nothing.
type Empty struct {
	Title, Text string
	Acts        []ui.Act
}

// FilterData is the form of what a list can be narrowed by.
type FilterData struct {
	Problems []ui.Problem
	Action   string
	Back     string
	Sets     []Set
	Text     ui.Field
	Newest   bool
}

// Set is a choice of several, or of one.
type Set struct {
	Name    string
	Label   string
	Single  bool
	Options []Option
}

// Option is one of a set. Name is set where it is a field of its own.
type Option struct {
	Name, Value, Text string
	On                bool
}

// Add adds an option.
func (s *Set) Add(value, text string, on bool) {
	s.Options = append(s.Options, Option{Name: s.Name, Value: value, Text: text, On: on})
}

// ChoiceData asks what has to be said before something is done with many tickets: by one of
// the buttons, from the options, or in a text.
type ChoiceData struct {
	Title   string
	Act     string
	Tickets []string
	Once    string
	Back    string
	Buttons []ui.Act
	To      ui.Field
	Options []ui.Option
	Text    ui.Field
	Send    string
	Error   string
}

// OutcomeData says what could not be done.
type OutcomeData struct {
	Title     string    // what was done
	Rows      []NotDone // not possible: they are unchanged
	Failed    []NotDone // on our side: whether it was done is not known
	Reference string    // to what the log has of those
	Back      string
}

// NotDone is a ticket on which something was not possible, or failed.
type NotDone struct {
	Key, Href, Why, Cure string
}
