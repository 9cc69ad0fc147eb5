package wording

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// program is the module with types: which constant is a code and where it goes can only be
// told by its type.
type program struct {
	set      *token.FileSet
	importer *sourceFirst
	packages []checked
}

// checked is one package of the module without its tests.
type checked struct {
	pkg   *types.Package
	info  *types.Info
	files []*ast.File
}

const module = "github.com/watchbill/watchbill"

// listed is what `go list` says of a package; dependencies come before dependants.
type listed struct {
	ImportPath string
	Dir        string
	GoFiles    []string
	Export     string
}

// sourceFirst imports the packages that were checked from source, and all others from the
// export data of the build cache. So an object of ours is one object for all who use it.
type sourceFirst struct {
	ours   map[string]*types.Package
	mu     sync.Mutex // others is not safe for concurrent use
	others types.Importer
}

func (i *sourceFirst) Import(path string) (*types.Package, error) {
	if p := i.ours[path]; p != nil {
		return p, nil
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.others.Import(path)
}

// loadProgram type-checks the module in the directory.
func loadProgram(dir string) (*program, error) {
	packages, err := goList(dir)
	if err != nil {
		return nil, err
	}
	exports := map[string]string{}
	for _, p := range packages {
		exports[p.ImportPath] = p.Export
	}
	open := func(path string) (io.ReadCloser, error) { return os.Open(exports[path]) }
	set := token.NewFileSet()
	prog := &program{set: set, importer: &sourceFirst{
		ours:   map[string]*types.Package{},
		others: importer.ForCompiler(set, "gc", open),
	}}
	for _, p := range packages {
		if !strings.HasPrefix(p.ImportPath, module+"/") {
			continue
		}
		var files []*ast.File
		for _, name := range p.GoFiles {
			f, err := parser.ParseFile(set, filepath.Join(p.Dir, name), nil, parser.SkipObjectResolution)
			if err != nil {
				return nil, err
			}
			files = append(files, f)
		}
		pkg, err := prog.check(p.ImportPath, files)
		if err != nil {
			return nil, err
		}
		prog.importer.ours[p.ImportPath] = pkg
	}
	return prog, nil
}

// goList lists the packages of the module and all that they import.
func goList(dir string) ([]listed, error) {
	cmd := exec.CommandContext(context.Background(), "go", "list", "-export", "-deps", "-json=ImportPath,Dir,GoFiles,Export", "./...")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0") // what the build uses, so that the cache answers
	out, err := cmd.Output()
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return nil, fmt.Errorf("go list: %s", exit.Stderr)
	} else if err != nil {
		return nil, err
	}
	var packages []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return packages, nil
		} else if err != nil {
			return nil, err
		}
		packages = append(packages, p)
	}
}

// check adds a package to the program.
func (p *program) check(path string, files []*ast.File) (*types.Package, error) {
	info := &types.Info{
		Types: map[ast.Expr]types.TypeAndValue{},
		Defs:  map[*ast.Ident]types.Object{},
		Uses:  map[*ast.Ident]types.Object{},
	}
	config := types.Config{Importer: p.importer}
	pkg, err := config.Check(path, p.set, files, info)
	if err != nil {
		return nil, fmt.Errorf("%s does not compile: %w", path, err)
	}
	p.packages = append(p.packages, checked{pkg: pkg, info: info, files: files})
	return pkg, nil
}

// with is the program and one more package, given as source: the must-fail twins use it.
func (p *program) with(t *testing.T, source string) *program {
	t.Helper()
	f, err := parser.ParseFile(p.set, "twin.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	twin := &program{set: p.set, importer: p.importer}
	if _, err := twin.check(module+"/internal/twin", []*ast.File{f}); err != nil {
		t.Fatal(err)
	}
	// The packages that define the words code, fault and text.
	for _, c := range p.packages {
		if slices.Contains([]string{"core/reason", "core/fault", "wording"}, strings.TrimPrefix(c.pkg.Path(), module+"/internal/")) {
			twin.packages = append(twin.packages, c)
		}
	}
	return twin
}

// lookup finds a function or method of a package, "New" or "Voice.Text".
func (p *program) lookup(t *testing.T, path, name string) types.Object {
	t.Helper()
	pkg := p.importer.ours[module+"/"+path]
	if pkg == nil {
		t.Fatalf("no package %s", path)
	}
	typeName, method, isMethod := strings.Cut(name, ".")
	o := pkg.Scope().Lookup(typeName)
	if isMethod && o != nil {
		o, _, _ = types.LookupFieldOrMethod(o.Type(), true, pkg, method)
	}
	if o == nil {
		t.Fatalf("no %s in %s", name, path)
	}
	return o
}

func (p *program) where(pos token.Pos) string {
	at := p.set.Position(pos)
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(filepath.Dir(filepath.Dir(wd)), at.Filename); err == nil {
			at.Filename = rel
		}
	}
	return fmt.Sprintf("%s:%d", at.Filename, at.Line)
}
