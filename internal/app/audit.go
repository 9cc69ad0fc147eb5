package app

import (
	"context"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/store"
)

// AuditLine is one change of people, teams or settings.
type AuditLine = store.AuditLine

// mostAuditLines is how many lines a page of the audit has at most.
const mostAuditLines = 200

// Audit lists changes, the newest first, before a line or "" for the newest of all. Subject
// keeps to those about one person or team.
func (a *App) Audit(ctx context.Context, actor access.Actor, subject, before string, limit int) (lines []*AuditLine, err error) {
	err = a.read(ctx, actor, access.ReadAudit, func(tx *store.Tx) error {
		lines, err = tx.AuditLines(subject, before, min(max(limit, 1), mostAuditLines))
		return err
	})
	return lines, err
}
