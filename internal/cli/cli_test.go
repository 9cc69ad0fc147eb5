package cli_test

import (
	"bytes"
	"strings"
	"testing"
)

// TestUnfinishedCallsShowWhatCanFollow has calls without a mistake that stop too early, which
// get the list of commands, and mistaken ones, which get the mistake.
func TestUnfinishedCallsShowWhatCanFollow(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ call, has, not string }{
		{"", "ticket list", "error: "},
		{"ticket", "ticket reply", "error: "},
		{"tickets", `did you mean "ticket".`, "?."},
		{"demo --adr x", "--adr", "?."},
		{"ticket show", "cannot be read", "Usage:"},
	} {
		var out, errs bytes.Buffer
		code := start(t.Context(), &out, &errs, strings.Fields(c.call)...)
		if said := errs.String(); code != 2 || out.Len() > 0 || !strings.Contains(said, c.has) || strings.Contains(said, c.not) {
			t.Errorf("%q: exit %d, printed %q\n%s", c.call, code, out.String(), said)
		}
	}
}
