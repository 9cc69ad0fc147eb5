package web

import (
	"net/http"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
)

// TestWhyOfTheNextClock asks from the list, with script and without, what a row leads to.
func TestWhyOfTheNextClock(t *testing.T) {
	t.Parallel()
	d, ref, path := opened(t)
	ann := d.browse("ann")
	row := ann.get("/queue").find(func(n *html.Node) bool { return attr(n, "data-key") == "w" })
	if len(row) != 1 || attr(row[0], "href") != path+"/why" || attr(row[0], "hx-get") != path+"/why" {
		t.Fatalf("%d rows lead to a why", len(row))
	}
	whole := ann.get(path + "/why").wants(http.StatusOK)
	whole.must("#sheet-title")
	for _, says := range []string{"The shop is down", ref.Key, "Counted", "left", "version 1", "line "} {
		whole.contains("main", says)
	}
	what := textOf(row[0])
	if shown := whole.find(func(n *html.Node) bool { return attr(n, "class") == "clock" }); len(shown) != 1 || textOf(shown[0]) != what {
		t.Errorf("the row says %q, its why is of %q", what, textOf(shown[0]))
	}
	clause := whole.links("/clients/boei/contracts/")
	if len(clause) != 1 || !strings.Contains(clause[0], "?version=1#line-") {
		t.Fatalf("the clause is at %q", clause)
	}
	address, line, _ := strings.Cut(clause[0], "#")
	ann.get(address).wants(http.StatusOK).must("#" + line)

	ann.live = true
	if part := ann.get(path + "/why").wants(http.StatusOK); part.one("nav") != nil || part.one("#sheet-title") == nil {
		t.Errorf("above the list stands %s", part.text())
	}
	ann.live = false

	calm := d.logs("ann", desktest.Boei, "Banner is crooked", catalog.P4)
	d.As("ann").Takes(d.ref(calm), "", ticket.Acknowledged{}, ticket.Resolved{}, ticket.Closed{})
	ann.get("/tickets/"+calm+"/why").wants(http.StatusOK).contains("#sheet-title", "No clock runs")
	d.agentOf(desktest.Kompas).get(path + "/why").wants(http.StatusNotFound)
}
