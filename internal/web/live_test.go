package web

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/html"

	"github.com/watchbill/watchbill/internal/core/catalog"
	"github.com/watchbill/watchbill/internal/core/ticket"
	"github.com/watchbill/watchbill/internal/desktest"
)

// looks asks again, as an open page does when it hears that something changed.
func (t *tab) looks() *answer {
	t.tb.Helper()
	list := t.page.find(func(n *html.Node) bool { return attr(n, "id") == "list" })[0]
	t.page = t.send("GET", attr(list, "hx-get"), nil, "HX-Request", "true")
	return t.page
}

func TestNewRowsWait(t *testing.T) {
	t.Parallel()
	b := newBusy(t)
	ann := b.enter("ann")
	ann.get("/queue")
	before := ann.page.rows()

	urgent := b.logs("bo", desktest.Boei, "Site is gone", catalog.P1) // would come between
	ann.looks().lists(before...)
	ann.page.says("1 new, show")
	ann.looks().says("1 new, show")

	b.As("bo").Takes(b.ref(b.calm), "", ticket.Acknowledged{}, ticket.Assigned{Person: b.Actor("bo").ID})
	ann.looks()
	if got := ann.page.rows(); slices.Contains(got, urgent) || len(got) != len(before) {
		t.Errorf("a change of others lets the new row in: %q", got)
	}
	ann.page.says("bo")

	b.As("bo").Takes(b.ref(b.request), "", ticket.Closed{})
	ann.looks()
	if slices.Contains(ann.page.rows(), b.request) {
		t.Error("what was closed is still shown")
	}

	show := ann.page.link("1 new, show .")
	if show != "/queue" {
		t.Fatalf("new rows are shown at %q", show)
	}
	ann.page = ann.send("GET", show, nil, "HX-Request", "true")
	if !slices.Contains(ann.page.rows(), urgent) || strings.Contains(ann.page.body, "new, show") {
		t.Errorf("the new row is not shown: %q", ann.page.rows())
	}
}

func TestAnEmptyListHoldsNothingBack(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	ann := s.enter("ann")
	ann.get("/queue").says("Nothing is open")
	row := s.logs("bo", desktest.Boei, "Site is gone", catalog.P1)
	ann.looks().lists(row)
}

// TestAFullPageKeepsItsRows has more come in than a page holds.
func TestAFullPageKeepsItsRows(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	for i := range 60 {
		s.logs("ann", desktest.Boei, fmt.Sprintf("Ticket %d", i), catalog.P4)
	}
	ann := s.enter("ann")
	ann.get("/queue")
	before := ann.page.rows()
	if len(before) != rowsAPage {
		t.Fatalf("%d rows", len(before))
	}
	for i := range 5 {
		s.logs("ann", desktest.Boei, fmt.Sprintf("Urgent %d", i), catalog.P1)
	}
	ann.looks().lists(before...)
	ann.page.says("5 new, show")
	if next := ann.get(ann.page.link("Next")).rows(); len(next) != 10 || slices.Contains(before, next[0]) {
		t.Errorf("the next page goes on with %q", next)
	}
}

func TestCountsAreSharedAndBounded(t *testing.T) {
	t.Parallel()
	c := counts{log: slog.New(slog.DiscardHandler)}
	now := time.Date(2026, 11, 19, 13, 32, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	asked := 0
	count := func() (map[string]int, error) { asked++; return map[string]int{"x": asked}, nil }
	get := func(key string) int {
		n := c.get(key, clock, count)["x"]
		c.counting.Wait()
		return n
	}
	if a, b := get("one"), get("one"); a != 1 || b != 1 {
		t.Errorf("%d, then %d: counted again at once", a, b)
	}
	now = now.Add(freshFor)
	if a, b := get("one"), get("one"); a != 1 || b != 2 {
		t.Errorf("%d, then %d: want what was known, then what was counted meanwhile", a, b)
	}
	// What takes a second is counted twice a minute at most.
	slow := func() (map[string]int, error) { now = now.Add(time.Second); return count() }
	c.get("slow", clock, slow)
	counted := asked
	now = now.Add(freshShare*time.Second - time.Millisecond)
	c.get("slow", clock, slow)
	c.counting.Wait()
	if asked != counted {
		t.Error("what takes long is counted as often as what does not")
	}
	for i := range 3 * mostCounts {
		get(fmt.Sprint(i))
	}
	if len(c.known) > mostCounts {
		t.Errorf("%d lists are remembered", len(c.known))
	}
	c.close()
	now = now.Add(time.Hour)
	counted = asked
	get("one")
	if asked != counted {
		t.Error("it counts after it was closed")
	}
}

// TestACountThatFailsIsTriedAgain fails both where a page waits for the count and behind it.
func TestACountThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	for name, failing := range map[string]func() (map[string]int, error){
		"an error": func() (map[string]int, error) { return map[string]int{"x": -1}, errors.New("planted") },
		"a panic":  func() (map[string]int, error) { panic("planted") },
	} {
		var said bytes.Buffer
		c := counts{log: slog.New(slog.NewTextHandler(&said, nil))}
		now := time.Date(2026, 11, 19, 13, 32, 0, 0, time.UTC)
		get := func(count func() (map[string]int, error)) int {
			now = now.Add(time.Hour)
			n := c.get("one", func() time.Time { return now }, count)["x"]
			c.counting.Wait()
			return n
		}
		is := func(n int) func() (map[string]int, error) {
			return func() (map[string]int, error) { return map[string]int{"x": n}, nil }
		}
		if n := get(failing); n != 0 || strings.Count(said.String(), "planted") != 1 {
			t.Errorf("%s: at first it says %d, and logs %q", name, n, said.String())
		}
		if n := get(is(1)); n != 1 {
			t.Errorf("%s: then %d: it is not counted again", name, n)
		}
		if get(failing); get(is(2)) != 1 || strings.Count(said.String(), "planted") != 2 {
			t.Errorf("%s behind a page: it does not leave what was known, or logs %q", name, said.String())
		}
		if n := get(is(3)); n != 2 {
			t.Errorf("%s behind a page: then %d: it is not counted again", name, n)
		}
	}
}

// TestManyAskForCounts is for the race detector.
func TestManyAskForCounts(t *testing.T) {
	t.Parallel()
	c := counts{log: slog.New(slog.DiscardHandler)}
	now := time.Date(2026, 11, 19, 13, 32, 0, 0, time.UTC)
	var all sync.WaitGroup
	for i := range 8 {
		all.Go(func() {
			for j := range 200 {
				c.get(fmt.Sprint(j%3), func() time.Time { return now.Add(time.Duration(i*j) * time.Second) }, func() (map[string]int, error) {
					return map[string]int{"x": 1}, nil
				})
			}
		})
	}
	all.Wait()
	c.close()
}

// TestWhoWasAwayLooksAgain opens the stream as a browser does, and opens it again.
func TestWhoWasAwayLooksAgain(t *testing.T) {
	t.Parallel()
	s := newStage(t)
	server := httptest.NewServer(s.site)
	defer server.Close()
	defer s.site.Close() // ends the streams, so that the server can
	ann := s.enter("ann")
	for _, e := range []struct{ last, says string }{{"", "event: beat"}, {"7", "event: look"}} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/events", http.NoBody)
		s.Must(err)
		r.AddCookie(&http.Cookie{Name: sessionCookie, Value: ann.cookies[sessionCookie]})
		r.Header.Set("Last-Event-ID", e.last)
		answer, err := server.Client().Do(r)
		s.Must(err)
		lines := bufio.NewScanner(answer.Body)
		lines.Scan()
		if lines.Text() != e.says {
			t.Errorf("after %q the stream begins with %q, want %q", e.last, lines.Text(), e.says)
		}
		lines.Scan()
		if !strings.HasPrefix(lines.Text(), "id: ") {
			t.Errorf("an event has no id: %q", lines.Text())
		}
		s.Must(answer.Body.Close())
	}
}
