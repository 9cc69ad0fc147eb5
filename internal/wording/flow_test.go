package wording

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"strings"
)

// flow finds the constant strings that can reach a parameter of a function, through
// wrappers, variables, fields, tables and results. It says rather too much than too little.
type flow struct {
	sinks    map[types.Object]map[int]bool // functions, and the parameters that end in the target
	carriers map[types.Object]bool         // variables, fields and functions whose values end there
	params   map[types.Object]param
	ignored  types.Object // a field that everything passes through

	constants map[string]token.Pos
	prefixes  map[string]token.Pos // of "party." + string(party)

	info *types.Info // of the package under the eye
	grew bool
}

type param struct {
	function types.Object
	index    int
}

// reaching finds what reaches the parameter of the function.
func reaching(p *program, function types.Object, index int, ignored types.Object) *flow {
	f := &flow{
		sinks:     map[types.Object]map[int]bool{function: {index: true}},
		carriers:  map[types.Object]bool{},
		params:    map[types.Object]param{},
		ignored:   ignored,
		constants: map[string]token.Pos{},
		prefixes:  map[string]token.Pos{},
	}
	p.each(func(c checked, n ast.Node) {
		f.info = c.info
		f.noteParams(n)
	})
	for f.grew = true; f.grew; {
		f.grew = false
		p.each(func(c checked, n ast.Node) {
			f.info = c.info
			f.visit(n)
		})
	}
	return f
}

// each shows every node of the program.
func (p *program) each(visit func(c checked, n ast.Node)) {
	for _, c := range p.packages {
		for _, file := range c.files {
			ast.Inspect(file, func(n ast.Node) bool {
				visit(c, n)
				return true
			})
		}
	}
}

// noteParams remembers whose parameter a parameter is: of a function, or of a literal that
// a variable holds.
func (f *flow) noteParams(n ast.Node) {
	switch n := n.(type) {
	case *ast.FuncDecl:
		f.note(f.info.Defs[n.Name], n.Type)
	case *ast.AssignStmt:
		for i, right := range n.Rhs {
			if lit, ok := right.(*ast.FuncLit); ok && len(n.Lhs) == len(n.Rhs) {
				f.note(f.object(n.Lhs[i]), lit.Type)
			}
		}
	case *ast.ValueSpec:
		for i, right := range n.Values {
			if lit, ok := right.(*ast.FuncLit); ok && len(n.Names) == len(n.Values) {
				f.note(f.object(n.Names[i]), lit.Type)
			}
		}
	}
}

func (f *flow) note(function types.Object, signature *ast.FuncType) {
	index := 0
	for _, field := range signature.Params.List {
		for _, name := range field.Names {
			f.params[f.info.Defs[name]] = param{function, index}
			index++
		}
		if len(field.Names) == 0 {
			index++
		}
	}
}

// object is what an expression names: a variable, a field, a function; nil for others.
func (f *flow) object(e ast.Expr) types.Object {
	switch e := ast.Unparen(e).(type) {
	case *ast.Ident:
		if o := f.info.Defs[e]; o != nil {
			return o
		}
		return origin(f.info.Uses[e])
	case *ast.SelectorExpr:
		return origin(f.info.Uses[e.Sel])
	case *ast.IndexExpr: // a table, or an instance of a generic function
		return f.object(e.X)
	}
	return nil
}

// origin is the declared function or field of an instance of a generic one.
func origin(o types.Object) types.Object {
	switch o := o.(type) {
	case *types.Func:
		return o.Origin()
	case *types.Var:
		return o.Origin()
	}
	return o
}

func (f *flow) visit(n ast.Node) {
	switch n := n.(type) {
	case *ast.CallExpr:
		for index := range f.sinks[f.object(n.Fun)] {
			if index < len(n.Args) {
				f.absorb(n.Args[index])
			}
		}
	case *ast.AssignStmt:
		for i, left := range n.Lhs {
			if f.carriers[f.object(left)] {
				f.absorb(n.Rhs[min(i, len(n.Rhs)-1)])
			}
		}
	case *ast.ValueSpec:
		for i, name := range n.Names {
			if len(n.Values) > 0 && f.carriers[f.info.Defs[name]] {
				f.absorb(n.Values[min(i, len(n.Values)-1)])
			}
		}
	case *ast.RangeStmt:
		if n.Value != nil && f.carriers[f.object(n.Value)] || n.Key != nil && f.carriers[f.object(n.Key)] {
			f.absorb(n.X)
		}
	case *ast.CompositeLit:
		f.visitLiteral(n)
	case *ast.FuncDecl:
		if f.carriers[f.info.Defs[n.Name]] && n.Body != nil {
			f.absorbResults(n.Body)
		}
	}
}

// visitLiteral looks at the fields of a struct literal, by name or by place.
func (f *flow) visitLiteral(lit *ast.CompositeLit) {
	fields, ok := f.info.Types[lit].Type.Underlying().(*types.Struct)
	if !ok {
		return
	}
	for i, element := range lit.Elts {
		if pair, ok := element.(*ast.KeyValueExpr); ok {
			if f.carriers[f.object(pair.Key)] {
				f.absorb(pair.Value)
			}
		} else if f.carriers[fields.Field(i).Origin()] {
			f.absorb(element)
		}
	}
}

func (f *flow) absorbResults(body *ast.BlockStmt) {
	ast.Inspect(body, func(n ast.Node) bool {
		if _, ok := n.(*ast.FuncLit); ok {
			return false
		}
		if ret, ok := n.(*ast.ReturnStmt); ok {
			for _, result := range ret.Results {
				if t := f.info.Types[result].Type; t != nil && isString(t) {
					f.absorb(result)
				}
			}
		}
		return true
	})
}

// absorb takes the expression as one whose value reaches the target.
func (f *flow) absorb(e ast.Expr) {
	e = ast.Unparen(e)
	if text, ok := constantString(f.info, e); ok {
		add(f, f.constants, text, e.Pos())
		return
	}
	switch e := e.(type) {
	case *ast.CallExpr:
		if f.info.Types[e.Fun].IsType() {
			f.absorb(e.Args[0])
		} else {
			f.carry(f.object(e.Fun))
		}
	case *ast.BinaryExpr:
		if prefix, ok := constantString(f.info, leftmost(e)); ok {
			add(f, f.prefixes, prefix, e.Pos())
		}
	case *ast.CompositeLit:
		for _, element := range e.Elts {
			if pair, ok := element.(*ast.KeyValueExpr); ok {
				element = pair.Value
			}
			if t := f.info.Types[element].Type; t != nil && isString(t) {
				f.absorb(element)
			}
		}
	case *ast.Ident, *ast.SelectorExpr, *ast.IndexExpr:
		f.carry(f.object(e))
	}
}

// carry follows an object: a parameter makes its function a sink, others carry values.
func (f *flow) carry(o types.Object) {
	if o == nil || o == f.ignored {
		return
	}
	if p, ok := f.params[o]; ok {
		if f.sinks[p.function] == nil {
			f.sinks[p.function] = map[int]bool{}
		}
		if !f.sinks[p.function][p.index] {
			f.sinks[p.function][p.index] = true
			f.grew = true
		}
	}
	if !f.carriers[o] {
		f.carriers[o] = true
		f.grew = true
	}
}

func add(f *flow, to map[string]token.Pos, text string, pos token.Pos) {
	if _, known := to[text]; !known && text != "" {
		to[text] = pos
		f.grew = true
	}
}

func leftmost(e ast.Expr) ast.Expr {
	for {
		b, ok := ast.Unparen(e).(*ast.BinaryExpr)
		if !ok {
			return e
		}
		e = b.X
	}
}

func isString(t types.Type) bool {
	b, ok := t.Underlying().(*types.Basic)
	return ok && b.Info()&types.IsString != 0
}

func constantString(info *types.Info, e ast.Expr) (string, bool) {
	value := info.Types[e].Value
	if value == nil || value.Kind() != constant.String {
		return "", false
	}
	return constant.StringVal(value), true
}

// hasPrefix tells whether one of the found prefixes begins the text.
func (f *flow) hasPrefix(text string) bool {
	for prefix := range f.prefixes {
		if strings.HasPrefix(text, prefix) {
			return true
		}
	}
	return false
}
