package history_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/intake/history"
)

// neverFails reads anything: it gives tickets that hold together, or faults that say so.
func neverFails(t *testing.T, text string) {
	t.Helper()
	for _, keepGoing := range []bool{false, true} {
		r, err := history.Open(strings.NewReader(text), "fuzz", history.Options{Zone: zone, KeepGoing: keepGoing})
		if err != nil {
			demandFaults(t, err)
			continue
		}
		rows := 0
		for one, err := range r.Tickets() {
			if err != nil {
				demandFaults(t, err)
				break
			}
			rows += one.Rows
			holdsTogether(t, one)
		}
		if s := r.Summary(); s.Used != rows || s.Used+len(s.Skipped) > s.Rows {
			t.Fatalf("%d rows of %d used and %d skipped, the tickets have %d", s.Used, s.Rows, len(s.Skipped), rows)
		}
		if _, err := history.ParseMapping("written", r.Mapping().Text()); err != nil {
			t.Fatalf("%v\n%s", err, r.Mapping().Text())
		}
	}
}

func demandFaults(t *testing.T, err error) {
	t.Helper()
	if len(fault.All(err)) == 0 {
		t.Fatalf("not a fault: %v", err)
	}
}

func FuzzCSV(f *testing.F) {
	f.Add(desk)
	f.Add(simple)
	for _, text := range copies(f) {
		f.Add(text)
	}
	for _, c := range broken {
		if len(c.text) < 4<<10 {
			f.Add(c.text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) { neverFails(t, text) })
}

func FuzzXES(f *testing.F) {
	f.Add(trace("A", "new@2025-02-01T10:00:00Z", "solved@2025-02-01T10:00:00Z") + trace("B", "new@2025-02-01T10:00:00Z"))
	f.Add("<trace><event/></trace>")
	f.Add("<trace><list><string key=\"a\" value=\"b\"/></list></trace>")
	f.Fuzz(func(t *testing.T, text string) { neverFails(t, xes(text)) })
}

func FuzzMapping(f *testing.F) {
	f.Add(string(open(f, desk, history.Options{Zone: zone}).Mapping().Text()))
	f.Add(string(open(f, simple, history.Options{}).Mapping().Text()))
	f.Add("states: {a: new}\ncolumns: {id: a, state: b, changed: c}\ndates: {form: \"d/m/yyyy[ HH:MM[]\"}\n")
	f.Fuzz(func(t *testing.T, text string) {
		m, err := history.ParseMapping("fuzz", []byte(text))
		if err != nil {
			demandFaults(t, err)
			return
		}
		again, err := history.ParseMapping("written", m.Text())
		if err != nil {
			t.Fatalf("%v\n%s", err, m.Text())
		}
		if !bytes.Equal(again.Text(), m.Text()) {
			t.Fatalf("%s\nbecame\n%s", m.Text(), again.Text())
		}
		_, err = firstFault(desk, history.Options{Mapping: m, Zone: zone, KeepGoing: true})
		if err != nil {
			demandFaults(t, err)
		}
	})
}
