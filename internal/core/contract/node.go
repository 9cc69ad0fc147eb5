package contract

import (
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// A contract file is small: in full, with the holidays of five countries for thirty years,
// it has less than 60 kB. The bounds keep a hostile file from costing time or memory; the
// YAML library needs time that grows with the square of nested dashes and anchors.
const (
	maxBytes = 96 << 10
	maxDepth = 24
)

// shape is what a node of a file is.
type shape uint8

const (
	scalar shape = iota
	list
	mapping
)

// node is a piece of a contract file: what was written, and where. Unlike the tree of the
// YAML library it has three shapes only, and a template can be laid under it.
type node struct {
	where fault.Position
	shape shape
	text  string  // of a scalar, as written and without quotes
	items []*node // of a list
	pairs []pair  // of a mapping, in the order of the file
}

type pair struct {
	key   string
	where fault.Position
	value *node
}

// get returns the value of a key, nil when the mapping does not have it.
func (n *node) get(key string) *node {
	if n == nil {
		return nil
	}
	for _, p := range n.pairs {
		if p.key == key {
			return p.value
		}
	}
	return nil
}

// set gives a key its value, after the others when it is new.
func (n *node) set(key string, value *node) {
	for i := range n.pairs {
		if n.pairs[i].key == key {
			n.pairs[i].where, n.pairs[i].value = value.where, value
			return
		}
	}
	n.pairs = append(n.pairs, pair{key, value.where, value})
}

// clone returns a mapping that can be changed without changing n; values are shared.
func (n *node) clone() *node {
	c := *n
	c.pairs = append([]pair(nil), n.pairs...)
	return &c
}

// parseTree reads one YAML document as a tree with a mapping on top. With some faults there
// is still a tree, which can be read for more.
func parseTree(file string, src []byte) (*node, fault.List) {
	t := treeReader{file: file}
	if f := t.refuse(src); f != nil {
		return nil, fault.List{f}
	}
	parsed, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, fault.List{t.syntax(err)}
	}
	var bodies []ast.Node
	for _, d := range parsed.Docs {
		if d.Body != nil {
			bodies = append(bodies, d.Body)
		}
	}
	switch {
	case len(bodies) == 0:
		return nil, fault.List{fault.New(fault.Invalid, CodeEmpty).At(fault.Position{File: file, Line: 1, Column: 1})}
	case len(bodies) > 1:
		return nil, fault.List{fault.New(fault.Invalid, CodeTwoDocuments).At(t.read(bodies[1], 1).where)}
	}
	root := t.read(bodies[0], 1)
	if root.shape != mapping && len(t.faults) == 0 {
		t.refused(root.where, CodeWantsMapping)
	}
	if t.unreadable {
		return nil, t.faults
	}
	return root, t.faults
}

// treeReader turns the library's tree into ours.
type treeReader struct {
	file       string
	faults     fault.List
	unreadable bool
}

// refuse finds what should not reach the YAML library at all.
func (t *treeReader) refuse(src []byte) *fault.Fault {
	where := fault.Position{File: t.file, Line: 1, Column: 1}
	if len(src) > maxBytes {
		return fault.New(fault.Invalid, CodeTooLarge, "limit", maxBytes>>10).At(where)
	}
	open := 0
	for _, r := range string(src) {
		switch {
		case r == utf8.RuneError, r < ' ' && r != '\n' && r != '\r' && r != '\t':
			return fault.New(fault.Invalid, CodeNotText).At(where)
		case r == '[' || r == '{':
			open++
		case (r == ']' || r == '}') && open > 0:
			open--
		}
		if open > maxDepth {
			return fault.New(fault.Invalid, CodeTooDeep, "limit", maxDepth).At(where)
		}
		where.Column++
		if r == '\n' {
			where.Line, where.Column = where.Line+1, 1
		}
	}
	return nil
}

// syntax turns an error of the library into a fault. Its text is English, but names the
// problem more exactly than we could.
func (t *treeReader) syntax(err error) *fault.Fault {
	where, problem := fault.Position{File: t.file}, err.Error()
	if told, ok := err.(yaml.Error); ok { //nolint:errorlint // the library returns it unwrapped
		problem = told.GetMessage()
		where = t.at(told.GetToken())
	}
	return fault.New(fault.Invalid, CodeSyntax, "problem", problem).At(where).Because(err)
}

func (t *treeReader) at(tk *token.Token) fault.Position {
	where := fault.Position{File: t.file, Line: 1, Column: 1}
	if tk != nil && tk.Position != nil {
		where.Line, where.Column = tk.Position.Line, tk.Position.Column
	}
	return where
}

// refused notes a fault of something that the tree then lacks.
func (t *treeReader) refused(where fault.Position, code reason.Code, namesAndValues ...any) {
	t.fault(where, code, namesAndValues...)
	t.unreadable = true
}

func (t *treeReader) fault(where fault.Position, code reason.Code, namesAndValues ...any) {
	t.faults = append(t.faults, fault.New(fault.Invalid, code, namesAndValues...).At(where))
}

// read turns a node and what is in it. What cannot be turned becomes an empty scalar, with
// a fault.
func (t *treeReader) read(from ast.Node, depth int) *node {
	n := &node{where: t.at(from.GetToken())}
	if depth > maxDepth {
		t.refused(n.where, CodeTooDeep, "limit", maxDepth)
		return n
	}
	if text, ok := rejoined(from); ok {
		n.where, n.text = t.at(start(from)), text
		return n
	}
	switch from := from.(type) {
	case *ast.MappingNode:
		n.shape = mapping
		if len(from.Values) > 0 {
			n.where = t.at(from.Values[0].Key.GetToken())
		}
		t.readPairs(n, from.Values, depth)
	case *ast.MappingValueNode:
		n.shape, n.where = mapping, t.at(from.Key.GetToken())
		t.readPairs(n, []*ast.MappingValueNode{from}, depth)
	case *ast.SequenceNode:
		n.shape = list
		for _, item := range from.Values {
			n.items = append(n.items, t.read(item, depth+1))
		}
	case *ast.NullNode:
	case *ast.LiteralNode:
		n.text = strings.TrimSpace(from.Value.Value)
	case *ast.StringNode:
		n.text = from.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		n.text = from.GetToken().Value
	default:
		t.refused(n.where, CodeNotPlain, "what", strings.ToLower(from.Type().String()))
	}
	return n
}

func (t *treeReader) readPairs(n *node, values []*ast.MappingValueNode, depth int) {
	for _, v := range values {
		where := t.at(v.Key.GetToken())
		switch v.Key.(type) {
		case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		default:
			t.refused(where, CodeNotPlain, "what", strings.ToLower(v.Key.Type().String()))
			continue
		}
		key := v.Key.GetToken().Value
		if first := n.get(key); first != nil {
			t.fault(where, CodeDuplicateKey, "key", key, "line", first.where.Line)
			continue
		}
		n.pairs = append(n.pairs, pair{key, where, t.read(v.Value, depth+1)})
	}
}

// rejoined puts together what the library wrongly takes apart: inside braces it reads the
// plain text "2026-11-28 09:00-22:00" as a key and a value, although YAML wants a space
// after the colon of a key.
func rejoined(from ast.Node) (string, bool) {
	pair := onlyPair(from)
	if pair == nil {
		return "", false
	}
	key, value := pair.Key.GetToken(), pair.Value.GetToken()
	_, scalar := pair.Value.(ast.ScalarNode)
	_, null := pair.Value.(*ast.NullNode)
	quoted := key.Type == token.SingleQuoteType || key.Type == token.DoubleQuoteType
	if !scalar || null || quoted ||
		pair.Start.Position.Line != value.Position.Line || pair.Start.Position.Column+1 != value.Position.Column {
		return "", false
	}
	return key.Value + ":" + value.Value, true
}

func onlyPair(from ast.Node) *ast.MappingValueNode {
	switch from := from.(type) {
	case *ast.MappingValueNode:
		return from
	case *ast.MappingNode:
		if len(from.Values) == 1 {
			return from.Values[0]
		}
	}
	return nil
}

// start is where a single pair begins.
func start(from ast.Node) *token.Token { return onlyPair(from).Key.GetToken() }
