package calendar_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/calendar"
)

// vectorCalendar is a calendar as the shared vectors spell it.
type vectorCalendar struct {
	Always             bool
	TZ                 string
	Weekly             map[string][][2]calendar.Minute
	Holidays           []calendar.Date
	Closures, Openings []calendar.Window
}

func (v vectorCalendar) spec() calendar.Spec {
	s := calendar.Spec{Always: v.Always, Zone: v.TZ, Closures: v.Closures, Openings: v.Openings}
	for day := range s.Weekly {
		name := strings.ToLower(time.Weekday(day).String()[:3])
		for _, i := range v.Weekly[name] {
			s.Weekly[day] = append(s.Weekly[day], calendar.Interval{From: i[0], To: i[1]})
		}
	}
	for _, d := range v.Holidays {
		s.Holidays = append(s.Holidays, calendar.Holiday{Date: d})
	}
	return s
}

// TestVectors holds Due against those shared vectors in which nothing happens after the
// start: no pause and no change of terms.
func TestVectors(t *testing.T) {
	t.Parallel()
	shared := os.Getenv("WATCHBILL_SHARED")
	if shared == "" {
		shared = filepath.Join("..", "..", "..", "..", "shared")
	}
	data, err := os.ReadFile(filepath.Join(shared, "data", "sla_vectors_sample.jsonl"))
	if err != nil {
		t.Skipf("the shared vectors are not here (set WATCHBILL_SHARED): %v", err)
	}
	checked := 0
	for lines := bufio.NewScanner(bytes.NewReader(data)); lines.Scan(); {
		var v struct {
			ID, Note  string
			Calendars map[string]vectorCalendar
			Contracts map[string]map[string]struct {
				Minutes  int
				Calendar string
			}
			Start struct {
				At                 time.Time
				Contract, Priority string
			}
			Events []json.RawMessage
			Expect struct{ Retroactive struct{ Due *time.Time } }
		}
		if err := json.Unmarshal(lines.Bytes(), &v); err != nil {
			t.Fatal(err)
		}
		if len(v.Events) > 0 {
			continue
		}
		checked++
		terms := v.Contracts[v.Start.Contract][v.Start.Priority]
		c, err := calendar.New(v.Calendars[terms.Calendar].spec())
		if err != nil {
			t.Fatalf("%s: %v", v.ID, err)
		}
		due, ok := c.Due(v.Start.At, time.Duration(terms.Minutes)*time.Minute)
		if want := v.Expect.Retroactive.Due; ok != (want != nil) || ok && !due.Equal(*want) {
			t.Errorf("%s (%s): due %v %v, want %v", v.ID, v.Note, due, ok, want)
		}
	}
	if checked == 0 {
		t.Error("no vector was checked")
	}
	t.Logf("%d vectors without events", checked)
}
