package main

import (
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary answer as the program when a script calls it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"watchbill": main,
	})
}

// TestScripts tells the product as scenarios: testdata/script of the repository.
func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir:                 "../../testdata/script",
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("TZ", "America/New_York") // the process' own zone must not matter
			return nil
		},
	})
}
