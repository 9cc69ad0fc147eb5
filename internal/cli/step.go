package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/watchbill/watchbill/internal/api"
	"github.com/watchbill/watchbill/internal/app"
	"github.com/watchbill/watchbill/internal/client"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/text"
	"github.com/watchbill/watchbill/internal/wording"
)

const (
	// CodeStepField is the fault of a field of a step that is not of the form NAME=VALUE.
	CodeStepField reason.Code = "cli.step_field" // given
	// CodeNoLength is the fault of a length of work that cannot be read.
	CodeNoLength reason.Code = "cli.no_length" // value
)

// OnTicket is what all commands on one ticket take.
type OnTicket struct {
	Desk
	Sent
	Seen   int    `help:"Number of the last entry that you saw: what somebody else has overtaken since is refused." placeholder:"N"`
	Ticket string `arg:"" help:"CLIENT/KEY, such as lumen/INC-000123."`
}

// take takes a step and prints that it was taken.
func (k *OnTicket) take(ctx context.Context, c *Console, step string, body any) error {
	return k.on(ctx, c, func(desk *client.Client, ref client.Ref, s client.Sending) (api.Taken, error) {
		return desk.Take(ctx, ref, step, body, s)
	})
}

func (k *OnTicket) on(_ context.Context, c *Console, do func(*client.Client, client.Ref, client.Sending) (api.Taken, error)) error {
	ref, err := ticketRef(k.Ticket)
	if err != nil {
		return err
	}
	desk, err := k.open(c)
	if err != nil {
		return err
	}
	sending := k.sending()
	sending.Seen = k.Seen
	done, err := do(desk, ref, sending)
	if err != nil {
		return err
	}
	if k.JSON {
		return c.printJSON(done)
	}
	fmt.Fprintln(c.Out, c.Voice.Text("cli.taken", "ticket", k.Ticket, "entry", done.Head))
	return nil
}

// TicketReply answers in public.
type TicketReply struct {
	OnTicket
	Text string `arg:"" help:"What to say; - reads standard input."`
}

// Run replies.
func (k *TicketReply) Run(ctx context.Context, c *Console) error {
	text, err := c.said(k.Text)
	if err != nil {
		return err
	}
	return k.take(ctx, c, "reply", api.Reply{Message: api.Message{Text: text}})
}

// TicketNote writes an internal note.
type TicketNote struct {
	OnTicket
	Text string `arg:"" help:"What to say; - reads standard input."`
}

// Run notes.
func (k *TicketNote) Run(ctx context.Context, c *Console) error {
	text, err := c.said(k.Text)
	if err != nil {
		return err
	}
	return k.take(ctx, c, "note", api.Note{Message: api.Message{Text: text}})
}

// TicketTake takes any step.
type TicketTake struct {
	OnTicket
	Step   string   `arg:"" help:"acknowledge, classify, assign, reply, write, note, wait, resume, escalate, restore, resolve, close, reopen, retitle, agree-due, withdraw-due, publish-root-cause, log-work or withdraw-work."`
	Fields []string `arg:"" optional:"" help:"What the step says, as NAME=VALUE: for=client, text=\"We wait.\", minutes=30. A text of - reads standard input."`
}

// Run takes the step.
func (k *TicketTake) Run(ctx context.Context, c *Console) error {
	body := map[string]any{}
	for _, given := range k.Fields {
		name, value, ok := strings.Cut(given, "=")
		if !ok || name == "" {
			return fault.New(fault.Invalid, CodeStepField, "given", given)
		}
		text, err := c.said(value)
		if err != nil {
			return err
		}
		body[name] = fieldValue(name, text)
	}
	return k.take(ctx, c, k.Step, body)
}

// fieldValue is a value of a step as JSON has it: most are texts.
func fieldValue(name, text string) any {
	switch name {
	case "minutes", "entry":
		if _, err := strconv.Atoi(text); err == nil {
			return json.Number(text)
		}
	case "management", "workaround":
		if is, err := strconv.ParseBool(text); err == nil {
			return is
		}
	}
	return text
}

// TicketAssign gives a ticket to somebody.
type TicketAssign struct {
	OnTicket
	Level  string `help:"L0 to L3; as it was unless given." placeholder:"L"`
	Team   string `help:"Id of the team; no team unless given." placeholder:"ID"`
	Person string `help:"Id of the person; nobody unless given." placeholder:"ID"`
}

// Run assigns.
func (k *TicketAssign) Run(ctx context.Context, c *Console) error {
	return k.take(ctx, c, "assign", api.Assign{Level: k.Level, Team: k.Team, Person: k.Person})
}

// TicketMerge ends a ticket in an older one.
type TicketMerge struct {
	OnTicket
	Into  string `arg:"" help:"Key of the older ticket."`
	LetIn bool   `help:"Who raised or watched the ticket may read the older one, also where they saw only their own so far."`
}

// Run merges.
func (k *TicketMerge) Run(ctx context.Context, c *Console) error {
	return k.take(ctx, c, "merge", api.Merge{Into: k.Into, LetIn: k.LetIn})
}

// TicketLink relates a ticket to another.
type TicketLink struct {
	OnTicket
	Remove   bool   `help:"Take the relation back."`
	Relation string `arg:"" help:"relates, duplicates, duplicated_by, caused_by, causes, fixed_by or fixes."`
	Other    string `arg:"" help:"Key of the other ticket."`
}

// Run links, or takes the link back.
func (k *TicketLink) Run(ctx context.Context, c *Console) error {
	step := "link"
	if k.Remove {
		step = "unlink"
	}
	return k.take(ctx, c, step, api.Link{Relation: k.Relation, Key: k.Other})
}

// TicketAttach attaches a file.
type TicketAttach struct {
	OnTicket
	Internal bool   `help:"For the provider's people only."`
	File     string `arg:"" help:"The file."`
}

// Run attaches.
func (k *TicketAttach) Run(ctx context.Context, c *Console) error {
	file, err := open(k.File)
	if err != nil {
		return err
	}
	defer file.Close()
	body, err := io.ReadAll(io.LimitReader(file, app.MaxFile+1))
	switch {
	case err != nil:
		return fileFault(k.File, err)
	case len(body) > app.MaxFile:
		return fault.New(fault.Invalid, app.CodeFileLarge, "field", "file", "most", app.MaxFile>>20).At(fault.Position{File: k.File})
	}
	return k.on(ctx, c, func(desk *client.Client, ref client.Ref, s client.Sending) (api.Taken, error) {
		return desk.Attach(ctx, ref, filepath.Base(k.File), body, k.Internal, s)
	})
}

// TicketWork logs own time.
type TicketWork struct {
	OnTicket
	Activity string `help:"Activity of the support model; that of the kind of ticket unless given." placeholder:"WORD"`
	Role     string `help:"Code of a role; your own unless given." placeholder:"ROLE"`
	Day      string `help:"The day on which it was done, such as 2026-03-02; today unless given." placeholder:"DATE"`
	Text     string `help:"What was done." placeholder:"TEXT"`
	Length   string `arg:"" help:"How long it took: 90 for minutes, 1h30, 1:30 or 1.5h."`
}

// Run logs the work.
func (k *TicketWork) Run(ctx context.Context, c *Console) error {
	minutes, ok := text.Minutes(k.Length)
	if !ok {
		return fault.New(fault.Invalid, CodeNoLength, "value", k.Length)
	}
	return k.take(ctx, c, "log-work", api.LogWork{
		Minutes: minutes, Activity: k.Activity, Role: k.Role, Day: k.Day, Plain: api.Plain{Text: k.Text},
	})
}

// printText prints what somebody wrote, each line set in and printed safely.
func (c *Console) printText(text string) {
	if text == "" {
		return
	}
	for line := range strings.Lines(text) {
		fmt.Fprintf(c.Out, "  %s\n", wording.Printable(strings.TrimRight(line, "\r\n")))
	}
}
