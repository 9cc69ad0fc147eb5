package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"path/filepath"

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
	Mode   string   `help:"Which answers of a vector file to check: retroactive, forward or both." enum:"retroactive,forward,both" default:"both"`
	Update bool     `help:"Rewrite the tables of text cases to what the clocks say now, then check."`
	Files  []string `arg:"" name:"file" help:"Cases to check: .jsonl vectors, or text cases."`
}

// Run prints every mismatch and a closing count.
func (k *ClockCheck) Run(ctx context.Context, c *Console) error {
	checked, mismatches := 0, 0
	for _, name := range k.Files {
		found, err := k.read(c, name)
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

func (k *ClockCheck) read(c *Console, name string) ([]cases.Case, error) {
	if k.Update && filepath.Ext(name) != ".jsonl" {
		if err := c.updateCase(name); err != nil {
			return nil, err
		}
	}
	file, err := open(name)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return cases.Read(file, name, cases.Mode(k.Mode))
}

// updateCase rewrites the tables of a text case. What cannot be read stays as it is, and so
// do the line ends.
func (c *Console) updateCase(name string) error {
	src, err := readSmall(name)
	if err != nil {
		return err
	}
	lf, crlf := []byte("\n"), []byte("\r\n")
	plain := bytes.ReplaceAll(src, crlf, lf)
	updated, err := cases.Update(plain, name)
	if err != nil || bytes.Equal(plain, updated) {
		return err
	}
	if bytes.Contains(src, crlf) {
		updated = bytes.ReplaceAll(updated, lf, crlf)
	}
	return c.writeWhole(name, func(w io.Writer) error {
		_, err := w.Write(updated)
		return err
	})
}
