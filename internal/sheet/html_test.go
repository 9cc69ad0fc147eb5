package sheet_test

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/sheet"
	"github.com/watchbill/watchbill/internal/wording"
)

var void = []string{"meta", "link", "br", "col", "img", "input", "hr"}

// elements reads HTML as what it is made of, and fails where a tag is not closed in its turn.
func elements(t *testing.T, page string, start func(depth int, e xml.StartElement), text func(depth int, words string)) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(page))
	d.Strict = false
	d.Entity = xml.HTMLEntity
	var open []string
	for {
		token, err := d.RawToken()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		switch token := token.(type) {
		case xml.StartElement:
			start(len(open), token)
			if !slices.Contains(void, token.Name.Local) {
				open = append(open, token.Name.Local)
			}
		case xml.EndElement:
			if len(open) == 0 || open[len(open)-1] != token.Name.Local {
				t.Fatalf("</%s> closes %v", token.Name.Local, open)
			}
			open = open[:len(open)-1]
		case xml.CharData:
			if words := strings.Join(strings.Fields(string(token)), " "); words != "" && !slices.Contains(open, "style") {
				text(len(open), words)
			}
		}
	}
	if len(open) > 0 {
		t.Fatalf("never closed: %v", open)
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// words is what a page says, without the axes of its charts.
func words(t *testing.T, page string) string {
	t.Helper()
	var said []string
	svg := -1
	elements(t, page, func(depth int, e xml.StartElement) {
		if svg >= 0 && depth <= svg {
			svg = -1
		}
		if e.Name.Local == "svg" {
			svg = depth
		}
	}, func(depth int, words string) {
		if svg < 0 || depth <= svg {
			said = append(said, words)
		}
	})
	return strings.Join(said, " ")
}

// outline is the page by structure: elements with their classes, words, and charts by what
// they show and how many shapes they have.
func outline(t *testing.T, page string) string {
	t.Helper()
	var out strings.Builder
	svg, shapes := -1, 0
	leave := func(depth int) {
		if svg >= 0 && depth <= svg {
			fmt.Fprintf(&out, "%s%d shapes\n", strings.Repeat(" ", svg+1), shapes)
			svg, shapes = -1, 0
		}
	}
	elements(t, page, func(depth int, e xml.StartElement) {
		leave(depth)
		if svg >= 0 {
			shapes++
			return
		}
		line := strings.Repeat(" ", depth) + e.Name.Local
		if class := attribute(e, "class"); class != "" {
			line += "." + strings.ReplaceAll(class, " ", ".")
		}
		if e.Name.Local == "svg" {
			svg = depth
			line += " " + attribute(e, "aria-label")
		}
		fmt.Fprintln(&out, strings.TrimRight(line, " "))
	}, func(depth int, words string) {
		leave(depth)
		if svg < 0 {
			fmt.Fprintf(&out, "%s%s\n", strings.Repeat(" ", depth), words)
		}
	})
	return out.String()
}

// TestPageAsksNobody wants a file that needs nothing beside it and runs nothing.
func TestPageAsksNobody(t *testing.T) {
	t.Parallel()
	page := write(t, compare(t, history(), contracts(t), nil), sheet.HTML, wording.English)
	page = regexp.MustCompile(`base64,[A-Za-z0-9+/=]+`).ReplaceAllString(page, "")
	if m := regexp.MustCompile(`(?i)https?:|//[a-z]|@import|<(script|link|img|iframe|object|form)\b|\bon[a-z]+=|javascript:`).FindString(page); m != "" {
		t.Errorf("the page has %q", m)
	}
	for _, url := range regexp.MustCompile(`url\(([^)]{0,30})`).FindAllStringSubmatch(page, -1) {
		if !strings.HasPrefix(url[1], "data:font/woff2") && !strings.HasPrefix(url[1], "#") {
			t.Errorf("the page asks for %s", url[1])
		}
	}
	if !strings.Contains(page, `content="default-src &#39;none&#39;;`) && !strings.Contains(page, `content="default-src 'none';`) {
		t.Error("the page does not forbid requests")
	}
}

func TestPageEscapesNames(t *testing.T) {
	t.Parallel()
	const hostile = `<script>alert("1")</script><img src=x onerror=alert(1)>`
	tickets := history()
	tickets[1].key = hostile
	some := contracts(t)
	some[1].Name = hostile
	c := compare(t, tickets, some, nil)
	c.Source = hostile
	page := write(t, c, sheet.HTML, wording.English)
	seen := 0
	elements(t, page, func(_ int, e xml.StartElement) {
		if name := e.Name.Local; name == "script" || name == "img" {
			t.Errorf("a name became an element: %s", name)
		}
	}, func(_ int, words string) { seen += strings.Count(words, hostile) })
	if seen < 4 {
		t.Errorf("the names are shown %d times, want them in title, heads and cases", seen)
	}
}

func TestPageForEverybody(t *testing.T) {
	t.Parallel()
	for _, l := range languages {
		page := write(t, compare(t, history(), contracts(t), assume(90)), sheet.HTML, l)
		headings := []string{}
		elements(t, page, func(_ int, e xml.StartElement) {
			switch name := e.Name.Local; {
			case name == "html" && attribute(e, "lang") != string(l):
				t.Errorf("language %q, want %q", attribute(e, "lang"), l)
			case name == "svg" && attribute(e, "aria-hidden") == "" && attribute(e, "aria-label") == "":
				t.Error("a chart that says nothing to who cannot see it")
			case name == "th" && attribute(e, "scope") == "":
				t.Error("a head without scope")
			case strings.HasPrefix(name, "h") && len(name) == 2 && name > "h0" && name < "h7":
				headings = append(headings, name)
			}
		}, func(int, string) {})
		if headings[0] != "h1" || slices.Contains(headings[1:], "h1") {
			t.Errorf("headings %v", headings)
		}
	}
}

// TestGeneratedCodeIsCurrent makes the components again and compares.
func TestGeneratedCodeIsCurrent(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("building templ takes too long for a short run")
	}
	check := exec.CommandContext(t.Context(), "go", "tool", "-modfile=../../tools/go.mod", "templ", "generate", "-check", "-path", ".")
	if out, err := check.CombinedOutput(); err != nil {
		t.Errorf("generated code is old, make generate mends it: %v\n%s", err, out)
	}
}

// TestManyContracts draws one contract and seven.
func TestManyContracts(t *testing.T) {
	t.Parallel()
	for n := range len(contracts(t)) {
		c := compare(t, history(), contracts(t)[:n+1], nil)
		page := write(t, c, sheet.HTML, wording.English)
		heads := 0
		elements(t, page, func(_ int, e xml.StartElement) {
			if e.Name.Local == "col" && attribute(e, "class") == "one" {
				heads++
			}
		}, func(int, string) {})
		if heads != n+1 {
			t.Errorf("%d columns for %d contracts", heads, n+1)
		}
	}
}
