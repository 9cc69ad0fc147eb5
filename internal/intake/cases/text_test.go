package cases

import (
	"bytes"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/fault"
)

var update = flag.Bool("update", false, "rewrite the tables of testdata/cases to what the core says")

// TestCases checks the cases of the repository.
func TestCases(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../../testdata/cases/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d cases: %v", len(files), err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			src, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if *update {
				if src, err = Update(src, file); err != nil {
					t.Fatal(err)
				}
				if err := os.WriteFile(file, src, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			found, err := Read(bytes.NewReader(src), file, Both)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range found {
				for _, m := range c.Check() {
					t.Errorf("%s: expected %s, got %s", m.What, m.Expected, m.Got)
				}
			}
		})
	}
}

// TestTheProcessZoneDoesNotMatter runs the cases in processes that live elsewhere.
func TestTheProcessZoneDoesNotMatter(t *testing.T) {
	t.Parallel()
	for _, zone := range []string{"America/St_Johns", "Asia/Kolkata", "Pacific/Apia"} {
		again := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestCases$", "-test.count=1")
		again.Env = append(os.Environ(), "TZ="+zone)
		if out, err := again.CombinedOutput(); err != nil {
			t.Errorf("TZ=%s: %v\n%s", zone, err, out)
		}
	}
}

const plain = `A case.

contract:
  template: sla_hotfix@1
  tier: gold
  zone: Europe/Amsterdam

timeline:
  Fri 2026-03-06 16:00  incident P1
                 16:10  acknowledged

clocks at Fri 2026-03-06 16:30:
  clock     phase    verdict  due                   elapsed  left
  response  stopped  within   Fri 2026-03-06 17:00  10m      50m
`

func TestFaultsOfTextCases(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, old, new string
		want           string
	}{
		{"nothing wrong", "", "", ""},
		{"windows line ends", "\n", "\r\n", ""},
		{"comments", "timeline:", "# what happened\ntimeline:", ""},
		{"a misspelt section", "timeline:", "time line:", "case.txt:8:1: cases.stray"},
		{"indented before any section", "A case.", "  A case.", "case.txt:1:3: cases.stray"},
		{"no contract", "contract:", "# contract:", "case.txt:4:3: cases.stray"},
		{"a fault of the contract, in its place", "tier: gold", "teir: gold", "case.txt:5:3: yaml.unknown_key"},
		{"no such template", "sla_hotfix@1", "sla_hotfix@9", "case.txt:4:13: contract.no_template"},
		{"two timelines", "clocks at", "timeline:\n  16:20  noted\n\nclocks at", "case.txt:12:1: cases.second_timeline"},
		{"no such zone", "timeline:", "timeline in Europe/Atlantis:", "case.txt:8:1: cases.zone"},
		{"not a moment", "16:10", "25:10", "case.txt:10:18: cases.moment"},
		{"no such date", "2026-03-06 16:00", "2026-02-30 16:00", "case.txt:9:3: cases.moment"},
		{"the wrong weekday", "Fri 2026-03-06 16:00", "Mon 2026-03-06 16:00", "case.txt:9:3: cases.weekday"},
		{"a skipped time", "16:10  ack", "2026-03-29 02:30  ack", "case.txt:10:18: cases.skipped"},
		{"a time that comes twice", "16:10  ack", "2026-10-25 02:30  ack", "case.txt:10:18: cases.twice"},
		{"nothing we know", "acknowledged", "painted", "case.txt:10:18: cases.fact"},
		{"a word too many", "acknowledged", "acknowledged twice", "case.txt:10:18: cases.fact"},
		{"recorded before it happened", "acknowledged", "acknowledged, recorded 16:05", "case.txt:10:18: cases.fact"},
		{"no such party", "acknowledged", "waits for godot", "case.txt:10:18: catalog.unknown_word"},
		{"no such priority", "incident P1", "incident P9", "case.txt:9:3: catalog.unknown_word"},
		{"no ticket", "incident P1", "acknowledged", "case.txt:9:3: cases.not_logged"},
		{"two tickets", "acknowledged", "incident P2", "case.txt:10:18: cases.not_logged"},
		{"no such clock", "response  stopped", "answering  stopped", "case.txt:14:3: catalog.unknown_word"},
		{"other columns", "verdict  due", "due  verdict", "case.txt:13:3: cases.columns"},
		{"a cell too few", "10m      50m", "10m 50m", "case.txt:14:3: cases.cells"},
		{"no rows", "  response  stopped  within   Fri 2026-03-06 17:00  10m      50m\n", "", "case.txt:12:1: cases.no_rows"},
		{"no instant", "clocks at Fri 2026-03-06 16:30:", "clocks:", "case.txt:12:1: cases.stray"},
		{"something after the instant", "16:30:", "16:30 sharp:", "case.txt:12:1: cases.stray"},
		{"nothing expected", "clocks at Fri 2026-03-06 16:30:\n", "contract:\n", "case.txt:13:"},
		{"binary", "A case.", "\x00", "case.txt:1:1: cases.not_text"},
		{"nothing", plain, " \n", "case.txt:1:1: cases.none"},
		{"endless", "A case.", strings.Repeat("A case. ", 40_000), "case.txt:1:1: cases.too_long"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			src := plain
			if c.old != "" {
				if src = strings.ReplaceAll(plain, c.old, c.new); src == plain {
					t.Fatal("nothing replaced")
				}
			}
			found, err := Read(strings.NewReader(src), "case.txt", Both)
			switch {
			case c.want == "" && err != nil:
				t.Fatal(err)
			case c.want == "" && len(found[0].Check()) > 0:
				t.Errorf("mismatches: %v", found[0].Check())
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("got %v, want %s", err, c.want)
			}
		})
	}
}

func TestMismatchesOfTextCases(t *testing.T) {
	t.Parallel()
	src := strings.NewReplacer("within", "breached", "10m ", "12m ").Replace(plain) +
		"\ndecided until Fri 2026-03-06 17:00:\n  at  what  clock\n  Fri 2026-03-06 16:10  breached  response\n"
	found, err := Read(strings.NewReader(src), "case.txt", Both)
	if err != nil {
		t.Fatal(err)
	}
	want := []Mismatch{
		{"line 14, verdict of response", "breached", "within"},
		{"line 14, elapsed of response", "12m", "10m"},
		{"line 18", "Fri 2026-03-06 16:10  breached  response", "Fri 2026-03-06 16:32:30  warned 75%  update_cadence"},
		{"line 16, decision 2", "nothing", "Fri 2026-03-06 16:37  warned 90%  update_cadence"},
		{"line 16, decision 3", "nothing", "Fri 2026-03-06 16:40  breached  update_cadence"},
	}
	if diff := cmp.Diff(want, found[0].Check()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// An update makes every table right, and changes nothing that was right.
func TestUpdate(t *testing.T) {
	t.Parallel()
	same, err := Update([]byte(plain), "case.txt")
	if err != nil || string(same) != plain {
		t.Errorf("changed what was right: %v\n%s", err, same)
	}
	wrong := strings.Replace(plain, "10m      50m", "1h  2h", 1) + "\ndecided until Fri 2026-03-06 16:30:\n  at  what  clock\n"
	mended, err := Update([]byte(wrong), "case.txt")
	if err != nil {
		t.Fatal(err)
	}
	if want := plain + "\ndecided until Fri 2026-03-06 16:30:\n  at  what  clock\n"; string(mended) != want {
		t.Errorf("got:\n%s", mended)
	}
	if _, err := Update([]byte("nothing"), "case.txt"); err == nil {
		t.Error("updated what is no case")
	}
}

func FuzzTextCase(f *testing.F) {
	f.Add([]byte(plain))
	files, err := filepath.Glob("../../../testdata/cases/*.txt")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		src, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(src)
	}
	f.Fuzz(func(t *testing.T, src []byte) {
		found, err := Read(bytes.NewReader(src), "case.txt", Both)
		if err != nil {
			if len(fault.All(err)) == 0 {
				t.Fatalf("not a fault: %v", err)
			}
			return
		}
		for _, c := range found {
			c.Check()
		}
		// What can be read can be updated, and is right after that.
		mended, err := Update(src, "case.txt")
		if err != nil {
			t.Fatal(err)
		}
		found, err = Read(bytes.NewReader(mended), "case.txt", Both)
		if err != nil {
			t.Fatalf("%v\n%s", err, mended)
		}
		for _, c := range found {
			if m := c.Check(); len(m) > 0 {
				t.Fatalf("still wrong: %v\n%s", m, mended)
			}
		}
	})
}

// TestTheDocumentedCase checks the case that docs/cases.md shows.
func TestTheDocumentedCase(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile("../../../docs/cases.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := strings.Split(string(doc), "\n```\n")
	if len(blocks) < 3 {
		t.Fatal("there is no case in docs/cases.md")
	}
	found, err := Read(strings.NewReader(blocks[1]), "cases.md", Both)
	if err != nil {
		t.Fatal(err)
	}
	if m := found[0].Check(); len(m) > 0 {
		t.Errorf("mismatches: %v", m)
	}
}
