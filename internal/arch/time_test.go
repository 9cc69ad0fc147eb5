package arch

import (
	"go/ast"
	"slices"
	"strings"
	"testing"
)

// ambient is what of package time asks the machine instead of the caller.
var ambient = []string{
	"Now", "Since", "Until", "After", "AfterFunc", "Tick", "NewTimer", "NewTicker", "Sleep",
}

// mayTellTime are the places that may: the program, the loops, the harness, and the files
// where the store, the console of a command and a client that waits get their clock, and a
// connection its deadline, which the machine counts and no desk.
// Everything else gets its instant from the transaction.
var mayTellTime = []string{
	"cmd",
	"internal/worker",
	"internal/desktest",
	"internal/store/now.go",
	"internal/cli/cli.go",
	"internal/cli/progress.go",
	"internal/client/retry.go",
	"internal/web/events.go",
}

func timeIsHandedIn(files []file) []string {
	var found []string
	for _, f := range files {
		if slices.ContainsFunc(mayTellTime, func(p string) bool { return within(f.path, p) }) {
			continue
		}
		if f.isTest() && !f.in(core) {
			continue // testsDoNotSleep has a word with these
		}
		f.uses("time", func(sel *ast.SelectorExpr) {
			if slices.Contains(ambient, sel.Sel.Name) {
				found = append(found, f.finding(sel, "time.%s here: the instant is handed in", sel.Sel.Name))
			}
		})
	}
	return found
}

// testsDoNotSleep allows a sleep only in the fake time of testing/synctest.
func testsDoNotSleep(files []file) []string {
	var found []string
	for _, f := range files {
		if !f.isTest() {
			continue
		}
		synctest := false
		for _, imported := range f.imports {
			synctest = synctest || imported == "testing/synctest"
		}
		if synctest {
			continue
		}
		f.uses("time", func(sel *ast.SelectorExpr) {
			if sel.Sel.Name == "Sleep" {
				found = append(found, f.finding(sel, "a test that sleeps is slow or flaky, mostly both"))
			}
		})
	}
	return found
}

// skipsHaveAReason finds t.Skip(), t.Skip("") and t.SkipNow().
func skipsHaveAReason(files []file) []string {
	var found []string
	for _, f := range files {
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !isTestingValue(sel.X) {
				return true
			}
			if sel.Sel.Name == "SkipNow" || sel.Sel.Name == "Skip" && !saysSomething(call.Args) {
				found = append(found, f.finding(call, "a test is skipped without a reason"))
			}
			return true
		})
	}
	return found
}

// isTestingValue takes t, b, f and tb for what they are called everywhere.
func isTestingValue(x ast.Expr) bool {
	id, ok := x.(*ast.Ident)
	return ok && slices.Contains([]string{"t", "b", "f", "tb"}, id.Name)
}

func saysSomething(args []ast.Expr) bool {
	if len(args) == 0 {
		return false
	}
	lit, ok := args[0].(*ast.BasicLit)
	return !ok || strings.Trim(lit.Value, "\"` ") != ""
}

func TestTimeIsHandedIn(t *testing.T) {
	t.Parallel()
	hold(t, timeIsHandedIn)
}

func TestTestsDoNotSleep(t *testing.T) {
	t.Parallel()
	hold(t, testsDoNotSleep)
}

func TestSkipsHaveAReason(t *testing.T) {
	t.Parallel()
	hold(t, skipsHaveAReason)
}

func TestAmbientTimeIsSeen(t *testing.T) {
	t.Parallel()
	const now = "package x\nimport \"time\"\nvar n = time.Now()"
	sees(
		t, timeIsHandedIn,
		example{"core", "internal/core/clock/x.go", now, "time.Now here"},
		example{"core test", "internal/core/clock/x_test.go", now, "time.Now here"},
		example{"app", "internal/app/x.go", now, "time.Now here"},
		example{"store", "internal/store/x.go", now, "time.Now here"},
		example{"store's one place", "internal/store/now.go", now, ""},
		example{"worker", "internal/worker/x.go", now, ""},
		example{"program", "cmd/watchbill/main.go", now, ""},
		example{"progress", "internal/cli/progress.go", now, ""},
		example{"other command", "internal/cli/replay.go", now, "time.Now here"},
		example{"renamed", "internal/app/x.go", "package x\nimport wall \"time\"\nvar n = wall.Since", "time.Since here"},
		example{"another Now", "internal/app/x.go", "package x\nimport \"time\"\nvar n = tx.Now\nvar d time.Duration", ""},
	)
	for _, name := range ambient {
		sees(t, timeIsHandedIn, example{
			name, "internal/core/clock/x.go",
			"package x\nimport \"time\"\nvar n = time." + name, "time." + name + " here",
		})
	}
}

func TestSleepIsSeen(t *testing.T) {
	t.Parallel()
	sees(
		t, testsDoNotSleep,
		example{"asleep", "internal/app/x_test.go", "package x\nimport \"time\"\nfunc f() { time.Sleep(1) }", "sleeps"},
		example{
			"in fake time", "internal/app/x_test.go",
			"package x\nimport (\"testing/synctest\"; \"time\")\nfunc f() { time.Sleep(1); synctest.Wait() }", "",
		},
	)
}

func TestSilentSkipIsSeen(t *testing.T) {
	t.Parallel()
	at := func(statement, want string) example {
		return example{statement, "internal/app/x_test.go", "package x\nfunc f() { " + statement + " }", want}
	}
	sees(
		t, skipsHaveAReason,
		at(`t.Skip()`, "without a reason"),
		at(`t.Skip("")`, "without a reason"),
		at(`b.SkipNow()`, "without a reason"),
		at(`t.Skip("no shared data beside the repository")`, ""),
		at(`scanner.Skip()`, ""),
	)
}
