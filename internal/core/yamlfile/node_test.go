package yamlfile_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
)

const limit = 256 << 10

func TestBombsAreRefused(t *testing.T) {
	t.Parallel()
	laughs := "a: &a [x, y]\nb: &b [*a, *a]\nc: [*b, *b]\n"
	for name, c := range map[string]struct {
		text string
		want reason.Code
	}{
		"brackets":         {strings.Repeat("[", 200<<10), yamlfile.CodeTooDeep},
		"braces":           {strings.Repeat("{a: ", 50<<10), yamlfile.CodeTooDeep},
		"dashes":           {strings.Repeat("- ", 100<<10), yamlfile.CodeTooDeep},
		"questions":        {"a:\n" + strings.Repeat("? ", 100<<10), yamlfile.CodeTooDeep},
		"dashes, brackets": {"a: [" + strings.Repeat("- ", 100<<10), yamlfile.CodeTooDeep},
		"keys on a line":   {strings.Repeat("a: ", 60<<10), yamlfile.CodeTooDeep},
		"laughs":           {laughs, yamlfile.CodeNotPlain},
		"alias":            {"a: *b\n", yamlfile.CodeNotPlain},
		"merge":            {"a: {<<: b}\n", yamlfile.CodeNotPlain},
		"tag":              {"a: !!binary aGk=\n", yamlfile.CodeNotPlain},
		"two documents":    {"a: b\n---\nc: d\n", yamlfile.CodeTwoDocuments},
		"large":            {strings.Repeat("#\n", 200<<10), yamlfile.CodeTooLarge},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, faults := yamlfile.Parse("f.yaml", []byte(c.text), limit)
			if len(faults) != 1 || faults[0].Code != c.want {
				t.Errorf("got %.300v, want %s", faults, c.want)
			}
		})
	}
}

func TestStepsThatGoDownDeep(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 600 {
		fmt.Fprintf(&b, "%sa:\n", strings.Repeat(" ", i))
	}
	_, faults := yamlfile.Parse("f.yaml", []byte(b.String()), limit)
	if len(faults) != 1 || faults[0].Code != yamlfile.CodeTooDeep || faults[0].Where.Line != 25 {
		t.Errorf("got %.300v", faults)
	}
}

func TestBracketsInTextAreText(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for i := range 100 {
		fmt.Fprintf(&b, "# [ {\n\"[%d\": \"{ - - [\"\n", i)
	}
	n, faults := yamlfile.Parse("f.yaml", []byte("\xef\xbb\xbf"+b.String()), limit)
	if len(faults) > 0 || len(n.Pairs) != 100 || n.Pairs[99].Key != "[99" || n.Pairs[0].Where != (fault.Position{File: "f.yaml", Line: 2, Column: 1}) {
		t.Errorf("got %v %+v", faults, n)
	}
}

func TestAReaderTellsTheFirstFiftyFaults(t *testing.T) {
	t.Parallel()
	n, faults := yamlfile.Parse("f.yaml", []byte(strings.Repeat("a: b\n", 1)+manyKeys(3000)), limit)
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	var r yamlfile.Reader
	r.Fields(n, yamlfile.Fields{"a": func(*yamlfile.Node) {}})
	if len(r.Faults) != 51 || r.Faults[49].Code != yamlfile.CodeUnknownKey || r.Faults[50].Code != yamlfile.CodeMoreFaults {
		t.Errorf("%d faults, the last %v", len(r.Faults), r.Faults[len(r.Faults)-1])
	}
}

func manyKeys(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "key%d: x\n", i)
	}
	return b.String()
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("a: {b: [c, 'd', \"e\"]}\n"))
	f.Add([]byte("- - ? a\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		n, faults := yamlfile.Parse("f", src, limit)
		if n == nil && len(faults) == 0 {
			t.Fatal("neither tree nor fault")
		}
		if n == nil || len(faults) > 0 {
			return
		}
		again, faults := yamlfile.Parse("f", n.YAML(), 4*limit)
		if len(n.Pairs) > 0 && (len(faults) > 0 || !bytes.Equal(again.YAML(), n.YAML())) {
			t.Fatalf("%v\nwritten %q", faults, n.YAML())
		}
	})
}

// What cannot be seen in an editor must not reach a terminal or a page.
func TestTextWithUnseenSigns(t *testing.T) {
	t.Parallel()
	for _, text := range []string{`"a\e[31mb"`, `"a\u202Eb"`, `"a\0b"`} {
		n, faults := yamlfile.Parse("f.yaml", []byte("client: "+text+"\n"), 1000)
		if len(faults) > 0 {
			t.Fatal(faults)
		}
		var r yamlfile.Reader
		if got := r.Text(n.Get("client")); got != "" || len(r.Faults) != 1 || r.Faults[0].Code != yamlfile.CodeUnseen {
			t.Errorf("%s: got %q, %v", text, got, r.Faults)
		}
	}
}
