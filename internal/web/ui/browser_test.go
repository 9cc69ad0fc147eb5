package ui

import (
	"cmp"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/a-h/templ"

	"github.com/watchbill/watchbill/internal/web/static"
	"github.com/watchbill/watchbill/internal/web/webtest"
	"github.com/watchbill/watchbill/internal/wording"
)

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

// gallerySession opens a page of the gallery, in English and light, wide enough for a desk. It
// fails the test when the page complained.
func gallerySession(t *testing.T, name string) *webtest.Tab {
	t.Helper()
	tab := webtest.Open(webtest.Browser(t), t, galleryServer(t).URL+"/gallery/"+name+"?theme=light&language=en", 1440, 900)
	t.Cleanup(func() {
		for _, c := range tab.Complaints() {
			t.Error(c)
		}
	})
	return tab
}

func TestGalleryKeepsNobodyOut(t *testing.T) {
	t.Parallel()
	ctx := webtest.Browser(t)
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
		tab := webtest.Open(ctx, t, url, v.width, 844)
		tab.KeepsNobodyOut(where)
		tab.Shoot(where)
		tab.Leave()
	}
}
