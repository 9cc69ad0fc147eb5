package cli

import (
	"context"
	"fmt"
)

// NoticeCommands are the commands about what one was told.
type NoticeCommands struct {
	List NoticeList `cmd:"" help:"List your notices, the newest first."`
}

// NoticeList lists notices.
type NoticeList struct {
	Desk
	Limit int `default:"50" help:"At most this many, up to 200." placeholder:"N"`
}

// Run prints the notices.
func (k *NoticeList) Run(ctx context.Context, c *Console) error {
	desk, err := k.open(c)
	if err != nil {
		return err
	}
	page, err := desk.Notices(ctx, "", k.Limit)
	if err != nil {
		return err
	}
	if k.JSON {
		return c.printJSON(page)
	}
	fmt.Fprintln(c.Out, c.Voice.Text("cli.unread", "count", page.Unread))
	if len(page.Notices) == 0 {
		return nil
	}
	text := func(id string) string { return c.Voice.Text("cli.head." + id) }
	var lines [][]string
	for _, n := range page.Notices {
		lines = append(lines, []string{c.instant(&n.At), c.Voice.Text("outbox.kind." + n.Kind), n.Key, n.Title})
	}
	c.table([]string{text("at"), text("what"), text("ticket"), text("title")}, lines)
	return nil
}
