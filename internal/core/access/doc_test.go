package access_test

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
)

var update = flag.Bool("update", false, "write docs/permissions.md")

const documented = "../../../docs/permissions.md"

// roles are the columns of the matrix, in this order.
var roles = slices.Concat(access.People, []access.Role{access.Operator, access.Worker, access.Visitor})

// constants reads the constants of a type with the comment behind each.
func constants(t *testing.T, of string) (words []string, says map[string]string) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "permission.go", nil, parser.ParseComments)
	if err != nil {
		t.Fatal(err)
	}
	says = map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Values) != 1 {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); !ok || name.Name != of {
			return true
		}
		word, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
		if err != nil {
			t.Fatal(err)
		}
		words = append(words, word)
		says[word] = strings.TrimSpace(spec.Comment.Text())
		return true
	})
	return words, says
}

// TestPermissionsAreDocumented holds docs/permissions.md against what the code grants.
func TestPermissionsAreDocumented(t *testing.T) {
	t.Parallel()
	permissions, means := constants(t, "Permission")
	_, roleMeans := constants(t, "Role")
	var b strings.Builder
	b.WriteString(`# Who may do what

This page is written by ` + "`go test ./internal/core/access -update`" + ` from ` + "`internal/core/access/permission.go`" + `; a test holds
it against the code. What is not granted is denied. A role says *what* a person may do; the scope says *for which clients*. People of
a client see that client only. Nobody grants a permission that they lack, or a client that they do not see; the last admin cannot
be removed. An API token has scopes, which are permissions of this table, and may do what both it and its person may.

| role | who |
| --- | --- |
`)
	for _, r := range roles {
		fmt.Fprintf(&b, "| %s | %s |\n", r, roleMeans[string(r)])
	}
	b.WriteString("\n| permission | lets one |")
	for _, r := range roles {
		fmt.Fprintf(&b, " %s |", r)
	}
	b.WriteString("\n| --- | --- |" + strings.Repeat(" :-: |", len(roles)) + "\n")
	for _, p := range permissions {
		fmt.Fprintf(&b, "| %s | %s |", p, means[p])
		for _, r := range roles {
			mark := ""
			if slices.Contains(r.Permissions(), access.Permission(p)) {
				mark = "✓"
			}
			fmt.Fprintf(&b, " %s |", mark)
		}
		b.WriteString("\n")
	}
	if *update {
		if err := os.WriteFile(documented, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	kept, err := os.ReadFile(documented)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(b.String(), string(kept)); diff != "" {
		t.Errorf("docs/permissions.md differs (-want +got); -update writes it:\n%s", diff)
	}
}

// TestEveryPermissionIsGranted finds permissions that say nothing, or that nobody has.
func TestEveryPermissionIsGranted(t *testing.T) {
	t.Parallel()
	permissions, means := constants(t, "Permission")
	for _, p := range permissions {
		holds := func(r access.Role) bool { return slices.Contains(r.Permissions(), access.Permission(p)) }
		if means[p] == "" || !slices.ContainsFunc(roles, holds) {
			t.Errorf("%s: says %q, and somebody has it: %v", p, means[p], slices.ContainsFunc(roles, holds))
		}
	}
	words, _ := constants(t, "Role")
	if len(words) != len(roles) {
		t.Errorf("%d roles are declared, %d documented", len(words), len(roles))
	}
}
