package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/web/ui"
)

func TestSavedViews(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	lea, bo := b.enter("lea"), b.enter("bo")

	lea.get("/queue?priority=P1&priority=P3&client=boei")
	lea.get(lea.page.link("Keep this list as a view"))
	lea.page.says("Client Boei")
	lea.submit("/views", "", "name", "").wants(http.StatusUnprocessableEntity)
	if n := len(lea.page.find(func(n *html.Node) bool { return attr(n, "aria-invalid") == "true" && attr(n, "name") == "name" })); n != 1 {
		t.Error("the field that is wrong does not say so")
	}
	lea.submit("/views", "", "name", "Boei first", "shared", "on").says("View “Boei first” is kept")
	if h1 := textOf(lea.page.find(func(n *html.Node) bool { return n.Data == "h1" })[0]); h1 != "Boei first" {
		t.Errorf("the list is called %q", h1)
	}
	address := lea.at
	change := lea.page.link("Change this view")

	bo.get("/queue")
	bo.page.says("Shared by the team")
	if bo.page.link("Boei first") != address {
		t.Errorf("a colleague does not have it: %s", bo.page.link("Boei first"))
	}
	bo.get(address).says("Boei first")
	if bo.page.link("Change this view") != "" {
		t.Error("a colleague is offered to change it")
	}
	for _, path := range []string{change, change + "/drop"} {
		bo.send("POST", path, url.Values{ui.TokenField: {bo.token()}, "name": {"Mine now"}}).wants(http.StatusNotFound)
	}
	bo.send("GET", change, nil).wants(http.StatusNotFound)
	bo.get("/views/new")
	if strings.Contains(bo.page.body, `name="shared"`) {
		t.Error("an agent is offered to share")
	}
	bo.send("POST", "/views", url.Values{ui.TokenField: {bo.token()}, "name": {"x"}, "shared": {"on"}}).wants(http.StatusForbidden)

	lea.get(change)
	lea.submit(change, "", "name", "Boei today").says("View “Boei today” is kept")
	lea.get(change)
	lea.submit(change+"/drop", "").says("View “Boei today” is gone")
	bo.get("/queue")
	if strings.Contains(bo.page.body, "Boei today") {
		t.Error("a dropped view is still there")
	}
}

// TestViewsAreTidied keeps no more of an address than what a list is.
func TestViewsAreTidied(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	lea := s.enter("lea")
	lea.send("POST", "/views", url.Values{ui.TokenField: {lea.token()}, "name": {"<b>P1</b>"}, "query": {"priority=P1&after=zzz&x=%3Cscript%3E&state=half"}})
	lea.get("/queue?priority=P1")
	if h1 := textOf(lea.page.find(func(n *html.Node) bool { return n.Data == "h1" })[0]); h1 != "<b>P1</b>" {
		t.Errorf("the list is called %q", h1)
	}
}
