package app

import (
	"context"
	"errors"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
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

// logTicket opens a ticket under a contract of a client with its first report, which is that
// it was logged. It returns the human key.
func (a *App) logTicket(ctx context.Context, actor access.Actor, client, under string, r report) (string, error) {
	key := ""
	err := a.write(ctx, actor, access.RecordEntries, func(tx *store.Tx) error {
		logged, ok := r.Fact.(ticket.Logged)
		if !ok {
			return fault.New(fault.Invalid, CodeNotLogged)
		}
		c, err := tx.Client(client)
		if err != nil {
			return err
		}
		if _, err := c.Versions(under); err != nil {
			return err
		}
		s, err := c.AddTicket(logged.Kind, under, "")
		if err != nil {
			return err
		}
		key = s.Key
		return a.add(tx, c, s, r)
	})
	return key, err
}

// record is the one way in which what people do gets onto a ticket. It settles what fell due
// before, adds the reports, and settles what follows from each, all in one transaction.
func (a *App) record(ctx context.Context, actor access.Actor, p access.Permission, client, key string, reports ...report) error {
	return a.write(ctx, actor, p, func(tx *store.Tx) error {
		c, err := tx.Client(client)
		if err != nil {
			return err
		}
		s, err := c.Ticket(key)
		if err != nil {
			return err
		}
		return a.add(tx, c, s, reports...)
	})
}

func (a *App) add(tx *store.Tx, c *store.Client, s *store.Stream, reports ...report) error {
	f, err := a.load(tx, c, s)
	if err != nil {
		return err
	}
	if err := f.report(reports...); err != nil {
		return err
	}
	return f.keep()
}

// caseFile is a ticket within a transaction: what is kept of it, the case that the rules
// look at, and what is new.
type caseFile struct {
	watch.Case
	client *store.Client
	stream *store.Stream
	now    time.Time // at which new entries are recorded
	added  []store.Written
}

func (a *App) load(tx *store.Tx, c *store.Client, s *store.Stream) (*caseFile, error) {
	kept, err := c.Versions(s.Contract)
	if err != nil {
		return nil, err
	}
	terms, err := a.versions.terms(kept)
	if err != nil {
		return nil, err
	}
	entries, err := c.Entries(s.ID)
	if err != nil {
		return nil, err
	}
	f := newCaseFile(c, s, terms, s.After(tx.Now))
	f.Turn(terms, ticket.NewTimeline(entries...))
	return f, nil
}

func newCaseFile(c *store.Client, s *store.Stream, terms contract.Terms, now time.Time) *caseFile {
	f := &caseFile{client: c, stream: s, now: now}
	f.Turn(terms, ticket.NewTimeline())
	return f
}

// report settles what fell due, adds the reports of one command, and settles what follows.
func (f *caseFile) report(reports ...report) error {
	entries := make([]ticket.Entry, len(reports))
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
		entries[i] = ticket.Entry{At: at, By: r.By, Fact: r.Fact}
	}
	texts := reports
	for _, e := range f.Record(f.now, entries...) {
		w := store.Written{Entry: e}
		if !e.Decided() {
			w.Text, texts = texts[0].Text, texts[1:]
		}
		f.added = append(f.added, w)
	}
	return nil
}

// past takes in what another system recorded in one command: at the time, so dates are as
// they are.
func (f *caseFile) past(command []ticket.Entry) {
	f.take(f.Record(command[0].At, command...))
}

// settle decides what fell due up to now.
func (f *caseFile) settle() { f.take(f.Settle(f.now)) }

// take takes note of entries to be kept.
func (f *caseFile) take(entries []ticket.Entry) {
	for _, e := range entries {
		f.added = append(f.added, store.Written{Entry: e})
	}
}

// keep writes what is new, and the row of the ticket as it stands.
func (f *caseFile) keep() error {
	if err := f.client.Append(f.stream, f.added); err != nil {
		return err
	}
	f.added = nil
	row := f.row()
	return f.client.PutTicket(&row)
}

// row is the cached row of a case that was settled up to now.
func (f *caseFile) row() store.TicketRow {
	folded, _ := ticket.Fold(f.Timeline, f.now)
	folded.Links = nil // not part of the row
	return store.TicketRow{
		Stream: f.stream.ID, Contract: f.stream.Contract, Ticket: folded,
		Terms: f.Terms[len(f.Terms)-1].Number, Settled: f.now, Wake: f.Next(),
	}
}

func isFault(err error, code reason.Code) bool {
	return errors.Is(err, &fault.Fault{Reason: reason.New(code)})
}
