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
	typed "github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// The addresses that show lists of tickets. One asks what is open and to be done, the other
// looks for words in everything.
const (
	queuePath = "/queue"
	findPath  = "/find"
)

// filter is a list of tickets as it stands in an address: /queue?client=fietswereld&risky=1.
type filter struct {
	Path       string
	State      string   // open, closed or all; "" is open in the queue, and all where one looks for words
	Clients    []string // slugs
	Kinds      []catalog.Kind
	Priorities []catalog.Priority
	Levels     []catalog.Level
	Balls      []catalog.Party
	Teams      []string // ids
	Persons    []string // ids, "me", "nobody"
	New        bool     // nobody has taken it up
	Risky      bool
	Broken     bool
	Newest     bool
	Text       string
}

var states = []string{"open", "closed", "all"}

// parseFilter reads an address. What cannot be is left out, and said in the faults, each with
// the name of its field.
func parseFilter(path string, q url.Values) (filter, fault.List) {
	f := filter{
		Path: path, State: q.Get("state"), Clients: some(q["client"]), Teams: some(q["team"]), Persons: some(q["person"]),
		New: q.Get("new") != "", Risky: q.Get("risky") != "", Broken: q.Get("broken") != "", Newest: q.Get("sort") == "newest",
		Text: strings.TrimSpace(q.Get("q")),
	}
	var faults fault.List
	f.Kinds = words[catalog.Kind](q, "kind", &faults)
	f.Priorities = words[catalog.Priority](q, "priority", &faults)
	f.Levels = words[catalog.Level](q, "level", &faults)
	f.Balls = words[catalog.Party](q, "ball", &faults)
	if f.State != "" && !slices.Contains(states, f.State) {
		faults = append(faults, wrongField("state", f.State))
		f.State = ""
	}
	if f.State == f.usual() {
		f.State = ""
	}
	return f, faults
}

func wrongField(name, value string) *fault.Fault {
	return fault.New(fault.Invalid, CodeFieldWrong, "field", name, "value", value)
}

// usual is the state that a list has when none is asked for.
func (f *filter) usual() string {
	if f.Path == findPath {
		return "all"
	}
	return "open"
}

// state is the state that the list has.
func (f *filter) state() string {
	if f.State == "" {
		return f.usual()
	}
	return f.State
}

// some leaves out what was not filled in, and what is said twice.
func some(values []string) (filled []string) {
	for _, v := range values {
		if v != "" && !slices.Contains(filled, v) {
			filled = append(filled, v)
		}
	}
	return filled
}

// words reads all values of a field as words of the catalog.
func words[T comparable, P interface {
	*T
	encoding.TextUnmarshaler
}](q url.Values, field string, faults *fault.List) (all []T) {
	for _, value := range some(q[field]) {
		var one T
		if err := P(&one).UnmarshalText([]byte(value)); err != nil {
			*faults = append(*faults, wrongField(field, value))
			continue
		}
		if !slices.Contains(all, one) {
			all = append(all, one)
		}
	}
	return all
}

// query writes the list as the query of an address, the same for the same list.
func (f *filter) query() url.Values {
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
	return q
}

// address is the address of the list, without further parameters but those given as
// alternating names and values; empty ones are left out.
func (f *filter) address(namesAndValues ...string) string {
	return f.at(f.Path, namesAndValues...)
}

// at is address below another path.
func (f *filter) at(path string, namesAndValues ...string) string {
	q := f.query()
	for i := 0; i < len(namesAndValues); i += 2 {
		if namesAndValues[i+1] != "" {
			q.Set(namesAndValues[i], namesAndValues[i+1])
		}
	}
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

// byDue tells whether the list goes by what falls due next.
func (f *filter) byDue() bool { return !f.Newest && f.state() == "open" && f.Text == "" }

// personal tells whether the list is another one for another person.
func (f *filter) personal() bool { return slices.Contains(f.Persons, "me") }

// question is the question that the list asks for a person. Clients are given by id.
func (f *filter) question(person string, clients []string) app.Filter {
	q := app.Query{
		Clients: clients, Open: f.state() == "open", Closed: f.state() == "closed", Kinds: f.Kinds, Priorities: f.Priorities,
		Levels: f.Levels, Balls: f.Balls, Teams: f.Teams, Text: f.Text,
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
	if !f.byDue() {
		q.Order = app.ByNewest
	}
	return app.Filter{QueueQuery: q, Risky: f.Risky, Breaking: f.Broken}
}

// placeText writes the place of a row for an address.
func placeText(p app.Place) string {
	return base64.RawURLEncoding.EncodeToString(fmt.Appendf(nil, "%d %d %d %s", p.Lane, p.Rank, p.Opened.UnixMilli(), p.Stream))
}

// parsePlace reads it. What is not a place is the start of the list.
func parsePlace(token string) (p app.Place) {
	decoded, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil {
		return p
	}
	var lane uint8
	var opened int64
	if _, err := fmt.Sscanf(string(decoded), "%d %d %d %s", &lane, &p.Rank, &opened, &p.Stream); err != nil || !typed.Keepable(p.Stream) {
		return app.Place{}
	}
	p.Lane, p.Opened = clock.Lane(lane), time.UnixMilli(opened).UTC()
	return p
}
