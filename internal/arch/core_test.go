package arch

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
	"testing"
)

const core = "internal/core"

// coreOrder is the reading order of the core: a package knows only packages above it. A
// sub-package stands where its parent stands.
var coreOrder = []string{
	"reason",
	"fault",
	"text",
	"yamlfile",
	"access",
	"calendar",
	"catalog",
	"person",
	"contract",
	"ticket",
	"clock",
	"triage",
	"ledger",
	"event",
	"rota",
	"escalation",
	"notice",
	"plan",
	"watch",
	"report",
	"replay",
}

// coreLibraries are what the core may use beyond the standard library: values in, values out.
var coreLibraries = []string{
	"github.com/goccy/go-yaml",
	"github.com/expr-lang/expr",
	"github.com/teambition/rrule-go",
	"golang.org/x/text/unicode/norm",
}

// unknownToCore is the part of the standard library that would make a decision depend on
// something else than its arguments.
var unknownToCore = []string{
	"context", "crypto/rand", "database/sql", "io/fs", "io/ioutil", "log", "math/rand", "net", "os",
	"plugin", "runtime", "syscall", "unsafe",
}

// onceOnly is what the core may use of package sync: computing a constant late is still
// computing a constant.
var onceOnly = []string{"Once", "OnceFunc", "OnceValue", "OnceValues"}

// memos may use sync.Map to remember what is the same for everybody.
var memos = []string{
	"internal/core/calendar", // loaded zones
}

// coreRank is the place of a directory in coreOrder, -1 when it has none.
func coreRank(dir string) int {
	first, _, _ := strings.Cut(strings.TrimPrefix(dir, core+"/"), "/")
	return slices.Index(coreOrder, first)
}

func coreKeepsOrder(files []file) []string {
	var found []string
	for _, f := range files {
		if !f.in(core) {
			continue
		}
		rank := coreRank(f.dir())
		if rank < 0 {
			found = append(found, f.finding(f.syntax.Name, "%s is not in the ordered list of core packages", f.dir()))
			continue
		}
		if f.isTest() {
			continue // a test may look at what follows
		}
		for spec, imported := range f.imports {
			if what := coreMayImport(rank, imported); what != "" {
				found = append(found, f.finding(spec, "the core imports %s: %s", imported, what))
			}
		}
	}
	return found
}

// coreMayImport says what is wrong with an import of a core package, or "".
func coreMayImport(rank int, imported string) string {
	first, _, _ := strings.Cut(imported, "/")
	dir := own(imported)
	switch {
	case dir != "" && !within(dir, core):
		return "the core knows only the core"
	case dir != "" && coreRank(dir) > rank:
		return "it stands below in the ordered list"
	case dir != "":
		return ""
	case slices.ContainsFunc(unknownToCore, func(p string) bool { return within(imported, p) }):
		return "a decision depends on its arguments only"
	case strings.Contains(first, ".") && !slices.ContainsFunc(coreLibraries, func(p string) bool { return within(imported, p) }):
		return "not among the libraries of the core"
	}
	return ""
}

func coreIsPure(files []file) []string {
	var found []string
	for _, f := range files {
		if !f.in(core) || f.isTest() {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			switch n.(type) {
			case *ast.GoStmt:
				found = append(found, f.finding(n, "the core starts a goroutine"))
			case *ast.SelectStmt, *ast.SendStmt, *ast.ChanType:
				found = append(found, f.finding(n, "the core uses a channel"))
			}
			return true
		})
		f.uses("sync", func(sel *ast.SelectorExpr) {
			memo := sel.Sel.Name == "Map" && f.in(memos...)
			if !memo && !slices.Contains(onceOnly, sel.Sel.Name) {
				found = append(found, f.finding(sel, "the core uses sync.%s", sel.Sel.Name))
			}
		})
	}
	return found
}

// utc are the constructors that give an instant in the process' own zone.
var utc = []string{"Unix", "UnixMilli", "UnixMicro"}

// instantsAreUTC keeps the process' own zone out of the core and the store.
func instantsAreUTC(files []file) []string {
	var found []string
	for _, f := range files {
		if !f.in(core, "internal/store") || f.isTest() {
			continue
		}
		converted := map[ast.Node]bool{}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if sel.Sel.Name == "UTC" || sel.Sel.Name == "In" {
				if call, ok := sel.X.(*ast.CallExpr); ok {
					converted[call.Fun] = true
				}
			}
			return true
		})
		f.uses("time", func(sel *ast.SelectorExpr) {
			switch {
			case sel.Sel.Name == "Local":
				found = append(found, f.finding(sel, "time.Local is another zone on every machine"))
			case slices.Contains(utc, sel.Sel.Name) && !converted[sel]:
				found = append(found, f.finding(sel, "time.%s gives the process' own zone: add .UTC()", sel.Sel.Name))
			}
		})
	}
	return found
}

func TestCoreKeepsOrder(t *testing.T) {
	t.Parallel()
	hold(t, coreKeepsOrder)
}

func TestCoreIsPure(t *testing.T) {
	t.Parallel()
	hold(t, coreIsPure)
}

func TestInstantsAreUTC(t *testing.T) {
	t.Parallel()
	hold(t, instantsAreUTC)
}

// importing is a source that imports one package.
func importing(dir, imported string) string {
	return fmt.Sprintf("package %s\nimport _ %q\n", path.Base(dir), imported)
}

func TestCoreOrderIsSeen(t *testing.T) {
	t.Parallel()
	clock := "internal/core/clock"
	at := func(imported, want string) example {
		return example{imported, clock + "/x.go", importing(clock, imported), want}
	}
	sees(
		t, coreKeepsOrder,
		at(module+"/internal/core/ticket", ""),
		at(module+"/internal/core/clock/segment", ""),
		at(module+"/internal/core/ledger", "stands below"),
		at(module+"/internal/core/replay/deep", "stands below"),
		at(module+"/internal/wording", "only the core"),
		at("github.com/goccy/go-yaml/ast", ""),
		at("github.com/jackc/pgx/v5", "not among the libraries"),
		at("slices", ""),
		at("os", "depends on its arguments"),
		at("os/exec", "depends on its arguments"),
		at("net/http", "depends on its arguments"),
		at("math/rand/v2", "depends on its arguments"),
		at("log/slog", "depends on its arguments"),
		at("context", "depends on its arguments"),
		example{"a package outside the list", "internal/core/moon/x.go", "package moon", "not in the ordered list"},
		example{"a test may look below", clock + "/x_test.go", importing(clock, module+"/internal/core/ledger"), ""},
	)
}

func TestCorePurityIsSeen(t *testing.T) {
	t.Parallel()
	at := func(name, source, want string) example {
		return example{name, "internal/core/clock/x.go", "package clock\nimport \"sync\"\n" + source, want}
	}
	sees(
		t, coreIsPure,
		at("goroutine", "func f() { go f() }", "goroutine"),
		at("select", "func f() { select {} }", "channel"),
		at("channel", "var c chan int", "channel"),
		at("mutex", "var m sync.Mutex", "sync.Mutex"),
		at("once", "var f = sync.OnceValue(func() int { return 1 })", ""),
		at("map", "var m sync.Map", "sync.Map"),
		example{"memo", "internal/core/calendar/x.go", "package calendar\nimport \"sync\"\nvar m sync.Map", ""},
		example{"elsewhere", "internal/worker/x.go", "package worker\nfunc f() { go f() }", ""},
	)
}

func TestLocalZoneIsSeen(t *testing.T) {
	t.Parallel()
	at := func(name, source, want string) example {
		return example{name, "internal/core/clock/x.go", "package clock\nimport \"time\"\n" + source, want}
	}
	sees(
		t, instantsAreUTC,
		at("time.Local", "var z = time.Local", "another zone"),
		at("bare", "var i = time.UnixMilli(5)", "add .UTC()"),
		at("utc", "var i = time.UnixMilli(5).UTC()", ""),
		at("in a zone", "func f(z *time.Location) time.Time { return time.Unix(5, 0).In(z) }", ""),
	)
}
