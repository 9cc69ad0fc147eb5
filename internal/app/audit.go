package app

import (
	"context"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/store"
)

// AuditLine is one change of people, teams or settings.
type AuditLine = store.AuditLine

// mostAuditLines is how many lines a page of the audit has at most.
const mostAuditLines = 200

// Audit lists changes, the newest first, before a line or "" for the newest of all. Subject
// keeps to those about one person or team. Who was done something to and is out of the actor's
// sight has no lines.
func (a *App) Audit(ctx context.Context, actor access.Actor, subject, before string, limit int) (lines []*AuditLine, err error) {
	limit = min(max(limit, 1), mostAuditLines)
	err = a.read(ctx, actor, access.ReadAudit, func(tx *store.Tx) error {
		people, err := tx.People()
		if err != nil {
			return err
		}
		hidden := map[string]bool{}
		for _, p := range people {
			hidden[p.ID] = !person.Sees(actor, p)
		}
		lines = nil
		for after := before; len(lines) < limit; {
			page, err := tx.AuditLines(subject, after, limit)
			if err != nil {
				return err
			}
			for _, l := range page {
				if after = l.ID; !hidden[l.Subject] && len(lines) < limit {
					lines = append(lines, l)
				}
			}
			if len(page) < limit {
				return nil
			}
		}
		return nil
	})
	return lines, err
}
