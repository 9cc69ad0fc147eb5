// Package webtest shows pages to Debian's Chromium, for tests.
package webtest

import (
	"context"
	_ "embed"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// axe is axe-core (MPL 2.0), which finds what keeps people out. It is used here alone.
//
//go:embed axe.min.js
var axe string

// ShotsTo names the environment variable with a directory for pictures of all that the browser
// tests look at.
const ShotsTo = "WATCHBILL_SHOTS"

// Browser starts a Chromium that ends with the test. It skips in short tests, and where there is none.
func Browser(t *testing.T) context.Context {
	t.Helper()
	if testing.Short() {
		t.Skip("starts a browser: not in -short")
	}
	path := ""
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium on the PATH (make need installs it)")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.DisableGPU, chromedp.UserDataDir(t.TempDir()),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true))
	allocated, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, end := chromedp.NewContext(allocated)
	t.Cleanup(end)
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(stop)
	return ctx
}

// Tab is a tab of a browser. Its methods fail the test when the browser does.
type Tab struct {
	t     *testing.T
	ctx   context.Context
	leave func()

	mu         sync.Mutex
	complaints []string
}

// Open opens an address in a tab of its own, at a size in pixels; a narrow one is a phone.
func Open(ctx context.Context, t *testing.T, url string, width, height int64) *Tab {
	t.Helper()
	tab := &Tab{t: t}
	tab.ctx, tab.leave = chromedp.NewContext(ctx)
	t.Cleanup(tab.leave)
	tab.Do()
	messages := chromedp.Console(tab.ctx)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == chromedp.ConsoleError {
				tab.mu.Lock()
				tab.complaints = append(tab.complaints, m.String())
				tab.mu.Unlock()
			}
		}
	}()
	tab.Size(width, height)
	tab.Go(url)
	return tab
}

// Size makes the tab as large as a screen of so many pixels; a narrow one is a phone.
func (tab *Tab) Size(width, height int64) {
	tab.t.Helper()
	var phone []chromedp.EmulateViewportOption
	if width < 600 {
		phone = append(phone, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	tab.Do(chromedp.EmulateViewport(width, height, phone...))
}

// Go opens another address in the tab.
func (tab *Tab) Go(url string) {
	tab.t.Helper()
	tab.Do(chromedp.Navigate(url), chromedp.WaitReady("main"))
}

// Leave closes the tab before the test ends.
func (tab *Tab) Leave() { tab.leave() }

// Complaints are what the pages wrote to the console: errors, and what the policy refused.
func (tab *Tab) Complaints() []string {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	return slices.Clone(tab.complaints)
}

// Do has the browser act.
func (tab *Tab) Do(actions ...chromedp.Action[chromedp.Void]) {
	tab.t.Helper()
	if err := chromedp.Do(tab.ctx, actions...); err != nil {
		tab.t.Fatal(err)
	}
}

// Ask evaluates an expression in the page; a promise is awaited.
func Ask[T any](tab *Tab, expression string) T {
	tab.t.Helper()
	answer, err := chromedp.Run(tab.ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.t.Fatalf("%.80s: %v", expression, err)
	}
	return answer
}

// Want compares what an expression gives in the page.
func Want[T comparable](tab *Tab, what, expression string, wanted T) {
	tab.t.Helper()
	if got := Ask[T](tab, expression); got != wanted {
		tab.t.Errorf("%s: %v, want %v", what, got, wanted)
	}
}

// Press presses keys one after the other, on whatever has the focus. A key that writes is one
// event with its text, as of a real keyboard: what a page prevents is then not written.
func (tab *Tab) Press(keys string, held ...chromedp.Modifier) {
	tab.t.Helper()
	tab.Do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		for _, r := range keys {
			events := kb.Encode(r)
			down, up := events[0], events[len(events)-1]
			for _, m := range held {
				down.Modifiers |= int64(m)
				up.Modifiers |= int64(m)
			}
			if len(events) == 3 && down.Modifiers&^int64(chromedp.ModifierShift) == 0 {
				down.Text = events[1].Text
			}
			for _, e := range []*input.DispatchKeyEventParams{down, up} {
				if _, err := cdp.Call(ctx, target, input.DispatchKeyEvent, *e); err != nil {
					return err
				}
			}
		}
		return nil
	}))
}

// Shoot keeps a picture of the whole page where the environment asks for it.
func (tab *Tab) Shoot(name string) {
	tab.t.Helper()
	dir := os.Getenv(ShotsTo)
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(tab.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		tab.t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600)); err != nil {
		tab.t.Fatal(err)
	}
}

// findings asks axe for what breaks WCAG 2.2 A and AA.
const findings = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then(r =>
	r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary)))`

// unseen lists what shows no sign that it has the focus. A key was pressed before, so the
// browser shows the focus as it does to those who use the keyboard.
const unseen = `[...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")].filter(e => {
	if (!e.checkVisibility({visibilityProperty: true}) || e.disabled || e.tabIndex < 0) return false;
	e.focus({preventScroll: true});
	if (document.activeElement !== e) return false;
	const seen = n => n && (s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) > 0)(getComputedStyle(n));
	return !seen(e) && !seen(e.nextElementSibling) && !seen(e.parentElement);
}).map(e => e.outerHTML.slice(0, 120))`

// ShowsFocus fails the test for all that those who use the keyboard cannot see to have the focus.
func (tab *Tab) ShowsFocus(where string) {
	tab.t.Helper()
	tab.Press("\t")
	for _, e := range Ask[[]string](tab, unseen) {
		tab.t.Errorf("%s: has the focus, and shows nothing: %s", where, e)
	}
}

// KeepsNobodyOut fails the test for all by which the page keeps people out (WCAG 2.2 AA), when it
// is wider than the screen, and for its complaints.
func (tab *Tab) KeepsNobodyOut(where string) {
	tab.t.Helper()
	Ask[any](tab, axe)
	for _, f := range Ask[[]string](tab, findings) {
		tab.t.Errorf("%s: %s", where, f)
	}
	tab.Fits(where)
	for _, c := range tab.Complaints() {
		tab.t.Errorf("%s: %s", where, c)
	}
}

// Fits fails the test when the page is wider than the screen, and says by what.
func (tab *Tab) Fits(where string) {
	tab.t.Helper()
	if !Ask[bool](tab, `Math.max(document.documentElement.scrollWidth, document.querySelector("main").scrollWidth) > innerWidth`) {
		return
	}
	tab.t.Errorf("%s: the page is wider than the screen: %q", where, Ask[[]string](tab,
		`[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth && !e.parentElement.closest(".scroll")).map(e => e.outerHTML.slice(0, 90)).slice(0, 5)`))
}
