package app

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/watch"
	"github.com/watchbill/watchbill/internal/store"
)

// report is what somebody says has happened to a ticket.
type report struct {
	At   time.Time // when it happened, now when zero
	By   ticket.Actor
	Fact ticket.Fact // one that is reported
	Text string      // what a person wrote with it
}

// caseFile is a ticket within a transaction: what is kept of it, the case that the rules
// look at, and what is new.
type caseFile struct {
	watch.Case
	client *store.Client
	stream *store.Stream
	now    time.Time       // at which new entries are recorded
	kept   store.TicketRow // as it was loaded, zero for a new ticket
	title  string
	added  []store.Written
	silent bool  // nobody is told of what is added: it is old
	folk   *folk // the people of the desk, where they were read before; else nil
}

func (a *App) load(c *store.Client, s *store.Stream) (*caseFile, error) {
	terms, err := a.terms(c, s.Contract)
	if err != nil {
		return nil, err
	}
	return a.loadUnder(c, s, terms)
}

// loadUnder is load for who has the terms of the contract already.
func (a *App) loadUnder(c *store.Client, s *store.Stream, terms contract.Terms) (*caseFile, error) {
	entries, err := c.Entries(s.ID)
	if err != nil {
		return nil, err
	}
	row, _, err := c.TicketRow(s.ID)
	if err != nil {
		return nil, err
	}
	f := newCaseFile(c, s, terms, s.After(c.Now()))
	f.kept, f.title = row, row.Title
	f.Turn(terms, ticket.NewTimeline(entries...))
	return f, nil
}

// terms gives the versions of a contract as the rules read them.
func (a *App) terms(c *store.Client, name string) (contract.Terms, error) {
	kept, err := c.VersionsButDocuments(name)
	if err != nil {
		return nil, err
	}
	terms := make(contract.Terms, len(kept))
	for i := range kept {
		if v, ok := a.versions.known(&kept[i]); ok {
			terms[i] = v
			continue
		}
		whole, err := c.Versions(name)
		if err != nil {
			return nil, err
		}
		return a.versions.terms(whole)
	}
	return terms, nil
}

func newCaseFile(c *store.Client, s *store.Stream, terms contract.Terms, now time.Time) *caseFile {
	f := &caseFile{client: c, stream: s, now: now}
	f.Turn(terms, ticket.NewTimeline())
	return f
}

// report settles what fell due, adds the reports of one command, and settles what follows.
func (f *caseFile) report(reports ...report) error {
	entries, texts := make([]ticket.Entry, len(reports)), make([]string, len(reports))
	for i, r := range reports {
		if r.At.IsZero() {
			r.At = f.now
		}
		at := r.At.UTC().Truncate(time.Millisecond)
		switch _, logged := r.Fact.(ticket.Logged); {
		case logged && (f.Timeline.Len() > 0 || i > 0):
			return fault.New(fault.Invalid, CodeLoggedTwice)
		case !logged && f.Timeline.Len() == 0 && i == 0:
			return fault.New(fault.Invalid, CodeNotLogged)
		}
		if err := ticket.MayDate(f.Terms.At(at), f.Timeline, at, f.now); err != nil {
			return err
		}
		entries[i], texts[i] = ticket.Entry{At: at, By: r.By, Fact: r.Fact}, r.Text
	}
	f.take(f.Record(f.now, entries...), texts)
	return nil
}

// titleAfter is the title of a ticket after a fact and what a person wrote with it.
func titleAfter(title string, f ticket.Fact, text string) string {
	switch f.(type) {
	case ticket.Logged, ticket.Titled:
		title = ticket.Title(text)
	}
	return title
}

// past takes in what another system recorded in one command, with what people wrote with each
// entry: at the time, so dates are as they are.
func (f *caseFile) past(command []ticket.Entry, texts []string) {
	f.take(f.Record(command[0].At, command...), texts)
}

// settle decides what fell due up to now.
func (f *caseFile) settle() { f.take(f.Settle(f.now), nil) }

// take takes note of entries to be kept. Texts is what people wrote with the reported ones.
func (f *caseFile) take(entries []ticket.Entry, texts []string) {
	for _, e := range entries {
		w := store.Written{Entry: e}
		if !e.Decided() {
			w.Text, texts = texts[0], texts[1:]
			f.title = titleAfter(f.title, e.Fact, w.Text)
		}
		f.added = append(f.added, w)
	}
}

// keep writes what is new, and the rows that follow from it.
func (f *caseFile) keep() error {
	before := f.stream.Head
	if err := f.client.Append(f.stream, f.added); err != nil {
		return err
	}
	for i := range f.added {
		if err := f.keepWork(before+1+i, &f.added[i].Entry); err != nil {
			return err
		}
	}
	row := f.row()
	if !f.silent {
		if err := f.tell(before, row.Ticket); err != nil {
			return err
		}
	}
	row.Changed = f.kept.Changed
	if len(f.added) > 0 || row.Face != f.kept.Face {
		row.Changed = f.now
	}
	f.added, f.kept = nil, row
	return f.client.PutTicket(&row)
}

// keepWork writes the row of an entry that logs work or takes it back.
func (f *caseFile) keepWork(seq int, e *ticket.Entry) error {
	switch fact := e.Fact.(type) {
	case ticket.Worked:
		return f.client.PutWork(f.work(seq, e, fact))
	case ticket.WorkWithdrawn:
		logged := &f.Timeline.Entries()[fact.Entry-1]
		return f.client.PutWork(f.work(fact.Entry, logged, logged.Fact.(ticket.Worked)))
	default:
		return nil
	}
}

// work is the cached row of the entry with a number that logs work.
func (f *caseFile) work(seq int, e *ticket.Entry, w ticket.Worked) *store.Work {
	return &store.Work{
		Stream: f.stream.ID, Seq: seq, Contract: f.stream.Contract, Person: e.By.ID, Activity: w.Activity, Role: w.Role,
		Day: w.Day, Minutes: w.Minutes, Recorded: e.Recorded, Withdrawn: f.Timeline.Withdrawn(seq),
	}
}

// folded is the ticket as it stands now.
func (f *caseFile) folded() ticket.Ticket {
	folded, _ := ticket.Fold(f.Timeline, f.now)
	return folded
}

// row is the cached row of a case that was settled up to now.
func (f *caseFile) row() store.TicketRow {
	folded := f.folded()
	folded.Links = nil // not part of the row
	ruling := f.Terms.At(f.now)
	row := store.TicketRow{
		Stream: f.stream.ID, Key: f.stream.Key, Contract: f.stream.Contract, Title: f.title, Head: f.stream.Head,
		Ticket: folded, Ball: folded.BallHolder(ruling), Face: f.face(folded),
		Terms: f.Terms[len(f.Terms)-1].Number, Settled: f.now,
	}
	if folded.State.Open() {
		row.Accountable = ruling.Matrix[catalog.WorkOn(folded.Kind)].Accountable
	}
	row.Wake = f.Next()
	if turns := row.Face.Turns(); turns.Before(row.Wake) {
		row.Wake = turns
	}
	return row
}

// face is what a list shows of the clocks now.
func (f *caseFile) face(t ticket.Ticket) clock.Face {
	if !t.State.Open() {
		return clock.Face{Lane: clock.LaneNone, Risky: clock.Never}
	}
	var v clock.View
	v.Look(f.Terms, f.Timeline, f.now)
	return v.Face()
}
