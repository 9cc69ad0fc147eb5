package access_test

import (
	"testing"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
)

func TestWhoMayDoWhat(t *testing.T) {
	t.Parallel()
	permissions := []access.Permission{
		access.ManageClients, access.AmendContracts, access.ImportHistories, access.RecordEntries,
		access.SettleTickets, access.VerifyStore,
	}
	for role, want := range map[access.Role]string{
		access.Operator:     "yyynny",
		access.Admin:        "yyyyny",
		access.Manager:      "nynynn",
		access.Lead:         "nnnynn",
		access.Agent:        "nnnynn",
		access.Auditor:      "nnnnny",
		access.ClientLead:   "nnnnnn",
		access.Requester:    "nnnnnn",
		access.Worker:       "nnnnyn",
		access.Visitor:      "nnnnnn",
		"":                  "nnnnnn",
		"Operator":          "nnnnnn", // a role is one exact word
		"operator, or else": "nnnnnn",
	} {
		got := ""
		for _, p := range permissions {
			err := access.Actor{ID: "a", Role: role, Scope: access.Everything()}.Authorise(p)
			if err == nil {
				got += "y"
				continue
			}
			got += "n"
			if f := fault.All(err); len(f) != 1 || f[0].Kind != fault.Forbidden || f[0].Code != access.CodeDenied {
				t.Errorf("%s without %s: %v, want one fault %s", role, p, err, access.CodeDenied)
			}
		}
		if got != want {
			t.Errorf("%q may %s, want %s of %v", role, got, want, permissions)
		}
	}
}

func TestScope(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		scope  access.Scope
		client string
		want   bool
	}{
		{"nothing at first", access.Scope{}, "a", false},
		{"nothing has not even the nameless", access.Scope{}, "", false},
		{"everything", access.Everything(), "a", true},
		{"one", access.Only("a"), "a", true},
		{"another", access.Only("a"), "b", false},
		{"no part of a name", access.Only("12"), "1", false},
		{"none", access.Only(), "a", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := c.scope.Has(c.client); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestScopeKeepsItsOwnList(t *testing.T) {
	t.Parallel()
	clients := []string{"a"}
	scope := access.Only(clients...)
	clients[0] = "b"
	if scope.Has("b") || !scope.Has("a") {
		t.Error("a scope changed with the list it was made from")
	}
}
