package store_test

import (
	"database/sql"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// TestPeopleReadTimes looks at the views as somebody with a database client does.
func TestPeopleReadTimes(t *testing.T) {
	t.Parallel()
	for driver, name := range map[string]func(testing.TB) string{"sqlite": storetest.SQLiteName, "pgx": storetest.PostgresName} {
		t.Run(driver, func(t *testing.T) {
			t.Parallel()
			address := name(t)
			d := newDesk(t, storetest.Open(t, address))
			stream := d.addTicket(d.a)
			d.with(d.a, func(c *store.Client) error {
				return c.PutTicket(&store.TicketRow{
					Stream: stream.ID, Contract: "support", Wake: nine.Add(1234567 * time.Millisecond),
					Ticket: ticket.Ticket{Kind: catalog.Incident, Opened: nine.Add(time.Millisecond)},
				})
			})
			db, err := sql.Open(driver, address)
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			var got [7]sql.NullString
			err = db.QueryRowContext(t.Context(), `
				SELECT t.client_name, t.key, t.opened, t.closed, t.wake, e.recorded, v.effective
				FROM read_tickets t
				JOIN read_entries e ON e.client = t.client AND e.key = t.key
				JOIN read_contract_versions v ON v.client = t.client AND v.contract = t.contract`,
			).Scan(&got[0], &got[1], &got[2], &got[3], &got[4], &got[5], &got[6])
			if err != nil {
				t.Fatal(err)
			}
			said := func(s string) sql.NullString { return sql.NullString{String: s, Valid: true} }
			want := [7]sql.NullString{
				said("Anker"), said("INC-000001"), said("2026-03-02T09:00:00.001Z"),
				{},
				said("2026-03-02T09:20:34.567Z"),
				said("2026-03-02T09:00:00.000Z"), said("2026-03-02T09:00:00.000Z"),
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
