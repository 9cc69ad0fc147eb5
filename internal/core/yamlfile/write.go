package yamlfile

import (
	"fmt"
	"regexp"
	"strings"
)

// YAML writes a mapping or a list so that Parse reads back the same tree.
func (n *Node) YAML() []byte {
	var b strings.Builder
	n.write(&b, "")
	return []byte(b.String())
}

// lineWidth bounds what is written on one line.
const lineWidth = 100

// write writes a mapping or a list as a block.
func (n *Node) write(b *strings.Builder, indent string) {
	switch n.Shape {
	case Mapping:
		for _, p := range n.Pairs {
			p.Value.writeValue(b, indent, indent+Quote(p.Key)+":")
		}
	case List:
		for _, item := range n.Items {
			item.writeValue(b, indent, indent+"-")
		}
	default:
		fmt.Fprintf(b, "%s%s\n", indent, Quote(n.Text))
	}
}

// writeValue writes what stands behind a key or a dash: on the same line where it fits and
// holds no block of its own, else below.
func (n *Node) writeValue(b *strings.Builder, indent, head string) {
	line := head + " " + n.flow()
	if n.isLeaf() && len(line) <= lineWidth || n.isEmpty() {
		b.WriteString(line + "\n")
		return
	}
	b.WriteString(head + "\n")
	n.write(b, indent+"  ")
}

func (n *Node) isEmpty() bool { return n.Shape == Scalar || len(n.Items)+len(n.Pairs) == 0 }

// isLeaf tells whether nothing in the node has parts of its own.
func (n *Node) isLeaf() bool {
	for _, item := range n.Items {
		if item.Shape != Scalar {
			return false
		}
	}
	for _, p := range n.Pairs {
		if p.Value.Shape == Mapping {
			return false
		}
	}
	return true
}

func (n *Node) flow() string {
	var parts []string
	switch n.Shape {
	case List:
		for _, item := range n.Items {
			parts = append(parts, item.flow())
		}
		return "[" + strings.Join(parts, ", ") + "]"
	case Mapping:
		for _, p := range n.Pairs {
			parts = append(parts, Quote(p.Key)+": "+p.Value.flow())
		}
		return "{" + strings.Join(parts, ", ") + "}"
	default:
		return Quote(n.Text)
	}
}

// plain matches text that YAML reads back as it stands, whatever is around it.
var plain = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_./@%+-]*( [A-Za-z0-9_./@%+-]+|:[A-Za-z0-9_./@%+-]+)*$`)

// Quote writes text so that YAML reads it back as the same text.
func Quote(text string) string {
	if plain.MatchString(text) && !strings.EqualFold(text, "null") {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`).Replace(text) + `"`
}
