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
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
	"github.com/watchbill/watchbill/internal/core/replay"
)

// Codes of faults in a file of assumed effort.
const (
	CodeUnreadable reason.Code = "effort.unreadable"
	CodeUnknownKey reason.Code = "effort.unknown_key"
	CodeBadSpan    reason.Code = "effort.bad_span"
	CodeNothing    reason.Code = "effort.nothing"
)

// maxSpan is what nobody spends on one ticket: a longer span is a slip of the pen.
const maxSpan = 10_000 * time.Hour

// document is the file.
type document struct {
	Source      string `yaml:"source"`
	Incident    spans  `yaml:"incident"`
	Request     spans  `yaml:"service_request"`
	Problem     spans  `yaml:"problem"`
	Change      spans  `yaml:"change"`
	Enhancement spans  `yaml:"enhancement"`
}

// spans are what tickets of one kind take, by priority.
type spans struct {
	P1 shares `yaml:"P1"`
	P2 shares `yaml:"P2"`
	P3 shares `yaml:"P3"`
	P4 shares `yaml:"P4"`
}

// shares is one span, or one for each role.
type shares map[catalog.Role]string

// UnmarshalYAML reads "2h30m" or "{Dev: 6h, QA: 1h}".
func (s *shares) UnmarshalYAML(unmarshal func(any) error) error {
	var one string
	if unmarshal(&one) == nil {
		*s = shares{"": one}
		return nil
	}
	byRole := map[catalog.Role]string{}
	if err := unmarshal(&byRole); err != nil {
		return err
	}
	*s = byRole
	return nil
}

// Parse reads a file of assumed effort. The error is a fault.List with positions.
func Parse(name string, text []byte) (*replay.Assumption, error) {
	var d document
	if err := yaml.UnmarshalWithOptions(text, &d, yaml.Strict()); err != nil {
		return nil, fault.List{unreadable(name, err)}
	}
	if d.Source == "" {
		d.Source = name
	}
	a := &replay.Assumption{Source: d.Source}
	var faults fault.List
	found := false
	for kind, by := range map[catalog.Kind]spans{
		catalog.Incident: d.Incident, catalog.ServiceRequest: d.Request, catalog.Problem: d.Problem,
		catalog.Change: d.Change, catalog.Enhancement: d.Enhancement,
	} {
		for i, s := range []shares{by.P1, by.P2, by.P3, by.P4} {
			p := catalog.P1 + catalog.Priority(i)
			for _, role := range slices.Sorted(maps.Keys(s)) {
				span, err := time.ParseDuration(s[role])
				if err != nil || span < time.Minute || span > maxSpan || span%time.Minute != 0 {
					faults = append(faults, place(name, text, kind, p,
						fault.New(fault.Invalid, CodeBadSpan, "span", s[role], "kind", kind, "priority", p)))
					continue
				}
				found = true
				a.Minutes[kind][p] = append(a.Minutes[kind][p], replay.RoleMinutes{Role: role, Minutes: int(span / time.Minute)})
			}
		}
	}
	if len(faults) == 0 && !found {
		faults = append(faults, fault.New(fault.Invalid, CodeNothing).At(fault.Position{File: name, Line: 1}))
	}
	slices.SortFunc(faults, func(a, b *fault.Fault) int { return a.Where.Line - b.Where.Line })
	return a, faults.Err()
}

// place finds the line of a priority in the file.
func place(name string, text []byte, kind catalog.Kind, p catalog.Priority, f *fault.Fault) *fault.Fault {
	where := fault.Position{File: name}
	path := (&yaml.PathBuilder{}).Root().Child(kind.String()).Child(p.String()).Build()
	if node, err := path.ReadNode(strings.NewReader(string(text))); err == nil && node.GetToken() != nil {
		where.Line, where.Column = node.GetToken().Position.Line, node.GetToken().Position.Column
	}
	return f.At(where)
}

func unreadable(name string, err error) *fault.Fault {
	where, problem, code := fault.Position{File: name}, err.Error(), CodeUnreadable
	if y, ok := errors.AsType[yaml.Error](err); ok {
		problem = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			where.Line, where.Column = t.Position.Line, t.Position.Column
		}
	}
	if _, ok := errors.AsType[*yaml.UnknownFieldError](err); ok {
		code = CodeUnknownKey
	}
	problem, _, _ = strings.Cut(problem, "\n")
	return fault.New(fault.Invalid, code, "problem", problem).At(where).Because(err)
}
