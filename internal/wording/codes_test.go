package wording

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"maps"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"text/template"
	"text/template/parse"

	"github.com/goccy/go-yaml"
	"github.com/nicksnyder/go-i18n/v2/i18n"
)

// messages are the forms of every message of a language: one, or one for each plural.
type messages map[string][]string

// spoken reads the messages of a language from the embedded files.
func spoken(t *testing.T, l Language) messages {
	t.Helper()
	files, err := texts.ReadDir("text")
	if err != nil {
		t.Fatal(err)
	}
	all := messages{}
	for _, f := range files {
		if !strings.HasSuffix(f.Name(), "."+string(l)+".yaml") {
			continue
		}
		content, err := texts.ReadFile("text/" + f.Name())
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := i18n.ParseMessageFileBytes(content, f.Name(), map[string]i18n.UnmarshalFunc{"yaml": yaml.Unmarshal})
		if err != nil {
			t.Fatalf("%s: %v", f.Name(), err)
		}
		for _, m := range parsed.Messages {
			if all[m.ID] != nil {
				t.Errorf("%s: %s is said twice", f.Name(), m.ID)
			}
			for _, form := range []string{m.Zero, m.One, m.Two, m.Few, m.Many, m.Other} {
				if form != "" {
					all[m.ID] = append(all[m.ID], form)
				}
			}
		}
	}
	return all
}

// usage is what the program says: the codes, those that are faults, and the texts that a
// surface asks for by name.
type usage struct {
	program *program
	codes   map[string]token.Pos
	faults  *flow
	texts   *flow
	// args are the argument names of codes that are only ever used as
	// fault.New(kind, code, "name", value…) or reason.New(code, "name", value…).
	args map[string][]string
}

func usageOf(t *testing.T, p *program) usage {
	t.Helper()
	field, _, _ := types.LookupFieldOrMethod(p.lookup(t, "internal/core/reason", "Reason").Type(), true, nil, "Code")
	return usage{
		program: p,
		codes:   codesOf(p),
		faults:  reaching(p, p.lookup(t, "internal/core/fault", "New"), 1, field),
		texts:   reaching(p, p.lookup(t, "internal/wording", "Voice.say"), 0, field),
		args:    argsOf(p),
	}
}

func isCode(t types.Type) bool {
	named, ok := t.(*types.Named)
	return ok && named.Obj().Name() == "Code" && named.Obj().Pkg().Path() == module+"/internal/core/reason"
}

// codesOf finds every constant of type reason.Code, named or written in place.
func codesOf(p *program) map[string]token.Pos {
	codes := map[string]token.Pos{}
	note := func(value constant.Value, t types.Type, pos token.Pos) {
		if t == nil || !isCode(t) || value == nil {
			return
		}
		if text := constant.StringVal(value); text != "" && (codes[text] == 0 || pos < codes[text]) {
			codes[text] = pos
		}
	}
	for _, c := range p.packages {
		for _, o := range c.info.Defs {
			if named, ok := o.(*types.Const); ok {
				note(named.Val(), named.Type(), named.Pos())
			}
		}
		for e, tv := range c.info.Types {
			note(tv.Value, tv.Type, e.Pos())
		}
	}
	return codes
}

// argsOf collects the argument names of codes whose every use is a plain call; a code that
// takes another way has arguments that cannot be seen here, and is left out.
func argsOf(p *program) map[string][]string {
	args := map[string][]string{}
	uses, plain := map[string]int{}, map[string]int{}
	p.each(func(c checked, n ast.Node) {
		if e, ok := n.(ast.Expr); ok && c.info.Types[e].Type != nil && isCode(c.info.Types[e].Type) {
			if code, ok := constantString(c.info, e); ok {
				uses[code]++
			}
		}
		call, ok := n.(*ast.CallExpr)
		if !ok || call.Ellipsis.IsValid() {
			return
		}
		at := codeIndex(c.info, call)
		if at < 0 || at >= len(call.Args) {
			return
		}
		code, ok := constantString(c.info, call.Args[at])
		if !ok {
			return
		}
		plain[code]++
		for i := at + 1; i < len(call.Args); i += 2 {
			name, _ := constantString(c.info, call.Args[i])
			args[code] = append(args[code], name)
		}
	})
	// pkg.Code is seen twice, as the selector and as its name.
	for code := range uses {
		if plain[code] == 0 || plain[code] < uses[code]-plain[code] {
			delete(args, code)
		} else if args[code] == nil {
			args[code] = []string{}
		}
	}
	return args
}

// codeIndex is the place of the code in a call of fault.New or reason.New, else -1.
func codeIndex(info *types.Info, call *ast.CallExpr) int {
	var name *ast.Ident
	switch fun := call.Fun.(type) {
	case *ast.Ident:
		name = fun
	case *ast.SelectorExpr:
		name = fun.Sel
	default:
		return -1
	}
	function, ok := info.Uses[name].(*types.Func)
	if !ok {
		return -1
	}
	switch function.FullName() {
	case module + "/internal/core/fault.New":
		return 1
	case module + "/internal/core/reason.New":
		return 0
	}
	return -1
}

// wrong tells what does not fit between the program and the messages of a language.
func (u usage) wrong(l Language, said messages) []string {
	var found []string
	for code, pos := range u.codes {
		if said[code] == nil {
			found = append(found, u.program.where(pos)+": "+code+" has no sentence in "+string(l))
		}
	}
	for code, pos := range u.faults.constants {
		if said[code+".cure"] == nil {
			found = append(found, u.program.where(pos)+": fault "+code+" has no "+code+".cure in "+string(l))
		}
	}
	for text, pos := range u.texts.constants {
		if said[text] == nil {
			found = append(found, u.program.where(pos)+": text "+text+" does not exist in "+string(l))
		}
	}
	for id, forms := range said {
		if !u.asksFor(id) {
			found = append(found, id+" ("+string(l)+") is said by nobody")
		}
		for _, form := range forms {
			found = append(found, u.wrongForm(l, id, form)...)
		}
	}
	sort.Strings(found)
	return found
}

func (u usage) asksFor(id string) bool {
	_, isCode := u.codes[strings.TrimSuffix(id, ".cure")]
	_, isText := u.texts.constants[id]
	return isCode || isText || u.texts.hasPrefix(id)
}

// wrongForm tells what is wrong with one template: it does not parse, or it asks for an
// argument that its code never has.
func (u usage) wrongForm(l Language, id, form string) []string {
	parsed, err := template.New(id).Funcs(In(l).funcs).Parse(form)
	if err != nil {
		return []string{id + " (" + string(l) + "): " + err.Error()}
	}
	given, known := u.args[strings.TrimSuffix(id, ".cure")]
	if !known {
		return nil
	}
	var found []string
	for _, field := range fieldsOf(parsed.Root) {
		if !slices.Contains(given, field) {
			found = append(found, id+" ("+string(l)+") wants ."+field+", its code gives "+strings.Join(given, ", "))
		}
	}
	return found
}

// fieldsOf lists the arguments that a template names.
func fieldsOf(n parse.Node) []string {
	var fields []string
	switch n := n.(type) {
	case *parse.ListNode:
		if n == nil {
			return nil
		}
		for _, child := range n.Nodes {
			fields = append(fields, fieldsOf(child)...)
		}
	case *parse.ActionNode:
		fields = fieldsOf(n.Pipe)
	case *parse.IfNode:
		fields = slices.Concat(fieldsOf(n.Pipe), fieldsOf(n.List), fieldsOf(n.ElseList))
	case *parse.PipeNode:
		for _, command := range n.Cmds {
			for _, arg := range command.Args {
				fields = append(fields, fieldsOf(arg)...)
			}
		}
	case *parse.FieldNode:
		fields = []string{n.Ident[0]}
	}
	return fields
}

// loaded is this module, loaded once for all tests.
var loaded = sync.OnceValues(func() (*program, error) { return loadProgram("../..") })

func thisProgram(t *testing.T) *program {
	t.Helper()
	p, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryCodeIsSaid(t *testing.T) {
	t.Parallel()
	u := usageOf(t, thisProgram(t))
	if len(u.codes) == 0 || len(u.faults.constants) == 0 {
		t.Fatalf("found %d codes and %d faults: the search is broken", len(u.codes), len(u.faults.constants))
	}
	for _, l := range []Language{English, Dutch} {
		for _, w := range u.wrong(l, spoken(t, l)) {
			t.Error(w)
		}
	}
	t.Logf("%d codes, %d of them faults, %d texts", len(u.codes), len(u.faults.constants), len(u.texts.constants))
}

func TestLanguagesSayTheSame(t *testing.T) {
	t.Parallel()
	english, dutch := spoken(t, English), spoken(t, Dutch)
	for _, id := range onlyIn(english, dutch) {
		t.Errorf("%s is said in English only", id)
	}
	for _, id := range onlyIn(dutch, english) {
		t.Errorf("%s is said in Dutch only", id)
	}
}

// onlyIn lists the messages that the other language lacks.
func onlyIn(one, other messages) []string {
	var only []string
	for _, id := range slices.Sorted(maps.Keys(one)) {
		if other[id] == nil {
			only = append(only, id)
		}
	}
	return only
}

// TestWordingFaultsAreSeen is the must-fail twin: each source or message has one fault.
func TestWordingFaultsAreSeen(t *testing.T) {
	t.Parallel()
	const head = `package twin
import (
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/wording"
)
var _ = fault.New
var _ reason.Reason
var _ *wording.Voice
`
	const waned = `var f = fault.New(fault.Invalid, "moon.waned", "phase", "new")
`
	saysWaned := messages{"moon.waned": {"Waned to {{.phase}}."}, "moon.waned.cure": {"Wait."}}
	for _, e := range []struct {
		name   string
		source string
		said   messages
		want   string
	}{
		{"all said", waned, saysWaned, ""},
		{"no sentence", `const Full reason.Code = "moon.full"`, nil, "moon.full has no sentence"},
		{"no sentence for a code in place", `var r = reason.New("moon.full")`, nil, "moon.full has no sentence"},
		{"no cure", waned, messages{"moon.waned": {"Waned."}}, "no moon.waned.cure"},
		{
			"no cure through a wrapper", `
func fail(n int, code reason.Code) error { return fault.New(fault.Invalid, code) }
var f = fail(1, "moon.waned")`, messages{"moon.waned": {"Waned."}}, "no moon.waned.cure",
		},
		{
			"no cure through a closure", `
func g() error {
	fail := func(code reason.Code) error { return fault.New(fault.Invalid, code) }
	return fail("moon.waned")
}`, messages{"moon.waned": {"Waned."}}, "no moon.waned.cure",
		},
		{
			"no cure through a variable", `
func g(dark bool) error {
	var code reason.Code
	if dark { code = "moon.waned" }
	return fault.New(fault.Invalid, code)
}`, messages{"moon.waned": {"Waned."}}, "no moon.waned.cure",
		},
		{
			"no cure through a table", `
var rows = []struct{ dark bool; code reason.Code }{{true, "moon.waned"}}
func g() (l fault.List) {
	for _, row := range rows { l = append(l, fault.New(fault.Invalid, row.code)) }
	return l
}`, messages{"moon.waned": {"Waned."}}, "no moon.waned.cure",
		},
		{
			"no cure through a map", `
var byPhase = map[int]reason.Code{1: "moon.waned"}
func g(n int) error { return fault.New(fault.Invalid, byPhase[n]) }`,
			messages{"moon.waned": {"Waned."}},
			"no moon.waned.cure",
		},
		{
			"no cure through a result", `
func code() reason.Code { return "moon.waned" }
func g() error { return fault.New(fault.Invalid, code()) }`, messages{"moon.waned": {"Waned."}}, "no moon.waned.cure",
		},
		{"nobody says it", waned, with(saysWaned, "moon.eclipse", "Dark."), "moon.eclipse (en) is said by nobody"},
		{"nobody has the fault", waned, with(saysWaned, "moon.full.cure", "Howl."), "moon.full.cure (en) is said by nobody"},
		{
			"a text that is not there", waned + `func g(v *wording.Voice) string { return v.Text("moon.column") }`,
			saysWaned, "text moon.column does not exist",
		},
		{
			"a text by prefix", waned + `func g(v *wording.Voice, phase string) string { return v.Text("phase." + phase) }`,
			with(saysWaned, "phase.new", "new"), "",
		},
		{"broken template", waned, with(saysWaned, "moon.waned.cure", "{{.phase"), "unclosed action"},
		{"unknown function", waned, with(saysWaned, "moon.waned.cure", "{{.phase | shout}}"), `function "shout" not defined`},
		{"unknown argument", waned, with(saysWaned, "moon.waned.cure", "{{if .phase}}{{.colour}}{{end}}"), "wants .colour"},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			u := usageOf(t, thisProgram(t).with(t, head+e.source))
			// What the real packages say has no place among the messages of the twin.
			elsewhere := func(_ string, pos token.Pos) bool { return u.program.set.Position(pos).Filename != "twin.go" }
			for _, said := range []map[string]token.Pos{u.codes, u.faults.constants, u.texts.constants} {
				maps.DeleteFunc(said, elsewhere)
			}
			found := u.wrong(English, e.said)
			switch {
			case e.want == "" && len(found) > 0:
				t.Errorf("found %q, want nothing", found)
			case e.want != "" && (len(found) != 1 || !strings.Contains(found[0], e.want)):
				t.Errorf("found %q, want one finding with %q", found, e.want)
			}
		})
	}
}

func TestLanguageGapIsSeen(t *testing.T) {
	t.Parallel()
	one, other := messages{"moon.full": {"Full."}, "moon.new": {"New."}}, messages{"moon.new": {"Nieuw."}}
	if got := onlyIn(one, other); !slices.Equal(got, []string{"moon.full"}) {
		t.Errorf("only in one: %q", got)
	}
}

// with is the messages and one more.
func with(m messages, id, form string) messages {
	all := maps.Clone(m)
	all[id] = []string{form}
	return all
}
