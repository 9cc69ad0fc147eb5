package history

import (
	"encoding"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
)

// maxMapping bounds a mapping file.
const maxMapping = 256 << 10

// ParseMapping reads a mapping file. The error is a fault.List with positions: unknown
// keys, words that are not known, keys that are missing.
func ParseMapping(name string, text []byte) (*Mapping, error) {
	root, faults := yamlfile.Parse(name, text, maxMapping)
	if root == nil {
		return nil, faults
	}
	p := mappingParser{Reader: yamlfile.Reader{Faults: faults}, root: root}
	p.m = Mapping{
		Format: FormatCSV, Separator: ",", Encoding: encodings[0], Kind: catalog.Incident,
		Rows: OrderFile, People: PeoplePseudonyms, Shows: Shows{Response: ResponseLeavingNew},
	}
	p.read()
	p.check()
	if len(p.Faults) > 0 {
		return nil, p.Faults
	}
	return &p.m, nil
}

type mappingParser struct {
	yamlfile.Reader
	root *yamlfile.Node
	m    Mapping
}

func (p *mappingParser) read() {
	m := &p.m
	p.Fields(p.root, yamlfile.Fields{
		"profile":    p.TextInto(&m.Profile),
		"format":     p.oneOf(&m.Format, FormatCSV, FormatXES),
		"separator":  p.oneOf(&m.Separator, sortedKeys(separators)...),
		"encoding":   p.oneOf(&m.Encoding, encodings...),
		"kind":       p.Word(&m.Kind),
		"columns":    p.columns,
		"dates":      func(n *yamlfile.Node) { p.Fields(n, yamlfile.Fields{"form": p.form}) },
		"rows":       p.oneOf(&m.Rows, OrderFile, OrderTime),
		"people":     p.oneOf(&m.People, PeoplePseudonyms, PeopleAsWritten),
		"role":       func(n *yamlfile.Node) { m.Role = catalog.Role(p.OneOf(n, contract.Roles)) },
		"missing":    p.Texts(&m.Missing),
		"labels":     p.labels,
		"states":     p.states,
		"priorities": func(n *yamlfile.Node) { m.Priorities = gradesIn[catalog.Priority](p, n) },
		"impacts":    func(n *yamlfile.Node) { m.Impacts = gradesIn[catalog.Impact](p, n) },
		"urgencies":  func(n *yamlfile.Node) { m.Urgencies = gradesIn[catalog.Urgency](p, n) },
		"shows":      p.shows,
	})
}

func (p *mappingParser) oneOf(into *string, known ...string) func(*yamlfile.Node) {
	return func(n *yamlfile.Node) { *into = p.OneOf(n, known) }
}

func (p *mappingParser) columns(n *yamlfile.Node) {
	fields := yamlfile.Fields{}
	for _, key := range columnKeys {
		fields[key] = p.TextInto(p.m.Columns.of(key))
	}
	p.Fields(n, fields)
}

func (p *mappingParser) form(n *yamlfile.Node) {
	form := p.Text(n)
	if _, ok := compileForm(form); !ok && form != undecidedForm && form != "" {
		p.Fault(n.Where, CodeMappingForm, "form", form)
	}
	p.m.Dates.Form = form
}

// labelled are the columns whose values may have lost their label.
var labelled = []string{"group", "assignee", "actor"}

func (p *mappingParser) labels(n *yamlfile.Node) {
	p.m.Labels = map[string]string{}
	fields := yamlfile.Fields{}
	for _, key := range labelled {
		fields[key] = func(n *yamlfile.Node) { p.m.Labels[key] = p.Text(n) }
	}
	p.Fields(n, fields)
}

func (p *mappingParser) states(n *yamlfile.Node) {
	p.m.States = map[string]Meaning{}
	known := make([]string, len(meanings))
	for i, m := range meanings {
		known[i] = string(m)
	}
	p.Each(n, func(state yamlfile.Pair) {
		if !p.Full() {
			p.m.States[state.Key] = Meaning(p.OneOf(state.Value, known))
		}
	})
}

func gradesIn[G any, P interface {
	*G
	encoding.TextUnmarshaler
}](p *mappingParser, n *yamlfile.Node) map[string]G {
	grades := map[string]G{}
	p.Each(n, func(one yamlfile.Pair) {
		var grade G
		if !p.Full() {
			p.Word(P(&grade))(one.Value)
			grades[one.Key] = grade
		}
	})
	return grades
}

func (p *mappingParser) shows(n *yamlfile.Node) {
	p.Fields(n, yamlfile.Fields{
		"response":   p.oneOf(&p.m.Shows.Response, ResponseLeavingNew, ResponseNever),
		"root_cause": p.Texts(&p.m.Shows.RootCause),
	})
}

// check demands what a mapping must say. After other faults the parser may have missed it.
func (p *mappingParser) check() {
	if len(p.Faults) > 0 {
		return
	}
	where := func(keys ...string) *yamlfile.Node {
		n := p.root
		for _, key := range keys {
			if part := n.Get(key); part != nil {
				n = part
			}
		}
		return n
	}
	for _, key := range []string{"id", "state", "changed"} {
		if *p.m.Columns.of(key) == "" {
			p.Fault(where("columns").Where, CodeMappingMissing, "key", "columns."+key)
		}
	}
	if p.m.Dates.Form == "" {
		p.Fault(where("dates").Where, CodeMappingMissing, "key", "dates.form")
	}
	if len(p.m.States) == 0 {
		p.Fault(where("states").Where, CodeMappingMissing, "key", "states")
		return
	}
	if f := p.m.endless(); f != nil {
		p.Fault(where("states").Where, f.Code)
	}
}
