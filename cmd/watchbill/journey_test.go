package main

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/watchbill/watchbill/internal/demo"
	"github.com/watchbill/watchbill/internal/web/webtest"
)

// walk is a person at the keyboard of a desk, whose keys and seconds are counted.
type walk struct {
	*webtest.Tab

	t     *testing.T
	keys  int
	began time.Time
}

// sit puts somebody before the sign-in page of the demonstration and signs them in by keyboard.
func sit(t *testing.T, base, email string, width int64) *walk {
	t.Helper()
	tab := webtest.Open(webtest.Browser(t), t, base+"/sign-in", width, 844)
	w := &walk{Tab: tab, t: t, began: time.Now()}
	w.focus("[name=email]")
	w.press(email + "\t" + string(demo.Password) + kb.Enter)
	w.until(`!location.pathname.startsWith("/sign-in")`)
	w.keys, w.began = 0, time.Now()
	return w
}

// press counts the keys; what is written in a field counts by the letter.
func (w *walk) press(keys string, held ...chromedp.Modifier) {
	w.t.Helper()
	w.keys += len([]rune(keys)) + len(held)
	w.Press(keys, held...)
}

// focus goes to a field by Tab, as a keyboard does.
func (w *walk) focus(selector string) {
	w.t.Helper()
	for range 80 {
		if webtest.Ask[bool](w.Tab, fmt.Sprintf(`!!document.activeElement?.matches(%q)`, selector)) {
			return
		}
		w.press("\t")
	}
	w.t.Fatalf("%s is not reached by Tab", selector)
}

// until waits for what the page shows.
func (w *walk) until(expression string) {
	w.t.Helper()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); <-tick.C {
		if webtest.Ask[bool](w.Tab, `document.readyState === "complete" && Boolean(`+expression+`)`) {
			return
		}
	}
	w.Shoot("stuck")
	w.t.Fatalf("not seen: %s at %s", expression, webtest.Ask[string](w.Tab, `location.href`))
}

// done says what it took, for docs/results.
func (w *walk) done(what string) {
	w.t.Helper()
	w.t.Logf("%s: %d keys, %.1f s of the program and the browser", what, w.keys, time.Since(w.began).Seconds())
	for _, c := range w.Complaints() {
		w.t.Error(c)
	}
}

func demonstrate(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("makes a demonstration: not in -short")
	}
	cmd, err := command(context.WithoutCancel(t.Context()), t.TempDir(), "demo", "--listen", freeAddress(t))
	if err != nil {
		t.Fatal(err)
	}
	p, err := started(cmd)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := p.stop(); err != nil {
			t.Errorf("%v\n%s", err, p.said)
		}
	})
	address, _, _ := strings.Cut(p.address, " ")
	return address
}

// row is the one under the cursor of the queue.
type row struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	Offers bool   `json:"offers"` // something is suggested for it
}

// underCursor gives an empty row when there is none, as between new rows and the cursor among them.
const underCursor = `(() => { const r = document.querySelector("[data-cursor]"); return r ? {id: r.id,
	status: r.querySelector(".c-status").textContent, offers: r.matches(":has(+ .suggest-row)")} : {id: "", status: "", offers: false} })()`

// row reads the row under the cursor at one instant.
func (w *walk) row() row {
	w.t.Helper()
	w.until(`document.querySelector("[data-cursor]")`)
	for {
		if r := webtest.Ask[row](w.Tab, underCursor); r.ID != "" {
			return r
		}
	}
}

// TestJourneyOfAnAgent takes what is suggested for a new ticket, and acknowledges it, ten times.
func TestJourneyOfAnAgent(t *testing.T) {
	t.Parallel()
	w := sit(t, demonstrate(t), "ravi@kade.example", 1440)
	w.until(`document.querySelector("[data-rows] tr[id]")`)
	w.press("j")
	for cleared, last := 0, ""; cleared < 10; {
		at := w.row()
		if at.Status != "new" {
			if at.ID == last {
				t.Fatalf("the queue ends after %d new tickets, at %s", cleared, at.ID)
			}
			last = at.ID
			w.press("j")
			continue
		}
		if at.Offers {
			w.press("y")
			w.until(fmt.Sprintf(`(r => r.id === %q && !r.offers)(%s)`, at.ID, underCursor)) // the cursor stays
		}
		w.press("a")
		w.until(fmt.Sprintf(`document.getElementById(%q)?.querySelector(".c-status").textContent.match(/^(?!new)/)`, at.ID))
		cleared++
	}
	w.Shoot("agent-cleared")
	w.done("ten new tickets")
}

// TestJourneyOfALead reads why of the first three tickets whose promise is not broken yet, and
// opens the last of them.
func TestJourneyOfALead(t *testing.T) {
	t.Parallel()
	w := sit(t, demonstrate(t), "noor@kade.example", 1440)
	w.until(`document.querySelector("[data-rows] tr[id]")`)
	w.KeepsNobodyOut("the queue")
	w.press("jjw") // past the one that is broken
	seen := map[string]bool{}
	for found := range 3 {
		if found > 0 {
			w.press("j") // the sheet goes on with the cursor
		}
		at := w.row()
		w.until(fmt.Sprintf(`document.querySelector("#sheet[open] a[href$='%s']") && document.querySelector("#sheet").textContent.includes("Why:")`,
			strings.TrimPrefix(at.ID, "t-")))
		w.Shoot(fmt.Sprintf("lead-why-%d", found))
		t.Logf("%s with %d keys", at.ID, w.keys)
		if seen[at.ID] {
			t.Errorf("%s is shown again", at.ID)
		}
		seen[at.ID] = true
		w.KeepsNobodyOut("why")
	}
	last := w.row().ID
	w.press(kb.Escape)
	w.until(`!document.querySelector("#sheet").open && document.activeElement.matches("[data-cursor] .c-title a")`)
	if at := w.row().ID; at != last {
		t.Errorf("the cursor went from %s to %s", last, at)
	}
	w.done("three breaches and why")
	const open = `document.querySelector("#sheet[open] .why")`
	w.press("w")
	w.until(open)
	w.press("w") // the key that opens it closes it
	w.until(`!document.querySelector("#sheet").open`)
	w.press("w")
	w.until(open)
	w.press(kb.Enter)
	w.until(`location.pathname.startsWith("/tickets/")`)
	w.KeepsNobodyOut("a ticket")
}

// TestJourneyOfAClient answers the first ticket that waits for the client, on a phone.
func TestJourneyOfAClient(t *testing.T) {
	t.Parallel()
	w := sit(t, demonstrate(t), "jelle@fietswereld.example", 390)
	const waits = `main section a, main li a`
	w.focus(waits)
	w.press(kb.Enter)
	w.until(`document.querySelector("main textarea")`)
	w.focus("main textarea")
	const answer = "Yes, all three shops. Please go on."
	w.press(answer)
	w.press(kb.Enter, chromedp.ModifierCtrl)
	w.until(fmt.Sprintf(`document.querySelector("main textarea")?.value !== %q && document.querySelector("main").textContent.includes(%q)`, answer, answer))
	w.Shoot("client-answered")
	w.KeepsNobodyOut("the ticket of a client")
	w.done("an answer")
}
