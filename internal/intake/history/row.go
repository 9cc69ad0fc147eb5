package history

import (
	"bytes"
	"hash/maphash"
	"slices"
	"strconv"
	"strings"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/contract"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/reason"
)

// Places of the columns, in the order of columnKeys.
const (
	colID = iota
	colState
	colChanged
	colOrder
	colOpened
	colPriority
	colImpact
	colUrgency
	colGroup
	colAssignee
	colActor
	colMinutes
	colHours
	colRole
	numColumns
)

func columnOf(key string) int { return slices.Index(columnKeys, key) }

// columns finds where the mapped columns stand, -1 for those that are not there.
func (m *Mapping) columns(header []string) [numColumns]int {
	var at [numColumns]int
	for i, key := range columnKeys {
		at[i] = -1
		if name := *m.Columns.of(key); name != "" {
			at[i] = slices.Index(header, name)
		}
	}
	return at
}

func (m *Mapping) missing(value []byte) bool {
	return len(m.Missing) > 0 && slices.Contains(m.Missing, string(value))
}

// row is what a row of the file says, in as few bytes as possible: in a file whose rows
// stand apart, all of them are held.
type row struct {
	at, opened int64  // milliseconds since 1970, UTC; opened is 0 where the row does not say
	order      int64  // counts the changes, 0 where no column does
	content    uint64 // hash of the whole row: two rows with one content are one row twice
	line       int32
	next       int32 // where rows stand apart: the number of the next row of the ticket, -1 for none
	day        int32 // of the change on the wall calendar, as a number
	minutes    int32
	team       uint32
	person     uint32
	actor      uint32
	role       uint32
	state      uint16
	impact     uint8
	urgency    uint8
	priority   uint8
}

// vocabulary reads the values of a mapping's columns. It is made once for a file.
type vocabulary struct {
	mapping *Mapping
	form    *dateForm
	clock   wallClock
	seed    maphash.Seed
	columns [numColumns]int
	states  []string // names as the mapping writes them
	meaning []Meaning
	cause   []bool // the state publishes the root cause
	stateOf map[string]uint16
	// stateByFold finds states that the file writes in another way.
	stateByFold map[string]uint16
	grades      [3]grades // priority, impact, urgency
	teams       *words
	persons     *words
	actors      *words
	roles       *words
	lastText    []byte // the last opened time, which the rows of a ticket repeat
	lastTime    int64
}

// grades reads one of the columns priority, impact, urgency.
type grades struct {
	key    string
	column int
	folded map[string]uint8
	exact  map[string]uint8 // what was read before
}

func newVocabulary(m *Mapping) *vocabulary {
	v := &vocabulary{
		mapping: m, seed: maphash.MakeSeed(), stateOf: map[string]uint16{}, stateByFold: map[string]uint16{},
		teams: newWords(), persons: newWords(), actors: newWords(), roles: newWords(),
	}
	v.form, _ = compileForm(m.Dates.Form)
	causes := map[string]bool{}
	for _, s := range m.Shows.RootCause {
		causes[fold(s)] = true
	}
	for _, name := range sortedKeys(m.States) {
		n := uint16(len(v.states)) // a mapping file of maxMapping bytes names fewer
		v.stateOf[name] = n
		if _, taken := v.stateByFold[fold(name)]; !taken && fold(name) != "" {
			v.stateByFold[fold(name)] = n
		}
		v.states = append(v.states, name)
		v.meaning = append(v.meaning, m.States[name])
		v.cause = append(v.cause, causes[fold(name)])
	}
	v.grades = [3]grades{
		{"priority", colPriority, gradesByFold(m.Priorities), map[string]uint8{}},
		{"impact", colImpact, gradesByFold(m.Impacts), map[string]uint8{}},
		{"urgency", colUrgency, gradesByFold(m.Urgencies), map[string]uint8{}},
	}
	return v
}

// value is a field without the space around it, nil where it is missing.
func (v *vocabulary) value(rec *record, column int) []byte {
	text := rec.field(v.columns[column])
	if n := len(text); n > 0 && (text[0] <= ' ' || text[n-1] <= ' ') {
		text = bytes.TrimSpace(text)
	}
	if len(text) == 0 || v.mapping.missing(text) {
		return nil
	}
	return text
}

// misread says which column could not be read, and why.
type misread struct {
	column int
	*fault.Fault
}

func wrong(column int, code reason.Code, namesAndValues ...any) *misread {
	return &misread{column, fault.New(fault.Invalid, code, namesAndValues...)}
}

// read reads a row.
func (v *vocabulary) read(rec *record) (row, *misread) {
	r := row{line: int32(rec.line), content: maphash.Bytes(v.seed, rec.raw)}
	if bad := v.readState(rec, &r); bad != nil {
		return r, bad
	}
	if bad := v.readTimes(rec, &r); bad != nil {
		return r, bad
	}
	for i, into := range [...]*uint8{&r.priority, &r.impact, &r.urgency} {
		if bad := v.readGrade(rec, &v.grades[i], into); bad != nil {
			return r, bad
		}
	}
	r.team = v.teams.number(v.value(rec, colGroup), v.label("group"))
	r.person = v.persons.number(v.value(rec, colAssignee), v.name("assignee"))
	r.actor = v.actors.number(v.value(rec, colActor), v.name("actor"))
	if bad := v.readRole(rec, &r); bad != nil {
		return r, bad
	}
	bad := v.readNumbers(rec, &r)
	return r, bad
}

func (v *vocabulary) readRole(rec *record, r *row) *misread {
	text := v.value(rec, colRole)
	if text != nil && !slices.Contains(contract.Roles, string(text)) {
		return wrong(colRole, CodeRoleUnknown, "text", string(text), "column", v.mapping.Columns.Role, "known", contract.Roles)
	}
	r.role = v.roles.number(text, tidy)
	return nil
}

func (v *vocabulary) label(key string) func(string) string {
	return func(s string) string { return relabel(v.mapping.Labels[key], s) }
}

// name is a person, by a pseudonym.
func (v *vocabulary) name(key string) func(string) string {
	if v.mapping.People == PeopleAsWritten {
		return v.label(key)
	}
	return func(s string) string { return pseudonym(tidy(s)) }
}

func (v *vocabulary) readState(rec *record, r *row) *misread {
	text := v.value(rec, colState)
	if text == nil {
		written := bytes.TrimSpace(rec.field(v.columns[colState]))
		return wrong(colState, CodeStateMissing, "text", string(written), "column", v.mapping.Columns.State)
	}
	n, ok := v.stateOf[string(text)]
	if !ok {
		if n, ok = v.stateByFold[fold(string(text))]; !ok {
			return wrong(colState, CodeStateUnknown, "state", string(text), "column", v.mapping.Columns.State)
		}
		v.stateOf[string(text)] = n
	}
	if v.meaning[n] == MeansUndecided {
		return wrong(colState, CodeStateUndecided, "state", string(text))
	}
	r.state = n
	return nil
}

func (v *vocabulary) readTimes(rec *record, r *row) *misread {
	changed, bad := v.readTime(rec, colChanged, v.mapping.Columns.Changed)
	if bad != nil {
		return bad
	}
	r.at = v.clock.instant(changed)
	r.day = int32(dayNumber(changed.year, changed.month, changed.day))
	opened := v.value(rec, colOpened)
	switch {
	case opened == nil:
	case bytes.Equal(opened, v.lastText):
		r.opened = v.lastTime
	default:
		c, bad := v.readTime(rec, colOpened, v.mapping.Columns.Opened)
		if bad != nil {
			return bad
		}
		r.opened = v.clock.instant(c)
		v.lastText, v.lastTime = append(v.lastText[:0], opened...), r.opened
	}
	return nil
}

func (v *vocabulary) readTime(rec *record, column int, name string) (civil, *misread) {
	text := v.value(rec, column)
	c, ok := v.form.read(text)
	if !ok {
		return c, wrong(column, CodeDateUnreadable, "text", string(text), "column", name, "form", v.form.text)
	}
	return c, nil
}

func (v *vocabulary) readGrade(rec *record, g *grades, into *uint8) *misread {
	text := v.value(rec, g.column)
	if text == nil {
		return nil
	}
	grade, ok := g.exact[string(text)]
	if !ok {
		if grade, ok = g.folded[fold(string(text))]; !ok {
			return wrong(g.column, CodeWordUnknown, "text", string(text), "column", *v.mapping.Columns.of(g.key), "key", g.key)
		}
		g.exact[string(text)] = grade
	}
	*into = grade
	return nil
}

// maxMinutes bounds what can be worked in one row: a year.
const maxMinutes = 366 * 24 * 60

func (v *vocabulary) readNumbers(rec *record, r *row) *misread {
	if text := v.value(rec, colOrder); text != nil {
		n, err := strconv.ParseInt(string(text), 10, 64)
		if err != nil {
			return wrong(colOrder, CodeNumberInvalid, "text", string(text), "column", v.mapping.Columns.Order)
		}
		r.order = n
	}
	for _, c := range [...]struct {
		column, minutes int
	}{{colMinutes, 1}, {colHours, 60}} {
		text := v.value(rec, c.column)
		if text == nil {
			continue
		}
		n, err := strconv.ParseFloat(strings.Replace(string(text), ",", ".", 1), 64)
		if err != nil || !(0 <= n && n*float64(c.minutes) <= maxMinutes) {
			return wrong(c.column, CodeNumberInvalid, "text", string(text), "column", *v.mapping.Columns.of(columnKeys[c.column]))
		}
		r.minutes += int32(n*float64(c.minutes) + 0.5)
	}
	return nil
}

func (r *row) date() calendar.Date {
	return calendar.Date{Year: 1970, Month: 1, Day: 1}.AddDays(int(r.day))
}

func (v *vocabulary) roleOf(r *row) catalog.Role {
	if role := v.roles.text(r.role); role != "" {
		return catalog.Role(role)
	}
	return v.mapping.Role
}
