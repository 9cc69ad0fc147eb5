package cli

import (
	"context"
	"fmt"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/wording"
)

// WorkCommands are the commands about logged work.
type WorkCommands struct {
	Week WorkWeek `cmd:"" help:"Print your own work of a week."`
}

// WorkWeek prints the work of a week.
type WorkWeek struct {
	Desk
	Day string `arg:"" optional:"" help:"A day of the week, such as 2026-03-02; today unless given."`
}

// Run prints the work by day, and the sum.
func (k *WorkWeek) Run(ctx context.Context, c *Console) error {
	desk, err := k.open(c)
	if err != nil {
		return err
	}
	week, err := desk.Week(ctx, k.Day)
	if err != nil {
		return err
	}
	if k.JSON {
		return c.printJSON(week)
	}
	if monday, err := calendar.ParseDate(week.Monday); err == nil {
		fmt.Fprintln(c.Out, c.Voice.Text("cli.week", "monday", monday, "worked", time.Duration(week.Minutes)*time.Minute))
	}
	if len(week.Work) == 0 {
		return nil
	}
	text := func(id string) string { return c.Voice.Text("cli.head." + id) }
	var lines [][]string
	for _, w := range week.Work {
		lines = append(lines, []string{
			w.Day, wording.Duration(time.Duration(w.Minutes) * time.Minute), w.Client.Slug + "/" + w.Key,
			c.Voice.Text("contract.activity." + w.Activity), w.Title,
		})
	}
	c.table([]string{text("day"), text("worked"), text("ticket"), text("activity"), text("title")}, lines)
	return nil
}
