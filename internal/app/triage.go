package app

import (
	"context"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/core/triage"
	"github.com/watchbill/watchbill/internal/store"
)

// What a suggestion looks at: the last tickets of the client, and for how many tickets
// suggestions are given at once.
const (
	suggestFrom = 200
	suggestMost = 50
)

// Suggest says what could be made of an open ticket: its priority, its team, and of which it
// may be a duplicate, each with its reason. Nothing is done by that: a person takes it, or
// not. A ticket that is not open has none.
func (a *App) Suggest(ctx context.Context, actor access.Actor, ref Ref) (s triage.Suggestion, err error) {
	err = a.read(ctx, actor, access.RecordEntries, func(tx *store.Tx) error {
		c, stream, err := find(tx, actor, ref)
		if err != nil {
			return err
		}
		row, _, err := c.TicketRow(stream.ID)
		if err != nil {
			return err
		}
		contents, err := c.Contents(stream.ID)
		if err != nil {
			return err
		}
		text := ""
		if len(contents) > 0 && contents[0].Seq == 1 {
			text = ticket.Description(contents[0].Text)
		}
		history, err := historyOf(c)
		if err != nil {
			return err
		}
		s = suggest(history, c, &row, text)
		return nil
	})
	return s, err
}

// SuggestMany is Suggest for the tickets of a list, by their titles alone. What is not there
// has no suggestion. CodeTooMany says that they are more than fifty.
func (a *App) SuggestMany(ctx context.Context, actor access.Actor, refs []Ref) (all map[Ref]triage.Suggestion, err error) {
	if len(refs) > suggestMost {
		return nil, fault.New(fault.Invalid, CodeTooMany, "most", suggestMost, "count", len(refs))
	}
	keys := map[string][]string{}
	for _, ref := range refs {
		keys[ref.Client] = append(keys[ref.Client], ref.Key)
	}
	err = a.read(ctx, actor, access.RecordEntries, func(tx *store.Tx) error {
		all = map[Ref]triage.Suggestion{}
		for client, wanted := range keys {
			c, err := tx.Client(client)
			if isFault(err, store.CodeClientUnknown) {
				continue
			}
			if err != nil {
				return err
			}
			rows, err := c.TicketRows(wanted...)
			if err != nil {
				return err
			}
			history, err := historyOf(c)
			if err != nil {
				return err
			}
			for i := range rows {
				all[Ref{client, rows[i].Key}] = suggest(history, c, &rows[i], "")
			}
		}
		return nil
	})
	return all, err
}

func historyOf(c *store.Client) (*triage.History, error) {
	before, err := c.Recent(suggestFrom)
	return triage.NewHistory(c.ID, before), err
}

func suggest(h *triage.History, c *store.Client, row *store.TicketRow, text string) triage.Suggestion {
	if !row.State.Open() {
		return triage.Suggestion{}
	}
	return h.Suggest(&triage.Ticket{
		Client: c.ID, Key: row.Key, Kind: row.Kind, Site: row.Site, Opened: row.Opened, Title: row.Title, Text: text,
	})
}
