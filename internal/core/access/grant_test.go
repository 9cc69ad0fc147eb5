package access_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

func as(r access.Role, s access.Scope) access.Actor { return access.Actor{ID: "p", Role: r, Scope: s} }

// code is the one code of an error, "" for none.
func code(err error) reason.Code {
	if f := fault.All(err); len(f) == 1 {
		return f[0].Code
	}
	return ""
}

func TestNobodyGrantsWhatTheyLack(t *testing.T) {
	t.Parallel()
	two := access.Only("a", "b")
	for _, c := range []struct {
		name  string
		actor access.Actor
		role  access.Role
		scope access.Scope
		want  reason.Code
	}{
		{"admin makes an admin", as(access.Admin, access.Everything()), access.Admin, access.Everything(), ""},
		{"admin makes a requester", as(access.Admin, access.Everything()), access.Requester, access.Only("a"), ""},
		{"manager makes a manager", as(access.Manager, two), access.Manager, two, ""},
		{"manager makes an agent", as(access.Manager, two), access.Agent, access.Only("b"), ""},
		{"manager makes a lead of the client", as(access.Manager, two), access.ClientLead, access.Only("a"), ""},
		{"manager makes an admin", as(access.Manager, access.Everything()), access.Admin, access.Only("a"), access.CodeGrantsMore},
		{"manager makes an auditor", as(access.Manager, access.Everything()), access.Auditor, access.Only("a"), access.CodeGrantsMore},
		{"manager gives a client of others", as(access.Manager, two), access.Agent, access.Only("a", "c"), access.CodeGrantsClient},
		{"manager gives all clients", as(access.Manager, two), access.Agent, access.Everything(), access.CodeGrantsClient},
		{"manager lets somebody of another client in", as(access.Manager, two), access.Requester, access.Only("c"), access.CodeGrantsClient},
		{"agent makes a manager", as(access.Agent, two), access.Manager, two, access.CodeGrantsMore},
		{"operator makes an admin", as(access.Operator, access.Everything()), access.Admin, access.Everything(), ""},
		{"a requester of two clients", as(access.Admin, access.Everything()), access.Requester, two, access.CodeScopeUnfit},
		{"a requester of all clients", as(access.Operator, access.Everything()), access.Requester, access.Everything(), access.CodeScopeUnfit},
		{"a requester of no client", as(access.Admin, access.Everything()), access.Requester, access.Scope{}, access.CodeScopeUnfit},
		{"the program itself", as(access.Operator, access.Everything()), access.Worker, access.Everything(), access.CodeRoleUnknown},
		{"an operator", as(access.Admin, access.Everything()), access.Operator, access.Everything(), access.CodeRoleUnknown},
		{"no role", as(access.Admin, access.Everything()), "", access.Everything(), access.CodeRoleUnknown},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := code(c.actor.MayGrant(c.role, c.scope)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// TestGrantsNeverAddUp is the law behind it: whoever can be made by somebody, and by whom
// those can make, has no permission over the desk that the first one lacks.
func TestGrantsNeverAddUp(t *testing.T) {
	t.Parallel()
	for _, by := range access.People {
		for _, made := range as(by, access.Everything()).Grantable() {
			for _, p := range made.Permissions() {
				if !slices.Contains(by.Permissions(), p) && (p != access.AnswerTickets || !made.OfClient()) {
					t.Errorf("%s makes a %s, who may %s", by, made, p)
				}
			}
		}
	}
	if got := as(access.Manager, access.Everything()).Grantable(); !slices.Equal(got, []access.Role{
		access.Manager, access.Lead, access.Agent, access.ClientLead, access.Requester,
	}) {
		t.Errorf("a manager makes %v", got)
	}
	if got := as(access.Lead, access.Everything()).Grantable(); got != nil {
		t.Errorf("a lead makes %v", got)
	}
}

func TestAuditorChangesNothing(t *testing.T) {
	t.Parallel()
	for _, p := range access.Auditor.Permissions() {
		looks := strings.HasSuffix(string(p), ".read") || p == access.ReadInternal || p == access.VerifyStore
		if !looks && p != access.OwnProfile && p != access.OwnNotices {
			t.Errorf("an auditor has %s", p)
		}
	}
}

func TestClientsSeeNoneOfTheDesk(t *testing.T) {
	t.Parallel()
	hidden := []access.Permission{
		access.ReadInternal, access.RecordEntries, access.ReadWork, access.ReadPeople, access.ReadAudit, access.ReadOutbox, access.ReadViews,
	}
	for _, r := range access.People {
		if r.Staff() == r.OfClient() {
			t.Errorf("%s is on both sides or on none", r)
		}
		for _, p := range hidden {
			if r.OfClient() && as(r, access.Only("a")).May(p) {
				t.Errorf("a %s may %s", r, p)
			}
		}
	}
	if !as(access.Requester, access.Only("a")).OwnOnly() || as(access.ClientLead, access.Only("a")).OwnOnly() {
		t.Error("only a requester sees own tickets only")
	}
}

func TestTokenNarrows(t *testing.T) {
	t.Parallel()
	agent := as(access.Agent, access.Only("a"))
	reader := agent.Narrow(access.ReadTickets, access.ManagePeople)
	for p, want := range map[access.Permission]reason.Code{
		access.ReadTickets:   "",
		access.RecordEntries: access.CodeTokenDenied,
		access.OwnProfile:    access.CodeTokenDenied,
		access.ManagePeople:  access.CodeDenied, // the token says so, the role does not
	} {
		if got := code(reader.Authorise(p)); got != want {
			t.Errorf("%s: got %q, want %q", p, got, want)
		}
	}
	if agent.Narrow().May(access.ReadTickets) {
		t.Error("a token without scopes may do something")
	}
	if !agent.May(access.RecordEntries) || agent.Token() || !reader.Token() {
		t.Error("narrowing changed the actor that it began with")
	}
	for name, c := range map[string]struct {
		scopes []access.Permission
		want   reason.Code
	}{
		"some":            {[]access.Permission{access.ReadTickets, access.LogWork}, ""},
		"none":            {nil, access.CodeNotForToken},
		"more than one's": {[]access.Permission{access.ReadTickets, access.ManagePeople}, access.CodeNotForToken},
		"oneself":         {[]access.Permission{access.OwnProfile}, access.CodeNotForToken},
		"no permission":   {[]access.Permission{"everything"}, access.CodeNotForToken},
	} {
		if got := code(agent.MayHandOut(c.scopes)); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	if slices.Contains(as(access.Admin, access.Everything()).TokenScopes(), access.ReadOutbox) {
		t.Error("a token reads the links in mail")
	}
}

func TestScopeWithin(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name        string
		one, others access.Scope
		want        bool
	}{
		{"some of all", access.Only("a"), access.Everything(), true},
		{"all of all", access.Everything(), access.Everything(), true},
		{"all of some", access.Everything(), access.Only("a"), false},
		{"some of more", access.Only("a"), access.Only("b", "a"), true},
		{"more of some", access.Only("a", "b"), access.Only("a"), false},
		{"nothing", access.Scope{}, access.Scope{}, true},
	} {
		if got := c.one.Within(c.others); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
	s := access.Only("a")
	s.Clients()[0] = "b"
	if diff := cmp.Diff([]string{"a"}, s.Clients()); diff != "" || s.All() || !access.Everything().All() {
		t.Error("a scope gave its list away")
	}
}
