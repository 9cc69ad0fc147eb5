package history_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
	"github.com/watchbill/watchbill/internal/intake/history"
)

// expected is a fault: its code and where it stands; 0 is not known.
type expected struct {
	code         reason.Code
	line, column int
}

func (e expected) String() string { return fmt.Sprintf("%s at %d:%d", e.code, e.line, e.column) }

func expectedOf(f *fault.Fault) expected { return expected{f.Code, f.Where.Line, f.Where.Column} }

const xesHead = `<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1.0">
`

// xes writes a log of traces; each event is a state and a time.
func xes(traces ...string) string { return xesHead + strings.Join(traces, "") + "</log>\n" }

func trace(id string, events ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "<trace>\n<string key=\"concept:name\" value=%q/>\n", id)
	for _, e := range events {
		state, at, _ := strings.Cut(e, "@")
		fmt.Fprintf(&b, "<event>\n<string key=\"state\" value=%q/>\n<date key=\"time:timestamp\" value=%q/>\n</event>\n", state, at)
	}
	b.WriteString("</trace>\n")
	return b.String()
}

const simple = `ticket,status,changed,priority
T1,new,2025-02-01T10:00:00Z,P1
T1,in progress,2025-02-01T10:10:00Z,P1
T1,solved,2025-02-01T11:00:00Z,P1
T2,new,2025-02-02T10:00:00Z,P3
T2,solved,2025-02-02T12:00:00Z,P3
`

func with(old, replacement string) string {
	if !strings.Contains(simple, old) {
		panic(old)
	}
	return strings.Replace(simple, old, replacement, 1)
}

// broken are files that cannot be read as they are. Used is how many rows can be.
var broken = map[string]struct {
	text string
	want expected
	zone string
	used int // rows that are used with KeepGoing, -1 when the file as a whole is no good
}{
	"empty":               {"", expected{code: history.CodeEmpty}, "", -1},
	"only blank lines":    {"\n\n  \n", expected{code: history.CodeEmpty}, "", -1},
	"only a header":       {"ticket,status,changed\n", expected{code: history.CodeEmpty}, "", -1},
	"zip":                 {"PK\x03\x04abc", expected{code: history.CodeWrongFormat}, "", -1},
	"JSON":                {`{"tickets": []}`, expected{code: history.CodeWrongFormat}, "", -1},
	"HTML":                {"<!DOCTYPE html><html></html>", expected{code: history.CodeWrongFormat}, "", -1},
	"gzip twice":          {pack(pack(simple)), expected{code: history.CodeWrongFormat}, "", -1},
	"binary":              {"abc\n\x00\x01\x02\xff", expected{history.CodeBinary, 2, 1}, "", -1},
	"binary row":          {simple + strings.Repeat("T9,new,2025-02-03T10:00:00Z,P1\n", 3000) + "T9,\x00w,2025-02-03T10:00:00Z,P1\n", expected{history.CodeBinary, 3007, 4}, "", 6},
	"gzip cut":            {pack(simple)[:60], expected{history.CodeTruncated, 2, 0}, "", -1},
	"gzip cut in its end": {pack(simple)[:len(pack(simple))-4], expected{history.CodeTruncated, 7, 0}, "", 5},
	"gzip altered":        {flip(pack(simple)), expected{history.CodeDamaged, 7, 0}, "", -1},

	"no columns that we know": {"a,b,c\n1,2,3\n", expected{history.CodeColumnUnmapped, 1, 0}, "", -1},
	"a column twice":          {with("priority", "status"), expected{history.CodeColumnTwice, 1, 0}, "", -1},
	"ambiguous dates":         {"ticket,status,changed\nT1,new,1/2/2025 10:00\nT1,solved,3/4/2025 10:00\n", expected{history.CodeDatesAmbiguous, 0, 0}, zone, -1},
	"dates in words":          {"ticket,status,changed\nT1,new,yesterday\n", expected{history.CodeDatesUnknown, 0, 0}, zone, -1},
	"no zone":                 {strings.ReplaceAll(simple, "Z,", ","), expected{history.CodeZoneMissing, 0, 0}, "", -1},
	"unknown zone":            {simple, expected{history.CodeZoneUnknown, 0, 0}, "Mars/Olympus", -1},
	"zone of the machine":     {simple, expected{history.CodeZoneUnknown, 0, 0}, "Local", -1},
	"a state not understood":  {with("in progress", "florbed"), expected{history.CodeStateUndecided, 3, 4}, "", 4},
	"days and months first":   {"ticket,status,changed\nT1,new,1/2/2025 10:00\nT1,new,13/2/2025 10:00\nT1,new,14/2/2025 10:00\nT1,solved,2/15/2025 10:00\n", expected{history.CodeDatesAmbiguous, 0, 0}, zone, -1},
	"XES, no names":           {strings.ReplaceAll(xes(trace("A", "new@2025-02-01T10:00:00Z"), trace("B", "solved@2025-02-01T10:00:00Z")), `key="concept:name"`, `key="name"`), expected{history.CodeColumnUnmapped, 1, 0}, "", -1},
	"XES, names of events":    {strings.NewReplacer(`<string key="concept:name" value="A"/>`, "", "<event>", `<event><string key="concept:name" value="a step"/>`).Replace(xes(trace("A", "new@2025-02-01T10:00:00Z", "solved@2025-02-01T10:00:00Z"))), expected{history.CodeColumnUnmapped, 1, 0}, "", -1},

	"quote not closed":        {with("T1,in progress", `T1,"in progress`), expected{history.CodeQuoteBroken, 3, 4}, "", 4},
	"quote inside a field":    {with("T1,in progress", `T1,in "progress`), expected{history.CodeQuoteBroken, 3, 7}, "", 4},
	"text after a quote":      {with("T1,in progress", `T1,"in" progress`), expected{history.CodeQuoteBroken, 3, 8}, "", 4},
	"a field too many":        {with("in progress", "in,progress"), expected{history.CodeFieldCount, 3, 37}, "", 4},
	"a field too few":         {with("in progress,", ""), expected{history.CodeFieldCount, 3, 25}, "", 4},
	"a date of no month":      {with("2025-02-01T10:10", "2025-13-01T10:10"), expected{history.CodeDateUnreadable, 3, 16}, "", 4},
	"30 February":             {with("2025-02-02T12", "2025-02-30T12"), expected{history.CodeDateUnreadable, 6, 11}, "", 4},
	"another form of date":    {with("2025-02-01T10:10:00Z", "1/2/2025 10:10"), expected{history.CodeDateUnreadable, 3, 16}, "", 4},
	"no id":                   {with("T1,in", ",in"), expected{history.CodeIDMissing, 3, 1}, "", 4},
	"no state":                {with("in progress", ""), expected{history.CodeStateMissing, 3, 4}, "", 4},
	"a state that is missing": {with("in progress", "N/A"), expected{history.CodeStateMissing, 3, 4}, "", 4},
	"role unknown":            {"ticket,status,changed,role\nT1,new,2025-02-01T10:00:00Z,Dev\nT1,solved,2025-02-01T11:00:00Z,Wizard\n", expected{history.CodeRoleUnknown, 3, 32}, "", 1},
	"priority 5":              {with("10:10:00Z,P1", "10:10:00Z,P5"), expected{history.CodeWordUnknown, 3, 37}, "", 4},
	"priority 9":              {with("10:10:00Z,P1", "10:10:00Z,9"), expected{history.CodeWordUnknown, 3, 37}, "", 4},
	"priority, loud":          {with("10:10:00Z,P1", "10:10:00Z,Urgent!!"), expected{history.CodeWordUnknown, 3, 37}, "", 4},
	"priority unknown":        {with("10:10:00Z,P1", "10:10:00Z,orange"), expected{history.CodeWordUnknown, 3, 37}, "", 4},
	"a huge line":             {with("in progress", strings.Repeat("x", 2<<20)), expected{history.CodeLineTooLong, 3, 1 << 20}, "", 4},
	"rows out of order":       {with("2025-02-01T11", "2025-02-01T09"), expected{history.CodeOutOfOrder, 4, 0}, "", 4},
	"one id, two tickets": {
		"ticket,status,changed,opened\nT1,new,2025-02-01T10:00:00Z,2025-02-01T10:00:00Z\nT2,solved,2025-02-01T10:00:00Z,2025-02-01T10:00:00Z\n" +
			"T1,new,2025-03-01T10:00:00Z,2025-03-01T10:00:00Z\n", expected{history.CodeIDRepeated, 4, 0}, "", 2,
	},
	"minutes in words": {"ticket,status,changed,minutes\nT1,new,2025-02-01T10:00:00Z,many\nT2,solved,2025-02-01T10:00:00Z,3\n", expected{history.CodeNumberInvalid, 2, 29}, "", 1},

	"XES cut":               {strings.TrimSuffix(xes(trace("A", "solved@2025-02-01T10:00:00Z")), "</log>\n"), expected{history.CodeXMLBroken, 10, 1}, "", 1},
	"XES, tags crossed":     {xes(trace("A", "solved@2025-02-01T10:00:00Z"), "</trace>"), expected{history.CodeXMLBroken, 10, 9}, "", 1},
	"XES, bad date":         {xes(trace("A", "solved@2025-02-01T10:00:00Z", "solved@2025-02-31T10:00:00Z")), expected{history.CodeDateUnreadable, 11, 1}, "", 1},
	"XES, trace twice":      {xes(trace("A", "solved@2025-02-01T10:00:00Z"), trace("A", "solved@2025-02-02T10:00:00Z")), expected{history.CodeIDRepeated, 12, 1}, "", 1},
	"XES, no name":          {strings.Replace(xes(trace("A", "solved@2025-02-01T10:00:00Z"), trace("B", "solved@2025-02-01T10:00:00Z")), `<string key="concept:name" value="B"/>`, "", 1), expected{history.CodeIDMissing, 12, 0}, "", 1},
	"XES, deep":             {xes(trace("A", "solved@2025-02-01T10:00:00Z"), strings.Repeat("<a>", 1000)), expected{history.CodeXMLBroken, 10, 190}, "", 1},
	"XES, huge value":       {xes(trace("A", "solved@2025-02-01T10:00:00Z"), trace(strings.Repeat("x", 2<<20), "solved@2025-02-01T10:00:00Z")), expected{history.CodeLineTooLong, 11, 1<<20 + 2}, "", 1},
	"XES, many keys":        {xes(trace("A", "solved@2025-02-01T10:00:00Z"), "<trace><string key=\"concept:name\" value=\"B\"/><event>\n"+manyAttributes(2000)+"</event></trace>"), expected{history.CodeTooManyColumns, 1008, 1}, "", 1},
	"XES, trace of values":  {xes(trace("A", "solved@2025-02-01T10:00:00Z"), "<trace>\n"+strings.Repeat("<string key=\"k\" value=\""+strings.Repeat("x", 1<<15)+"\"/>\n", 40)), expected{history.CodeLineTooLong, 43, 1}, "", 1},
	"XES, event of values":  {xes(trace("A", "solved@2025-02-01T10:00:00Z"), "<trace><event>\n"+strings.Repeat("<string key=\"k\" value=\""+strings.Repeat("x", 1<<15)+"\"/>\n", 40)), expected{history.CodeLineTooLong, 42, 1}, "", 1},
	"XES, gzip cut":         {pack(xes(trace("A", "solved@2025-02-01T10:00:00Z")))[:150], expected{history.CodeTruncated, 7, 0}, "", -1},
	"XES, no events at all": {xes(), expected{code: history.CodeEmpty}, "", -1},
}

func manyAttributes(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "<string key=\"k%d\" value=\"v\"/>\n", i)
	}
	return b.String()
}

func flip(text string) string {
	b := []byte(text)
	for i := 20; i < 40; i++ {
		b[i] ^= 0x5a
	}
	return string(b)
}

// firstFault reads a file up to its first fault.
func firstFault(text string, o history.Options) (*history.Reader, error) {
	r, err := history.Open(strings.NewReader(text), "history.csv", o)
	if err != nil {
		return nil, err
	}
	for _, err := range r.Tickets() {
		if err != nil {
			return r, err
		}
	}
	return r, nil
}

func TestBrokenFiles(t *testing.T) {
	t.Parallel()
	for name, c := range broken {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := firstFault(c.text, history.Options{Zone: c.zone})
			faults := fault.All(err)
			if len(faults) == 0 {
				t.Fatalf("read without a fault, or with one that is none: %v", err)
			}
			if got := expectedOf(faults[0]); got != c.want {
				t.Errorf("got %s, want %s (%v)", got, c.want, err)
			}
			r, err := firstFault(c.text, history.Options{Zone: c.zone, KeepGoing: true})
			if c.used < 0 {
				if err == nil {
					t.Error("read with KeepGoing")
				}
				return
			}
			if err != nil {
				t.Fatalf("stopped in spite of KeepGoing: %v", err)
			}
			s := r.Summary()
			if s.Used != c.used || len(s.Skipped) != 1 || expectedOf(s.Skipped[0]) != c.want {
				t.Errorf("with KeepGoing %d rows used, want %d; skipped %v", s.Used, c.used, s.Skipped)
			}
		})
	}
}

func TestNotAFile(t *testing.T) {
	t.Parallel()
	_, err := history.Open(pipe{strings.NewReader(simple)}, "pipe", history.Options{})
	if f := fault.All(err); len(f) != 1 || f[0].Code != history.CodeUnreadable {
		t.Errorf("got %v", err)
	}
}

// pipe cannot go back.
type pipe struct{ io.Reader }

func (pipe) Seek(int64, int) (int64, error) { return 0, errors.New("illegal seek") }

func TestBadMappings(t *testing.T) {
	t.Parallel()
	good := string(open(t, simple, history.Options{}).Mapping().Text())
	replace := func(old, replacement string) string {
		if !strings.Contains(good, old) {
			t.Fatalf("no %q in\n%s", old, good)
		}
		return strings.Replace(good, old, replacement, 1)
	}
	line := func(part string) int {
		before, _, _ := strings.Cut(good, part)
		return 1 + strings.Count(before, "\n")
	}
	beforeStates, _, _ := strings.Cut(good, "states:")
	for name, c := range map[string]struct {
		text string
		want expected
	}{
		"unknown key":        {replace("format: csv", "fromat: csv"), expected{yamlfile.CodeUnknownKey, line("format"), 1}},
		"unknown column key": {replace("  id: ticket", "  ident: ticket"), expected{yamlfile.CodeUnknownKey, line("  id:"), 3}},
		"no YAML":            {"format: [csv", expected{yamlfile.CodeSyntax, 1, 9}},
		"a list":             {"- a\n", expected{yamlfile.CodeWantsMapping, 1, 1}},
		"unknown format":     {replace("format: csv", "format: xlsx"), expected{yamlfile.CodeUnknownWord, line("format"), 9}},
		"unknown meaning":    {replace("solved: restored", "solved: mended"), expected{yamlfile.CodeUnknownWord, line("solved"), 11}},
		"unknown kind":       {replace("kind: incident", "kind: ticket"), expected{yamlfile.CodeUnknownWord, line("kind"), 7}},
		"no id":              {replace("  id: ticket\n", ""), expected{history.CodeMappingMissing, line("  id:"), 3}},
		"no states":          {beforeStates, expected{history.CodeMappingMissing, 2, 1}},
		"no form":            {replace("yyyy-mm-dd", "yyyy"), expected{history.CodeMappingForm, line("form:"), 9}},
		"huge":               {strings.Repeat("#", 300<<10), expected{yamlfile.CodeTooLarge, 1, 1}},
		"deep":               {strings.Repeat("[", 200<<10), expected{yamlfile.CodeTooDeep, 1, 25}},
		"dashes":             {strings.Repeat("- ", 100<<10), expected{yamlfile.CodeTooDeep, 1, 49}},
		"laughs":             {"a: &a [x]\nstates: {a: *a}\n", expected{yamlfile.CodeNotPlain, 1, 4}},
		"two documents":      {good + "---\n" + good, expected{yamlfile.CodeTwoDocuments, line("\xff") + 2, 1}},
		"unknown role":       {good + "role: Wizard\n", expected{yamlfile.CodeUnknownWord, line("\xff"), 7}},
		"all ignored":        {beforeStates + "states:\n  new: ignore\n", expected{history.CodeStatesIgnored, line("states:") + 1, 3}},
		"no end":             {beforeStates + "states:\n  new: new\n  working: working\n", expected{history.CodeStatesNoEnd, line("states:") + 1, 3}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := history.ParseMapping("mapping.yaml", []byte(c.text))
			faults := fault.All(err)
			if len(faults) != 1 || expectedOf(faults[0]) != c.want || faults[0].Where.File != "mapping.yaml" {
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
	if m, err := history.ParseMapping("m", []byte(good)); err != nil || !bytes.Equal(m.Text(), []byte(good)) {
		t.Errorf("the good one: %v", err)
	}
}

func TestMappingForAnotherFile(t *testing.T) {
	t.Parallel()
	m := open(t, simple, history.Options{}).Mapping()
	_, err := firstFault(strings.Replace(simple, "changed", "moment", 1), history.Options{Mapping: m})
	if f := fault.All(err); len(f) != 1 || expectedOf(f[0]) != (expected{history.CodeColumnMissing, 1, 0}) {
		t.Errorf("column gone: %v", err)
	}
	_, err = firstFault(xes(trace("A", "new@2025-02-01T10:00:00Z")), history.Options{Mapping: m})
	if f := fault.All(err); len(f) != 1 || f[0].Code != history.CodeWrongFormat {
		t.Errorf("XES: %v", err)
	}
	_, err = firstFault(strings.Replace(simple, "solved", "parked", 1), history.Options{Mapping: m})
	if f := fault.All(err); len(f) != 1 || expectedOf(f[0]) != (expected{history.CodeStateUnknown, 4, 4}) {
		t.Errorf("state: %v", err)
	}
}

func TestBothKindsOfDatesAreShown(t *testing.T) {
	t.Parallel()
	_, err := firstFault("ticket,status,changed\nT1,new,13/2/2025 10:00\nT1,new,14/2/2025 10:00\nT1,solved,2/15/2025 10:00\n", history.Options{Zone: zone})
	f := fault.All(err)
	if len(f) != 1 || f[0].Get("by_day") != "13/2/2025 10:00" || f[0].Get("by_month") != "2/15/2025 10:00" {
		t.Errorf("got %v", err)
	}
}

func TestUndecidedStatesOfAMappingHaveTheirPlace(t *testing.T) {
	t.Parallel()
	written := open(t, simple, history.Options{}).Mapping().Text()
	m, err := history.ParseMapping("m.yaml", bytes.Replace(written, []byte("in progress: working"), []byte(`in progress: "?"`), 1))
	if err != nil {
		t.Fatal(err)
	}
	_, err = firstFault(simple, history.Options{Mapping: m})
	if f := fault.All(err); len(f) != 1 || expectedOf(f[0]) != (expected{history.CodeStateUndecided, 3, 4}) {
		t.Errorf("got %v", err)
	}
	r, err := firstFault(simple, history.Options{Mapping: m, KeepGoing: true})
	if err != nil || len(r.Summary().Skipped) != 1 || r.Summary().Used != 4 {
		t.Errorf("keep going: %v", err)
	}
}

func TestMappingWithManyFaultsIsReadOnce(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("columns: {id: a, state: b, changed: c}\ndates: {form: d/m/yyyy}\nstates:\n")
	for i := range 10_000 {
		fmt.Fprintf(&b, "  s%d: wrong\n", i)
	}
	_, err := history.ParseMapping("m.yaml", []byte(b.String()))
	if f := fault.All(err); len(f) != 51 || expectedOf(f[49]) != (expected{yamlfile.CodeUnknownWord, 53, 8}) || f[50].Code != yamlfile.CodeMoreFaults {
		t.Errorf("%d faults", len(f))
	}
}
