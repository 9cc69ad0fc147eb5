package effort_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
	"github.com/watchbill/watchbill/internal/intake/effort"
)

func TestParse(t *testing.T) {
	t.Parallel()
	a, err := effort.Parse("effort.yaml", []byte("\xef\xbb\xbf"+`
source: time sheets of spring
incident:
  P1: {Dev: 6h, QA: 1h}
  P3: 2h30m
`))
	if err != nil {
		t.Fatal(err)
	}
	want := &replay.Assumption{Source: "time sheets of spring"}
	want.Minutes[catalog.Incident][catalog.P1] = []replay.RoleMinutes{{Role: "Dev", Minutes: 360}, {Role: "QA", Minutes: 60}}
	want.Minutes[catalog.Incident][catalog.P3] = []replay.RoleMinutes{{Minutes: 150}}
	if diff := cmp.Diff(want, a); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

func TestParseFaults(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		code reason.Code
		line int
	}{
		{"incident:\n  P1: six hours\n", effort.CodeBadSpan, 2},
		{"incident:\n  P1: 2h\n  P2: -1h\n", effort.CodeBadSpan, 3},
		{"incident:\n  P1: 30s\n", effort.CodeBadSpan, 2},
		{"incident:\n  P5: 1h\n", yamlfile.CodeUnknownKey, 2},
		{"accident:\n  P1: 1h\n", yamlfile.CodeUnknownKey, 1},
		{"incident: [", yamlfile.CodeSyntax, 1},
		{"incident:\n  P1: {Dev: 1h, Wizard: 1h}\n", yamlfile.CodeUnknownWord, 2},
		{"incident:\n  P1:\n    Dev: 1h\n    <script>: 1h\n", yamlfile.CodeUnknownWord, 4},
		{"incident:\n  P1: [1h]\n", yamlfile.CodeWantsMapping, 2},
		{"incident: {P1: 1h}\n---\nincident: {P1: 2h}\n", yamlfile.CodeTwoDocuments, 3},
		{"a: &a [x]\nincident: *a\n", yamlfile.CodeNotPlain, 1},
		{strings.Repeat("[", 200<<10), yamlfile.CodeTooDeep, 1},
		{strings.Repeat("# much\n", 60_000), yamlfile.CodeTooLarge, 1},
		{"source: nobody\n", effort.CodeNothing, 1},
		{"", yamlfile.CodeEmpty, 1},
	} {
		_, err := effort.Parse("effort.yaml", []byte(c.text))
		faults := fault.All(err)
		if len(faults) != 1 || faults[0].Code != c.code || faults[0].Where.Line != c.line {
			t.Errorf("%.60q: got %v, want %s in line %d", c.text, err, c.code, c.line)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("incident:\n  P1: {Dev: 6h}\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if a, err := effort.Parse("f", text); (a == nil) && err == nil {
			t.Fatal("neither effort nor fault")
		}
	})
}
