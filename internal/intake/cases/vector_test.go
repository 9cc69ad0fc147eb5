package cases

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/fault"
)

// ownVector is a Friday afternoon on which the priority is raised while the client is asked,
// worked out by hand. Eight hours a day; P3 has 16 hours, P2 has 4.
const ownVector = `{"id":"own-1","group":"priority","note":"","clock":"resolution","pauses_apply":true,` +
	`"calendars":{"desk":{"tz":"Europe/Amsterdam","weekly":{"mon":[["09:00","17:00"]],"tue":[["09:00","17:00"]],"fri":[["09:00","17:00"]]},` +
	`"holidays":["2026-04-03"],"closures":[],"openings":[]}},` +
	`"contracts":{"a":{"P3":{"minutes":960,"calendar":"desk"},"P2":{"minutes":240,"calendar":"desk"}}},` +
	`"start":{"at":"2026-03-06T12:00:00Z","contract":"a","priority":"P3"},` +
	`"events":[{"at":"2026-03-06T14:00:00Z","type":"pause","value":""},` +
	`{"at":"2026-03-06T15:00:00Z","type":"priority","value":"P2"},` +
	`{"at":"2026-03-09T09:00:00Z","type":"resume","value":""}],` +
	`"probes":["2026-03-06T14:30:00Z","2026-03-09T12:00:00Z"],` +
	`"expect":{"retroactive":{"due":"2026-03-09T11:00:00Z","timeline":[` +
	`{"from":"2026-03-06T12:00:00Z","contract":"a","priority":"P3","target_s":57600,"due":"2026-03-10T15:00:00Z"},` +
	`{"from":"2026-03-06T15:00:00Z","contract":"a","priority":"P2","target_s":14400,"due":"2026-03-09T11:00:00Z"}],` +
	`"probes":[{"at":"2026-03-06T14:30:00Z","elapsed_s":7200,"remaining_s":50400,"past_due":false},` +
	`{"at":"2026-03-09T12:00:00Z","elapsed_s":18000,"remaining_s":-3600,"past_due":true}]}}}`

func TestOwnVector(t *testing.T) {
	t.Parallel()
	check := func(src string) []Mismatch {
		found, err := Read(strings.NewReader("\xef\xbb\xbf"+src), "own.jsonl", OnlyRetroactive)
		if err != nil {
			t.Fatal(err)
		}
		return found[0].Check()
	}
	if m := check(ownVector); len(m) > 0 {
		t.Errorf("mismatches: %v", m)
	}
	want := []Mismatch{{"retroactive at 2026-03-06T14:30:00Z elapsed_s", "7260", "7200"}}
	if diff := cmp.Diff(want, check(strings.Replace(ownVector, `"elapsed_s":7200`, `"elapsed_s":7260`, 1))); diff != "" {
		t.Errorf("a wrong answer (-want +got):\n%s", diff)
	}
}

func TestSampleVectors(t *testing.T) {
	t.Parallel()
	shared := os.Getenv("WATCHBILL_SHARED")
	if shared == "" {
		shared = "../../../../shared"
	}
	file := filepath.Join(shared, "data", "sla_vectors_sample.jsonl")
	src, err := os.ReadFile(file)
	if err != nil {
		t.Skipf("the sample vectors are not there: %v", err)
	}
	found, err := Read(bytes.NewReader(src), file, Both)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range found {
		for _, m := range c.Check() {
			t.Errorf("%s: %s: expected %s, got %s", c.Name, m.What, m.Expected, m.Got)
		}
	}
	t.Logf("%d vectors", len(found))
}

func TestFaultsOfVectors(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, old, new string
		want           string
	}{
		{"not JSON", `{"id"`, `{id`, "cases.unreadable"},
		{"another shape", `"events":[`, `"events":7,"more":[`, "cases.unreadable"},
		{"no such calendar", `"minutes":960,"calendar":"desk"`, `"minutes":960,"calendar":"moon"`, "field=calendar value=moon"},
		{"no such contract", `"contract":"a","priority":"P3"},`, `"contract":"b","priority":"P3"},`, "field=contract value=b"},
		{"no such event", `"type":"pause"`, `"type":"sleep"`, "field=type value=sleep"},
		{"no such clock", `"clock":"resolution"`, `"clock":"patience"`, "field=clock value=patience"},
		{"no clock", `"clock":"resolution",`, ``, "field=clock value="},
		{"negative minutes", `"minutes":240`, `"minutes":-240`, "field=minutes value=-240"},
		{"too many minutes", `"minutes":240`, `"minutes":9223372036854775807`, "field=minutes value=9223372036854775807"},
		{"no such zone", `Europe/Amsterdam`, `Europe/Atlantis`, "calendar.zone_unknown"},
		{"no answer", `"retroactive":{`, `"sideways":{`, "field=expect value=retroactive"},
		{"nothing", ownVector, "\n", "cases.none"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			src := strings.Replace(ownVector, c.old, c.new, 1)
			if src == ownVector {
				t.Fatal("nothing replaced")
			}
			_, err := Read(strings.NewReader(src), "own.jsonl", OnlyRetroactive)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "own.jsonl") {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func FuzzVectors(f *testing.F) {
	f.Add([]byte(ownVector))
	f.Add([]byte(strings.ReplaceAll(ownVector, `"tz"`, `"always":true,"tz"`)))
	f.Add([]byte(strings.Replace(ownVector, `"type":"priority","value":"P2"`, `"type":"contract","value":"a"`, 1)))
	f.Add([]byte(strings.ReplaceAll(ownVector, `2026`, `0001`)))
	f.Fuzz(func(t *testing.T, src []byte) {
		found, err := Read(bytes.NewReader(src), "fuzz.jsonl", OnlyRetroactive)
		if err != nil {
			if len(fault.All(err)) == 0 {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		for _, c := range found {
			c.Check()
		}
	})
}
