package cli

import (
	"context"
	"fmt"

	"github.com/watchbill/watchbill/internal/intake/cases"
)

// ClockCommands are the commands about clocks.
type ClockCommands struct {
	Check   ClockCheck   `cmd:"" help:"Hold the clocks against cases with known answers."`
	Explain ClockExplain `cmd:"" help:"Explain the clocks of one ticket of a history, segment by segment."`
}

// ClockCheck holds the clocks against cases: the vector format (.jsonl) or the text form of
// docs/cases.md.
type ClockCheck struct {
	Mode  string   `help:"Which answers of a vector file to check: retroactive, forward or both." enum:"retroactive,forward,both" default:"both"`
	Files []string `arg:"" name:"file" help:"Cases to check: .jsonl vectors, or text cases."`
}

// Run prints every mismatch and a closing count.
func (k *ClockCheck) Run(ctx context.Context, c *Console) error {
	checked, mismatches := 0, 0
	for _, name := range k.Files {
		file, err := open(name)
		if err != nil {
			return err
		}
		found, err := cases.Read(file, name, cases.Mode(k.Mode))
		file.Close()
		if err != nil {
			return err
		}
		for _, one := range found {
			if err := ctx.Err(); err != nil {
				return err
			}
			checked++
			for _, m := range one.Check() {
				mismatches++
				fmt.Fprintln(c.Out, c.Voice.Text("clock.mismatch", "case", one.Name, "what", m.What, "expected", m.Expected, "got", m.Got))
			}
		}
	}
	fmt.Fprintln(c.Out, c.Voice.Text("clock.checked", "cases", checked, "mismatches", mismatches))
	if mismatches > 0 {
		return errAnswerIsNo
	}
	return nil
}
