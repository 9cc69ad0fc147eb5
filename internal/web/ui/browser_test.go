package ui

import (
	"cmp"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/a-h/templ"
	"github.com/chromedp/chromedp"

	"github.com/watchbill/watchbill/internal/web/static"
	"github.com/watchbill/watchbill/internal/wording"
)

// axe is axe-core (MPL 2.0), which finds what keeps people out. It is used here alone.
//
//go:embed testdata/axe.min.js
var axe string

// shotsTo names the environment variable with a directory for pictures of all that the browser
// tests look at.
const shotsTo = "WATCHBILL_SHOTS"

var galleryPages = []string{
	GalleryParts, GalleryQueue, GalleryTicket, GalleryHours, GalleryPortal, GallerySignIn, GalleryFirstRun,
}

// sampleNow is when the day of the gallery is.
func sampleNow(t *testing.T) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Amsterdam")
	if err != nil {
		t.Fatal(err)
	}
	return time.Date(2026, 11, 19, 14, 32, 0, 0, zone)
}

// galleryServer serves the gallery as the desk will: under its security policy.
func galleryServer(t *testing.T) *httptest.Server {
	t.Helper()
	now := sampleNow(t)
	mux := http.NewServeMux()
	mux.Handle(static.Prefix, static.Handler())
	mux.HandleFunc("/gallery/", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Security-Policy", "default-src 'none'; script-src 'nonce-n0nce'; style-src 'self'; "+
			"img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		q := r.URL.Query()
		page := Gallery(wording.In(wording.Language(q.Get("language"))), q.Get("theme"), now, strings.TrimPrefix(r.URL.Path, "/gallery/"))
		if err := page.Render(templ.WithNonce(r.Context(), "n0nce"), w); err != nil {
			t.Error(err)
		}
	})
	mux.HandleFunc("/find", func(w http.ResponseWriter, r *http.Request) {
		hits := []Hit{{Text: "INC-000777 " + r.URL.Query().Get("q"), Href: "/gallery/ticket"}}
		if err := Found(hits).Render(r.Context(), w); err != nil {
			t.Error(err)
		}
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// browser starts a Chromium that ends with the test. It skips where there is none.
func browser(t *testing.T) context.Context {
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
	do(ctx, t)
	ctx, stop := context.WithTimeout(ctx, 4*time.Minute)
	t.Cleanup(stop)
	return ctx
}

// complaints are what a page wrote to its console: errors, and what the policy refused.
type complaints struct {
	mu   sync.Mutex
	text []string
}

func (c *complaints) all() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.text
}

// open opens an address in a tab of its own, at a size; a narrow one is a phone.
func open(ctx context.Context, t *testing.T, url string, width, height int64) (tab context.Context, heard *complaints, leave func()) {
	t.Helper()
	tab, leave = chromedp.NewContext(ctx)
	t.Cleanup(leave)
	do(tab, t)
	heard = &complaints{}
	messages := chromedp.Console(tab)
	go func() {
		for m, err := range messages {
			if err != nil {
				return
			}
			if m.IsException() || m.Type == chromedp.ConsoleError {
				heard.mu.Lock()
				heard.text = append(heard.text, m.String())
				heard.mu.Unlock()
			}
		}
	}()
	var phone []chromedp.EmulateViewportOption
	if width < 600 {
		phone = append(phone, chromedp.EmulateMobile, chromedp.EmulateTouch)
	}
	do(tab, t, chromedp.EmulateViewport(width, height, phone...), chromedp.Navigate(url), chromedp.WaitReady("main"))
	return tab, heard, leave
}

// session is one tab on a page of the gallery.
type session struct{ ctx context.Context }

// gallerySession opens a page of the gallery, in English and light, wide enough for a desk. It
// fails the test when the page complained.
func gallerySession(t *testing.T, name string) session {
	t.Helper()
	ctx := browser(t)
	tab, heard, _ := open(ctx, t, galleryServer(t).URL+"/gallery/"+name+"?theme=light&language=en", 1440, 900)
	t.Cleanup(func() {
		for _, c := range heard.all() {
			t.Error(c)
		}
	})
	return session{tab}
}

func do(ctx context.Context, t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// ask evaluates an expression in the page; a promise is awaited.
func ask[T any](ctx context.Context, t *testing.T, expression string) T {
	t.Helper()
	answer, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.80s: %v", expression, err)
	}
	return answer
}

// shoot keeps a picture of the whole page where the environment asks for it.
func shoot(ctx context.Context, t *testing.T, name string) {
	t.Helper()
	dir := os.Getenv(shotsTo)
	if dir == "" {
		return
	}
	picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(100))
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.MkdirAll(dir, 0o755), os.WriteFile(filepath.Join(dir, name+".png"), picture, 0o600)); err != nil {
		t.Fatal(err)
	}
}

// findings asks axe for what breaks WCAG 2.2 A and AA.
const findings = `axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}).then(r =>
	r.violations.flatMap(v => v.nodes.map(n => v.id + ": " + n.target.join(" ") + ": " + n.failureSummary)))`

func TestGalleryKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	ctx := browser(t)
	server := galleryServer(t)
	type view struct {
		page, theme, language string
		width                 int64
	}
	var views []view
	for _, name := range galleryPages {
		views = append(views, view{name, "light", "en", 1440}, view{name, "dark", "nl", 390})
	}
	for _, name := range []string{GalleryParts, GalleryQueue, GalleryTicket} {
		views = append(views, view{name, "dark", "nl", 1440}, view{name, "light", "nl", 900}, view{name, "light", "en", 390})
	}
	for _, v := range views {
		where := fmt.Sprintf("%s-%d-%s", cmp.Or(v.page, "parts"), v.width, v.theme)
		url := server.URL + "/gallery/" + v.page + "?theme=" + v.theme + "&language=" + v.language
		tab, heard, leave := open(ctx, t, url, v.width, 844)
		ask[any](tab, t, axe)
		for _, f := range ask[[]string](tab, t, findings) {
			t.Errorf("%s: %s", where, f)
		}
		if ask[bool](tab, t, `document.documentElement.scrollWidth > innerWidth`) {
			t.Errorf("%s: the page is wider than the screen", where)
		}
		for _, c := range heard.all() {
			t.Errorf("%s: %s", where, c)
		}
		shoot(tab, t, where)
		leave()
	}
}
