package yamlfile

import (
	"bytes"
	"iter"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"

	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// maxDepth bounds how deep values lie in each other.
const maxDepth = 24

// Shape is what a node of a file is.
type Shape uint8

// The shapes. A scalar is also what stands for nothing.
const (
	Scalar Shape = iota
	List
	Mapping
)

// Node is a piece of a file: what was written, and where. Unlike the tree of the
// YAML library it has three shapes only, and a template can be laid under it.
type Node struct {
	Where fault.Position
	Shape Shape
	Text  string  // of a scalar, as written and without quotes
	Items []*Node // of a list
	Pairs []Pair  // of a mapping, in the order of the file
}

// Pair is a key of a mapping with its value. Where is the place of the key.
type Pair struct {
	Key   string
	Where fault.Position
	Value *Node
}

// Get returns the value of a key, nil when the mapping does not have it.
func (n *Node) Get(key string) *Node {
	if n == nil {
		return nil
	}
	for _, p := range n.Pairs {
		if p.Key == key {
			return p.Value
		}
	}
	return nil
}

// Set gives a key its value, after the others when it is new.
func (n *Node) Set(key string, value *Node) {
	for i := range n.Pairs {
		if n.Pairs[i].Key == key {
			n.Pairs[i].Where, n.Pairs[i].Value = value.Where, value
			return
		}
	}
	n.Pairs = append(n.Pairs, Pair{key, value.Where, value})
}

// Clone returns a mapping that can be changed without changing n; values are shared.
func (n *Node) Clone() *Node {
	c := *n
	c.Pairs = append([]Pair(nil), n.Pairs...)
	return &c
}

// All yields the keys and values of a mapping, none of anything else.
func (n *Node) All() iter.Seq2[string, *Node] {
	return func(yield func(string, *Node) bool) {
		if n == nil {
			return
		}
		for _, p := range n.Pairs {
			if !yield(p.Key, p.Value) {
				return
			}
		}
	}
}

// Parse reads one YAML document of at most so many bytes as a tree with a mapping on top. With
// some faults there is still a tree, which can be read for more. A byte order mark is passed over.
func Parse(file string, src []byte, limit int) (*Node, fault.List) {
	t := treeReader{file: file}
	if f := t.refuse(src, limit); f != nil {
		return nil, fault.List{f}
	}
	tokens := lexer.Tokenize(string(bytes.TrimPrefix(src, []byte(byteOrderMark))))
	if f := t.refuseTokens(tokens); f != nil {
		return nil, fault.List{f}
	}
	parsed, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
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
		return nil, fault.List{fault.New(fault.Invalid, CodeTwoDocuments).At(t.read(bodies[1], 1).Where)}
	}
	root := t.read(bodies[0], 1)
	if root.Shape != Mapping && len(t.faults) == 0 {
		t.refused(root.Where, CodeWantsMapping)
	}
	if t.unreadable {
		return nil, t.faults
	}
	return root, t.faults
}

const byteOrderMark = "\xef\xbb\xbf"

// treeReader turns the library's tree into ours.
type treeReader struct {
	file       string
	faults     fault.List
	unreadable bool
}

// refuse finds bytes that are no YAML file of ours.
func (t *treeReader) refuse(src []byte, limit int) *fault.Fault {
	where := fault.Position{File: t.file, Line: 1, Column: 1}
	if len(src) > limit {
		return fault.New(fault.Invalid, CodeTooLarge, "limit", limit>>10).At(where)
	}
	for rest := src; len(rest) > 0; {
		r, size := utf8.DecodeRune(rest)
		if r == utf8.RuneError && size == 1 || r < ' ' && r != '\n' && r != '\r' && r != '\t' {
			return fault.New(fault.Invalid, CodeNotText).At(where)
		}
		where.Column++
		if r == '\n' {
			where.Line, where.Column = where.Line+1, 1
		}
		rest = rest[size:]
	}
	return nil
}

// refuseTokens finds what should not reach the parser of the library: it needs time and memory
// that grow with the square of the depth, and opens aliases before anybody can count them.
func (t *treeReader) refuseTokens(tokens token.Tokens) *fault.Fault {
	open, line, inLine := 0, 0, 0
	for _, tk := range tokens {
		if tk.Position.Line != line {
			line, inLine = tk.Position.Line, 0
		}
		switch tk.Type {
		case token.AnchorType, token.AliasType, token.TagType, token.MergeKeyType:
			return fault.New(fault.Invalid, CodeNotPlain, "what", strings.ToLower(tk.Type.String())).At(t.at(tk))
		case token.SequenceStartType, token.MappingStartType:
			open++
		case token.SequenceEndType, token.MappingEndType:
			open = max(0, open-1)
		case token.SequenceEntryType, token.MappingKeyType:
			inLine++ // "- - - x" is a list in a list in a list
		case token.MappingValueType:
			if open == 0 {
				inLine++
			}
		}
		if open > maxDepth || inLine > maxDepth {
			return fault.New(fault.Invalid, CodeTooDeep, "limit", maxDepth).At(t.at(tk))
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
func (t *treeReader) read(from ast.Node, depth int) *Node {
	n := &Node{Where: t.at(from.GetToken())}
	if depth > maxDepth {
		t.refused(n.Where, CodeTooDeep, "limit", maxDepth)
		return n
	}
	if text, ok := rejoined(from); ok {
		n.Where, n.Text = t.at(start(from)), text
		return n
	}
	switch from := from.(type) {
	case *ast.MappingNode:
		n.Shape = Mapping
		if len(from.Values) > 0 {
			n.Where = t.at(from.Values[0].Key.GetToken())
		}
		t.readPairs(n, from.Values, depth)
	case *ast.MappingValueNode:
		n.Shape, n.Where = Mapping, t.at(from.Key.GetToken())
		t.readPairs(n, []*ast.MappingValueNode{from}, depth)
	case *ast.SequenceNode:
		n.Shape = List
		for _, item := range from.Values {
			n.Items = append(n.Items, t.read(item, depth+1))
		}
	case *ast.NullNode:
	case *ast.LiteralNode:
		n.Text = strings.TrimSpace(from.Value.Value)
	case *ast.StringNode:
		n.Text = from.Value
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		n.Text = from.GetToken().Value
	default:
		t.refused(n.Where, CodeNotPlain, "what", strings.ToLower(from.Type().String()))
	}
	return n
}

func (t *treeReader) readPairs(n *Node, values []*ast.MappingValueNode, depth int) {
	lines := make(map[string]int, len(values))
	for _, v := range values {
		where := t.at(v.Key.GetToken())
		switch v.Key.(type) {
		case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		default:
			t.refused(where, CodeNotPlain, "what", strings.ToLower(v.Key.Type().String()))
			continue
		}
		key := v.Key.GetToken().Value
		if line, twice := lines[key]; twice {
			t.fault(where, CodeDuplicateKey, "key", key, "line", line)
			continue
		}
		lines[key] = where.Line
		n.Pairs = append(n.Pairs, Pair{key, where, t.read(v.Value, depth+1)})
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
