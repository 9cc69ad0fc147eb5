package api

import (
	"flag"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"
)

var update = flag.Bool("update", false, "write docs/openapi.yaml")

const documented = "../../docs/openapi.yaml"

// TestOpenAPIIsCurrent holds docs/openapi.yaml against the types of this package.
func TestOpenAPIIsCurrent(t *testing.T) {
	t.Parallel()
	all, err := document(newDesk(nil, Config{}).routes.huma.OpenAPI())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(documented, all.yaml, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(documented)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(kept), string(all.yaml)); diff != "" {
		t.Errorf("docs/openapi.yaml is not what the types say (go test ./internal/api -run OpenAPI -update writes it):\n%s", diff)
	}
}

// TestEveryFieldIsDescribed looks at each parameter and field of the document.
func TestEveryFieldIsDescribed(t *testing.T) {
	t.Parallel()
	o := newDesk(nil, Config{}).routes.huma.OpenAPI()
	for name, s := range o.Components.Schemas.Map() {
		if name == "AnyStep" { // its fields are the steps, which describe themselves
			continue
		}
		for field, p := range s.Properties {
			if p.Description == "" && p.Ref == "" {
				t.Errorf("%s.%s is not described", name, field)
			}
		}
	}
	for _, v := range describeAll(o).Tags {
		for _, op := range v.Operations {
			if op.Doc == "" || op.Summary == "" || op.May == nil {
				t.Errorf("%s is not described", op.ID)
			}
			for _, p := range op.Params {
				if p.Doc == "" {
					t.Errorf("%s: parameter %s is not described", op.ID, p.Name)
				}
			}
		}
	}
}

// TestDocsPageNeedsNothingElse: the page has no script, no style of its own and nothing from
// elsewhere, and its links lead somewhere.
func TestDocsPageNeedsNothingElse(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	page := s.ask("", "GET", "/api/docs", nil).want(200, nil)
	if csp := page.headers.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'; style-src 'self'") {
		t.Errorf("policy %q", csp)
	}
	root, err := html.Parse(strings.NewReader(string(page.body)))
	if err != nil {
		t.Fatal(err)
	}
	ids, links := map[string]bool{}, []string{}
	for n := range root.Descendants() {
		if n.Type == html.ElementNode && (n.Data == "script" || n.Data == "style" || n.Data == "img") {
			t.Errorf("the page has a %s", n.Data)
		}
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				if ids[a.Val] {
					t.Errorf("two of id %s", a.Val)
				}
				ids[a.Val] = true
			case a.Key == "style" || strings.HasPrefix(a.Key, "on"):
				t.Errorf("%s on a %s", a.Key, n.Data)
			case a.Key == "href" || a.Key == "src":
				links = append(links, a.Val)
			}
		}
	}
	for _, l := range links {
		if id, inside := strings.CutPrefix(l, "#"); inside {
			if !ids[id] {
				t.Errorf("%s leads nowhere", l)
			}
			continue
		}
		if s.ask("", "GET", l, nil).want(200, nil); strings.Contains(l, "//") {
			t.Errorf("%s is elsewhere", l)
		}
	}
	if len(ids) < 80 {
		t.Errorf("%d ids", len(ids))
	}
}
