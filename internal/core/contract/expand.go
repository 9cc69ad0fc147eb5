package contract

import (
	"cmp"
	"embed"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/watchbill/watchbill/internal/core/calendar"
	"github.com/watchbill/watchbill/internal/core/fault"
	"github.com/watchbill/watchbill/internal/core/yamlfile"
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
	root, faults := yamlfile.Parse(name, content, maxBytes)
	if len(faults) > 0 {
		panic(faults)
	}
	t := template{name: name, document: root.Get("document"), tiers: root.Get("tiers"), options: root.Get("options")}
	for _, part := range []*node{t.tiers, t.options} {
		if part != nil {
			for _, p := range part.Pairs {
				spellOut(p.Value)
			}
		}
	}
	spellOut(t.document)
	if base := root.Get("base"); base != nil {
		t.document = merge(loadTemplate(base.Text).document, t.document)
	}
	if model := t.document.Get("model"); model != nil {
		t.model = Model(model.Text)
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
	under := merge(t.document, t.tiers.Get(tier))
	options := merge(under, file).Get("options")
	for option, chosen := range options.All() {
		patch := t.options.Get(option)
		switch {
		case patch == nil:
			r.Fault(chosen.Where, CodeNoOption, "option", option, "model", string(t.model))
		case chosen.Text == "true":
			under = merge(under, patch)
		}
	}
	expanded = merge(under, file)
	r.plantHolidays(expanded)
	return ordered(expanded, topKeys), ok
}

// topKeys is the order in which a document in full says what it holds.
var topKeys = []string{
	"client", "contract", "model", "template", "tier", "version", "effective", "zone", "sites", "options",
	"open_tickets", "priority_change", "calendars", "coverage", "targets", "pauses", "olas", "priorities",
	"pools", "draws", "price", "closes_after", "backdate_max", "levels", "activities", "approvers",
	"escalation", "communication", "reports", "sources",
}

// ordered returns a mapping with its keys in an order; keys that it does not name stay last.
func ordered(n *node, keys []string) *node {
	sorted := n.Clone()
	rank := func(p pair) int {
		if i := slices.Index(keys, p.Key); i >= 0 {
			return i
		}
		return len(keys)
	}
	slices.SortStableFunc(sorted.Pairs, func(a, b pair) int { return cmp.Compare(rank(a), rank(b)) })
	return sorted
}

// templateOf finds the template that a file starts from.
func (r *reader) templateOf(file *node) (template, bool) {
	named, model := file.Get("template"), file.Get("model")
	known := slices.Sorted(maps.Values(Templates))
	if named == nil {
		at, suggested := file.Where, Templates[SLAHotfix]
		if model != nil && Templates[Model(model.Text)] != "" {
			at, suggested = model.Where, Templates[Model(model.Text)]
		}
		r.Fault(at, CodeMissing, "key", "template: "+suggested)
		return template{}, false
	}
	if !slices.Contains(known, named.Text) {
		r.Fault(named.Where, CodeNoTemplate, "name", named.Text, "known", known)
		return template{}, false
	}
	t := templates()[named.Text]
	if model != nil && model.Text != string(t.model) {
		r.Fault(model.Where, CodeOtherModel, "model", model.Text, "template", t.name)
	}
	return t, true
}

// tierOf finds the tier of a contract: one that its model has, and none where it has none.
func (r *reader) tierOf(file *node, t template) (string, bool) {
	tier := file.Get("tier")
	switch {
	case tier == nil && t.tiers == nil:
		return "", true
	case tier == nil:
		r.Fault(file.Where, CodeTierMissing, "model", string(t.model), "known", keys(t.tiers))
		return "", false
	case t.tiers.Get(tier.Text) == nil:
		r.Fault(tier.Where, CodeNoTier, "tier", tier.Text, "model", string(t.model), "known", keys(t.tiers))
		return "", false
	}
	return tier.Text, true
}

// merge lays one node over another. Mappings are merged key by key; anything else on top
// replaces what is under it, lists included.
func merge(under, over *node) *node {
	if over == nil {
		return under
	}
	if under == nil || under.Shape != yamlfile.Mapping || over.Shape != yamlfile.Mapping {
		return over
	}
	merged := under.Clone()
	merged.Where = over.Where
	for _, p := range over.Pairs {
		value := merge(merged.Get(p.Key), p.Value)
		merged.Set(p.Key, value)
		place(merged, p.Key, p)
	}
	return merged
}

// place gives a key the place of the pair that has the last word on it.
func place(n *node, key string, last pair) {
	for i := range n.Pairs {
		if n.Pairs[i].Key == key {
			n.Pairs[i].Where = last.Where
		}
	}
}

func keys(n *node) []string {
	if n == nil {
		return nil
	}
	names := make([]string, len(n.Pairs))
	for i, p := range n.Pairs {
		names[i] = p.Key
	}
	return names
}

// spellOut writes the short forms of a document in full, so that a file can change a part
// of what its template says: "restore: 8h" is "restore: {within: 8h}".
func spellOut(document *node) {
	long := func(n *node, key string) {
		if n.Shape == yamlfile.Scalar && n.Text != "" {
			*n = node{Where: n.Where, Shape: yamlfile.Mapping, Pairs: []pair{{Key: key, Where: n.Where, Value: &node{Where: n.Where, Text: n.Text}}}}
		}
	}
	for _, kind := range document.Get("targets").All() {
		for _, priority := range kind.All() {
			for key, target := range priority.All() {
				if slices.Contains(targetKeys, key) {
					long(target, "within")
				}
			}
		}
	}
	for _, c := range document.Get("calendars").All() {
		if c.Text != none {
			long(c, "week")
		}
	}
	for row, cover := range document.Get("coverage").All() {
		if row != "sla" {
			long(cover, "calendar")
			continue
		}
		long(cover, "default")
		for key, priority := range cover.All() {
			if strings.HasPrefix(key, "P") {
				long(priority, "default")
			}
		}
	}
}

// plantHolidays replaces the seeds of holiday lists, such as NL@1, with their dates, and
// notes under "seeds" where these came from.
func (r *reader) plantHolidays(document *node) {
	calendars := document.Get("calendars")
	if calendars == nil || calendars.Shape != yamlfile.Mapping {
		return
	}
	planted := calendars.Clone()
	for i, p := range planted.Pairs {
		holidays := p.Value.Get("holidays")
		if holidays == nil {
			continue
		}
		planted.Pairs[i].Value = r.plant(p.Value, holidays)
	}
	document.Set("calendars", planted)
}

func (r *reader) plant(named, holidays *node) *node {
	dates := &node{Where: holidays.Where, Shape: yamlfile.List}
	seeds := &node{Where: holidays.Where, Shape: yamlfile.List}
	found := false
	r.Every(holidays, func(item *node) {
		if !strings.Contains(item.Text, "@") {
			dates.Items = append(dates.Items, item)
			return
		}
		found = true
		_, seeded, ok := calendar.Seed(item.Text)
		if !ok {
			known := calendar.Seeds()
			r.Fault(item.Where, CodeNoSeed, "seed", item.Text, "near", yamlfile.Nearest(item.Text, known), "known", known)
			return
		}
		seeds.Items = append(seeds.Items, item)
		for _, h := range seeded {
			dates.Items = append(dates.Items, &node{Where: item.Where, Text: strings.TrimSpace(h.Date.String() + " " + h.Name)})
		}
	})
	if !found {
		return named
	}
	whole := named.Clone()
	whole.Set("holidays", dates)
	whole.Set("seeds", seeds)
	return whole
}

// Parse reads a contract file and lays it over its template. The faults are all that keeps
// the file from being read as a contract, each with its place; there is no document then.
// Parse reads no other file: the name is for the places only.
func Parse(file string, src []byte) (*Document, fault.List) {
	written, faults := yamlfile.Parse(file, src, maxBytes)
	if written == nil {
		return nil, faults
	}
	r := reader{yamlfile.Reader{Faults: faults}}
	expanded, isWhole := r.expand(written)
	d := &Document{File: file, written: written, expanded: expanded}
	r.document(expanded, d)
	if isWhole {
		r.complete(d)
	}
	if len(r.Faults) > 0 {
		slices.SortStableFunc(r.Faults, func(a, b *fault.Fault) int { return comparePositions(a.Where, b.Where) })
		return nil, r.Faults
	}
	return d, nil
}
