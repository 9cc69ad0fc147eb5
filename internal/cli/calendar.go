package cli

import (
	"context"
	"fmt"

	"github.com/goccy/go-yaml"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/intake/ical"
)

// Codes of faults of the commands about calendars.
const (
	CodeNoSeed    reason.Code = "cli.no_seed"    // seed, known
	CodeYearsBack reason.Code = "cli.years_back" // from, to
	CodeSeedYears reason.Code = "cli.seed_years" // seed, first, last
)

// CalendarCommands are the commands about support hours.
type CalendarCommands struct {
	Holidays CalendarHolidays `cmd:"" help:"Print holidays as lines for a contract file, from a country or an iCalendar file."`
}

// CalendarHolidays prints holidays in the form in which a contract file lists them.
type CalendarHolidays struct {
	Seed string `help:"The holidays of a country, such as NL@1. Without seed and file, the seeds are listed." placeholder:"SEED" xor:"source"`
	ICal string `name:"ical" help:"An iCalendar file with the holidays as all-day events." placeholder:"FILE" xor:"source"`
	From int    `help:"First year." placeholder:"YEAR"`
	To   int    `help:"Last year; the first one when left out." placeholder:"YEAR"`
}

// Run prints the holidays of the years, one a line.
func (k *CalendarHolidays) Run(_ context.Context, c *Console) error {
	if k.From == 0 {
		k.From = c.Now().Year()
	}
	if k.To == 0 {
		k.To = k.From
	}
	if k.To < k.From {
		return fault.New(fault.Invalid, CodeYearsBack, "from", k.From, "to", k.To)
	}
	if k.Seed == "" && k.ICal == "" {
		c.listSeeds()
		return nil
	}
	found, err := k.find()
	if err != nil {
		return err
	}
	lines := []string{}
	for _, h := range found {
		if k.From <= h.Date.Year && h.Date.Year <= k.To {
			lines = append(lines, h.Date.String()+" "+h.Name)
		}
	}
	text, err := yaml.MarshalWithOptions(map[string][]string{"holidays": lines}, yaml.IndentSequence(true))
	if err != nil {
		return err
	}
	_, err = c.Out.Write(text)
	return err
}

// find reads the holidays of the file or the seed.
func (k *CalendarHolidays) find() ([]calendar.Holiday, error) {
	if k.ICal != "" {
		file, err := open(k.ICal)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		found, err := ical.Read(file, k.From, k.To)
		return found, inFile(err, k.ICal)
	}
	years, found, ok := calendar.Seed(k.Seed)
	switch {
	case !ok:
		return nil, fault.New(fault.NotFound, CodeNoSeed, "seed", k.Seed, "known", calendar.Seeds())
	case k.From < years[0] || k.To > years[1]:
		return nil, fault.New(fault.Invalid, CodeSeedYears, "seed", k.Seed, "first", years[0], "last", years[1])
	default:
		return found, nil
	}
}

func (c *Console) listSeeds() {
	for _, seed := range calendar.Seeds() {
		years, _, _ := calendar.Seed(seed)
		fmt.Fprintln(c.Out, c.Voice.Text("cli.seed", "seed", seed, "first", years[0], "last", years[1]))
	}
}

// inFile names the file in the faults of a reader that does not know it.
func inFile(err error, name string) error {
	var placed fault.List
	for _, f := range fault.All(err) {
		where := f.Where
		where.File = name
		placed = append(placed, f.At(where))
	}
	return placed.Err()
}
