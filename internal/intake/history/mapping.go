package history

import (
	"encoding"
	"errors"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/fault"
)

// Meaning is what a state of the source stands for.
type Meaning string

// What a state can mean. A waiting ticket names the party that it waits for.
const (
	MeansNew             Meaning = "new"
	MeansWorking         Meaning = "working"
	MeansWaitsClient     Meaning = "waiting on client"
	MeansWaitsThirdParty Meaning = "waiting on third party"
	MeansWaitsProvider   Meaning = "waiting on provider"
	MeansWaitsPlatform   Meaning = "waiting on platform"
	MeansRestored        Meaning = "restored"
	MeansClosed          Meaning = "closed"
	MeansIgnore          Meaning = "ignore" // the row says nothing about the state
	MeansUndecided       Meaning = "?"      // a person must still say; such a mapping reads no file
)

var meanings = []Meaning{
	MeansNew, MeansWorking, MeansWaitsClient, MeansWaitsThirdParty, MeansWaitsProvider, MeansWaitsPlatform,
	MeansRestored, MeansClosed, MeansIgnore, MeansUndecided,
}

// waitsFor is the party that a waiting ticket waits for, 0 for other meanings.
func (m Meaning) waitsFor() catalog.Party {
	switch m {
	case MeansWaitsClient:
		return catalog.Client
	case MeansWaitsThirdParty:
		return catalog.ThirdParty
	case MeansWaitsProvider:
		return catalog.Provider
	case MeansWaitsPlatform:
		return catalog.Platform
	default:
		return 0
	}
}

// Columns names the columns of the source. ID, State and Changed are needed; what is
// empty is not in the source.
type Columns struct {
	ID       string `yaml:"id"`
	State    string `yaml:"state"`
	Changed  string `yaml:"changed"` // when the row was written: the state holds from here on
	Order    string `yaml:"order"`   // a number that counts the changes of a ticket
	Opened   string `yaml:"opened"`  // when the ticket was logged, the same on all its rows
	Priority string `yaml:"priority"`
	Impact   string `yaml:"impact"`
	Urgency  string `yaml:"urgency"`
	Group    string `yaml:"group"`
	Assignee string `yaml:"assignee"`
	Actor    string `yaml:"actor"`   // who made the change
	Minutes  string `yaml:"minutes"` // worked, in this row
	Hours    string `yaml:"hours"`   // worked, in this row
	Role     string `yaml:"role"`    // of who worked
}

// columnKeys are the keys of Columns in the order of a mapping file.
var columnKeys = []string{
	"id", "state", "changed", "order", "opened", "priority", "impact", "urgency",
	"group", "assignee", "actor", "minutes", "hours", "role",
}

// of gives the place of a key.
func (c *Columns) of(key string) *string {
	return map[string]*string{
		"id": &c.ID, "state": &c.State, "changed": &c.Changed, "order": &c.Order, "opened": &c.Opened,
		"priority": &c.Priority, "impact": &c.Impact, "urgency": &c.Urgency, "group": &c.Group,
		"assignee": &c.Assignee, "actor": &c.Actor, "minutes": &c.Minutes, "hours": &c.Hours, "role": &c.Role,
	}[key]
}

// Dates says how timestamps are written.
type Dates struct {
	// Form is in the language of docs/histories.md, for instance "d/m/yyyy HH:MM", or "?"
	// where a person must still say.
	Form string `yaml:"form"`
}

// Shows says what the history tells about targets.
type Shows struct {
	// Response is "leaving new" or "never".
	Response string `yaml:"response"`
	// RootCause lists the states whose first occurrence publishes the root cause. It is for
	// problems.
	RootCause []string `yaml:"root_cause"`
}

// Words of a mapping.
const (
	FormatCSV = "csv"
	FormatXES = "xes"

	ResponseLeavingNew = "leaving new"
	ResponseNever      = "never"

	OrderFile = "file" // rows of a ticket stand in order
	OrderTime = "time" // rows of a ticket are put in order of time

	PeopleAsWritten  = "as written" // the source has pseudonyms already
	PeoplePseudonyms = "pseudonyms" // names are replaced

	undecidedForm = "?"
)

var separators = map[string]byte{",": ',', ";": ';', "|": '|', "tab": '\t'}

var encodings = []string{"utf-8", "utf-16", "windows-1252"}

// Mapping says how a file is to be read as a history of tickets.
type Mapping struct {
	Profile    string // the built-in profile it came from, if any
	Format     string // FormatCSV or FormatXES
	Separator  string // of CSV: , ; | or tab
	Encoding   string // utf-8, utf-16 or windows-1252
	Kind       catalog.Kind
	Columns    Columns
	Dates      Dates
	Rows       string             // OrderFile or OrderTime: the order of a ticket's rows where no column counts them
	People     string             // PeopleAsWritten or PeoplePseudonyms
	Role       catalog.Role       // of who worked, where no column says
	Missing    []string           // values that stand for none
	Labels     map[string]string  // by key of Columns: the label before a bare number
	States     map[string]Meaning // by the name that the source has
	Priorities map[string]catalog.Priority
	Impacts    map[string]catalog.Impact
	Urgencies  map[string]catalog.Urgency
	Shows      Shows
}

// mappingFile is a mapping as a file has it, before its words are checked.
type mappingFile struct {
	Profile    string             `yaml:"profile"`
	Format     string             `yaml:"format"`
	Separator  string             `yaml:"separator"`
	Encoding   string             `yaml:"encoding"`
	Kind       string             `yaml:"kind"`
	Columns    Columns            `yaml:"columns"`
	Dates      Dates              `yaml:"dates"`
	Rows       string             `yaml:"rows"`
	People     string             `yaml:"people"`
	Role       string             `yaml:"role"`
	Missing    []string           `yaml:"missing"`
	Labels     map[string]string  `yaml:"labels"`
	States     map[string]Meaning `yaml:"states"`
	Priorities map[string]string  `yaml:"priorities"`
	Impacts    map[string]string  `yaml:"impacts"`
	Urgencies  map[string]string  `yaml:"urgencies"`
	Shows      Shows              `yaml:"shows"`
}

// maxMapping is the size from which a file is no mapping.
const maxMapping = 1 << 20

// ParseMapping reads a mapping file. The error is a fault.List with positions: unknown
// keys, words that are not known, keys that are missing.
func ParseMapping(name string, text []byte) (*Mapping, error) {
	if len(text) > maxMapping {
		return nil, fault.List{fault.New(fault.Invalid, CodeMappingUnreadable, "problem", "> 1 MiB").At(fault.Position{File: name})}
	}
	var file mappingFile
	if err := yaml.UnmarshalWithOptions(text, &file, yaml.Strict()); err != nil {
		return nil, fault.List{mappingFault(name, err)}
	}
	p := places{name: name, text: text}
	m := file.mapping(&p)
	m.check(&p)
	if err := p.faults.Err(); err != nil {
		return nil, err
	}
	return m, nil
}

// mappingFault gives an error of the YAML library its position.
func mappingFault(name string, err error) *fault.Fault {
	where, problem := fault.Position{File: name}, err.Error()
	code := CodeMappingUnreadable
	if y, ok := errors.AsType[yaml.Error](err); ok {
		problem = y.GetMessage()
		if t := y.GetToken(); t != nil && t.Position != nil {
			where.Line, where.Column = t.Position.Line, t.Position.Column
		}
	}
	if _, ok := errors.AsType[*yaml.UnknownFieldError](err); ok {
		code = CodeMappingUnknownKey
	}
	problem, _, _ = strings.Cut(problem, "\n")
	return fault.New(fault.Invalid, code, "problem", problem).At(where).Because(err)
}

// places collects faults and finds where a key of the mapping stands.
type places struct {
	name   string
	text   []byte
	faults fault.List
}

func (p *places) fault(f *fault.Fault, path ...string) {
	f.Where = fault.Position{File: p.name}
	b := (&yaml.PathBuilder{}).Root()
	for _, key := range path {
		b = b.Child(key)
	}
	if node, err := b.Build().ReadNode(strings.NewReader(string(p.text))); err == nil {
		if whole, ok := node.(*ast.MappingNode); ok && len(whole.Values) > 0 {
			node = whole.Values[0].Key
		}
		if t := node.GetToken(); t != nil && t.Position != nil {
			f.Where.Line, f.Where.Column = t.Position.Line, t.Position.Column
		}
	}
	p.faults = append(p.faults, f)
}

// word demands one of the known words; the first one is the default.
func (p *places) word(value *string, key string, known ...string) {
	if *value == "" {
		*value = known[0]
	}
	if !slices.Contains(known, *value) {
		p.fault(fault.New(fault.Invalid, CodeMappingWord, "key", key, "text", *value, "known", known), strings.Split(key, ".")...)
	}
}

// mapping turns words into values. The words that it does not know are faults.
func (f *mappingFile) mapping(p *places) *Mapping {
	if f.Kind == "" {
		f.Kind = catalog.Incident.String()
	}
	return &Mapping{
		Profile: f.Profile, Format: f.Format, Separator: f.Separator, Encoding: f.Encoding,
		Kind: parsed[catalog.Kind](p, f.Kind, "kind"), Columns: f.Columns, Dates: f.Dates, Rows: f.Rows, People: f.People,
		Role: catalog.Role(f.Role), Missing: f.Missing, Labels: f.Labels, States: f.States,
		Priorities: parsedMap[catalog.Priority](p, f.Priorities, "priorities"),
		Impacts:    parsedMap[catalog.Impact](p, f.Impacts, "impacts"),
		Urgencies:  parsedMap[catalog.Urgency](p, f.Urgencies, "urgencies"),
		Shows:      f.Shows,
	}
}

// parsed reads a word of the catalog.
func parsed[W any, P interface {
	*W
	encoding.TextUnmarshaler
}](p *places, text string, path ...string) W {
	var word W
	err := P(&word).UnmarshalText([]byte(text))
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		known, _ := f.Get("known").([]string)
		p.fault(fault.New(fault.Invalid, CodeMappingWord, "key", strings.Join(path, "."), "text", text, "known", known), path...)
	}
	return word
}

func parsedMap[W any, P interface {
	*W
	encoding.TextUnmarshaler
}](p *places, texts map[string]string, key string) map[string]W {
	if len(texts) == 0 {
		return nil
	}
	words := make(map[string]W, len(texts))
	for _, text := range sortedKeys(texts) {
		words[text] = parsed[W, P](p, texts[text], key, text)
	}
	return words
}

func (m *Mapping) check(p *places) {
	p.word(&m.Format, "format", FormatCSV, FormatXES)
	p.word(&m.Separator, "separator", sortedKeys(separators)...)
	p.word(&m.Encoding, "encoding", encodings...)
	p.word(&m.Rows, "rows", OrderFile, OrderTime)
	p.word(&m.People, "people", PeoplePseudonyms, PeopleAsWritten)
	p.word(&m.Shows.Response, "shows.response", ResponseLeavingNew, ResponseNever)
	for _, key := range []string{"id", "state", "changed"} {
		if *m.Columns.of(key) == "" {
			p.fault(fault.New(fault.Invalid, CodeMappingMissing, "key", "columns."+key), "columns")
		}
	}
	if _, ok := compileForm(m.Dates.Form); !ok && m.Dates.Form != undecidedForm {
		p.fault(fault.New(fault.Invalid, CodeMappingForm, "form", m.Dates.Form), "dates", "form")
	}
	if len(m.States) == 0 {
		p.fault(fault.New(fault.Invalid, CodeMappingMissing, "key", "states"))
	}
	for _, state := range sortedKeys(m.States) {
		if !slices.Contains(meanings, m.States[state]) {
			p.fault(fault.New(fault.Invalid, CodeMappingWord,
				"key", "states."+state, "text", string(m.States[state]), "known", meaningWords()), "states", state)
		}
	}
	for _, key := range sortedKeys(m.Labels) {
		if !slices.Contains(labelled, key) {
			p.fault(fault.New(fault.Invalid, CodeMappingWord, "key", "labels", "text", key, "known", labelled), "labels", key)
		}
	}
}

// labelled are the columns whose values may have lost their label.
var labelled = []string{"group", "assignee", "actor"}

func meaningWords() []string {
	known := make([]string, len(meanings))
	for i, m := range meanings {
		known[i] = string(m)
	}
	return known
}

// undecided lists what a person must still say, as faults of the mapping.
func (m *Mapping) undecided() fault.List {
	var faults fault.List
	for _, state := range sortedKeys(m.States) {
		if m.States[state] == MeansUndecided {
			faults = append(faults, fault.New(fault.Invalid, CodeStateUndecided, "state", state))
		}
	}
	return faults
}
