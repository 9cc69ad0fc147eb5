package arch

import (
	"go/ast"
	"os"
	"slices"
	"strings"
	"testing"
)

// words is the vocabulary of the design: each has an entry in docs/glossary.md.
var words = []string{
	"provider", "client", "requester", "site", "environment", "contract", "level", "priority",
	"target", "calendar", "clock", "activity", "capacity pool", "ledger", "event", "alert",
	"ticket", "page", "notice", "rota", "coverage", "change", "freeze", "release", "hotfix",
	"peak", "accountable", "ball holder",
}

// avoided are words with another meaning elsewhere, and what we say instead.
var avoided = map[string]string{
	"Account":  "client",
	"Alarm":    "page or notice",
	"Asset":    "site or environment",
	"Caller":   "requester",
	"Credits":  "capacity pool",
	"Customer": "client; a customer is a shopper",
	"Issue":    "ticket",
	"Severity": "priority",
	"SLO":      "target",
	"Tenant":   "client",
	"Timer":    "clock",
	"Vendor":   "provider",
}

// missingWords tells which words have no entry of the form "**word** (Dutch)".
func missingWords(glossary string) []string {
	var missing []string
	for _, w := range words {
		if !strings.Contains(glossary, "**"+w+"** (") {
			missing = append(missing, w)
		}
	}
	return missing
}

func coreSpeaksOurWords(files []file) []string {
	var found []string
	for _, f := range files {
		if !f.in(core) || f.isTest() {
			continue
		}
		ast.Inspect(f.syntax, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && avoided[spec.Name.Name] != "" {
				found = append(found, f.finding(spec, "type %s: the glossary says %s", spec.Name.Name, avoided[spec.Name.Name]))
			}
			return true
		})
	}
	return found
}

func TestGlossaryIsComplete(t *testing.T) {
	t.Parallel()
	glossary, err := os.ReadFile(root + "/docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range missingWords(string(glossary)) {
		t.Errorf("docs/glossary.md has no entry **%s** (Dutch)", w)
	}
}

func TestCoreSpeaksOurWords(t *testing.T) {
	t.Parallel()
	hold(t, coreSpeaksOurWords)
}

func TestGlossaryFaultsAreSeen(t *testing.T) {
	t.Parallel()
	if got := missingWords("**client** (klant): a brand. The client is…"); slices.Contains(got, "client") || len(got) != len(words)-1 {
		t.Errorf("missing %q", got)
	}
	sees(
		t, coreSpeaksOurWords,
		example{"avoided", "internal/core/ticket/x.go", "package ticket\ntype Severity int", "glossary says priority"},
		example{"ours", "internal/core/ticket/x.go", "package ticket\ntype Priority int", ""},
		example{"elsewhere", "internal/intake/x.go", "package intake\ntype Severity int", ""},
	)
}
