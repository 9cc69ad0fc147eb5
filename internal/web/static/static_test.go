package static_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/watchbill/watchbill/internal/web/static"
)

func TestFilesAreServed(t *testing.T) {
	t.Parallel()
	for _, e := range []struct {
		name, path string
		status     int
		kept, kind string
	}{
		{"style sheet", static.URL("desk.css"), http.StatusOK, "immutable", "text/css"},
		{"script", static.URL("desk.js"), http.StatusOK, "immutable", "text/javascript"},
		{"font beside the style sheet", static.URL("inter-latin-wght.woff2"), http.StatusOK, "immutable", "font/woff2"},
		{"licence", static.URL("licences/htmx-LICENSE.txt"), http.StatusOK, "immutable", "text/plain"},
		{"address of an older program", static.Prefix + "0123456789ab/desk.css", http.StatusOK, "no-cache", "text/css"},
		{"no such file", static.URL("other.css"), http.StatusNotFound, "", ""},
		{"no list of files", static.URL(""), http.StatusNotFound, "", ""},
		{"no list of licences", static.URL("licences/"), http.StatusNotFound, "", ""},
		{"no name", static.Prefix, http.StatusNotFound, "", ""},
		{"nothing above", static.URL("../static.go"), http.StatusNotFound, "", ""},
	} {
		t.Run(e.name, func(t *testing.T) {
			t.Parallel()
			w := httptest.NewRecorder()
			static.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, e.path, http.NoBody))
			if w.Code != e.status {
				t.Fatalf("%s: status %d, want %d", e.path, w.Code, e.status)
			}
			if e.status == http.StatusOK && !strings.Contains(w.Header().Get("Cache-Control"), e.kept) {
				t.Errorf("Cache-Control %q, want %q", w.Header().Get("Cache-Control"), e.kept)
			}
			if e.status != http.StatusOK && strings.Contains(w.Header().Get("Cache-Control"), "immutable") {
				t.Errorf("a missing file may be kept: %q", w.Header().Get("Cache-Control"))
			}
			if !strings.HasPrefix(w.Header().Get("Content-Type"), e.kind) {
				t.Errorf("Content-Type %q, want %q", w.Header().Get("Content-Type"), e.kind)
			}
		})
	}
}
