package contract

import (
	"fmt"
	"regexp"
	"strings"
)

// YAML writes the document in full, as it is stored: read again, it gives the same
// document and the same version.
func (d *Document) YAML() []byte {
	var b strings.Builder
	d.expanded.write(&b, "")
	return []byte(b.String())
}

// lineWidth bounds what is written on one line.
const lineWidth = 100

// write writes a mapping or a list as a block.
func (n *node) write(b *strings.Builder, indent string) {
	switch n.shape {
	case mapping:
		for _, p := range n.pairs {
			p.value.writeValue(b, indent, indent+quote(p.key)+":")
		}
	case list:
		for _, item := range n.items {
			item.writeValue(b, indent, indent+"-")
		}
	default:
		fmt.Fprintf(b, "%s%s\n", indent, quote(n.text))
	}
}

// writeValue writes what stands behind a key or a dash: on the same line where it fits and
// holds no block of its own, else below.
func (n *node) writeValue(b *strings.Builder, indent, head string) {
	line := head + " " + n.flow()
	if n.isLeaf() && len(line) <= lineWidth || n.isEmpty() {
		b.WriteString(line + "\n")
		return
	}
	b.WriteString(head + "\n")
	n.write(b, indent+"  ")
}

func (n *node) isEmpty() bool { return n.shape == scalar || len(n.items)+len(n.pairs) == 0 }

// isLeaf tells whether nothing in the node has parts of its own.
func (n *node) isLeaf() bool {
	for _, item := range n.items {
		if item.shape != scalar {
			return false
		}
	}
	for _, p := range n.pairs {
		if p.value.shape == mapping {
			return false
		}
	}
	return true
}

func (n *node) flow() string {
	var parts []string
	switch n.shape {
	case list:
		for _, item := range n.items {
			parts = append(parts, item.flow())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case mapping:
		for _, p := range n.pairs {
			parts = append(parts, quote(p.key)+": "+p.value.flow())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	default:
		return quote(n.text)
	}
}

// plain matches text that YAML reads back as it stands, whatever is around it.
var plain = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./@%+-]*( [A-Za-z0-9_./@%+-]+|:[A-Za-z0-9_./@%+-]+)*$`)

// quote writes text so that YAML reads it back as the same text.
func quote(text string) string {
	if plain.MatchString(text) && !strings.EqualFold(text, "null") {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(text) + `"`
}
