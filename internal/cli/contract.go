package cli

import (
	"fmt"
	"strings"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/wording"
)

// ContractCommands are the commands about contracts.
type ContractCommands struct {
	Init    ContractInit    `cmd:"" help:"Write the first version of a contract, from one of the four models."`
	Lint    ContractLint    `cmd:"" help:"Find what is wrong with contract files. Exit 1: errors; 2: cannot be read as contracts."`
	Explain ContractExplain `cmd:"" help:"Tell a contract in plain words."`
	Diff    ContractDiff    `cmd:"" help:"Tell what changes from one contract file to another."`
	Show    ContractShow    `cmd:"" help:"Print a contract file, as it is or laid over its template."`
}

// ContractInit writes the first version of a contract.
type ContractInit struct {
	Model     string   `help:"fixed_capacity, sla_hotfix, sla_critical_dedicated or managed_service." enum:"fixed_capacity,sla_hotfix,sla_critical_dedicated,managed_service" required:""`
	Tier      string   `help:"gold or platinum; not for fixed_capacity." enum:"gold,platinum," default:""`
	Client    string   `help:"The brand that buys the support." default:"Client"`
	Zone      string   `help:"Zone of the hours, ${default} unless said." default:"Europe/Amsterdam"`
	Holidays  []string `help:"Lists of public holidays; NL@1 for the default zone." placeholder:"NL@1"`
	Effective string   `help:"First day of the contract, such as 2026-12-01; today unless said." placeholder:"DATE"`
	Output    string   `short:"o" help:"Write to this file, which must not exist." type:"path" placeholder:"FILE"`
}

// Run prints the file, or writes it where it was told to.
func (k *ContractInit) Run(c *Console) error {
	draft := contract.Draft{
		Model: contract.Model(k.Model), Tier: contract.Tier(k.Tier), Client: k.Client, Zone: k.Zone, Holidays: k.Holidays,
	}
	if k.Holidays == nil {
		draft.Holidays = contract.UsualHolidays(k.Zone)
	}
	if k.Effective == "" {
		k.Effective = c.Now().Format("2006-01-02")
	}
	var err error
	if draft.Effective, err = calendar.ParseDate(k.Effective); err != nil {
		return err
	}
	text := draft.YAML()
	name := k.Output
	if name == "" {
		name = "contract.yaml"
	}
	if _, faults := contract.Parse(name, text); len(faults) > 0 {
		return faults
	}
	if k.Output == "" {
		_, err := c.Out.Write(text)
		return err
	}
	if err := c.writeNew(k.Output, text); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, c.Voice.Text("contract.written", "file", k.Output))
	return nil
}

// ContractLint finds what is wrong with contract files.
type ContractLint struct {
	Paths []string `arg:"" name:"path" help:"Contract files, or directories with the versions of one contract."`
}

// Run prints each finding with its place and what to do.
func (k *ContractLint) Run(c *Console) error {
	files, errs, warnings := 0, 0, 0
	var unreadable fault.List
	for _, path := range k.Paths {
		documents, faults, err := readContract(path)
		if err != nil {
			return err
		}
		unreadable = append(unreadable, faults...)
		for _, d := range documents {
			files++
			found := contract.Lint(d)
			for _, f := range found.Errors {
				c.printFinding(f, c.Voice.Text("fault.prefix"))
			}
			for _, f := range found.Warnings {
				c.printFinding(f, c.Voice.Text("contract.warning"))
			}
			errs, warnings = errs+len(found.Errors), warnings+len(found.Warnings)
		}
		if len(faults) == 0 {
			_, faults = contract.History(documents)
			unreadable = append(unreadable, faults...)
		}
	}
	if len(unreadable) > 0 {
		return unreadable
	}
	fmt.Fprintln(c.Out, c.Voice.Text("contract.lint_counts",
		"files", c.Voice.Text("contract.files", "count", files),
		"errors", c.Voice.Text("contract.errors", "count", errs),
		"warnings", c.Voice.Text("contract.warnings", "count", warnings)))
	if errs > 0 {
		return errAnswerIsNo
	}
	return nil
}

// printFinding prints what lint found: it is the answer, so it does not go to the errors.
func (c *Console) printFinding(f *fault.Fault, weight string) {
	fmt.Fprintf(c.Out, "%s: %s: %s\n", wording.Printable(f.Where.String()), weight, c.Voice.Fault(f))
	fmt.Fprintf(c.Out, "  %s: %s\n", c.Voice.Text("fault.cure"), c.Voice.Cure(f))
}

// ContractShow prints a contract file.
type ContractShow struct {
	Expanded bool   `help:"Print all that the contract says, its template included."`
	File     string `arg:"" help:"Contract file."`
}

// Run prints the file; it must be one that can be read as a contract.
func (k *ContractShow) Run(c *Console) error {
	text, err := readSmall(k.File)
	if err != nil {
		return err
	}
	d, faults := contract.Parse(k.File, text)
	if len(faults) > 0 {
		return faults
	}
	if k.Expanded {
		text = d.YAML()
	}
	_, err = c.Out.Write(text)
	return err
}

// ContractDiff tells what an amendment changes.
type ContractDiff struct {
	From string `arg:"" help:"The older contract file."`
	To   string `arg:"" help:"The newer contract file."`
}

// Run prints a line for each change.
func (k *ContractDiff) Run(c *Console) error {
	from, err := readDocument(k.From)
	if err != nil {
		return err
	}
	to, err := readDocument(k.To)
	if err != nil {
		return err
	}
	changes := contract.Diff(from, to)
	if len(changes) == 0 {
		fmt.Fprintln(c.Out, c.Voice.Text("contract.no_change"))
		return nil
	}
	fmt.Fprintln(c.Out, c.Voice.Text("contract.changes", "count", len(changes), "from", k.From, "to", k.To))
	for _, change := range changes {
		fmt.Fprintf(c.Out, "  %s%s\n", c.Voice.Change(change), c.place(change.Where, k.To))
	}
	return nil
}

// place adds the line of a file where it is known.
func (c *Console) place(where fault.Position, file string) string {
	if where.File != file || where.Line == 0 {
		return ""
	}
	return " (" + c.Voice.Text("contract.line", "lines", fmt.Sprint(where.Line)) + ")"
}

// ContractExplain tells a contract in plain words.
type ContractExplain struct {
	File string `arg:"" help:"Contract file."`
}

// Run prints the contract section by section, with the lines that each comes from.
func (k *ContractExplain) Run(c *Console) error {
	d, err := readDocument(k.File)
	if err != nil {
		return err
	}
	for i, section := range contract.Explain(d) {
		if i > 0 {
			fmt.Fprintln(c.Out)
		}
		c.printSection(section)
	}
	return nil
}

func (c *Console) printSection(s contract.Section) {
	fmt.Fprintf(c.Out, "%s (%s)\n", c.Voice.Reason(s.Title), c.lines(s.Places))
	c.printTable(s.Table)
	for _, says := range s.Says {
		fmt.Fprintln(c.Out, wrapped(c.Voice.Reason(says), "  ", "    "))
	}
}

// textWidth is how wide running text is printed.
const textWidth = 100

// wrapped breaks text between words, each line with its indent.
func wrapped(text, first, rest string) string {
	var b strings.Builder
	width := 0
	for i, word := range strings.Split(text, " ") {
		length := len([]rune(word))
		switch {
		case i == 0:
			b.WriteString(first)
			width = len(first)
		case width+1+length > textWidth:
			b.WriteString("\n" + rest)
			width = len(rest)
		default:
			b.WriteByte(' ')
			width++
		}
		b.WriteString(word)
		width += length
	}
	return b.String()
}

// lines says where in the file a section stands.
func (c *Console) lines(places []contract.Lines) string {
	if len(places) == 0 {
		return c.Voice.Text("contract.from_template")
	}
	said := make([]string, len(places))
	for i, l := range places {
		said[i] = fmt.Sprint(l.From)
		if l.To > l.From {
			said[i] = fmt.Sprintf("%d–%d", l.From, l.To)
		}
	}
	text := strings.Join(said, ", ")
	if len(places) == 1 && places[0].From == places[0].To {
		return c.Voice.Text("contract.line", "lines", text)
	}
	return c.Voice.Text("contract.lines", "lines", text)
}

// printTable prints rows with their columns under each other.
func (c *Console) printTable(table [][]reason.Reason) {
	var widths []int
	rows := make([][]string, len(table))
	for i, row := range table {
		for j, cell := range row {
			said := c.Voice.Reason(cell)
			rows[i] = append(rows[i], said)
			if j == len(widths) {
				widths = append(widths, 0)
			}
			widths[j] = max(widths[j], len([]rune(said)))
		}
	}
	for _, row := range rows {
		var b strings.Builder
		for j, cell := range row {
			fmt.Fprintf(&b, "  %s%s", cell, strings.Repeat(" ", widths[j]-len([]rune(cell))))
		}
		fmt.Fprintln(c.Out, strings.TrimRight(b.String(), " "))
	}
}
