package history_test

import (
	"math/rand/v2"
	"runtime"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/intake/history"
)

// BenchmarkRead reads a sample of 100,000 incidents: 12 columns, rows of a ticket together,
// times with offset.
func BenchmarkRead(b *testing.B) {
	text := sampleText(b, 1, 100_000)
	read(b, text)
}

// BenchmarkReadApart reads the same rows in any order, so that all are held in memory.
func BenchmarkReadApart(b *testing.B) {
	lines := strings.SplitAfter(sampleText(b, 1, 100_000), "\n")
	rows := lines[1 : len(lines)-1]
	r := rand.New(rand.NewPCG(1, 2))
	for i := range rows { // near enough to keep each ticket's order, and far enough to part it
		if j := i + r.IntN(3); j < len(rows) && rows[i][:10] != rows[j][:10] {
			rows[i], rows[j] = rows[j], rows[i]
		}
	}
	text := lines[0] + strings.Join(rows, "")
	read(b, text)
}

func read(b *testing.B, text string) {
	b.Helper()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		r, err := history.Open(strings.NewReader(text), "sample.csv", history.Options{KeepGoing: true})
		if err != nil {
			b.Fatal(err)
		}
		for _, err := range r.Tickets() {
			if err != nil {
				b.Fatal(err)
			}
		}
		rows += r.Summary().Rows
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	b.ReportMetric(float64(m.Sys)/(1<<20), "MiB-sys")
}
