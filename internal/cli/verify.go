package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/watchbill/watchbill/internal/app"
)

// VerifyCommand recomputes all that is kept in a database.
type VerifyCommand struct {
	DB string `name:"db" required:"" help:"SQLite file or postgres:// address." placeholder:"FILE|ADDRESS"`
}

// Run prints each difference and a closing count.
func (k *VerifyCommand) Run(ctx context.Context, c *Console) error {
	a, err := app.Open(ctx, k.DB)
	if err != nil {
		return err
	}
	done, err := a.Verify(ctx, operator, func(d app.Difference) {
		what := c.Voice.Reason(d.Reason)
		if d.Key == "" {
			fmt.Fprintln(c.Out, c.Voice.Text("verify.at_contract", "client", d.Client, "what", what))
			return
		}
		fmt.Fprintln(c.Out, c.Voice.Text("verify.at_ticket", "client", d.Client, "key", d.Key, "what", what))
	})
	if err := errors.Join(err, a.Close()); err != nil {
		return err
	}
	fmt.Fprintln(c.Out, c.Voice.Text("verify.done", "clients", done.Clients, "versions", done.Versions,
		"tickets", done.Tickets, "entries", done.Entries, "differences", done.Differences))
	if done.Differences > 0 {
		return errAnswerIsNo
	}
	return nil
}
