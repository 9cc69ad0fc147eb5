package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestFind(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")

	ann.get("/find").wants(http.StatusOK).says("All words must have been written")
	ann.get("/find?q=typo").lists(b.closed)
	ann.page.says("State all")
	ann.get("/find?q=typo&state=open").lists()
	ann.page.says("No ticket has all of these words")
	ann.get("/find?q=last+prices").lists(b.mine)
	ann.get("/find?q=zebra").wants(http.StatusOK)

	for _, typed := range []string{"INC-000002", "inc-2", "REQ-1"} {
		want := "/tickets/boei/INC-000002"
		if typed == "REQ-1" {
			want = "/tickets/" + b.request
		}
		if p := ann.send("GET", "/find?q="+typed, nil); p.header.Get("Location") != want {
			t.Errorf("%s leads to %d %q", typed, p.status, p.header.Get("Location"))
		}
	}
	ann.get("/find?q=1").wants(http.StatusOK)
	ann.page.says("With this number 3") // of two clients, and of two kinds
	if rows := ann.page.rows(); !slices.Contains(rows, b.kompas) || !slices.Contains(rows, b.calm) || !slices.Contains(rows, b.request) {
		t.Errorf("1 finds %q", rows)
	}
}

// TestThePaletteIsAnswered asks as the palette does.
func TestThePaletteIsAnswered(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	for _, e := range []struct {
		typed string
		want  []string
	}{
		{"che", []string{"INC-000002 Checkout is down"}},
		{"2", []string{"INC-000002 Checkout is down"}},
		{"search+fin", []string{"INC-000001 Search finds nothing"}},
		{"zebra", nil},
		{"", nil},
		{"%22*%28", nil},
	} {
		p := ann.send("GET", "/find?hits=1&q="+e.typed, nil, "HX-Request", "true").wants(http.StatusOK)
		var got []string
		for _, a := range p.find(func(n *html.Node) bool { return n.Data == "a" }) {
			says := textOf(a)
			if !strings.HasPrefix(attr(a, "href"), "/tickets/") {
				t.Errorf("%s leads to %s", says, attr(a, "href"))
			}
			for _, bold := range p.find(func(n *html.Node) bool { return n.Data == "b" && n.Parent.Parent == a }) {
				got = append(got, textOf(bold))
			}
		}
		if !slices.Equal(got, e.want) || len(p.find(func(n *html.Node) bool { return has(n, "data-found") })) != 1 {
			t.Errorf("%q finds %q, want %q", e.typed, got, e.want)
		}
	}
}
