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

// TestJourneys walks what people of a desk do, by keyboard alone, in a browser.
func TestJourneys(t *testing.T) {
	t.Parallel()
	base := demonstrate(t)

	t.Run("an agent clears ten new tickets", func(t *testing.T) {
		t.Parallel()
		agentClearsTen(t, base)
	})
	t.Run("a lead finds the next three breaches and why", func(t *testing.T) {
		t.Parallel()
		leadFindsThree(t, base)
	})
	t.Run("a client answers on a phone", func(t *testing.T) {
		t.Parallel()
		clientAnswers(t, base)
	})
}

// The row under the cursor of the queue.
const (
	rowID     = `document.querySelector("[data-cursor]")?.id ?? ""`
	rowStatus = `document.querySelector("[data-cursor] .c-status")?.textContent ?? ""`
	rowOffers = `document.querySelector("[data-cursor] + .suggest-row") !== null`
)

// agentClearsTen takes what is suggested for a new ticket, and acknowledges it.
func agentClearsTen(t *testing.T, base string) {
	t.Helper()
	w := sit(t, base, "ravi@kade.example", 1440)
	w.until(`document.querySelector("[data-rows] tr[id]")`)
	for cleared, last := 0, "none"; cleared < 10; {
		if last != "none" {
			w.until(rowID) // found again when the page is a new one
		}
		id := webtest.Ask[string](w.Tab, rowID)
		if webtest.Ask[string](w.Tab, rowStatus) != "new" {
			w.press("j")
			if id == last {
				t.Fatalf("the queue ends after %d new tickets, at %s", cleared, id)
			}
			last = id
			continue
		}
		if webtest.Ask[bool](w.Tab, rowOffers) {
			w.press("y")
			w.until(fmt.Sprintf(`!document.querySelector("#" + CSS.escape(%q) + " + .suggest-row")`, id))
			if now := webtest.Ask[string](w.Tab, rowID); now != id {
				t.Errorf("%s: what was suggested is done, and the cursor is at %s", id, now)
			}
		}
		w.press("a")
		w.until(fmt.Sprintf(`document.getElementById(%q)?.querySelector(".c-status").textContent !== "new"`, id))
		cleared++
	}
	w.Shoot("agent-cleared")
	w.done("ten new tickets")
}

// leadFindsThree reads why of the first three tickets whose promise is not broken yet.
func leadFindsThree(t *testing.T, base string) {
	t.Helper()
	w := sit(t, base, "noor@kade.example", 1440)
	w.until(`document.querySelector("[data-rows] tr[id]")`)
	w.KeepsNobodyOut("the queue")
	seen := map[string]bool{}
	for found := range 3 {
		w.press("j")
		if found == 0 {
			w.press("j") // past the one that is broken
		}
		title := webtest.Ask[string](w.Tab, `document.querySelector("[data-cursor] .c-title a span").textContent`)
		w.press(kb.Enter)
		w.until(`location.pathname.startsWith("/tickets/")`)
		w.press("w")
		w.until(`document.querySelector(":popover-open")?.textContent.startsWith("Why:")`)
		w.Shoot(fmt.Sprintf("lead-why-%d", found))
		t.Logf("%q with %d keys", title, w.keys)
		if seen[title] {
			t.Errorf("%q is shown again", title)
		}
		seen[title] = true
		w.KeepsNobodyOut("a ticket")
		w.press("gq")
		w.until(`location.pathname === "/queue" && document.querySelector("[data-rows] tr[id]")`)
	}
	w.done("three breaches and why")
}

// clientAnswers answers the first ticket that waits for the client.
func clientAnswers(t *testing.T, base string) {
	t.Helper()
	w := sit(t, base, "jelle@fietswereld.example", 390)
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
