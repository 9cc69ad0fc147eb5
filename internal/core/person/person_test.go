package person_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/person"
	"github.com/watchbill/watchbill/internal/core/reason"
)

func TestMayTake(t *testing.T) {
	t.Parallel()
	agent := person.Person{Active: true, Role: access.Agent, Scope: access.Only("anker")}
	if !agent.MayTake("anker") {
		t.Error("an agent takes no tickets")
	}
	for what, change := range map[string]func(p *person.Person){
		"an account that was ended": func(p *person.Person) { p.Active = false },
		"another client":            func(p *person.Person) { p.Scope = access.Only("boei") },
		"an auditor":                func(p *person.Person) { p.Role = access.Auditor },
		"a requester":               func(p *person.Person) { p.Role, p.Client = access.Requester, "anker" },
		"somebody of the client":    func(p *person.Person) { p.Client = "anker" },
	} {
		p := agent
		change(&p)
		if p.MayTake("anker") {
			t.Errorf("%s takes tickets", what)
		}
	}
	manager := person.Person{Active: true, Role: access.Manager, Scope: access.Everything()}
	if !manager.MayTake("anker") {
		t.Error("a manager takes no tickets")
	}
}

func TestEmail(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		" Noor@Anker.Test ":                    "noor@anker.test",
		"a.b+c@x-y.co.uk":                      "a.b+c@x-y.co.uk",
		"root@localhost":                       "root@localhost",
		"":                                     "",
		"noor":                                 "",
		"@anker.test":                          "",
		"noor@":                                "",
		"a@b@c":                                "",
		"a..b@c":                               "",
		"a@.b":                                 "",
		"a b@c":                                "",
		"a@b\r\nbcc: x@y":                      "",
		"a@b\x00":                              "",
		"n\u200bo@b":                           "",
		"пётр@b":                               "",
		`"a"@b`:                                "",
		"a<b@c>":                               "",
		strings.Repeat("a", 65) + "@b":         "",
		"a@" + strings.Repeat("b", 253):        "",
		strings.Repeat("a", 64) + "@b.c":       strings.Repeat("a", 64) + "@b.c",
		"a@xn--bcher-kva.example":              "a@xn--bcher-kva.example",
		"\u212aelvin@b" /* the kelvin sign */ : "kelvin@b",
	} {
		t.Run(in, func(t *testing.T) {
			t.Parallel()
			got, err := person.Email(in)
			if got != want || (code(err) == person.CodeEmailInvalid) != (want == "") {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

func TestName(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]struct {
		name string
		code reason.Code
	}{
		"  Noor\u202e\tde   Wit": {"Noor de Wit", ""},
		"\u200b":                 {"", person.CodeNameMissing},
		strings.Repeat("é", 100): {strings.Repeat("é", 100), ""},
		strings.Repeat("é", 101): {"", person.CodeNameLong},
	} {
		if got, err := person.Name(in); got != want.name || code(err) != want.code {
			t.Errorf("%q: got %q, %v", in, got, err)
		}
	}
}

func TestPreferences(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		p    person.Preferences
		want reason.Code
	}{
		"none":     {person.Preferences{}, ""},
		"all":      {person.Preferences{Language: "nl", Zone: "Europe/Amsterdam", Theme: person.Dark, Density: person.Roomy}, ""},
		"language": {person.Preferences{Language: "de"}, person.CodeWordUnknown},
		"theme":    {person.Preferences{Theme: "sepia"}, person.CodeWordUnknown},
		"density":  {person.Preferences{Density: "vast"}, person.CodeWordUnknown},
		"zone":     {person.Preferences{Zone: "Local"}, calendar.CodeZoneUnknown},
		"path":     {person.Preferences{Zone: "../../etc/passwd"}, calendar.CodeZoneUnknown},
	} {
		if got := code(c.p.Check()); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestSecretIsNeverShown(t *testing.T) {
	t.Parallel()
	const secret person.Secret = "plum tart on the porch"
	inside := struct {
		Password person.Secret
		Known    *person.Secret
	}{Password: secret}
	asJSON, err := json.Marshal(inside)
	if err != nil {
		t.Fatal(err)
	}
	for _, shown := range []string{
		fmt.Sprint(secret, inside), fmt.Sprintf("%v %s %q %+v %#v %x %d", secret, secret, secret, inside, inside, secret, secret),
		string(asJSON), secret.String(),
	} {
		if strings.Contains(shown, "plum") || strings.Contains(shown, "706c") || !strings.Contains(shown, "***") {
			t.Errorf("shown as %q", shown)
		}
	}
	var back struct{ Password person.Secret }
	if err := json.Unmarshal([]byte(`{"Password":"plum"}`), &back); err != nil || string(back.Password) != "plum" {
		t.Errorf("read %q, %v", string(back.Password), err)
	}
}

func TestTokens(t *testing.T) {
	t.Parallel()
	token := person.SessionToken.Token([32]byte{1, 2, 3})
	hash, ok := person.SessionToken.Hash(token)
	if !ok || len(hash) != 64 || strings.Contains(hash, string(token)) {
		t.Fatalf("kept as %q, %v", hash, ok)
	}
	text := string(token)
	for name, other := range map[string]string{
		"empty": "", "prefix alone": "wbs_", "another kind": "wbl_" + text[4:], "cut": text[:len(text)-1], "longer": text + "A",
		"space": text + " ", "line end": text[:20] + "\n" + text[21:], "no base64": text[:20] + "!" + text[21:],
		"twin of the last sign": text[:len(text)-1] + "B", "capital prefix": "WBS_" + text[4:],
	} {
		if _, ok := person.SessionToken.Hash(person.Secret(other)); ok {
			t.Errorf("%s: %q was taken for a token", name, other)
		}
	}
}

func FuzzTokenHash(f *testing.F) {
	f.Add(string(person.APIToken.Token([32]byte{7})))
	f.Add("wba_")
	f.Add("")
	f.Fuzz(func(t *testing.T, token string) {
		hash, ok := person.APIToken.Hash(person.Secret(token))
		if ok != (hash != "") || ok && (len(token) != 47 || !strings.HasPrefix(token, "wba_") || strings.ContainsAny(token, "\r\n ")) {
			t.Errorf("%q is kept as %q, %v", token, hash, ok)
		}
	})
}

func TestLive(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name         string
		idle, length time.Duration
		want         bool
	}{
		{"fresh", 0, time.Hour, true},
		{"nearly idle", person.SessionIdle - time.Millisecond, time.Hour, true},
		{"idle", person.SessionIdle, time.Hour, false},
		{"at its end", 0, 0, false},
		{"a clock that went back", -time.Hour, time.Hour, true},
	} {
		if got := person.Live(at, at.Add(-c.idle), at.Add(c.length)); got != c.want {
			t.Errorf("%s: got %v", c.name, got)
		}
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	all, some := access.Everything(), access.Only("a")
	admin := person.Person{ID: "admin", Role: access.Admin, Scope: all, Active: true, Accepted: true}
	agent := person.Person{ID: "agent", Role: access.Agent, Scope: some, Active: true, Accepted: true}
	requester := person.Person{ID: "req", Client: "a", Role: access.Requester, Scope: some, Active: true}
	changed := func(p person.Person, change func(*person.Person)) person.Person { change(&p); return p }
	manager := access.Actor{ID: "manager", Role: access.Manager, Scope: some}
	operator := access.Actor{ID: "operator", Role: access.Operator, Scope: all}
	for _, c := range []struct {
		name          string
		by            access.Actor
		before, after person.Person
		others        int
		want          reason.Code
	}{
		{"a manager moves an agent", manager, agent, changed(agent, func(p *person.Person) { p.Team = "t" }), 1, ""},
		{"a manager makes a lead", manager, agent, changed(agent, func(p *person.Person) { p.Role = access.Lead }), 1, ""},
		{"a manager makes an admin", manager, agent, changed(agent, func(p *person.Person) { p.Role = access.Admin }), 1, access.CodeGrantsMore},
		{"a manager demotes an admin", manager, admin, changed(admin, func(p *person.Person) { p.Role = access.Agent }), 1, person.CodeMayNotTouch},
		{"a manager touches who sees more", manager, changed(agent, func(p *person.Person) { p.Scope = all }), agent, 1, person.CodeMayNotTouch},
		{"another admin demotes", access.Actor{ID: "b", Role: access.Admin, Scope: all}, admin, changed(admin, func(p *person.Person) { p.Role = access.Lead }), 1, ""},
		{"the last admin is demoted", operator, admin, changed(admin, func(p *person.Person) { p.Role = access.Lead }), 0, person.CodeLastAdmin},
		{"the last admin is narrowed", operator, admin, changed(admin, func(p *person.Person) { p.Scope = some }), 0, person.CodeLastAdmin},
		{"the last admin is ended", operator, admin, changed(admin, func(p *person.Person) { p.Active = false }), 0, person.CodeLastAdmin},
		{"the last admin gets a team", operator, admin, changed(admin, func(p *person.Person) { p.Team = "t" }), 0, ""},
		{"an admin demotes oneself", admin.Actor(), admin, changed(admin, func(p *person.Person) { p.Role = access.Lead }), 3, person.CodeSelfChange},
		{"an admin ends oneself", admin.Actor(), admin, changed(admin, func(p *person.Person) { p.Active = false }), 3, person.CodeSelfChange},
		{"an admin changes the own team", admin.Actor(), admin, changed(admin, func(p *person.Person) { p.Team = "t" }), 3, ""},
		{"somebody of a client to the desk", manager, requester, changed(requester, func(p *person.Person) { p.Role = access.Agent }), 1, person.CodeWrongSide},
		{"somebody of the desk to a client", manager, agent, changed(agent, func(p *person.Person) { p.Role = access.Requester }), 1, person.CodeWrongSide},
		{"a team for a client", manager, requester, changed(requester, func(p *person.Person) { p.Team = "t" }), 1, person.CodeTeamOutside},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := code(person.MayChange(c.by, &c.before, &c.after, c.others)); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
	for _, c := range []struct {
		name string
		by   access.Actor
		p    person.Person
		want bool
	}{
		{"colleagues", manager, agent, true},
		{"people of a client in scope", manager, requester, true},
		{"people of other clients", manager, changed(requester, func(p *person.Person) { p.Client = "b" }), false},
		{"the desk, for a client", access.Actor{ID: "x", Role: access.ClientLead, Scope: some}, agent, false},
		{"oneself", access.Actor{ID: "agent", Role: access.Agent}, agent, true},
	} {
		if got := person.Sees(c.by, &c.p); got != c.want {
			t.Errorf("seeing %s: %v", c.name, got)
		}
	}
}
