package ticket_test

import (
	"errors"
	"os"
	"reflect"
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/ticket"
)

// everyFact has one value of each type of fact. A fact that is missing here is found by
// TestEveryFactIsKept.
var everyFact = []ticket.Fact{
	ticket.Logged{},
	ticket.Classified{},
	ticket.Assigned{},
	ticket.Acknowledged{},
	ticket.Replied{},
	ticket.Wrote{},
	ticket.Noted{},
	ticket.Waits{},
	ticket.Resumed{},
	ticket.Escalated{},
	ticket.Restored{},
	ticket.Resolved{},
	ticket.Closed{},
	ticket.Reopened{},
	ticket.Merged{},
	ticket.Absorbed{},
	ticket.Linked{},
	ticket.Unlinked{},
	ticket.Titled{},
	ticket.Attached{},
	ticket.WorkWithdrawn{},
	ticket.DueAgreed{},
	ticket.DueWithdrawn{},
	ticket.RootCausePublished{},
	ticket.Worked{},
	ticket.NotShown{},
	ticket.Warned{},
	ticket.Breached{},
	ticket.Withdrawn{},
}

// anyFact draws a fact of any type with any content that the type allows.
func anyFact(t *rapid.T) ticket.Fact {
	f := reflect.New(reflect.TypeOf(rapid.SampledFrom(everyFact).Draw(t, "fact"))).Elem()
	for i := range f.NumField() {
		if field := f.Field(i); f.Type().Field(i).IsExported() {
			field.Set(anyValue(t, field))
		}
	}
	return f.Interface().(ticket.Fact)
}

func anyValue(t *rapid.T, field reflect.Value) reflect.Value {
	name := field.Type().String()
	var v any
	switch field.Interface().(type) {
	case time.Time:
		v = time.UnixMilli(rapid.Int64Range(0, 4e12).Draw(t, name)).UTC()
	case calendar.Date:
		v = calendar.Date{Year: 2026, Month: time.March, Day: 1}.AddDays(rapid.IntRange(0, 5000).Draw(t, name))
	case catalog.Kind:
		v = rapid.IntRange(0, catalog.NumKinds-1).Draw(t, name)
	case contract.TargetKind:
		v = rapid.IntRange(0, contract.NumTargets-1).Draw(t, name)
	case bool:
		v = rapid.Bool().Draw(t, name)
	case int:
		v = rapid.Int().Draw(t, name)
	default:
		if field.Kind() == reflect.String {
			v = rapid.String().Draw(t, name)
		} else {
			v = rapid.IntRange(0, 4).Draw(t, name) // the small words of the catalog
		}
	}
	return reflect.ValueOf(v).Convert(field.Type())
}

// TestEveryFactIsKept holds the facts of the source against those that can be read and those
// that the tests draw.
func TestEveryFactIsKept(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("entry.go")
	if err != nil {
		t.Fatal(err)
	}
	declared := regexp.MustCompile(`func \(\w+\) Name\(\) string { return "(\w+)" }`).FindAllStringSubmatch(string(source), -1)
	if len(declared) != len(everyFact) {
		t.Errorf("%d facts are declared, the tests draw %d", len(declared), len(everyFact))
	}
	for _, d := range declared {
		if f, err := ticket.DecodeFact(d[1], []byte("{}")); err != nil || f.Name() != d[1] {
			t.Errorf("%s cannot be read: %v", d[1], err)
		}
	}
}

func TestFactsSurviveTheirEncoding(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := anyFact(t)
		body := ticket.EncodeFact(f)
		got, err := ticket.DecodeFact(f.Name(), body)
		if err != nil {
			t.Fatalf("%s %s: %v", f.Name(), body, err)
		}
		if got != f {
			t.Fatalf("%s: got %#v, want %#v", body, got, f)
		}
	})
}

// TestEncodingIsFrozen holds names and fields against what databases hold: an encoding that
// differs here could no longer read them.
func TestEncodingIsFrozen(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 9, 0, 0, 5e6, time.UTC)
	for _, c := range []struct {
		fact ticket.Fact
		name string
		body string
	}{
		{
			ticket.Logged{Kind: catalog.Incident, Impact: 1, Urgency: 2, Priority: catalog.P1},
			"logged", `{"kind":"incident","impact":"I1","urgency":"U2","priority":"P1"}`,
		},
		{ticket.Classified{Priority: catalog.P3}, "classified", `{"priority":"P3"}`},
		{
			ticket.Assigned{Level: catalog.L2, Team: "web", Person: "p7"},
			"assigned", `{"level":"L2","team":"web","person":"p7"}`,
		},
		{ticket.Acknowledged{}, "acknowledged", `{}`},
		{ticket.Waits{For: catalog.ThirdParty}, "waits", `{"for":"third_party"}`},
		{ticket.Escalated{Hierarchical: true}, "escalated", `{"hierarchical":true}`},
		{ticket.Restored{Workaround: true}, "restored", `{"workaround":true}`},
		{ticket.Merged{Into: "INC-000001"}, "merged", `{"into":"INC-000001"}`},
		{ticket.Absorbed{Key: "INC-000002"}, "absorbed", `{"key":"INC-000002"}`},
		{ticket.Linked{Relation: "cause", Key: "PRB-000001"}, "linked", `{"relation":"cause","key":"PRB-000001"}`},
		{
			ticket.DueAgreed{Target: contract.Response, Due: at},
			"due_agreed", `{"target":"response","due":"2026-03-02T09:00:00.005Z"}`,
		},
		{ticket.DueWithdrawn{Target: contract.RootCause}, "due_withdrawn", `{"target":"root_cause"}`},
		{
			ticket.Worked{Minutes: 30, Activity: "incident_management", Role: "Dev", Day: calendar.Date{Year: 2026, Month: 3, Day: 2}},
			"worked", `{"minutes":30,"activity":"incident_management","role":"Dev","day":"2026-03-02"}`,
		},
		{
			ticket.Logged{Kind: catalog.Incident, Requester: "p1", Via: ticket.ViaMail, Site: "shop.example"},
			"logged", `{"kind":"incident","requester":"p1","via":"mail","site":"shop.example"}`,
		},
		{ticket.Titled{}, "titled", `{}`},
		{ticket.Unlinked{Relation: ticket.Relates, Key: "INC-000002"}, "unlinked", `{"relation":"relates","key":"INC-000002"}`},
		{ticket.Attached{File: "f1", Internal: true}, "attached", `{"file":"f1","internal":true}`},
		{ticket.WorkWithdrawn{Entry: 4}, "work_withdrawn", `{"entry":4}`},
		{ticket.NotShown{Target: contract.UpdateAnswer}, "not_shown", `{"target":"update_answer"}`},
		{
			ticket.Warned{Target: contract.UpdateCadence, Round: at, Percent: 80},
			"warned", `{"target":"update_cadence","round":"2026-03-02T09:00:00.005Z","percent":80}`,
		},
		{
			ticket.Breached{Target: contract.Restoration, Round: at},
			"breached", `{"target":"restoration","round":"2026-03-02T09:00:00.005Z"}`,
		},
		{
			ticket.Withdrawn{Target: contract.Resolution, Round: at},
			"withdrawn", `{"target":"resolution","round":"2026-03-02T09:00:00.005Z"}`,
		},
	} {
		if got := string(ticket.EncodeFact(c.fact)); c.fact.Name() != c.name || got != c.body {
			t.Errorf("%s %s\nwant %s %s", c.fact.Name(), got, c.name, c.body)
		}
		got, err := ticket.DecodeFact(c.name, []byte(c.body))
		if diff := cmp.Diff(c.fact, got, cmp.Comparer(func(a, b ticket.Fact) bool { return a == b })); err != nil || diff != "" {
			t.Errorf("%s: %v %s", c.name, err, diff)
		}
	}
}

func TestUnknownFactsAreFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, fact, body string
		want             reason.Code
	}{
		{"name", "teleported", `{}`, ticket.CodeFactUnknown},
		{"name in capitals", "Logged", `{}`, ticket.CodeFactUnknown},
		{"no name", "", `{}`, ticket.CodeFactUnknown},
		{"field", "waits", `{"for":"client","until":"noon"}`, ticket.CodeFactUnreadable},
		{"field of another fact", "acknowledged", `{"for":"client"}`, ticket.CodeFactUnreadable},
		{"word", "waits", `{"for":"godot"}`, ticket.CodeFactUnreadable},
		{"no JSON", "waits", `for: client`, ticket.CodeFactUnreadable},
		{"no body", "waits", ``, ticket.CodeFactUnreadable},
		{"more than one value", "waits", `{"for":"client"}{}`, ticket.CodeFactUnreadable},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := ticket.DecodeFact(c.fact, []byte(c.body))
			if !errors.Is(err, &fault.Fault{Reason: reason.New(c.want)}) {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}
