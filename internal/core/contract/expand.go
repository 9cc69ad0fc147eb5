package contract

import (
	"cmp"
	"embed"
	"iter"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
)

//go:embed templates/*.yaml
var templateFiles embed.FS

// none takes a clause of the template out of a contract.
const none = "none"

// Templates lists the frozen templates that a contract can start from, the newest of each
// model. A template never changes; a better one gets the next number.
var Templates = map[Model]string{
	FixedCapacity:        "fixed_capacity@1",
	SLAHotfix:            "sla_hotfix@1",
	SLACriticalDedicated: "sla_critical_dedicated@1",
	ManagedService:       "managed_service@1",
}

// template is a frozen starting point: a document, and what each tier and option of the
// model changes in it.
type template struct {
	name     string
	model    Model
	document *node
	tiers    *node
	options  *node
}

// templates are the embedded templates by name, read once. Nothing changes their trees:
// merge copies what it changes.
var templates = sync.OnceValue(func() map[string]template {
	all := map[string]template{}
	for _, name := range Templates {
		all[name] = loadTemplate(name)
	}
	return all
})

// loadTemplate reads an embedded template, laid over the base that all models share. It
// panics on a template that cannot be read, which every test would show.
func loadTemplate(name string) template {
	content, err := templateFiles.ReadFile("templates/" + name + ".yaml")
	if err != nil {
		panic(err)
	}
	root, faults := parseTree(name, content)
	if len(faults) > 0 {
		panic(faults)
	}
	t := template{name: name, document: root.get("document"), tiers: root.get("tiers"), options: root.get("options")}
	for _, part := range []*node{t.tiers, t.options} {
		if part != nil {
			for _, p := range part.pairs {
				spellOut(p.value)
			}
		}
	}
	spellOut(t.document)
	if base := root.get("base"); base != nil {
		t.document = merge(loadTemplate(base.text).document, t.document)
	}
	if model := t.document.get("model"); model != nil {
		t.model = Model(model.text)
	}
	return t
}

// expand lays the file over its template, its tier and its options. The result says
// everything that the contract holds; expanding it again changes nothing. It is not whole
// when template or tier are not known; what there is can still be read for more faults.
func (r *reader) expand(file *node) (expanded *node, isWhole bool) {
	spellOut(file)
	t, ok := r.templateOf(file)
	if !ok {
		return file, false
	}
	tier, ok := r.tierOf(file, t)
	under := merge(t.document, t.tiers.get(tier))
	options := merge(under, file).get("options")
	for option, chosen := range options.all() {
		patch := t.options.get(option)
		switch {
		case patch == nil:
			r.fault(chosen.where, CodeNoOption, "option", option, "model", string(t.model))
		case chosen.text == "true":
			under = merge(under, patch)
		}
	}
	expanded = merge(under, file)
	r.plantHolidays(expanded)
	return expanded.ordered(topKeys), ok
}

// topKeys is the order in which a document in full says what it holds.
var topKeys = []string{
	"client", "contract", "model", "template", "tier", "version", "effective", "zone", "sites", "options",
	"open_tickets", "priority_change", "calendars", "coverage", "targets", "pauses", "olas", "priorities",
	"pools", "draws", "price", "closes_after", "backdate_max", "levels", "activities", "approvers",
	"escalation", "communication", "reports", "sources",
}

// ordered returns a mapping with its keys in an order; keys that it does not name stay last.
func (n *node) ordered(keys []string) *node {
	sorted := n.clone()
	rank := func(p pair) int {
		if i := slices.Index(keys, p.key); i >= 0 {
			return i
		}
		return len(keys)
	}
	slices.SortStableFunc(sorted.pairs, func(a, b pair) int { return cmp.Compare(rank(a), rank(b)) })
	return sorted
}

// templateOf finds the template that a file starts from.
func (r *reader) templateOf(file *node) (template, bool) {
	named, model := file.get("template"), file.get("model")
	known := slices.Sorted(maps.Values(Templates))
	if named == nil {
		at, suggested := file.where, Templates[SLAHotfix]
		if model != nil && Templates[Model(model.text)] != "" {
			at, suggested = model.where, Templates[Model(model.text)]
		}
		r.fault(at, CodeMissing, "key", "template: "+suggested)
		return template{}, false
	}
	if !slices.Contains(known, named.text) {
		r.fault(named.where, CodeNoTemplate, "name", named.text, "known", known)
		return template{}, false
	}
	t := templates()[named.text]
	if model != nil && model.text != string(t.model) {
		r.fault(model.where, CodeOtherModel, "model", model.text, "template", t.name)
	}
	return t, true
}

// tierOf finds the tier of a contract: one that its model has, and none where it has none.
func (r *reader) tierOf(file *node, t template) (string, bool) {
	tier := file.get("tier")
	switch {
	case tier == nil && t.tiers == nil:
		return "", true
	case tier == nil:
		r.fault(file.where, CodeTierMissing, "model", string(t.model), "known", t.tiers.keys())
		return "", false
	case t.tiers.get(tier.text) == nil:
		r.fault(tier.where, CodeNoTier, "tier", tier.text, "model", string(t.model), "known", t.tiers.keys())
		return "", false
	}
	return tier.text, true
}

// merge lays one node over another. Mappings are merged key by key; anything else on top
// replaces what is under it, lists included.
func merge(under, over *node) *node {
	if over == nil {
		return under
	}
	if under == nil || under.shape != mapping || over.shape != mapping {
		return over
	}
	merged := under.clone()
	merged.where = over.where
	for _, p := range over.pairs {
		value := merge(merged.get(p.key), p.value)
		merged.set(p.key, value)
		merged.place(p.key, p)
	}
	return merged
}

// place gives a key the place of the pair that has the last word on it.
func (n *node) place(key string, last pair) {
	for i := range n.pairs {
		if n.pairs[i].key == key {
			n.pairs[i].where = last.where
		}
	}
}

func (n *node) keys() []string {
	if n == nil {
		return nil
	}
	names := make([]string, len(n.pairs))
	for i, p := range n.pairs {
		names[i] = p.key
	}
	return names
}

// spellOut writes the short forms of a document in full, so that a file can change a part
// of what its template says: "restore: 8h" is "restore: {within: 8h}".
func spellOut(document *node) {
	long := func(n *node, key string) {
		if n.shape == scalar && n.text != "" {
			*n = node{where: n.where, shape: mapping, pairs: []pair{{key, n.where, &node{where: n.where, text: n.text}}}}
		}
	}
	for _, kind := range document.get("targets").all() {
		for _, priority := range kind.all() {
			for key, target := range priority.all() {
				if slices.Contains(targetKeys, key) {
					long(target, "within")
				}
			}
		}
	}
	for _, c := range document.get("calendars").all() {
		if c.text != none {
			long(c, "week")
		}
	}
	for row, cover := range document.get("coverage").all() {
		if row != "sla" {
			long(cover, "calendar")
			continue
		}
		long(cover, "default")
		for key, priority := range cover.all() {
			if strings.HasPrefix(key, "P") {
				long(priority, "default")
			}
		}
	}
}

// all yields the keys and values of a mapping, none of anything else.
func (n *node) all() iter.Seq2[string, *node] {
	return func(yield func(string, *node) bool) {
		if n == nil {
			return
		}
		for _, p := range n.pairs {
			if !yield(p.key, p.value) {
				return
			}
		}
	}
}

// plantHolidays replaces the seeds of holiday lists, such as NL@1, with their dates, and
// notes under "seeds" where these came from.
func (r *reader) plantHolidays(document *node) {
	calendars := document.get("calendars")
	if calendars == nil || calendars.shape != mapping {
		return
	}
	planted := calendars.clone()
	for i, p := range planted.pairs {
		holidays := p.value.get("holidays")
		if holidays == nil {
			continue
		}
		planted.pairs[i].value = r.plant(p.value, holidays)
	}
	document.set("calendars", planted)
}

func (r *reader) plant(named, holidays *node) *node {
	dates := &node{where: holidays.where, shape: list}
	seeds := &node{where: holidays.where, shape: list}
	found := false
	r.every(holidays, func(item *node) {
		if !strings.Contains(item.text, "@") {
			dates.items = append(dates.items, item)
			return
		}
		found = true
		_, seeded, ok := calendar.Seed(item.text)
		if !ok {
			known := calendar.Seeds()
			r.fault(item.where, CodeNoSeed, "seed", item.text, "near", nearest(item.text, known), "known", known)
			return
		}
		seeds.items = append(seeds.items, item)
		for _, h := range seeded {
			dates.items = append(dates.items, &node{where: item.where, text: strings.TrimSpace(h.Date.String() + " " + h.Name)})
		}
	})
	if !found {
		return named
	}
	whole := named.clone()
	whole.set("holidays", dates)
	whole.set("seeds", seeds)
	return whole
}

// Parse reads a contract file and lays it over its template. The faults are all that keeps
// the file from being read as a contract, each with its place; there is no document then.
// Parse reads no other file: the name is for the places only.
func Parse(file string, src []byte) (*Document, fault.List) {
	written, faults := parseTree(file, src)
	if written == nil {
		return nil, faults
	}
	r := reader{faults: faults}
	expanded, isWhole := r.expand(written)
	d := &Document{File: file, written: written, expanded: expanded}
	r.document(expanded, d)
	if isWhole {
		r.complete(d)
	}
	if len(r.faults) > 0 {
		slices.SortStableFunc(r.faults, func(a, b *fault.Fault) int { return comparePositions(a.Where, b.Where) })
		return nil, r.faults
	}
	return d, nil
}
