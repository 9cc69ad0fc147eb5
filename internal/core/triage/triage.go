// Package triage suggests what to make of a new ticket: a priority, who has solved the like
// of it, and of which ticket it may be a duplicate. It looks at what the same client had before,
// and at words that say how urgent something is. A suggestion is never a decision: a person
// takes it or leaves it.
package triage

import (
	"cmp"
	"slices"
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// Why something is suggested.
const (
	CodeLikeSolved  reason.Code = "triage.like_solved"  // priority, keys: of the tickets that had it
	CodeSignal      reason.Code = "triage.signal"       // priority, words
	CodeSolvedBy    reason.Code = "triage.solved_by"    // keys: of the tickets that went there
	CodeDuplicate   reason.Code = "triage.duplicate"    // key, score: percent, words
	CodeRelatedOpen reason.Code = "triage.related_open" // key, score, words
	CodeRelatedPast reason.Code = "triage.related_past" // key, score, words: it is no longer open
)

// Ticket is what triage looks at of a ticket.
type Ticket struct {
	Client   string
	Key      string
	Kind     catalog.Kind
	Site     string // "" where nobody said
	Priority catalog.Priority
	Level    catalog.Level
	Team     string
	Person   string
	State    ticket.State
	Opened   time.Time
	Title    string
	Text     string // what else is written; only that of the new ticket is looked at
}

// Suggestion is what is suggested for a ticket. What is zero is not suggested.
type Suggestion struct {
	Priority    catalog.Priority
	PriorityWhy reason.Reason
	Level       catalog.Level
	Team        string
	Person      string // who had the last ticket like it, of the team
	TeamWhy     reason.Reason
	// Duplicates are tickets that this one could be merged into, and Related those that are
	// worth a look only, the likest first.
	Duplicates, Related []Match
}

// Match is a ticket like the new one.
type Match struct {
	Key   string
	Score int      // percent of what both are about that they have in common
	Words []string // that they have in common, those that say most first
	Why   reason.Reason
}

// The scores, in percent, from which on a ticket is like another, and a duplicate of it; how
// many similar ones count, how many are shown; and how far apart duplicates are logged.
const (
	likeFrom       = 35
	duplicateFrom  = 60
	mostNeighbours = 5
	mostShown      = 3
	duplicateSpan  = 14 * 24 * time.Hour
)

// History is what a client had before, made ready to be held against new tickets. It is not
// changed by that.
type History struct {
	client  string
	tickets []past
	with    map[string]int // how many tickets have a stem in their title
	weights map[string]float64
}

type past struct {
	*Ticket
	stems  []string // of the title, sorted
	weight float64  // of all of them
}

// NewHistory takes in the tickets of one client, in any order. Those of others are left out.
func NewHistory(client string, tickets []Ticket) *History {
	h := &History{client: client, with: map[string]int{}, weights: map[string]float64{}}
	for i := range tickets {
		if tickets[i].Client != client {
			continue
		}
		p := past{Ticket: &tickets[i], stems: stemsOf(tickets[i].Title)}
		for _, s := range p.stems {
			h.with[s]++
		}
		h.tickets = append(h.tickets, p)
	}
	for s, n := range h.with {
		h.weights[s] = h.weightOf(n)
	}
	for i := range h.tickets {
		h.tickets[i].weight = h.weigh(h.tickets[i].stems)
	}
	slices.SortFunc(h.tickets, func(a, b past) int {
		return cmp.Or(b.Opened.Compare(a.Opened), cmp.Compare(a.Key, b.Key))
	})
	return h
}

// Suggest says what the history and the words of a ticket suggest. A ticket of another client
// has no history here.
func (h *History) Suggest(t *Ticket) Suggestion {
	var s Suggestion
	var like []scored
	if t.Client == h.client {
		like = h.like(t)
	}
	s.match(t, like)
	s.rate(t, like)
	s.route(like)
	return s
}

// match sorts what is like the ticket into duplicates and others.
func (s *Suggestion) match(t *Ticket, like []scored) {
	for i := range like {
		l := &like[i]
		m := Match{Key: l.Key, Score: l.score, Words: l.words}
		args := []any{"key", m.Key, "score", m.Score, "words", m.Words}
		switch {
		case !l.State.Open():
			m.Why = reason.New(CodeRelatedPast, args...)
			s.Related = append(s.Related, m)
		case l.score >= duplicateFrom && len(m.Words) > 1 && takesIn(l, t):
			m.Why = reason.New(CodeDuplicate, args...)
			s.Duplicates = append(s.Duplicates, m)
		default:
			m.Why = reason.New(CodeRelatedOpen, args...)
			s.Related = append(s.Related, m)
		}
	}
	s.Duplicates = s.Duplicates[:min(mostShown, len(s.Duplicates))]
	s.Related = s.Related[:min(mostShown, len(s.Related))]
}

// takesIn tells whether a ticket can take in the new one: its trouble goes on, it is of the
// same kind, logged before and not long ago, at the same site where both say one.
func takesIn(l *scored, t *Ticket) bool {
	return l.State <= ticket.StateWaiting && l.Kind == t.Kind && l.Opened.Before(t.Opened) && t.Opened.Sub(l.Opened) <= duplicateSpan &&
		(l.Site == t.Site || l.Site == "" || t.Site == "")
}

// rate suggests a priority: that of most similar tickets whose trouble is over, unless words
// say that it is more urgent.
func (s *Suggestion) rate(t *Ticket, like []scored) {
	weights := [catalog.NumPriorities]int{}
	keys := [catalog.NumPriorities][]string{}
	total := 0
	for _, l := range solved(like, t.Kind) {
		if l.Priority == 0 {
			continue
		}
		weights[l.Priority] += l.score
		keys[l.Priority] = append(keys[l.Priority], l.Key)
		total += l.score
	}
	for p := catalog.P1; p <= catalog.P4; p++ {
		if agreed(len(keys[p]), weights[p], total) {
			s.Priority, s.PriorityWhy = p, reason.New(CodeLikeSolved, "priority", p, "keys", keys[p])
		}
	}
	if p, words := signalOf(t.Title + "\n" + t.Text); p != 0 && t.Kind == catalog.Incident && (s.Priority == 0 || p < s.Priority) {
		s.Priority, s.PriorityWhy = p, reason.New(CodeSignal, "priority", p, "words", words)
	}
}

// agreed tells whether similar tickets agree: most of their weight does, of more than one of
// them, or of one that says nearly the same.
func agreed(tickets, weight, total int) bool {
	return (tickets > 1 || weight >= duplicateFrom) && weight*100 >= total*majority
}

// majority is the percent of the weight of similar tickets that must agree.
const majority = 75

// route suggests the level and the team that solved most of the similar tickets.
func (s *Suggestion) route(like []scored) {
	type place struct {
		level catalog.Level
		team  string
	}
	weights, keys, persons := map[place]int{}, map[place][]string{}, map[place]string{}
	var order []place
	total := 0
	for _, l := range solved(like, 0) {
		at := place{l.Level, l.Team}
		if at.team == "" {
			continue
		}
		if weights[at] == 0 {
			order = append(order, at)
		}
		weights[at] += l.score
		keys[at] = append(keys[at], l.Key)
		persons[at] = cmp.Or(persons[at], l.Person)
		total += l.score
	}
	for _, at := range order {
		if agreed(len(keys[at]), weights[at], total) {
			s.Level, s.Team, s.Person = at.level, at.team, persons[at]
			s.TeamWhy = reason.New(CodeSolvedBy, "keys", keys[at])
			return
		}
	}
}

// solved gives the likest of the tickets whose trouble is over, of a kind or of any.
func solved(like []scored, k catalog.Kind) []scored {
	var over []scored
	for _, l := range like {
		done := l.State > ticket.StateWaiting && l.State != ticket.StateMerged
		if done && (k == 0 || l.Kind == k) && len(over) < mostNeighbours {
			over = append(over, l)
		}
	}
	return over
}
