package contract

import (
	"strconv"

	"github.com/watchbill/watchbill/internal/core/yamlfile"
)

// reader turns the tree of a file into values, and notes what is wrong with it.
type reader struct{ yamlfile.Reader }

// said reads a scalar and keeps its place.
func (r *reader) said(into *Said) func(*node) {
	return func(n *node) { *into = Said{r.Text(n), n.Where} }
}

func (r *reader) integer(into *int, from, to int) func(*node) {
	return func(n *node) {
		t := r.Text(n)
		if t == "" {
			return
		}
		v, err := strconv.Atoi(t)
		if err != nil || v < from || v > to {
			r.Fault(n.Where, CodeNumber, "text", t, "from", from, "to", to)
			return
		}
		*into = v
	}
}

// percents reads a list of whole numbers.
func (r *reader) percents(into *[]int) func(*node) {
	return func(n *node) {
		*into = nil
		r.Every(n, func(item *node) {
			var v int
			r.integer(&v, 1, 1000)(item)
			*into = append(*into, v)
		})
	}
}

func (r *reader) truth(n *node) bool {
	switch t := r.Text(n); t {
	case "true", "false":
		return t == "true"
	case "":
	default:
		r.Fault(n.Where, CodeTrueFalse, "text", t)
	}
	return false
}
