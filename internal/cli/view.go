package cli

import (
	"context"
	"fmt"
)

// ViewCommands are the commands about saved views.
type ViewCommands struct {
	List ViewList `cmd:"" help:"List saved views: your own first, then those that colleagues share."`
}

// ViewList lists saved views.
type ViewList struct{ Desk }

// Run prints the views.
func (k *ViewList) Run(ctx context.Context, c *Console) error {
	desk, err := k.open(c)
	if err != nil {
		return err
	}
	views, err := desk.Views(ctx)
	if err != nil {
		return err
	}
	if k.JSON {
		return c.printJSON(views)
	}
	if len(views) == 0 {
		fmt.Fprintln(c.Out, c.Voice.Text("cli.no_views"))
		return nil
	}
	text := func(id string) string { return c.Voice.Text("cli.head." + id) }
	var lines [][]string
	for _, v := range views {
		whose := text("own")
		if !v.Own {
			whose = text("shared")
		}
		lines = append(lines, []string{v.Name, whose, v.Query})
	}
	c.table([]string{text("name"), text("whose"), text("query")}, lines)
	return nil
}
