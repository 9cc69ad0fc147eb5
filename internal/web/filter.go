package web

import (
	"encoding"
	"encoding/base64"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// filter is a list of tickets as it stands in an address: /queue?client=fietswereld&mine=1.
type filter struct {
	State      string // open (also ""), closed or all
	Clients    []string
	Kinds      []catalog.Kind
	Priorities []catalog.Priority
	Levels     []catalog.Level
	Balls      []catalog.Party
	Teams      []string
	Persons    []string // ids, "me", "nobody"
	New        bool     // nobody has taken it up
	Risky      bool
	Broken     bool
	Newest     bool
	Text       string
}

// parseFilter reads an address. A word that is not known is a fault with the name of the
// field.
func parseFilter(q url.Values) (filter, error) {
	f := filter{
		State: q.Get("state"), Clients: q["client"], Teams: q["team"], Persons: q["person"], New: q.Has("new"), Risky: q.Has("risky"),
		Broken: q.Has("broken"), Newest: q.Get("sort") == "newest", Text: strings.TrimSpace(q.Get("q")),
	}
	var faults fault.List
	f.Kinds = words[catalog.Kind](q, "kind", &faults)
	f.Priorities = words[catalog.Priority](q, "priority", &faults)
	f.Levels = words[catalog.Level](q, "level", &faults)
	f.Balls = words[catalog.Party](q, "ball", &faults)
	if !slices.Contains([]string{"", "open", "closed", "all"}, f.State) {
		faults = append(faults, fault.New(fault.Invalid, CodeFieldWrong, "field", "state", "value", f.State))
	}
	return f, faults.Err()
}

// words reads all values of a field as words of the catalog.
func words[T any, P interface {
	*T
	encoding.TextUnmarshaler
}](q url.Values, field string, faults *fault.List) (all []T) {
	for _, value := range q[field] {
		var one T
		if err := P(&one).UnmarshalText([]byte(value)); err != nil {
			*faults = append(*faults, fault.New(fault.Invalid, CodeFieldWrong, "field", field, "value", value))
			continue
		}
		all = append(all, one)
	}
	return all
}

// address is the address of the list.
func (f *filter) address(path string) string {
	q := url.Values{}
	add := func(name string, values ...string) {
		for _, v := range values {
			if v != "" {
				q.Add(name, v)
			}
		}
	}
	add("state", f.State)
	add("client", f.Clients...)
	add("kind", said(f.Kinds)...)
	add("priority", said(f.Priorities)...)
	add("level", said(f.Levels)...)
	add("ball", said(f.Balls)...)
	add("team", f.Teams...)
	add("person", f.Persons...)
	for name, on := range map[string]bool{"new": f.New, "risky": f.Risky, "broken": f.Broken} {
		if on {
			q.Set(name, "1")
		}
	}
	if f.Newest {
		q.Set("sort", "newest")
	}
	add("q", f.Text)
	if len(q) == 0 {
		return path
	}
	return path + "?" + q.Encode()
}

func said[T fmt.Stringer](all []T) []string {
	words := make([]string, len(all))
	for i, one := range all {
		words[i] = one.String()
	}
	return words
}

// question is the question that the list asks for a person.
func (f *filter) question(person string) app.Filter {
	q := app.Query{
		Clients: f.Clients, Open: f.State == "" || f.State == "open", Closed: f.State == "closed", Kinds: f.Kinds,
		Priorities: f.Priorities, Levels: f.Levels, Balls: f.Balls, Teams: f.Teams,
	}
	for _, p := range f.Persons {
		switch p {
		case "me":
			p = person
		case "nobody":
			p = ""
		}
		q.Persons = append(q.Persons, p)
	}
	if f.New {
		q.States = []ticket.State{ticket.StateNew}
	}
	if f.Newest || f.State == "closed" || f.State == "all" {
		q.Order = app.ByNewest
	}
	return app.Filter{QueueQuery: q, Risky: f.Risky, Breaking: f.Broken}
}

// placeText writes the place of a row for an address.
func placeText(p app.Place) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %d %s", p.Lane, p.Rank, p.Opened.UnixMilli(), p.Stream))
}

// parsePlace reads it. What is not a place is the start of the list.
func parsePlace(text string) (p app.Place) {
	decoded, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil {
		return p
	}
	var lane uint8
	var opened int64
	if _, err := fmt.Sscanf(string(decoded), "%d %d %d %s", &lane, &p.Rank, &opened, &p.Stream); err != nil {
		return app.Place{}
	}
	p.Lane, p.Opened = clock.Lane(lane), time.UnixMilli(opened).UTC()
	return p
}
