// Package cli holds the sub-commands of the watchbill program: one file a noun.
//
// A command reads its input, calls the core, and prints what it learnt. Exit codes: 0 done,
// 1 done and the answer is no (a mismatch, a lint error), 2 the input or the call is wrong,
// 130 interrupted.
package cli

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/alecthomas/kong"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/wording"
)

// CodeUsage is the fault of a call that cannot be understood.
const CodeUsage reason.Code = "cli.usage" // problem

// Console is where a command reads and writes.
type Console struct {
	Out, Err io.Writer
	Env      func(string) string
	Now      func() time.Time // for reports that say when they were made
	Terminal bool             // Err is a terminal: progress may be drawn
	Voice    *wording.Voice
	// Serve serves a desk until the context ends; it is wired up by the program.
	Serve func(context.Context, *Serving) error

	printer *printer // Out, while a command runs
}

// System is the console of the process.
func System() *Console {
	info, err := os.Stderr.Stat()
	return &Console{
		Out: os.Stdout, Err: os.Stderr, Env: os.Getenv, Now: time.Now,
		Terminal: err == nil && info.Mode()&fs.ModeCharDevice != 0,
	}
}

// program is the whole command line.
type program struct {
	Lang string `help:"Language of what is printed: en or nl." enum:"en,nl," default:"" placeholder:"en|nl"`

	Calendar CalendarCommands `cmd:"" help:"Holidays for contract files."`
	Clock    ClockCommands    `cmd:"" help:"Check and explain the clocks of tickets."`
	Contract ContractCommands `cmd:"" help:"Write, check, explain and compare contracts."`
	Demo     DemoCommand      `cmd:"" help:"Make a desk with ninety days behind it, and serve it on this machine. To look around."`
	History  HistoryCommands  `cmd:"" help:"Read ticket histories of other systems."`
	Person   PersonCommands   `cmd:"" help:"Take people in, let them back in, and end their access, on this machine."`
	Replay   ReplayCommand    `cmd:"" help:"Hold a ticket history against contracts: what each would have meant."`
	Serve    ServeCommand     `cmd:"" help:"Serve a desk."`
	Ticket   TicketCommands   `cmd:"" help:"Work on the tickets of a desk, from anywhere."`
	Work     WorkCommands     `cmd:"" help:"Logged work on a desk."`
	Notice   NoticeCommands   `cmd:"" help:"What you were told on a desk."`
	View     ViewCommands     `cmd:"" help:"Saved views of a desk."`
	Verify   VerifyCommand    `cmd:"" help:"Recompute all that a database holds and print each difference. Exit 1: there are some."`
}

// errAnswerIsNo ends a command that did its work and whose answer is no.
var errAnswerIsNo = errors.New("the answer is no")

// Run runs one command and returns its exit code.
func Run(ctx context.Context, args []string, console *Console) int {
	c := *console
	c.printer = &printer{w: c.Out}
	c.Out = c.printer
	code, err := c.run(ctx, args)
	if broken := c.printer.fault(); broken != nil && !errors.Is(err, context.Canceled) {
		err = broken // one full disk, said once
	}
	if err != nil {
		return c.fail(err)
	}
	return code
}

// run runs one command. The code is not 0 without an error after help was printed for a
// call that cannot be understood.
func (c *Console) run(ctx context.Context, args []string) (int, error) {
	var p program
	exit := -1
	parser, err := kong.New(&p,
		kong.Name("watchbill"),
		kong.Description("Watchbill makes the support contract of an online shop run."),
		kong.Writers(c.Out, c.Err),
		kong.Exit(func(code int) { exit = code }),
		kong.UsageOnError(),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(c),
	)
	if err != nil {
		panic(err) // the struct above is wrong, which every test would show
	}
	c.Voice = wording.In(language(args, c.Env))
	call, err := parser.Parse(args)
	switch {
	case exit >= 0: // help was printed
		return exit, nil
	case unfinished(err):
		c.showHelp(err)
		return 2, nil
	case err != nil:
		return 0, fault.New(fault.Invalid, CodeUsage, "problem", strings.TrimRight(err.Error(), "?."))
	}
	if p.Lang != "" {
		c.Voice = wording.In(wording.Language(p.Lang))
	}
	return 0, call.Run()
}

// unfinished tells whether a call has no mistake but ends before a command, as "watchbill" and
// "watchbill ticket" do.
func unfinished(err error) bool {
	wrong, ok := errors.AsType[*kong.ParseError](err)
	if !ok || wrong.Context.Error != nil {
		return false
	}
	at := wrong.Context.Selected()
	return at == nil || len(at.Children) > 0
}

// showHelp prints what could have followed in an unfinished call.
func (c *Console) showHelp(err error) {
	if wrong, ok := errors.AsType[*kong.ParseError](err); ok {
		wrong.Context.Stdout = c.Err
		_ = wrong.Context.PrintUsage(false) // to where nothing more can be said
	}
}

// fail prints an error and gives the exit code that it stands for.
func (c *Console) fail(err error) int {
	switch {
	case errors.Is(err, errAnswerIsNo):
		return 1
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(c.Err, c.Voice.Text("cli.interrupted", "wrote", c.printer.wrote))
		return 130
	}
	if p, ok := errors.AsType[*api.Problem](err); ok {
		c.printProblem(p)
		return 2
	}
	faults := fault.All(err)
	if len(faults) == 0 {
		fmt.Fprintf(c.Err, "%s: %s\n", c.Voice.Text("fault.prefix"), wording.Printable(err.Error()))
	}
	for _, f := range faults {
		c.PrintFault(f)
	}
	return 2
}

// printProblem prints what a desk says is wrong, and what to do: all that is wrong with
// single parts of what was sent, each by itself.
func (c *Console) printProblem(p *api.Problem) {
	parts := p.Errors
	if len(parts) == 0 {
		parts = []api.FieldProblem{{Detail: p.Detail, Cure: p.Cure}}
	}
	for _, part := range parts {
		where := cmp.Or(strings.TrimPrefix(part.Pointer, "/"), part.Parameter, part.Header)
		if where != "" {
			where += ": "
		}
		fmt.Fprintf(c.Err, "%s%s: %s\n", wording.Printable(where), c.Voice.Text("fault.prefix"), wording.Printable(part.Detail))
		if part.Cure != "" {
			fmt.Fprintf(c.Err, "  %s: %s\n", c.Voice.Text("fault.cure"), wording.Printable(part.Cure))
		}
	}
	if p.Status >= http.StatusInternalServerError {
		fmt.Fprintln(c.Err, "  "+c.Voice.Text("cli.reference", "reference", p.Reference))
	}
}

// PrintFault prints where a fault is, what is wrong and what to do.
func (c *Console) PrintFault(f *fault.Fault) {
	where := wording.Printable(f.Where.String())
	if where != "" {
		where += ": "
	}
	fmt.Fprintf(c.Err, "%s%s: %s\n", where, c.Voice.Text("fault.prefix"), c.Voice.Fault(f))
	if cure := c.Voice.Cure(f); cure != "" {
		fmt.Fprintf(c.Err, "  %s: %s\n", c.Voice.Text("fault.cure"), cure)
	}
}

// language finds the language before the arguments are parsed, so that usage errors are
// said in it too.
func language(args []string, env func(string) string) wording.Language {
	asked := env("WATCHBILL_LANG")
	for i, a := range args {
		if value, ok := strings.CutPrefix(a, "--lang="); ok {
			asked = value
		} else if a == "--lang" && i+1 < len(args) {
			asked = args[i+1]
		}
	}
	if strings.HasPrefix(asked, "nl") {
		return wording.Dutch
	}
	return wording.English
}
