package app

import (
	"context"
	"strconv"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// Command is how somebody asks for something to be done to a ticket.
type Command struct {
	// Seen is the number of the last entry that the sender had seen, 0 for "did not look". A
	// step that somebody else has overtaken since is refused with ticket.CodeMeanwhile.
	Seen int
	// Once is a key of the sender's choice: sent again with the same key, the same answer is
	// given and nothing is done.
	Once string
}

// Step is one thing that is reported of a ticket.
type Step struct {
	Fact ticket.Fact
	Text string    // what a person wrote with it
	At   time.Time // when it happened, now when zero
}

// Take takes steps on a ticket, all or none of them, and returns the number of the last
// entry. It fails with the faults of ticket.May, ticket.Meanwhile and ticket.CheckText, and
// with those that say that work cannot be logged.
//
// Merging, attaching and linking have use cases of their own, since they reach further.
func (a *App) Take(ctx context.Context, actor access.Actor, ref Ref, cmd Command, steps ...Step) (int, error) {
	asked := struct {
		Ref   Ref
		Names []string
		Steps []Step
	}{ref, namesOf(steps), steps}
	return a.onTicket(ctx, actor, ref, cmd, asked, func(tx *store.Tx, f *caseFile) error {
		return take(tx, actor, f, cmd.Seen, steps)
	})
}

func namesOf(steps []Step) []string {
	names := make([]string, len(steps))
	for i, s := range steps {
		names[i] = s.Fact.Name()
	}
	return names
}

// onTicket runs a command on one ticket in one transaction, once, and keeps what it did. It
// returns the number of the last entry.
func (a *App) onTicket(ctx context.Context, actor access.Actor, ref Ref, cmd Command, asked any, do func(*store.Tx, *caseFile) error) (int, error) {
	head := 0
	err := a.write(ctx, actor, stepping(actor), func(tx *store.Tx) error {
		c, s, err := find(tx, actor, ref)
		if err != nil {
			return err
		}
		answer, err := once(c, actor, cmd.Once, asked, func() (string, error) {
			f, err := a.load(c, s)
			if err != nil {
				return "", err
			}
			if err := do(tx, f); err != nil {
				return "", err
			}
			if err := f.keep(); err != nil {
				return "", err
			}
			return strconv.Itoa(f.seenBy(actor).Len()), nil
		})
		if err != nil {
			return err
		}
		head, err = strconv.Atoi(answer)
		return err
	})
	return head, err
}

// seenBy is the timeline as an actor sees it, by whose numbers they say what they have seen.
func (f *caseFile) seenBy(actor access.Actor) *ticket.Timeline {
	if actor.May(access.ReadInternal) {
		return f.Timeline
	}
	return f.Timeline.Outside()
}

// stepping is the permission to take steps, which differs by side.
func stepping(actor access.Actor) access.Permission {
	if actor.Role.OfClient() {
		return access.AnswerTickets
	}
	return access.RecordEntries
}

// take checks the steps of one command, each on the ticket as those before it leave it, and
// adds them.
func take(tx *store.Tx, actor access.Actor, f *caseFile, seen int, steps []Step) error {
	reports := make([]report, 0, len(steps))
	for _, s := range steps {
		if _, titled := s.Fact.(ticket.Titled); titled && len(ticket.CheckText(s.Fact, s.Text)) == 0 {
			s.Text = text.Line(s.Text)
		}
		fact, err := checked(tx, actor, f, reports, s)
		if err != nil {
			return err
		}
		if err := ticket.Meanwhile(f.seenBy(actor), seen, by(actor), fact); err != nil {
			return err
		}
		now, _ := ticket.Fold(f.after(reports), f.now)
		reports = append(reports, report{At: s.At, By: by(actor), Fact: fact, Text: s.Text})
		if ticket.EndsWait(now, fact) {
			reports = append(reports, report{At: s.At, By: by(actor), Fact: ticket.Resumed{}})
		}
	}
	return f.report(reports...)
}

// checked gives the fact of a step with what was left out filled in, or says why it may not
// be taken after others of its command.
func checked(tx *store.Tx, actor access.Actor, f *caseFile, before []report, s Step) (ticket.Fact, error) {
	if !s.At.IsZero() {
		if err := actor.Authorise(access.BackdateSteps); err != nil {
			return nil, err
		}
	}
	if faults := ticket.CheckText(s.Fact, s.Text); len(faults) > 0 {
		return nil, faults
	}
	timeline := f.after(before)
	now, _ := ticket.Fold(timeline, f.now)
	terms := f.Terms.At(f.now)
	if err := ticket.May(by(actor), terms, now, ticket.StepOf(s.Fact)); err != nil {
		return nil, err
	}
	switch fact := s.Fact.(type) {
	case ticket.Classified:
		if fact.Priority == 0 {
			fact.Priority = terms.PriorityOf(fact.Impact, fact.Urgency)
		}
		if fact.Priority == 0 {
			return nil, fault.New(fault.Invalid, ticket.CodeNoPriority, "field", "priority")
		}
		return fact, nil
	case ticket.Assigned:
		fact = fact.Keeping(now)
		return fact, checkAssigned(tx, f, fact)
	case ticket.Worked:
		return checkedWork(tx, actor, f, before, fact, now.Kind)
	case ticket.WorkWithdrawn:
		if err := actor.Authorise(access.CorrectOwn); err != nil {
			return nil, err
		}
		return fact, ticket.MayWithdraw(timeline, fact.Entry, by(actor), actor.May(access.CorrectOthers))
	case ticket.Merged, ticket.Absorbed, ticket.Linked, ticket.Unlinked, ticket.Attached:
		return nil, fault.New(fault.Invalid, CodeOwnWay, "step", ticket.StepOf(fact))
	default:
		return fact, nil
	}
}

// after is the timeline as it will be after some reports that are not recorded yet.
func (f *caseFile) after(reports []report) *ticket.Timeline {
	if len(reports) == 0 {
		return f.Timeline
	}
	timeline := ticket.NewTimeline(f.Timeline.Entries()...)
	for _, r := range reports {
		at := r.At
		if at.IsZero() {
			at = f.now
		}
		timeline.Append(ticket.Entry{At: at, Recorded: f.now, By: r.By, Fact: r.Fact})
	}
	return timeline
}

// checkAssigned demands a team of the desk and a person who works for the client.
func checkAssigned(tx *store.Tx, f *caseFile, to ticket.Assigned) error {
	if to.Team != "" {
		if _, err := tx.Team(to.Team); err != nil {
			return err
		}
	}
	if to.Person == "" {
		return nil
	}
	return mayTake(tx, f.client, to.Person)
}

// checkedWork fills in what was left out: the role is that of the person. A day has no more
// hours for who works for several clients.
func checkedWork(
	tx *store.Tx, actor access.Actor, f *caseFile, before []report, w ticket.Worked, kind catalog.Kind,
) (ticket.Fact, error) {
	if err := actor.Authorise(access.LogWork); err != nil {
		return nil, err
	}
	worker, err := known(tx, actor.ID)
	if err != nil {
		return nil, err
	}
	role := catalog.Role("")
	if worker != nil {
		role = worker.Works
	}
	today := calendar.DateOf(f.now, f.Terms.At(f.now).Zone)
	w = w.Defaults(kind, role, today)
	works, err := tx.WorkOf(actor.ID, w.Day, w.Day)
	if err != nil {
		return nil, err
	}
	minutes := f.after(before).MinutesOf(actor.ID, w.Day)
	for i := range works {
		if works[i].Stream != f.stream.ID && !works[i].Withdrawn {
			minutes += works[i].Minutes
		}
	}
	return w, ticket.MayWork(w, minutes, today)
}

// Outcome is what became of one ticket of a bulk command.
type Outcome struct {
	Ref
	Head int
	Err  error // nil when the steps were taken
}

// TakeOnMany takes the same steps on several tickets, each by itself: what cannot be done on
// one does not keep the others from it. The key in cmd.Once holds for each ticket.
func (a *App) TakeOnMany(ctx context.Context, actor access.Actor, refs []Ref, cmd Command, steps ...Step) ([]Outcome, error) {
	if err := actor.Authorise(access.BulkTickets); err != nil {
		return nil, err
	}
	if len(refs) > maxBulk {
		return nil, fault.New(fault.Invalid, CodeTooMany, "most", maxBulk, "count", len(refs))
	}
	done := make([]Outcome, len(refs))
	for i, ref := range refs {
		one := cmd
		if one.Once != "" {
			one.Once += "/" + ref.Key
		}
		head, err := a.Take(ctx, actor, ref, one, steps...)
		if ctx.Err() != nil {
			return done[:i], ctx.Err()
		}
		done[i] = Outcome{ref, head, err}
	}
	return done, nil
}

// maxBulk is the most tickets of one bulk command.
const maxBulk = 200
