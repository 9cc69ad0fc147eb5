package app

import (
	"database/sql"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// TestVerifySeesWhatWasTamperedWith changes one thing in the database behind the program's
// back, in every place that Verify looks at.
func TestVerifySeesWhatWasTamperedWith(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		change string
		want   []string
	}{
		{"nothing", "", nil},
		{"contract", "UPDATE contract_versions SET document = document || '# cheaper'", []string{
			"verify.version_changed [{contract support} {number 1}]",
		}},
		{"contract that cannot be read", "UPDATE contract_versions SET document = 'free', sha256 = 'x'", []string{
			"verify.version_changed [{contract support} {number 1}]",
			"verify.contract_unread [{contract support}]",
		}},
		{"reported entry", "UPDATE entries SET at = at - 10800000 WHERE fact = 'acknowledged'", []string{
			"INC-000001 verify.decided_other [{seq 7} {kept } {decided breached}]",
			"INC-000001 verify.row_other [{column Face}]", "INC-000001 verify.row_other [{column Wake}]", "INC-000001 verify.row_other [{column Responded}]",
		}},
		{"decided entry", "UPDATE entries SET at = at + 1 WHERE fact = 'breached'", []string{
			"INC-000001 verify.decided_other [{seq 4} {kept breached} {decided breached}]",
		}},
		{"lost entry", "DELETE FROM entries WHERE fact = 'breached'", []string{
			"INC-000001 verify.entries_missing [{head 6} {entries 5}]",
			"INC-000001 verify.decided_other [{seq 4} {kept acknowledged} {decided breached}]",
		}},
		{"unknown fact", "UPDATE entries SET fact = 'forgiven' WHERE fact = 'breached'", []string{"INC-000001 verify.entry_unread []"}},
		{"recorded", "UPDATE entries SET recorded = recorded - 86400000 WHERE seq = 4", []string{
			"INC-000001 verify.recorded_back [{seq 4}]",
		}},
		{"text", "UPDATE contents SET body = 'I never said that'", []string{"INC-000001 verify.text_changed [{seq 6}]"}},
		{"row", "UPDATE tickets SET priority = 'P4', wake = wake + 1", []string{
			"INC-000001 verify.row_other [{column Wake}]", "INC-000001 verify.row_other [{column Priority}]",
		}},
		{"no row", "DELETE FROM tickets", []string{"INC-000001 verify.row_missing []"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			name := storetest.SQLiteName(t)
			a := &App{store: storetest.Open(t, name)}
			at := monday
			a.store.Now = func() time.Time { return at }
			id, err := a.CreateClient(t.Context(), operator, "Anker")
			if err == nil {
				err = a.AddContractVersion(t.Context(), operator, id, document(t, goldHotfix))
			}
			key := ""
			if err == nil {
				key, err = a.logTicket(t.Context(), agent, id, "support", report{Fact: ticket.Logged{Kind: catalog.Incident, Priority: catalog.P2}})
			}
			at = at.Add(4 * time.Hour)
			if err == nil {
				err = a.record(t.Context(), agent, "tickets.record", id, key,
					report{Fact: ticket.Acknowledged{}}, report{Fact: ticket.Wrote{}, Text: "Thank you"})
			}
			if err != nil {
				t.Fatal(err)
			}
			tamper(t, name, c.change)
			var got []string
			done, err := a.Verify(t.Context(), operator, func(d Difference) {
				line := fmt.Sprintf("%s %v", d.Code, d.Args)
				if d.Key != "" {
					line = d.Key + " " + line
				}
				got = append(got, line)
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
			if done.Differences != len(c.want) || done.Clients != 1 || done.Versions != 1 || done.Tickets != 1 {
				t.Errorf("counted %+v", done)
			}
		})
	}
}

func tamper(t *testing.T, name, change string) {
	t.Helper()
	if change == "" {
		return
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.ExecContext(t.Context(), change); err != nil {
		t.Fatal(err)
	}
}

// TestVerifyOfAnImport takes the whole way on both engines: import, amend, settle, verify.
func TestVerifyOfAnImport(t *testing.T) {
	t.Parallel()
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		t.Helper()
		s.Now = func() time.Time { return time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC) }
		a := &App{store: s}
		h := Import{Client: "Anker", Contract: []*contract.Document{document(t, goldHotfix)}, Tickets: past("HD-1", "HD-2", "HD-3"), Progress: silent}
		imported, err := a.ImportHistory(t.Context(), operator, h)
		if err != nil {
			t.Fatal(err)
		}
		amended := strings.NewReplacer("version: 1", "version: 2", "2026-01-01", "2026-12-01", "gold", "platinum").Replace(goldHotfix)
		h.Contract, h.Tickets = append(h.Contract, document(t, amended)), past("HD-4")
		more, err := a.ImportHistory(t.Context(), operator, h)
		if err != nil {
			t.Fatal(err)
		}
		// The first three tickets do not know the amendment yet.
		if n, err := a.Settle(t.Context(), worker); n != 3 || err != nil {
			t.Errorf("settled %d, %v", n, err)
		}
		if n, err := a.Settle(t.Context(), worker); n != 0 || err != nil {
			t.Errorf("settled %d more, %v", n, err)
		}
		done, err := a.Verify(t.Context(), operator, func(d Difference) { t.Errorf("%+v", d) })
		entries := imported.Reported + imported.Decided + more.Reported + more.Decided
		if want := (Verified{Clients: 1, Versions: 2, Tickets: 4, Entries: entries}); err != nil || done != want {
			t.Errorf("verified %+v, %v, want %+v", done, err, want)
		}
	})
}
