package app

import (
	"context"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
)

// logTicket opens a ticket with any first report, by the way that all commands go.
func (a *App) logTicket(ctx context.Context, actor access.Actor, client, under string, r report) (string, error) {
	key := ""
	err := a.write(ctx, actor, access.RecordEntries, func(tx *store.Tx) error {
		logged, ok := r.Fact.(ticket.Logged)
		if !ok {
			return fault.New(fault.Invalid, CodeNotLogged)
		}
		c, err := tx.Client(client)
		if err != nil {
			return err
		}
		terms, err := a.terms(c, under)
		if err != nil {
			return err
		}
		s, err := c.AddTicket(logged.Kind, under, "")
		if err != nil {
			return err
		}
		key = s.Key
		f := newCaseFile(c, s, terms, s.After(tx.Now))
		if err := f.report(r); err != nil {
			return err
		}
		return f.keep()
	})
	return key, err
}

// record puts any reports onto a ticket, by the way that all commands go.
func (a *App) record(ctx context.Context, actor access.Actor, p access.Permission, client, key string, reports ...report) error {
	return a.write(ctx, actor, p, func(tx *store.Tx) error {
		c, s, err := find(tx, actor, Ref{client, key})
		if err != nil {
			return err
		}
		f, err := a.load(c, s)
		if err != nil {
			return err
		}
		if err := f.report(reports...); err != nil {
			return err
		}
		return f.keep()
	})
}
