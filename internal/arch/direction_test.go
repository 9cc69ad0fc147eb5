package arch

import (
	"path"
	"slices"
	"strings"
	"testing"
)

// room is what a package outside the core may know of the house, and must not know of the
// world. Sub-packages follow their parent, and may always know it.
type room struct {
	knows []string // directories of this module, with all below
	not   []string // import paths, with all below
}

var (
	sql      = []string{"database/sql", "github.com/jackc/pgx", "modernc.org/sqlite", "github.com/pressly/goose"}
	surfaces = []string{"net/http", "html", "flag", "github.com/a-h/templ", "github.com/danielgtaylor/huma", "github.com/alecthomas/kong"}
)

// rooms is the direction table: everything in internal outside the core has a line here.
var rooms = map[string]room{
	"internal/store":   {knows: []string{core}, not: surfaces},
	"internal/app":     {knows: []string{core, "internal/store"}, not: slices.Concat(sql, surfaces)},
	"internal/wording": {knows: []string{core}, not: slices.Concat(sql, surfaces, []string{"context", "log", "net", "os"})},
	"internal/sheet": {
		knows: []string{core, "internal/wording"},
		not:   slices.Concat(sql, []string{"net/http", "flag", "os", "log", "github.com/danielgtaylor/huma", "github.com/alecthomas/kong"}),
	},
	"internal/notify": {knows: []string{core, "internal/wording"}, not: sql},
	"internal/intake": {knows: []string{core, "internal/wording"}, not: sql},
	"internal/worker": {
		knows: []string{"internal/app", "internal/notify", "internal/intake", core + "/fault", core + "/reason"},
		not:   slices.Concat(sql, surfaces),
	},
	"internal/web":    {knows: []string{core, "internal/app", "internal/intake", "internal/wording"}, not: sql},
	"internal/api":    {knows: []string{core, "internal/app", "internal/intake", "internal/wording"}, not: sql},
	"internal/client": {knows: []string{core + "/fault", core + "/reason", "internal/api"}, not: sql},
	"internal/demo":   {knows: []string{core, "internal/app"}, not: slices.Concat(sql, surfaces)},
	"internal/cli": {
		// Of api it knows the types that client speaks.
		knows: []string{core, "internal/app", "internal/demo", "internal/intake", "internal/sheet", "internal/wording", "internal/client", "internal/api"},
		not:   sql,
	},
	"internal/desktest": {knows: []string{
		core, "internal/store", "internal/app", "internal/notify", "internal/intake", "internal/worker",
		"internal/web", "internal/api", "internal/client", "internal/wording",
	}},
	"internal/arch": {},
}

// roomOf gives the line of the table that a directory belongs to.
func roomOf(dir string) (string, room, bool) {
	parts := strings.SplitN(dir, "/", 3)
	if len(parts) < 2 {
		return "", room{}, false
	}
	name := parts[0] + "/" + parts[1]
	r, ok := rooms[name]
	return name, r, ok
}

func directionsAreKept(files []file) []string {
	var found []string
	for _, f := range files {
		if !f.in("internal") || f.in(core) {
			continue
		}
		name, r, ok := roomOf(f.dir())
		if !ok {
			found = append(found, f.finding(f.syntax.Name, "%s has no line in the direction table", f.dir()))
			continue
		}
		if f.isTest() {
			continue // a test may open any door
		}
		for spec, imported := range f.imports {
			forbidden := func(p string) bool { return within(imported, p) }
			known := func(dir string) bool { return within(own(imported), dir) }
			switch {
			case slices.ContainsFunc(r.not, forbidden):
				found = append(found, f.finding(spec, "%s must not know %s", name, imported))
			case own(imported) != "" && !known(name) && !slices.ContainsFunc(r.knows, known):
				found = append(found, f.finding(spec, "%s must not know %s", name, own(imported)))
			}
		}
	}
	return found
}

// harnessesStayInTests keeps storetest, notifytest and desktest out of the program.
func harnessesStayInTests(files []file) []string {
	harness := func(dir string) bool {
		base := path.Base(dir)
		return strings.HasSuffix(base, "test") && base != "test"
	}
	var found []string
	for _, f := range files {
		if f.isTest() || harness(f.dir()) {
			continue
		}
		for spec, imported := range f.imports {
			if own(imported) != "" && harness(own(imported)) {
				found = append(found, f.finding(spec, "%s is for tests", own(imported)))
			}
		}
	}
	return found
}

// vague are the names of packages that collect what has no place.
var vague = []string{"utils", "util", "common", "types", "helpers", "helper", "misc"}

func packagesHaveAPurpose(files []file) []string {
	var found []string
	for _, f := range files {
		for _, name := range []string{path.Base(f.dir()), strings.TrimSuffix(f.syntax.Name.Name, "_test")} {
			if slices.Contains(vague, name) {
				found = append(found, f.finding(f.syntax.Name, "a package %s says nothing about what is in it", name))
				break
			}
		}
	}
	return found
}

func TestDirectionsAreKept(t *testing.T) {
	t.Parallel()
	hold(t, directionsAreKept)
}

func TestHarnessesStayInTests(t *testing.T) {
	t.Parallel()
	hold(t, harnessesStayInTests)
}

func TestPackagesHaveAPurpose(t *testing.T) {
	t.Parallel()
	hold(t, packagesHaveAPurpose)
}

func TestDirectionFaultsAreSeen(t *testing.T) {
	t.Parallel()
	at := func(dir, imported, want string) example {
		return example{dir + " imports " + imported, dir + "/x.go", importing(dir, imported), want}
	}
	sees(
		t, directionsAreKept,
		at("internal/store", module+"/internal/core/ticket", ""),
		at("internal/store", "database/sql", ""),
		at("internal/store", module+"/internal/wording", "must not know internal/wording"),
		at("internal/store/storetest", module+"/internal/store", ""),
		at("internal/app", module+"/internal/store", ""),
		at("internal/app", module+"/internal/store/schema", ""),
		at("internal/app", module+"/internal/notify", "must not know internal/notify"),
		at("internal/app", "database/sql", "must not know database/sql"),
		at("internal/app", "net/http", "must not know net/http"),
		at("internal/app", "html/template", "must not know html/template"),
		at("internal/wording", module+"/internal/app", "must not know internal/app"),
		at("internal/wording", "os", "must not know os"),
		at("internal/notify", module+"/internal/store", "must not know internal/store"),
		at("internal/intake/history", module+"/internal/core/ticket", ""),
		at("internal/intake/history", module+"/internal/app", "must not know internal/app"),
		at("internal/worker", module+"/internal/core/clock", "must not know internal/core/clock"),
		at("internal/web/page/ticket", module+"/internal/web/ui", ""),
		at("internal/web", module+"/internal/store", "must not know internal/store"),
		at("internal/web", module+"/internal/api", "must not know internal/api"),
		at("internal/api", module+"/internal/web", "must not know internal/web"),
		at("internal/api", "github.com/jackc/pgx/v5", "must not know github.com/jackc/pgx/v5"),
		at("internal/client", module+"/internal/store", "must not know internal/store"),
		at("internal/cli", module+"/internal/client", ""),
		at("internal/cli", module+"/internal/store", "must not know internal/store"),
		at("internal/desktest", module+"/internal/cli", "must not know internal/cli"),
		at("internal/arch", module+"/internal/core/clock", "must not know internal/core/clock"),
		at("internal/moon", "slices", "no line in the direction table"),
		example{"a test may open any door", "internal/cli/x_test.go", importing("internal/cli", module+"/internal/store"), ""},
	)
	sees(
		t, harnessesStayInTests,
		at("cmd/watchbill", module+"/internal/store/storetest", "is for tests"),
		at("internal/desktest", module+"/internal/notify/notifytest", ""),
		at("internal/app", module+"/internal/store", ""),
	)
}

func TestVaguePackagesAreSeen(t *testing.T) {
	t.Parallel()
	sees(
		t, packagesHaveAPurpose,
		example{"by directory", "internal/utils/x.go", "package text", "utils says nothing"},
		example{"by name", "internal/text/x.go", "package common", "common says nothing"},
		example{"by name of its test", "internal/text/x_test.go", "package types_test", "types says nothing"},
		example{"a good one", "internal/core/clock/x.go", "package clock", ""},
	)
}
