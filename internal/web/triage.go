package web

import (
	"crypto/rand"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/triage"
	"github.com/watchbill/watchbill/internal/web/page/queue"
	"github.com/watchbill/watchbill/internal/web/ui"
)

// advice remembers what was suggested for tickets, which looks at many others, and to which
// suggestions people said no. It is forgotten when the program ends.
type advice struct {
	mutex   sync.Mutex
	known   map[app.Ref]adviceFor
	refused map[string]bool // by person and row
}

type adviceFor struct {
	suggestion triage.Suggestion
	until      time.Time
}

// What is suggested: for how many rows of a page, for how long it holds, and of how many
// tickets and refusals it is remembered.
const (
	mostSuggested = 3
	adviceFresh   = 5 * time.Minute
	mostAdvice    = 1000
	mostRefused   = 10000
)

// suggest adds to groups what is suggested for the first rows that nobody has taken up.
func (v *visit) suggest(groups []queue.Group, rows []app.QueueRow, back string) error {
	if !v.actor.May(access.RecordEntries) {
		return nil
	}
	var refs []app.Ref
	byRef := map[app.Ref]*app.QueueRow{}
	for i := range rows {
		r := &rows[i]
		ref := app.Ref{Client: r.Client, Key: r.Key}
		if len(refs) < mostSuggested && r.State == ticket.StateNew && r.Person == "" && !v.site.advice.isRefused(v.actor.ID, ref) {
			refs = append(refs, ref)
			byRef[ref] = r
		}
	}
	known, err := v.site.suggestions(v, refs)
	if err != nil || len(known) == 0 {
		return err
	}
	teams, err := v.site.app.Teams(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	said := map[string]*queue.Suggestion{}
	for ref, s := range known {
		r := byRef[ref]
		if one := v.suggestion(r, s, teams); one != nil {
			one.Hidden = append(one.Hidden, [2]string{"back", back}, [2]string{"once", rand.Text()})
			said[r.ClientSlug+"/"+r.Key] = one
		}
	}
	for i := range groups {
		groups[i].Suggested = said
	}
	return nil
}

// suggestions gives what is suggested for tickets, as far as it is not known already.
func (s *Site) suggestions(v *visit, refs []app.Ref) (map[app.Ref]triage.Suggestion, error) {
	known, missing := s.advice.get(refs, v.now())
	if len(missing) == 0 {
		return known, nil
	}
	found, err := s.app.SuggestMany(v.ctx(), v.actor, missing)
	if err != nil {
		return nil, err
	}
	s.advice.put(found, v.now().Add(adviceFresh))
	maps.Copy(known, found)
	return known, nil
}

func (a *advice) get(refs []app.Ref, now time.Time) (known map[app.Ref]triage.Suggestion, missing []app.Ref) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	known = map[app.Ref]triage.Suggestion{}
	for _, ref := range refs {
		if one, ok := a.known[ref]; ok && now.Before(one.until) {
			known[ref] = one.suggestion
		} else {
			missing = append(missing, ref)
		}
	}
	return known, missing
}

func (a *advice) put(found map[app.Ref]triage.Suggestion, until time.Time) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.known == nil || len(a.known) > mostAdvice {
		a.known = map[app.Ref]adviceFor{}
	}
	for ref, one := range found {
		a.known[ref] = adviceFor{one, until}
	}
}

func (a *advice) isRefused(person string, ref app.Ref) bool {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	return a.refused[person+" "+ref.Client+"/"+ref.Key]
}

func (a *advice) refuse(person string, ref app.Ref) {
	a.mutex.Lock()
	defer a.mutex.Unlock()
	if a.refused == nil || len(a.refused) > mostRefused {
		a.refused = map[string]bool{}
	}
	a.refused[person+" "+ref.Client+"/"+ref.Key] = true
}

// suggestion says what is suggested for a row, as far as it is not so already; nil for nothing.
func (v *visit) suggestion(r *app.QueueRow, s triage.Suggestion, teams []*app.Team) *queue.Suggestion {
	one := &queue.Suggestion{Hidden: [][2]string{{"client", r.Client}, {"key", r.Key}}}
	accept := v.voice.Text("queue.triage.accept")
	if s.Priority != 0 && s.Priority != r.Priority {
		one.Parts = append(one.Parts, queue.Point{What: v.voice.Text("queue.triage.priority", "priority", s.Priority.String()), Why: v.voice.Reason(s.PriorityWhy)})
		one.Hidden = append(one.Hidden, [2]string{"priority", s.Priority.String()})
	}
	for _, t := range teams {
		if t.ID == s.Team && s.Team != r.Team {
			one.Parts = append(one.Parts, queue.Point{What: v.voice.Text("queue.triage.team", "name", t.Name), Why: v.voice.Reason(s.TeamWhy)})
			one.Hidden = append(one.Hidden, [2]string{"team", s.Team}, [2]string{"level", s.Level.String()})
		}
	}
	if len(s.Duplicates) > 0 {
		d := s.Duplicates[0]
		why := strings.TrimPrefix(v.voice.Reason(d.Why), d.Key+" ") // it is the link before it
		one.Parts = append(one.Parts, queue.Point{What: d.Key, Why: why, Href: "/tickets/" + r.ClientSlug + "/" + d.Key})
		one.Hidden = append(one.Hidden, [2]string{"duplicates", d.Key})
		accept = v.voice.Text("queue.triage.link", "key", d.Key)
	}
	if len(one.Parts) == 0 {
		return nil
	}
	one.Acts = []ui.Act{
		{Text: accept, Key: "y", Name: "say", Value: "yes"},
		{Text: v.voice.Text("queue.triage.edit"), Key: "e", Weight: ui.Quiet, Href: "/tickets/" + r.ClientSlug + "/" + r.Key + "/classified"},
		{Text: v.voice.Text("queue.triage.no"), Key: "n", Weight: ui.Quiet, Name: "say", Value: "no"},
	}
	return one
}

// triage does what was suggested, as it was shown, or leaves it.
func (s *Site) triage(v *visit) error {
	ref := app.Ref{Client: v.field("client"), Key: v.field("key")}
	if v.field("say") == "no" {
		s.advice.refuse(v.actor.ID, ref)
		return v.to(v.field("back"))
	}
	steps, err := v.suggestedSteps()
	if err != nil {
		return err
	}
	cmd := app.Command{Once: v.field("once")}
	if len(steps) > 0 {
		if _, err := s.app.Take(v.ctx(), v.actor, ref, cmd, steps...); err != nil {
			return err
		}
	}
	if key := v.field("duplicates"); key != "" {
		cmd.Once += "/link"
		if _, err := s.app.Link(v.ctx(), v.actor, ref, cmd, ticket.Duplicates, key); err != nil {
			return err
		}
	}
	s.advice.refuse(v.actor.ID, ref)
	v.say(v.voice.Text("queue.triage.done", "key", ref.Key))
	return v.to(v.field("back"))
}

// suggestedSteps are the steps that a suggestion stands for.
func (v *visit) suggestedSteps() (steps []app.Step, err error) {
	if word := v.field("priority"); word != "" {
		var p catalog.Priority
		if err := p.UnmarshalText([]byte(word)); err != nil {
			return nil, fault.New(fault.Invalid, CodeFieldWrong, "field", "priority", "value", word)
		}
		steps = append(steps, app.Step{Fact: ticket.Classified{Priority: p}})
	}
	if team := v.field("team"); team != "" {
		to := ticket.Assigned{Team: team}
		if err := to.Level.UnmarshalText([]byte(v.field("level"))); err != nil {
			return nil, fault.New(fault.Invalid, CodeFieldWrong, "field", "level", "value", v.field("level"))
		}
		steps = append(steps, app.Step{Fact: to})
	}
	return steps, nil
}
