package ticket

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestKeysAreReadAsPeopleTypeThem(t *testing.T) {
	t.Parallel()
	all := []string{"INC-000214", "REQ-000214", "PRB-000214", "CHG-000214", "ENH-000214"}
	for _, e := range []struct {
		typed string
		key   string
		calls []string
	}{
		{"INC-000214", "INC-000214", []string{"INC-000214"}},
		{"inc-214", "INC-000214", []string{"INC-000214"}},
		{" Req214 ", "REQ-000214", []string{"REQ-000214"}},
		{"ENH-1234567", "ENH-1234567", []string{"ENH-1234567"}},
		{"chg-0001234567", "CHG-1234567", []string{"CHG-1234567"}},
		{"214", "", all},
		{"000214", "", all},
		{"", "", nil},
		{"0", "", nil},
		{"inc", "", nil},
		{"inc-0", "", nil},
		{"inc--214", "", nil},
		{"inc-+21", "", nil},
		{"abc-214", "", nil},
		{"inc-214 hangs", "", nil},
		{"inc-12345678901", "", nil},
	} {
		key, ok := ParseKey(e.typed)
		if key != e.key || ok != (e.key != "") {
			t.Errorf("%q is %q, %t, want %q", e.typed, key, ok, e.key)
		}
		if diff := cmp.Diff(e.calls, KeysCalled(e.typed)); diff != "" {
			t.Errorf("%q calls (-want +got)\n%s", e.typed, diff)
		}
	}
}
