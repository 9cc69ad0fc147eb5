// Package effort reads what somebody assumes that tickets take, for histories that do not
// show it.
//
//	source: time sheets of spring 2026
//	incident:
//	  P1: {Dev: 6h, QA: 1h}
//	  P2: 2h30m
//	  P3: 45m
package effort

import (
	"time"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/replay"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
)

// Codes of faults in a file of assumed effort.
const (
	CodeBadSpan reason.Code = "effort.bad_span" // span, kind, priority
	CodeNothing reason.Code = "effort.nothing"
)

// maxBytes bounds a file of assumed effort.
const maxBytes = 256 << 10

// maxSpan is what nobody spends on one ticket: a longer span is a slip of the pen.
const maxSpan = 10_000 * time.Hour

// kinds are the kinds of ticket that effort can be assumed for.
var kinds = []catalog.Kind{catalog.Incident, catalog.ServiceRequest, catalog.Problem, catalog.Change, catalog.Enhancement}

// Parse reads a file of assumed effort. The error is a fault.List with positions. A role is
// one of contract.Roles.
func Parse(name string, text []byte) (*replay.Assumption, error) {
	root, faults := yamlfile.Parse(name, text, maxBytes)
	if root == nil {
		return nil, faults
	}
	r := reader{Reader: yamlfile.Reader{Faults: faults}, found: replay.Assumption{Source: name}}
	fields := yamlfile.Fields{"source": r.TextInto(&r.found.Source)}
	for _, kind := range kinds {
		fields[kind.String()] = func(n *yamlfile.Node) { r.kind(n, kind) }
	}
	r.Fields(root, fields)
	if len(r.Faults) == 0 && r.spans == 0 {
		r.Fault(root.Where, CodeNothing)
	}
	if len(r.Faults) > 0 {
		return nil, r.Faults
	}
	return &r.found, nil
}

type reader struct {
	yamlfile.Reader
	found replay.Assumption
	spans int
}

func (r *reader) kind(n *yamlfile.Node, kind catalog.Kind) {
	fields := yamlfile.Fields{}
	for p := catalog.P1; p <= catalog.P4; p++ {
		fields[p.String()] = func(n *yamlfile.Node) { r.priority(n, kind, p) }
	}
	r.Fields(n, fields)
}

// priority reads "2h30m" or "{Dev: 6h, QA: 1h}".
func (r *reader) priority(n *yamlfile.Node, kind catalog.Kind, p catalog.Priority) {
	if n.Shape == yamlfile.Scalar {
		r.span(n, kind, p, "")
		return
	}
	r.Each(n, func(share yamlfile.Pair) {
		role := yamlfile.Node{Where: share.Where, Text: share.Key}
		if r.OneOf(&role, contract.Roles) != "" {
			r.span(share.Value, kind, p, catalog.Role(share.Key))
		}
	})
}

func (r *reader) span(n *yamlfile.Node, kind catalog.Kind, p catalog.Priority, role catalog.Role) {
	text := r.Text(n)
	if text == "" {
		return
	}
	span, err := time.ParseDuration(text)
	if err != nil || span < time.Minute || span > maxSpan || span%time.Minute != 0 {
		r.Fault(n.Where, CodeBadSpan, "span", text, "kind", kind, "priority", p)
		return
	}
	r.spans++
	minutes := &r.found.Minutes[kind][p]
	*minutes = append(*minutes, replay.RoleMinutes{Role: role, Minutes: int(span / time.Minute)})
}
