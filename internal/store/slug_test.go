package store

import "testing"

func TestSlugs(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Fietswereld":                        "fietswereld",
		"Casa Linnen":                        "casa-linnen",
		"  Pâtisserie & Co. ":                "patisserie-co",
		"日本":                                 "client",
		"A very long name of a brand indeed": "a-very-long-name-o",
		"../etc":                             "etc",
	} {
		if got := slugOf(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}
