package store

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/watchbill/watchbill/internal/core/access"
	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/clock"
)

// TestListsFollowAnIndex asks SQLite how it would find the first rows of lists: in their
// order, never by sorting all that fits.
func TestListsFollowAnIndex(t *testing.T) {
	t.Parallel()
	s, err := Create(t.Context(), t.TempDir()+"/plan.db")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	span := clock.GroupSoon.Span(time.Unix(1, 0))
	const due, newest = `t.lane, t.rank, t.stream`, `t.opened DESC, t.stream DESC`
	for _, e := range []struct {
		name  string
		scope access.Scope
		query QueueQuery
		order string
		index string
	}{
		{"due", access.Everything(), QueueQuery{Open: true}, due, "tickets_open"},
		{"a group", access.Everything(), QueueQuery{Open: true, Span: &span}, due, "tickets_open (lane=? AND rank>? AND rank<?)"},
		{"risky", access.Everything(), QueueQuery{Open: true, Risky: time.Unix(1, 0)}, due, "tickets_open (lane=?)"},
		{"broken", access.Everything(), QueueQuery{Open: true, Breaking: time.Unix(1, 0)}, due, "tickets_open (lane=? AND rank<?)"},
		{"by party", access.Everything(), QueueQuery{Open: true, Balls: []catalog.Party{catalog.ThirdParty}}, due, "tickets_open"},
		{"mine", access.Everything(), QueueQuery{Open: true, Persons: []string{"x"}}, due, "tickets_person"},
		{"of a client", access.Only("c"), QueueQuery{Open: true}, due, "tickets_queue_of"},
		{"newest open", access.Everything(), QueueQuery{Open: true, Order: ByNewest}, newest, "tickets_newest"},
		{"newest closed", access.Everything(), QueueQuery{Closed: true, Order: ByNewest}, newest, "tickets_newest"},
		{"all", access.Everything(), QueueQuery{Order: ByNewest}, newest, "tickets_newest"},
		{"all of a client", access.Only("c"), QueueQuery{Order: ByNewest}, newest, "tickets_newest_of"},
	} {
		b := (&Tx{scope: e.scope}).scoped(nil)
		b.conditions(&e.query)
		text := b.text(`SELECT t.* FROM tickets t JOIN clients n ON n.client = t.client WHERE SCOPE(t.client)`) + ` ORDER BY ` + e.order
		plan := strings.Join(planOf(t, s, regexp.MustCompile(`\$\d+`).ReplaceAllString(text, "'x'")), "; ")
		if !strings.Contains(plan, "INDEX "+e.index) || strings.Contains(plan, "TEMP B-TREE") {
			t.Errorf("%s goes by %s", e.name, plan)
		}
	}
}
