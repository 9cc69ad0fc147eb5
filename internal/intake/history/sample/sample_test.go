package sample_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/intake/history/sample"
)

var from = calendar.Date{Year: 2025, Month: time.January, Day: 1}

func TestSameSeedSameHistory(t *testing.T) {
	t.Parallel()
	write := func(seed uint64) string {
		hash := sha256.New()
		if err := sample.Write(hash, sample.Generate(seed, 500, from)); err != nil {
			t.Fatal(err)
		}
		return hex.EncodeToString(hash.Sum(nil))
	}
	// The history of a seed is part of what reports of others rest on: it never changes.
	if got, want := write(1), "6a75399e21d31a1674430699b5c2ac4a1d0b81900bb81cea1664d9a6d86bdc24"; got != want {
		t.Errorf("seed 1 gives %s, want %s", got, want)
	}
	if write(1) == write(2) {
		t.Error("seeds 1 and 2 give the same history")
	}
}

func TestHistoryIsThatOfAShop(t *testing.T) {
	t.Parallel()
	var rows, night, weekend, november, reopened, waiting int
	var priorities [catalog.NumPriorities]int
	var last sample.Row
	tickets := 0
	for r := range sample.Generate(7, 20_000, from) {
		rows++
		if r.Ticket == last.Ticket {
			if r.Changed.Before(last.Changed) || !r.Opened.Equal(last.Opened) {
				t.Fatalf("%s: %v after %v", r.Ticket, r.Changed, last.Changed)
			}
			if last.State == "restored" && r.State == "working" {
				reopened++
			}
			if r.State == "waiting for client" {
				waiting++
			}
			last = r
			continue
		}
		if r.State != "new" || r.Opened.Before(last.Opened) {
			t.Fatalf("%s begins with %s at %v, after %v", r.Ticket, r.State, r.Opened, last.Opened)
		}
		tickets++
		priorities[r.Priority]++
		if h := r.Opened.Hour(); h < 7 {
			night++
		}
		if d := r.Opened.Weekday(); d == time.Saturday || d == time.Sunday {
			weekend++
		}
		if r.Opened.Month() == time.November {
			november++
		}
		last = r
	}
	perTicket := float64(rows) / float64(tickets)
	t.Logf("%d tickets, %.2f rows each; night %d, weekend %d, November %d, reopened %d, waits %d; priorities %v",
		tickets, perTicket, night, weekend, november, reopened, waiting, priorities)
	for what, holds := range map[string]bool{
		"all tickets":       tickets == 20_000,
		"5 to 7 rows each":  5 < perTicket && perTicket < 7,
		"some by night":     night > 400 && night < 4000,
		"some at weekends":  weekend > 1000 && weekend < 6000,
		"most in November":  november > 3*20_000/12/2,
		"some are reopened": reopened > 300,
		"P1 are few":        priorities[catalog.P1] > 200 && priorities[catalog.P1] < 1500,
		"P3 are most":       priorities[catalog.P3] > 8000,
	} {
		if !holds {
			t.Errorf("not so: %s", what)
		}
	}
}

func TestWriteStopsWithTheWriter(t *testing.T) {
	t.Parallel()
	if err := sample.Write(full{}, sample.Generate(1, 5000, from)); !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("got %v", err)
	}
	var b bytes.Buffer
	if err := sample.Write(&b, sample.Generate(1, 0, from)); err != nil || bytes.Count(b.Bytes(), []byte("\n")) != 1 {
		t.Errorf("no incidents: %q, %v", b.String(), err)
	}
}

// full is a disk without space.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, io.ErrShortWrite }

func BenchmarkGenerate(b *testing.B) {
	for range b.N {
		if err := sample.Write(io.Discard, sample.Generate(1, 10_000, from)); err != nil {
			b.Fatal(err)
		}
	}
}
