package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/watchbill/watchbill/internal/core/clock"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/intake/history"
)

// Codes of faults of the explanation of clocks.
const (
	CodeNoTicket reason.Code = "cli.no_ticket" // ticket, file
	CodeTooEarly reason.Code = "cli.too_early" // ticket, at, opened
)

// ClockExplain explains the clocks of one ticket of a history under a contract.
type ClockExplain struct {
	Contract string     `required:"" help:"A contract file, or a directory with its versions." placeholder:"PATH"`
	History  string     `required:"" help:"The history that has the ticket." placeholder:"FILE"`
	Ticket   string     `required:"" help:"Its id in the history." placeholder:"ID"`
	Zone     string     `help:"IANA zone of wall times in the history." placeholder:"ZONE"`
	Mapping  string     `help:"How to read the history, as 'history inspect' writes it." placeholder:"FILE"`
	At       *time.Time `help:"Explain the clocks as they stood then; without it, at the end of the history." format:"2006-01-02T15:04:05Z07:00" placeholder:"RFC3339"`
}

// Run prints what each clock did, segment by segment, and why it stands as it does.
func (k *ClockExplain) Run(ctx context.Context, c *Console) error {
	terms, err := readTerms(k.Contract)
	if err != nil {
		return err
	}
	found, end, err := k.find(ctx)
	if err != nil {
		return err
	}
	if k.At != nil {
		end = k.At.UTC()
	}
	if opened := found.Entries[0].At; end.Before(opened) {
		return fault.New(fault.Invalid, CodeTooEarly, "ticket", found.Key, "at", end, "opened", opened)
	}
	var r replay.Replayer
	tl := r.Run(found, terms, end)
	voice := c.Voice.In(terms[0].Zone)
	fmt.Fprintln(c.Out, voice.Text("clock.explained", "ticket", found.Key, "at", end))
	for _, e := range clock.Explain(terms, tl, end) {
		fmt.Fprintf(c.Out, "\n%s\n", voice.Reason(e.Reason))
		for _, s := range e.Segments {
			fmt.Fprintf(c.Out, "  %s\n", voice.Reason(s.Reason()))
		}
	}
	return nil
}

// find reads the history for the ticket, and to its end, since that is when its clocks are
// read.
func (k *ClockExplain) find(ctx context.Context) (replay.Ticket, time.Time, error) {
	file, err := open(k.History)
	if err != nil {
		return replay.Ticket{}, time.Time{}, err
	}
	defer file.Close()
	reader, err := openHistory(ctx, file, k.History, k.Mapping, history.Options{Zone: k.Zone})
	if err != nil {
		return replay.Ticket{}, time.Time{}, err
	}
	var found replay.Ticket
	for t, err := range tickets(ctx, reader) {
		if err != nil {
			return replay.Ticket{}, time.Time{}, err
		}
		if t.Key == k.Ticket {
			found = replay.Ticket{Key: t.Key, Entries: t.Entries}
		}
	}
	if found.Key == "" {
		return found, time.Time{}, fault.New(fault.NotFound, CodeNoTicket, "ticket", k.Ticket, "file", k.History)
	}
	return found, reader.Summary().Last, nil
}
