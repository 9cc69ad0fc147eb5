package arch

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// shown finds what docs/faults.md names as showing something.
var shown = regexp.MustCompile("`((?:Test|Fuzz)[A-Z]\\w*|\\w+\\.txtar)`")

// declared finds the tests of a file.
var declared = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Z]\w*)\(`)

// notShown tells what a table of faults names that is not there, and which rows name nothing.
func notShown(table string, there map[string]bool) (wrong []string) {
	for line := range strings.Lines(table) {
		if !strings.HasPrefix(line, "| F") {
			continue
		}
		names := shown.FindAllStringSubmatch(line, -1)
		for _, n := range names {
			if !there[n[1]] {
				wrong = append(wrong, "there is no "+n[1]+": "+line)
			}
		}
		owed := strings.Contains(line, "not yet") || strings.Contains(line, "comes with") || strings.Contains(line, "nothing to show")
		if len(names) == 0 && !owed {
			wrong = append(wrong, "nothing shows "+line)
		}
	}
	return wrong
}

// TestFaultsAreShown holds docs/faults.md against the tests that it names.
func TestFaultsAreShown(t *testing.T) {
	t.Parallel()
	table, err := os.ReadFile(root + "/docs/faults.md")
	if err != nil {
		t.Fatal(err)
	}
	there := map[string]bool{}
	err = filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasSuffix(path, ".txtar"):
			there[entry.Name()] = true
		case strings.HasSuffix(path, "_test.go"):
			text, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			for _, found := range declared.FindAllSubmatch(text, -1) {
				there[string(found[1])] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(shown.FindAllString(string(table), -1)) < 50 {
		t.Error("docs/faults.md names hardly any test")
	}
	for _, w := range notShown(string(table), there) {
		t.Errorf("docs/faults.md: %s", w)
	}
	// It must be able to fail.
	if got := notShown("| F01 | x | y | `TestGone` |\n| F02 | x | y | |\n| F03 | x | y | `TestHere` |\n", map[string]bool{"TestHere": true}); len(got) != 2 {
		t.Errorf("saw %q", got)
	}
}
