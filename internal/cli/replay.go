package cli

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"iter"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/intake/effort"
	"github.com/watchbill/watchbill/internal/intake/history"
	"github.com/watchbill/watchbill/internal/intake/history/sample"
	"github.com/watchbill/watchbill/internal/sheet"
	"github.com/watchbill/watchbill/internal/wording"
)

// Codes of faults of the replay command.
const (
	CodeNoHistory reason.Code = "cli.no_history"
	CodeNoZone    reason.Code = "cli.no_zone"
)

// ReplayCommand holds a history against contracts.
type ReplayCommand struct {
	Zone      string   `help:"IANA zone of wall times in the history, and of the standard contracts." placeholder:"ZONE"`
	Contract  []string `help:"A contract file, or a directory with its versions; may be given again. Without it the seven standard contracts are used." placeholder:"PATH" sep:"none"`
	Holidays  []string `help:"Holidays of the standard contracts, such as NL@1." placeholder:"SEED"`
	Effort    string   `help:"What tickets are assumed to take, for a history that does not show it." placeholder:"FILE"`
	Mapping   string   `help:"How to read the history, as 'history inspect' writes it." placeholder:"FILE"`
	Format    string   `help:"text, json, csv or html." enum:"text,json,csv,html" default:"text"`
	Output    string   `short:"o" help:"Write to this file instead of the terminal." placeholder:"FILE"`
	KeepGoing bool     `help:"Use the good rows of a history with bad ones; the result counts what was skipped."`
	Sample    bool     `help:"Replay a made-up year of a shop in Amsterdam instead of a file."`
	History   string   `arg:"" optional:"" help:"A ticket history: CSV or XES, plain or gzip."`
}

// Run replays the history and prints the comparison.
func (r *ReplayCommand) Run(ctx context.Context, c *Console) error {
	if err := refuseInput(r.Output, append(r.Contract, r.History, r.Mapping, r.Effort)...); err != nil {
		return err
	}
	source, name, err := r.source()
	if err != nil {
		return err
	}
	if file, ok := source.(*os.File); ok {
		defer file.Close()
	}
	reader, err := openHistory(ctx, source, name, r.Mapping, history.Options{Zone: r.Zone, KeepGoing: r.KeepGoing})
	if err != nil {
		return err
	}
	if r.Mapping == "" && !r.Sample {
		c.sayGuessed(reader.Mapping())
	}
	contracts, err := r.contracts()
	if err != nil {
		return err
	}
	assumed, err := readEffort(r.Effort)
	if err != nil {
		return err
	}
	comparison, err := c.replay(ctx, reader, contracts, assumed)
	if err != nil {
		return err
	}
	comparison.Source = filepath.Base(name)
	for _, f := range reader.Summary().Skipped {
		c.PrintFault(f)
	}
	write := func(w io.Writer) error { return sheet.Write(w, sheet.Format(r.Format), comparison, c.Voice) }
	if r.Output == "" {
		return write(c.Out)
	}
	return c.writeWhole(r.Output, write)
}

// maxGuessed bounds how many guessed priorities are named.
const maxGuessed = 20

// sayGuessed says that nobody gave the mapping, in one line, with what it takes the
// priorities for: no other guess changes so much of what is promised.
func (c *Console) sayGuessed(m *history.Mapping) {
	if m.Profile != "" {
		return
	}
	texts := slices.SortedFunc(maps.Keys(m.Priorities), func(a, b string) int {
		return cmp.Or(cmp.Compare(m.Priorities[a], m.Priorities[b]), cmp.Compare(a, b))
	})
	said := make([]string, 0, min(len(texts), maxGuessed+1))
	for _, text := range texts[:min(len(texts), maxGuessed)] {
		said = append(said, c.Voice.Text("cli.guessed_as", "text", wording.Short(text), "priority", m.Priorities[text]))
	}
	if more := len(texts) - len(said); more > 0 {
		said = append(said, c.Voice.Text("fault.more", "n", more))
	}
	fmt.Fprintln(c.Err, c.Voice.Text("cli.guessed", "priorities", said))
}

// sampleIncidents is the size of the made-up year: a shop with five incidents a day.
const sampleIncidents = 1_800

// source opens what is to be replayed.
func (r *ReplayCommand) source() (io.ReadSeeker, string, error) {
	switch {
	case r.History != "" && !r.Sample:
		file, err := open(r.History)
		return file, r.History, err
	case !r.Sample || r.History != "":
		return nil, "", fault.New(fault.Invalid, CodeNoHistory)
	}
	if r.Zone == "" {
		r.Zone = sample.Zone
	}
	if len(r.Holidays) == 0 {
		r.Holidays = []string{"NL@1"}
	}
	var year bytes.Buffer
	rows := sample.Generate(1, sampleIncidents, calendar.Date{Year: 2025, Month: time.January, Day: 1})
	if err := sample.Write(&year, rows); err != nil {
		return nil, "", err
	}
	return bytes.NewReader(year.Bytes()), "sample.csv", nil
}

// contracts reads the contracts that were asked for, else makes the standard ones.
func (r *ReplayCommand) contracts() ([]replay.Contract, error) {
	var all []replay.Contract
	for _, path := range r.Contract {
		terms, err := readTerms(path)
		if err != nil {
			return nil, err
		}
		all = append(all, replay.Contract{Name: terms[len(terms)-1].Name, Terms: terms})
	}
	if len(all) > 0 {
		tellApart(all, r.Contract)
		return all, nil
	}
	if r.Zone == "" {
		return nil, fault.New(fault.Invalid, CodeNoZone)
	}
	standard, err := contract.Standard(r.Zone, r.Holidays...)
	if err != nil {
		return nil, err
	}
	for i, terms := range standard {
		all = append(all, replay.Contract{Name: contract.Standards[i].Name(), Terms: terms})
	}
	return all, nil
}

// tellApart adds to contracts that have the same name the file that each comes from; where
// that too is the same, the path as it was given, and for one that was given twice a number.
func tellApart(all []replay.Contract, paths []string) {
	for _, suffix := range []func(i int) string{
		func(i int) string { return filepath.Base(paths[i]) },
		func(i int) string { return paths[i] },
		func(i int) string { return strconv.Itoa(1 + i) },
	} {
		named := map[string]int{}
		for _, c := range all {
			named[c.Name]++
		}
		for i, c := range all {
			if named[c.Name] > 1 {
				all[i].Name = c.Terms[len(c.Terms)-1].Name + " (" + suffix(i) + ")"
			}
		}
	}
}

// readEffort reads a file of assumed effort, nil for none.
func readEffort(name string) (*replay.Assumption, error) {
	if name == "" {
		return nil, nil //nolint:nilnil // without one the history says what the work took
	}
	text, err := readSmall(name)
	if err != nil {
		return nil, err
	}
	return effort.Parse(name, text)
}

// replay reads the history and holds it against the contracts, showing how far it is.
func (c *Console) replay(ctx context.Context, reader *history.Reader, contracts []replay.Contract,
	assumed *replay.Assumption,
) (*replay.Comparison, error) {
	progress := c.progress("cli.tickets_read")
	defer progress.clear()
	comparison, err := app.Replay(ctx, app.History{
		Tickets: toReplay(ctx, reader, progress),
		Span: func() (time.Time, time.Time) {
			s := reader.Summary()
			return s.First, s.Last
		},
		Zone:    contracts[0].Terms[0].Zone,
		Assumed: assumed,
	}, contracts)
	if err != nil {
		return nil, err
	}
	s := reader.Summary()
	comparison.Rows, comparison.Skipped = s.Rows, s.Skipped
	return comparison, nil
}

// toReplay hands over the tickets of a history as they are read.
func toReplay(ctx context.Context, reader *history.Reader, p *progress) iter.Seq2[replay.Ticket, error] {
	return func(yield func(replay.Ticket, error) bool) {
		for t, err := range tickets(ctx, reader) {
			p.count()
			if !yield(replay.Ticket{Key: t.Key, Entries: t.Entries}, err) {
				return
			}
		}
	}
}
