package arch

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

const module = "github.com/watchbill/watchbill"

// file is one parsed Go file of this module.
type file struct {
	path   string // from the root of the repository, with slashes
	syntax *ast.File
	lines  int
	set    *token.FileSet
}

// dir is the package's place, for instance "internal/core/clock".
func (f file) dir() string { return path.Dir(f.path) }

func (f file) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

func (f file) isGenerated() bool { return ast.IsGenerated(f.syntax) }

// in tells whether the file lies in one of the directories, or below.
func (f file) in(dirs ...string) bool {
	return slices.ContainsFunc(dirs, func(d string) bool { return within(f.dir(), d) })
}

// finding writes what is wrong at a node, as "path:line: what".
func (f file) finding(n ast.Node, format string, args ...any) string {
	return fmt.Sprintf("%s:%d: %s", f.path, f.set.Position(n.Pos()).Line, fmt.Sprintf(format, args...))
}

// imports yields the import specs with their paths.
func (f file) imports(yield func(*ast.ImportSpec, string) bool) {
	for _, spec := range f.syntax.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil || !yield(spec, imported) {
			return
		}
	}
}

// uses yields every selector that names something of the package with the given import
// path, for instance time.Now.
func (f file) uses(imported string, yield func(sel *ast.SelectorExpr)) {
	name := ""
	for spec, p := range f.imports {
		if p != imported {
			continue
		}
		name = path.Base(p)
		if spec.Name != nil {
			name = spec.Name.Name
		}
	}
	if name == "" {
		return
	}
	ast.Inspect(f.syntax, func(n ast.Node) bool {
		if sel, ok := n.(*ast.SelectorExpr); ok {
			if x, ok := sel.X.(*ast.Ident); ok && x.Name == name {
				yield(sel)
			}
		}
		return true
	})
}

// within tells whether a slashed path is a directory or lies below it.
func within(p, dir string) bool { return p == dir || strings.HasPrefix(p, dir+"/") }

// own gives the directory of an import path of this module, or "".
func own(imported string) string {
	dir, ok := strings.CutPrefix(imported, module+"/")
	if !ok {
		return ""
	}
	return dir
}

// parse reads one source.
func parse(name string, source []byte) (file, error) {
	set := token.NewFileSet()
	syntax, err := parser.ParseFile(set, name, source, parser.ParseComments)
	if err != nil {
		return file{}, err
	}
	return file{path: name, syntax: syntax, set: set, lines: set.File(syntax.FileStart).LineCount()}, nil
}

// root is the repository, seen from this package.
const root = "../.."

// house is every Go file of the module, parsed once for all tests.
var house = sync.OnceValues(func() ([]file, error) {
	var files []file
	err := filepath.WalkDir(root, func(p string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			return skipForeign(p, d.Name())
		}
		if filepath.Ext(p) != ".go" {
			return nil
		}
		rel, err := filepath.Rel(root, p)
		if err != nil {
			return err
		}
		source, err := os.ReadFile(p)
		if err != nil {
			return err
		}
		f, err := parse(filepath.ToSlash(rel), source)
		files = append(files, f)
		return err
	})
	return files, err
})

// skipForeign leaves out what is not a package of this module.
func skipForeign(p, name string) error {
	if p == root {
		return nil
	}
	if name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") {
		return fs.SkipDir
	}
	if _, err := os.Stat(filepath.Join(p, "go.mod")); err == nil {
		return fs.SkipDir
	}
	return nil
}

// rule finds what is wrong in a set of files.
type rule func([]file) []string

// hold applies a rule to the house.
func hold(t *testing.T, r rule) {
	t.Helper()
	files, err := house()
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		t.Fatal("no Go files found: the rules would hold for nothing")
	}
	for _, finding := range r(files) {
		t.Error(finding)
	}
}

// example is a small source in memory, and a part of the finding that a rule must make of
// it; none when the source keeps the rule.
type example struct {
	name   string
	path   string
	source string
	want   string
}

// sees shows that a rule finds the faults of the examples and nothing else.
func sees(t *testing.T, r rule, examples ...example) {
	t.Helper()
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			f, err := parse(e.path, []byte(e.source))
			if err != nil {
				t.Fatal(err)
			}
			found := r([]file{f})
			switch {
			case e.want == "" && len(found) > 0:
				t.Errorf("found %q in a source that keeps the rule", found)
			case e.want != "" && (len(found) != 1 || !strings.Contains(found[0], e.want)):
				t.Errorf("found %q, want one finding with %q", found, e.want)
			}
		})
	}
}
