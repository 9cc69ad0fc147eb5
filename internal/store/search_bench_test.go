package store_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/store"
	"github.com/watchbill/watchbill/internal/store/storetest"
)

// benchTickets is how many tickets the search is measured with.
const benchTickets = 1_000_000

// BenchmarkSearch measures a page of 50 tickets, the newest first, out of a million of 20
// clients. A fifth of the tickets hold each of the two common words, ten the rare one. The
// SQLite database is made once and kept in the directory for temporary files; that on
// PostgreSQL is made each time, or once in the empty database that WATCHBILL_BENCH_POSTGRES names.
func BenchmarkSearch(b *testing.B) {
	b.Run("sqlite", func(b *testing.B) { benchSearch(b, benchSQLite(b)) })
	b.Run("postgres", func(b *testing.B) { benchSearch(b, benchPostgres(b)) })
}

func benchSearch(b *testing.B, s *store.Store) {
	b.Helper()
	var clients []string
	if err := s.View(b.Context(), access.Everything(), func(tx *store.Tx) error {
		all, err := tx.Clients()
		for _, c := range all {
			clients = append(clients, c.ID)
		}
		return err
	}); err != nil {
		b.Fatal(err)
	}
	for _, scope := range []struct {
		name string
		access.Scope
	}{{"all", access.Everything()}, {"one_client", access.Only(clients[7])}, {"five_clients", access.Only(clients[:5]...)}} {
		for _, q := range []struct {
			name string
			store.QueueQuery
		}{
			{"common", store.QueueQuery{Text: "payment", Internal: true}},
			{"two_words", store.QueueQuery{Text: "checkout payment", Internal: true}},
			{"rare", store.QueueQuery{Text: "quetzal", Internal: true}},
			{"rare_and_common", store.QueueQuery{Text: "payment quetzal", Internal: true}},
			{"typing", store.QueueQuery{Text: "paymen", Internal: true, Typing: true}},
			{"public_only", store.QueueQuery{Text: "payment"}},
			{"open_only", store.QueueQuery{Text: "payment", Internal: true, Open: true}},
		} {
			b.Run(scope.name+"/"+q.name, func(b *testing.B) {
				var took []time.Duration
				rows := 0
				for b.Loop() {
					start := time.Now()
					if err := s.View(b.Context(), scope.Scope, func(tx *store.Tx) error {
						found, err := tx.Queue(&q.QueueQuery, store.QueuePlace{}, 51)
						rows = len(found)
						return err
					}); err != nil {
						b.Fatal(err)
					}
					took = append(took, time.Since(start))
				}
				slices.Sort(took)
				b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
				b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
				b.ReportMetric(float64(rows), "rows")
			})
		}
	}
}

// benchRow is one ticket of the benchmark.
type benchRow struct {
	client, stream, key, title string
	opened                     int64
	open                       bool
	words                      []string
}

// benchRows draws tickets in the order of their instants, the same ones each time.
func benchRows(clients []string, yield func(*benchRow) error) error {
	chance := rand.New(rand.NewPCG(1, 2))
	vocabulary := rand.NewZipf(chance, 1.07, 20, 60_000)
	opened := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()
	for i := range benchTickets {
		opened += 1 + chance.Int64N(180_000)
		words := make([]string, 0, 36)
		for range 30 {
			words = append(words, fmt.Sprintf("w%dx", vocabulary.Uint64()))
		}
		if chance.IntN(5) == 0 {
			words = append(words, "payment")
		}
		if chance.IntN(5) == 0 {
			words = append(words, "checkout")
		}
		if i%(benchTickets/10) == 7777 {
			words = append(words, "quetzal")
		}
		slices.Sort(words)
		words = slices.Compact(words)
		err := yield(&benchRow{
			client: clients[chance.IntN(len(clients))], stream: fmt.Sprintf("s%025d", i), key: fmt.Sprintf("INC-%06d", i+1),
			title: strings.Join(words[:5], " "), opened: opened, open: chance.IntN(5) == 0, words: words,
		})
		if err != nil {
			return err
		}
	}
	return nil
}

var benchColumns = []string{
	"client", "stream", "contract", "kind", "state", "impact", "urgency", "priority", "waiting_for", "level", "team", "person",
	"escalated", "workaround", "merged_into", "opened", "responded", "restored", "solved", "closed", "root_cause", "reopened",
	"minutes", "terms", "settled", "wake", "key", "title", "is_open", "lane", "number",
}

func (r *benchRow) values() []any {
	state := "closed"
	if r.open {
		state = "working"
	}
	return []any{
		r.client, r.stream, "support", "incident", state, "", "", "P3", "", "", "", "", false, false, "", r.opened, 0, 0, 0, 0, 0, 0,
		0, 1, r.opened, never, r.key, r.title, r.open, 3, r.opened * 4,
	}
}

const never = 253370764800000

// benchClients takes on the clients of the benchmark.
func benchClients(tb testing.TB, s *store.Store) (ids []string) {
	tb.Helper()
	err := s.Update(tb.Context(), access.Everything(), func(tx *store.Tx) error {
		ids = nil
		for i := range 20 {
			c, err := tx.AddClient(fmt.Sprintf("Brand %02d", i))
			if err != nil {
				return err
			}
			ids = append(ids, c.ID)
			if err := c.AddVersion(store.ContractVersion{Contract: "support", Number: 1, Effective: nine}); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		tb.Fatal(err)
	}
	return ids
}

// benchSchema is the last migration that the benchmark knows when it writes rows by itself. Those
// that come later are run when the database is opened.
const benchSchema = "0006_clients.sql\n"

// benchSQLite opens the database of the benchmark, and makes it when there is none for this
// schema.
func benchSQLite(b *testing.B) *store.Store {
	b.Helper()
	sums, err := os.ReadFile("schema/checksums.txt")
	if err != nil {
		b.Fatal(err)
	}
	known, _, _ := strings.Cut(string(sums), benchSchema)
	sum := sha256.Sum256(fmt.Append([]byte(known+benchSchema), benchTickets))
	name := filepath.Join(os.TempDir(), "watchbill-bench", "search-"+hex.EncodeToString(sum[:6])+".db")
	if _, err := os.Stat(name); err != nil {
		b.Logf("making %s: some minutes", name)
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			b.Fatal(err)
		}
		making := name + ".making"
		_ = os.Remove(making)
		if err := makeSQLite(b, making); err != nil {
			b.Fatal(err)
		}
		if err := os.Rename(making, name); err != nil {
			b.Fatal(err)
		}
	}
	s, err := store.Open(b.Context(), name)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = s.Close() })
	return s
}

func makeSQLite(b *testing.B, name string) error {
	b.Helper()
	s, err := store.Create(b.Context(), name)
	if err != nil {
		return err
	}
	clients := benchClients(b, s)
	if err := s.Close(); err != nil {
		return err
	}
	db, err := sql.Open("sqlite", "file:"+name+"?_pragma=journal_mode(WAL)&_pragma=synchronous(OFF)&_pragma=foreign_keys(0)&_pragma=cache_size(-300000)")
	if err != nil {
		return err
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	places := make([]string, len(benchColumns))
	for i := range places {
		places[i] = fmt.Sprintf("$%d", i+1)
	}
	ctx := b.Context()
	if _, err := db.ExecContext(ctx, "BEGIN"); err != nil {
		return err
	}
	addStream, err1 := db.PrepareContext(ctx, `INSERT INTO streams (client, stream, kind, key, contract, head, recorded) VALUES ($1, $2, 'ticket', $3, 'support', 1, $4)`) //nolint:sqlclosecheck // closed at the end
	addTicket, err2 := db.PrepareContext(ctx, `INSERT INTO tickets (`+strings.Join(benchColumns, ", ")+`) VALUES (`+strings.Join(places, ", ")+`)`)                        //nolint:sqlclosecheck // closed at the end
	addWords, err3 := db.PrepareContext(ctx, `INSERT INTO search_words (rowid, words) VALUES ($1, $2)`)                                                                    //nolint:sqlclosecheck // closed at the end
	if err := firstError(err1, err2, err3); err != nil {
		return err
	}
	n := 0
	err = benchRows(clients, func(r *benchRow) error {
		_, err1 := addStream.ExecContext(ctx, r.client, r.stream, r.key, r.opened)
		_, err2 := addTicket.ExecContext(ctx, r.values()...)
		_, err3 := addWords.ExecContext(ctx, r.opened*4, "@"+r.client+" "+strings.Join(r.words, " "))
		if n++; n%1000 == 0 { // as many small batches would leave the index
			_, err := db.ExecContext(ctx, "COMMIT; BEGIN")
			return firstError(err1, err2, err3, err)
		}
		return firstError(err1, err2, err3)
	})
	_, err1 = db.ExecContext(ctx, "COMMIT; PRAGMA wal_checkpoint(TRUNCATE)")
	return firstError(err, err1, addStream.Close(), addTicket.Close(), addWords.Close())
}

func benchPostgres(b *testing.B) *store.Store {
	b.Helper()
	name := os.Getenv("WATCHBILL_BENCH_POSTGRES")
	if name == "" {
		name = storetest.PostgresName(b)
	}
	s := storetest.Open(b, name)
	var there int
	if err := s.View(b.Context(), access.Everything(), func(tx *store.Tx) error {
		all, err := tx.Clients()
		there = len(all)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	if there > 0 {
		return s
	}
	clients := benchClients(b, s)
	ctx := b.Context()
	conn, err := pgx.Connect(ctx, name)
	if err != nil {
		b.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // it was only read from
	var streams, tickets, words [][]any
	load := func() error {
		for _, t := range []struct {
			name    string
			columns []string
			rows    [][]any
		}{
			{"streams", []string{"client", "stream", "kind", "key", "contract", "head", "recorded"}, streams},
			{"tickets", benchColumns, tickets},
			{"search_raw", []string{"client", "number", "words"}, words},
		} {
			if _, err := conn.CopyFrom(ctx, pgx.Identifier{t.name}, t.columns, pgx.CopyFromRows(t.rows)); err != nil {
				return err
			}
		}
		streams, tickets, words = streams[:0], tickets[:0], words[:0]
		_, err := conn.Exec(ctx, `INSERT INTO search_words SELECT client, number, CAST(words AS tsvector) FROM search_raw`)
		if err == nil {
			_, err = conn.Exec(ctx, `TRUNCATE search_raw`)
		}
		return err
	}
	if _, err := conn.Exec(ctx, `CREATE TEMPORARY TABLE search_raw (client TEXT, number BIGINT, words TEXT)`); err != nil {
		b.Fatal(err)
	}
	err = benchRows(clients, func(r *benchRow) error {
		streams = append(streams, []any{r.client, r.stream, "ticket", r.key, "support", 1, r.opened})
		tickets = append(tickets, r.values())
		words = append(words, []any{r.client, r.opened * 4, "'@" + r.client + "' '" + strings.Join(r.words, "' '") + "'"})
		if len(streams) == 20_000 {
			return load()
		}
		return nil
	})
	_, err1 := conn.Exec(ctx, `VACUUM ANALYZE`)
	if err := firstError(err, err1); err != nil {
		b.Fatal(err)
	}
	return s
}

func firstError(all ...error) error {
	for _, err := range all {
		if err != nil {
			return err
		}
	}
	return nil
}
