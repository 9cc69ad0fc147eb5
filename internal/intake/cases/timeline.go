package cases

import (
	"slices"
	"strings"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// timeline reads what happened, one thing a line:
//
//	Fri 2026-03-06 16:00  incident P2
//	               16:10  acknowledged
//	               17:00  waits for client, recorded Mon 2026-03-09 09:00
func (p *parser) timeline(c *textCase, s section, zone string) {
	if zone != "" {
		named, err := calendar.New(calendar.Spec{Always: true, Zone: zone})
		if err != nil {
			p.fault(s.heading.Position, CodeZone, "zone", zone)
			return
		}
		c.zone = named.Zone()
	}
	m := &moments{zone: c.zone}
	for _, l := range s.lines {
		e, err := m.entry(l.text)
		switch {
		case err != nil:
			p.add(err, l.Position)
		case (len(c.entries) == 0) != isLogged(e):
			p.fault(l.Position, CodeNotLogged)
		default:
			c.entries = append(c.entries, e)
		}
	}
	if len(s.lines) == 0 {
		p.fault(s.heading.Position, CodeNotLogged)
	}
	slices.SortStableFunc(c.entries, func(a, b ticket.Entry) int { return a.Recorded.Compare(b.Recorded) })
}

func isLogged(e ticket.Entry) bool {
	_, ok := e.Fact.(ticket.Logged)
	return ok
}

// entry reads one line.
func (m *moments) entry(text string) (ticket.Entry, error) {
	phrases := strings.Split(text, ", ")
	at, words, problem := m.take(strings.Fields(phrases[0]))
	if problem != nil {
		return ticket.Entry{}, problem
	}
	e := ticket.Entry{At: at, Recorded: at, By: ticket.Actor{Party: catalog.Provider}}
	fact, ok, err := m.fact(words)
	if err != nil {
		return e, err
	}
	e.Fact = fact
	for _, phrase := range phrases[1:] {
		more := strings.Fields(phrase)
		switch {
		case phrase == "by automation":
			e.By.Automated = true
		case len(more) > 1 && more[0] == "recorded":
			later := moments{m.zone, m.date}
			recorded, rest, problem := later.take(more[1:])
			if problem != nil {
				return e, problem
			}
			e.Recorded, ok = recorded, ok && len(rest) == 0 && !recorded.Before(at)
		default:
			ok = false
		}
	}
	if !ok {
		return e, fault.New(fault.Invalid, CodeFact, "text", strings.TrimSpace(text))
	}
	if _, wrote := e.Fact.(ticket.Wrote); wrote {
		e.By.Party = catalog.Client
	}
	return e, nil
}

// plainFacts are the facts that are said by their words alone.
var plainFacts = map[string]ticket.Fact{
	"acknowledged":           ticket.Acknowledged{},
	"replied":                ticket.Replied{},
	"client wrote":           ticket.Wrote{},
	"noted":                  ticket.Noted{},
	"resumed":                ticket.Resumed{},
	"restored":               ticket.Restored{},
	"restored by workaround": ticket.Restored{Workaround: true},
	"resolved":               ticket.Resolved{},
	"closed":                 ticket.Closed{},
	"reopened":               ticket.Reopened{},
	"root cause published":   ticket.RootCausePublished{},
}

// fact reads what happened; it is not ok when that is nothing we know.
func (m *moments) fact(words []string) (f ticket.Fact, ok bool, err error) {
	text := strings.Join(words, " ")
	if f, ok = plainFacts[text]; ok {
		return f, true, nil
	}
	first := ""
	if len(words) > 0 {
		first = words[0]
	}
	rest := words[min(1, len(words)):]
	switch {
	case strings.HasPrefix(text, "waits for ") && len(words) == 3:
		var party catalog.Party
		err = party.UnmarshalText([]byte(words[2]))
		return ticket.Waits{For: party}, true, err
	case strings.HasPrefix(text, "merged into ") && len(words) == 3:
		return ticket.Merged{Into: words[2]}, true, nil
	case first == "priority" && len(rest) == 1:
		var p catalog.Priority
		err = p.UnmarshalText([]byte(rest[0]))
		return ticket.Classified{Priority: p}, true, err
	case strings.HasPrefix(text, "due of "):
		return m.agreement(words[2:])
	case strings.HasSuffix(text, " not shown") && len(words) == 3:
		kind, err := clockOf(first)
		return ticket.NotShown{Target: kind}, true, err
	default:
		return logged(words)
	}
}

// logged reads "incident P2".
func logged(words []string) (ticket.Fact, bool, error) {
	if len(words) != 2 {
		return nil, false, nil
	}
	var l ticket.Logged
	isKind := l.Kind.UnmarshalText([]byte(words[0])) == nil
	if !isKind {
		return nil, false, nil
	}
	err := l.Priority.UnmarshalText([]byte(words[1]))
	return l, true, err
}

// agreement reads "restoration agreed: Mon 2026-03-09 12:00" and "restoration withdrawn".
func (m *moments) agreement(words []string) (ticket.Fact, bool, error) {
	if len(words) < 2 {
		return nil, false, nil
	}
	kind, err := clockOf(words[0])
	switch {
	case err != nil:
		return nil, true, err
	case words[1] == "withdrawn" && len(words) == 2:
		return ticket.DueWithdrawn{Target: kind}, true, nil
	case words[1] != "agreed:":
		return nil, false, nil
	}
	later := moments{m.zone, m.date}
	due, rest, problem := later.take(words[2:])
	if problem != nil {
		return nil, true, problem
	}
	return ticket.DueAgreed{Target: kind, Due: due}, len(rest) == 0, nil
}

func clockOf(word string) (contract.TargetKind, error) {
	var kind contract.TargetKind
	err := kind.UnmarshalText([]byte(word))
	return kind, err
}
