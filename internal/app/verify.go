package app

import (
	"context"
	"errors"
	"reflect"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/watch"
	"github.com/watchbill/watchbill/internal/store"
)

// Codes of what Verify finds.
const (
	CodeVersionChanged reason.Code = "verify.version_changed" // contract, number
	CodeContractUnread reason.Code = "verify.contract_unread" // contract
	CodeEntryUnread    reason.Code = "verify.entry_unread"    //
	CodeEntriesMissing reason.Code = "verify.entries_missing" // head, entries
	CodeRecordedBack   reason.Code = "verify.recorded_back"   // seq
	CodeTextChanged    reason.Code = "verify.text_changed"    // seq
	CodeDecidedOther   reason.Code = "verify.decided_other"   // seq, kept, decided
	CodeRowMissing     reason.Code = "verify.row_missing"     //
	CodeRowOther       reason.Code = "verify.row_other"       // column
	CodeWorkOther      reason.Code = "verify.work_other"      // seq
)

// Difference is one thing that is not as it should be: what is kept is not what follows from
// the facts, or a fact is not what was written.
type Difference struct {
	Client string // name
	Key    string // of the ticket, "" for a contract
	reason.Reason
}

// Verified counts what was looked at.
type Verified struct {
	Clients, Versions, Tickets, Entries int
	Differences                         int
}

// Verify recomputes all that is kept about the clients in scope, and tells each difference:
// contract documents equal their checksums, what people wrote its digest, the decided
// entries a replay of the reported ones, and the rows of tickets what follows from them.
// Each client is looked at in one state of the database.
func (a *App) Verify(ctx context.Context, actor access.Actor, tell func(Difference)) (Verified, error) {
	var clients []string
	err := a.read(ctx, actor, access.VerifyStore, func(tx *store.Tx) error {
		clients = nil
		all, err := tx.Clients()
		for _, c := range all {
			clients = append(clients, c.ID)
		}
		return err
	})
	var done Verified
	for _, id := range clients {
		var v verifier
		err = errors.Join(err, a.read(ctx, actor, access.VerifyStore, func(tx *store.Tx) error {
			v = verifier{} // the transaction may be tried again
			c, err := tx.Client(id)
			if err != nil {
				return err
			}
			return v.verify(c)
		}))
		if err != nil {
			return done, err
		}
		for _, d := range v.found {
			tell(d)
		}
		done.Clients++
		done.Versions += v.versions
		done.Tickets += v.tickets
		done.Entries += v.entries
		done.Differences += len(v.found)
	}
	return done, err
}

// verifier looks at one client.
type verifier struct {
	*store.Client
	contracts map[string]contract.Terms // those that can be read, by name
	found     []Difference

	versions, tickets, entries int
}

// page is how many tickets are listed at once.
const page = 500

func (v *verifier) verify(c *store.Client) error {
	v.Client = c
	if err := v.readContracts(); err != nil {
		return err
	}
	for after, more := "", true; more; {
		streams, err := c.Streams(after, page)
		if err != nil {
			return err
		}
		for _, s := range streams {
			if err := v.ticket(s); err != nil {
				return err
			}
			after = s.ID
		}
		more = len(streams) == page
	}
	return nil
}

func (v *verifier) differs(key string, code reason.Code, namesAndValues ...any) {
	v.found = append(v.found, Difference{Client: v.Name, Key: key, Reason: reason.New(code, namesAndValues...)})
}

// readContracts compiles the contracts of the client from their documents.
func (v *verifier) readContracts() error {
	all, err := v.Contracts()
	if err != nil {
		return err
	}
	v.contracts = map[string]contract.Terms{}
	for _, k := range all {
		kept, err := v.Versions(k.Name)
		if err != nil {
			return err
		}
		for i := range kept {
			v.versions++
			if !kept[i].Intact() {
				v.differs("", CodeVersionChanged, "contract", k.Name, "number", kept[i].Number)
			}
		}
		documents, err := parse(kept)
		if err != nil {
			v.differs("", CodeContractUnread, "contract", k.Name)
			continue
		}
		terms, faults := contract.History(documents)
		if len(faults) > 0 {
			v.differs("", CodeContractUnread, "contract", k.Name)
			continue
		}
		v.contracts[k.Name] = terms
	}
	return nil
}

// ticket looks at one ticket: its entries as such, then what follows from them.
func (v *verifier) ticket(s *store.Stream) error {
	v.tickets++
	entries, err := v.Entries(s.ID)
	if len(fault.All(err)) > 0 {
		v.differs(s.Key, CodeEntryUnread)
		return nil
	}
	if err != nil {
		return err
	}
	v.entries += len(entries)
	if len(entries) != s.Head {
		v.differs(s.Key, CodeEntriesMissing, "head", s.Head, "entries", len(entries))
	}
	last := time.Time{}
	for i, e := range entries {
		if e.Recorded.Before(last) {
			v.differs(s.Key, CodeRecordedBack, "seq", i+1)
		}
		last = e.Recorded
	}
	if !last.Equal(s.Recorded) {
		v.differs(s.Key, CodeRecordedBack, "seq", len(entries))
	}
	title, err := v.texts(s, entries)
	if err != nil {
		return err
	}
	row, ok, err := v.TicketRow(s.ID)
	if err != nil {
		return err
	}
	if !ok {
		v.differs(s.Key, CodeRowMissing)
		return nil
	}
	if known := v.known(s.Contract, row.Terms); len(known) > 0 {
		return v.replay(s, known, entries, row, title)
	}
	return nil
}

// texts holds what people wrote against the digests of the entries, and gives the title
// that follows from it.
func (v *verifier) texts(s *store.Stream, entries []ticket.Entry) (title string, err error) {
	contents, err := v.Contents(s.ID)
	for i := range contents {
		if !contents[i].Intact() {
			v.differs(s.Key, CodeTextChanged, "seq", contents[i].Seq)
		}
		if seq := contents[i].Seq; seq <= len(entries) {
			title = titleAfter(title, entries[seq-1].Fact, contents[i].Text)
		}
	}
	return title, err
}

// known gives the versions of a contract up to a number: the terms under which a ticket was
// last settled.
func (v *verifier) known(name string, newest int) contract.Terms {
	var known contract.Terms
	for _, version := range v.contracts[name] {
		if version.Number <= newest {
			known = append(known, version)
		}
	}
	return known
}

// replay decides again what follows from the reported entries, up to the instant at which
// the ticket was last settled, and holds it against what is kept.
func (v *verifier) replay(s *store.Stream, terms contract.Terms, entries []ticket.Entry, row store.TicketRow, title string) error {
	f := newCaseFile(v.Client, s, terms, row.Settled)
	f.title = title
	for command := range watch.Commands(entries) {
		f.Record(command[0].Recorded, command...)
	}
	f.Turn(f.Terms, f.Timeline) // to look again, as the one that wrote the row did
	f.Settle(f.now)
	replayed := f.Timeline.Entries()
	for i := range max(len(entries), len(replayed)) {
		kept, decided := nameAt(entries, i), nameAt(replayed, i)
		if kept != decided || i < len(entries) && !sameDecision(&entries[i], &replayed[i]) {
			v.differs(s.Key, CodeDecidedOther, "seq", i+1, "kept", kept, "decided", decided)
			break // what comes after follows from this
		}
	}
	again := f.row()
	again.Changed = row.Changed // when it was written, which follows from nothing
	for _, column := range differences(row, again) {
		v.differs(s.Key, CodeRowOther, "column", column)
	}
	return v.works(s, f)
}

// works holds the rows of logged work against the entries that log it.
func (v *verifier) works(s *store.Stream, f *caseFile) error {
	kept, err := v.Works(s.ID)
	if err != nil {
		return err
	}
	for i, e := range f.Timeline.Entries() {
		logged, ok := e.Fact.(ticket.Worked)
		if !ok {
			continue
		}
		if len(kept) == 0 || kept[0] != *f.work(i+1, &e, logged) {
			v.differs(s.Key, CodeWorkOther, "seq", i+1)
			return nil
		}
		kept = kept[1:]
	}
	if len(kept) > 0 {
		v.differs(s.Key, CodeWorkOther, "seq", kept[0].Seq)
	}
	return nil
}

// nameAt is the name of an entry's fact, "" behind the last one.
func nameAt(entries []ticket.Entry, i int) string {
	if i >= len(entries) {
		return ""
	}
	return entries[i].Fact.Name()
}

// sameDecision tells whether two entries say the same: all but Recorded, which depends on
// when somebody looked.
func sameDecision(a, b *ticket.Entry) bool {
	return a.At.Equal(b.At) && a.By == b.By && a.Fact == b.Fact
}

// differences lists the columns in which two rows differ.
func differences(a, b store.TicketRow) []string {
	var columns []string
	for _, pair := range [][2]reflect.Value{
		{reflect.ValueOf(a), reflect.ValueOf(b)},
		{reflect.ValueOf(a.Ticket), reflect.ValueOf(b.Ticket)},
	} {
		for i := range pair[0].NumField() {
			field := pair[0].Type().Field(i)
			if !field.Anonymous && !reflect.DeepEqual(pair[0].Field(i).Interface(), pair[1].Field(i).Interface()) {
				columns = append(columns, field.Name)
			}
		}
	}
	return columns
}
