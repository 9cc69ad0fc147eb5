package ui

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/web/webtest"
	"github.com/watchbill/watchbill/internal/wording"
)

// eachGallery holds a test for every page of the gallery in both languages.
func eachGallery(t *testing.T, test func(t *testing.T, language wording.Language, root *html.Node)) {
	t.Helper()
	for _, l := range []wording.Language{wording.English, wording.Dutch} {
		for _, name := range galleryPages {
			t.Run(string(l)+"/"+name, func(t *testing.T) {
				t.Parallel()
				test(t, l, parsed(t, Gallery(wording.In(l), "", sampleNow(t), name)))
			})
		}
	}
}

// TestPolicyHolds: what the security policy would refuse is in no component.
func TestPolicyHolds(t *testing.T) {
	t.Parallel()
	eachGallery(t, func(t *testing.T, _ wording.Language, root *html.Node) {
		t.Helper()
		for n := range root.Descendants() {
			if n.Type != html.ElementNode {
				continue
			}
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on") ||
					strings.HasPrefix(strings.TrimSpace(strings.ToLower(a.Val)), "javascript:") {
					t.Errorf("<%s %s=%q>", n.Data, a.Key, a.Val)
				}
			}
			if n.Data == "style" || n.Data == "script" && (n.FirstChild != nil || attr(n, "nonce") != "n0nce") {
				t.Errorf("<%s> in the page, or a script without the nonce", n.Data)
			}
		}
	})
}

// TestStructure: ids are one of a kind and what refers to them finds them; every control has a
// name; what changes something is a form or a link.
func TestStructure(t *testing.T) {
	t.Parallel()
	eachGallery(t, func(t *testing.T, _ wording.Language, root *html.Node) {
		t.Helper()
		ids := map[string]bool{}
		for _, n := range all(root, func(n *html.Node) bool { return has(n, "id") }) {
			if ids[attr(n, "id")] {
				t.Errorf("id %q twice", attr(n, "id"))
			}
			ids[attr(n, "id")] = true
		}
		for _, name := range []string{"for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget"} {
			for _, n := range all(root, func(n *html.Node) bool { return has(n, name) }) {
				for id := range strings.FieldsSeq(attr(n, name)) {
					if !ids[id] {
						t.Errorf("<%s %s=%q> finds nothing", n.Data, name, id)
					}
				}
			}
		}
		for _, n := range all(root, tagged("button")) {
			if text(n) == "" && attr(n, "aria-label") == "" {
				t.Errorf("a button without a name: %v", n.Attr)
			}
			if inside(n, "form") == nil && !slices.Contains([]string{"button", "reset"}, attr(n, "type")) && attr(n, "form") == "" &&
				attr(n, "data-key") == "" {
				t.Errorf("a button without a form: %q %v", text(n), n.Attr)
			}
		}
		for _, n := range all(root, tagged("a")) {
			if text(n) == "" && attr(n, "aria-label") == "" && attr(n, "title") == "" {
				t.Errorf("a link without a name: %v", n.Attr)
			}
		}
		if heads := all(root, tagged("h1")); len(heads) != 1 {
			t.Errorf("%d titles on the page", len(heads))
		}
	})
}

// inside is the nearest element around n with a tag, nil for none.
func inside(n *html.Node, tag string) *html.Node {
	for p := range n.Ancestors() {
		if p.Type == html.ElementNode && p.Data == tag {
			return p
		}
	}
	return nil
}

// TestEverythingIsSaid: no id of a message and no open placeholder stands on a page, and the
// page names its language.
func TestEverythingIsSaid(t *testing.T) {
	t.Parallel()
	eachGallery(t, func(t *testing.T, l wording.Language, root *html.Node) {
		t.Helper()
		said := []string{text(root)}
		for n := range root.Descendants() {
			for _, name := range []string{"title", "aria-label", "placeholder"} {
				said = append(said, attr(n, name))
			}
		}
		for _, s := range said {
			if strings.Contains(s, "map[") || strings.Contains(s, "gallery.") || strings.Contains(s, "ui.") || strings.Contains(s, "<no value>") {
				t.Errorf("not said: %.120q", s)
			}
		}
		if got := attr(all(root, tagged("html"))[0], "lang"); got != string(l) {
			t.Errorf("language %q", got)
		}
	})
}

// TestGalleryIsAFile writes the gallery where WATCHBILL_SHOTS says, to be looked at as a file.
func TestGalleryIsAFile(t *testing.T) {
	t.Parallel()
	dir := os.Getenv(webtest.ShotsTo)
	if dir == "" {
		dir = t.TempDir()
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	page := markup(t, Gallery(wording.In(wording.English), "light", sampleNow(t), GalleryParts))
	if err := os.WriteFile(filepath.Join(dir, "gallery.html"), []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(page, "<!doctype html>") || !strings.HasSuffix(page, "</html>") {
		t.Error("not a whole page")
	}
}

func TestSegmentsCoverTheBar(t *testing.T) {
	t.Parallel()
	at := func(minutes int) time.Time {
		return time.Date(2026, 11, 19, 8, 0, 0, 0, time.UTC).Add(time.Duration(minutes) * time.Minute)
	}
	part := func(from, to int) Stretch { return Stretch{Texture: Counted, From: at(from), To: at(to)} }
	for _, e := range []struct {
		name   string
		parts  []Stretch
		widths []float64
		ticks  []string
	}{
		{"none", nil, nil, nil},
		{"one", []Stretch{part(0, 60)}, []float64{100}, []string{"08:00", "09:00"}},
		{"by length", []Stretch{part(0, 15), part(15, 60)}, []float64{25, 75}, []string{"08:00", "08:15", "09:00"}},
		{"no room for a word", []Stretch{part(0, 6), part(6, 60)}, []float64{10, 90}, []string{"08:00", "09:00"}},
		{"a short one is seen", []Stretch{part(0, 1), part(1, 10_000)}, []float64{.99, 99.01}, []string{"08:00", "06:40"}},
		{"no length at all", []Stretch{part(0, 0), part(0, 0)}, []float64{50, 50}, []string{"08:00", "08:00", "08:00"}},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			end := 0.0
			for i, p := range lay(e.parts) {
				if width := p.to - p.from; width < e.widths[i]-.01 || width > e.widths[i]+.01 {
					t.Errorf("part %d is %v wide, want %v", i, width, e.widths[i])
				}
				if p.from != end {
					t.Errorf("part %d begins at %v, not at %v", i, p.from, end)
				}
				end = p.to
			}
			var ticks []string
			for _, tick := range axis(e.parts) {
				ticks = append(ticks, tick.text)
			}
			if !slices.Equal(ticks, e.ticks) {
				t.Errorf("axis %q, want %q", ticks, e.ticks)
			}
		})
	}
}

func TestMeters(t *testing.T) {
	t.Parallel()
	warn := []int{75, 90}
	for _, e := range []struct {
		used, planned, whole int
		usedAt, plannedAt    float64
		mood                 Mood
	}{
		{0, 0, 100, 0, 0, Plain},
		{74, 0, 100, 74, 0, Plain},
		{75, 0, 100, 75, 0, Concern},
		{60, 30, 100, 60, 30, Plain},
		{80, 40, 100, 80, 20, Concern},
		{100, 5, 100, 100, 0, Concern},
		{101, 0, 100, 100, 0, Danger},
		{0, 0, 0, 0, 0, Plain},
		{10, 0, 0, 100, 0, Danger},
		{-5, 0, 100, 0, 0, Plain},
	} {
		m := Meter{Used: e.used, Planned: e.planned, Whole: e.whole}
		if m.used() != e.usedAt || m.planned() != e.plannedAt {
			t.Errorf("%+v: used %v, planned %v", e, m.used(), m.planned())
		}
		if got := MoodOf(e.used, e.whole, warn); got != e.mood {
			t.Errorf("%+v: mood %q", e, got)
		}
	}
}

func TestInitials(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"Noor": "NO", "Ravi de Wit": "RW", "é": "É", "": "?", "  ": "?", "Anne-Marie": "AM", "李": "李", "x9": "X9", "🙂": "?",
	} {
		if got := Initials(name); got != want {
			t.Errorf("%q: %q, want %q", name, got, want)
		}
	}
}

func TestStepsAreNumbered(t *testing.T) {
	t.Parallel()
	steps := []Step{{Text: "a"}, {Text: "b", Not: "no"}, {Text: "c"}}
	for range 9 {
		steps = append(steps, Step{Text: "d"})
	}
	var got []string
	for i := range steps {
		got = append(got, keys(steps, i))
	}
	if want := []string{"1", "", "2", "3", "4", "5", "6", "7", "8", "9", "", ""}; !slices.Equal(got, want) {
		t.Errorf("keys %q, want %q", got, want)
	}
}

func TestWhatWasTypedStays(t *testing.T) {
	t.Parallel()
	root := parsed(t, Input(Field{Name: "worked", Label: "Worked", Value: `7h"75<`, Error: "Minutes go to 59.", Hint: "As 1 h 30"}))
	input := all(root, tagged("input"))[0]
	if attr(input, "value") != `7h"75<` || attr(input, "aria-invalid") != "true" || attr(input, "aria-describedby") != "f-worked-error f-worked-hint" {
		t.Errorf("input %v", input.Attr)
	}
	root = parsed(t, Input(Field{Name: "password", Type: "password", Value: "secret"}))
	if attr(all(root, tagged("input"))[0], "value") != "" {
		t.Error("a password is written back")
	}
	root = parsed(t, Button(Act{Text: "Close", Href: "/close", Why: "Not yet"}))
	button := all(root, tagged("button"))
	if len(button) != 1 || attr(button[0], "aria-disabled") != "true" || attr(button[0], "type") != "button" || !strings.Contains(text(button[0]), "Not yet") {
		t.Error("what cannot be pressed is a link, or does not say why")
	}
	if len(all(parsed(t, Link("javascript:alert(1)", "x")), func(n *html.Node) bool { return strings.Contains(attr(n, "href"), "alert") })) > 0 {
		t.Error("an address runs a script")
	}
}
