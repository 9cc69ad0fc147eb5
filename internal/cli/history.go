package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/intake/history"
	"github.com/watchbill/watchbill/internal/intake/history/sample"
	"github.com/watchbill/watchbill/internal/wording"
)

// CodeRowsBad is the fault of a history with rows that cannot be used.
const CodeRowsBad reason.Code = "history.rows_bad" // n

// HistoryCommands are the commands about ticket histories of other systems.
type HistoryCommands struct {
	Inspect HistoryInspect `cmd:"" help:"Show how a ticket history would be read, and what is wrong with it. Changes nothing."`
	Import  HistoryImport  `cmd:"" help:"Bring a ticket history into a database, as a whole or not at all."`
	Sample  HistorySample  `cmd:"" help:"Write a made-up history of a shop."`
}

// HistoryInspect is a dry run: it shows what a reading would find.
type HistoryInspect struct {
	Mapping      string `help:"How to read the file; guessed without it." placeholder:"FILE"`
	Zone         string `help:"Time zone of wall times, for instance Europe/Amsterdam." placeholder:"ZONE"`
	WriteMapping string `help:"Write the mapping to a file that can be edited and given back with --mapping." placeholder:"FILE"`
	KeepGoing    bool   `help:"Leave out rows that cannot be used, and list them."`
	File         string `arg:"" help:"CSV or XES, plain or gzip."`
}

// Run prints the mapping, the counts and the problems.
func (k *HistoryInspect) Run(ctx context.Context, c *Console) error {
	file, err := open(k.File)
	if err != nil {
		return err
	}
	defer file.Close()
	// A dry run looks at all rows, also behind a bad one.
	found, err := examine(ctx, file, k.File, k.Mapping, history.Options{Zone: k.Zone, KeepGoing: true})
	if err != nil {
		return err
	}
	k.printMapping(c, found)
	if k.WriteMapping != "" {
		if err := c.writeNew(k.WriteMapping, found.Mapping.Text()); err != nil {
			return err
		}
		fmt.Fprintln(c.Out, c.Voice.Text("history.written", "file", k.WriteMapping))
	}
	r, err := found.Reader()
	if err != nil {
		return err
	}
	if err := c.readAll(ctx, r); err != nil {
		return err
	}
	s := r.Summary()
	printCounts(c, found.Mapping.Kind, &s)
	printProblems(c, &s)
	if n := len(s.Skipped); n > 0 && !k.KeepGoing {
		return fault.New(fault.Invalid, CodeRowsBad, "n", n).At(fault.Position{File: k.File})
	}
	return nil
}

// readAll reads a history for its summary, showing how far it is.
func (c *Console) readAll(ctx context.Context, r *history.Reader) error {
	progress := c.progress("cli.tickets_read")
	defer progress.clear()
	for _, err := range tickets(ctx, r) {
		if err != nil {
			return err
		}
		progress.count()
	}
	return nil
}

func (k *HistoryInspect) printMapping(c *Console, e *history.Examination) {
	l, m := e.Layout, e.Mapping
	say := func(id string, namesAndValues ...any) { fmt.Fprintln(c.Out, c.Voice.Text(id, namesAndValues...)) }
	say("history.file", "file", k.File, "format", l.Format, "packed", l.Packed, "encoding", l.Encoding, "mark", l.Mark,
		"ends", l.LineEnds, "separator", l.Separator)
	switch {
	case k.Mapping != "":
		say("history.mapping_given", "file", k.Mapping)
	case m.Profile != "":
		say("history.profile", "profile", m.Profile)
	default:
		say("history.no_profile")
	}
	fmt.Fprintf(c.Out, "\n%s\n", c.Voice.Text("history.mapping_title"))
	for line := range strings.SplitSeq(string(m.Text()), "\n") {
		fmt.Fprintln(c.Out, strings.TrimRight("  "+wording.Printable(line), " "))
	}
	if e.NeedsZone() && k.Zone != "" {
		say("history.zone_used", "zone", k.Zone)
	} else if !e.NeedsZone() {
		say("history.zone_in_data")
	}
	if m.Kind == catalog.Problem {
		say("history.problems_only")
	}
	say("history.assume_updates")
	if len(m.Shows.RootCause) > 0 {
		say("history.assume_cause", "states", m.Shows.RootCause)
	} else {
		say("history.assume_cause_never")
	}
}

func printCounts(c *Console, kind catalog.Kind, s *history.Summary) {
	say := func(id string, namesAndValues ...any) {
		fmt.Fprintln(c.Out, "  "+c.Voice.Text(id, namesAndValues...))
	}
	fmt.Fprintf(c.Out, "\n%s\n", c.Voice.Text("history.counts_title"))
	say("history.count_rows", "rows", s.Rows, "used", s.Used, "skipped", len(s.Skipped))
	say("history.count_tickets", "kind", kind.String(), "tickets", s.Tickets)
	if s.Tickets == 0 {
		return
	}
	say("history.count_time", "first", s.First, "last", s.Last)
	say("history.count_state", "states", tally(s.RowsByState, func(state string) string { return state }))
	say("history.count_priority", "priorities", tally(s.TicketsByPriority, func(p catalog.Priority) string {
		if p == 0 {
			return c.Voice.Text("history.not_said")
		}
		return p.String()
	}))
	say("history.count_not_new", "n", s.NotNew)
	say("history.count_waited", "n", s.Waited)
	say("history.count_reopened", "n", s.Reopened)
	say("history.count_priority_changed", "n", s.PriorityChanged)
	say("history.count_unfinished", "n", s.Unfinished)
	say("history.count_ignored", "n", s.UnknownState)
	say("history.count_minutes", "n", s.Minutes)
	say("history.count_gaps", "n", s.SkippedByClock)
	say("history.count_twice", "n", s.TwiceOnClock)
}

// tally writes "New 7335, Active 7881", in the order of the keys.
func tally[K ~string | ~uint8](counts map[K]int, name func(K) string) string {
	var parts []string
	for _, k := range slices.Sorted(maps.Keys(counts)) {
		parts = append(parts, fmt.Sprintf("%s %d", name(k), counts[k]))
	}
	return strings.Join(parts, ", ")
}

// printProblems lists what a rule dealt with, and what could not be used.
func printProblems(c *Console, s *history.Summary) {
	total := 0
	for _, n := range s.Totals {
		total += n
	}
	if total+len(s.Skipped) == 0 {
		fmt.Fprintf(c.Out, "\n%s\n", c.Voice.Text("history.problems_none"))
		return
	}
	if total > 0 {
		fmt.Fprintf(c.Out, "\n%s\n", c.Voice.Text("history.problems_title", "n", total))
		printFaults(c, s.Noted, s.Totals)
	}
	if len(s.Skipped) > 0 {
		fmt.Fprintf(c.Out, "\n%s\n", c.Voice.Text("history.skipped_title", "n", len(s.Skipped)))
		printFaults(c, s.Skipped, nil)
	}
}

// printFaults lists faults by code: each with its place, how many more there are, and what
// to do about them once.
func printFaults(c *Console, faults []*fault.Fault, totals map[reason.Code]int) {
	byCode := map[reason.Code][]*fault.Fault{}
	var order []reason.Code
	for _, f := range faults {
		if byCode[f.Code] == nil {
			order = append(order, f.Code)
		}
		byCode[f.Code] = append(byCode[f.Code], f)
	}
	for _, code := range order {
		for _, f := range byCode[code] {
			fmt.Fprintf(c.Out, "  %s: %s\n", wording.Printable(f.Where.String()), c.Voice.Fault(f))
		}
		if more := totals[code] - len(byCode[code]); more > 0 {
			fmt.Fprintf(c.Out, "  %s\n", c.Voice.Text("history.problems_more", "n", more))
		}
		fmt.Fprintf(c.Out, "    %s: %s\n", c.Voice.Text("fault.cure"), c.Voice.Cure(byCode[code][0]))
	}
}

// HistorySample writes a history that the program makes up.
type HistorySample struct {
	Incidents int    `help:"How many incidents." default:"5000"`
	Seed      uint64 `help:"Another number gives another history." default:"1"`
	From      string `help:"First day of the year in which they are opened." default:"2025-01-01" placeholder:"DATE"`
	Output    string `help:"File to write; without it the history is printed." short:"o" placeholder:"FILE"`
}

// Run writes the history, all of it or nothing.
func (k *HistorySample) Run(ctx context.Context, c *Console) error {
	from, err := calendar.ParseDate(k.From)
	if err != nil {
		return err
	}
	if k.Incidents < 0 {
		return fault.New(fault.Invalid, CodeUsage, "problem", fmt.Sprintf("--incidents=%d", k.Incidents))
	}
	rows := until(ctx, sample.Generate(k.Seed, k.Incidents, from))
	write := func(w io.Writer) error { return errors.Join(sample.Write(w, rows), ctx.Err()) }
	if k.Output == "" {
		return write(c.Out)
	}
	if err := c.writeWhole(k.Output, write); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, c.Voice.Text("history.sample_written", "file", k.Output, "n", k.Incidents))
	return nil
}

// until ends a sequence when the command is interrupted.
func until[T any](ctx context.Context, all iter.Seq[T]) iter.Seq[T] {
	return func(yield func(T) bool) {
		for one := range all {
			if ctx.Err() != nil || !yield(one) {
				return
			}
		}
	}
}
